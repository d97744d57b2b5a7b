"""Deciding: the request and what the system knows, the seven questions, the summary and the code."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.views.writing import open_form, save_form
from core.records import StaleVersion
from disclosures.documents_of_decisions import override_facts
from disclosures.forms.questions import ApproveForm
from disclosures.models import Decision, Dissent, codes
from disclosures.rules import address, merits, resting
from disclosures.rules import decision as rules
from disclosures.rules import lawful as law
from disclosures.rules import path as paths
from disclosures.rules import release as release_rules
from disclosures.rules.as_decided import known
from disclosures.views.asking import facts_for, form_maker, save
from disclosures.workflow import approval
from disclosures.workflow import decision as verbs
from disclosures.workflow.override import look_again
from partnership.access import permission
from partnership.models import LegalBasis
from partnership.roles import Permission
from partnership.views.doing import pressed


@require_safe
@permission(Permission.DECIDE_DISCLOSURE)
def show(request, pk):
    """The request with what the system knows; the record, once decided."""
    decision = find(request, pk)
    context = facts_shown(request.member, decision) | record_shown(decision)
    near = bool(context["override"]) and decision.consent_overrides.to_look_at(rules.soon()).exists()
    context |= {
        "decision": decision,
        "disclosure": decision.disclosure,
        "may_prepare": rules.may_prepare(request.member, decision),
        "may_supersede": rules.may_supersede(request.member, decision),
        "may_warn": release_rules.may_warn(request.member, decision),
        "may_review": rules.may_review(request.member, decision),
        "may_look_again": near and rules.may_look_again(request.member, decision),
        "is_own_request": decision.requested_by_id == request.member.pk,
        "next": paths.next_step(decision),
    }
    response = render(request, "disclosures/decision/decision.html", context)
    told(request, decision, context["people"])
    return response


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def begin(request, pk):
    """Begin, or go on where it was left."""
    decision = find(request, pk)
    try:
        verbs.begin_decision(by=request.member, decision=decision)
    except StaleVersion:  # a colleague, a moment ago
        decision = find(request, pk)
    return go_to(decision, paths.next_step(decision))


@permission(Permission.DECIDE_DISCLOSURE)
def question(request, pk, step):
    """One of the seven questions."""
    decision = find(request, pk)
    if step not in paths.STEPS:
        raise Http404
    if not rules.may_prepare(request.member, decision):
        raise PermissionDenied
    make = form_maker(request.member, decision, step)
    if request.method == "POST":
        writing = save_form(
            request,
            make,
            lambda form: save(request.member, decision, step, form),
            about=decision,
            part=step,
        )
        if writing.saved:
            back = request.POST.get("then") == paths.SUMMARY and paths.is_answered(decision)
            return go_to(decision, paths.SUMMARY if back else paths.next_step(decision, step))
    else:
        writing = open_form(request, make, about=decision, part=step)
    return _question_page(request, decision, step, writing)


def _question_page(request, decision, step, writing):
    path = paths.path_of(decision)
    at = path.index(step) if step in path else 0
    context = facts_shown(request.member, decision) | {
        "decision": decision,
        "disclosure": decision.disclosure,
        "step": paths.STEPS[step],
        "steps": [(paths.STEPS[code], code in decision.steps_done) for code in path],
        "before": path[at - 1] if at else "",
        "writing": writing,
        "form": writing.form,
        "template": f"disclosures/decision/_{'reasons' if step == 'record' else step}.html",
        "then": request.POST.get("then") or request.GET.get("then", ""),
        "gaps": _gaps(decision, writing.form) if step == "law" else None,
        "third_party_open": step == "nature" and _speaks_of_origin(decision, writing.form),
    }
    response = render(request, "disclosures/decision/question.html", context, status=writing.status)
    told(request, decision, context["people"])
    return response


def _speaks_of_origin(decision, form) -> bool:
    """Whether another agency is spoken of, or what was said of it was refused."""
    names = ("agency", "answer", "name", "on", "words")
    return bool(decision.third_party) or any(form[f"third_party_{name}"].errors for name in names)


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def law_gaps(request, pk):
    """What the chain rule still lacks for what is ticked and typed now; nothing is saved."""
    decision = find(request, pk)
    if not rules.may_prepare(request.member, decision):
        raise PermissionDenied
    form = form_maker(request.member, decision, "law")(request.POST)
    form.is_valid()
    response = render(request, "disclosures/decision/_gaps.html", {"gaps": _gaps(decision, form)})
    told(request, decision, ())
    return response


def _gaps(decision, form) -> list[str]:
    """The gaps with what *form* says, whether it is posted or as it was opened."""
    if form.is_bound and hasattr(form, "cleaned_data") and form.cleaned_data:
        given = form.cleaned_data
        bases = form.chosen()
    else:
        given = form.initial
        bases = [code for bound in form.basis_fields() for code in bound.initial or []]
    asked = Decision(
        bases=bases,
        **{name: given.get(name) or "" for name in ("necessary", "less", "balance")},
        aims=given.get("aims"),
    )
    return law.lawful.gaps(bases, facts_for(decision), art8=law.has_article_8(asked))


@require_safe
@permission(Permission.DECIDE_DISCLOSURE)
def summary(request, pk):
    """Everything on one page, each with a way to change it; what is missing; the code."""
    decision = find(request, pk)
    if not rules.may_prepare(request.member, decision):
        raise PermissionDenied
    return _summary_page(request, decision, ApproveForm(initial={"version": decision.version}))


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def approve(request, pk):
    """Decide, with a fresh code."""
    decision = find(request, pk)
    if not rules.may_approve(request.member, decision):
        raise PermissionDenied
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _summary_page(request, decision, form, status=422)
    given = form.cleaned_data
    try:
        approval.approve(request, by=request.member, decision=decision, seen=given["version"], code=given["code"])
    except StaleVersion:
        messages.error(request, _("A colleague changed this decision while you were looking. Read it again first."))
        return redirect("disclosures:decision_summary", pk=pk)
    except ValidationError as refusal:
        if hasattr(refusal, "error_dict"):
            form.add_error("code", refusal.error_dict["code"])
        else:
            form.add_error(None, refusal.messages)
        return _summary_page(request, find(request, pk), form, status=422)
    messages.success(request, _("The decision is recorded."))
    return redirect("disclosures:decision", pk=pk)


def _summary_page(request, decision, form, status=200):
    parts = verbs.parts_of(decision)
    context = facts_shown(request.member, decision) | record_shown(decision)
    context |= {
        "decision": decision,
        "disclosure": decision.disclosure,
        "form": form,
        "problems": rules.problems(decision, **parts),
        "uncovered": _uncovered(decision, parts),
        "to_look_at": decision.shares and bool(address.problems(decision, parts["items"], parts["recipients"])),
        "change": {code: f"{_url(decision, code)}?then={paths.SUMMARY}" for code in paths.STEPS},
    }
    response = render(request, "disclosures/decision/summary.html", context, status=status)
    told(request, decision, parts["items"])
    return response


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def reopen(request, pk):
    """Decide anew; what was decided stands until then."""
    renewed = approval.reopen(by=request.member, decision=find(request, pk))
    return redirect("disclosures:decision", pk=renewed.pk)


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def review_override(request, pk):
    """Say that one looked again at what goes without consent."""
    pressed(request, _("Recorded."), look_again, by=request.member, decision=find(request, pk))
    return redirect("disclosures:decision", pk=pk)


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def end_dissent(request, pk):
    """Record how a dissent ended."""
    found = Dissent.objects.visible_to(request.member).select_related(
        "decision__disclosure__panel", "decision__originator"
    )
    dissent = find_or_404(request, found, pk=pk)
    ending = request.POST.get("ending", "")
    words = request.POST.get("words", "")[:5000]  # the field takes no more
    given = {"dissent": dissent, "ending": ending, "words": words}
    pressed(request, _("Recorded."), approval.end_dissent, by=request.member, **given)
    return redirect("disclosures:decision", pk=dissent.decision_id)


# what is shown --------------------------------------------------------------------------------------------------------


def find(request, pk) -> Decision:
    """The decision with its request, panel and agencies joined; 404 where it is another originator's."""
    found = Decision.objects.visible_to(request.member).select_related(
        "key",
        "words_key",
        "originator",
        "disclosure__key",
        "disclosure__panel",
        "disclosure__case",
        "disclosure__agency",
        "disclosure__requested_by",
        "requested_by",
        "decided_by",
        "reviewed_by",
        "reviewer",
        "third_party_agency",
        "address_by",
    )
    return find_or_404(request, found, pk=pk)


