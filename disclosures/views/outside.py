"""Requests from outside: the list, one request with its clock and its steps, and each step's small form."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404, missed
from core.pages import Page
from disclosures.forms import outside as forms
from disclosures.models import Answer, Consultation, MatchedItem, OutsideKnower, OutsideRequest, VictimTests
from disclosures.rules import clocks
from disclosures.rules import outside as rules
from disclosures.rules.exemptions import tell_grounds
from disclosures.rules.handlers import handlers
from disclosures.views.steps import ONWARD, STEPS, checked_answer, initial_of
from disclosures.workflow import outside as verbs
from partnership.access import permission
from partnership.models import Agency
from partnership.roles import Permission
from partnership.views.doing import done, pressed, shown, typed

HANDLE = Permission.HANDLE_OUTSIDE_REQUESTS
SOON = datetime.timedelta(days=7)


@require_safe
@permission(HANDLE)
def outsides(request):
    """The requests that the member handles or is named on, the newest first."""
    mine = OutsideRequest.objects.visible_to(request.member)
    show = "closed" if request.GET.get("show") == "closed" else "open"
    found = (mine.open() if show == "open" else mine.filter(state="closed")).select_related("received_by", "handler")
    page = Page(found, ("-created_at", "-pk"), request)
    for row in page.rows:
        row.late = clocks.is_late(row)
        row.is_soon = show == "open" and row.due_on and row.due_on <= timezone.localdate() + SOON
    response = render(request, "disclosures/outside/list.html", {"page": page, "show": show})
    consulted(request, None, event="outsides.listed", reason="rights_request", things=page.rows)
    return response


@permission(HANDLE)
def open_outside(request):
    """Enter what has come in."""
    mine = request.member
    form = forms.OutsideForm(
        typed(request),
        agencies=Agency.objects.visible_to(mine),
        handlers=handlers(mine),
        initial={"received_by": mine.agency_id, "handler": mine.pk},
    )
    if request.method == "POST" and form.is_valid():
        opened = []
        if done(form, lambda **said: opened.append(verbs.open_request(by=mine, **said)), **form.cleaned_data):
            messages.success(request, _("Request %(number)s is entered.") % {"number": opened[0].number})
            known = OutsideRequest.objects.visible_to(mine).filter(pk=opened[0].pk).exists()
            return redirect("disclosures:outside", opened[0].pk) if known else redirect("disclosures:outsides")
    return shown(request, "disclosures/outside/new.html", {"form": form})


@require_safe
@permission(HANDLE)
def outside(request, pk):
    """One request: its clock, what may be known of what is held, its consultations, its answer and its next steps."""
    found = find(request, pk)
    context = page_of(request.member, found)
    response = render(request, "disclosures/outside/outside.html", context)
    consulted(request, found, reason="rights_request", things=context["items"])
    return response


@permission(HANDLE)
def step(request, pk, act):
    """The form of one step, and doing it."""
    found = find(request, pk)
    if act not in STEPS:
        raise missed(request, OutsideRequest, pk)
    chosen = STEPS[act]
    if not rules.may(request.member, found, chosen.act) or not _is_for(found, act):
        raise PermissionDenied
    form = chosen.form(typed(request), request=found, member=request.member, initial=initial_of(found, act))
    if request.method == "POST" and form.is_valid():
        given = chosen.given(found)
        if done(form, chosen.verb, by=request.member, **given, **form.cleaned_data):
            messages.success(request, str(chosen.done))
            return redirect("disclosures:outsides") if act == "hand-over" else redirect("disclosures:outside", pk)
        found = find(request, pk)
    return shown(request, "disclosures/outside/step.html", {"outside": found, "step": chosen, "form": form})


@require_POST
@permission(HANDLE)
def search_again(request, pk):
    """Look once more for what has come in since."""
    pressed(
        request, _("The search is made once more."), verbs.search_again, by=request.member, request=find(request, pk)
    )
    return redirect("disclosures:outside", pk)


@require_POST
@permission(HANDLE)
def end_member(request, pk, knower):
    """End that a member may know of it."""
    found = find(request, pk)
    knowers = OutsideKnower.objects.visible_to(request.member).live().filter(request=found)
    row = find_or_404(request, knowers, pk=knower)
    pressed(request, _("Saved."), verbs.end_member, by=request.member, request=found, knower=row)
    return redirect("disclosures:outside", pk)


def find(request, pk) -> OutsideRequest:
    rows = OutsideRequest.objects.visible_to(request.member)
    joined = ("handler__agency", "received_by", "held_for", "about_agency", "opened_by")
    return find_or_404(request, rows.select_related("key", *joined), pk=pk)


def page_of(member, found: OutsideRequest) -> dict:
    """The page's context: a fixed number of queries, whatever is held and whoever was asked."""
    pauses = list(found.pauses.with_key().order_by("since_on"))
    items = list(MatchedItem.objects.of_request(member).filter(request=found).select_related("consultation"))
    seen = Consultation.objects.of_request(member).filter(request=found).select_related("agency", "answered_by")
    consultations = sorted(seen, key=lambda row: (row.due_on, row.agency.name))
    tell_grounds(consultations)
    answered = list(
        Answer.objects.visible_to(member)
        .filter(request=found)
        .select_related("drafted_by", "checked_by", "sent_by")
        .prefetch_related("papers")
        .order_by("-number")
    )
    may = {name for name in rules.ACTS if rules.may(member, found, name)}
    may -= set() if rules.may_extend(member, found, pauses) else {"extend"}
    knowers = found.knowers.live().select_related("member__agency").order_by("since")
    tests = VictimTests.objects.visible_to(member).filter(request=found).first()
    steps = [(name, step) for name, step in STEPS.items() if step.act in may and _is_for(found, name)]
    wanting = rules.gaps_before_search(found, tests) if "search" in may else []
    onward = _before_search(found) if wanting else ONWARD
    return {
        "outside": found,
        "clock": clocks.clock_of(found),
        "late": clocks.is_late(found),
        "pauses": pauses,
        "items": sorted(items, key=lambda item: (item.agency.name, str(item.pk))),
        "consultations": consultations,
        "answers": answered,
        "to_check": next((a for a in answered if rules.may_check(member, found, a)), None),
        "knowers": list(knowers),
        "tests": tests,
        "wanting": wanting,
        "onward": [(name, step) for name, step in steps if name in onward],
        "beside": [(name, step) for name, step in steps if name not in onward],
        "may": may,
        "handles": rules.may_handle(member, found),
    }


def _before_search(found: OutsideRequest) -> set[str]:
    """What leads onward while something is wanting before the search: that in place of the search."""
    wanted = "tests" if found.kind == OutsideRequest.Kind.VICTIM else "identity"
    return {*ONWARD, wanted} - {"search"}


def _is_for(found: OutsideRequest, name: str) -> bool:
    if name == "tests":
        return found.kind == OutsideRequest.Kind.VICTIM
    if name == "identity":
        return found.kind not in (OutsideRequest.Kind.FOI, OutsideRequest.Kind.EIR)
    return name != "send" or checked_answer(found) is not None
