"""DIP: which step follows which state in each stream, and what stops it."""

import datetime

import pytest
from django.utils import timezone

from audit.models import Event
from cases.rules import track as rules
from cases.schemes.dip import DIP
from core.working_days import working_days_after
from tests.cases.dip import (
    ALONE,
    OPENINGS,
    TOLD,
    UNTOLD,
    agreed,
    client_case,
    dip,  # noqa: F401
    opened,
    refusals,
    step,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dip")]
STREAMS = list(OPENINGS)
COMMON = "name: unname: pass_on:"


# --- the data ---------------------------------------------------------------------------------------------------------
LEAVES = "transferred:transferred dropped_out:dropped_out custody:custody"
TABLE = {
    "episode": {
        "informed": f"take_up:identified {LEAVES} {COMMON}",
        "identified": f"contact:contacted assess:assessed {LEAVES} {COMMON}",
        "contacted": f"assess:assessed {LEAVES} {COMMON}",
        "assessed": f"plan:care_planned {LEAVES} {COMMON}",
        "care_planned": f"treat:in_treatment {LEAVES} {COMMON}",
        "in_treatment": f"review: complete:completed {LEAVES} {COMMON}",
        "completed": "",
        "transferred": "",
        "dropped_out": "",
        "custody": "",
    },
    "requirement": {
        "informed": f"not_required:not_required require:required {COMMON}",
        "tested": f"not_required:not_required require:required dispute:disputed {COMMON}",
        "required": f"attended:attended fail:failed dispute:disputed {COMMON}",
        "disputed": f"confirm:required clear:cleared {COMMON}",
        "attended": f"follow_up:follow_up met:done {COMMON}",
        "follow_up": f"attended:attended fail:failed {COMMON}",
        "failed": f"again:required enforce:enforced {COMMON}",
        "done": "",
        "not_required": "",
        "cleared": "",
        "enforced": "",
    },
    "intelligence": {
        "informed": f"consider:considered decline:declined {COMMON}",
        "considered": f"use:in_use decline:declined {COMMON}",
        "in_use": f"review: end:ended {COMMON}",
        "declined": "",
        "ended": "",
    },
}
ROWS = [(kind, state) for kind, states in TABLE.items() for state in states]


@pytest.mark.parametrize(("kind", "state"), ROWS)
def test_each_stream_goes_on_from_each_state_by_these_moves_alone(kind, state):
    found = DIP.track_kind(kind)
    assert " ".join(f"{one.code}:{one.to}" for one in found.moves_from(state)) == TABLE[kind][state]
    assert found.state(state).final == (TABLE[kind][state] == "")


@pytest.mark.parametrize("kind", STREAMS)
def test_every_state_is_in_the_table_and_every_stream_is_apart_also_from_the_desk(kind):
    found = DIP.track_kind(kind)
    assert {state.code for state in found.states} == set(TABLE[kind])
    assert (found.apart, found.closed_to_desk, found.beside) == (True, True, True)


# --- each stream from its beginning to its end ------------------------------------------------------------------------
def test_an_episode_from_identified_to_completed(dip):  # noqa: F811
    track, later = opened(dip.clinic, client_case(dip), "episode"), str(timezone.localdate() + datetime.timedelta(90))
    for code in ("contact", "assess", "plan"):
        step(dip.clinic, track, code)
    step(dip.clinic, track, "treat", discharge_on=later)
    track.refresh_from_db()
    assert (track.state, str(track.due_on)) == ("in_treatment", later)
    agreed(dip, track, dip.probation_agency)
    step(dip.clinic, track, "name", agency=str(dip.probation_agency.pk))
    track.refresh_from_db()
    assert (track.state, str(track.due_on)) == ("in_treatment", later)
    step(dip.clinic, track, "complete")
    track.refresh_from_db()
    assert (track.state, track.ended_at is not None) == ("completed", True)


def test_a_requirement_that_is_failed_and_then_met(dip):  # noqa: F811
    track, day = opened(dip.police, client_case(dip), "requirement"), "2026-12-01"
    step(dip.police, track, "require", team=str(dip.clinic_agency.pk), assessment_on=day, **TOLD)
    step(dip.clinic, track, "fail", **TOLD)
    step(dip.police, track, "again", assessment_on=day, **TOLD)
    step(dip.clinic, track, "attended")
    step(dip.clinic, track, "follow_up", assessment_on=day, **TOLD)
    step(dip.clinic, track, "attended")
    step(dip.clinic, track, "met")
    track.refresh_from_db()
    assert (track.state, track.steps.count()) == ("done", 8)


def test_a_specific_concern_is_used_reviewed_and_ended(dip):  # noqa: F811
    track, later = opened(dip.police, client_case(dip), "intelligence"), str(timezone.localdate())
    step(dip.police, track, "use", decided_by="Supt Rees", grounds=["threat"], review_on=later, **UNTOLD)
    step(dip.police, track, "review", grounds=["threat"], review_on=later)
    step(dip.police, track, "end")
    track.refresh_from_db()
    assert track.state == "ended"


# --- what stops a step ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "stopped"),
    [
        ({}, ["Answer “Has the person been told?”"]),
        ({"told": "yes"}, ["Say when and how the person was told."]),
        ({"told": "yes", "told_on": "2026-01-05"}, ["Say when and how the person was told."]),
        ({"told": "no"}, ["Say why the person has not been told."]),
        (TOLD, []),
        (UNTOLD, []),
    ],
)
def test_the_person_is_told_when_and_how_or_it_is_said_why_not(dip, said, stopped):  # noqa: F811
    track = opened(dip.police, client_case(dip), "requirement")
    asked = {"team": str(dip.clinic_agency.pk), "assessment_on": "2026-12-01"}
    assert refusals(step, dip.police, track, "require", **asked, **said) == stopped


