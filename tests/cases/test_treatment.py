"""The treatment group: what is decided on its merits where there is no consent."""

import datetime

import pytest
from django.utils import timezone

from cases.rules import track as rules
from cases.rules.settings import kinds_of_panels
from cases.schemes.treatment import TREATMENT
from cases.workflow.sheet import write_sheet
from tests.cases.dip import (
    UNTOLD,
    client_case,
    dip,  # noqa: F401
    opened,
    refusals,
    step,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dip")]


def test_both_are_offered_to_a_panel_and_set_by_it():
    kinds = {kind.code: (str(kind.name), kind.more) for kind in kinds_of_panels()}
    assert (kinds["dip"], kinds["treatment"]) == (
        ("Drug interventions (DIP)", "cases:scheme_settings"),
        ("Treatment group", "cases:scheme_settings"),
    )


@pytest.mark.parametrize(("days", "refused"), [(300, []), (400, ["Look at it again within a year."])])
def test_the_group_looks_at_treatment_and_consent_again_within_a_year(dip, days, refused):  # noqa: F811
    dip.panel.scheme = TREATMENT.code
    dip.panel.save()
    track = opened(dip.clinic, client_case(dip), "episode")
    for code in ("assess", "plan"):
        step(dip.clinic, track, code)
    today = timezone.localdate()
    again, planned = (str(today + datetime.timedelta(days=count)) for count in (days, 700))
    assert refusals(step, dip.clinic, track, "treat", discharge_on=planned, review_on=again) == refused
    track.refresh_from_db()
    assert (track.state, str(track.due_on) == again) == ("care_planned" if refused else "in_treatment", not refused)


MERITS = {
    "chance": "yes",
    "how": "The dealer would go on.",
    "outcome": "shared",
    "what": "That he comes.",
    "decided_by": "Dr Rees",
    **UNTOLD,
}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"chance": "no", "outcome": "not_shared"}, []),
        (
            {"chance": "no"},
            ["Without consent it is shared only where not sharing would probably hinder them."],
        ),
        ({"how": ""}, ["Say what is shared, with whom, and how not sharing would hinder them."]),
        ({"with_whom": ""}, ["Say what is shared, with whom, and how not sharing would hinder them."]),
        ({"told_why_not": ""}, ["Say why the person has not been told."]),
        ({"days": 400}, ["Look at it again within a year."]),
    ],
)
def test_without_consent_each_case_is_decided_on_its_merits(dip, said, refused):  # noqa: F811
    dip.panel.scheme = TREATMENT.code
    dip.panel.save()
    case = client_case(dip)
    episode = opened(dip.clinic, case, "episode")
    track = rules.find_track(dip.clinic).get(pk=episode.pk)
    day = str(timezone.localdate() + datetime.timedelta(days=said.get("days", 200)))
    data = {**MERITS, "with_whom": str(dip.police_agency.pk), "review_on": day, **said}
    found = refusals(write_sheet, by=dip.clinic, case=case, kind="merits", data=data, track=track)
    assert found == refused
