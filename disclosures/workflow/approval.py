"""Deciding with a fresh code, by a liaison officer who did not ask; deciding anew; dissent.  What is decided stands."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.workflow.drafts import drop_all_drafts
from core.history import noting
from core.models import Key
from core.recording import record
from disclosures.emails import tell_of_answer, tell_of_dissent
from disclosures.models import Decision, DecisionItem, DecisionRecipient, Disclosure, Dissent
from disclosures.models.codes import SHARING, Outcome
from disclosures.rules import address
from disclosures.rules import decision as rules
from disclosures.rules.request import has_standing
from disclosures.workflow.decision import QUESTIONS, know, parts_of
from disclosures.workflow.override import override_consent
from disclosures.workflow.recall import close_superseded
from disclosures.workflow.release import open_releases
from disclosures.workflow.request import open_decision, settle
from partnership.workflow.sign_in import check_code

State = Decision.State
ENDED_BY_ORIGINATOR = (Dissent.Ending.STANDS, Dissent.Ending.CHANGED)
CARRIED = (
    *dict.fromkeys(name for names in QUESTIONS.values() for name in names),
    "health",
    "steps_done",
    "standing",
    "regime",
    "recipient_regime",
    "consent_state",
)


def approve(request, *, by, decision: Decision, seen: int, code: str) -> Decision:
    """Decide, with the one-time *code* of *by* asked at this moment; see `decide` for what becomes true.

    A wrong code counts as a failed sign-in does.  Refused with everything that is missing at once.
    """
    require_approvable(by, decision)
    try:
        check_code(request, member=by, code=code)
    except ValidationError as refusal:
        raise ValidationError({"code": refusal.messages}) from None
    return decide(by=by, decision=decision, seen=seen)


@transaction.atomic
def decide(*, by, decision: Decision, seen: int) -> Decision:
    """Let *decision* stand as it is answered: who, when, on which grounds; what it supersedes is superseded.

    Where it shares what rests on consent and no consent covers, that is overridden for this use alone.  Each recipient
    gets a release that waits for them (`workflow.release.open_releases`).  Who asked is told that an answer is there,
    and of no other originator anything.  Guidance §2.2.1 and Box 1.
    """
    parts = require_approvable(by, decision)
    now = timezone.now()
    for earlier in Decision.objects.with_key().before(decision):
        supersede(by, earlier, decision, now)
    decision.state, decision.decided_at, decision.decided_by, decision.verified_at = State.DECIDED, now, by, now
    if not decision.shares:
        decision.bases = []
    if not decision.shares or not address.is_in_decision(decision, parts["items"]):
        decision.address_at = decision.address_by = None  # it was taken out again
    know(decision)
    noting(decision, by=by, reason="decided").save_over(seen)
    drop_all_drafts(decision)
    _record_decided(by, decision, parts["recipients"])
    settle(decision.disclosure, by=by)
    if decision.shares:
        override_consent(decision, by=by, items=parts["items"], recipients=parts["recipients"])
        open_releases(decision, by=by)
    if decision.outcome != Outcome.DEFER:
        tell_of_answer(decision.disclosure)
    return decision


def require_approvable(by, decision: Decision) -> dict:
    """The parts of *decision*, if *by* may decide it now and nothing is missing; raises otherwise."""
    if not rules.may_approve(by, decision):
        raise PermissionDenied
    parts = parts_of(decision)
    found = rules.problems(decision, **parts)
    if not has_standing(decision.originator, decision.disclosure.case_id):
        found.insert(0, ("record", _("Your agency is not a tier-1 signatory now: it can share nothing.")))
    if decision.address_by_id == by.pk and address.is_in_decision(decision, parts["items"]):
        found.append(("release", _("You looked at the confidential address: another liaison officer decides.")))
    if found:
        raise ValidationError([ValidationError(sentence, code=page) for page, sentence in found])
    return parts


@transaction.atomic
def reopen(*, by, decision: Decision) -> Decision:
    """A new decision that waits, with everything the old one said; the old one stands until the new one is taken."""
    if not rules.may_supersede(by, decision):
        raise PermissionDenied
    disclosure = decision.disclosure
    waiting = Decision.objects.visible_to(by).waiting()
    there = waiting.filter(disclosure=disclosure, originator=decision.originator_id).first()
    if there is not None:
        return there
    try:
        with transaction.atomic():
            renewed = open_decision(by=by, disclosure=disclosure, originator=decision.originator, reason="reopened")
    except IntegrityError:  # a colleague, a moment ago
        return waiting.get(disclosure=disclosure, originator=decision.originator_id)
    if decision.outcome not in (Outcome.NO_ANSWER, "") and decision.way == Decision.Way.ORDINARY:
        _carry(decision, renewed, by=by)
    settle(decision.disclosure, by=by)
    record(
        "decision.begun",
        by=by,
        thing=renewed,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        detail={"supersedes": str(decision.pk)},
    )
    return renewed


@transaction.atomic
def dissent(*, by, disclosure: Disclosure, originator, words: str) -> Dissent:
    """Record that the agency that asked disagrees with the answer of *originator*; told to that agency alone.

    Escalates to the originator's data protection officer (ICO data sharing code; field 45 of the decision record).
    """
    decision = Decision.objects.with_key().decided().filter(disclosure=disclosure, originator=originator).first()
    if decision is None or disclosure.agency_id != by.agency_id:
        raise PermissionDenied
    words = words.strip()
    if len(words) < rules.SHORTEST_REASON:
        raise ValidationError({"words": _("Say why your agency disagrees.")})
    there = _open_dissent(by, decision, words)
    if there is not None:
        return there
    row = Dissent(
        key=disclosure.key,
        decision=decision,
        agency=by.agency,
        raised_by=by,
        raised_at=timezone.now(),
        words=words,
        escalated_to="dpo",
    )
    noting(row, by=by, reason="dissented")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # a second click, or a colleague, a moment ago
        return _open_dissent(by, decision, words)
    record("decision.dissented", by=by, thing=row, case_id=disclosure.case_id, panel_id=disclosure.panel_id)
    tell_of_dissent(decision.originator, case=disclosure.case_id)
    return row


def _open_dissent(by, decision: Decision, words: str) -> Dissent | None:
    """What the agency has said already, where it says the same (a second click); refused where it says more."""
    there = Dissent.objects.with_key().filter(decision=decision, agency=by.agency_id, ended_at__isnull=True).first()
    if there is not None and there.words != words:
        raise ValidationError({"words": _("Your agency has said already that it disagrees. It is being looked at.")})
    return there


@transaction.atomic
def end_dissent(*, by, dissent: Dissent, ending: str, words: str) -> Dissent:
    """Record how a dissent ended (one of `ENDED_BY_ORIGINATOR`); by a liaison officer of the originator."""
    if not rules.may_end_dissent(by, dissent.decision):
        raise PermissionDenied
    if ending not in ENDED_BY_ORIGINATOR:
        raise ValidationError(_("Choose how it ended. Who disagrees withdraws it."))
    return _end_dissent(dissent, by=by, ending=ending, words=words)


@transaction.atomic
def withdraw_dissent(*, by, dissent: Dissent, words: str = "") -> Dissent:
    """The agency that disagreed does so no more, for *words* or none; by a member of it who may ask."""
    if not rules.may_withdraw_dissent(by, dissent):
        raise PermissionDenied
    return _end_dissent(dissent, by=by, ending=Dissent.Ending.WITHDRAWN, words=words)


def _end_dissent(dissent: Dissent, *, by, ending: str, words: str) -> Dissent:
    decision = dissent.decision
    # The other side ends it as well: the second one waits, and is told.
    locked = Dissent.objects.with_key().select_for_update(of=("self",), no_key=True).get(pk=dissent.pk)
    if locked.ended_at:
        raise ValidationError(_("It was recorded already how this ended."))
    dissent.ending, dissent.ending_words = ending, words.strip()
    dissent.ended_at, dissent.ended_by = timezone.now(), by
    noting(dissent, by=by, reason=f"ended:{ending}").save(force_update=True)
    record(
        "decision.dissent_ended",
        by=by,
        thing=dissent,
        case_id=decision.disclosure.case_id,
        panel_id=decision.disclosure.panel_id,
        detail={"ending": str(ending)},
    )
    return dissent


def supersede(by, earlier: Decision, later: Decision, now) -> None:
    """Let *earlier* give way to *later*; what it released and is not over is recalled."""
    earlier.state, earlier.superseded_at, earlier.superseded_by = State.SUPERSEDED, now, later
    noting(earlier, by=by, reason="superseded").save_over(earlier.version)
    record(
        "decision.superseded",
        by=by,
        thing=earlier,
        case_id=later.disclosure.case_id,
        panel_id=later.disclosure.panel_id,
        detail={"by": str(later.pk)},
    )
    close_superseded(earlier, by=by)


def _record_decided(by, decision: Decision, recipients) -> None:
    record(
        "decision.decided",
        by=by,
        thing=decision,
        case_id=decision.disclosure.case_id,
        panel_id=decision.disclosure.panel_id,
        recipients=[recipient_of(recipient) for recipient in recipients] if decision.outcome in SHARING else [],
        detail={
            "number": decision.disclosure.number,
            "outcome": str(decision.outcome),
            "reason": str(decision.reason_code),
            "bases": decision.bases,
        },
    )


def recipient_of(recipient: DecisionRecipient) -> dict:
    """A recipient as the audit keeps one."""
    if recipient.member_id:
        return {
            "kind": "member",
            "id": str(recipient.member_id),
            "name": recipient.member.name,
            "address": recipient.agency.name,
        }
    return {"kind": "observer", "id": str(recipient.pk), "name": recipient.observer}


def _carry(old: Decision, new: Decision, *, by) -> None:
    for name in CARRIED:
        setattr(new, name, getattr(old, name))
    new.reviewer = None
    new.begun_at, new.begun_by = timezone.now(), by
    new.words_key = new.words_key if new.words_key_id else Key.objects.mint(Key.Kind.RELEASE)
    noting(new, by=by, reason="carried").save_over(new.version)
    parts = parts_of(old)
    for item in parts["items"]:
        if item.key.is_destroyed:  # what was released is destroyed: it is entered anew
            continue
        fields = ("entry_id", "party_id", "position", "category", "original", "words", "withheld", "nature")
        more = ("source", "grade", "known_on", "gaps")
        DecisionItem(key=new.words_key, decision=new, **{name: getattr(item, name) for name in (*fields, *more)}).save(
            force_insert=True
        )
    for recipient in parts["recipients"]:
        DecisionRecipient(
            key=new.key,
            decision=new,
            agency_id=recipient.agency_id,
            member_id=recipient.member_id,
            observer=recipient.observer,
            need=recipient.need,
        ).save(force_insert=True)
