"""Screening: the queue, one referral with everything wrong at once, and the three decisions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.referral import AcceptForm, DeclineForm, ReturnForm
from cases.models import Checklist, Party, Referral, VictimContact
from cases.rules import screening as rules
from cases.schemes import scheme_of
from cases.views.referral_reading import answers_of, laid_out
from cases.workflow import screening as verbs
from cases.workflow.matching import known_names, possible_matches, waiting_matches
from partnership.access import permission
from partnership.roles import Permission

SHOWN = 100


@permission(Permission.SCREEN)
@require_safe
def queue(request):
    """Referrals that wait, the oldest first, and those returned to their agencies."""
    member = request.member
    mine = (
        Referral.objects.visible_to(member)
        .filter(panel__in=member.panels_with(Permission.SCREEN))
        .select_related("agency", "panel")
    )
    waiting = list(mine.waiting().order_by("submitted_at")[:SHOWN])
    returned = list(mine.filter(state=Referral.State.RETURNED).order_by("decided_at")[:SHOWN])
    contacted = set(
        VictimContact.objects.visible_to(member)
        .filter(referral__in=[referral.pk for referral in waiting])
        .values_list("referral_id", flat=True)
    )
    rows = [
        {
            "referral": referral,
            "contacted": referral.pk in contacted,
            "has_contact": scheme_of(referral.panel).has("contact"),
            "has_repeats": scheme_of(referral.panel).has("repeats"),
        }
        for referral in waiting
    ]
    context = {
        "rows": rows,
        "returned": returned,
        "shows_contact": any(row["has_contact"] for row in rows),
        "shows_repeat": any(row["has_repeats"] for row in rows),
        "shows_panel": len(member.panels_with(Permission.SCREEN)) > 1,
    }
    response = render(request, "cases/screening/queue.html", context)
    consulted(request, reason="referral", event="list.consulted", things=[*waiting, *returned])
    return response


@permission(Permission.SCREEN)
@require_safe
def screen(request, pk):
    """One referral: what is wrong with it, who its people may be, whether it is a repeat, and the whole to read."""
    referral = _found(request, pk)
    parties = _parties(request, referral)
    checklist = Checklist.objects.visible_to(request.member).filter(referral=referral).first()
    contacts = list(
        VictimContact.objects.visible_to(request.member)
        .filter(referral=referral)
        .select_related("agency", "recorded_by")
    )
    people = people_and_matches(request.member, parties)
    scheme = scheme_of(referral.panel)
    response = render(
        request,
        "cases/screening/screen.html",
        {
            "referral": referral,
            "parties": people,
            "wrong": rules.wrong_with(referral, parties, checklist, contacts),
            "precedent": verbs.pair_precedent(request.member, referral, parties),
            "sections": laid_out(referral, parties, checklist),
            "answers": answers_of(checklist) if checklist else [],
            "victim": next((party for party in parties if party.capacity == scheme.principal), None),
            "scheme": scheme,
            "has_contact": scheme.has("contact"),
            "contacts": contacts,
            "may_screen": rules.may_screen(request.member, referral),
        },
    )
    about = {"case_id": referral.case_id, "panel_id": referral.panel_id, "things": shown_in(people)}
    consulted(request, referral, reason="referral", **about)
    return response


@permission(Permission.SCREEN)
@require_http_methods(["GET", "POST"])
def accept(request, pk):
    """The repeat, explained and confirmed by a person; then the case."""
    referral = _decidable(request, pk)
    parties = _parties(request, referral)
    form = AcceptForm(request.POST if request.method == "POST" else None, scheme=scheme_of(referral.panel))
    case = _decided(request, form, verbs.accept_referral, referral)
    if case:
        messages.success(request, _("Accepted as case %(reference)s.") % {"reference": case.reference})
        return redirect("cases:screening")
    matches = people_and_matches(request.member, parties)
    context = {
        "referral": referral,
        "form": form,
        "parties": matches,
        "precedent": verbs.pair_precedent(request.member, referral, parties),
        "scheme": scheme_of(referral.panel),
        "undecided": sum(1 for row in matches if row["candidates"] and not row["party"].subject_id),
    }
    return _shown(request, referral, "cases/screening/accept.html", context, form)


@permission(Permission.SCREEN)
@require_http_methods(["GET", "POST"])
def give_back(request, pk):
    """What is missing, chosen and in words; then back to its agency."""
    referral = _decidable(request, pk)
    checklist = Checklist.objects.visible_to(request.member).filter(referral=referral).first()
    wrong = rules.wrong_with(referral, _parties(request, referral), checklist, True)
    sections = scheme_of(referral.panel).sections_for(referral.panel)
    form = ReturnForm(
        request.POST or None,
        sections=sections,
        initial={"missing": sorted({item.section for item in wrong if item.section})},
    )
    if _decided(request, form, verbs.return_referral, referral):
        messages.success(request, _("The referral went back to its agency."))
        return redirect("cases:screening")
    return _shown(
        request, referral, "cases/screening/return.html", {"referral": referral, "form": form, "wrong": wrong}, form
    )


@permission(Permission.SCREEN)
@require_http_methods(["GET", "POST"])
def decline(request, pk):
    """Why, in words; then declined."""
    referral = _decidable(request, pk)
    form = DeclineForm(request.POST or None)
    if _decided(request, form, verbs.decline_referral, referral):
        messages.success(request, _("The referral was declined."))
        return redirect("cases:screening")
    return _shown(request, referral, "cases/screening/decline.html", {"referral": referral, "form": form}, form)


def people_and_matches(member, parties) -> list[dict]:
    """Each of *parties* with the people who may be the same, those on other referrals that wait, and the name of whom
    it is linked to, where in sight."""
    found, names = possible_matches(by=member, parties=parties), known_names(by=member, parties=parties)
    waiting = waiting_matches(by=member, parties=parties)
    return [
        {
            "party": party,
            "candidates": found[party.pk],
            "waiting": waiting.get(party.pk, []),
            "known_as": names.get(party.pk, ""),
        }
        for party in parties
    ]


def shown_in(people) -> list:
    """The people whom *people*, rows of `people_and_matches`, show beside the referral's own: for the audit."""
    known = [candidate.subject for row in people for candidate in row["candidates"]]
    return known + [match.party for row in people for match in row["waiting"]]


def _decided(request, form, verb, referral):
    """What *verb* gave, or nothing where the form was not sent, was refused, or the verb refuses."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return verb(by=request.member, referral=referral, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


def _shown(request, referral, template, context, form):
    response = render(request, template, context, status=422 if form.is_bound else 200)
    consulted(request, referral, reason="referral", case_id=referral.case_id, panel_id=referral.panel_id)
    return response


def _found(request, pk) -> Referral:
    member = request.member
    scoped = Referral.objects.visible_to(member).filter(panel__in=member.panels_with(Permission.SCREEN))
    return find_or_404(
        request,
        scoped.exclude(state=Referral.State.DRAFT).select_related(
            "panel", "agency", "written_by", "submitted_by", "decided_by", "case"
        ),
        pk=pk,
    )


def _decidable(request, pk) -> Referral:
    referral = _found(request, pk)
    if not rules.may_screen(request.member, referral):
        raise PermissionDenied
    return referral


def _parties(request, referral) -> list[Party]:
    parties = list(
        Party.objects.visible_to(request.member)
        .select_related("works_for", "subject__key")
        .current()
        .in_order()
        .filter(referral=referral)
    )
    for party in parties:
        party.referral = referral
    return parties
