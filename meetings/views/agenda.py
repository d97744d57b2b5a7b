"""The agenda: what is heard when, and everything that the coordinator does to it before the meeting."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.models import Listing, Referral
from cases.rules.sight import barred_ids
from cases.schemes import scheme_of
from meetings.forms.agenda import ItemForm, ListingForm, RemoveForm
from meetings.models import AgendaItem
from meetings.rules import agenda as rules
from meetings.rules import calendar
from meetings.views.agenda_rows import agenda_for, waiting_referrals
from meetings.views.calendar import find_meeting
from meetings.workflow import agenda as verbs
from meetings.workflow import agenda_issue
from partnership.access import permission
from partnership.models import Agency, Member
from partnership.roles import Permission, roles_with
from partnership.views.doing import done, pressed, shown, whole_number


@require_GET
@permission(Permission.ATTEND)
def agenda(request, pk):
    """The agenda as far as the member's stage opens it."""
    meeting = find_meeting(request, pk)
    context = _context(request, meeting)
    issue = agenda_issue.last_issue(meeting)
    seen = _seen_items(request.member, meeting) if issue else set()
    context |= {
        "waiting": waiting_referrals(request.member, meeting) if context["listable"] else [],
        "issue": issue,
        "issued_changes": _of_seen(issue.changes if issue else [], seen),
        "pending": _of_seen(agenda_issue.pending_changes(meeting, issue) if context["keeps"] and issue else [], seen),
        "may": {act: calendar.may_happen(act, meeting) for act in calendar.ACTS},
    }
    part = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "agenda_items"
    response = render(request, "meetings/agenda/_agenda_items.html" if part else "meetings/agenda/agenda.html", context)
    consulted(request, meeting, reason="agenda_item", things=context["agenda"].cases, panel_id=meeting.panel_id)
    return response


@permission(Permission.KEEP_AGENDA)
def list_case(request, pk, referral_id):
    """Put a waiting case on the agenda."""
    meeting = find_meeting(request, pk)
    _require_keeper(request, meeting)
    accepted = Referral.objects.visible_to(request.member).filter(state=Referral.State.ACCEPTED)
    referral = find_or_404(
        request, accepted.select_related("case__key", "agency"), pk=referral_id, panel_id=meeting.panel_id
    )
    agencies = rules.agencies_to_ask(meeting.panel, referral.case, referral, by=request.member)
    form = ListingForm(
        request.POST or None,
        scheme=scheme_of(meeting.panel),
        agencies=agencies,
        presenters=_presenters_of(meeting, agencies, referral),
        initial={"type": _likely_type(referral, meeting)},
    )
    if (
        form.is_bound
        and form.is_valid()
        and done(
            form,
            verbs.list_case,
            by=request.member,
            meeting=meeting,
            case=referral.case,
            referral=referral,
            **form.cleaned_data,
        )
    ):
        messages.success(request, _("%(case)s is listed.") % {"case": referral.case.reference})
        return redirect("meetings:agenda", meeting.pk)
    context = {"form": form, "meeting": meeting, "referral": referral}
    return _told(request, "meetings/agenda/list_case.html", context, referral)


@permission(Permission.KEEP_AGENDA)
def change_item(request, pk):
    """Listing type, minutes, presenter; and who is asked."""
    item = _find_item(request, pk)
    _require_keeper(request, item.meeting)
    form = ItemForm(
        request.POST or None,
        scheme=scheme_of(item.meeting.panel),
        presenters=rules.may_present(item.meeting, item.listing),
        initial=ItemForm.of(item),
    )
    if (
        form.is_bound
        and form.is_valid()
        and done(form, verbs.change_item, by=request.member, item=item, **form.cleaned_data)
    ):
        messages.success(request, _("%(case)s was changed.") % {"case": item.listing.case.reference})
        return redirect("meetings:agenda", item.meeting_id)
    asked = rules.asked_for(item.listing)
    could = rules.agencies_to_ask(item.meeting.panel, item.listing.case, item.listing.referral, by=request.member)
    context = {
        "form": form,
        "item": item,
        "meeting": item.meeting,
        "asked": asked,
        "could_ask": [agency for agency in could if agency not in asked],
    }
    return _told(request, "meetings/agenda/item.html", context, item)


@permission(Permission.KEEP_AGENDA)
def remove_item(request, pk):
    """Take a case off the agenda."""
    item = _find_item(request, pk)
    _require_keeper(request, item.meeting)
    form = RemoveForm(request.POST or None, initial={"seen": item.version})
    if (
        form.is_bound
        and form.is_valid()
        and done(form, verbs.remove_item, by=request.member, item=item, **form.cleaned_data)
    ):
        messages.success(request, _("%(case)s is off the agenda.") % {"case": item.listing.case.reference})
        return redirect("meetings:agenda", item.meeting_id)
    return _told(request, "meetings/agenda/remove.html", {"form": form, "item": item, "meeting": item.meeting}, item)


