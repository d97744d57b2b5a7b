"""A PPO / IOM panel and its cases, brought along by the verbs."""

import datetime

import pytest
from django.utils import timezone

from cases.models import Party, Referral, Track
from cases.schemes.ppo import PPO
from cases.workflow.action import agree_action
from cases.workflow.referral import save_part, start_referral, submit_referral
from cases.workflow.screening import accept_referral
from cases.workflow.sheet import write_sheet
from cases.workflow.track import move, open_track
from tests.again import made_again
from tests.world import World

DAY = datetime.timedelta(days=1)
OFFENDER = {"given_name": "Gethin", "family_name": "Llwynog", "birth_date": datetime.date(1994, 5, 2)}
WHY = {
    "contact_name": "Rhys O’Referrer",
    "contact_phone": "01632 960001",
    "contact_email": "rhys@aberwenlli-homes.example",
    "summary": "Nine burglaries since the spring; he should keep his flat and his job.",
    "lawful_basis": "A6e",
    "lawful_basis_words": "To prevent burglaries.",
}
DETAILS = {"grounds": ["offence", "reports"], "offences": "Burglary of dwellings."}
PROFILE = {"reference": "PPO-17", "offences": "Burglary of dwellings.", "housing": "A flat of the council."}


@pytest.fixture
def ppo(db):
    """The cast, whose panel runs PPO / IOM and manages one case: `case`, in the lead of probation, with a plan."""
    return _managing()


@made_again
def _managing() -> World:
    world = World()
    world.panel.scheme, world.panel.name = PPO.code, "Aberwenlli IOM"
    world.panel.save()
    world.statement.delete()
    world.case = managed(world)
    return world


def nominated(world, **details):
    """A nomination by housing, whole but for what *details* say otherwise; not sent."""
    by = world.referrer
    referral = _fresh(start_referral(by=by, panel=world.panel))
    person = Party.objects.with_key().get(referral=referral)
    save_part(by=by, referral=referral, row=person, typed=OFFENDER, seen=person.version)
    row = save_part(by=by, referral=referral, row=referral, typed=WHY, seen=referral.version)
    save_part(by=by, referral=referral, row=row, typed={"details": {**DETAILS, **details}}, seen=row.version)
    return _fresh(referral)


def accepted(world, **details):
    """The case of a nomination that was accepted."""
    referral = nominated(world, **details)
    submit_referral(by=world.referrer, referral=referral)
    return accept_referral(by=world.coordinator, referral=_fresh(referral))


def begun(world, *, on=None, **details):
    """The case of an accepted nomination, its management begun on *on* (today)."""
    case = accepted(world, **details)
    open_track(by=world.coordinator, case=case, kind="management", move="nominate", on=on)
    return case


def standing(case, kind: str = "management") -> Track:
    """The latest course of *kind*, as it stands."""
    found = Track.objects.with_key().select_related("case__panel", "case__key").filter(case=case, kind=kind)
    return found.order_by("opened_at").last()


def states(case) -> dict[str, str]:
    """The state of each course that has begun."""
    return {kind.code: track.state for kind in PPO.tracks if (track := standing(case, kind.code))}


def step(by, case, code: str, kind: str = "management", **said):
    """*by* makes the move *code*."""
    track = standing(case, kind)
    return move(by=by, track=track, move=code, seen=track.version, **said)


def adoption(world, **more) -> dict:
    """The answers that an adoption asks."""
    return {
        "cohort": "fixed",
        "standing": "statutory",
        "lead": str(world.probation_agency.pk),
        "lead_officer": "Olwen Ward",
        "grounds": ["offence"],
        "rag": "amber",
        **more,
    }


def adopted(world, *, on=None, **more):
    """A case of the cohort, adopted on *on* (today), in the lead of probation."""
    case = begun(world, on=on)
    by = world.coordinator
    step(by, case, "check", on=on)
    write_sheet(by=by, case=case, kind="profile", data=PROFILE)
    step(by, case, "to_panel", on=on)
    step(by, case, "adopt", details=adoption(world, **more), on=on)
    return case


def planned(world, case, pathway: str = "accommodation", text: str = "Keep the flat.", agency=None, days: int = 7):
    """A step of the plan."""
    return agree_action(
        by=world.coordinator,
        case=case,
        agency=agency or world.housing_agency,
        text=text,
        due_on=timezone.localdate() + days * DAY,
        pathway=pathway,
    )


def managed(world, **more):
    """A case that is managed, with one step of a plan."""
    case = adopted(world, **more)
    planned(world, case)
    step(world.coordinator, case, "manage", on=more.get("on"))
    return case


def in_custody(world, release_on, case=None):
    """*case* (another one) in custody until *release_on*."""
    case = case or managed(world)
    details = {"release_on": release_on.isoformat(), "prison": "HMP Ddychmygol"}
    step(world.coordinator, case, "custody", details=details, reason="sentenced")
    return case


def _fresh(referral) -> Referral:
    return Referral.objects.with_key().select_related("panel", "agency", "written_by").get(pk=referral.pk)
