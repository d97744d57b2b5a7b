"""The minutes of a meeting: draft, check, approval, versions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.models import Action, Case
from core.records import StaleVersion
from meetings.documents import USUAL_WINDOW
from meetings.forms.minutes import ApproveForm, ChangeNoteForm, CorrectionForm, PartForm
from meetings.models import Correction, Minutes, MinutesItem
from meetings.rules import minutes as rules
from meetings.views.gate import find_meeting
from meetings.views.statement import blocks
from meetings.workflow import minutes as verbs
from meetings.workflow import passing
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import pressed, whole_number


@require_GET
@permission(Permission.ATTEND)
def minutes(request, pk):
    """The newest minutes of a meeting that the member may see, or the version asked for."""
    meeting = find_meeting(request, pk)
    found = (
        Minutes.objects.visible_to(request.member)
        .filter(meeting=meeting)
        .select_related("approved_by", "drafted_by")
        .order_by("-number")
    )
    number = request.GET.get("version", "")
    shown = found.filter(number=whole_number(number)).first() if number else found.first()
    return _page(request, meeting, shown, list(found))


@require_POST
@permission(Permission.RECORD_MEETING)
def draft(request, pk):
    """Draft the minutes, or draft again what nobody wrote."""
    meeting = find_meeting(request, pk)
    pressed(
        request,
        _("The minutes are drafted. What somebody wrote was left as it was."),
        verbs.draft_minutes,
        by=request.member,
        meeting=meeting,
    )
    return redirect("meetings:minutes", pk=meeting.pk)


@require_POST
@permission(Permission.RECORD_MEETING)
def check(request, pk, minutes):
    """Give the agencies their words to check."""
    meeting, found = _find(request, pk, minutes)
    pressed(request, _("The agencies can check their words."), verbs.send_for_check, by=request.member, minutes=found)
    return redirect("meetings:minutes", pk=meeting.pk)


@require_POST
@permission(Permission.APPROVE_MINUTES)
def approve(request, pk, minutes):
    """Approve the minutes, or say everything that is missing."""
    meeting, found = _find(request, pk, minutes)
    form = ApproveForm(request.POST)
    form.is_valid()
    try:
        verbs.approve_minutes(by=request.member, minutes=found, early=form.cleaned_data.get("early", False))
    except ValidationError as refused:
        form.add_error(None, refused)
        return _page(request, meeting, found, [found], approve_form=form, status=422)
    messages.success(request, _("The minutes are approved."))
    return redirect("meetings:minutes", pk=meeting.pk)


@require_POST
@permission(Permission.RECORD_MEETING)
def correct(request, pk, minutes):
    """Begin a corrected version of approved minutes."""
    meeting, found = _find(request, pk, minutes)
    form = ChangeNoteForm(request.POST)
    if form.is_valid():
        try:
            verbs.correct_approved(by=request.member, minutes=found, **form.cleaned_data)
            return redirect("meetings:minutes", pk=meeting.pk)
        except ValidationError as refused:
            form.add_error(None, refused)
    return _page(request, meeting, found, [found], change_form=form, status=422)


@permission(Permission.RECORD_MEETING)
def part(request, pk, row, key):
    """Write one part of one item of the minutes."""
    meeting, found = find_meeting(request, pk), _find_row(request, pk, row)
    said = _part_of(request, found, key)
    form = PartForm(
        request.POST or None,
        initial={"text": said["text"], "seen": said["version"], "removed": said.get("removed", False)},
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            verbs.edit_part(by=request.member, minutes_item=found, key=key, **form.cleaned_data)
            return redirect(f"{_address(meeting)}#item-{found.item.position}")
        except StaleVersion:
            theirs, form = said, _over(form, said["version"])
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"meeting": meeting, "row": found, "part": said, "form": form, "theirs": theirs}
    return _shown(request, "meetings/minutes/part.html", context, found, 409 if theirs else 422 if form.errors else 200)


@permission(Permission.PROPOSE_CORRECTION)
def propose(request, pk, row, key):
    """An agency proposes other words for its own."""
    meeting, found = find_meeting(request, pk), _find_row(request, pk, row)
    said = _part_of(request, found, key)
    if said["agency_id"] != str(request.member.agency_id):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None, initial={"proposed": said["text"]})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.propose_correction(by=request.member, minutes_item=found, key=key, **form.cleaned_data)
            messages.success(request, _("Your correction was sent to the coordinator and the chair."))
            return redirect(f"{_address(meeting)}#item-{found.item.position}")
        except ValidationError as refused:
            for field, errors in (refused.error_dict if hasattr(refused, "error_dict") else {None: refused}).items():
                form.add_error(field, errors)
    context = {"meeting": meeting, "row": found, "part": said, "form": form}
    return _shown(request, "meetings/minutes/correct.html", context, found, 422 if form.errors else 200)


@require_POST
@permission(Permission.RECORD_MEETING)
def decide(request, pk, correction):
    """Accept a correction, or leave the draft as it is."""
    meeting = find_meeting(request, pk)
    found = find_or_404(
        request,
        Correction.objects.visible_to(request.member)
        .filter(minutes_item__minutes__meeting=meeting)
        .select_related("key", "minutes_item__key", "agency"),
        pk=correction,
    )
    accept = request.POST.get("decision") == "accept"
    said = _("The correction stands in the minutes.") if accept else _("The draft stays as it was.")
    pressed(
        request, said, verbs.decide_correction, by=request.member, correction=found, accept=accept, seen=found.version
    )
    return redirect("meetings:minutes", pk=meeting.pk)


@require_POST
@permission(Permission.RECORD_MEETING)
def pass_item(request, pk, row):
    """Say that one has read an item from which the approver is kept away."""
    meeting, found = find_meeting(request, pk), _find_row(request, pk, row)
    pressed(request, _("Recorded: you have read this item."), passing.pass_item, by=request.member, minutes_item=found)
    return redirect(f"{_address(meeting)}#item-{found.item.position}")


# what the views above share
def _find(request, pk, minutes):
    meeting = find_meeting(request, pk)
    found = Minutes.objects.visible_to(request.member).filter(meeting=meeting).select_related("meeting__panel")
    return meeting, find_or_404(request, found, pk=minutes)


def _find_row(request, pk, row) -> MinutesItem:
    found = (
        MinutesItem.objects.visible_to(request.member)
        .filter(minutes__meeting=pk)
        .select_related("key", "minutes__meeting__panel", "item", "case")
    )
    return find_or_404(request, found, pk=row)


def _part_of(request, row, key) -> dict:
    """A part that the member reads, also one that was taken out; 404 for others'."""
    from django.http import Http404

    readable = {p["key"] for p in rules.parts_for([row], request.member)[row.pk]}
    for said in row.content:
        if said["key"] == key and (
            key in readable or said.get("removed") and rules.may_draft(request.member, row.minutes.meeting)
        ):
            return said
    raise Http404


