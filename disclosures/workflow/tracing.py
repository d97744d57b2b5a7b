"""What is found about the person of a request from outside: by the worker alone, the same task for every request.

A handler's own page sets the task and reads back what their own sight allows; so neither its statements nor their
number tell whether anything more was found.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from cases.models import Action, Entry, Hold, Party, Referral
from cases.workflow.hold import hold_cases, hold_referrals
from cases.workflow.tracing import cases_of, trace_people, trace_referrals
from core.history import noting
from core.recording import SystemActor, record
from disclosures import emails_of_outside as emails
from disclosures.models import Consultation, MatchedItem, OutsideRequest
from disclosures.rules import passages
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
        cases, waiting = cases_of(people), _waiting(request)
        hold_cases(by=WORKER, cases=cases, authority=Hold.Authority.REQUEST, source=request)
        hold_referrals(by=WORKER, referrals=waiting, authority=Hold.Authority.REQUEST, source=request)
        if request.searched_at:
            _note_items(request, people, cases, waiting)
        if request.consult_by_on:
            _ask_originators(request)


def _people(request: OutsideRequest) -> list:
    return trace_people(**_person(request)) if request.family_name or request.given_name else []


def _waiting(request: OutsideRequest) -> list:
    """The referrals on no case that may be about the person."""
    return trace_referrals(**_person(request)) if request.family_name or request.given_name else []


def _person(request: OutsideRequest) -> dict:
    return {
        "partnership": request.partnership_id,
        "given_name": request.given_name,
        "family_name": request.family_name,
        "birth_date": request.birth_date,
        "aliases": request.aliases,
    }


def _note_items(request: OutsideRequest, people, cases, waiting) -> None:
    """Note everything that may be about the person, once; hidden or not."""
    things = _things(request, people, [case.pk for case in cases], waiting)
    known = set(request.items.values_list("entry", "referral", "action", "page", "part"))
    seen = _seen_by(request.handler, things)
    new = [each for each in things if _place(each[-1]) not in known]
    items = [
        MatchedItem(
            key=key,
            request=request,
            agency_id=thing.agency_id,
            case_id=thing.case_id,
            is_hidden=pk not in seen,
            **columns,
        )
        for thing, pk, key, columns in new
    ]
    MatchedItem.objects.bulk_create(items)
    if items:
        record(
            "outside.matched",
            by=WORKER,
            thing=request,
            things=[item if item.page else each[0] for item, each in zip(items, new, strict=True)],
        )


def _things(request: OutsideRequest, people, cases, waiting) -> list[tuple]:
    """What is held, withdrawn entries too: each with its id, the key of what is kept of it here, and its columns."""
    parties = list(Party.objects.filter(subject__in=[person.pk for person in people]).values_list("pk", flat=True))
    about = Q(party__isnull=True) | Q(party__in=parties)
    referrals = [*Referral.objects.filter(case__in=cases).order_by("pk"), *waiting]
    rows = {
        "entry": Entry.objects.filter(about, case__in=cases).order_by("pk"),
        "referral": referrals,
        "action": Action.objects.filter(about, case__in=cases).order_by("pk"),
    }
    things = [(row, row.pk, request.key, {name: row}) for name, found in rows.items() for row in found]
    for passage in passages.found(cases=cases, parties=parties):
        copied = {"page": passage.page, "part": passage.part, "passage": passage.words}
        things.append((passage, passage.page, passage.key, copied | {"written_on": passage.written_on}))
    return things


def _place(columns: dict) -> tuple:
    """What tells one item of a request from another, as `_note_items` reads it back."""
    ids = [columns[name].pk if name in columns else None for name in ("entry", "referral", "action")]
    return (*ids, columns.get("page"), columns.get("part", ""))


def _seen_by(handler, things) -> set:
    """The ids of those *things* that *handler* may see by their own right."""
    ids = [pk for _thing, pk, _key, _columns in things]
    seen = passages.pages_seen_by(handler, ids)
    for model in (Entry, Referral, Action):
        seen |= set(model.objects.visible_to(handler).filter(pk__in=ids).values_list("pk", flat=True))
    return seen


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
