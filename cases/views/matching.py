"""Possible matches of one referral's people, and the acts of linking, unlinking and telling apart."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404, missed
from cases.models import Party, Referral, Subject
from cases.views.screening import people_and_matches
from cases.workflow import matching as verbs
from partnership.access import permission
from partnership.roles import Permission


@permission(Permission.LINK_PEOPLE)
@require_safe
def matches(request, pk):
    """The people of a referral, each with who they may be, before it is accepted and at any time after."""
    referral = _found(request, pk)
    rows = people_and_matches(request.member, _parties(request, referral))
    response = render(request, "cases/screening/matches.html", {"referral": referral, "parties": rows})
    shown = [candidate.subject for row in rows for candidate in row["candidates"]]
    consulted(
        request,
        referral,
        event="people.compared",
        reason="matching",
        case_id=referral.case_id,
        panel_id=referral.panel_id,
        things=shown,
    )
    return response


@permission(Permission.LINK_PEOPLE)
@require_POST
def link(request, pk, party):
    """This person is that one."""
    row = _party(request, pk, party)
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
    try:
        verbs.unlink_party(by=request.member, party=row)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The link was undone."))
    return redirect("cases:matches", pk)


@permission(Permission.LINK_PEOPLE)
@require_POST
def tell_apart(request, pk, party):
    """These two are not the same."""
    row = _party(request, pk, party)
    verbs.tell_apart(by=request.member, party=row, subject=_offered(request, row))
    messages.success(request, _("Noted: not the same person."))
    return redirect("cases:matches", pk)


def _found(request, pk) -> Referral:
    member = request.member
    scoped = Referral.objects.visible_to(member).filter(
        panel__in=member.panels_with(Permission.LINK_PEOPLE),
        state__in=[Referral.State.SUBMITTED, Referral.State.ACCEPTED],
    )
    return find_or_404(request, scoped.select_related("panel", "agency", "case"), pk=pk)


def _parties(request, referral) -> list[Party]:
    parties = list(
        Party.objects.visible_to(request.member).select_related("subject__key").in_order().filter(referral=referral)
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
    """The subject that was posted, if it is among those offered for *party*."""
    offered = verbs.possible_matches(by=request.member, parties=[party])[party.pk]
    chosen = next((c.subject for c in offered if str(c.subject.pk) == request.POST.get("subject")), None)
    if chosen is None:
        raise PermissionDenied
    return chosen
