"""Whether a consent covers one use of information, asked at the instant of use; if none does, exactly what is missing.

Pure: everything is joined to the consents before (`Consent.objects.on_case`).  Consent of another episode, ended
yesterday, or given in part is none for that use.  Information Sharing for Community Safety (2010) §3.1.1.1.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from consent.models import Consent, ConsentAgency, ConsentAnswer
from consent.rules.ends import begins_at, lapses_at
from core.templatetags.confer import when

State = Consent.State
Side = ConsentAgency.Side
Kind = ConsentAnswer.Kind


@dataclass(frozen=True)
class Use:
    """One use of information: the ids of who gives and who receives, which category, what for, in which episode."""

    giving: Any
    receiving: Any
    category: str | None
    purpose: str
    track: Any
    at: datetime.datetime


@dataclass(frozen=True)
class Gap:
    """What is missing: a code, and words for who may see the consent.

    To everybody else `consent.rules.sight.NOTHING_KNOWN` is said: a refusal is itself confidential.
    """

    code: str
    words: str

    def __str__(self):
        return self.words


def covering(
    consents: Iterable[Consent], *, giving, receiving, category: str | None, purpose: str, track, at: datetime.datetime
) -> Consent | None:
    """The consent by which *giving* may tell *receiving* of *category* for *purpose* in episode *track* at *at*.

    *consents*: those of one person on one case.  *giving*, *receiving*: agencies or their ids; *category*, *purpose*:
    codes of the form (no category: any agreed kind); *track*: the episode, its id, or None outside episodes.  None
    where there is no such consent.
    """
    use = Use(_id(giving), _id(receiving), category, purpose, _id(track), at)
    return next((consent for consent in _of_episode(consents, use) if not _first_gap(consent, use)), None)


def gap(
    consents: Iterable[Consent], *, giving, receiving, category: str | None, purpose: str, track, at: datetime.datetime
) -> Gap | None:
    """What exactly is missing for a use (see `covering`); None where it is covered.

    Of several consents the one that comes nearest speaks; of equally near ones the newest.
    """
    use = Use(_id(giving), _id(receiving), category, purpose, _id(track), at)
    held = list(consents)
    found = []
    for consent in _of_episode(held, use):
        missing = _first_gap(consent, use)
        if not missing:
            return None
        found.append(missing)
    if found:
        return max(found, key=lambda step: step[0])[1]
    if any(consent.holds for consent in held):
        return Gap("episode", _("Consent was given for another episode."))
    return Gap("none", _("No consent is recorded."))


def _id(thing):
    return getattr(thing, "pk", thing)


def _of_episode(consents: Iterable[Consent], use: Use) -> list[Consent]:
    """Those of the same episode, the newest first; where the person refused later than they gave, the refusal alone."""
    own = sorted(
        (each for each in consents if each.track_id == use.track),
        key=lambda each: (each.decided_at or each.created_at, each.created_at),
        reverse=True,
    )
    refused = {}
    for each in own:
        if each.state == State.REFUSED and _has_begun(each.decided_at, use.at):
            refused.setdefault(each.subject_id, each.decided_at)
    return [each for each in own if not _is_outdone(each, refused.get(each.subject_id))]


def _is_outdone(consent: Consent, refused_at) -> bool:
    """Whether a refusal came after *consent*, whichever agency asked."""
    return bool(refused_at and consent.holds and consent.decided_at < refused_at)


def _has_begun(moment, at) -> bool:
    return moment is not None and moment <= at


def _first_gap(consent: Consent, use: Use) -> tuple[int, Gap] | None:
    """The first check that *consent* fails for *use*, and how far it came."""
    for step, check in enumerate(CHECKS):
        missing = check(consent, use)
        if missing:
            return step, missing
    return None


def _state(consent: Consent, use: Use) -> Gap | None:
    words = {
        State.NOT_SOUGHT: _("Consent was not asked."),
        State.REQUESTED: _("Consent is being asked and nothing is signed yet."),
        State.REFUSED: _("Consent was refused."),
        State.CANNOT: _("The person cannot consent, and nothing is decided in their place."),
    }
    if consent.holds or consent.state in (State.WITHDRAWN, State.SUPERSEDED):
        return None
    return Gap(consent.state, words[consent.state])


def _time(consent: Consent, use: Use) -> Gap | None:
    if consent.withdrawn_at and consent.withdrawn_at <= use.at:
        return Gap("withdrawn", _("Consent was withdrawn on %(day)s.") % {"day": when(consent.withdrawn_at)})
    if consent.superseded_at and consent.superseded_at <= use.at:
        return Gap("superseded", _("This consent was replaced on %(day)s.") % {"day": when(consent.superseded_at)})
    if not consent.starts_on or use.at < begins_at(consent):
        return Gap("not_yet", _("Consent had not begun."))
    if use.at >= lapses_at(consent):
        return Gap("expired", _("Consent ended on %(day)s.") % {"day": when(_ended_on(consent))})
    return None


def _ended_on(consent: Consent) -> datetime.date:
    return (lapses_at(consent) - datetime.timedelta(seconds=1)).date()


def _agency(side: str, code: str, words: Callable[[], str]):
    def check(consent: Consent, use: Use) -> Gap | None:
        wanted = use.giving if side == Side.GIVES else use.receiving
        for row in consent.agencies.all():
            if row.side == side and row.agency_id == wanted:
                return _taken_back(row, use)
        return Gap(code, words())

    return check


def _question(kind: str, attribute: str):
    def check(consent: Consent, use: Use) -> Gap | None:
        wanted = getattr(use, attribute)
        if wanted is None:
            return None
        label = consent.form.label_of(kind, wanted)
        for row in consent.answers.all():
            if row.kind == kind and row.code == wanted and row.agreed:
                return _taken_back(row, use)
        return Gap(attribute, _("Consent was not given for this: %(what)s.") % {"what": label})

    return check


def _taken_back(row, use: Use) -> Gap | None:
    if row.until and row.until <= use.at:
        return Gap("withdrawn_in_part", _("Consent to this was withdrawn on %(day)s.") % {"day": when(row.until)})
    return None


CHECKS = (
    _state,
    _time,
    _agency(Side.GIVES, "giving", lambda: _("The agency that gives is not named in the consent.")),
    _agency(Side.RECEIVES, "receiving", lambda: _("The agency that receives is not named in the consent.")),
    _question(Kind.CATEGORY, "category"),
    _question(Kind.PURPOSE, "purpose"),
)
