"""What is found about the person of a request from outside: by the worker alone, the same task for every request.

A handler's own page sets the task and reads back what their own sight allows; so neither its statements nor their
number tell whether anything more was found.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from cases.models import Entry, Hold, Party, Referral
from cases.workflow.hold import hold_cases
from cases.workflow.tracing import cases_of, trace_people
from core.history import noting
from core.recording import SystemActor, record
from disclosures import emails_of_outside as emails
from disclosures.models import Consultation, MatchedItem, OutsideRequest
from disclosures.rules.handlers import answerers

WORKER = SystemActor("request worker")
State = OutsideRequest.State


def enqueue_match(request: OutsideRequest) -> None:
    """Have the worker look for what *request* may be about; in the same transaction, so that no crash loses it."""
    match_request.enqueue(str(request.pk))


@task()
def match_request(request_id: str) -> None:
    """Hold what may be asked for; once the search has begun note the items; once originators are to be asked, ask them.

    May run any number of times.  A request that is closed lets go of everything instead.
    """
    from disclosures.workflow.outside import let_go

    with transaction.atomic():
        request = OutsideRequest.objects.with_key().select_related("handler__agency").get(pk=request_id)
        if request.state == State.CLOSED:
            let_go(by=WORKER, request=request)
            return
        people = _people(request)
        cases = cases_of(people)
        hold_cases(by=WORKER, cases=cases, authority=Hold.Authority.REQUEST, source=request)
        if request.searched_at:
            _note_items(request, people, cases)
        if request.consult_by_on:
            _ask_originators(request)


def _people(request: OutsideRequest) -> list:
    if not (request.family_name or request.given_name):
        return []
    return trace_people(
        partnership=request.partnership_id,
        given_name=request.given_name,
        family_name=request.family_name,
        birth_date=request.birth_date,
        aliases=request.aliases,
    )


def _note_items(request: OutsideRequest, people, cases) -> None:
    """Note every entry that may be about the person, and every referral of their cases, once; hidden or not."""
    parties = Party.objects.filter(subject__in=[person.pk for person in people]).values("pk")
    about = Q(party__isnull=True) | Q(party__in=parties)
    entries = Entry.objects.filter(about, case__in=[case.pk for case in cases], withdrawn_at__isnull=True)
    referrals = Referral.objects.filter(case__in=[case.pk for case in cases])
    known = set(request.items.values_list("entry", "referral"))
    seen = set(
        Entry.objects.visible_to(request.handler).filter(pk__in=entries.values("pk")).values_list("pk", flat=True)
    )
    seen |= set(
        Referral.objects.visible_to(request.handler).filter(pk__in=referrals.values("pk")).values_list("pk", flat=True)
    )
    found = [(row, {"entry": row}) for row in entries.order_by("pk") if (row.pk, None) not in known]
    found += [(row, {"referral": row}) for row in referrals.order_by("pk") if (None, row.pk) not in known]
    items = [
        MatchedItem(
            request=request, agency_id=row.agency_id, case_id=row.case_id, is_hidden=row.pk not in seen, **thing
        )
        for row, thing in found
    ]
    MatchedItem.objects.bulk_create(items)
    if items:
        record("outside.matched", by=WORKER, thing=request, things=[row for row, _thing in found])


def _ask_originators(request: OutsideRequest) -> None:
    """Ask each agency about its items that nobody was asked about; what the handler may not know of apart, and hidden.

    The agency of a complaint is not asked; nor is the handler's own about what the handler sees.
    """
    waiting = defaultdict(list)
    for item in request.items.filter(consultation__isnull=True):
        own = item.agency_id == request.handler.agency_id and not item.is_hidden
        if not own and item.agency_id != request.about_agency_id:
            waiting[item.agency_id, item.is_hidden].append(item)
    for (agency_id, is_hidden), items in sorted(waiting.items(), key=lambda each: (str(each[0][0]), each[0][1])):
        standing = Consultation.objects.with_key().filter(
            request=request, agency=agency_id, is_hidden=is_hidden, road=Consultation.Road.MATCH
        )
        waits = standing.waiting().first()
        consultation = waits or _ask(request, agency_id, is_hidden)
        for item in items:
            item.consultation = consultation
            item.save(update_fields=["consultation"])
        if waits is None:  # with its items: who is kept away from them is not told
            announce(WORKER, consultation)


def _ask(request: OutsideRequest, agency_id, is_hidden: bool) -> Consultation:
    answered = Consultation.objects.with_key().filter(
        request=request, agency=agency_id, is_hidden=is_hidden, road=Consultation.Road.MATCH, ended_at__isnull=True
    )
    for earlier in answered:  # more was found since: the earlier answer does not speak for it
        earlier.ended_at = timezone.now()
        noting(earlier, by=WORKER, reason="asked_again").save(force_update=True)
    consultation = Consultation(
        key=request.key,
        request=request,
        agency_id=agency_id,
        road=Consultation.Road.MATCH,
        is_hidden=is_hidden,
        due_on=request.consult_by_on,
    )
    noting(consultation, by=WORKER, reason="consultation.asked").save(force_insert=True)
    return consultation


def announce(by, consultation: Consultation) -> None:
    """Record who is told by *consultation* that there is a request, and write to them that something waits."""
    told, _away = answerers(consultation)
    record(
        "consultation.asked",
        by=by,
        thing=consultation,
        recipients=[{"kind": "member", "id": str(m.pk), "name": m.name, "address": m.email} for m in told],
        detail={"road": str(consultation.road)},
    )
    emails.tell_of_consultation(consultation)
