"""The one-page record of a decision, and the register as a table to take away."""

import csv

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from disclosures.forms.register import RegisterForm
from disclosures.models import Decision, DisclosurePaper
from disclosures.views.release import as_file
from disclosures.workflow import post
from disclosures.workflow.exporting import export_register
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import pressed


@require_safe
@permission(Permission.DECIDE_DISCLOSURE)
def records(request, pk):
    """The records made of a decision; polled while one is being made."""
    decision = _decision(request, pk)
    papers = DisclosurePaper.objects.visible_to(request.member).filter(decision=decision, kind="record")
    papers = list(papers.select_related("asked_by").order_by("-number")[:20])
    context = {"decision": decision, "papers": papers, "underway": any(paper.is_underway for paper in papers)}
    part = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "_records"
    response = render(request, f"disclosures/record/{'_records' if part else 'records'}.html", context)
    consulted(request, decision, reason="decision", case_id=decision.disclosure.case_id, things=papers)
    return response


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def ask_record(request, pk):
    """Ask for the record."""
    decision = _decision(request, pk)
    pressed(request, _("The record is being made."), post.ask_record, by=request.member, decision=decision)
    return redirect("disclosures:records", pk=pk)


@require_safe
@permission(Permission.DECIDE_DISCLOSURE)
def record_file(request, pk):
    """The record as PDF, stamped for whom and when; recorded before it leaves."""
    found = DisclosurePaper.objects.visible_to(request.member).filter(kind="record")
    paper = find_or_404(request, found.select_related("decision__disclosure"), pk=pk)
    try:
        content = post.export_record(by=request.member, paper=paper)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("disclosures:records", pk=paper.decision_id)
    return as_file(content, f"confer-record-{paper.number}-{paper.pk.hex[:8]}.pdf")


@require_POST
@permission(Permission.EXPORT_DISCLOSURES)
def export(request):
    """The register as CSV, narrowed as its page was: codes, dates and ids, no narrative; recorded before it leaves."""
    rows = export_register(by=request.member, wanted=RegisterForm.plain(request.POST.get("filter", "")))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="confer-register-of-decisions.csv"'
    response["Cache-Control"] = "no-store"
    csv.writer(response).writerows(rows)
    return response


def _decision(request, pk) -> Decision:
    return find_or_404(request, Decision.objects.visible_to(request.member).select_related("originator"), pk=pk)