def _over(form, version: int):
    data = form.data.copy()
    data["seen"] = str(version)
    form.data = data
    form.add_error(
        None, _("Somebody else saved this while you were writing. Your text is kept: compare, and save again.")
    )
    return form


def _address(meeting) -> str:
    from django.urls import reverse

    return reverse("meetings:minutes", args=[meeting.pk])


def _shown(request, template, context, row, status):
    response = render(request, template, context, status=status)
    consulted(request, row, reason="minutes", case_id=row.case_id, panel_id=row.minutes.meeting.panel_id)
    return response


def _page(request, meeting, shown, versions, *, approve_form=None, change_form=None, status=200):
    member = request.member
    desk = meeting.panel_id in member.desk_panels()
    context = {
        "meeting": meeting,
        "minutes": shown,
        "versions": versions,
        "desk": desk,
        "rows": [],
        "may_draft": rules.may_draft(member, meeting),
        "approve_form": approve_form or ApproveForm(),
        "change_form": change_form or ChangeNoteForm(),
    }
    if shown is not None:
        shown.meeting = meeting
        context |= _content(request, meeting, shown, desk)
    response = render(request, "meetings/minutes/minutes.html", context, status=status)
    consulted(
        request,
        shown or meeting,
        reason="minutes",
        panel_id=meeting.panel_id,
        things=[row.case_id for row in context["rows"]],
    )
    return response


