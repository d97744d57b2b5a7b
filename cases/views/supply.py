"""Bringing in lists of people: the file, what it is, what becomes of each row."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.supply import AllForm, BringInForm, DescribeForm, RowsForm
from cases.models import Supply, SupplyRow
from cases.rules import supply as rules
from cases.views.supply_rows import counted, laid_out, shows
from cases.workflow import supply as verbs
from cases.workflow import supply_ending as endings
from cases.workflow.supply_matching import offers
from cases.workflow.supply_rows import standing
from core.delimited import written
from core.pages import Page
from core.recording import record
from core.records import StaleVersion
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import done, place, pressed, shown, typed, whole_number


@permission(Permission.IMPORT_SUPPLY)
@require_safe
def supplies(request):
    """The lists brought in for the member's panels, the latest first, whatever became of them."""
    found = Supply.objects.visible_to(request.member).select_related("panel", "agency", "brought_by")
    page = Page(found, ("-created_at", "-pk"), request)
    context = {"page": page, "may_bring_in": bool(rules.panels_for(request.member))}
    response = render(request, "cases/supply/supplies.html", context)
    consulted(request, reason="supply", event="supplies.listed", things=page.rows)
    return response


@permission(Permission.IMPORT_SUPPLY)
@require_http_methods(["GET", "POST"])
def bring_in(request):
    """Choose a file and say who supplied it; nothing is written to any case."""
    panels = rules.panels_for(request.member)
    if not panels:
        raise PermissionDenied
    supply = Supply(panel=panels[0])
    form = BringInForm(
        typed(request), request.FILES if request.method == "POST" else None,
        instance=supply, member=request.member, panels=panels,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and _read(request, form):
        messages.success(request, _("The file was read. Now say what it is."))
        return redirect("cases:describe_supply", form.instance.pk)
    if form.is_bound:
        form.forget_file()
    return shown(request, "cases/supply/bring_in.html", {"form": form})


def _read(request, form) -> bool:
    try:
        verbs.bring_in(by=request.member, supply=form.instance, content=form.cleaned_data["file"])
    except ValidationError as error:
        form.add_error("file", error.messages)
        return False
    return True


@permission(Permission.IMPORT_SUPPLY)
@require_http_methods(["GET", "POST"])
def describe(request, pk):
    """What the list is: pre-filled with what the file says of itself."""
    supply = _find(request, pk)
    if not rules.may_describe(request.member, supply):
        raise PermissionDenied
    form = DescribeForm(typed(request), instance=supply, member=request.member)
    said = request.method == "POST" and form.is_valid()
    if said and done(form, verbs.describe_supply, by=request.member, supply=supply, seen=form.seen):
        return redirect("cases:supply", pk)
    context = {"form": form, "supply": supply, "before": verbs.imported_before(supply)}
    response = shown(request, "cases/supply/describe.html", context)
    consulted(request, supply, reason="supply", panel_id=supply.panel_id)
    return response


@permission(Permission.IMPORT_SUPPLY)
@require_http_methods(["GET", "POST"])
def supply(request, pk):
    """Where it stands; while it is being decided, its rows a page at a time, each with what becomes of it."""
    found = _find(request, pk)
    if request.method == "POST" and not rules.may_decide(request.member, found):
        raise PermissionDenied
    if found.stage == Supply.Stage.DESCRIBING and rules.may_describe(request.member, found):
        return redirect("cases:describe_supply", pk)
    if request.htmx and request.htmx.target == "_progress":
        return _progress(request, found)
    if rules.may_decide(request.member, found):
        return _rows(request, found)
    response = render(request, "cases/supply/supply.html", _context(request, found))
    consulted(request, found, reason="supply", panel_id=found.panel_id)
    return response


def _progress(request, found: Supply):
    """How far the worker has come; once it is done, the page is asked for anew."""
    response = render(request, "cases/supply/_progress.html", {"supply": found})
    if not found.is_underway:
        response["HX-Refresh"] = "true"
    consulted(request, found, reason="supply", panel_id=found.panel_id)
    return response


def _rows(request, found: Supply, **refused):
    """The page of rows; *refused* are forms beside it that were refused, by name."""
    rows = SupplyRow.objects.visible_to(request.member).filter(supply=found).select_related("case", "nominated")
    page = Page(shows(rows, request.GET.get("show", "")), ("line", "pk"), request)
    offered = offers(by=request.member, supply=found, rows=page.rows)
    posted = request.POST if request.method == "POST" and not refused else None
    cases = {offer.case.pk for some in offered.values() for offer in some if offer.case}
    there = standing(by=request.member, supply=found, cases=cases)
    form = RowsForm(posted, supply=found, rows=page.rows, offers=offered)
    if posted is not None and form.is_valid() and _choose(request, found, form):
        return redirect(request.get_full_path())
    context = _context(request, found, form=next(iter(refused.values()), form))
    context |= {
        "rows_form": form,
        "which": request.GET.get("show", ""),
        "page": page,
        "rows": laid_out(found, page.rows, offered, form, there),
    }
    response = render(request, "cases/supply/supply.html", context, status=422 if context["form"].errors else 200)
    people = [offer.subject for some in offered.values() for offer in some]
    consulted(request, found, event="people.compared", reason="supply", panel_id=found.panel_id, things=people)
    return response


def _choose(request, found: Supply, form) -> bool:
    try:
        verbs.choose(by=request.member, supply=found, choices=form.decided, seen=form.cleaned_data["version"])
    except StaleVersion:
        form.add_error(None, _("You decided on rows in another window. Compare, and save again."))
        form.data = form.data.copy()
        form.data["version"] = str(found.version)
        return False
    except ValidationError as error:
        place(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


@permission(Permission.IMPORT_SUPPLY)
@require_POST
def choose_all(request, pk):
    """Decide alike on every row of a state that is not decided yet."""
    found = _decidable(request, pk)
    form = AllForm(request.POST)
    if form.is_valid() and _tried(form, verbs.choose_all, request, found, choice=form.cleaned_data["choice"],
                                  state=form.cleaned_data["state"], seen=form.cleaned_data["version"]):  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("cases:supply", pk)
    return _rows(request, found, all=form)


@permission(Permission.IMPORT_SUPPLY)
@require_POST
def import_list(request, pk):
    """Import what was decided: all of it or nothing; a second press is told that it was done."""
    found = _find(request, pk)
    if found.brought_by_id != request.member.pk:
        raise PermissionDenied
    try:
        verbs.import_supply(by=request.member, supply=found, seen=whole_number(request.POST.get("version")))
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    return redirect("cases:supply", pk)


@permission(Permission.IMPORT_SUPPLY)
@require_POST
def give_up(request, pk):
    """Destroy the rows without importing any."""
    found = _find(request, pk)
    words = _("The list was given up, and its rows were destroyed.")
    pressed(
        request, words, endings.give_up, by=request.member, supply=found, seen=whole_number(request.POST.get("version"))
    )
    return redirect("cases:supply", pk)


@permission(Permission.IMPORT_SUPPLY)
@require_safe
def refused_csv(request, pk):
    """The rows that cannot be taken, as they stood in the file, with why: to be mended by who supplied them."""
    found = _decidable(request, pk)
    rows = SupplyRow.objects.visible_to(request.member).filter(supply=found, state=SupplyRow.State.REFUSED)
    lines = [[*found.header, _("Line of the file"), _("Why it cannot be taken")]]
    for one in laid_out(found, list(rows.order_by("line")), {}, None):
        cells = (one["row"].cells + [""] * len(found.header))[: max(len(found.header), len(one["row"].cells))]
        lines.append([*cells, one["row"].line, "; ".join(one["wrong"])])
    response = HttpResponse("\ufeff" + written(lines), content_type="text/csv; charset=utf-8")
    detail = {"rows": len(lines) - 1}
    record("supply.refused_taken", by=request.member, thing=found, panel_id=found.panel_id, detail=detail)
    response["Content-Disposition"] = f'attachment; filename="refused-{found.pk.hex[:8]}.csv"'
    return response


def _find(request, pk) -> Supply:
    rows = Supply.objects.visible_to(request.member).select_related(
        "panel", "agency", "brought_by__agency", "ended_by__agency"
    )
    return find_or_404(request, rows, pk=pk)


def _decidable(request, pk) -> Supply:
    found = _find(request, pk)
    if not rules.may_decide(request.member, found):
        raise PermissionDenied
    return found


def _context(request, found: Supply, form=None) -> dict:
    member = request.member
    context = {"supply": found, "form": form, "may_give_up": rules.may_give_up(member, found)}
    context["may_describe"] = rules.may_describe(member, found)
    if form is not None:
        context |= counted(found)
    return context


def _tried(form, verb, request, found, **given) -> bool:
    try:
        verb(by=request.member, supply=found, **given)
    except ValidationError as error:
        place(form, error)
        return False
    return True
