"""The attendance sheet of a meeting."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit.finding import find_or_404
from meetings.forms.attendance import ApologiesForm, ObserverForm
from meetings.models import Agreement, Attendance
from meetings.rules import attendance as rules
from meetings.views.gate import signed
from meetings.workflow import attendance as verbs
from partnership.access import permission
from partnership.roles import Permission

VERBS = {"arrived": verbs.mark_arrived, "left": verbs.mark_left, "signed": verbs.observer_signed}


@require_safe
@permission(Permission.ATTEND)
@signed
def attendance(request, meeting):
    """Who is in the room, since when, and how many cases they attended."""
    return _sheet(request, meeting, ObserverForm(prefix="observer"), ApologiesForm(prefix="apologies", meeting=meeting))


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
def observer(request, meeting):
    """Enter an observer."""
    form = ObserverForm(request.POST, prefix="observer")
    if form.is_valid():
        verbs.add_observer(by=request.member, meeting=meeting, **form.cleaned_data)
        return redirect("meetings:attendance", pk=meeting.pk)
    return _sheet(request, meeting, form, ApologiesForm(prefix="apologies", meeting=meeting), status=422)


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
def apologies(request, meeting):
    """Enter apologies."""
    form = ApologiesForm(request.POST, prefix="apologies", meeting=meeting)
    if form.is_valid():
        try:
            verbs.record_apologies(by=request.member, meeting=meeting, **form.cleaned_data)
            return redirect("meetings:attendance", pk=meeting.pk)
        except ValidationError as refused:
            form.add_error(None, refused)
    return _sheet(request, meeting, ObserverForm(prefix="observer"), form, status=422)


@require_POST
@permission(Permission.ATTEND)
@signed
def mark(request, meeting, line, verb):
    """Somebody arrived, left, or (an observer) signed on paper."""
    if verb not in VERBS:
        raise PermissionDenied
    found = find_or_404(
        request,
        Attendance.objects.visible_to(request.member).filter(meeting=meeting).select_related("meeting"),
        pk=line,
    )
    try:
        VERBS[verb](by=request.member, attendance=found)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    back = "meetings:live" if request.POST.get("then") == "live" else "meetings:attendance"
    return redirect(back, pk=meeting.pk)


def _sheet(request, meeting, observer_form, apologies_form, status=200):
    lines = list(
        Attendance.objects.visible_to(request.member)
        .filter(meeting=meeting)
        .select_related("member", "agency")
        .prefetch_related("items")
        .order_by("arrived_at", "created_at")
    )
    signed_at = dict(Agreement.objects.filter(meeting=meeting).values_list("member_id", "signed_at"))
    keeper = rules.may_keep_sheet(request.member, meeting)
    for line in lines:
        line.signed_at, line.cases = signed_at.get(line.member_id), len(line.items.all())
        line.meeting = meeting
        line.may_mark = keeper or rules.may_mark(request.member, line)
    context = {
        "meeting": meeting,
        "keeper": keeper,
        "observer_form": observer_form,
        "apologies_form": apologies_form,
        "members": [a for a in lines if not a.is_observer and not a.apologies],
        "observers": [a for a in lines if a.is_observer and not a.apologies],
        "absent": [a for a in lines if a.apologies],
    }
    return render(request, "meetings/attendance/sheet.html", context, status=status)
