"""The sitting on the screen: whole page, its parts, what follows it, and stepping from item to item."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from audit.models import Event
from core.recording import Operation, record
from meetings.forms.live import StartForm
from meetings.models import AgendaItem, Meeting
from meetings.rules import live as rules
from meetings.rules.minutes import AFTER_THE_MEETING
from meetings.rules.recusal import leaders
from meetings.rules.unfinished import unfinished
from meetings.views import screen
from meetings.views.agenda_rows import SHOWN_AT_MOST
from meetings.views.gate import find_item, is_over_for, signed, sitting, standing_items
from meetings.workflow import attendance
from meetings.workflow import live as verbs
from meetings.workflow.attendance import is_present
from partnership.access import permission
from partnership.models import Agency
from partnership.roles import Permission
from partnership.views.doing import pressed


@require_GET
@permission(Permission.ATTEND)
@signed
def live(request, meeting):
    """The sitting, following the item that is being heard."""
    if meeting.state in AFTER_THE_MEETING:
        return redirect("meetings:minutes", pk=meeting.pk)
    item = current_item(request, meeting)
    return show(request, meeting, item, follows=True)


@require_GET
@permission(Permission.ATTEND)
@signed
@sitting
def live_item(request, meeting, item):
    """One item of the sitting, whether or not it is the one being heard."""
    found = find_item(request, meeting, item)
    return show(request, meeting, found, follows=meeting.current_item_id == found.pk)


@require_GET
@permission(Permission.ATTEND)
@signed
def now(request, meeting):
    """What the screens ask every second or two: has anything changed that this member may see?  Writes nothing."""
    shown = request.GET.get("item", "")
    item = _shown_item(request, meeting, shown)
    mark = f'"{screen.signal_of(meeting, request.member, item)}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=204, headers={"ETag": mark})
    agenda = screen.agenda_of(meeting, request.member)
    current = agenda["open"]
    answer = {
        "state": meeting.state,
        "over": meeting.state in AFTER_THE_MEETING,
        "current": str(current.pk) if current and current.is_mine else "",
        "hidden": bool(current and not current.is_mine),
        "gone": bool(shown) and item is None,
        "tags": {"agenda": agenda["tag"], "room": screen.room_of(meeting)["tag"]}
        | (screen.tags_of(request.member, item) if item else {}),
    }
    follows = item is not None and not is_over_for(request.member, meeting)
    answer["parts"] = _changed_parts(request, meeting, item, answer["tags"]) if follows else {}
    return JsonResponse(answer, headers={"ETag": mark})


@require_GET
@permission(Permission.ATTEND)
@signed
@sitting
def part(request, meeting, name):
    """A part that is about the whole sitting: the list at the side, or the room."""
    if name not in ("agenda", "room"):
        raise Http404
    return render(request, f"meetings/live/_{name}.html", frame_of(request, meeting, None))


@require_GET
@permission(Permission.ATTEND)
@signed
@sitting
def item_part(request, meeting, item, name):
    """One part of an item, alone."""
    if name != "say" and name not in screen.parts_of(meeting):
        raise Http404
    found = find_item(request, meeting, item)
    return show_part(request, meeting, found, name)


@require_POST
@permission(Permission.RUN_MEETING)
@signed
def open_meeting(request, meeting):
    """Open the sitting."""
    pressed(request, _("The meeting is open."), verbs.open_meeting, by=request.member, meeting=meeting)
    return redirect("meetings:live", pk=meeting.pk)


@require_POST
@permission(Permission.RUN_MEETING)
@signed
def start_item(request, meeting, item):
    """Begin with an item, or go back to it."""
    found = find_item(request, meeting, item)
    form = StartForm(request.POST, leaders=leaders(found))
    leader = form.cleaned_data["leader"] if form.is_valid() else None
    try:
        verbs.start_item(by=request.member, item=found, leader=leader)
    except ValidationError as refused:
        for sentence in refused.messages:
            messages.error(request, sentence)
        return redirect("meetings:live_item", pk=meeting.pk, item=found.pk)
    return redirect("meetings:live", pk=meeting.pk)


@require_POST
@permission(Permission.RUN_MEETING)
@signed
def confirm_left(request, meeting):
    """That the people of an agency whose standing has ended left the room."""
    agency = find_or_404(request, Agency.objects.visible_to(request.member), pk=request.POST.get("agency"))
    pressed(
        request,
        _("They are entered as having left."),
        attendance.confirm_left,
        by=request.member,
        meeting=meeting,
        agency_id=agency.pk,
    )
    return redirect("meetings:live", pk=meeting.pk)


@require_POST
@permission(Permission.RUN_MEETING)
@signed
def leave_item(request, meeting, item):
    """Put an item aside."""
    found = find_item(request, meeting, item)
    pressed(
        request,
        _("Item %(number)s waits again.") % {"number": found.position},
        verbs.leave_item,
        by=request.member,
        item=found,
    )
    return redirect("meetings:live", pk=meeting.pk)


@require_POST
@permission(Permission.RUN_MEETING)
@signed
def close_item(request, meeting, item):
    """Close an item, or say everything that is missing."""
    found = find_item(request, meeting, item)
    try:
        verbs.close_item(by=request.member, item=found)
    except ValidationError as refused:
        return show(request, meeting, found, follows=True, refused=refused, status=422)
    messages.success(request, _("Item %(number)s is closed.") % {"number": found.position})
    return redirect("meetings:live", pk=meeting.pk)


@require_POST
@permission(Permission.RUN_MEETING)
@signed
def end_meeting(request, meeting):
    """End the sitting."""
    done = pressed(
        request,
        _("The meeting has ended. The minutes can be drafted."),
        verbs.end_meeting,
        by=request.member,
        meeting=meeting,
    )
    return redirect("meetings:minutes" if done else "meetings:live", pk=meeting.pk)


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
def issue_actions(request, meeting):
    """Issue the actions agreed so far."""
    pressed(
        request,
        _("The actions are issued: they stand on their agencies’ home pages."),
        verbs.issue_actions,
        by=request.member,
        meeting=meeting,
    )
    return redirect("meetings:live", pk=meeting.pk)


# what the views above share
def current_item(request, meeting) -> AgendaItem | None:
    """The item being heard, where the member may see it."""
    return _shown_item(request, meeting, meeting.current_item_id)


def _shown_item(request, meeting, pk):
    """The item whose screen this is, through the member's sight; None where it is closed to them."""
    if not pk:
        return None
    try:
        return standing_items(request.member, meeting).get(pk=pk)
    except (AgendaItem.DoesNotExist, ValidationError, ValueError):
        return None


