"""Originators asked for their view on a request from outside, and what they answer."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import SystemActor, record
from core.working_days import working_days_after
from disclosures import emails_of_outside as emails
from disclosures.models import Consultation, OutsideRequest
from disclosures.rules import exemptions as grounds
from disclosures.rules import outside as rules
from disclosures.workflow.tracing import announce
from partnership.rules import may_decide

CLOCK = SystemActor("clock")
View = Consultation.View
WITH_GROUNDS = frozenset({View.LIMITS, View.OBJECTS, View.NEITHER})


@transaction.atomic
def ask_agency(*, by, request: OutsideRequest, agency, question: str, answer_by_on: datetime.date) -> Consultation:
    """Ask *agency* by hand for its view, for instance about figures on an estate that it supplied (FOIA s.45 Code).

    Refused for the agency that a complaint is about.  Recorded with who is told that there is a request.
    """
    if not rules.may_handle(by, request):
        raise PermissionDenied
    if not rules.may(by, request, "ask_agency"):
        raise ValidationError(_("Agencies are asked once the search is done and before the answer is checked."))
    if agency.pk == request.about_agency_id:
        raise ValidationError({"agency": _("The complaint is about this agency: it is not told.")})
    if agency.partnership_id != request.partnership_id:
        raise PermissionDenied
    if not question.strip():
        raise ValidationError({"question": _("Say what you ask the agency.")})
    if answer_by_on < timezone.localdate() or (request.due_on and answer_by_on > request.due_on):
        raise ValidationError({"answer_by_on": _("Choose a day from today on, before the request itself is due.")})
    consultation = Consultation(
        key=request.key,
        request=request,
        agency=agency,
        road=Consultation.Road.HAND,
        asked_by=by,
        question=question,
        due_on=answer_by_on,
    )
    noting(consultation, by=by, reason="consultation.asked").save(force_insert=True)
    announce(by, consultation)
    return consultation


@transaction.atomic
def answer_consultation(
    *, by, consultation: Consultation, seen: int, view: str, exemptions=(), reasons: str = ""
) -> Consultation:
    """Say for the agency asked what may become of what it holds, on which grounds and why.

    By its liaison officer or deputy.  What limits or refuses names grounds that the kind of request knows, and reasons.
    Of an answer about what the handler may not know of, the handler is told nothing.
    """
    if not may_decide(by, consultation.agency) or consultation.request.about_agency_id == by.agency_id:
        raise PermissionDenied
    if not consultation.is_waiting:
        raise ValidationError(_("This consultation is over."))
    if consultation.is_hidden and view in (View.AGREES, View.LIMITS):
        raise ValidationError(
            {"view": _("Whoever handles the request may not know of this: your agency answers for it itself.")}
        )
    exemptions = [code for code in exemptions if code]
    if view in WITH_GROUNDS and not exemptions:
        raise ValidationError({"exemptions": _("Say on which grounds.")})
    if grounds.unknown(consultation.request.kind, exemptions):
        raise ValidationError({"exemptions": _("This kind of request does not know that ground.")})
    if view != View.AGREES and not reasons.strip():
        raise ValidationError({"reasons": _("Say why.")})
    consultation.view, consultation.exemptions, consultation.reasons = view, exemptions, reasons
    consultation.answered_at, consultation.answered_by = timezone.now(), by
    noting(consultation, by=by, reason="consultation.answered").save_over(seen)
    record(
        "consultation.answered",
        by=by,
        thing=consultation,
        detail={"view": str(view), "grounds": sorted(exemptions)},
    )
    request = consultation.request
    if Consultation.objects.of_request(request.handler).filter(pk=consultation.pk).exists():
        emails.tell_of_view(request)
    return consultation


def remind_of_consultations(*, now=None) -> int:
    """By the clock, once a day: write to agencies whose answer is due by the next working day or late; how many."""
    today = timezone.localdate(now)
    due = (
        Consultation.objects.waiting().filter(due_on__lte=working_days_after(today, 1)).exclude(reminded_at__date=today)
    )
    ids = list(due.values_list("pk", flat=True))
    for pk in ids:
        _remind(pk, now or timezone.now())
    return len(ids)


@transaction.atomic
def _remind(pk, now) -> None:
    consultation = Consultation.objects.with_key().select_related("request", "agency").get(pk=pk)
    consultation.reminded_at = now
    noting(consultation, by=CLOCK, reason="consultation.reminded").save(force_update=True)
    record("consultation.reminded", by=CLOCK, thing=consultation)
    emails.tell_of_consultation(consultation, again=True)


def remind_of_requests(*, now=None) -> int:
    """By the clock: write to handlers, once a day, of requests that are due within three working days or late."""
    today = timezone.localdate(now)
    due = OutsideRequest.objects.open().filter(due_on__lte=working_days_after(today, 3))
    due = list(due.exclude(reminded_at__date=today).with_key().select_related("handler"))
    for request in due:
        request.reminded_at = now or timezone.now()
        with transaction.atomic():
            noting(request, by=CLOCK, reason="reminded").save(force_update=True)
            emails.tell_handler(request, again=True)
    return len(due)
