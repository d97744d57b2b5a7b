"""An ASB panel: the matrix that advises, the response and the victim's contact beside it, and who sees them."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Party, Sheet, Track
from cases.models.access import Stage
from cases.rules.referral import missing_from
from cases.rules.screening import wrong_with
from cases.rules.track import find_track
from cases.schemes.asb import RESPONSE, VICTIM
from cases.schemes.asb_matrix import HIGH, MEDIUM, POINTS, QUESTIONS, advice, total
from cases.workflow.sheet import write_sheet
from cases.workflow.track import open_track
from tests.cases.asb import MATRIX, accepted, asb_case, decided, load_tools, referred
from tests.cases.review import ahead, fresh, step
from tests.signing_in import sign_in

LEAST = {code: min(points, key=points.get) for code, points in POINTS.items()}
MOST = {code: max(points, key=points.get) for code, points in POINTS.items()}


def test_every_answer_of_the_matrix_counts_something():
    asked = {item.code: {code for code, _words in item.choices} for item in QUESTIONS}
    assert asked == {code: set(points) for code, points in POINTS.items()}


@pytest.mark.parametrize(
    ("answers", "expected", "level"),
    [
        (LEAST, 1, "standard"),
        (MATRIX, 29, "high"),
        (MOST, 40, "high"),
        ({**LEAST, "severity": "violence", "frequency": "daily"}, 13, "medium"),
        ({}, 0, "standard"),
    ],
)
def test_the_matrix_adds_up_and_says_that_it_advises(answers, expected, level):
    assert total(answers) == expected
    assert (level == "high", level == "standard") == (expected >= HIGH, expected < MEDIUM)
    assert advice(answers) == (
        f"The risk matrix (version 1) adds up to {expected} of 40: {level}. It advises; people decide."
    )


@pytest.mark.django_db
def test_a_referral_names_somebody_harmed_and_answers_the_matrix_whose_total_stops_nothing(world):
    referral = referred(world, reporters=0, victims=0)
    referral.details = {**referral.details, "effect": None}
    parties = list(Party.objects.with_key().filter(referral=referral))
    found = [(each.code, each.section) for each in missing_from(referral, parties, None)]
    assert found == [("harmed", "victims"), ("effect", "matrix")]
    referral = referred(world, reporters=1, victims=0)
    parties = list(Party.objects.with_key().filter(referral=referral))
    assert missing_from(referral, parties, None) == []
    wrong = [each for each in wrong_with(referral, parties, None, False) if each.code == "matrix"]
    assert [(each.words, each.stops) for each in wrong] == [(advice(MATRIX), False)]


# code: from which states, to which
TABLE = {
    "report": ("", ""),
    "assess": ("reported", "assessed"),
    "refer": ("assessed", "referred"),
    "hear": ("referred informal formal monitor", "panel"),
    "informal": ("panel monitor", "informal"),
    "formal": ("panel informal monitor", "formal"),
    "monitor": ("panel informal formal", "monitor"),
    "close": ("reported assessed referred panel informal formal monitor", "closed"),
    "resume": ("closed", "panel"),
}
VICTIM_TABLE = {
    "plan": ("", ""),
    "support": ("planned", "supported"),
    "contact": ("", ""),
    "ask_review": ("planned supported", "review_requested"),
    "reviewed": ("review_requested", "supported"),
    "close": ("planned supported review_requested", "closed"),
}
SAID = {
    "monitor": {"details": {"review_on": ahead(20)}},
    "close": {"reason": "stopped", "words": "Quiet for a month."},
    "resume": {"words": "It began again."},
    "support": {"details": {"next_on": ahead(7)}},
    "reviewed": {"details": {"next_on": ahead(7)}},
}
PLAN = {"caller": "Harri", "often": "weekly", "safe_ways": "Mornings.", "next_on": ahead(7)}


def tried_everywhere(world, track, kind, code: str, said: dict) -> dict:
    """From which states the coordinator may make the move *code*, and where it leads."""
    found = {}
    for state in kind.states:
        Track.objects.filter(pk=track.pk).update(state=state.code, version=1)
        try:
            with transaction.atomic():
                step(world.coordinator, track, code, **said)
        except ValidationError:
            continue
        found[state.code] = fresh(track).state
        Track.objects.filter(pk=track.pk).update(ended_at=None, ended_by=None)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("code", TABLE)
def test_each_step_of_the_response_follows_only_where_the_scheme_says_so(world, code):
    load_tools()
    case = asb_case(world)
    decided(world, case, "cpw"), decided(world, case, "cpn")
    write_sheet(by=world.coordinator, case=case, kind="matrix", data=MATRIX)
    track = open_track(by=world.coordinator, case=case, kind="response", move="report")
    sources, to = TABLE[code]
    assert tried_everywhere(world, track, RESPONSE, code, SAID.get(code, {})) == dict.fromkeys(sources.split(), to)


def victim_track(world, case, lead=None) -> Track:
    subject = Party.objects.get(case=case, capacity="victim").subject
    details = {"lead": str((lead or world.housing_agency).pk)}
    return fresh(
        open_track(by=world.coordinator, case=case, kind="victim", move="plan", details=details, subject=subject)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("code", VICTIM_TABLE)
def test_each_step_of_the_contact_follows_only_where_the_scheme_says_so(world, code):
    track = victim_track(world, asb_case(world))
    write_sheet(by=world.coordinator, case=track.case, kind="contact_plan", data=PLAN, track=seen(world, track))
    said = {"reason": "safe"} if code == "close" else SAID.get(code, {})
    sources, to = VICTIM_TABLE[code]
    assert tried_everywhere(world, track, VICTIM, code, said) == dict.fromkeys(sources.split(), to)


def seen(world, track, member=None):
    return find_track(member or world.coordinator).get(pk=track.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "code", "expected"),
    [
        ("reported", "assess", ["Fill in the risk matrix first."]),
        ("panel", "informal", ["Record the decision on an informal tool first."]),
        ("panel", "formal", ["Record the decision on a formal tool first."]),
    ],
)
def test_a_step_waits_for_what_it_rests_on(world, state, code, expected):
    case = asb_case(world)
    track = open_track(by=world.coordinator, case=case, kind="response", move="report")
    Track.objects.filter(pk=track.pk).update(state=state)
    with pytest.raises(ValidationError) as refusal:
        step(world.coordinator, track, code)
    assert refusal.value.messages == expected
    today = timezone.localdate()
    day = {"effective_on_day": today.day, "effective_on_month": today.month, "effective_on_year": today.year}
    page = sign_in(Client(), world.coordinator).post(
        reverse("cases:move_track", args=[track.pk, code]), {**day, "version": 1, "words": "Kept."}
    )
    assert (page.status_code, page.context["form"].non_field_errors()) == (422, expected)


@pytest.mark.django_db
def test_the_matrix_of_the_referral_is_enough_to_go_on(world):
    case = accepted(world)
    track = open_track(by=world.coordinator, case=case, kind="response", move="report")
    step(world.coordinator, track, "assess")
    assert fresh(track).state == "assessed"


@pytest.mark.django_db
def test_a_matrix_filled_in_again_keeps_its_total_and_version(world):
    case = asb_case(world)
    write_sheet(by=world.coordinator, case=case, kind="matrix", data={**MATRIX, "why": "A window was broken."})
    sheet = Sheet.objects.with_key().get()
    assert (sheet.data["score"], sheet.data["model"], sheet.title) == (29, "1", advice(MATRIX))
    assert sheet.counted == {**MATRIX, "score": 29}


@pytest.mark.django_db
def test_who_keeps_contact_with_the_victim_sees_that_and_not_the_response(world):
    case = asb_case(world)
    response = open_track(by=world.coordinator, case=case, kind="response", move="report")
    contact = victim_track(world, case)
    world.involve(case, world.health_agency, stage=Stage.MANAGING)
    sees = {
        name: set(Track.objects.visible_to(getattr(world, name)).values_list("kind", flat=True))
        for name in ("coordinator", "housing", "health", "police")
    }
    assert sees == {
        "coordinator": {"response", "victim"},
        "housing": {"victim"},
        "health": {"response", "victim"},
        "police": set(),
    }
    with pytest.raises(ValidationError):
        step(world.housing, contact, "support", details={"next_on": ahead(7)})
    write_sheet(by=world.housing, case=case, kind="contact_plan", data=PLAN, track=seen(world, contact, world.housing))
    step(world.housing, contact, "support", details={"next_on": ahead(7)})
    assert fresh(contact).due_on == timezone.localdate() + datetime.timedelta(days=7)
    with pytest.raises(PermissionDenied):
        step(world.housing, response, "assess")
