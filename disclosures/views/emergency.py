"""Releasing at once in an emergency, and reviewing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from audit.consulting import consulted
from audit.finding import find_or_404
from cases import gates
from cases.models import Case, Party
from core.records import StaleVersion
from disclosures.forms.emergency import EmergencyForm, OwnAccordForm, ReviewForm
from disclosures.rules import decision as rules
from disclosures.rules import lawful as law
from disclosures.rules.receiving import receivers
from disclosures.rules.request import may_tell
from disclosures.views.asking import facts_for
from disclosures.views.decision import facts_shown, find, record_shown, told
from disclosures.workflow import emergency as verbs
from partnership import lawful
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import place


@permission(Permission.ASK_DISCLOSURE)
def release_at_once(request, pk):
    """Give what is needed now, on one's own name."""
    decision = find(request, pk)
    if not rules.may_release_at_once(request.member, decision):
        raise PermissionDenied
    health = rules.health_agency(decision.originator)
    initial, kinds = {"version": decision.version, "health": health}, gates.categories(decision.disclosure.panel)
    form = EmergencyForm(request.POST or None, initial=initial, categories=kinds)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        seen = given.pop("version") or 0
        try:
            verbs.release_at_once(by=request.member, decision=decision, seen=seen, **given)
        except StaleVersion:
            form.add_error(None, _("A colleague changed this meanwhile. Read it again before you release."))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Released. Your liaison officer reviews it within one working day."))
            return redirect("disclosures:requests")
    blocked = rules.overdue_review_of(request.member) is not None
    context = facts_shown(request.member, decision) | {"decision": decision, "disclosure": decision.disclosure}
    context |= {"form": form, "blocked": blocked}
    status = 422 if form.is_bound else 200
    response = render(request, "disclosures/emergency/release.html", context, status=status)
    told(request, decision, context["people"])
    return response


@permission(Permission.ASK_DISCLOSURE)
def release_of_own_accord(request, pk):
    """Give what others must know now, unasked, on one's own name."""
    case = find_or_404(request, Case.objects.visible_to(request.member).select_related("panel"), pk=pk)
    if not may_tell(request.member, case):
        raise PermissionDenied
    parties = list(Party.objects.visible_to(request.member).filter(case=case).current().spoken_of().in_order())
    members = receivers(case.panel, case.pk).exclude(agency=request.member.agency_id)
    health = {"health": rules.health_agency(request.member.agency)}
    asked = {"categories": gates.categories(case.panel), "parties": parties, "members": members}
    form = OwnAccordForm(request.POST or None, initial=health, **asked)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.release_of_own_accord(by=request.member, case=case, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Released. Your liaison officer reviews it within one working day."))
            return redirect("disclosures:case_requests", pk=case.pk)
    blocked = rules.overdue_review_of(request.member) is not None
    context = {"case": case, "form": form, "blocked": blocked}
    status = 422 if form.is_bound else 200
    response = render(request, "disclosures/emergency/own_accord.html", context, status=status)
    consulted(request, case, reason="own_request", case_id=case.pk, things=parties)
    return response


@permission(Permission.DECIDE_DISCLOSURE)
def review(request, pk):
    """Ratify or recall an emergency release."""
    decision = find(request, pk)
    if not rules.may_review(request.member, decision):
        raise PermissionDenied
    facts = facts_for(decision)
    offered = lawful.offered(facts)
    usual = law.usual_bases(facts, offered)
    form = ReviewForm(request.POST or None, decision=decision, offered=offered, usual=usual)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            verbs.review(
                by=request.member,
                decision=decision,
                seen=form.seen,
                verdict=given["verdict"],
                words=given["words"],
                bases=form.chosen(),
                answers=form.answers,
            )
        except StaleVersion:
            form.add_error(None, _("A colleague changed this meanwhile. Read it again before you decide."))
        except ValidationError as refusal:
            place(form, refusal)
        else:
            messages.success(request, _("The review is recorded."))
            return redirect("disclosures:decision", pk=pk)
    context = facts_shown(request.member, decision) | record_shown(decision)
    context |= {"decision": decision, "disclosure": decision.disclosure, "form": form}
    status = 422 if form.is_bound else 200
    response = render(request, "disclosures/emergency/review.html", context, status=status)
    told(request, decision, context["pieces"])
    return response
