"""The calendar: which meetings there are, and planning them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from core.pages import Page
from meetings.forms.calendar import CancelForm, ChangeForm, EmergencyForm, MoveForm, PlanForm, SeriesForm
from meetings.models import Meeting
from meetings.rules import calendar as rules
from meetings.rules.reasons import may_read_words
from meetings.workflow import agenda as agenda_verbs
from meetings.workflow import calendar as verbs
from partnership.access import permission
from partnership.models import Panel
from partnership.roles import Permission
from partnership.views.doing import done, pressed, shown, whole_number


@require_GET
@permission(Permission.ATTEND)
def calendar(request):
    """The meetings to come, and those that were."""
    now = timezone.now()
    show = "past" if request.GET.get("show") == "past" else "coming"
    found = Meeting.objects.visible_to(request.member).select_related("panel", "chair")
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if show == "past":
        page = Page(found.filter(starts_at__lt=today), ("-starts_at", "-pk"), request)
    else:
        page = Page(found.filter(starts_at__gte=today), ("starts_at", "pk"), request)
    kept = request.member.panels_with(Permission.KEEP_CALENDAR)
    panels = Panel.objects.visible_to(request.member).filter(pk__in=kept)
    context = {"page": page, "show": show, "panels": panels if kept else []}
    return render(request, "meetings/calendar/list.html", context)


@require_GET
@permission(Permission.ATTEND)
def meeting(request, pk):
    """One meeting: when, where, who chairs, until when what is due."""
    found = find_meeting(request, pk)
    context = {
        "meeting": found,
        "may_keep": rules.may_keep_calendar(request.member, found.panel_id),
        "may": {act: rules.may_happen(act, found) for act in rules.ACTS},
        "notices": found.notices.select_related("sent_by").order_by("created_at"),
        "reads_words": may_read_words(request.member, found.panel_id),
    }
    response = render(request, "meetings/calendar/meeting.html", context)
    if context["reads_words"] and (found.emergency_words or found.cancelled_words):
        consulted(request, found, reason="supervision", panel_id=found.panel_id)
    return response


@permission(Permission.KEEP_CALENDAR, panel="panel_id")
def plan(request, panel_id):
    """Plan one meeting."""
    return _plan(request, panel_id, PlanForm, "meetings/calendar/plan.html")


@permission(Permission.KEEP_CALENDAR, panel="panel_id")
def emergency(request, panel_id):
    """Plan an emergency meeting."""
    return _plan(request, panel_id, EmergencyForm, "meetings/calendar/emergency.html")


@permission(Permission.KEEP_CALENDAR, panel="panel_id")
def series(request, panel_id):
    """Plan the panel's meetings of some months at once."""
    panel = _find_panel(request, panel_id)
    form = SeriesForm(request.POST or None, initial=_usual(panel), panel=panel)
    made: list = []

    def make():
        made.extend(verbs.make_series(by=request.member, panel=panel, **form.said()))

    if form.is_bound and form.is_valid() and done(form, make):
        words = ngettext("One meeting was planned.", "%(count)d meetings were planned.", len(made))
        messages.success(request, words % {"count": len(made)})
        return redirect("meetings:calendar")
    return shown(request, "meetings/calendar/series.html", {"form": form, "panel": panel})


@permission(Permission.KEEP_CALENDAR)
def change(request, pk):
    """Place, chair and dates of a planned meeting."""
    found = _find_kept(request, pk)
    form = ChangeForm(request.POST or None, initial=ChangeForm.of(found), panel=found.panel)
    if (
        form.is_bound
        and form.is_valid()
        and done(form, verbs.change_meeting, by=request.member, meeting=found, **form.said())
    ):
        messages.success(request, _("The meeting was changed."))
        return redirect("meetings:meeting", found.pk)
    return shown(request, "meetings/calendar/change.html", {"form": form, "meeting": found})


@permission(Permission.KEEP_CALENDAR)
def move(request, pk):
    """Another time for a meeting; everybody who attends is told."""
    found = _find_kept(request, pk)
    local = timezone.localtime(found.starts_at)
    initial = {
        "day": local.date(),
        "time": local.time(),
        "place": found.place,
        "link": found.link,
        "seen": found.version,
    }
    form = MoveForm(request.POST or None, initial=initial)
    if (
        form.is_bound
        and form.is_valid()
        and done(form, verbs.move_meeting, by=request.member, meeting=found, **form.said())
    ):
        messages.success(request, _("The meeting was moved, and those who attend are told."))
        return redirect("meetings:meeting", found.pk)
    return shown(request, "meetings/calendar/move.html", {"form": form, "meeting": found})


@permission(Permission.KEEP_CALENDAR)
def cancel(request, pk):
    """Cancel a meeting; everybody who attends is told."""
    found = _find_kept(request, pk)
    form = CancelForm(request.POST or None, initial={"seen": found.version})
    if (
        form.is_bound
        and form.is_valid()
        and done(form, verbs.cancel_meeting, by=request.member, meeting=found, **form.cleaned_data)
    ):
        messages.success(request, _("The meeting was cancelled, and those who attend are told."))
        return redirect("meetings:meeting", found.pk)
    return shown(request, "meetings/calendar/cancel.html", {"form": form, "meeting": found})


@require_POST
@permission(Permission.KEEP_AGENDA)
def open_agenda(request, pk):
    """Let cases be listed."""
    found = find_meeting(request, pk)
    seen = whole_number(request.POST.get("seen"), found.version)
    pressed(request, _("The agenda is open."), agenda_verbs.open_agenda, by=request.member, meeting=found, seen=seen)
    return redirect("meetings:agenda", found.pk)


def find_meeting(request, pk) -> Meeting:
    """The meeting that the member may see, with its panel and chair; else 404."""
    found = Meeting.objects.visible_to(request.member).select_related("panel", "chair__agency", "cancelled_by")
    return find_or_404(request, found, pk=pk)


def _find_kept(request, pk) -> Meeting:
    """The meeting, for those who keep its calendar; others who see it are refused."""
    found = find_meeting(request, pk)
    if not rules.may_keep_calendar(request.member, found.panel_id):
        raise PermissionDenied
    return found


def _plan(request, panel_id, form_class, template):
    panel = _find_panel(request, panel_id)
    form = form_class(request.POST or None, initial=_usual(panel), panel=panel)
    made: list = []

    def make():
        made.append(verbs.plan_meeting(by=request.member, panel=panel, **form.said()))

    if form.is_bound and form.is_valid() and done(form, make):
        messages.success(request, _("The meeting was planned, and those who attend are told."))
        return redirect("meetings:meeting", made[0].pk)
    return shown(request, template, {"form": form, "panel": panel})


def _usual(panel) -> dict:
    chair = verbs.usual_chair(panel)
    return {
        "time": panel.starts_at_time,
        "place": panel.place,
        "link": panel.link,
        "chair": chair and chair.pk,
        "minutes_per_case": panel.minutes_per_case,
    }


def _find_panel(request, panel_id) -> Panel:
    return find_or_404(request, Panel.objects.visible_to(request.member), pk=panel_id)
