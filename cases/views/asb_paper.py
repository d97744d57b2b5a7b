"""The papers of ASB panels and case reviews, and the yearly counts."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.documents_of_asb import letter_to
from cases.documents_of_record import record_of
from cases.models import Sheet
from cases.rules import review_counts as counts
from cases.schemes import scheme_of
from cases.views.frame import find_case
from core import pdf
from core.delimited import written
from core.recording import record
from partnership.access import permission
from partnership.post.press import moment_words
from partnership.roles import Permission


@require_safe
@permission(Permission.MAKE_DOCUMENTS)
def case_record(request, pk):
    """The record of a case as the member sees it, stamped for them; recorded before it leaves."""
    case = find_case(request, pk)
    if "cases:case_record" not in dict(scheme_of(case.panel).papers):
        raise Http404
    content = record_of(request.member, case)
    record("record.exported", by=request.member, thing=case, case_id=case.pk, panel_id=case.panel_id)
    words = _("Printed for %(who)s at %(when)s")
    said = words % {"who": request.member.name, "when": moment_words(timezone.localtime())}
    return _pdf(pdf.stamp(content, said), case)


@require_safe
@permission(Permission.KEEP_CASE)
def review_letter(request, pk):
    """The letter to who asked for a case review; recorded before it leaves."""
    sheets = Sheet.objects.visible_to(request.member).filter(case__panel__scheme=counts.SCHEME)
    sheet = find_or_404(request, sheets.select_related("key", "case__panel", "case__key"), pk=pk)
    if sheet.kind_of.paper != "cases:review_letter":
        raise Http404
    content = letter_to(request.member, sheet)
    record(
        "review_letter.exported",
        by=request.member,
        thing=sheet,
        case_id=sheet.case_id,
        panel_id=sheet.case.panel_id,
        detail={"version": sheet.version},
    )
    return _pdf(content, sheet.case)


@require_safe
@permission(Permission.KEEP_CASE)
def review_counts(request):
    """What was counted in a year: as it is, and as it is published."""
    year = _year(request)
    rows = [
        {"words": words, "number": number, "published": counts.published(number)}
        for _code, words, number in counts.counts(request.member, year)
    ]
    context = {"rows": rows, "year": year, "years": counts.years(request.member), "fewest": counts.FEWEST}
    response = render(request, "cases/asb/counts.html", context)
    consulted(request, None, event="reviews.counted", reason="supervision")
    return response


@require_safe
@permission(Permission.KEEP_CASE)
def review_counts_csv(request):
    """The counts of a year as they are published, as comma-separated values."""
    year = _year(request)
    rows = [(words, counts.published(number)) for _code, words, number in counts.counts(request.member, year)]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.write("\ufeff" + written([(_("What was counted"), str(year)), *rows]))
    record("reviews.exported", by=request.member, detail={"year": year})
    response["Content-Disposition"] = f'attachment; filename="case-reviews-{year}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _year(request) -> int:
    """The year that is asked for; this one where there is none, or none such."""
    if not counts.panels_for(request.member):
        raise Http404
    asked = request.GET.get("year", "")
    found = counts.years(request.member)
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in found else timezone.localdate().year


def _pdf(content: bytes, case) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.pk.hex[:8]}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
