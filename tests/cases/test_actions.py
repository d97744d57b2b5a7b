"""An action from open to its accepted end; the case that closes with its last one."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cases.models import Action, Case
from cases.rules import action as rules
from cases.workflow import progress
from cases.workflow.case import close_case
from core.models import Notice
from core.records import StaleVersion
from tests.audit.ledger import recorded

S = Action.State


@pytest.fixture
def case(world):
    return world.make_case(asked=[world.housing_agency])


@pytest.fixture
def action(world, case):
    made = world.make_action(case, world.housing_agency)
    return Action.objects.with_key().select_related("case__panel", "agency", "member").get(pk=made.pk)


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        (S.OPEN, S.IN_PROGRESS, True),
        (S.OPEN, S.DONE, True),
        (S.OPEN, S.NOT_POSSIBLE, True),
        (S.OPEN, S.NOT_DONE, True),
        (S.OPEN, S.REFUSED, True),
        (S.OPEN, S.SUPERSEDED, True),
        (S.OPEN, S.OPEN, False),
        (S.IN_PROGRESS, S.OPEN, False),
        (S.IN_PROGRESS, S.DONE, True),
        (S.IN_PROGRESS, S.SUPERSEDED, True),
        (S.DONE, S.OPEN, True),
        (S.DONE, S.NOT_DONE, False),
        (S.NOT_DONE, S.OPEN, True),
        (S.NOT_DONE, S.DONE, False),
        (S.NOT_POSSIBLE, S.OPEN, True),
        (S.REFUSED, S.OPEN, True),
        (S.SUPERSEDED, S.OPEN, False),
    ],
)
def test_ways(before, after, may):
    assert rules.is_way(before, after) is may


@pytest.mark.parametrize(
    ("days", "state", "urgency"),
    [
        (-1, S.OPEN, "overdue"),
        (0, S.OPEN, "today"),
        (3, S.IN_PROGRESS, "soon"),
        (4, S.OPEN, "later"),
        (-30, S.DONE, "ended"),
    ],
)
def test_urgency(days, state, urgency):
    today = datetime.date(2026, 11, 21)
    assert rules.urgency(Action(due_on=today + datetime.timedelta(days), state=state), today) == urgency


def test_the_agency_reports_and_the_desk_accepts(world, action):
    progress.finish_action(by=world.housing, action=action, state=S.DONE, outcome="Locks changed.", seen=1)
    assert (action.state, action.ended_by, action.version) == (S.DONE, world.housing, 2)
    assert action.history.latest().history_change_reason == "done"
    assert recorded("action.reported")[-1].detail == {"before": "open", "after": "done"}
    progress.accept_closure(by=world.coordinator, action=action, seen=2)
    assert (action.accepted_by, recorded("action.accepted")[-1].member_id) == (world.coordinator, world.coordinator.pk)


def test_the_case_closes_with_its_last_action_and_not_before(world, case, action):
    other = world.make_action(case, world.housing_agency)
    other = Action.objects.with_key().select_related("case__panel").get(pk=other.pk)
    for done in (action, other):
        progress.finish_action(by=world.housing, action=done, state=S.DONE, outcome="Done.", seen=1)
    progress.accept_closure(by=world.coordinator, action=action, seen=2)
    assert Case.objects.get(pk=case.pk).state == Case.State.OPEN
    progress.accept_closure(by=world.coordinator, action=other, seen=2)
    assert Case.objects.get(pk=case.pk).state == Case.State.CLOSED


@pytest.mark.parametrize("state", [S.DONE, S.NOT_POSSIBLE, S.NOT_DONE, S.REFUSED])
def test_an_ending_says_why(world, action, state):
    with pytest.raises(ValidationError) as refusal:
        progress.finish_action(by=world.housing, action=action, state=state, outcome=" ", seen=1)
    assert list(refusal.value.message_dict) == ["outcome"]
    assert Action.objects.get().state == S.OPEN


@pytest.mark.parametrize("who", ["coordinator", "health", "referrer", "liaison_officer"])
def test_only_the_owning_agency_reports(world, action, who):
    with pytest.raises(PermissionDenied):
        progress.finish_action(by=getattr(world, who), action=action, state=S.DONE, outcome="Done.", seen=1)


def test_the_second_of_two_reports_is_refused(world, action):
    again = Action.objects.with_key().select_related("case__panel").get()
    progress.begin_action(by=world.housing, action=action, seen=1)
    with pytest.raises(StaleVersion):
        progress.finish_action(by=world.housing_deputy, action=again, state=S.DONE, outcome="Done.", seen=1)


def test_both_reports_are_shown_to_the_second_writer(world, as_member, action):
    progress.finish_action(by=world.housing, action=action, state=S.NOT_DONE, outcome="No access.", seen=1)
    progress.send_back(by=world.coordinator, action=action, seen=2)
    response = as_member(world.housing_deputy).post(
        reverse("cases:report_action", args=[action.pk]),
        {"state": "done", "outcome": "Locks changed on Friday.", "evidence": "", "seen": "1"},
    )
    page = response.content.decode()
    assert (response.status_code, "No access." in page, "Locks changed on Friday." in page) == (409, True, True)


def test_sent_back_is_open_again_and_told_without_names(world, action):
    progress.finish_action(by=world.housing, action=action, state=S.NOT_DONE, outcome="No access.", seen=1)
    progress.send_back(by=world.coordinator, action=action, seen=2)
    assert (action.state, action.ended_at) == (S.OPEN, None)
    assert set(Notice.objects.values_list("address", flat=True)) == {world.housing.email, world.housing_deputy.email}
    assert not any("Gwynedd" in notice.subject + notice.body for notice in Notice.objects.all())


def test_a_case_says_everything_that_keeps_it_open(world, case, action):
    world.list_case(world.make_meeting(), case)
    done = world.make_action(case, world.housing_agency, state=S.DONE, ended_at=timezone.now())
    assert done.accepted_at is None
    with pytest.raises(ValidationError) as refusal:
        close_case(by=world.coordinator, case=case)
    assert len(refusal.value.messages) == 3


def test_reminders_go_once_before_and_once_after(world, case):
    today = timezone.localdate()
    for days in (-1, 1, 10):
        world.make_action(case, world.housing_agency, due_on=today + datetime.timedelta(days=days))
    assert progress.remind_of_actions(dry_run=True) == {"before": 1, "after": 1}
    assert progress.remind_of_actions() == {"before": 1, "after": 1}
    assert progress.remind_of_actions() == {"before": 0, "after": 0}
    assert Action.history.filter(history_actor="action reminders").count() == 2


@pytest.mark.parametrize(("who", "shown"), [("housing", 1), ("coordinator", 2), ("health", 0)])
def test_each_agency_sees_its_own_actions(world, as_member, case, who, shown):
    world.make_action(case, world.housing_agency)
    world.make_action(case, world.police_agency)
    response = as_member(getattr(world, who)).get(reverse("cases:actions"))
    assert len(response.context["page"].rows) == shown