def frame_of(request, meeting, item) -> dict:
    """What every answer about the sitting needs."""
    agenda = screen.agenda_of(meeting, request.member)
    return {
        "meeting": meeting,
        "agenda": agenda,
        "room": screen.room_of(meeting),
        "shown": item,
        "hidden": bool(agenda["open"] and not agenda["open"].is_mine),
        "ended": _ended(request.member, agenda),
        "may_open": rules.may_open(request.member, meeting),
        "runner": rules.may_run(request.member, meeting),
        "recorder": rules.may_record(request.member, meeting),
        "over": meeting.state in AFTER_THE_MEETING,
        "in_session": meeting.state == Meeting.State.IN_SESSION,
    }


def _ended(member, agenda) -> str:
    """What the screen says to a member whose agency has no standing any more; asked only where every item is shut."""
    if any(row.is_mine for row in agenda["rows"]) or not agenda["rows"]:
        return ""
    return member.agency.end_of_standing()


def show(request, meeting, item, *, follows: bool, refused=None, forms=None, status=200):
    """The whole page (to htmx, the sitting alone); recorded once per member, item and opening."""
    context = frame_of(request, meeting, item)
    context |= {"follows": follows, "refused": refused, "present": is_present(request.member, meeting)}
    if item is not None:
        context |= screen.item_of(request, meeting, item, forms)
    elif rules.is_before_first(context["agenda"]["rows"]) and not context["ended"]:
        context["unfinished"] = list(unfinished(request.member, meeting)[:SHOWN_AT_MOST])
    alone = request.htmx and request.htmx.target == "sitting"
    response = render(
        request, "meetings/live/_sitting.html" if alone else "meetings/live/sitting.html", context, status=status
    )
    listed = [row.case for row in context["agenda"]["rows"] if row.is_mine]
    listed += [action.case for action in context.get("unfinished", [])]
    listed = list({case.pk: case for case in listed}.values())
    if item is not None:
        note_following(request, item, things=listed)
    else:
        consulted(request, meeting, reason="agenda_item", things=listed, panel_id=meeting.panel_id)
    return response


def show_part(request, meeting, item, name, *, forms=None, status=200):
    """One part of an item, drawn as the page draws it; after what was said, also what is known now."""
    drawn = _drawn_part(request, meeting, item, name, forms)
    if name == "say" and status == 200:
        drawn += _drawn_part(request, meeting, item, "entries", beside=True)
    response = HttpResponse(drawn, status=status)
    note_following(request, item)
    return response


def _changed_parts(request, meeting, item, tags: dict) -> dict[str, str]:
    """The parts whose tag differs from the one that the screen says it has (``X-Confer-Tags: name:tag,…``), drawn."""
    told = request.headers.get("X-Confer-Tags", "")
    has = dict(pair.split(":", 1) for pair in told.split(",") if ":" in pair)
    stale = [name for name in screen.parts_of(meeting) if name in has and has[name] != tags[name]]
    return {name: _drawn_part(request, meeting, item, name) for name in stale}


def _drawn_part(request, meeting, item, name: str, forms=None, *, beside: bool = False) -> str:
    context = {"meeting": meeting, "in_session": meeting.state == Meeting.State.IN_SESSION, "beside": beside}
    context |= screen.item_of(request, meeting, item, forms, only=name)
    template = "_note" if name.startswith("note_") else f"_{name}"
    if name.startswith("note_"):
        context["part"] = context["notes"][name.removeprefix("note_")]
    return render_to_string(f"meetings/live/{template}.html", context, request)


def note_following(request, item, *, things=()) -> None:
    """Write “consulted” once per member, item and opening; the next opening is written again.

    *things* are the cases whose names stood beside it.
    """
    since = item.started_at or item.created_at
    seen = Event.objects.filter(
        thing_id=item.pk,
        thing_kind="meetings.agendaitem",
        member_id=request.member.pk,
        at__gte=since,
        operation=Operation.CONSULTATION,
    )
    if not seen.exists():
        record(
            "item.followed",
            by=request.member,
            thing=item,
            case_id=item.listing.case_id,
            panel_id=item.meeting.panel_id,
            reason="agenda_item",
            things=things,
        )


def back_to(meeting, item, name: str = "") -> str:
    """The address of the item's screen at the part called *name*."""
    address = reverse("meetings:live_item", args=[meeting.pk, item.pk])
    return f"{address}#{name}" if name else address