@require_POST
@permission(Permission.KEEP_AGENDA)
def order(request, pk):
    """The whole order at once: ids as dragged (`order`), or a number typed beside each case (`place-ID`)."""
    meeting = find_meeting(request, pk)
    ids = request.POST.getlist("order")
    if request.POST.get("by") == "number":
        ids.sort(key=lambda pk: whole_number(request.POST.get(f"place-{pk}"), 999_999))
    said = _("The order is saved.")
    return _ordered(request, meeting, said, verbs.order_items, {"by": request.member, "meeting": meeting, "order": ids})


@require_POST
@permission(Permission.KEEP_AGENDA)
def move_item(request, pk):
    """One place up or down."""
    item = _find_item(request, pk)
    seen = AgendaItem.objects.visible_to(request.member).filter(meeting=item.meeting).standing().in_order()
    places = [found.pk for found in seen]
    place = places.index(item.pk) + 1
    to = max(place - 1, 1) if request.POST.get("to") == "up" else min(place + 1, len(places))
    said = _("%(case)s is number %(place)d of %(count)d.") % {
        "case": item.listing.case.reference,
        "place": to,
        "count": len(places),
    }
    return _ordered(request, item.meeting, said, verbs.move_item, {"by": request.member, "item": item, "to": to})


@require_POST
@permission(Permission.ATTEND)
def confirm_presenter(request, pk):
    """The presenter confirms, or the coordinator who heard it."""
    return _of_presenter(request, pk, verbs.confirm_presenter, _("Confirmed: %(case)s has its presenter."))


@require_POST
@permission(Permission.ATTEND)
def decline_presenter(request, pk):
    """The presenter cannot present."""
    said = _("The coordinator will look for somebody else to present %(case)s.")
    return _of_presenter(request, pk, verbs.decline_presenter, said)


@require_POST
@permission(Permission.KEEP_AGENDA)
def ask_agency(request, pk):
    """Ask one more agency about a case, or one agency no longer."""
    item = _find_item(request, pk)
    agency = find_or_404(request, Agency.objects.visible_to(request.member), pk=request.POST.get("agency"))
    shown_words = {"agency": agency.name, "case": item.listing.case.reference}
    if request.POST.get("do") == "release":
        pressed(
            request,
            _("%(agency)s is no longer asked about %(case)s.") % shown_words,
            verbs.release_agency,
            by=request.member,
            meeting=item.meeting,
            agency=agency,
            item=item,
        )
    else:
        pressed(
            request,
            _("%(agency)s is asked about %(case)s.") % shown_words,
            verbs.ask_agency,
            by=request.member,
            item=item,
            agency=agency,
        )
    return redirect("meetings:change_item", item.pk)


@require_POST
@permission(Permission.KEEP_AGENDA)
def release_agency(request, pk):
    """Ask one agency about nothing on this list any more."""
    meeting = find_meeting(request, pk)
    agency = find_or_404(request, Agency.objects.visible_to(request.member), pk=request.POST.get("agency"))
    pressed(
        request,
        _("%(agency)s is no longer asked about this list.") % {"agency": agency.name},
        verbs.release_agency,
        by=request.member,
        meeting=meeting,
        agency=agency,
    )
    return redirect("meetings:freeze", meeting.pk)


@permission(Permission.KEEP_AGENDA)
def freeze(request, pk):
    """Everything that stands in the way of freezing, and the button."""
    return _issue_page(request, pk, agenda_issue.freeze_agenda, "freeze", _("The agenda is frozen and issued."))


@permission(Permission.KEEP_AGENDA)
def amend(request, pk):
    """What changed since the agenda was issued, and the button that issues it again."""
    return _issue_page(request, pk, agenda_issue.issue_amended, "amend", _("The amended agenda is issued."))


def _issue_page(request, pk, verb, act: str, success: str):
    meeting = find_meeting(request, pk)
    _require_keeper(request, meeting)
    refused: list = []
    found = _findings(request.member, meeting)
    if request.method == "POST":
        try:
            verb(
                by=request.member,
                meeting=meeting,
                seen=whole_number(request.POST.get("seen"), meeting.version),
                despite_warnings=request.POST.get("despite") == "yes",
            )
        except ValidationError as error:
            meeting.refresh_from_db()
            refused = [finding.text for finding in found] or error.messages
        else:
            messages.success(request, success)
            return redirect("meetings:agenda", meeting.pk)
    context = {
        "meeting": meeting,
        "act": act,
        "possible": calendar.may_happen(act, meeting),
        "refused": refused,
        "failures": [finding for finding in found if not finding.is_warning],
        "warnings": [finding for finding in found if finding.is_warning],
        "pending": _of_seen(agenda_issue.pending_changes(meeting), _seen_items(request.member, meeting)),
    }
    response = render(request, "meetings/agenda/freeze.html", context, status=422 if refused else 200)
    items = AgendaItem.objects.visible_to(request.member).filter(meeting=meeting).standing()
    if items:
        cases = [item.listing.case for item in items]
        consulted(request, meeting, reason="agenda_item", things=cases, panel_id=meeting.panel_id)
    return response


