"""The plan about a person as a paper: how the case stands, and the steps by pathway with owner and date."""

from django.utils.translation import gettext as _

from cases.forms.items import shown
from cases.models import Action, Party, Step, Track
from cases.schemes import scheme_of
from core import pdf
from core.templatetags.confer import when


def plan_of(member, case) -> bytes:
    """The plan of *case* as *member* sees it; PDF/UA-1."""
    facts = plan_facts(member, case)
    context = {
        "facts": facts,
        "marking": _("OFFICIAL-SENSITIVE"),
        "handling": _("For the agencies that manage the case. Share only as the protocol allows."),
        "version": str(case.version),
        "digest": pdf.content_digest(facts),
    }
    return pdf.render_pdf("cases/ppo/document/plan.html", context, title=str(_("Offender plan")))


def plan_facts(member, case) -> dict:
    """What the paper says, as plain values."""
    scheme = scheme_of(case.panel)
    people = Party.objects.visible_to(member).filter(case=case, capacity=scheme.principal).current().in_order()
    person = people.first()
    return {
        "reference": case.reference,
        "panel": case.panel.name,
        "person": person.name if person else "",
        "born": when(person.birth_date) if person and person.birth_date else "",
        "statuses": _statuses(member, case),
        "lead": _lead(member, case),
        "pathways": _pathways(member, case, scheme),
    }


def _statuses(member, case) -> list[dict]:
    """How each running course stands, in the scheme's order."""
    order = {kind.code: place for place, kind in enumerate(scheme_of(case.panel).tracks)}
    tracks = Track.objects.visible_to(member).filter(case=case).running().select_related("case__panel")
    return [
        {
            "name": str(track.kind_of.name),
            "state": str(track.state_of.words),
            "since": when(track.since),
            "due": when(track.due_on) if track.due_on else "",
        }
        for track in sorted(tracks, key=lambda track: order.get(track.kind, 99))
    ]


def _lead(member, case) -> list[dict]:
    """Who leads, as the last step says that named somebody."""
    kind = scheme_of(case.panel).track_kind("management")
    named = Step.objects.visible_to(member).filter(track__case=case, track__kind="management")
    for step in named.in_order().reverse():
        move = kind.move(step.move)
        if move and move.manager:
            items = [item for item in move.items if item.code in (move.manager, "lead_officer")]
            return [{"label": label, "words": words} for label, words in shown(items, step.details)]
    return []


def _pathways(member, case, scheme) -> list[dict]:
    steps = Action.objects.visible_to(member).filter(case=case).exclude(pathway="").select_related("agency", "member")
    rows = [
        (
            step.pathway,
            {
                "number": step.number,
                "text": step.text,
                "agency": step.agency.name,
                "person": step.member.name if step.member else step.person_named,
                "due": when(step.due_on),
                "state": str(step.get_state_display()),
                "outcome": step.outcome,
            },
        )
        for step in steps.order_by("number")
    ]
    return [
        {"name": str(words), "steps": [row for pathway, row in rows if pathway == code]}
        for code, words in scheme.pathways
    ]
