"""Who may be told of a case by a panel that hears people on their written consent.

Those whom the person agreed to in the episode that runs, and those for whom a decision on the merits was confirmed at
the disclosure desk; whoever treats the person besides.  Other panels tell whom they ask.  Information Sharing for
Community Safety (2010) §3.1.1.1.
"""

import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from cases import gates
from cases.models import Involvement, Track
from cases.rules.merits import is_asked
from disclosures.rules.merits import overridden

LONDON = ZoneInfo("Europe/London")
ALWAYS = datetime.datetime.max.replace(tzinfo=datetime.UTC)
PURPOSE = "panel"  # of the consent form
OPENING = ("opened", "informed")  # why an agency has an episode as its own
NOBODY = _(
    "Nobody else may be told of this case yet: neither written consent in an episode that runs nor a decision on its "
    "merits covers it. The agency that treats the person knows what is missing."
)


def may_be_told(case, agencies, *, by) -> dict:
    """Which of *agencies* (ids) may be told of *case* now, each until when (None: as long as it is asked).

    Where several episodes run, each has to allow it.
    """
    if not is_asked(case.panel):
        return dict.fromkeys(agencies)
    episodes = _episodes(case)
    if not episodes:
        return {}
    cover, found = gates.consent(by=by, case=case), {}
    merits = {giving: overridden(case, giving=giving) for giving in episodes.values()}
    for agency in agencies:
        ends = [_until(cover, merits[giving], giving, agency, track) for track, giving in episodes.items()]
        if None not in ends:
            found[agency] = None if min(ends) == ALWAYS else min(ends)
    return found


def is_for_nobody_else(case, agencies, *, by) -> bool:
    """Whether nobody of *agencies* (ids) but whoever treats the person may be told of *case*."""
    treating = set(_episodes(case).values()) if is_asked(case.panel) else set()
    return is_asked(case.panel) and not set(may_be_told(case, agencies, by=by)) - treating


def _episodes(case) -> dict:
    """Who treats the person, by the running episode (its id)."""
    running = Track.objects.running().filter(case=case, kind="episode")
    own = Involvement.objects.live().filter(track__in=running, why__in=OPENING).order_by("-since", "-pk")
    return dict(own.values_list("track", "agency"))


def _until(cover, merits: dict, giving, receiving, track) -> datetime.datetime | None:
    if receiving == giving:
        return ALWAYS
    agreed = cover(giving=giving, receiving=receiving, purpose=PURPOSE, track=track)
    if agreed.holds:
        return agreed.until
    if day := merits.get(receiving):
        return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), tzinfo=LONDON)
    return None
