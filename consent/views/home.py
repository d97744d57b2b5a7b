"""The consent home: what ends soon, what is being asked, what is missing for the next agenda; forms, and bulk print."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from consent import documents
from consent.models import Consent, ConsentForm, ConsentPaper
from consent.rules import episodes
from consent.rules.ends import lapses_at, phase, phase_words
from consent.rules.missing import missing
from consent.views.finding import find_consent
from consent.workflow import printing
from partnership.access import permission
from partnership.models import Panel
from partnership.roles import Permission
from partnership.views.doing import pressed

SHOWN = 200


@require_safe
@permission(Permission.KEEP_CONSENT)
def home(request):
    """The own agency's consents that want something, those that end first at the top."""
    own = Consent.objects.visible_to(request.member).filter(agency=request.member.agency_id)
    joined = own.select_related("form", "track", "party__key", "case")
    ending = list(joined.ending().order_by("ends_on", "pk")[:SHOWN])
    for row in ending:
        row.phase, row.phase_words, row.lapses_at = phase(row), phase_words(row), lapses_at(row)
    asked = list(joined.filter(state=Consent.State.REQUESTED).order_by("created_at", "pk")[:SHOWN])
    wanted = missing(request.member)[:SHOWN]
    without = episodes.without(request.member)[:SHOWN]
    panels = Panel.objects.filter(pk__in=request.member.panels_with(Permission.KEEP_CONSENT))
    forms = ConsentForm.objects.in_use().filter(scheme__in=panels.values("scheme")).order_by("scheme", "number")
    papers = ConsentPaper.objects.visible_to(request.member).filter(kind="renewals", agency=request.member.agency_id)
    context = {
        "ending": ending,
        "asked": asked,
        "missing": wanted,
        "without": without,
        "forms": forms,
        "papers": list(papers.order_by("-created_at")[:5]),
        "shown": SHOWN,
    }
    response = render(request, "consent/home.html", context)
    things = [*ending, *asked, *(row.case for row in wanted), *without]
    consulted(request, event="consents.listed", reason="consent", things=things)
    return response


@require_safe
@permission(Permission.KEEP_CONSENT)
def blank(request, pk):
    """The blank form as PDF; it is about nobody."""
    form = find_or_404(request, ConsentForm.objects.visible_to(request.member), pk=pk)
    return _pdf(documents.blank(form), f"consent-form-{form.scheme}-{form.number}-{form.language}.pdf")


@require_POST
@permission(Permission.KEEP_CONSENT)
def print_record(request, pk):
    """Have one consent printed."""
    found = find_consent(request, pk, "print")
    given = {"by": request.member, "consent": found}
    pressed(request, _("The document is being made."), printing.ask_record, **given)
    return redirect("consent:consent", found.pk)


@require_POST
@permission(Permission.KEEP_CONSENT)
def print_renewals(request):
    """Have the forms printed of all whose review is due."""
    pressed(request, _("The forms are being made."), printing.ask_renewals, by=request.member)
    return redirect("consent:home")


@require_safe
@permission(Permission.KEEP_CONSENT)
def paper(request, pk):
    """A finished paper."""
    found = find_or_404(request, ConsentPaper.objects.visible_to(request.member), pk=pk)
    if found.state != ConsentPaper.State.READY:
        messages.error(request, _("The document is not ready yet."))
        first = found.consents.first()
        return redirect("consent:consent", first.pk) if found.kind == "record" else redirect("consent:home")
    return _pdf(printing.take_paper(by=request.member, paper=found), f"consent-{found.pk}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
