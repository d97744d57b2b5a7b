"""Research: asking each agency about the whole list, answering for it, chasing."""

from collections import defaultdict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Draft, Entry, Party
from cases.workflow.drafts import drop_draft
from cases.workflow.merging import Clash, Merge, merge
from core.history import noting
from core.recording import record
from meetings.emails import notices
from meetings.models import Meeting, PersonCheck, ResearchRequest, Return
from meetings.rules import agenda, calendar
from meetings.rules import research as rules

Known = PersonCheck.Known


# The coordinator's side ----------------------------------------------------------------------------------------------
@transaction.atomic
def send_research(*, by, meeting: Meeting) -> list[ResearchRequest]:
    """Ask every agency that is involved in a case of *meeting*'s list: one request each, a return for each case.

    Sent again, it asks about what was listed meanwhile and nothing else.  Agencies that are not tier-1 signatories at
    this instant are not asked.  Records research.sent with the recipients; a letter without names to those who
    research.  The requests that are new or have grown.
    """
    _require_chaser(by, meeting)
    calendar.require("send_research", meeting)
    items = list(meeting.items.standing().select_related("listing__key"))
    if not items:
        raise ValidationError(_("No case is listed yet: there is nothing to research."))
    grown = _ask(by=by, meeting=meeting, items=items, asked=agenda.asked(items))
    if not grown:
        raise ValidationError(_("Every agency has been asked about every case already."))
    told = notices.research_asked(meeting, [request.agency for request in grown], by=by)
    _record_sent(meeting, grown, told, by=by)
    return grown


@transaction.atomic
def extend_research(*, by, meeting: Meeting, item, agencies) -> list[ResearchRequest]:
    """Ask *agencies* about the late addition *item*, where the requests of *meeting* were sent already.

    The requests that have grown; none before the first sending.
    """
    if not agencies or not ResearchRequest.objects.filter(meeting=meeting).exists():
        return []
    grown = _ask(by=by, meeting=meeting, items=[item], asked={item.listing_id: list(agencies)})
    if grown:
        told = notices.research_extended(meeting, [request.agency for request in grown], by=by)
        _record_sent(meeting, grown, told, by=by)
    return grown


@transaction.atomic
def release_returns(*, by, meeting: Meeting, agency, listings) -> None:
    """Ask *agency* for nothing more about *listings* (ids): its returns neither count nor are chased; answers stay."""
    for answer in (
        Return.objects.with_key().asked().filter(request__meeting=meeting, request__agency=agency, listing__in=listings)
    ):
        answer.released_at = timezone.now()
        noting(answer, by=by, reason="agenda.agency_released").save_over(answer.version)


@transaction.atomic
def chase_research(*, by, meeting: Meeting, agencies=None) -> list[ResearchRequest]:
    """Remind the agencies (all, or those of *agencies*) whose returns are outstanding, by letters without names.

    Counted on each request.  Records research.chased with the recipients.  Refused where nothing is outstanding.
    """
    _require_chaser(by, meeting)
    calendar.require("answer", meeting)
    requests = (
        meeting.requests.filter(
            returns__in=Return.objects.asked().filter(
                state=Return.State.OUTSTANDING, listing__item__removed_at__isnull=True
            )
        )
        .select_related("agency")
        .distinct()
        .order_by("agency__name")
    )
    if agencies is not None:
        requests = requests.filter(agency__in=agencies)
    chased = list(requests)
    if not chased:
        raise ValidationError(_("Nothing is outstanding."))
    for request in chased:
        request.chased_at, request.chased_by, request.chases = timezone.now(), by, request.chases + 1
        noting(request, by=by, reason="research.chased").save_over(request.version)
    told = notices.research_chased(meeting, [request.agency for request in chased], by=by)
    record(
        "research.chased",
        by=by,
        thing=meeting,
        panel_id=meeting.panel_id,
        things=chased,
        recipients=notices.recipients_of(told),
    )
    return chased


# The agency's side ---------------------------------------------------------------------------------------------------
@transaction.atomic
def nothing_known_of_person(*, by, answer: Return, party: Party) -> PersonCheck:
    """Say that the agency knows nothing of *party*; when that holds of everybody, the case is answered too.

    Records research.nothing_known.
    """
    _require_answerer(by, answer)
    check = _check_of(answer, party)
    if check.known == Known.KNOWN:
        raise ValidationError(
            _("A colleague has said that your agency knows this person. Open the case to change that.")
        )
    nothing = {"known": Known.NOT_KNOWN, "accuracy": "", "correction": "", "last_contact_on": None}
    _save(check, nothing, by=by, reason="research.nothing_known", seen=check.version)
    _record_nothing(by, answer.request.meeting, [answer])
    people = set(_people_of([answer])[answer.pk])
    unknown = set(PersonCheck.objects.filter(answer=answer, known=Known.NOT_KNOWN).values_list("party_id", flat=True))
    if people <= unknown and answer.state == Return.State.OUTSTANDING and not _has_entries(answer):
        _settle(answer, Return.State.NOTHING_KNOWN, by=by, seen=answer.version)
    return check


