"""Two records of one person: proposing, deciding, undoing, the news of it; and possible matches between panels."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.merge import DecideForm, ProposeForm, UndoForm, WithdrawForm
from cases.models import Merge, MergeTold, Party, PossibleSame
from cases.rules import merge as rules
from cases.workflow import across as finding
from cases.workflow import merge as verbs
from core.pages import Page
from partnership.access import permission
from partnership.roles import Permission

SHOWN = 100


@permission(Permission.APPROVE_MERGE)
@require_safe
def merges(request):
    """Proposals that wait for a second person, the oldest first, and what was decided, the latest first."""
    mine = Merge.objects.visible_to(request.member).select_related("proposed_by", "decided_by", "undone_by")
    waiting = list(mine.waiting().order_by("proposed_at")[:SHOWN])
    settled = Page(mine.exclude(state=Merge.State.PROPOSED), ("-decided_at", "-pk"), request)
    cases = rules.cases_of([*waiting, *settled], request.member)
    for row in (*waiting, *settled):
        row.cases = cases[row.pk]
    context = {"waiting": waiting, "settled": settled, "most": SHOWN}
    response = render(request, "cases/merge/list.html", context)
    consulted(request, reason="matching", event="list.consulted", things=[*waiting, *settled])
    return response


@permission(Permission.LINK_PEOPLE)
@require_http_methods(["GET", "POST"])
def propose(request, pk, other):
    """Both records side by side, and why they are one person."""
    one, two = (_party(request, each) for each in (pk, other))
    if not rules.may_propose(request.member, one, two):
        raise PermissionDenied
    sides = _in_sight(request.member, one.subject_id, two.subject_id)
    form = ProposeForm(request.POST if request.method == "POST" else None, told_apart=rules.were_told_apart(*sides))
    if request.method == "POST" and form.is_valid():
        try:
            proposed = verbs.propose_merge(by=request.member, one=one, other=two, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Proposed. A second person decides; nothing has changed yet."))
            return redirect("cases:merge", proposed.pk)
    reasons = [verbs.WHY_NOT[reason] for reason in rules.why_not_one(*sides)]
    context = {"one": one, "sides": sides, "form": form, "reasons": reasons}
    response = render(request, "cases/merge/propose.html", context, status=422 if form.is_bound else 200)
    consulted(request, one, reason="matching", case_id=one.case_id, things=[*sides[0], *sides[1]])
    return response


@permission(Permission.APPROVE_MERGE)
@require_http_methods(["GET", "POST"])
def merge(request, pk):
    """One proposal: both records side by side, why, and the decision of a second person."""
    found = _merge(request, pk)
    may_decide, may_withdraw = rules.may_decide(request.member, found), rules.may_withdraw(request.member, found)
    kind = DecideForm if may_decide else WithdrawForm
    form = kind(request.POST if request.method == "POST" else None, initial={"seen": found.version})
    if request.method == "POST":
        if not may_decide and not may_withdraw:
            raise PermissionDenied
        if form.is_valid() and _decided(request, found, form):
            return redirect("cases:merge", pk)
    return _show(request, found, form=form, may_decide=may_decide, may_withdraw=may_withdraw)


@permission(Permission.APPROVE_MERGE)
@require_POST
def undo(request, pk):
    """Part the two records again."""
    found = _merge(request, pk)
    if not rules.may_undo(request.member, found):
        raise PermissionDenied
    form = UndoForm(request.POST)
    if form.is_valid():
        try:
            verbs.undo_merge(by=request.member, merge=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The two records are parted again. Whoever relied on them was told."))
            return redirect("cases:merge", pk)
    return _show(request, found, undo_form=form)


@permission(Permission.VIEW_CASE)
@require_safe
def news(request):
    """What the member was told of records that were combined, or parted again, with the cases still in sight."""
    told = MergeTold.objects.visible_to(request.member).select_related("merge")
    rows = list(told.order_by(F("read_at").desc(nulls_first=True), "-told_at")[:SHOWN])
    cases = rules.cases_of([row.merge for row in rows], request.member)
    for row in rows:
        row.cases = cases[row.merge_id]
    response = render(request, "cases/merge/news.html", {"rows": rows, "most": SHOWN})
    consulted(request, reason="matching", event="list.consulted", things=[case for row in rows for case in row.cases])
    return response


@permission(Permission.VIEW_CASE)
@require_POST
def read_news(request, pk):
    """The member has read it."""
    told = find_or_404(request, MergeTold.objects.visible_to(request.member), pk=pk)
    verbs.note_read(by=request.member, told=told)
    return redirect("cases:merge_news")


@permission(Permission.MATCH_ACROSS)
@require_safe
def across(request):
    """People of two panels' cases who may be one, by the references of the cases and what agrees."""
    rows = finding.compared(by=request.member)
    response = render(request, "cases/merge/across.html", {"rows": rows, "most": finding.MOST})
    things = [party for row in rows for party in (row.first, row.second)]
    consulted(request, reason="matching", event="people.compared", things=things)
    return response


@permission(Permission.MATCH_ACROSS)
@require_POST
def not_the_same(request, pk):
    """These two are not one person."""
    pair = find_or_404(request, PossibleSame.objects.visible_to(request.member), pk=pk)
    finding.settle_as_two(by=request.member, pair=pair)
    messages.success(request, _("Noted: not the same person."))
    return redirect("cases:across")


def _party(request, pk) -> Party:
    member = request.member
    seen = Party.objects.visible_to(member).filter(case__panel__in=member.panels_with(Permission.LINK_PEOPLE))
    return find_or_404(request, seen.select_related("case__panel", "referral__panel", "subject__key"), pk=pk)


def _merge(request, pk) -> Merge:
    seen = Merge.objects.visible_to(request.member).select_related("proposed_by", "decided_by", "undone_by")
    return find_or_404(request, seen, pk=pk)


def _in_sight(member, *subjects) -> tuple[list, list]:
    parties = list(rules.in_sight(member, *subjects).order_by("created_at", "pk"))
    return tuple([party for party in parties if party.subject_id == subject] for subject in subjects)


def _decided(request, found, form) -> bool:
    typed = form.cleaned_data
    verb = verbs.approve_merge if typed.get("do") == "approve" else verbs.refuse_merge
    try:
        verb(by=request.member, merge=found, seen=typed["seen"], words=typed.get("words", ""))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, _("Your decision is kept."))
    return True


def _show(request, found: Merge, **context):
    parts = found.parts.select_related("party__key", "party__case__panel").order_by("created_at")
    sides = [[part.party for part in parts if part.moves is moves] for moves in (False, True)]
    may_undo = rules.may_undo(request.member, found)
    undo_form = context.pop("undo_form", None) or (UndoForm(initial={"seen": found.version}) if may_undo else None)
    bound = any(form is not None and form.is_bound for form in (undo_form, context.get("form")))
    context = {"form": None} | context | {"merge": found, "sides": sides, "undo_form": undo_form}
    response = render(request, "cases/merge/merge.html", context, status=422 if bound else 200)
    consulted(request, found, reason="matching", things=[*sides[0], *sides[1]])
    return response
