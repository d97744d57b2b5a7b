"""What a recipient does with an extract: undertake, open, take away, report, destroy."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from disclosures import documents_of_extracts as documents
from disclosures.forms.extract import ReportForm
from disclosures.models import ExtractHanding
from disclosures.rules import extracting as rules
from disclosures.views.extract import csv_of, pdf_of
from disclosures.workflow import extract as verbs
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import place


@require_GET
@permission(Permission.READ_EXTRACT)
def handing(request, pk):
    """The extract as its recipient has it; its content only after the undertaking, and not once it is recalled."""
    return _page(request, _find(request, pk, owed=True))


@require_POST
@permission(Permission.READ_EXTRACT)
def undertake(request, pk):
    """Promise to join it with nothing, recognise nobody and pass it on to nobody."""
    found = _find(request, pk)
    verbs.undertake(by=request.member, handing=found)
    return redirect("disclosures:handing", pk)


@require_GET
@permission(Permission.READ_EXTRACT)
def handing_csv(request, pk):
    return csv_of(request, _open(request, pk))


@require_GET
@permission(Permission.READ_EXTRACT)
def handing_pdf(request, pk):
    return pdf_of(request, _open(request, pk))


@require_POST
@permission(Permission.READ_EXTRACT)
def report_reidentification(request, pk):
    """Say that somebody could be recognised: it is recalled at once."""
    found = _find(request, pk)
    form = ReportForm(request.POST)
    if form.is_valid():
        try:
            verbs.report_reidentification(by=request.member, handing=found, words=form.cleaned_data["words"])
        except ValidationError as error:
            place(form, error)
        else:
            messages.success(request, _("Thank you. The extract has been recalled from everyone."))
            return redirect("disclosures:handing", pk)
    return _page(request, found, form=form, status=422)


@require_POST
@permission(Permission.READ_EXTRACT)
def see_recall(request, pk):
    """Confirm that every copy is destroyed."""
    verbs.see_recall(by=request.member, handing=_find(request, pk, owed=True))
    messages.success(request, _("Recorded: every copy is destroyed."))
    return redirect("disclosures:extracts")


def _page(request, found: ExtractHanding, *, form=None, status: int = 200):
    is_open = rules.is_open_to(found)
    context = {
        "handing": found,
        "extract": found.extract,
        "is_open": is_open,
        "facts": documents.facts_of(found.extract) if is_open else None,
        "form": form or ReportForm(),
        "refused": form,
    }
    response = render(request, "disclosures/extract/handing.html", context, status=status)
    consulted(request, found, reason="extract", panel_id=found.extract.panel_id)
    return response


def _open(request, pk):
    found = _find(request, pk)
    if not rules.is_open_to(found):
        raise PermissionDenied
    return found.extract


def _find(request, pk, *, owed: bool = False) -> ExtractHanding:
    """One's own agency's, *owed* also after its standing has ended; makers and testers see the extract itself."""
    found = ExtractHanding.objects.visible_to(request.member).filter(agency_id=request.member.agency_id)
    if owed:
        found = found | ExtractHanding.objects.owed_by(request.member)
    joined = found.select_related("agency", "extract__agency", "extract__tested_by__agency", "extract__panel")
    return find_or_404(request, joined, pk=pk)
