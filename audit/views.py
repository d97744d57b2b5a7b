"""The auditor's pages, and the question why."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.finding import find_or_404
from audit.forms import FilterForm
from audit.models import Event
from audit.reading import as_csv, block_of, is_whole, standing
from audit.reasons import ReasonForm, reason_page, remember_reason
from core.pages import Page
from core.recording import record
from partnership.access import permission
from partnership.roles import Permission

EXPORTED = 10_000  # events in one file


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.READ_AUDIT)
def events(request):
    """The events, the latest first, through the filters.

    Filters are typed in a POST, which leads to an address of codes alone: no word that was typed reaches the browser's
    history, a proxy or a log.
    """
    if request.method == "POST":
        return _filter(request)
    form = FilterForm(request.GET if _is_filtered(request) else None, member=request.member, coded=True)
    page = Page(form.chosen(), ("-id",), request)
    response = _events_page(request, form, page)
    shown = {"shown": len(page), "first": page.rows[0].id, "last": page.rows[-1].id} if page.rows else {"shown": 0}
    record("audit.consulted", by=request.member, detail=shown | form.codes())
    return response


def _filter(request):
    form = FilterForm(request.POST, member=request.member)
    if not form.is_valid():
        return _events_page(request, form, Page(Event.objects.none(), ("-id",), request))
    query = form.address()
    return redirect(reverse("audit:events") + (f"?{query}" if query else ""))


@permission(Permission.READ_AUDIT)
@require_safe
def event(request, pk):
    """One event, with the block that guards it."""
    found = find_or_404(request, Event.objects.visible_to(request.member), pk=pk)
    context = {"event": found, "guard": block_of(found), "is_whole": is_whole(found)}
    response = render(request, "audit/event.html", context)
    record("audit.event_consulted", by=request.member, case_id=found.case_id, detail={"event": found.id})
    return response


@permission(Permission.EXPORT_AUDIT)
@require_POST
def export(request):
    """The filtered events as CSV: made whole and recorded before it leaves, refused where it would be too long."""
    form = FilterForm(request.POST, member=request.member)
    rows = list(form.chosen().order_by("-id")[: EXPORTED + 1])
    if form.is_valid() and len(rows) > EXPORTED:
        form.add_error(
            None,
            _("There are more than %(limit)s events: choose a shorter period to export them.")
            % {"limit": f"{EXPORTED:,}"},
        )
    if not form.is_valid():
        return _events_page(request, form, Page(Event.objects.none(), ("-id",), request))
    response = HttpResponse("\ufeff" + as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate():%Y-%m-%d}.csv"'
    record("audit.exported", by=request.member, detail={"events": len(rows)} | form.codes())
    return response


@permission(Permission.VIEW_CASE)
@require_POST
def give_reason(request):
    """Remember why this member opens this case, and lead back to it."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return reason_page(request, form, status=422)
    remember_reason(request, form.cleaned_data["case"], form.cleaned_data["reason"])
    then = form.cleaned_data["then"]
    is_ours = url_has_allowed_host_and_scheme(then, {request.get_host()}, require_https=request.is_secure())
    return redirect(then if is_ours else "home")


def _is_filtered(request) -> bool:
    return bool(set(request.GET) - {"at"})


def _events_page(request, form, page):
    typed = form.data if form.is_bound else request.GET
    context = {
        "form": form,
        "page": page,
        "standing": standing(),
        "limit": f"{EXPORTED:,}",
        "may_export": request.member.may(Permission.EXPORT_AUDIT),
        "filters": [(name, value) for name, value in typed.items() if name in _names(form)],
    }
    return render(request, "audit/events.html", context, status=422 if form.errors else 200)


def _names(form) -> set[str]:
    """The names under which the form's fields are sent, a date's three included."""
    dates = {f"{name}_{part}" for name in ("since", "until") for part in ("day", "month", "year")}
    return set(form.fields) | dates
