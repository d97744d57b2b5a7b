"""The record of a case as one member sees it: people, courses with their steps, forms, actions.

What is kept apart stands in the paper of those alone who see it, and nothing in another's says that it is there.
No reporter is named.
"""

from django.utils.translation import gettext as _

from cases.forms.answers import answers_of
from cases.forms.items import agency_names, shown
from cases.models import Action, Party, Sheet, Step
from cases.rules.reporters import reporters_of
from cases.schemes import scheme_of
from core import pdf
from core.templatetags.confer import when

UNTOLD = frozenset({"contact_plan"})  # how a victim is called safely stays in Confer


def record_of(member, case) -> bytes:
    """The record of *case* as *member* sees it; PDF/UA-1."""
    facts = record_facts(member, case)
    context = {
        "facts": facts,
        "marking": _("OFFICIAL-SENSITIVE"),
        "handling": _("Share only as the protocol allows. Who reported it is not named."),
        "version": "1",
        "digest": pdf.content_digest(facts),
    }
    if any(course["apart"] for course in facts["courses"]):
        context["handling"] = _("Parts of this are kept apart: for the agencies that were named for them alone.")
    return pdf.render_pdf("cases/case/document/record.html", context, title=str(_("Record of the case")))


def record_facts(member, case) -> dict:
    """What the paper says, as plain values."""
    scheme = scheme_of(case.panel)
    return {
        "reference": case.reference,
        "panel": case.panel.name,
        "state": str(case.get_state_display()),
        "opened": when(case.opened_at.date()),
        "people": _people(member, case, scheme),
        "courses": _courses(member, case),
        "forms": _forms(member, case, scheme),
        "actions": _actions(member, case),
    }


def _people(member, case, scheme) -> list[dict]:
    parties = Party.objects.visible_to(member).filter(case=case).current().spoken_of().in_order()
    named = [
        {"name": party.name, "part": str(scheme.part(party.capacity).one), "born": when(party.birth_date)}
        for party in parties
        if scheme.part(party.capacity)
    ]
    withheld = reporters_of(scheme, [case.pk]).get(case.pk, [])
    return named + [
        {"name": each.name, "part": str(each.get_capacity_display), "born": _("withheld")} for each in withheld
    ]


def _courses(member, case) -> list[dict]:
    steps = Step.objects.visible_to(member).filter(track__case=case).select_related("track", "agency")
    courses: dict = {}
    for step in steps.in_order():
        courses.setdefault(step.track_id, []).append(step)
    kinds = {pk: scheme_of(case.panel).track_kind(found[0].track.kind) for pk, found in courses.items()}
    names = _names(steps, kinds)
    return [_course(kinds[pk], found, names) for pk, found in courses.items() if kinds[pk]]


def _course(kind, steps: list[Step], names: dict) -> dict:
    track = steps[0].track
    return {
        "name": str(kind.name),
        "state": str(kind.state(track.state).words),
        "apart": track.closed_to_desk,
        "steps": [_step(kind.move(step.move), step, names) for step in steps],
    }


def _step(move, step: Step, names: dict) -> dict:
    return {
        "day": when(step.effective_on),
        "what": str(move.words if move else _("Ended")),
        "agency": step.agency.name if step.agency else "",
        "reason": str(dict(move.reasons).get(step.reason, "")) if move else "",
        "details": shown(move.items, step.details, agencies=names) if move and step.track.closed_to_desk else [],
        "words": step.words,
    }


def _names(steps, kinds: dict) -> dict:
    """The names of the agencies that the steps name, by id."""
    moves = [(step, kinds[step.track_id] and kinds[step.track_id].move(step.move)) for step in steps]
    ids = {step.details.get(item.code) for step, move in moves if move for item in move.items if item.kind == "agency"}
    return agency_names(ids - {None})


def _forms(member, case, scheme) -> list[dict]:
    found = Sheet.objects.visible_to(member).filter(case=case).exclude(kind__in=UNTOLD).in_order()
    kinds = [(sheet, scheme.sheet_kind(sheet.kind)) for sheet in found if scheme.sheet_kind(sheet.kind)]
    answers = [sheet.data.get(item.code) for sheet, kind in kinds for item in kind.items if item.kind == "agency"]
    names = agency_names(filter(None, answers))
    for sheet, _kind in kinds:
        sheet.case = case
    return [
        {"name": kind.title_of(sheet.data), "answers": answers_of(member, case, sheet, agencies=names)}
        for sheet, kind in kinds
    ]


def _actions(member, case) -> list[dict]:
    found = Action.objects.visible_to(member).filter(case=case, issued_at__isnull=False).select_related("agency")
    return [
        {
            "number": action.number,
            "text": action.text,
            "agency": action.agency.name,
            "due": when(action.due_on),
            "state": str(action.get_state_display()),
        }
        for action in found.order_by("number")
    ]
