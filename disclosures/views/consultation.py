"""Consultations as the agency that is asked sees them: its own items, never another's."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from core.pages import Page
from disclosures.forms.answer import ViewForm
from disclosures.models import Consultation, MatchedItem
from disclosures.rules import exemptions as grounds
from disclosures.workflow import consultation as verbs
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import done, shown, typed


@require_safe
@permission(Permission.DECIDE_DISCLOSURE)
def consultations(request):
    """What waits for the member's agency, or was answered, the newest first."""
    mine = Consultation.objects.to_answer(request.member)
    show = "answered" if request.GET.get("show") == "answered" else "waiting"
    found = mine.waiting() if show == "waiting" else mine.exclude(pk__in=mine.waiting().order_by().values("pk"))
    page = Page(found.select_related("request", "request__received_by"), ("-asked_at", "-pk"), request)
    response = render(request, "disclosures/outside/consultations.html", {"page": page, "show": show})
    consulted(request, None, event="outsides.listed", reason="rights_request", things=page.rows)
    return response


@permission(Permission.DECIDE_DISCLOSURE)
def consultation(request, pk):
    """One consultation: what is asked, the agency's own items, its answer."""
    rows = Consultation.objects.to_answer(request.member)
    joined = ("agency", "answered_by", "request__key", "request__received_by", "request__handler")
    found = find_or_404(request, rows.select_related("key", *joined), pk=pk)
    form = ViewForm(typed(request), consultation=found, initial={"seen": found.version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"seen": form.cleaned_data["seen"] or 0}
        if done(form, verbs.answer_consultation, by=request.member, consultation=found, **said):
            messages.success(request, _("Your agency’s answer is saved."))
            return redirect("disclosures:consultations")
    items = MatchedItem.objects.of_originator(request.member).filter(consultation=found)
    items = sorted(items, key=lambda item: (item.said_on or found.request.received_on, str(item.pk)))
    context = {"consultation": found, "items": items, "form": form}
    context["grounds"] = grounds.words_for(found.request.kind, found.exemptions)
    response = shown(request, "disclosures/outside/consultation.html", context)
    consulted(request, found, reason="rights_request", things=items)
    return response
