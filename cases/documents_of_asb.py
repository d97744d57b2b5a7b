"""The papers of an ASB panel: the record of a case, and the letter to who asked for a case review.

Neither names a reporter; the letter names nobody but the applicant.
"""

from django.utils.translation import gettext as _

from cases.forms.items import agency_names, shown
from cases.models import Party, Sheet, Step
from cases.rules.address import address_for_letters
from cases.rules.reporters import reporters_of
from cases.schemes import scheme_of
from core import pdf
from core.templatetags.confer import when

UNTOLD = frozenset({"contact_plan"})  # how a victim is called safely stays in Confer


def record_of(member, case) -> bytes:
    """The record of *case* as *member* sees it: people, courses with their steps, forms; PDF/UA-1."""
    scheme = scheme_of(case.panel)
    facts = {
        "reference": case.reference,
        "panel": case.panel.name,
        "state": str(case.get_state_display()),
        "opened": when(case.opened_at.date()),
        "people": _people(member, case, scheme),
        "courses": _courses(member, case),
        "forms": _forms(member, case, scheme),
    }
    return _paper("cases/asb/document/record.html", facts, title=_("Record of the case"))


def letter_to(member, sheet: Sheet) -> bytes:
    """The letter that *sheet* holds, to the applicant of its case; PDF/UA-1."""
    principal = scheme_of(sheet.case.panel).principal
    people = Party.objects.visible_to(member).filter(case=sheet.case, capacity=principal).current().in_order()
    applicant = people.first()
    facts = {
        "reference": sheet.case.reference,
        "panel": sheet.case.panel.name,
        "name": applicant.name if applicant else "",
        "address": address_for_letters(applicant) if applicant else [],
        "written": when(sheet.written_at.date()),
        "parts": [{"heading": label, "text": words} for label, words in shown(sheet.kind_of.items, sheet.data)],
    }
    handling = _("For the applicant. It names nobody else.")
    return _paper("cases/asb/document/letter.html", facts, title=_("ASB case review"), handling=handling)


def _paper(template: str, facts: dict, *, title: str, handling: str = "") -> bytes:
    context = {
        "facts": facts,
        "marking": _("OFFICIAL-SENSITIVE"),
        "handling": handling or _("Share only as the protocol allows. Who reported it is not named."),
        "version": "1",
        "digest": pdf.content_digest(facts),
    }
    return pdf.render_pdf(template, context, title=str(title))


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
    return [_course(case, found) for found in courses.values()]


def _course(case, steps: list[Step]) -> dict:
    kind = scheme_of(case.panel).track_kind(steps[0].track.kind)
    return {
        "name": str(kind.name),
        "state": str(kind.state(steps[0].track.state).words),
        "steps": [
            {
                "day": when(step.effective_on),
                "what": str(kind.move(step.move).words if kind.move(step.move) else _("Ended")),
                "agency": step.agency.name if step.agency else "",
                "reason": str(dict(kind.move(step.move).reasons).get(step.reason, "")) if kind.move(step.move) else "",
                "words": step.words,
            }
            for step in steps
        ],
    }


def _forms(member, case, scheme) -> list[dict]:
    found = Sheet.objects.visible_to(member).filter(case=case).exclude(kind__in=UNTOLD).in_order()
    kinds = [(sheet, scheme.sheet_kind(sheet.kind)) for sheet in found if scheme.sheet_kind(sheet.kind)]
    answers = [sheet.data.get(item.code) for sheet, kind in kinds for item in kind.items if item.kind == "agency"]
    names = agency_names(filter(None, answers))
    return [
        {"name": kind.title_of(sheet.data), "answers": shown(kind.items, sheet.data, agencies=names)}
        for sheet, kind in kinds
    ]
