"""Finding a consent, and showing a page about it with the consultation written before the answer leaves."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render

from audit.consulting import consulted
from audit.finding import find_or_404
from consent.models import Consent
from consent.rules import moves


def find_consent(request, pk, verb: str = "") -> Consent:
    """The consent, whole; 404 where it is not theirs to see, 403 where they see it and may not write on it.

    Where *verb* cannot happen any more the page says so by itself: that is no refusal of the member.
    """
    found = find_or_404(request, Consent.objects.visible_to(request.member).with_whole(), pk=pk)
    if verb and not moves.may_keep(request.member, found):
        raise PermissionDenied
    return found


def show(request, consent: Consent, template: str, context: dict):
    """The page *template* about *consent*: 422 where its form was refused."""
    form = context.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    response = render(request, template, {"consent": consent, **context}, status=status)
    consulted(request, consent, reason="consent", case_id=consent.case_id, panel_id=consent.panel_id)
    return response
