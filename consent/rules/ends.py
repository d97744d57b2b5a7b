"""How long a consent holds: until twelve months, the episode's end, what the person chose, or the 18th birthday."""

import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from consent.models import Consent
from consent.models.consent import REVIEW_DAYS

LONDON = ZoneInfo("Europe/London")
NEVER = datetime.datetime.max.replace(tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
ADULT = 18


def years_after(day: datetime.date, years: int) -> datetime.date:
    """The same day *years* later; 1 March where the year has no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return datetime.date(day.year + years, 3, 1)


def age_on(born: datetime.date | None, day: datetime.date) -> int | None:
    """Whole years of somebody on *day*; None where their birth date is not known."""
    if born is None:
        return None
    return day.year - born.year - (day < years_after(born, day.year - born.year))


def last_day(starts_on: datetime.date, *, born: datetime.date | None, chosen: datetime.date | None) -> datetime.date:
    """The last day of a consent that starts on *starts_on*: twelve months, or earlier as the person chose.

    Consent of somebody under 18 ends with the day before their 18th birthday: then they are asked again.
    """
    ends = [years_after(starts_on, 1) - DAY]
    if born and starts_on < years_after(born, ADULT):
        ends.append(years_after(born, ADULT) - DAY)
    if chosen:
        ends.append(chosen)
    return min(ends)


def begins_at(consent: Consent) -> datetime.datetime:
    """The instant from which *consent* holds: the beginning of its first day, in London."""
    return _midnight(consent.starts_on)


def lapses_at(consent: Consent) -> datetime.datetime:
    """The instant from which *consent* holds no more, as it is known now; it may be to come.

    The end of its last day, the end of its episode, or when it was withdrawn or replaced, whichever is first.  Join
    its `track` before asking.
    """
    ends = [
        _midnight(consent.ends_on + DAY) if consent.ends_on else NEVER,
        consent.track.ended_at if consent.track_id else None,
        consent.withdrawn_at,
        consent.superseded_at,
    ]
    return min(end for end in ends if end)


def phase(consent: Consent, at: datetime.datetime | None = None) -> str:
    """The state of *consent* as the clock makes it at *at* (default now): its own, or review due, or ended."""
    at = at or timezone.now()
    if not consent.holds:
        return consent.state
    if at >= lapses_at(consent):
        return Consent.Phase.EXPIRED
    if at >= _midnight(consent.ends_on - REVIEW_DAYS):
        return Consent.Phase.REVIEW_DUE
    return consent.state


def phase_words(consent: Consent, at: datetime.datetime | None = None) -> str:
    """The words of `phase`."""
    found = phase(consent, at)
    return str(dict([*Consent.State.choices, *Consent.Phase.choices])[found])


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=LONDON)