def told(request, decision: Decision, things=()) -> None:
    """Record that *decision* and *things* were shown to who decides."""
    consulted(request, decision, reason="decision", case_id=decision.disclosure.case_id, things=list(things))


def facts_shown(member, decision: Decision) -> dict:
    """What the system knows, or knew as it was decided: people, protocol, regimes, consent, earlier decisions."""
    parts = verbs.parts_of(decision)
    stood = known(decision)
    labels = dict(stood["schedule"].items) if stood["schedule"] else {}
    subjects = [person.party_id for person in parts["people"] if person.party_id]
    earlier = (
        Decision.objects.visible_to(member)
        .filter(originator=decision.originator_id, disclosure__people__party__subject__parties__in=subjects)
        .filter(disclosure__panel=decision.disclosure.panel_id)  # that it is one person is said within a panel alone
        .exclude(pk=decision.pk)
        .exclude(state=Decision.State.WAITING)
        .order_by("-created_at")
        .distinct()[:5]
        if subjects
        else []
    )
    return {
        "people": parts["people"],
        "pieces": parts["items"],
        "recipients": parts["recipients"],
        "categories": [labels.get(code, code) for code in decision.disclosure.categories],
        "for_whom": merits.named_by(decision.disclosure),
        "earlier": list(earlier),
    } | stood


