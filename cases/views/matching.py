"""Possible matches of one referral's people, and the acts of linking, unlinking and telling apart."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404, missed
from cases.forms.referral import OwnCaseForm
from cases.models import Party, Referral, Subject
from cases.rules import parting as parting_rules
from cases.schemes import scheme_of
from cases.views.screening import people_and_matches, shown_in
from cases.workflow import matching as verbs
from cases.workflow.parting import WHY_NOT, make_own_case
from partnership.access import permission
from partnership.roles import Permission


@permission(Permission.LINK_PEOPLE)
@require_safe
def matches(request, pk):
    """The people of a referral, each with who they may be, before it is accepted and at any time after."""
    referral = _found(request, pk)
    rows = people_and_matches(request.member, _parties(request, referral))
    context = {"referral": referral, "parties": rows, "is_apart": parting_rules.is_apart(referral)}
    if context["is_apart"]:
        apart = str(scheme_of(referral.panel).words.apart)
        context["apart_words"] = apart % {"case": referral.case.reference}
    response = render(request, "cases/screening/matches.html", context)
    consulted(
        request,
        referral,
        event="people.compared",
        reason="matching",
        case_id=referral.case_id,
        panel_id=referral.panel_id,
        things=shown_in(rows),
    )
    return response


@permission(Permission.LINK_PEOPLE)
@require_POST
def link(request, pk, party):
    """This person is that one."""
    row = _party(request, pk, party)
    if row.case_id:
        messages.warning(request, _("This referral was accepted. Propose it, and a second person decides."))
        return redirect("cases:matches", pk)
    try:
        verbs.link_party(by=request.member, party=row, subject=_offered(request, row))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("Linked. You can undo this at any time."))
    return redirect("cases:matches", pk)


@permission(Permission.LINK_PEOPLE)
@require_POST
def unlink(request, pk, party):
    """Undo a link."""
    row = _party(request, pk, party)
    if row.pk not in verbs.known_names(by=request.member, parties=[row]):
        # To whom only cases out of sight: the member is not told that there is a link.
        messages.warning(request, _("This person is not linked."))
        return redirect("cases:matches", pk)
    try:
        verbs.unlink_party(by=request.member, party=row)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The link was undone."))
        if parting_rules.is_apart(row.referral):
            messages.warning(
                request,
                _("The referral itself is still part of case %(case)s.") % {"case": row.referral.case.reference},
            )
    return redirect("cases:matches", pk)


@permission(Permission.LINK_PEOPLE)
@require_POST
def tell_apart(request, pk, party):
    """These two are not the same."""
    row = _party(request, pk, party)
    try:
        verbs.tell_apart(by=request.member, party=row, subject=_offered(request, row))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("Noted: not the same person."))
    return redirect("cases:matches", pk)


@permission(Permission.LINK_PEOPLE)
@require_http_methods(["GET", "POST"])
def own_case(request, pk):
    """A case of its own for a referral that joined another's by a link since undone; or why not."""
    referral = _found(request, pk)
    form = OwnCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        earlier = referral.case
        try:
            case = make_own_case(by=request.member, referral=referral, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            shown = {"new": case.reference, "old": earlier.reference}
            words = _("The referral is now case %(new)s. Case %(old)s is as it was: close it if nothing keeps it open.")
            messages.success(request, words % shown)
            return redirect("cases:matches", pk)
    reasons = [WHY_NOT[reason] for reason in parting_rules.why_not_parted(referral)]
    context = {"referral": referral, "form": form, "reasons": reasons}
    response = render(request, "cases/screening/own_case.html", context, status=422 if form.is_bound else 200)
    consulted(request, referral, reason="matching", case_id=referral.case_id, panel_id=referral.panel_id)
    return response


def _found(request, pk) -> Referral:
    member = request.member
    scoped = Referral.objects.visible_to(member).filter(
        panel__in=member.panels_with(Permission.LINK_PEOPLE),
        state__in=[Referral.State.SUBMITTED, Referral.State.ACCEPTED],
    )
    return find_or_404(request, scoped.select_related("panel", "agency", "case"), pk=pk)


def _parties(request, referral) -> list[Party]:
    parties = list(
        Party.objects.visible_to(request.member).select_related("subject__key").in_order().standing_in(referral)
    )
    for party in parties:
        party.referral = referral
    return parties


def _party(request, pk, party) -> Party:
    referral = _found(request, pk)
    found = next((row for row in _parties(request, referral) if row.pk == party), None)
    if found is None:
        raise missed(request, Party, party)
    return found


def _offered(request, party) -> Subject:
    """The subject that was posted, if it is among those offered for *party*; it may have been decided meanwhile."""
    offered = verbs.possible_matches(by=request.member, parties=[party])[party.pk]
    chosen = next((c.subject for c in offered if str(c.subject.pk) == request.POST.get("subject")), None)
    if chosen is None:
        raise ValidationError(_("That person is not offered here, or not any more. The page shows how it stands now."))
    return chosen
