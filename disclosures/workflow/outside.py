"""What happens to a request from outside: entered, its clock stopped and extended, who may know, its end.

Nothing here reads what is held about the person: whether anything is found changes no statement of these verbs.
"""

import datetime
import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.workflow.drafts import drop_all_drafts
from cases.workflow.hold import release_holds
from core.history import noting
from core.models import Key
from core.pdf import AUDIBLE_LETTERS
from core.recording import record
from disclosures import emails_of_outside as emails
from disclosures.models import Consultation, OutsideKnower, OutsidePause, OutsideRequest, VictimTests
from disclosures.rules import clocks
from disclosures.rules import outside as rules
from disclosures.workflow.tracing import enqueue_match
from partnership.roles import Permission

State = OutsideRequest.State
TYPED = (
    "requester_name",
    "requester_contact",
    "words",
    "given_name",
    "family_name",
    "birth_date",
    "aliases",
    "asked_by_on",
)


@transaction.atomic
def open_request(
    *, by, kind: str, received_on: datetime.date, received_by, held_for=None, about_agency=None, handler=None, **typed
) -> OutsideRequest:
    """Enter a request from outside; its clock runs from *received_on*, a day in Europe/London.

    *typed* are some of `TYPED`.  *handler* (default *by*) works on it; besides whom the handler names, nobody else is
    ever told that it exists.  What is held about the person is kept from erasure from now on (FOIA 2000 s.77, DPA 2018
    s.173), by the worker.  Recorded as outside.opened.  A complaint goes to a handler of another agency than it is
    about.
    """
    handler = handler or by
    if not by.may(Permission.HANDLE_OUTSIDE_REQUESTS):
        raise PermissionDenied
    _require_sense(by, kind, received_on, received_by, about_agency, handler)
    request = OutsideRequest(
        key=Key.objects.mint(Key.Kind.OUTSIDE),
        partnership_id=by.agency.partnership_id,
        number=_new_number(),
        kind=kind,
        received_on=received_on,
        received_by=received_by,
        held_for=held_for,
        about_agency=about_agency,
        handler=handler,
        opened_by=by,
        **{name: typed[name] for name in TYPED if name in typed},
    )
    request.due_on = clocks.due_on(request, [])
    noting(request, by=by, reason="outside.opened").save(force_insert=True)
    record("outside.opened", by=by, thing=request, detail={"kind": str(kind)})
    if handler != by:
        emails.tell_handler(request)
    enqueue_match(request)
    return request


@transaction.atomic
def change_request(*, by, request: OutsideRequest, seen: int, **typed) -> OutsideRequest:
    """Save *typed* (some of `TYPED`) over the version *seen*; what is found is looked for again, and held.

    What a proof of identity or a clarification brings: another spelling, a birth date, a name of before, what is meant.
    What was found or held by what stood before stays so until the request is closed (DPA 2018 s.173).
    """
    _must(by, request, "change")
    changed = [name for name in TYPED if name in typed and getattr(request, name) != typed[name]]
    for name in changed:
        setattr(request, name, typed[name])
    request.due_on = clocks.due_on(request, request.pauses.all())
    _save(request, by, "outside.changed", seen, detail={"fields": changed})
    enqueue_match(request)
    return request


@transaction.atomic
def check_identity(*, by, request: OutsideRequest, check: str, words: str = "", on=None) -> None:
    """Note how the requester's identity was checked (UK GDPR Article 12(6); DPA 2018 s.52(4))."""
    _must(by, request, "name")
    request.identity_check, request.identity_words = check, words
    request.identity_checked_on = on or timezone.localdate()
    _save(request, by, "outside.changed", request.version, detail={"identity": str(check)})