@transaction.atomic
def nothing_known_of_case(*, by, answer: Return, seen: int) -> Return:
    """Say that the agency knows nothing of anybody in the case of *answer*.

    Refused where the agency has said that it knows something.  Records research.nothing_known.
    """
    _require_answerer(by, answer)
    known = PersonCheck.objects.filter(answer=answer, known=Known.KNOWN).exists()
    if known or _has_entries(answer):
        raise ValidationError(
            _("Your agency has said that it knows something in this case. Withdraw that first, or answer it.")
        )
    _settle(answer, Return.State.NOTHING_KNOWN, by=by, seen=seen)
    _record_nothing(by, answer.request.meeting, [answer])
    return answer


@transaction.atomic
def nothing_known_of_rest(*, by, meeting: Meeting) -> tuple[list[Return], list[Return]]:
    """Say that the agency knows nothing in every case of *meeting*'s list that it has not begun to answer.

    Begun are cases with a person known, an entry of the agency, or a draft of *by*: they are left alone.  Returns
    the answered returns and those left.  Reads a fixed number of times; records research.nothing_known once.
    """
    if not rules.may_research(by, meeting):
        raise PermissionDenied
    outstanding = list(rules.own_returns(by, meeting).filter(state=Return.State.OUTSTANDING))
    if not outstanding:
        raise ValidationError(_("Every case is answered already."))
    begun = _begun(by, outstanding)
    left = [answer for answer in outstanding if answer.pk in begun]
    answered = [answer for answer in outstanding if answer.pk not in begun]
    for answer in answered:
        _settle(answer, Return.State.NOTHING_KNOWN, by=by, seen=answer.version)
    if answered:
        _record_nothing(by, meeting, answered)
    return answered, left


@transaction.atomic
def save_check(
    *,
    by,
    answer: Return,
    party: Party,
    seen: int,
    known: str,
    accuracy: str = "",
    correction: str = "",
    last_contact_on=None,
) -> PersonCheck:
    """Save what the agency holds about *party* over the version *seen* (0: there was none).

    *known* and *accuracy* are `PersonCheck` values.  What a colleague saved meanwhile in other fields stays; where both
    changed the same field, `Clash` holds both.
    Records research.checked.
    """
    _require_answerer(by, answer)
    check = _check_of(answer, party)
    typed = {"known": known, "accuracy": accuracy, "correction": correction, "last_contact_on": last_contact_on}
    _save(check, typed, by=by, reason="research.checked", seen=seen)
    drop_draft(by=by, about=answer, part=f"check-{party.pk}")
    record(
        "research.checked",
        by=by,
        thing=check,
        case_id=answer.listing.case_id,
        panel_id=answer.request.meeting.panel_id,
        detail={"known": known or "unanswered"},
    )
    return check


@transaction.atomic
def answer_return(
    *,
    by,
    answer: Return,
    seen: int,
    researcher: str = "",
    involved_worker: str = "",
    lawful_basis: str = "",
    comment: str = "",
) -> Return:
    """Send the agency's answer for one case, over the version *seen*.

    Answered where something is known; refused where it is not said of each person whether they are known, and where
    the victim refused consent and no lawful basis is given.  Records research.answered.
    """
    _require_answerer(by, answer)
    problems = {}
    unanswered = set(_people_of([answer])[answer.pk]) - set(
        PersonCheck.objects.filter(answer=answer).exclude(known="").values_list("party_id", flat=True)
    )
    if unanswered:
        problems["__all__"] = _("Say of each person whether your agency knows them.")
    if rules.needs_lawful_basis(answer) and not lawful_basis:
        problems["lawful_basis"] = _("The victim did not agree to sharing: select the lawful basis for it")
    if problems:
        raise ValidationError(problems)
    merged = merge(
        answer,
        seen,
        {
            "researcher": researcher,
            "involved_worker": involved_worker,
            "lawful_basis": lawful_basis,
            "comment": comment,
        },
    )
    if merged.clashes:
        raise Clash(answer, merged)
    for name, value in merged.values.items():
        setattr(answer, name, value)
    was_answered = answer.state == Return.State.ANSWERED
    _settle(answer, Return.State.ANSWERED, by=by, seen=answer.version)
    drop_draft(by=by, about=answer, part="answer")
    record(
        "research.changed" if was_answered else "research.answered",
        by=by,
        thing=answer,
        case_id=answer.listing.case_id,
        panel_id=answer.request.meeting.panel_id,
    )
    return answer


@transaction.atomic
def reopen_return(*, by, answer: Return, seen: int) -> Return:
    """Let an answered case be answered anew; what was said stays until it is changed.  Records research.reopened."""
    _require_answerer(by, answer)
    if answer.state == Return.State.OUTSTANDING:
        raise ValidationError(_("This case has not been answered yet."))
    answer.state, answer.answered_at, answer.answered_by = Return.State.OUTSTANDING, None, None
    noting(answer, by=by, reason="research.reopened").save_over(seen)
    record(
        "research.reopened",
        by=by,
        thing=answer,
        case_id=answer.listing.case_id,
        panel_id=answer.request.meeting.panel_id,
    )
    return answer


