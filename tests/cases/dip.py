"""A DIP case with its three streams, each opened by the agency whose it is."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from cases.models import Party, Track
from cases.models.access import Stage
from cases.rules.track import find_track
from cases.schemes.dip import DIP
from cases.workflow.stream import pass_on
from cases.workflow.track import move, open_track
from consent.models import Consent, ConsentAgency, ConsentAnswer, ConsentForm
from core.models import Key
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


def agreed(world, track, *receiving, no=(), state="given_full", days_ago=10, **more) -> Consent:
    """The client's consent in the episode *track*, recorded by the clinic: *receiving* agencies may be told.

    Yes to every question of the form but those of *no*; *more* are columns of the row.
    """
    party, day = track.case.parties.get(capacity="client"), timezone.localdate() - datetime.timedelta(days=days_ago)
    if not ConsentForm.objects.exists():
        call_command("load_consent_forms", verbosity=0)
    form = ConsentForm.objects.get(scheme=track.case.panel.scheme)
    decided = {"decided_by": world.clinic, "decided_at": timezone.now() - datetime.timedelta(days=days_ago)}
    ends = {"starts_on": day, "ends_on": day + datetime.timedelta(days=364)}
    consent = Consent(
        key=Key.objects.mint(Key.Kind.CONSENT),
        panel=track.case.panel,
        case=track.case,
        party=party,
        subject=party.subject,
        track=track,
        recorded_by=world.clinic,
        form=form,
        state=state,
        able="yes",
        **{"agency": world.clinic_agency, **decided, **(ends if state.startswith("given") else {}), **more},
    )
    consent.save(force_insert=True)
    sides = [("gives", world.clinic_agency), *(("receives", agency) for agency in receiving)]
    for side, agency in sides:
        ConsentAgency.objects.create(consent=consent, agency=agency, side=side)
    for kind in ConsentAnswer.Kind.values:
        for question in form.questions(kind):
            agrees = question.code not in no
            ConsentAnswer.objects.create(consent=consent, kind=kind, code=question.code, agreed=agrees)
    return consent


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