def _told(request, template: str, context: dict, thing):
    """A page about one case of the agenda, its item or its referral (*thing*): recorded as looked at."""
    case = thing.case if isinstance(thing, Referral) else thing.listing.case
    response = shown(request, template, context)
    consulted(
        request, thing, reason="agenda_item", case_id=case.pk, things=[case], panel_id=context["meeting"].panel_id
    )
    return response


def _of_presenter(request, pk, verb, said: str):
    item = _find_item(request, pk)
    pressed(request, said % {"case": item.listing.case.reference}, verb, by=request.member, item=item)
    return redirect("meetings:agenda", item.meeting_id)


def _findings(member, meeting) -> list[rules.Finding]:
    """What stands in the way, without naming a case that is closed to *member*."""
    seen = _seen_items(member, meeting)
    hidden = _("A case that is closed to you is not ready: somebody else at the desk must look at it.")
    return [
        finding if not finding.item_id or str(finding.item_id) in seen else replace(finding, text=hidden, item_id=None)
        for finding in rules.findings(meeting)
    ]


def _ordered(request, meeting, success: str, verb, arguments: dict):
    if not request.headers.get("HX-Request"):
        pressed(request, success, verb, **arguments)
        return redirect("meetings:agenda", meeting.pk)
    refusal = ""
    try:
        verb(**arguments)
    except ValidationError as error:
        refusal = error.messages[0]
    context = _context(request, meeting) | {"said": refusal or success}
    response = render(request, "meetings/agenda/_agenda_items.html", context, status=422 if refusal else 200)
    consulted(request, meeting, reason="agenda_item", things=context["agenda"].cases, panel_id=meeting.panel_id)
    return response


def _context(request, meeting) -> dict:
    keeps = calendar.may_keep_agenda(request.member, meeting)
    is_desk = meeting.panel_id in request.member.desk_panels()
    return {
        "meeting": meeting,
        "agenda": agenda_for(request.member, meeting, is_desk=is_desk),
        "keeps": keeps,
        "is_desk": is_desk,
        "changeable": keeps and calendar.may_happen("keep_agenda", meeting),
        "listable": keeps and calendar.may_happen("list", meeting),
    }


def _require_keeper(request, meeting) -> None:
    if not calendar.may_keep_agenda(request.member, meeting):
        raise PermissionDenied


def _find_item(request, pk) -> AgendaItem:
    items = (
        AgendaItem.objects.visible_to(request.member)
        .standing()
        .select_related(
            "meeting__panel",
            "listing__key",
            "listing__case__key",
            "listing__case__panel",
            "listing__referral__agency",
            "listing__referral__key",
            "presenter",
        )
    )
    return find_or_404(request, items, pk=pk)


def _presenters_of(meeting, agencies, referral) -> list[Member]:
    wanted = {agency.pk for agency in agencies} | {referral.agency_id}
    barred = rules.barred_agencies(referral.case, referral)
    attending = Member.objects.holding(*roles_with(Permission.ATTEND), panel=meeting.panel_id).select_related("agency")
    kept_away = set(barred_ids(referral))
    return [
        member
        for member in attending
        if member.agency_id in wanted and member.agency_id not in barred and member.pk not in kept_away
    ]


def _likely_type(referral, meeting) -> str:
    if meeting.state in calendar.URGENT_ONLY:
        return Listing.Type.URGENT
    if rules.is_restricted(referral.case):
        return Listing.Type.RESTRICTED
    return Listing.Type.REPEAT if referral.repeat == Referral.RepeatAnswer.REPEAT else Listing.Type.FULL


def _seen_items(member, meeting) -> set:
    """Ids of the items, those taken off included, that *member* may see."""
    found = AgendaItem.objects.visible_to(member).filter(meeting=meeting).values_list("pk", flat=True)
    return {str(pk) for pk in found}


def _of_seen(changes: list[dict], seen: set) -> list[dict]:
    """*changes* without those of cases that are not *seen*."""
    return [change for change in changes if not change["item"] or change["item"] in seen]
