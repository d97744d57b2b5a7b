"""Contact with the victim: recorded and corrected on the referral it belongs to; and numbers, shown when asked for."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.contact import ContactForm
from cases.models import Case, Party, Referral, VictimContact
from cases.rules import contact as rules
from cases.schemes import scheme_of
from cases.views.frame import reason_for
from cases.views.writing import open_form, save_form
from cases.workflow.contact import change_contact, record_contact
from partnership.access import permission
from partnership.roles import Permission


@permission(Permission.CONTACT_VICTIM)
@require_http_methods(["GET", "POST"])
def add(request, pk):
    """Record one attempt to reach the victim."""
    referral = find_or_404(
        request, Referral.objects.visible_to(request.member).select_related("panel", "agency"), pk=pk
    )
    if not rules.may_record_contact(request.member, referral):
        raise PermissionDenied
    return _write(
        request,
        referral,
        make=lambda data=None, initial=None: ContactForm(data, initial=initial),
        save=lambda form: record_contact(by=request.member, referral=referral, typed=form.typed),
        part="contact:new",
    )


@permission(Permission.CONTACT_VICTIM)
@require_http_methods(["GET", "POST"])
def change(request, pk, contact):
    """Correct a record of one's own agency."""
    scoped = VictimContact.objects.visible_to(request.member).select_related("referral__key", "referral__panel")
    found = find_or_404(request, scoped.filter(referral=pk), pk=contact)
    if not rules.may_change_contact(request.member, found):
        raise PermissionDenied

    def make(data=None, initial=None):
        initial = {} if initial is None else {"initial": _initial(initial)}
        return ContactForm(data, contact=found, **initial)

    return _write(
        request,
        found.referral,
        make=make,
        save=lambda form: change_contact(by=request.member, contact=found, typed=form.typed, seen=form.seen),
        part=f"contact:{found.pk}",
    )


@permission(Permission.OWN_ACCOUNT)
@require_POST
def show_number(request, pk):
    """The telephone numbers of one person: kept out of every page, shown when asked for, and each time recorded."""
    party = find_or_404(request, rules.reachable_by(request.member).select_related("referral"), pk=pk)
    case = Case.objects.visible_to(request.member).with_road(request.member).filter(pk=party.case_id).first()
    template = "cases/contact/_number.html" if request.htmx else "cases/contact/number.html"
    response = render(request, template, {"party": party, "case": case})
    reason = (reason_for(request, case) if case else "") or "referral"
    consulted(
        request,
        party,
        event="number.shown",
        reason=reason,
        case_id=party.case_id,
        panel_id=party.referral.panel_id,
    )
    return response


def _initial(merged: dict) -> dict:
    when = timezone.localtime(merged["happened_at"])
    return {**merged, "day": when.date(), "time": when.time()}


def _write(request, referral, *, make, save, part):
    if request.method == "POST":
        writing = save_form(request, make, save, about=referral, part=part)
        if writing.saved is not None:
            messages.success(request, _("The contact was recorded."))
            return redirect("cases:referral", referral.pk)
    else:
        writing = open_form(request, make, about=referral, part=part)
    victim = (
        Party.objects.visible_to(request.member)
        .current()
        .filter(referral=referral, capacity=scheme_of(referral.panel).principal)
        .first()
    )
    response = render(
        request,
        "cases/contact/contact.html",
        {"referral": referral, "writing": writing, "form": writing.form, "victim": victim},
        status=writing.status,
    )
    consulted(request, referral, reason="referral", case_id=referral.case_id, panel_id=referral.panel_id)
    return response
