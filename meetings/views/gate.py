"""The gate of the sitting: nothing of a meeting opens for a member who has not signed for it, whoever they are."""

from functools import wraps

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from audit.finding import find_or_404
from meetings.models import AgendaItem, Meeting
from meetings.rules.minutes import AFTER_THE_MEETING
from meetings.rules.statement import has_signed


def find_meeting(request, pk) -> Meeting:
    """The meeting with its panel, partnership and chair; 404 where it is not of the member's panels."""
    found = Meeting.objects.visible_to(request.member).select_related("panel__partnership", "chair__agency")
    return find_or_404(request, found, pk=pk)


def find_item(request, meeting: Meeting, pk) -> AgendaItem:
    """A standing item of *meeting* that the member may see; 404 where a bar keeps them from it."""
    return find_or_404(request, standing_items(request.member, meeting), pk=pk)


def standing_items(member, meeting: Meeting):
    """The standing items of *meeting* that *member* may see, with what the screen of one shows."""
    return (
        AgendaItem.objects.visible_to(member)
        .standing()
        .filter(meeting=meeting)
        .select_related(
            "listing__case__panel",
            "listing__referral__agency",
            "presenter__agency",
            "led_by",
            "meeting__chair__agency",
            "meeting__panel__partnership",
            "listing__key",
            "listing__case__key",
            "listing__referral__key",
        )
    )


def signed(view):
    """Let only those through who signed for the meeting; the others are led to the statement, and told nothing else."""

    @wraps(view)
    def gated(request, pk, *args, **kwargs) -> HttpResponse:
        meeting = find_meeting(request, pk)
        if not has_signed(request.member, meeting):
            return to_statement(request, meeting)
        return view(request, meeting, *args, **kwargs)

    gated.asks_for_signature = True
    return gated


def is_over_for(member, meeting: Meeting) -> bool:
    """Whether the sitting has ended for *member*: whoever is not of the panel's desk reads the minutes from then on."""
    return meeting.state in AFTER_THE_MEETING and meeting.panel_id not in member.desk_panels()


def sitting(view):
    """Below `signed`: once the meeting has ended, lead members to its minutes; its screens are closed to them."""

    @wraps(view)
    def gated(request, meeting, *args, **kwargs) -> HttpResponse:
        if not is_over_for(request.member, meeting):
            return view(request, meeting, *args, **kwargs)
        address = reverse("meetings:minutes", args=[meeting.pk])
        return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)

    return gated


def to_statement(request, meeting: Meeting) -> HttpResponse:
    """The way to the statement, as the asker understands it: a poll, a fragment, a page."""
    address = reverse("meetings:statement", args=[meeting.pk])
    if request.headers.get("X-Confer-Poll"):
        return JsonResponse({"sign": address}, status=403)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)
