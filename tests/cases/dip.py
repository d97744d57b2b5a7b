"""A DIP case with its three streams, each opened by the agency whose it is."""

import pytest
from django.core.exceptions import ValidationError

from cases.models import Party, Track
from cases.models.access import Stage
from cases.rules.track import find_track
from cases.schemes.dip import DIP
from cases.workflow.stream import pass_on
from cases.workflow.track import move, open_track
from partnership.roles import Role
from tests.world import make_agency, make_member, make_post

TOLD = {"told": "yes", "told_on": "2026-01-05", "told_how": "In the cell, by the officer"}
ALONE = "A positive drug test alone is no ground. Tick what else there is, or leave things as they are."
UNTOLD = {"told": "no", "told_why_not": "It would put somebody at risk."}
OPENINGS = {
    "episode": ("identify", {"source": "arrest"}),
    "requirement": ("test", {"tested_on": "2026-01-05", "offence": "Theft", "result": "positive", **TOLD}),
    "intelligence": (
        "raise",
        {"concern": "A robbery is planned.", "who": "The shop", "grounds": ["offence"], "consent": "not_given"},
    ),
}


@pytest.fixture
def dip(world):
    """The world, whose panel runs DIP; a treatment provider with a liaison officer, and one of the police."""
    world.panel.scheme, world.panel.name = DIP.code, "Aberwenlli DIP"
    world.panel.save()
    world.clinic_agency = make_agency(world.partnership, "Wenlli Recovery", "substance")
    world.panel.agencies.add(world.clinic_agency)
    world.clinic = make_member("Carys Clinic", world.clinic_agency, Role.REPRESENTATIVE, panel=world.panel)
    world.clinic_officer = make_member("Owain Officer", world.clinic_agency, Role.LIAISON_OFFICER, panel=world.panel)
    world.police_officer = make_member("Petra Officer", world.police_agency, Role.LIAISON_OFFICER, panel=world.panel)
    make_post(world.clinic_agency, world.clinic_officer)
    make_post(world.police_agency, world.police_officer)
    return world


def client_case(world, *agencies):
    """A case of one client; *agencies* are on it, without any stream."""
    case = world.make_case(victim=("Gethin", "Llwynog"))
    Party.objects.filter(case=case, capacity="victim").update(capacity="client")
    for agency in agencies or (world.police_agency, world.clinic_agency, world.housing_agency):
        world.involve(case, agency, stage=Stage.MANAGING)
    return case


def opened(by, case, kind: str, **details) -> Track:
    """The stream of *kind*, opened by *by*, as it stands."""
    code, said = OPENINGS[kind]
    track = open_track(by=by, case=case, kind=kind, move=code, details={**said, **details})
    return Track.objects.with_key().get(pk=track.pk)


def step(by, track, code: str, words: str = "As agreed.", **details):
    """*by* makes the move *code*, over the version that stands."""
    now = find_track(by).get(pk=track.pk)
    return move(by=by, track=now, move=code, seen=now.version, details=details, words=words)


def passed(by, track, to: str, agency, words: str = "He has named a day.", **details):
    """*by* passes *words* on, on the ground of specific information, unless *details* say otherwise."""
    said = {"to": to, "agency": str(agency.pk), "because": "offence", "grounds": ["offence"], **UNTOLD, **details}
    now = Track.objects.get(pk=track.pk)
    return pass_on(by=by, track=now, seen=now.version, details=said, words=words)


def refusals(verb, *args, **said) -> list[str]:
    """What *verb* is refused for; nothing where it is done."""
    try:
        verb(*args, **said)
    except ValidationError as error:
        return error.messages
    return []
