"""Asking agencies for information, and taking the question back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Party, ReferenceCounter
from cases.workflow.drafts import drop_all_drafts
from cases.workflow.reference import next_reference
from core.history import noting
from core.models import Key, StaleVersion
from core.recording import record
from disclosures.emails import tell_of_request
from disclosures.models import Decision, Disclosure, DisclosurePerson
from disclosures.models.codes import Outcome
from disclosures.rules import request as rules

State = Disclosure.State
TYPED = (
    "categories",
    "wanted",
    "from_on",
    "to_on",
    "purpose_code",
    "purpose",
    "question",
    "recurrence",
    "recurrence_words",
    "due_at",
    "urgency",
    "child_safeguarding",
)


@transaction.atomic
def begin_request(*, by, case: Case) -> Disclosure:
    """A draft of a request about *case*, which *by* sees; one that *by* left without a word is taken up again.

    Refused to those who may not ask, and while their agency is no tier-1 signatory.
    """
    if not rules.may_ask(by, case):
        raise PermissionDenied
    left = Disclosure.objects.with_key().filter(case=case, requested_by=by, agency=by.agency_id, state=State.DRAFT)
    found = left.order_by("created_at").first()
    if found is not None:
        return found
    disclosure = Disclosure(
        key=Key.objects.mint(Key.Kind.DISCLOSURE),
        panel=case.panel,
        scheme=case.panel.scheme,
        case=case,
        agency=by.agency,
        requested_by=by,
        position=by.job_title,
    )
    noting(disclosure, by=by, reason="begun").save(force_insert=True)
    record("disclosure.begun", by=by, thing=disclosure, case_id=case.pk, panel_id=case.panel_id)
    return disclosure


@transaction.atomic
def ask(*, by, disclosure: Disclosure, originators, people, seen: int, **typed) -> Disclosure:
    """Ask *originators* (agencies) about *people* (parties of the case): one decision each waits from now on.

    *typed* gives every one of `TYPED`.  The standing of the requester and of each originator is asked at this
    instant.  Refused with every reason at once.  Recorded as a disclosure to the originators, whose liaison officers
    are told that something waits.  Guidance §2.2 and §4.3; golden rules 5 and 6.
    """
    if not rules.may_write(by, disclosure) or not rules.may_ask(by, disclosure.case):
        raise PermissionDenied
    originators, people = list(originators), list(people)
    _require_askable(by, disclosure, originators, people, typed)
    now = timezone.now()
    for name in TYPED:
        setattr(disclosure, name, typed[name])
    disclosure.number = next_reference(disclosure.panel, ReferenceCounter.Kind.DISCLOSURE)
    disclosure.state, disclosure.received_at = State.ASKED, now
    noting(disclosure, by=by, reason="asked").save_over(seen)
    disclosure.asked.set(originators)
    for person in people:
        name_person(disclosure, person)
    for originator in originators:
        open_decision(by=by, disclosure=disclosure, originator=originator)
    drop_all_drafts(disclosure)
    record(
        "disclosure.asked",
        by=by,
        thing=disclosure,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        recipients=[{"kind": "agency", "id": str(a.pk), "name": a.name} for a in originators],
        detail={"urgency": str(disclosure.urgency), "categories": len(disclosure.categories)},
    )
    tell_of_request(disclosure, originators)
    return disclosure


@transaction.atomic
def withdraw(*, by, disclosure: Disclosure) -> Disclosure:
    """Take the request back: nobody need answer any more; what was decided already stands."""
    if not rules.may_withdraw(by, disclosure):
        raise PermissionDenied
    was_draft = disclosure.state == State.DRAFT
    disclosure.state, disclosure.ended_at = State.WITHDRAWN, timezone.now()
    noting(disclosure, by=by, reason="withdrawn").save_over(disclosure.version)
    for decision in Decision.objects.with_key().waiting().filter(disclosure=disclosure).select_related("key"):
        decision.state = Decision.State.WITHDRAWN
        noting(decision, by=by, reason="withdrawn").save_over(decision.version)
        drop_all_drafts(decision)
    drop_all_drafts(disclosure)
    record(
        "disclosure.withdrawn",
        by=by,
        thing=disclosure,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        detail={"was_draft": was_draft},
    )
    return disclosure


def open_decision(*, by, disclosure: Disclosure, originator, reason: str = "asked") -> Decision:
    """A decision of *originator* on *disclosure* that waits to be taken."""
    decision = Decision(
        key=disclosure.key,
        disclosure=disclosure,
        originator=originator,
        requested_by=disclosure.requested_by,
        words_key=Key.objects.mint(Key.Kind.RELEASE),
        due_at=disclosure.due_at,
    )
    noting(decision, by=by, reason=reason).save(force_insert=True)
    return decision


def settle(disclosure: Disclosure, *, by) -> None:
    """Let the request be answered once no originator's decision waits or is deferred.

    Another originator may settle it at the same moment: that is nobody's clash.
    """
    for _attempt in range(3):
        try:
            return _settle(Disclosure.objects.with_key().get(pk=disclosure.pk), by)
        except StaleVersion:
            continue


def _settle(disclosure: Disclosure, by) -> None:
    open_ones = Q(state=Decision.State.WAITING) | Q(state=Decision.State.DECIDED, outcome=Outcome.DEFER)
    waiting = Decision.objects.filter(open_ones, disclosure=disclosure).exists()
    wanted = State.ASKED if waiting else State.CLOSED
    if disclosure.state in (State.ASKED, State.CLOSED) and disclosure.state != wanted:
        disclosure.state, disclosure.ended_at = wanted, None if waiting else timezone.now()
        noting(disclosure, by=by, reason="asked" if waiting else "answered").save_over(disclosure.version)


def name_person(disclosure: Disclosure, party: Party) -> None:
    """Copy *party* onto *disclosure*, under its key."""
    DisclosurePerson(
        key=disclosure.key,
        disclosure=disclosure,
        party=party,
        capacity=party.capacity,
        name=party.name,
        birth_date=party.birth_date,
    ).save(force_insert=True)


def _require_askable(by, disclosure, originators, people, typed) -> None:
    """Raise every reason that keeps the request from being sent, by field."""
    found: dict[str, list[str]] = {}
    allowed = set(rules.originators_for(by, disclosure.case).values_list("pk", flat=True))
    if not originators:
        found["originators"] = [_("Choose at least one agency to ask.")]
    for agency in originators:
        if agency.pk not in allowed:
            found.setdefault("originators", []).append(
                _("%(agency)s cannot be asked about this case.") % {"agency": agency.name}
            )
    for agency in rules.without_officer(originators, by.pk, disclosure.case_id):
        found.setdefault("originators", []).append(
            _("%(agency)s has nobody who could decide: it must name a liaison officer first.") % {"agency": agency.name}
        )
    seen = set(Party.objects.visible_to(by).filter(case=disclosure.case_id).values_list("pk", flat=True))
    if not people or any(person.pk not in seen for person in people):
        found["people"] = [_("Choose whom it is about.")]
    if not typed["categories"] and not typed["wanted"].strip():
        found["wanted"] = [_("Say what you ask for.")]
    found |= {
        name: problems
        for name, problems in {
            "wanted": rules.wanted_problems(typed["wanted"]) or found.get("wanted", []),
            "purpose": rules.purpose_problems(typed["purpose"]),
            "question": rules.question_problems(typed["question"], typed["purpose"]),
            "due_at": _late(typed["due_at"]),
            "to_on": _backwards(typed["from_on"], typed["to_on"]),
            **_recurring(disclosure, typed),
        }.items()
        if problems
    }
    if found:
        raise ValidationError(found)


def _recurring(disclosure, typed) -> dict[str, list[str]]:
    recurrence, words = typed["recurrence"], typed["recurrence_words"] or ""
    schedule = rules.schedule_for(disclosure.panel) if recurrence == Disclosure.Recurrence.RECURRING else None
    found = rules.recurrence_problems(recurrence, words, schedule)
    return {name: [sentence] for name, sentence in found.items()}


def _late(due_at) -> list[str]:
    return [_("Choose a time to come by which you need the answer.")] if due_at <= timezone.now() else []


def _backwards(from_on, to_on) -> list[str]:
    return [_("The last day cannot be before the first.")] if from_on and to_on and to_on < from_on else []
