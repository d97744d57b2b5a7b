"""One person of a case, as the desk keeps them: other names, a move, a death; and those who came of age."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.person import DeathForm, MajorityForm, MovedForm, NameForm, NumberForm, SeenForm
from cases.models import Majority, Party
from cases.rules import person as rules
from cases.rules.address import ended_on, former_addresses
from cases.workflow import address as address_verbs
from cases.workflow import person as verbs
from core.pages import Page
from partnership.access import permission
from partnership.roles import Permission


@permission(Permission.KEEP_CASE)
@require_safe
def person(request, pk):
    """Other names, where the person lived, and whether they have died, with the forms that say so."""
    return _show(request, _found(request, pk))


@permission(Permission.KEEP_CASE)
@require_POST
def add_name(request, pk):
    """Another name."""
    party, form = _found(request, pk), NameForm(request.POST, auto_id="name_%s")
    saved = _done(form, lambda **typed: verbs.add_name(by=request.member, party=party, **typed))
    return _answer(request, party, saved, _("The name is kept."), name_form=form)


@permission(Permission.KEEP_CASE)
@require_POST
def remove_name(request, pk):
    """A name that was wrong."""
    party, form = _found(request, pk), NumberForm(request.POST)
    saved = _done(form, lambda **typed: verbs.remove_name(by=request.member, party=party, **typed))
    return _answer(request, party, saved, _("The name was taken away."), other_form=form)


@permission(Permission.KEEP_CASE)
@require_POST
def record_death(request, pk):
    """The person has died."""
    party, form = _found(request, pk), DeathForm(request.POST, auto_id="death_%s")
    saved = _done(form, lambda **typed: verbs.record_death(by=request.member, party=party, **typed))
    return _answer(request, party, saved, _("Kept. No letter to them leaves by itself."), death_form=form)


@permission(Permission.KEEP_CASE)
@require_POST
def take_back_death(request, pk):
    """The person is alive after all."""
    party, form = _found(request, pk), SeenForm(request.POST)
    saved = _done(form, lambda **typed: verbs.take_back_death(by=request.member, party=party, **typed))
    return _answer(request, party, saved, _("Taken back."), other_form=form)


@permission(Permission.KEEP_CASE)
@require_POST
def record_move(request, pk):
    """The person has moved."""
    party, form = _found(request, pk), MovedForm(request.POST, auto_id="moved_%s")
    saved = _done(form, lambda **typed: address_verbs.record_move(by=request.member, party=party, **typed))
    return _answer(request, party, saved, _("Kept. The old address is not used for letters."), moved_form=form)


@permission(Permission.KEEP_CASE)
@require_safe
def majorities(request):
    """Children who came of age while their case was open, and of whom nothing is settled yet."""
    waiting = Majority.objects.visible_to(request.member).waiting().select_related("case__panel")
    page = Page(waiting, ("raised_at", "pk"), request)
    response = render(request, "cases/person/majorities.html", {"page": page})
    consulted(request, reason="supervision", event="list.consulted", things=page.rows)
    return response


@permission(Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def majority(request, pk):
    """What changes now that somebody is of age, and what was done about it."""
    seen = Majority.objects.visible_to(request.member).select_related("case__panel", "party__key", "party__case__panel")
    found = find_or_404(request, seen, pk=pk)
    if not rules.may_keep_person(request.member, found.party):
        raise PermissionDenied
    form = MajorityForm(request.POST if request.method == "POST" else None, initial={"seen": found.version})
    if request.method == "POST" and _done(
        form, lambda **typed: verbs.settle_majority(by=request.member, majority=found, **typed)
    ):
        messages.success(request, _("Settled."))
        return redirect("cases:majorities")
    born = found.party.birth_date
    context = {"majority": found, "form": form, "of_age_on": rules.eighteenth_birthday(born) if born else None}
    response = render(request, "cases/person/majority.html", context, status=422 if form.is_bound else 200)
    consulted(request, found, reason="supervision", case_id=found.case_id, things=[found.party])
    return response


def _found(request, pk) -> Party:
    seen = Party.objects.visible_to(request.member).filter(case__isnull=False)
    party = find_or_404(request, seen.select_related("case__panel", "subject__key"), pk=pk)
    if not rules.may_keep_person(request.member, party):
        raise PermissionDenied
    return party


def _done(form, verb) -> bool:
    """Whether *verb* took what was typed; what it refuses stands on the form."""
    if not form.is_valid():
        return False
    try:
        verb(**form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error if hasattr(error, "error_dict") else error.messages)
        return False
    return True


def _answer(request, party: Party, saved: bool, words: str, **forms):
    if saved:
        messages.success(request, words)
        return redirect("cases:person", party.pk)
    return _show(request, party, **forms)


def _show(request, party: Party, **bound):
    forms = {
        "name_form": NameForm(initial={"seen": party.version}, auto_id="name_%s"),
        "death_form": DeathForm(initial={"seen": party.version}, auto_id="death_%s"),
        "moved_form": MovedForm(initial={"seen": party.version}, auto_id="moved_%s"),
        "other_form": None,
    }
    shown = [(number, name) for number, name in enumerate(party.names or ()) if name["why"] not in rules.PROTECTED]
    names = [(number, name | {"words": rules.WHY_NAMED[name["why"]]} | _days(name)) for number, name in shown]
    lived = {"former": former_addresses(party), "ended_on": ended_on(party)}
    context = {"party": party, "names": names} | lived | forms | bound
    response = render(request, "cases/person/person.html", context, status=422 if bound else 200)
    consulted(request, party, reason="supervision", case_id=party.case_id)
    return response


def _days(name: dict) -> dict:
    """Since and until when a name is borne, as days; nothing where it is not known."""
    return {key: datetime.date.fromisoformat(name[key]) if name[key] else None for key in ("from", "until")}
