"""What becomes known of one person of a case: other names, a death; and the clock that tells when a child is of age."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Hold, Majority, Party
from cases.rules import person as rules
from cases.workflow.hold import hold_cases, release_holds
from cases.workflow.matching import index_subject
from core.history import noting
from core.recording import SystemActor, record

CLOCK = SystemActor("coming of age")


@transaction.atomic
def add_name(
    *,
    by,
    party: Party,
    seen: int,
    given_name: str,
    family_name: str,
    why: str,
    from_on=None,
    until_on=None,
    shown: bool,
) -> Party:
    """Let *party* be found under another name, too; *shown* lets those who see the case read it.

    *why* is a code of `rules.WHY_NAMED`; a protected name is never shown, whatever *shown* says, and stands in no
    history.  Recorded without the name.  Gender Recognition Act 2004 s.22.
    """
    must_keep_person(by, party)
    if not given_name.strip() and not family_name.strip():
        raise ValidationError({"family_name": _("Enter a name.")})
    if from_on and until_on and until_on < from_on:
        raise ValidationError({"until_on": _("The last day is before the first.")})
    name = {
        "given": given_name.strip(),
        "family": family_name.strip(),
        "why": why,
        "from": str(from_on or ""),
        "until": str(until_on or ""),
        "shown": shown and why not in rules.PROTECTED,
    }
    party.names = [*(party.names or ()), name]
    return save_person(by, party, seen, reason="named", event="person.named", detail={"shown": name["shown"]})


@transaction.atomic
def remove_name(*, by, party: Party, seen: int, number: int) -> Party:
    """Take the name at place *number*, from none, away: it was wrong.  *seen* is the version where it stood there."""
    must_keep_person(by, party)
    names = list(party.names or ())
    if not 0 <= number < len(names):
        raise ValidationError(_("That name is not there any more."))
    del names[number]
    party.names = names
    return save_person(by, party, seen, reason="unnamed", event="person.unnamed", detail={})


@transaction.atomic
def record_death(*, by, party: Party, seen: int, died_on, source: str, hold: bool) -> Party:
    """Say that *party* has died, on the day *died_on* (None: not known), and who says so.

    No letter to them leaves by itself from then on (`rules.may_write_to`); the case stays closed to whom it was closed.
    *hold* keeps the case from erasure, for a review of the death or an inquest.  Recorded.
    """
    must_keep_person(by, party)
    if not source.strip():
        raise ValidationError({"source": _("Say who says so.")})
    if died_on and died_on > timezone.localdate():
        raise ValidationError({"died_on": _("The day must not be in the future.")})
    party.deceased, party.died_on, party.death_source = True, died_on, source.strip()
    if hold:
        hold_cases(by=by, cases=[party.case], authority=Hold.Authority.REVIEW, source=party)
    return save_person(by, party, seen, reason="died", event="person.died", detail={"held": hold})


@transaction.atomic
def take_back_death(*, by, party: Party, seen: int) -> Party:
    """The person is alive: it was recorded in error.  The case is let go, unless something else holds it."""
    must_keep_person(by, party)
    party.deceased, party.died_on, party.death_source = False, None, ""
    release_holds(by=by, source=party)
    return save_person(by, party, seen, reason="not_died", event="person.not_died", detail={})


def raise_majorities(*, today=None) -> int:
    """For every child who came of age while their case was open: tell the desk, once.  Returns how many are new."""
    today = today or timezone.localdate()
    parties = Party.objects.with_key().current().spoken_of().filter(case__state=Case.State.OPEN, subject__isnull=False)
    rows = Majority.objects.values_list("case", "subject", "party")
    told = {(case, person) for case, *people in rows for person in people}
    found = 0
    for party in parties.select_related("case").iterator(chunk_size=500):
        since = timezone.localdate(min(party.created_at, party.case.opened_at))
        is_new = not told & {(party.case_id, party.subject_id), (party.case_id, party.pk)}
        if is_new and rules.came_of_age(party.birth_date, since=since, today=today):
            told.add((party.case_id, party.subject_id))
            found += _raise(party)
    return found


@transaction.atomic
def settle_majority(*, by, majority: Majority, seen: int, done: list[str], words: str) -> Majority:
    """Note what was *done* (codes of `rules.DONE`), and in *words* why the rest was not needed.  Recorded."""
    if not rules.may_keep_person(by, majority.party):
        raise PermissionDenied
    if majority.settled_at:
        raise ValidationError(_("This was settled in the meantime."))
    if set(done) != set(rules.DONE) and not words.strip():
        raise ValidationError({"words": _("Say why the rest is not needed.")})
    majority.done = [code for code in rules.DONE if code in done]
    majority.words, majority.settled_at, majority.settled_by = words.strip(), timezone.now(), by
    noting(majority, by=by, reason="settled").save_over(seen)
    record("majority.settled", by=by, thing=majority, case_id=majority.case_id, detail={"done": majority.done})
    return majority


@transaction.atomic
def _raise(party: Party) -> bool:
    majority, is_new = Majority.objects.get_or_create(
        case=party.case,
        subject_id=party.subject_id,
        defaults={"key": party.key, "party": party, "raised_at": timezone.now()},
    )
    if is_new:
        record("majority.raised", by=CLOCK, thing=majority, case_id=party.case_id, panel_id=party.case.panel_id)
    return is_new


def must_keep_person(by, party: Party) -> None:
    """Refuse for whoever does not keep *party*."""
    if not rules.may_keep_person(by, party):
        raise PermissionDenied


def save_person(by, party: Party, seen: int, *, reason: str, event: str, detail: dict) -> Party:
    """Save *party* over the version *seen*, found by what it says now, and put on record."""
    noting(party, by=by, reason=reason).save_over(seen)
    if party.subject_id:
        index_subject(party.subject)
    record(event, by=by, thing=party, case_id=party.case_id, panel_id=party.case.panel_id, detail=detail)
    return party
