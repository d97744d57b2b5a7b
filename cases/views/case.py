"""The case page's own tabs, the list of cases, closing and reopening."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.reasons import remember_reason
from cases import timeline
from cases.models import Action, Bar, Case, Checklist, Entry, Party, Referral, VictimContact
from cases.rules.address import ended_on, former_addresses
from cases.rules.case import may_keep, may_see_contact, why_not_closed
from cases.rules.person import shown_names
from cases.rules.reporters import reporters_of
from cases.schemes import scheme_of
from cases.tabs import address_of
from cases.views.following import entries_mark
from cases.views.frame import find_case, reason_for, show_tab
from cases.views.referral_reading import answers_of, said_in
from cases.workflow import case as verbs
from core.pages import Page
from core.records import StaleVersion
from partnership.access import permission
from partnership.roles import Permission

# What keeps a case open (`why_not_closed`) → the tab where it stands
HELD_BY = {"listed": "meetings", "actions": "actions", "acceptance": "actions", "tracks": "management"}
STATES = {"open": Case.State.OPEN, "closed": Case.State.CLOSED}


@require_safe
@permission(Permission.VIEW_CASE)
def case_list(request):
    """The member's cases, newest first: reference, state and dates; no names."""
    state = STATES.get(request.GET.get("state", ""), "")
    found = Case.objects.visible_to(request.member).select_related("panel")
    if state:
        found = found.filter(state=state)
    page = Page(found, ("-opened_at", "-pk"), request)
    overdue = Action.objects.visible_to(request.member).overdue(timezone.localdate())
    late = set(overdue.filter(case__in=[case.pk for case in page.rows]).order_by().values_list("case_id", flat=True))
    for case in page.rows:
        case.has_overdue = case.pk in late
    response = render(request, "cases/case/list.html", {"page": page, "state": state, "states": Case.State.choices})
    consulted(request, None, event="cases.listed", reason="search", things=page.rows)
    return response


@require_safe
@permission(Permission.VIEW_CASE)
def people(request, pk):
    """Everybody on the case as the latest referral names them."""
    case = find_case(request, pk)
    parties = list(Party.objects.visible_to(request.member).filter(case=case).current().in_order())
    for party in parties:
        party.shown_names, party.ended_on = shown_names(party), ended_on(party)
        party.former = former_addresses(party) if may_see_contact(case) else []
    context = {"parties": parties, "shows_contact": may_see_contact(case)}
    if not any(party.capacity == Party.Capacity.REPORTER for party in parties):
        context["withheld"] = reporters_of(scheme_of(case.panel), [case.pk]).get(case.pk, [])
    return show_tab(request, case, "people", "cases/case/_people.html", context, things=parties)


@require_safe
@permission(Permission.VIEW_CASE)
def referrals(request, pk):
    """Why the case was referred, each time: whole to those who may see it whole, else reason and summary."""
    case = find_case(request, pk)
    scheme = scheme_of(case.panel)
    whole = set(Referral.objects.visible_to(request.member).filter(case=case).values_list("pk", flat=True))
    brief = Referral.objects.brief_for(request.member).filter(case=case)
    found = list(brief.select_related("panel", "agency", "submitted_by").order_by("-submitted_at"))
    checklists = {
        checklist.referral_id: checklist
        for checklist in Checklist.objects.visible_to(request.member).filter(referral__case=case)
    }
    contacts = list(
        VictimContact.objects.visible_to(request.member)
        .filter(referral__case=case)
        .select_related("agency", "recorded_by")
        .order_by("-happened_at")
    )
    for referral in found:
        referral.is_whole = referral.pk in whole
        checklist = checklists.get(referral.pk)
        referral.shown_contacts = [contact for contact in contacts if contact.referral_id == referral.pk]
        referral.shown_sections = said_in(referral, checklist) if referral.is_whole else []
        referral.shown_answers = answers_of(checklist) if checklist else []
    context = {"referrals": found, "has_routes": bool(scheme.routes), "refers": request.member.may(Permission.REFER)}
    return show_tab(request, case, "referral", "cases/case/_referrals.html", context, things=found)


@require_safe
@permission(Permission.VIEW_CASE)
def entries(request, pk):
    """What agencies have said, by listing and agency, each with who can see it."""
    case = find_case(request, pk)
    mark = entries_mark(request.member, case)  # before the rows: what comes between is seen as a change
    exclusions = Prefetch("bars", queryset=Bar.objects.live().select_related("agency", "member"), to_attr="live_bars")
    found = list(
        Entry.objects.visible_to(request.member)
        .filter(case=case)
        .select_related("agency", "origin", "listing", "party__key", "written_by")
        .prefetch_related(exclusions)
        .order_by("-listing__created_at", "agency__name", "written_at")
    )
    context = {"entries": found, "mark": mark}
    return show_tab(request, case, "entries", "cases/case/_entries.html", context, things=found)


@require_safe
@permission(Permission.VIEW_CASE)
def actions(request, pk):
    """The actions that the member may see on this case."""
    case = find_case(request, pk)
    found = list(
        Action.objects.visible_to(request.member)
        .filter(case=case)
        .select_related("agency", "member")
        .order_by("-number")
    )
    context = {"actions": found, "today": timezone.localdate()}
    return show_tab(request, case, "actions", "cases/case/_actions.html", context, things=found)


@require_safe
@permission(Permission.VIEW_CASE)
def history(request, pk):
    """Who changed what, from what to what, latest first: of the rows that the member may see."""
    case = find_case(request, pk)
    page = timeline.page_of(request.member, case, before=request.GET.get("before", ""))
    return show_tab(request, case, "history", "cases/case/_history.html", {"timeline_page": page})


@permission(Permission.KEEP_CASE)
def close(request, pk):
    """Ask, and close; everything that keeps the case open is said before and after."""
    case = find_case(request, pk)
    if request.method == "POST":
        reason = reason_for(request, case)
        try:
            verbs.close_case(by=request.member, case=case)
        except ValidationError as refusal:
            return _closing(request, find_case(request, pk), refusal.error_list, status=422)
        if reason:  # no road leads to what is closed: the reason that led here still holds
            remember_reason(request, pk, reason)
        messages.success(request, _("The case is closed. A new incident opens it again."))
        return redirect("cases:case", pk=pk)
    holding = [ValidationError(verbs.WHY_NOT_CLOSED[code], code=code) for code in why_not_closed(case)]
    return _closing(request, case, holding)


@require_POST
@permission(Permission.KEEP_CASE)
def reopen(request, pk):
    """Open a case that was closed in error."""
    case = find_case(request, pk)
    try:
        verbs.reopen_case(by=request.member, case=case, reason="closed_in_error")
    except StaleVersion as stale:
        messages.error(request, stale.messages[0])
    else:
        messages.success(request, _("The case is open again."))
    return redirect("cases:case", pk=pk)


def _closing(request, case, holding, *, status: int = 200):
    """The page that asks; *holding* are the sentences on what keeps the case open, each with where it stands."""
    problems = [(error.messages[0], address_of(HELD_BY.get(error.code, ""), case)) for error in holding]
    may = may_keep(request.member, case) and case.state == Case.State.OPEN
    context = {"case": case, "problems": problems, "refused": status == 422, "may": may}
    return render(request, "cases/case/close.html", context, status=status)