# What the verbs share ------------------------------------------------------------------------------------------------
def _ask(*, by, meeting: Meeting, items, asked: dict) -> list[ResearchRequest]:
    fit = agenda.reached(items, asked)
    requests = {request.agency_id: request for request in meeting.requests.select_related("agency")}
    found = Return.objects.with_key().filter(request__meeting=meeting).select_related("request")
    there = {(answer.request.agency_id, answer.listing_id): answer for answer in found}
    grown = {}
    for item in items:
        for agency in asked[item.listing_id]:
            before = there.get((agency.pk, item.listing_id))
            if (agency.pk, item.listing_id) not in fit or (before and before.released_at is None):
                continue
            request = requests.get(agency.pk) or _request(by=by, meeting=meeting, agency=agency)
            requests[agency.pk] = grown[agency.pk] = request
            if before:
                before.released_at = None
                noting(before, by=by, reason="research.sent").save_over(before.version)
                continue
            waiting = Return(key=item.listing.key, request=request, listing=item.listing)
            noting(waiting, by=by, reason="research.sent").save(force_insert=True)
    return sorted(grown.values(), key=lambda request: request.agency.name)


def _request(*, by, meeting: Meeting, agency) -> ResearchRequest:
    request = ResearchRequest(
        meeting=meeting, agency=agency, sent_at=timezone.now(), sent_by=by, due_at=meeting.research_due_at
    )
    noting(request, by=by, reason="research.sent").save(force_insert=True)
    return request


def _record_sent(meeting: Meeting, requests, told, *, by) -> None:
    record(
        "research.sent",
        by=by,
        thing=meeting,
        panel_id=meeting.panel_id,
        things=requests,
        recipients=notices.recipients_of(told),
        detail={"agencies": len(requests)},
    )


def _people_of(answers) -> dict:
    """Ids of the people asked about, by return."""
    people = defaultdict(list)
    of_referral = Party.objects.filter(case__in=[answer.listing.case_id for answer in answers]).current().spoken_of()
    for pk, case_id in of_referral.values_list("pk", "case_id"):
        people[case_id].append(pk)
    return {answer.pk: people[answer.listing.case_id] for answer in answers}


def _has_entries(answer: Return) -> bool:
    return Entry.objects.filter(
        listing=answer.listing_id, agency=answer.request.agency_id, withdrawn_at__isnull=True
    ).exists()


def _begun(by, answers) -> set:
    known = PersonCheck.objects.filter(answer__in=answers, known=Known.KNOWN).values_list("answer_id", flat=True)
    listings = set(
        Entry.objects.filter(
            listing__in=[answer.listing_id for answer in answers], agency=by.agency_id, withdrawn_at__isnull=True
        ).values_list("listing_id", flat=True)
    )
    typed = Q(about_id__in=[answer.pk for answer in answers]) | Q(
        about_id__in=[answer.listing_id for answer in answers], part="entry"
    )
    drafted = set(Draft.objects.filter(typed, member=by).values_list("about_id", flat=True))
    begun = {a.pk for a in answers if a.listing_id in listings or a.listing_id in drafted or a.pk in drafted}
    return begun | set(known)


def _settle(answer: Return, state: str, *, by, seen: int) -> None:
    answer.state, answer.answered_at, answer.answered_by = state, timezone.now(), by
    answer.researcher = answer.researcher or by.name
    noting(answer, by=by, reason=f"research.{state}").save_over(seen)


def _check_of(answer: Return, party: Party) -> PersonCheck:
    """The agency's check of *party*; a new one where there is none yet.  Writers of one return wait for each other."""
    Return.objects.select_for_update(of=("self",)).filter(pk=answer.pk).first()
    found = PersonCheck.objects.with_key().filter(answer=answer, party=party).first()
    return found or PersonCheck(key=answer.key, answer=answer, party=party)


def _save(row, typed: dict, *, by, reason: str, seen: int) -> None:
    """Save *typed* into *row* over the version *seen*; a new row has none."""
    is_new = row._state.adding
    merged = Merge(values=typed) if is_new else merge(row, seen, typed)
    if merged.clashes:
        raise Clash(row, merged)
    for name, value in merged.values.items():
        setattr(row, name, value)
    noting(row, by=by, reason=reason)
    if is_new:
        row.save(force_insert=True)
    else:
        row.save_over(row.version)


def _record_nothing(by, meeting: Meeting, answers) -> None:
    record(
        "research.nothing_known",
        by=by,
        thing=meeting,
        panel_id=meeting.panel_id,
        things=answers,
        detail={"cases": len(answers)},
    )


def _require_answerer(by, answer: Return) -> None:
    if not rules.may_answer(by, answer):
        raise PermissionDenied


def _require_chaser(by, meeting: Meeting) -> None:
    if not rules.may_chase(by, meeting):
        raise PermissionDenied
