"""The forms of a case: read with their versions, filled in, changed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.answers import answers_of
from cases.forms.items import initial_of
from cases.forms.items import shown as answers
from cases.forms.track import sheet_form
from cases.models import Sheet
from cases.rules import track as rules
from cases.rules.answers import asked_of, withheld
from cases.schemes import scheme_of
from cases.views.following import followed, mark_of
from cases.views.frame import find_case, reason_for
from cases.views.track_reading import versions
from cases.views.writing import open_form, save_form
from cases.workflow import sheet as verbs
from partnership.access import permission
from partnership.roles import Permission


@require_safe
@permission(Permission.VIEW_CASE)
def sheet(request, pk):
    """One form as it stands, and what each earlier version said."""
    found = _find(request, pk)
    case = find_case(request, found.case_id)
    may = rules.may_write_sheet(request.member, case, found.kind_of, rules.part_for(request.member, found))
    kept = withheld(request.member, case, [found])[found.pk]
    context = {
        "mark": _mark(found, kept),
        "case": case,
        "sheet": found,
        "answers": answers_of(request.member, case, found),
        "versions": versions(found, without=kept),
        "may_write": may,
    }
    response = render(request, "cases/management/sheet.html", context)
    consulted(request, found, reason=reason_for(request, case) or "managing", case_id=case.pk)
    return response


@require_safe
@permission(Permission.VIEW_CASE)
def sheet_now(request, pk):
    """Whether the form is still what the page shows."""
    found = _find(request, pk)
    case = find_case(request, found.case_id)
    return followed(request, _mark(found, withheld(request.member, case, [found])[found.pk]))


def _mark(found: Sheet, kept) -> str:
    return mark_of([(found.pk, found.version)], kept)


@require_http_methods(["GET", "POST"])
@permission(Permission.VIEW_CASE)
def write_sheet(request, pk, kind):
    """Fill in a form of the case as a whole."""
    case = find_case(request, pk)
    return _write_new(request, case, kind, rules.Part.in_case(request.member, case))


@require_http_methods(["GET", "POST"])
@permission(Permission.VIEW_CASE)
def write_track_sheet(request, pk, kind):
    """Fill in a form of one track."""
    track = find_or_404(request, rules.find_track(request.member), pk=pk)
    case = find_case(request, track.case_id)
    return _write_new(request, case, kind, rules.Part.in_track(track), track=track)


@require_http_methods(["GET", "POST"])
@permission(Permission.VIEW_CASE)
def change_sheet(request, pk):
    """Change a form; a colleague's answers saved meanwhile stand beside one's own."""
    found = _find(request, pk)
    case = find_case(request, found.case_id)
    kind = found.kind_of
    if not rules.may_write_sheet(request.member, case, kind, rules.part_for(request.member, found)):
        raise PermissionDenied
    hidden = withheld(request.member, case, [found])[found.pk]
    items = [item for item in asked_of(request.member, case, kind) if item.code not in hidden]
    form_class = sheet_form(items, request.member)

    def make(data=None, initial=None):
        kept = found.data if initial is None else initial
        return form_class(
            data, initial={"version": (initial or {}).get("version", found.version)} | _begins(kind, kept)
        )

    def save(form):
        return verbs.save_sheet(by=request.member, sheet=found, data=form.details, seen=form.seen)

    return _page(request, case, kind, make, save, about=found, part="sheet", sheet=found)


def _write_new(request, case, code, part, track=None):
    kind = scheme_of(case.panel).sheet_kind(code)
    if kind is None or kind.track != (track.kind if track else ""):
        raise Http404
    if not rules.may_write_sheet(request.member, case, kind, part):
        raise PermissionDenied
    if kind.page:
        return redirect(kind.page, case.pk)
    form_class = sheet_form(asked_of(request.member, case, kind), request.member)

    def make(data=None, initial=None):
        return form_class(data, initial=initial)

    def save(form):
        return verbs.write_sheet(by=request.member, case=case, kind=code, data=form.details, track=track)

    return _page(request, case, kind, make, save, about=track or case, part=f"sheet:{code}")


def _page(request, case, kind, make, save, *, about, part, sheet=None):
    if request.method == "POST":
        writing = save_form(request, make, save, about=about, part=part)
        if writing.saved is not None:
            messages.success(request, _("Saved."))
            return redirect("cases:sheet", writing.saved.pk)
        writing.theirs = _in_words(kind, writing.theirs)
    else:
        writing = open_form(request, make, about=about, part=part)
    context = {"case": case, "kind": kind, "sheet": sheet, "writing": writing, "form": writing.form}
    response = render(request, "cases/management/write_sheet.html", context, status=writing.status)
    consulted(request, about, reason=reason_for(request, case) or "managing", case_id=case.pk)
    return response


def _find(request, pk) -> Sheet:
    sheets = Sheet.objects.visible_to(request.member).select_related("key", "case__panel", "case__key", "written_by")
    return find_or_404(request, sheets, pk=pk)


def _begins(kind, kept: dict) -> dict:
    return initial_of(kind.items, kept)


def _in_words(kind, theirs: dict) -> dict:
    """What a colleague answered in the items that clash, as words; an answer they took away is nothing."""
    items = [item for item in kind.items if item.code in theirs]
    words = dict(answers(items, {code: value for code, value in theirs.items() if value is not None}))
    return {item.code: words.get(str(item.label), "") for item in items}