@transaction.atomic
def pause(*, by, request: OutsideRequest, why: str, since_on: datetime.date, words: str = "") -> OutsidePause:
    """Stop the clock: *why* (an `OutsidePause.Why`) was asked on *since_on*.  Refused where it stops no such clock."""
    _must(by, request, "pause")
    if not clocks.effect(request.kind, why):
        raise ValidationError({"why": _("The clock of this kind of request does not stop for that.")})
    if since_on < request.received_on or since_on > timezone.localdate():
        raise ValidationError({"since_on": _("The clock stops on a day between receipt and today.")})
    stopped = OutsidePause(key=request.key, request=request, why=why, since_on=since_on, words=words, set_by=by)
    noting(stopped, by=by, reason="outside.paused").save(force_insert=True)
    request.state_before, request.state, request.due_on = request.state, State.CLARIFY, None
    _save(request, by, "outside.paused", request.version, detail={"why": str(why)})
    return stopped


@transaction.atomic
def resume(*, by, request: OutsideRequest, until_on: datetime.date) -> None:
    """What was asked for came on *until_on*: the clock runs again, anew or further as the law of its kind says."""
    _must(by, request, "resume")
    stopped = request.pauses.with_key().get(until_on__isnull=True)
    if until_on < stopped.since_on or until_on > timezone.localdate():
        raise ValidationError({"until_on": _("It came on a day between the day on which you asked and today.")})
    stopped.until_on = until_on
    noting(stopped, by=by, reason="outside.resumed").save(force_update=True)
    request.state, request.state_before = request.state_before or State.RECEIVED, ""
    request.due_on = clocks.due_on(request, request.pauses.all())
    _save(request, by, "outside.resumed", request.version, detail={"why": str(stopped.why)})


@transaction.atomic
def extend(*, by, request: OutsideRequest, reason: str, words: str) -> None:
    """Take the longer time that the law allows, for *reason* (an `OutsideRequest.Extension`) with *words*.

    Once, and before the first time is over: the requester must be told within it (UK GDPR Article 12A(4)).
    """
    pauses = list(request.pauses.all())
    if not rules.may_handle(by, request):
        raise PermissionDenied
    if not rules.may_extend(by, request, pauses):
        raise ValidationError(_("More time can be taken once, and only before the first time is over."))
    if reason not in dict(clocks.clock_of(request).extension):
        raise ValidationError({"reason": _("For this reason no more time is allowed.")})
    if not words.strip():
        raise ValidationError({"words": _("Say why more time is needed: the requester is told so.")})
    request.extension, request.extension_words = reason, words
    request.extended_at, request.extended_by = timezone.now(), by
    request.due_on = clocks.due_on(request, pauses)
    _save(request, by, "outside.extended", request.version, detail={"why": str(reason)})


@transaction.atomic
def acknowledge(*, by, request: OutsideRequest, on: datetime.date) -> None:
    """A complaint's receipt was acknowledged on that day (DPA 2018 s.164A: within 30 days)."""
    _must(by, request, "acknowledge")
    if on < request.received_on or on > timezone.localdate():
        raise ValidationError({"on": _("It was acknowledged on a day between receipt and today.")})
    request.acknowledged_on = on
    request.due_on = clocks.due_on(request, request.pauses.all())
    _save(request, by, "outside.acknowledged", request.version)


@transaction.atomic
def record_tests(*, by, request: OutsideRequest, **tests) -> VictimTests:
    """Note how the tests of a victim information request are met, and the notice to the victim; over what stood."""
    _must(by, request, "name")
    if request.kind != OutsideRequest.Kind.VICTIM:
        raise ValidationError(_("Only a victim information request has these tests."))
    found = VictimTests.objects.with_key().filter(request=request).first()
    row = found or VictimTests(key=request.key, request=request)
    for name, value in tests.items():
        setattr(row, name, value)
    row.recorded_by = by
    noting(row, by=by, reason="outside.changed")
    row.save_over(row.version) if found else row.save(force_insert=True)
    record("outside.changed", by=by, thing=request, detail={"tests": "recorded"})
    return row


