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
from cases.forms.action import EscalateForm, ReplaceForm, ReportForm
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
    response = _page(request, found)
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
        return _page(request, found, status=422, form=form)
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
        return _page(request, _find(request, pk), status=422, form=form)
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


@require_POST
@permission(Permission.ACCEPT_CLOSURE)
def supersede(request, pk):
    """The desk ends the action, because another takes its place or none is needed."""
    return _desk_act(request, pk, "replace_form", progress.supersede_action, _("The action is replaced."))


@require_POST
@permission(Permission.ACCEPT_CLOSURE)
def escalate(request, pk):
    """The desk notes above whom the action was taken."""
    return _desk_act(request, pk, "escalate_form", progress.escalate_action, _("Saved."))


DESK_FORMS = {"replace_form": ReplaceForm, "escalate_form": EscalateForm}
PEOPLE = ("member", "ended_by", "accepted_by", "escalated_by")


def _desk_act(request, pk, name: str, verb, words: str):
    """Bind the form *name*, do *verb*; refused or overtaken, everything typed is kept over the version of now."""
    found = _find(request, pk)
    form = DESK_FORMS[name](request.member, found, request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, **{name: form})
    try:
        verb(by=request.member, action=found, **form.cleaned_data)
    except ValidationError as refusal:
        found, kept = _find(request, pk), request.POST.copy()
        kept["seen"] = found.version
        form = DESK_FORMS[name](request.member, found, kept)
        form.add_error(None, refusal)
        return _page(request, found, status=409 if isinstance(refusal, StaleVersion) else 422, **{name: form})
    messages.success(request, words)
    return redirect("cases:action", pk=pk)


def _find(request, pk) -> Action:
    found = Action.objects.visible_to(request.member).select_related("case__panel", "agency", "superseded_by", *PEOPLE)
    return find_or_404(request, found, pk=pk)


def _page(request, found: Action, *, status: int = 200, theirs: Action | None = None, **bound):
    context = {
        "action": found,
        "theirs": theirs,
        "may_report": rules.may_report(request.member, found),
        "may_accept": rules.may_accept(request.member, found),
        "urgency": rules.urgency(found, timezone.localdate()),
        "sees_replacement": _sees(request.member, found.superseded_by_id),
    }
    context |= _forms(request.member, found) | bound
    return render(request, "cases/action/action.html", context, status=status)


def _sees(member, pk) -> bool:
    """Whether there is an action *pk* that *member* may open."""
    return pk is not None and Action.objects.visible_to(member).filter(pk=pk).exists()


def _forms(member, found: Action) -> dict:
    """The forms that are open to *member*, as the action stands."""
    told = {"state": found.state, "outcome": found.outcome, "evidence": found.evidence, "seen": found.version}
    may = {"replace_form": rules.may_supersede(member, found), "escalate_form": rules.may_escalate(member, found)}
    desk = {
        name: form(member, found, initial={"seen": found.version}) for name, form in DESK_FORMS.items() if may[name]
    }
    return {"form": ReportForm(initial=told), "replace_form": None, "escalate_form": None, **desk}


def _compare(request, pk, form):
    """Both reports: the one saved meanwhile, and the writer’s own, kept in the form over the new version."""
    theirs = _find(request, pk)
    kept = form.data.copy()
    kept["seen"] = theirs.version
    return _page(request, theirs, status=409, theirs=theirs, form=ReportForm(kept))


def _seen(request) -> int:
    try:
        return int(request.POST.get("seen", ""))
    except ValueError:
        return 0
