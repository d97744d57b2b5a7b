"""Search: asked by POST, answered at an opaque address that lives for twenty minutes and is its asker's alone."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.search import SearchForm
from cases.models import Case, Found, Party, Referral
from cases.workflow.search import search_people
from partnership.access import permission
from partnership.roles import Permission


@permission(Permission.SEARCH)
def search(request):
    """Ask; the words travel in the body alone."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = search_people(by=request.member, **form.cleaned_data)
        return redirect("cases:found", pk=found.pk)
    context = {"form": form, "records": _records(request.member)}
    return render(request, "cases/search/search.html", context, status=422 if form.errors else 200)


@require_safe
@permission(Permission.SEARCH)
def found(request, pk):
    """What was found, as far as the member may still see it."""
    result = find_or_404(request, Found.objects.visible_to(request.member), pk=pk)
    people = _people(request.member, result)
    context = {
        "people": people,
        "cases": list(Case.objects.visible_to(request.member).filter(pk__in=result.cases)),
        "referrals": list(Referral.objects.visible_to(request.member).filter(pk__in=result.referrals)),
    }
    response = render(request, "cases/search/found.html", context)
    consulted(request, None, event="search.shown", reason="search", things=[*people, *context["cases"]])
    return response


def _records(member) -> list[dict]:
    """The pages about people's records that the member may open: what one of them, or the desk, has to look after."""
    spans = len(member.panels_with(Permission.MATCH_ACROSS)) > 1
    keeps = member.may(Permission.KEEP_CASE)
    pages = [
        (member.may(Permission.APPROVE_MERGE), _("Two records, one person"), "cases:merges"),
        (spans, _("Possibly the same person, on two panels"), "cases:across"),
        (member.may(Permission.VIEW_CASE), _("Records that were combined or parted"), "cases:merge_news"),
        (keeps, _("People who turned 18 while their case was open"), "cases:majorities"),
        (keeps, _("Attempts to open a case by somebody kept from it"), "cases:tried_conflicts"),
    ]
    return [{"label": label, "url": reverse(name)} for may, label, name in pages if may]


def _people(member, result) -> list[Party]:
    """Who was found, best first, on each case: while a party that says what was asked is in the member's sight."""
    ranked = {subject: (rank, kinds, saying) for rank, (subject, kinds, saying) in enumerate(result.people)}
    seen = Party.objects.visible_to(member).filter(subject__in=list(ranked), case__isnull=False).select_related("case")
    parties = list(seen)
    ids = {str(party.pk) for party in parties}
    found = [p for p in parties if p.superseded_at is None and ids & set(ranked[str(p.subject_id)][2])]
    for party in found:
        party.kinds = ranked[str(party.subject_id)][1]
    return sorted(found, key=lambda party: (ranked[str(party.subject_id)][0], party.case.reference))