@transaction.atomic
def begin_search(*, by, request: OutsideRequest, scope: str) -> None:
    """Search within *scope*, which is written down as reasonable and proportionate (UK GDPR Article 15(1A)).

    The worker finds; the handler is shown what they may see by their own right, and of the rest nothing.  Refused with
    everything that is wanting first.
    """
    _must(by, request, "search")
    tests = VictimTests.objects.with_key().filter(request=request).first()
    wanting = rules.gaps_before_search(request, tests)
    if wanting:
        raise ValidationError([str(sentence) for sentence in wanting])
    if not scope.strip():
        raise ValidationError({"scope": _("Say where you search, and why that is reasonable and proportionate.")})
    request.scope, request.searched_at, request.searched_by = scope, timezone.now(), by
    request.state = State.SEARCH
    _save(request, by, "outside.searched", request.version, reason="rights_request")
    enqueue_match(request)


@transaction.atomic
def search_again(*, by, request: OutsideRequest) -> None:
    """Look once more for what has come in since."""
    _must(by, request, "search_again")
    request.searched_at, request.searched_by = timezone.now(), by
    _save(request, by, "outside.searched", request.version, reason="rights_request")
    enqueue_match(request)


@transaction.atomic
def begin_consultation(*, by, request: OutsideRequest, answer_by_on: datetime.date) -> None:
    """Have every agency that said something asked for its view by *answer_by_on*, whichever and however many they are.

    Guidance 2.2 and 2.4.2.4.  The worker asks; who is asked about what the handler may not know of, nobody here learns.
    """
    _must(by, request, "consult")
    _require_day(request, answer_by_on)
    request.state, request.consult_by_on = State.CONSULT, answer_by_on
    _save(request, by, "outside.consulting", request.version)
    enqueue_match(request)


@transaction.atomic
def name_member(*, by, request: OutsideRequest, member) -> OutsideKnower:
    """Let *member* know that the request exists, and see it as the handler does, as far as they may see the things."""
    _must(by, request, "name")
    if member.agency_id == request.about_agency_id:
        raise ValidationError({"member": _("The complaint is about this member’s agency.")})
    if not member.may(Permission.HANDLE_OUTSIDE_REQUESTS):
        raise ValidationError({"member": _("This member does not handle requests from outside.")})
    standing = OutsideKnower.objects.live().filter(request=request, member=member).first()
    if standing or member.pk == request.handler_id:
        return standing
    knower = OutsideKnower(request=request, member=member, named_by=by)
    noting(knower, by=by, reason="outside.named").save(force_insert=True)
    record(
        "outside.named",
        by=by,
        thing=request,
        recipients=[{"kind": "member", "id": str(member.pk), "name": member.name, "address": member.email}],
    )
    return knower


@transaction.atomic
def end_member(*, by, request: OutsideRequest, knower: OutsideKnower) -> None:
    """End that a member may know of the request, from now on."""
    _must(by, request, "name")
    knower.until = timezone.now()
    noting(knower, by=by, reason="outside.unnamed").save(force_update=True)
    record("outside.unnamed", by=by, thing=request)


@transaction.atomic
def hand_over(*, by, request: OutsideRequest, to) -> None:
    """Let *to* handle the request from now on; *by* knows of it no more unless named."""
    _must(by, request, "name")
    _require_handler(to, request.about_agency)
    request.handler = to
    drop_all_drafts(request)
    _save(request, by, "outside.handed_over", request.version)
    emails.tell_handler(request)
    enqueue_match(request)


@transaction.atomic
def note_ico(*, by, request: OutsideRequest, reference: str) -> None:
    """Note under which reference the Information Commissioner looks at it."""
    _must(by, request, "note_ico")
    request.ico_reference = reference
    _save(request, by, "outside.changed", request.version)


@transaction.atomic
def ask_review(*, by, request: OutsideRequest, asked_on: datetime.date) -> None:
    """The requester asked for an internal review on that day; what is held stays held."""
    _must(by, request, "ask_review")
    if asked_on < request.received_on or asked_on > timezone.localdate():
        raise ValidationError({"asked_on": _("It was asked for on a day between receipt and today.")})
    request.state, request.review_asked_on = State.REVIEW, asked_on
    request.review_due_on = request.due_on = clocks.review_due_on(request, asked_on)
    _save(request, by, "outside.review_asked", request.version)
    enqueue_match(request)


