"""The reviewer of “more detrimental to the child” reads the reasons and agrees, or does not."""

from django.contrib import messages
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from audit.consulting import consulted
from audit.finding import find_or_404
from core.records import StaleVersion
from disclosures.models import Decision, DisclosurePerson
from disclosures.workflow.detriment import answer_detriment
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import whole_number


@permission(Permission.OWN_ACCOUNT)
def agree_detriment(request, pk):
    """The reasons, whom it is about, and the two answers."""
    found = Decision.objects.to_agree(request.member).select_related(
        "disclosure__agency", "disclosure__requested_by", "disclosure__panel"
    )
    decision = find_or_404(request, found, pk=pk)
    stale = False
    if request.method == "POST":
        answer, seen = request.POST.get("agrees", ""), whole_number(request.POST.get("seen"))
        if answer not in ("yes", "no"):
            return HttpResponseBadRequest()
        try:
            answer_detriment(by=request.member, decision=decision, seen=seen, agrees=answer == "yes")
        except StaleVersion:
            stale = True
            decision = find_or_404(request, found, pk=pk)
        else:
            messages.success(request, _("Thank you. Your answer is recorded."))
            return redirect("home")
    people = list(DisclosurePerson.objects.with_key().filter(disclosure=decision.disclosure_id))
    context = {"decision": decision, "disclosure": decision.disclosure, "people": people, "stale": stale}
    response = render(request, "disclosures/decision/detriment.html", context, status=409 if stale else 200)
    consulted(request, decision, reason="decision", case_id=decision.disclosure.case_id, things=people)
    return response
