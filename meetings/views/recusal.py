"""Interests: one's own answers for each case of a meeting, and the desk's overview of them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.models import Party
from meetings.forms.recusal import AboutForm
from meetings.models import AgendaItem, Recusal
from meetings.rules import recusal as rules
from meetings.views.gate import find_item, find_meeting
from meetings.workflow import recusal as verbs
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import pressed


@require_safe
@permission(Permission.ATTEND)
def interests(request, pk):
    """The cases of a meeting that the member may see, to say whether there is an interest."""
    meeting = find_meeting(request, pk)
    return _page(request, meeting, AboutForm(meeting=meeting))


@require_POST
@permission(Permission.ATTEND)
def answer(request, pk, item, verb):
    """The member stays away, with or without the whole agency, or has no interest."""
    meeting = find_meeting(request, pk)
    found = find_item(request, meeting, item)
    shown = {"number": found.position}
    if verb == "none":
        said = _("Noted: you have no interest in item %(number)s.") % shown
        pressed(request, said, verbs.declare_no_interest, by=request.member, item=found)
    else:
        said = _("You stay away from item %(number)s: it is closed to you from now on.") % shown
        pressed(request, said, verbs.declare_interest, by=request.member, item=found, whole_agency=verb == "agency")
    return redirect("meetings:interests", pk=meeting.pk)


@require_POST
@permission(Permission.RECORD_MEETING)
def about(request, pk, item, verb):
    """The desk asks a member, or records that they stay away."""
    meeting = find_meeting(request, pk)
    found = find_item(request, meeting, item)
    form = AboutForm(request.POST, meeting=meeting)
    if not form.is_valid():
        return _page(request, meeting, form, status=422)
    try:
        if verb == "ask":
            verbs.ask_interest(by=request.member, item=found, member=form.cleaned_data["member"])
        else:
            verbs.declare_interest(by=request.member, item=found, **form.cleaned_data)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("meetings:interests", pk=meeting.pk)


@require_POST
@permission(Permission.RECORD_MEETING)
def lift(request, pk, recusal):
    """The desk lets somebody back."""
    meeting = find_meeting(request, pk)
    mine = Recusal.objects.visible_to(request.member).filter(item__meeting=meeting)
    found = find_or_404(
        request,
        mine.select_related("item__listing__case", "item__meeting__panel", "bar", "member__agency", "agency"),
        pk=recusal,
    )
    why = request.POST.get("why", "")
    if why not in ("declared_in_error", "resolved"):
        raise PermissionDenied
    try:
        verbs.lift_recusal(by=request.member, recusal=found, why=why)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("meetings:interests", pk=meeting.pk)


def _page(request, meeting, form, status=200):
    items = list(AgendaItem.objects.visible_to(request.member).filter(meeting=meeting).standing().in_order())
    parties = {}
    for party in Party.objects.visible_to(request.member).filter(case__in=[i.listing.case_id for i in items]).current():
        parties.setdefault(party.case_id, []).append(party)
    answers = {}
    for recusal in (
        Recusal.objects.visible_to(request.member)
        .filter(item__meeting=meeting)
        .select_related("member", "agency")
        .order_by("created_at")
    ):
        answers.setdefault(recusal.item_id, []).append(recusal)
    for item in items:
        item.people = sorted(parties.get(item.listing.case_id, []), key=lambda party: (party.position, str(party.pk)))
        item.answers = answers.get(item.pk, [])
        item.mine = next((r for r in item.answers if r.member_id == request.member.pk), None)
    away = [
        r
        for found in answers.values()
        for r in found
        if r.state == "recused"
        and (r.member_id == request.member.pk or r.whole_agency)
        and r.agency_id == request.member.agency_id
    ]
    context = {
        "meeting": meeting,
        "items": items,
        "form": form,
        "away": away,
        "declarable": meeting.state in rules.DECLARABLE,
        "keeper": rules.may_keep_interests(request.member, meeting),
    }
    if context["keeper"]:
        context["people"] = list(form.fields["member"].choices)
    response = render(request, "meetings/attendance/interests.html", context, status=status)
    if items:
        cases = [item.listing.case for item in items]
        consulted(request, meeting, reason="agenda_item", panel_id=meeting.panel_id, things=cases)
    return response
