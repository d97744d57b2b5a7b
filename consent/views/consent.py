"""The page of one consent, its sections, its signatures, and what is recorded of it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent.documents import answers_of, sides_of
from consent.forms import acts
from consent.forms.drawing import path_of
from consent.forms.sections import FORMS
from consent.history import changes_of
from consent.models import Consent, Signature
from consent.models.form import LANGUAGES
from consent.rules import moves
from consent.rules.complete import SECTIONS, is_child, lacks, lacks_of_person, signed_by
from consent.rules.ends import lapses_at, phase, phase_words
from consent.views.finding import find_consent, show
from consent.views.writing import written
from consent.workflow import asking, deciding, ending
from consent.workflow.signing import take_signature
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import done, pressed, typed

COLOURS = {
    "requested": "blue",
    "given_full": "green",
    "given_part": "turquoise",
    "review_due": "yellow",
    "expired": "orange",
    "cannot_consent": "purple",
}


@require_safe
@permission(Permission.KEEP_CONSENT)
def consent(request, pk):
    """Where it stands, what it says, who signed, and what can be done now."""
    found = find_consent(request, pk)
    able = moves.moves_for(request.member, found)
    standing = signed_by(found)
    context = {
        "able": able,
        "language": LANGUAGES.get(found.form.language, found.form.language),
        "sees": _who_sees(found),
        "phase": phase(found),
        "phase_words": phase_words(found),
        "colour": COLOURS.get(phase(found), "grey"),
        "lapses_at": lapses_at(found) if found.holds else None,
        "sections": [
            {"code": code, "title": title, "lacking": len(lacking(found))}
            for code, (title, lacking) in SECTIONS.items()
        ],
        "is_complete": not lacks(found),
        "sides": sides_of(found),
        "answers": answers_of(found),
        "signatures": [_signature(found, whose, standing) for whose in _signers(found)],
        "is_child": is_child(found),
        "withdrawals": sorted(found.withdrawals.all(), key=lambda each: each.recorded_at),
        "changes": changes_of(found),
        "papers": found.papers.filter(kind="record").order_by("-number"),
        "renewal": Consent.objects.visible_to(request.member).filter(renews=found).order_by("created_at").last(),
    }
    return show(request, found, "consent/consent.html", context)


def _who_sees(found: Consent) -> str:
    """Who can see the record: its agency, and the coordinator where the form says so."""
    if found.form.desk_sees:
        return _("%(agency)s, and the panel’s coordinator") % {"agency": found.agency.name}
    return _("%(agency)s alone") % {"agency": found.agency.name}


def _signers(found: Consent) -> list[str]:
    """Whose signatures the page asks for, by what is recorded so far."""
    Whose = Signature.Whose
    if found.able == Consent.Able.NO:
        return [Whose.WORKER, Whose.PARENT] if is_child(found) else [Whose.WORKER]
    return [Whose.WORKER, Whose.PERSON]


def _signature(found: Consent, whose: str, standing: dict) -> dict:
    taken = next((each for each in found.signatures.all() if each.whose == whose), None)
    return {
        "whose": whose,
        "label": Signature.Whose(whose).label,
        "taken": taken,
        "stands": whose in standing,
        "path": path_of(taken.strokes) if taken and taken.strokes else "",
    }


@require_http_methods(["GET", "POST"])
@permission(Permission.KEEP_CONSENT)
def section(request, pk, section):
    """Write one section; then the next one, or the record."""
    if section not in FORMS:
        raise Http404
    found = find_consent(request, pk, "prepare")
    writing = written(
        request,
        lambda data=None: FORMS[section](data, consent=found, member=request.member),
        asking.prepare,
        consent=found,
        part=f"section:{section}",
    )
    if writing.saved:
        later = list(FORMS)[list(FORMS).index(section) + 1 :]
        if later and "onwards" in request.POST:
            return redirect("consent:section", found.pk, later[0])
        return redirect("consent:consent", found.pk)
    title = SECTIONS[section][0]
    return show(
        request,
        found,
        "consent/section.html",
        {"form": writing.form, "writing": writing, "section": section, "title": title},
    )


@require_http_methods(["GET", "POST"])
@permission(Permission.KEEP_CONSENT)
def sign(request, pk, whose):
    """Read out what is signed, and take one signature."""
    if whose not in Signature.Whose.values:
        raise Http404
    found = find_consent(request, pk, "sign")
    initial = {"name": _name_of(request.member, found, whose)}
    form = acts.SignatureForm(typed(request), consent=found, member=request.member, initial=initial)
    if form.is_bound and form.is_valid():
        given = {**form.typed, "whose": whose, "seen": form.cleaned_data["seen"]}
        if done(form, take_signature, by=request.member, consent=found, **given):
            messages.success(request, _("The signature is taken."))
            return redirect("consent:consent", found.pk)
    context = {
        "form": form,
        "whose": whose,
        "title": Signature.Whose(whose).label,
        "sides": sides_of(found),
        "answers": answers_of(found),
    }
    return show(request, found, "consent/sign.html", context)


def _name_of(member, found: Consent, whose: str) -> str:
    if whose == Signature.Whose.WORKER:
        return member.name
    if whose == Signature.Whose.PARENT:
        return found.parent_name
    return found.party.name if found.party else ""


@dataclass(frozen=True)
class Act:
    """One small form: its title, what is said above it, the verb that takes what the form holds, the success."""

    title: Any
    form: type
    verb: Any
    move: str
    done: Any
    lead: Any = ""


ACTS = {
    "refuse": Act(
        gettext_lazy("The person refuses"),
        acts.RefusedForm,
        deciding.record_refused,
        "refuse",
        gettext_lazy("The refusal is recorded. Nobody outside your agency is told."),
        gettext_lazy("A refusal is confidential. Other agencies learn neither of it nor that the person was asked."),
    ),
    "cannot": Act(
        gettext_lazy("The person cannot decide"),
        acts.CannotForm,
        deciding.record_cannot,
        "cannot",
        gettext_lazy("It is recorded that the person cannot decide."),
    ),
    "withdraw": Act(
        gettext_lazy("The person takes consent back"),
        acts.WithdrawForm,
        ending.withdraw,
        "withdraw",
        gettext_lazy("It is recorded. Nothing is shared on it from that moment on."),
        gettext_lazy("Taking back is as easy as giving: no signature and no reason is needed."),
    ),
    "set-aside": Act(
        gettext_lazy("Set this record aside"),
        acts.SupersedeForm,
        ending.supersede,
        "supersede",
        gettext_lazy("The record is set aside."),
        gettext_lazy("For a record that was made in error. Where the person takes consent back, record that."),
    ),
    "copy": Act(
        gettext_lazy("Copy for the person"),
        acts.CopyForm,
        ending.record_copy_given,
        "copy",
        gettext_lazy("It is recorded that a copy was given."),
    ),
}


@require_http_methods(["GET", "POST"])
@permission(Permission.KEEP_CONSENT)
def act(request, pk, act):
    """One of `ACTS`: its page, and doing it."""
    if act not in ACTS:
        raise Http404
    chosen = ACTS[act]
    found = find_consent(request, pk, chosen.move)
    writing = written(
        request,
        lambda data=None: chosen.form(data, consent=found, member=request.member),
        chosen.verb,
        consent=found,
        part=act,
    )
    if writing.saved:
        messages.success(request, chosen.done)
        return redirect("consent:consent", found.pk)
    template = "consent/withdraw.html" if act == "withdraw" else "consent/act.html"
    asked_first = lacks_of_person(found) if chosen.move in ("refuse", "cannot") else []
    context = {"form": writing.form, "writing": writing, "act": chosen, "asked_first": asked_first}
    return show(request, found, template, context)


@require_POST
@permission(Permission.KEEP_CONSENT)
def give(request, pk):
    """Record that the person consents."""
    found = find_consent(request, pk, "give")
    pressed(
        request,
        _("The consent is recorded. Offer the person a copy."),
        deciding.record_given,
        by=request.member,
        consent=found,
        seen=_seen(request),
    )
    return redirect("consent:consent", found.pk)


@require_POST
@permission(Permission.KEEP_CONSENT)
def ask(request, pk):
    """Ask somebody who had not been asked."""
    found = find_consent(request, pk, "request")
    given = {"by": request.member, "consent": found, "seen": _seen(request)}
    pressed(request, _("The person is being asked now."), asking.ask_after_all, **given)
    return redirect("consent:consent", found.pk)


@require_POST
@permission(Permission.KEEP_CONSENT)
def renew(request, pk):
    """Begin the record that renews this one."""
    found = find_consent(request, pk, "renew")
    given = {"by": request.member, "consent": found, "seen": _seen(request)}
    pressed(request, _("A new record is begun: every answer is asked again."), ending.renew, **given)
    made = Consent.objects.visible_to(request.member).filter(renews=found).order_by("created_at").last()
    return redirect("consent:consent", made.pk if made else found.pk)


def _seen(request) -> int:
    """The version that the button's page showed; nought, which no record has, where it says nothing readable."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