@pytest.mark.parametrize(("days", "is_taken"), [(4, False), (5, True), (6, True)])
def test_after_a_dispute_the_assessment_is_five_working_days_later(dip, days, is_taken):  # noqa: F811
    track, today = opened(dip.police, client_case(dip), "requirement"), timezone.localdate()
    day = str(working_days_after(today, days))
    found = refusals(step, dip.police, track, "dispute", sent_on="2026-01-05", assessment_on=day, **TOLD)
    earliest = working_days_after(today, 5).strftime("%d/%m/%Y")
    said = f"The assessment is five working days after the dispute at the earliest: {earliest} or later."
    assert found == ([] if is_taken else [said])


@pytest.mark.parametrize(("result", "is_taken"), [("positive", True), ("negative", False), ("refused", False)])
def test_only_a_positive_test_requires_an_assessment(dip, result, is_taken):  # noqa: F811
    track = opened(dip.police, client_case(dip), "requirement", result=result)
    asked = {"team": str(dip.clinic_agency.pk), "assessment_on": "2026-12-01", **TOLD}
    found = refusals(step, dip.police, track, "require", **asked)
    assert found == ([] if is_taken else ["Only a positive test makes an assessment required."])


def test_nothing_of_intelligence_rests_on_a_positive_test_alone_and_that_it_was_tried_is_recorded(dip):  # noqa: F811
    case = client_case(dip)
    assert refusals(opened, dip.police, case, "intelligence", grounds=["positive_test"]) == [ALONE]
    assert list(Event.objects.filter(name="step.refused").values_list("case_id", "reason")) == [
        (case.pk, "positive_test_alone")
    ]
    track = opened(dip.police, case, "intelligence", grounds=["positive_test", "threat"])
    day = str(timezone.localdate())
    asked = {"decided_by": "Supt Rees", "review_on": day, **UNTOLD}
    assert refusals(step, dip.police, track, "use", grounds=["positive_test"], **asked) == [ALONE]
    assert refusals(step, dip.police, track, "use", **asked) == ["Say what the concern rests on."]


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("clinic", {"episode"}),
        ("police", {"requirement", "intelligence"}),
        ("housing", set()),
        ("coordinator", set()),
    ],
)
def test_who_opens_which_stream(dip, who, kinds):  # noqa: F811
    member, case = getattr(dip, who), client_case(dip)
    offered = rules.openings_for(member, case, rules.Part.in_case(member, case))
    assert {kind.code for kind, _move in offered} == kinds