def record_shown(decision: Decision) -> dict:
    """The codes of *decision* in words, and its dissents."""
    words = {basis.code: basis for basis in LegalBasis.objects.filter(code__in=decision.bases)}
    return {
        "bases": [words[code] for code in decision.bases if code in words],
        "special": codes.labels(codes.Special.choices, decision.special),
        "stops": codes.labels(codes.Stop.choices, decision.stops),
        "overrides": codes.labels(codes.Override.choices, decision.overrides),
        "aims": codes.labels(codes.AIMS, decision.aims),
        "conditions": codes.labels(codes.Condition.choices, decision.conditions),
        "principles": codes.labels(codes.PRINCIPLES, decision.caldicott_principles),
        "advice": codes.labels(codes.ADVISERS, decision.advice),
        "override": override_facts(decision),
        "dissents": list(
            Dissent.objects.with_key()
            .filter(decision=decision)
            .select_related("key", "agency", "raised_by", "ended_by")
        ),
    }


def _uncovered(decision: Decision, parts: dict) -> list[str]:
    """The agencies, by name, that are to receive something which no consent in force covers for them."""
    if not decision.shares:
        return []
    missing = resting.uncovered(decision, parts["items"], parts["recipients"])
    return sorted({each.agency.name for each in missing})


def _url(decision: Decision, step: str) -> str:
    return reverse("disclosures:decision_question", args=[decision.pk, step])


def go_to(decision: Decision, step: str):
    """The page of *step*, or the summary."""
    if step == paths.SUMMARY:
        return redirect("disclosures:decision_summary", pk=decision.pk)
    return redirect(_url(decision, step))


def draftable(member, pk) -> Decision | None:
    """The decision about which *member* may keep a draft of a page."""
    found = Decision.objects.visible_to(member).select_related("key", "originator", "disclosure").filter(pk=pk).first()
    return found if found and rules.may_prepare(member, found) else None