def _content(request, meeting, minutes, desk: bool) -> dict:
    member = request.member
    rows = list(
        MinutesItem.objects.visible_to(member)
        .filter(minutes=minutes)
        .select_related("key", "case", "item", "minutes__meeting", "passed_by")
        .order_by("position", "pk")
    )
    parts = rules.parts_for(rows, member)
    waiting = {}
    for correction in (
        Correction.objects.visible_to(member)
        .filter(minutes_item__in=rows)
        .select_related("key", "agency", "proposed_by", "decided_by")
        .order_by("proposed_at")
    ):
        waiting.setdefault((correction.minutes_item_id, correction.part), []).append(correction)
    is_open = minutes.state in rules.OPEN
    chair = meeting.chair if desk and is_open else None
    unread = set(rules.unread_by(chair, minutes).values_list("pk", flat=True)) if chair else set()
    for row in rows:
        row.is_to_pass = row.pk in unread
        row.parts = parts[row.pk]
        for said in row.parts:
            said["corrections"] = waiting.get((row.pk, said["key"]), [])
            said["is_own"] = said["agency_id"] == str(member.agency_id)
        row.left_out = [p for p in row.content if p.get("removed")] if desk and is_open else []
    return {
        "rows": rows,
        "header": _header(member, minutes.header, desk),
        "is_open": is_open,
        "may_edit": is_open and rules.may_draft(member, meeting),
        "may_approve": rules.may_approve(member, minutes),
        "may_propose": rules.may_propose(member, minutes),
        "missing": rules.missing(minutes) if desk and is_open else [],
        "early": minutes.check_until and minutes.check_until > timezone.now(),
        "readers": _readers(minutes, rows, desk),
        "held_back": minutes.items.filter(held_back=True).count() if desk and not is_open else 0,
    }


def _header(member, header: dict, desk: bool) -> dict:
    """The header with its dates as dates; outstanding actions and lapsing cases as far as *member* sees them."""
    seen = set(
        map(
            str,
            Case.objects.visible_to(member)
            .filter(
                Q(pk__in=[r["case_id"] for r in header["outstanding"]])
                | Q(pk__in=[r["case_id"] for r in header["lapsing"]])
            )
            .values_list("pk", flat=True),
        )
    )
    states = dict(Action.State.choices)
    outstanding = [
        row | {"due": parse_date(row["due"]), "words": states[row["state"]]}
        for row in header["outstanding"]
        if row["case_id"] in seen and (desk or row["agency_id"] == str(member.agency_id))
    ]
    return header | {
        "held": parse_datetime(header["held"]),
        "statement_blocks": blocks(header["statement"]["text"]),
        "present": [
            row | {"in": parse_datetime(row["in"]), "out": row["out"] and parse_datetime(row["out"])}
            for row in header["present"]
        ],
        "apologies": [
            row | {"received_on": row["received_on"] and parse_date(row["received_on"])} for row in header["apologies"]
        ],
        "outstanding": outstanding,
        "window": header.get("window", USUAL_WINDOW),
        "lapsing": [
            row | {"referred": parse_date(row["referred"])} for row in header["lapsing"] if row["case_id"] in seen
        ],
    }


def _readers(minutes, rows, desk: bool) -> str:
    """Who sees these minutes, for the line under the title."""
    if minutes.state == Minutes.State.DRAFT:
        return _("the panel’s desk (coordinator and chair)")
    if minutes.state == Minutes.State.CHECK:
        return _("the panel’s desk; each agency its own words alone")
    return _("the panel’s desk, and of each item the agencies that took part in it and are not kept away")
