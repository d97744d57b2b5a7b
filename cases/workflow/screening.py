"""What the panel's coordinator decides on a referral: accepted, returned, declined."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import emails
from cases.models import Case, Checklist, Listing, Party, Referral, VictimContact
from cases.models.access import Stage
from cases.models.reference import ReferenceCounter
from cases.rules import repeat as repeat_rules
from cases.rules import screening as rules
from cases.schemes import scheme_of
from cases.workflow import sight
from cases.workflow.access import involve, open_to_desk
from cases.workflow.case import reopen_case
from cases.workflow.drafts import drop_all_drafts
from cases.workflow.matching import index_subject, link_party, make_subject, supersede_earlier, unlink_party
from cases.workflow.reference import next_reference
from core.history import noting
from core.recording import record

State = Referral.State
Repeat = Referral.RepeatAnswer


@transaction.atomic
def accept_referral(*, by, referral: Referral, matches=None, repeat: str = "", explanation: str = "") -> Case:
    """Accept *referral*: its case, with the people as subjects, open to the desk; returns the case.

    *matches* maps parties' ids to the `Subject`s that they are (those already linked need not be named; all others
    become new people).  The same people, in the parts that the scheme matches, mean the case they had, reopened, and
    the earlier referral's parties are superseded.  *repeat* is the person's answer ("repeat" or "new"), *explanation*
    what it rests on; a scheme without repeats asks nobody: it is one where there was a case.  Whoever is barred from
    the referral is barred from the case.  Refused with the whole list of what stops it.  Agencies are involved when
    the case is listed; who referred, at once where the scheme lets them work on it.  The referrer is written to,
    without names.
    """
    referral = _held(by, referral)
    parties = _parties(referral)
    stops = [wrong for wrong in findings(referral, parties) if wrong.stops]
    if stops:
        raise ValidationError([ValidationError(wrong.words, code=wrong.code) for wrong in stops])
    asks = scheme_of(referral.panel).has("repeats")
    if asks and repeat not in (Repeat.REPEAT, Repeat.NEW):
        raise ValidationError(_("Say whether this is a repeat."))
    for party in parties:
        if party.pk in (matches or {}):
            link_party(by=by, party=party, subject=matches[party.pk])
    found = pair_precedent(by, referral, parties)
    repeat = repeat if asks else Repeat.REPEAT if found else Repeat.NEW
    case = _same_case(by, found) if found else new_case(by=by, referral=referral)
    _decide(referral, by=by, state=State.ACCEPTED)
    referral.case, referral.repeat = case, repeat
    referral.repeat_confirmed_at, referral.repeat_confirmed_by = referral.decided_at, by
    referral.repeat_explanation = " ".join(filter(None, [found.words if found else "", explanation]))
    noting(referral, by=by, reason="accepted").save_over(referral.version)
    _join_people(by, case, parties)
    open_to_desk(by=by, panel=referral.panel, case=case, why="accepted")
    if scheme_of(referral.panel).has("referrer_stays"):
        involve(by=by, panel=referral.panel, case=case, agency=referral.agency, stage=Stage.MANAGING, why="referred")
    if sight.carry_bars(by=by, referral=referral, case=case) and not case.restricted:
        case.restricted = True
        noting(case, by=by, reason="conflict").save_over(case.version)
    record(
        "referral.accepted",
        by=by,
        thing=referral,
        case_id=case.pk,
        panel_id=referral.panel_id,
        detail={"repeat": repeat == Repeat.REPEAT, "same_case": bool(found)},
    )
    drop_all_drafts(referral)
    emails.referral_decided(referral, body=_("Your referral was accepted."))
    return case


@transaction.atomic
def return_referral(*, by, referral: Referral, missing: list[str], words: str) -> Referral:
    """Give *referral* back to its agency with what is missing: section codes and the coordinator's words."""
    referral = _held(by, referral)
    if not missing:
        raise ValidationError({"missing": _("Choose what is missing.")})
    if not words.strip():
        raise ValidationError({"words": _("Say what you need.")})
    referral.missing = list(missing)
    _decide(referral, by=by, state=State.RETURNED, words=words)
    noting(referral, by=by, reason="returned").save_over(referral.version)
    record("referral.returned", by=by, thing=referral, panel_id=referral.panel_id, detail={"sections": list(missing)})
    emails.referral_decided(referral, body=_("Your referral was returned: more information is needed."))
    return referral


