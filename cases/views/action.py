"""Actions: what an agency has to do, and what the desk has to accept."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.action import ReportForm
from cases.models import Action
from cases.rules import action as rules
from cases.rules.panels import sits_on_several
from cases.workflow import progress
from core.pages import Page
from core.records import StaleVersion
from partnership.access import permission
from partnership.roles import Permission

SHOWS = {
    "open": lambda found, today: found.unfinished(),
    "overdue": lambda found, today: found.overdue(today),
    "reported": lambda found, today: found.filter(state__in=rules.ENDINGS, accepted_at__isnull=True),
    "all": lambda found, today: found,
}
SHOW_WORDS = {
    "open": gettext_lazy("Unfinished"),
    "overdue": gettext_lazy("Overdue"),
    "reported": gettext_lazy("Reported, to be accepted"),
    "all": gettext_lazy("All"),
}


@require_safe
@permission(Permission.DO_ACTION)
def action_list(request):
    """The actions that the member may see, the earliest due first."""
    show = request.GET.get("show", "open")
    show = show if show in SHOWS else "open"
    today = timezone.localdate()
    found = SHOWS[show](Action.objects.visible_to(request.member), today).select_related(
        "case__panel", "agency", "member"
    )
    if request.GET.get("whose") == "mine":
        found = found.filter(agency_id=request.member.agency_id)
    page = Page(found, ("due_on", "pk"), request)
    for action in page.rows:
        action.urgency = rules.urgency(action, today)
    context = {"page": page, "show": show, "shows": list(SHOW_WORDS.items()), "whose": request.GET.get("whose", "")}
    context["many_panels"] = sits_on_several(request.member)
    response = render(request, "cases/action/list.html", context)
    consulted(request, None, event="actions.listed", reason="own_action", things=page.rows)
    return response


@require_safe
@permission(Permission.VIEW_CASE)
def action(request, pk):
    """One action: what was agreed, how it stands, and the form to report on it."""
    found = _find(request, pk)
    response = _page(
        request,
        found,
        ReportForm(
            initial={"state": found.state, "outcome": found.outcome, "evidence": found.evidence, "seen": found.version}
        ),
    )
    own = found.agency_id == request.member.agency_id
    consulted(request, found, reason="own_action" if own else "supervision", case_id=found.case_id)
    return response


@require_POST
@permission(Permission.DO_ACTION)
def report(request, pk):
    """The owning agency says how the action stands."""
    found = _find(request, pk)
    if not rules.may_report(request.member, found):
        raise PermissionDenied
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    typed = form.cleaned_data
    try:
        if typed["state"] == Action.State.IN_PROGRESS:
            found.outcome, found.evidence = typed["outcome"], typed["evidence"]
            progress.begin_action(by=request.member, action=found, seen=typed["seen"])
        else:
            progress.finish_action(by=request.member, action=found, **typed)
    except StaleVersion:
        return _compare(request, pk, form)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _page(request, _find(request, pk), form, status=422)
    messages.success(request, _("Your report is saved."))
    return redirect("cases:action", pk=pk)


@require_POST
@permission(Permission.ACCEPT_CLOSURE)
def decide(request, pk):
    """The desk accepts how the action ended, or sends it back."""
    found = _find(request, pk)
    verb = progress.send_back if request.POST.get("decision") == "send_back" else progress.accept_closure
    try:
        verb(by=request.member, action=found, seen=_seen(request))
    except StaleVersion as stale:
        messages.error(request, stale.messages[0])
    else:
        messages.success(request, _("Saved."))
    return redirect("cases:action", pk=pk)


def _find(request, pk) -> Action:
    found = Action.objects.visible_to(request.member).select_related("case__panel", "agency", "member", "accepted_by")
    return find_or_404(request, found, pk=pk)


def _page(request, found: Action, form, *, status: int = 200, theirs: Action | None = None):
    context = {
        "action": found,
        "form": form,
        "theirs": theirs,
        "may_report": rules.may_report(request.member, found),
        "may_accept": rules.may_accept(request.member, found),
        "urgency": rules.urgency(found, timezone.localdate()),
    }
    return render(request, "cases/action/action.html", context, status=status)


def _compare(request, pk, form):
    """Both reports: the one saved meanwhile, and the writer’s own, kept in the form over the new version."""
    theirs = _find(request, pk)
    kept = form.data.copy()
    kept["seen"] = theirs.version
    return _page(request, theirs, ReportForm(kept), status=409, theirs=theirs)


def _seen(request) -> int:
    try:
        return int(request.POST.get("seen", ""))
    except ValueError:
        return 0