@transaction.atomic
def close_request(*, by, request: OutsideRequest, ending: str, words: str = "") -> None:
    """Close the request: consultations that wait end, and what was held back for it is let go.

    “Answered” only once an answer was sent; every other ending with *words* that say why.
    """
    _must(by, request, "close")
    sent = request.answers.filter(sent_at__isnull=False).exists()
    if (ending == OutsideRequest.Ending.ANSWERED) != sent:
        raise ValidationError({"ending": _("It is closed as answered once the answer was sent, and then only so.")})
    if not sent and not words.strip():
        raise ValidationError({"words": _("Say why it ends without an answer.")})
    now = timezone.now()
    for stopped in request.pauses.with_key().filter(until_on__isnull=True):
        stopped.until_on = max(timezone.localdate(now), stopped.since_on)
        noting(stopped, by=by, reason="outside.closed").save(force_update=True)
    request.state, request.closed_at, request.closed_by, request.due_on = State.CLOSED, now, by, None
    request.ending, request.ending_words = ending, words
    drop_all_drafts(request)
    _save(request, by, "outside.closed", request.version, detail={"ending": str(ending)})
    enqueue_match(request)


def let_go(*, by, request: OutsideRequest) -> None:
    """What follows from the end, by the worker: consultations that nobody answered end, holds are released."""
    for waiting in Consultation.objects.with_key().filter(request=request).waiting():
        waiting.ended_at = timezone.now()
        noting(waiting, by=by, reason="outside.closed").save(force_update=True)
        record("consultation.ended", by=by, thing=waiting)
    release_holds(by=by, source=request)


def _must(by, request: OutsideRequest, act: str) -> None:
    if not rules.may_handle(by, request):
        raise PermissionDenied
    if not rules.may(by, request, act):
        raise ValidationError(_("That is not the next step of this request any more. Look at it again."))


def _save(request: OutsideRequest, by, event: str, seen: int, *, reason: str = "", detail=None) -> None:
    noting(request, by=by, reason=event).save_over(seen)
    record(event, by=by, thing=request, reason=reason, detail=detail)


def _new_number() -> str:
    """A number that says nothing of how many requests there are: `RQ-2026-7HK3QX`, readable aloud."""
    return f"RQ-{timezone.localdate().year}-" + "".join(secrets.choice(AUDIBLE_LETTERS) for _letter in range(6))


def _require_sense(by, kind, received_on, received_by, about_agency, handler) -> None:
    if received_on > timezone.localdate():
        raise ValidationError({"received_on": _("It was received today or before.")})
    if received_by.partnership_id != by.agency.partnership_id:
        raise PermissionDenied
    if about_agency is not None and kind != OutsideRequest.Kind.COMPLAINT:
        raise ValidationError({"about_agency": _("Only a complaint is about an agency.")})
    if about_agency is not None and about_agency == received_by:
        raise ValidationError(
            {"about_agency": _("A complaint is taken by another authority than the agency that it is about.")}
        )
    _require_handler(handler, about_agency)


def _require_handler(handler, about_agency) -> None:
    if about_agency is not None and handler.agency_id == about_agency.pk:
        raise ValidationError({"handler": _("The complaint is about the handler’s agency: choose somebody else.")})
    if not handler.may(Permission.HANDLE_OUTSIDE_REQUESTS):
        raise ValidationError({"handler": _("This member does not handle requests from outside.")})


def _require_day(request: OutsideRequest, day: datetime.date) -> None:
    if day < timezone.localdate():
        raise ValidationError({"answer_by_on": _("The day by which agencies answer has not passed yet.")})
    if request.due_on and day > request.due_on:
        raise ValidationError({"answer_by_on": _("Agencies must answer before the request itself is due.")})