@transaction.atomic
def decline_referral(*, by, referral: Referral, words: str) -> Referral:
    """Decline *referral* for the reason in *words*; people already recognised are let go again."""
    referral = _held(by, referral)
    if not words.strip():
        raise ValidationError({"words": _("Give the reason.")})
    for party in _parties(referral):
        if party.subject_id:
            unlink_party(by=by, party=party)
    _decide(referral, by=by, state=State.DECLINED, words=words)
    noting(referral, by=by, reason="declined").save_over(referral.version)
    record("referral.declined", by=by, thing=referral, panel_id=referral.panel_id)
    drop_all_drafts(referral)
    emails.referral_decided(referral, body=_("Your referral was declined; the reason is in Confer."))
    return referral


def findings(referral: Referral, parties) -> list[rules.Wrong]:
    """Everything wrong with *referral* as it stands."""
    checklist = Checklist.objects.with_key().filter(referral=referral).first()
    contacts = VictimContact.objects.filter(referral=referral).exists()
    return rules.wrong_with(referral, parties, checklist, contacts)


def pair_precedent(by, referral: Referral, parties) -> repeat_rules.Precedent | None:
    """The case that the same people already have on this panel, in each part that its scheme matches.

    A MARAC: the same victim and at least one same alleged perpetrator; where only the principal is matched, the same
    principal.  Decided by the people linked so far, among the cases that *by* may see; of several, the one with most
    of them, then the latest.
    """
    matched = scheme_of(referral.panel).matched
    people = {part: {p.subject_id for p in parties if p.capacity == part} - {None} for part in matched}
    if not all(people.values()):
        return None
    seen = Case.objects.visible_to(by).filter(panel=referral.panel_id)
    cases_of = {part: Party.objects.filter(capacity=part, subject__in=people[part]).values("case") for part in matched}
    for cases in cases_of.values():
        seen = seen.filter(pk__in=cases)
    overlap: dict = {}
    for case_id, subject_id in Party.objects.filter(
        case__in=seen.values("pk"), capacity=matched[-1], subject__in=people[matched[-1]]
    ).values_list("case_id", "subject_id"):
        overlap.setdefault(case_id, set()).add(subject_id)
    if not overlap:
        return None
    cases = {case.pk: case for case in seen.filter(pk__in=overlap)}
    case = max(cases.values(), key=lambda case: (len(overlap[case.pk]), case.opened_at))
    last = (
        Referral.objects.with_key()
        .filter(case=case, state=State.ACCEPTED)
        .exclude(pk=referral.pk)
        .order_by("-submitted_at")
        .first()
    )
    if last is None:
        return None
    heard_on = Listing.objects.filter(case=case).aggregate(Max("heard_on"))["heard_on__max"]
    return repeat_rules.precedent(case, referral, last_referral=last, heard_on=heard_on)


def _held(by, referral: Referral) -> Referral:
    """*referral* as it is now, held until the end; refused for those who may not screen it."""
    panel, agency, writer = referral.panel, referral.agency, referral.written_by
    held = Referral.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=referral.pk).first()
    if held is None:
        raise PermissionDenied
    held.panel, held.agency, held.written_by = panel, agency, writer
    if held.state != State.SUBMITTED:
        raise ValidationError(_("This referral has been decided, or taken back, in the meantime."))
    if not rules.may_screen(by, held):
        raise PermissionDenied
    return held


def _parties(referral) -> list[Party]:
    parties = list(
        Party.objects.with_key().select_related("subject__key").current().in_order().filter(referral=referral)
    )
    for party in parties:
        party.referral = referral
    return parties


def _decide(referral, *, by, state: str, words: str = "") -> None:
    referral.state, referral.decision_reason = state, words
    referral.decided_at, referral.decided_by = timezone.now(), by
    if state != State.RETURNED:
        referral.missing = []


def _same_case(by, found: repeat_rules.Precedent) -> Case:
    return reopen_case(by=by, case=found.case, reason="new_incident")


def new_case(*, by, referral: Referral) -> Case:
    """A case with the next reference, sealed with the key that *referral* has had from its first save.

    The caller puts the referral and its people on it, and says who sees it.
    """
    case = Case(
        key=referral.key,
        panel=referral.panel,
        opened_at=timezone.now(),
        opened_by=by,
        reference=next_reference(referral.panel, ReferenceCounter.Kind.CASE),
    )
    noting(case, by=by, reason="accepted").save(force_insert=True)
    record("case.opened", by=by, thing=case, case_id=case.pk, panel_id=case.panel_id)
    return case


def _join_people(by, case, parties) -> None:
    """Put *parties* on *case*, each as a subject, in place of the earlier parties of the same subjects."""
    for party in parties:
        party.case = case
        if party.subject is None:
            party.subject = make_subject(by=by, party=party)
        noting(party, by=by, reason="accepted").save_over(party.version)
    supersede_earlier(by=by, case_id=case.pk, parties=parties)
    for party in parties:
        index_subject(party.subject)
