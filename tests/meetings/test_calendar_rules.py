"""When meetings are, and what may happen to one in which state: tables."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from meetings.models import Meeting
from meetings.rules import calendar as rules
from partnership.models import Panel

STATES = [str(state) for state in Meeting.State]
BEFORE = {"planned", "agenda_open", "agenda_frozen"}
ALLOWED = {
    "ordinary": {
        "change": BEFORE,
        "move": BEFORE,
        "cancel": BEFORE,
        "open_agenda": {"planned"},
        "keep_agenda": BEFORE,
        "list": BEFORE | {"in_session"},
        "send_research": BEFORE,
        "freeze": {"agenda_open"},
        "amend": {"agenda_frozen"},
        "answer": BEFORE | {"in_session"},
    },
}
ALLOWED["emergency"] = ALLOWED["ordinary"] | {"open_agenda": set(), "freeze": {"planned"}}


def test_the_table_holds_every_act():
    assert set(ALLOWED["ordinary"]) == set(rules.ACTS) == set(rules.EMERGENCY)


@pytest.mark.parametrize("kind", ["ordinary", "emergency"])
@pytest.mark.parametrize("act", sorted(rules.ACTS))
def test_in_which_states_an_act_may_happen(kind, act):
    may = {state for state in STATES if rules.may_happen(act, Meeting(kind=kind, state=state))}
    assert may == ALLOWED[kind][act]


def test_a_refusal_says_what_and_when():
    with pytest.raises(ValidationError) as refused:
        rules.require("freeze", Meeting(state="cancelled"))
    assert refused.value.messages == [
        "You cannot freeze the agenda: it is “Cancelled” now. That is possible while it is “Agenda open”."
    ]


def test_an_emergency_meeting_has_no_open_agenda():
    with pytest.raises(ValidationError) as refused:
        rules.require("open_agenda", Meeting(kind="emergency", state="planned"))
    assert refused.value.messages == ["An emergency meeting has no open agenda: freeze it as soon as it has its case."]


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("date", "time", "utc"),
    [
        ("2026-03-28", "09:30", "2026-03-28T09:30"),  # the day before the clocks go forward
        ("2026-03-29", "09:30", "2026-03-29T08:30"),  # the morning after
        ("2026-10-24", "09:30", "2026-10-24T08:30"),
        ("2026-10-25", "09:30", "2026-10-25T09:30"),  # the morning after they go back
        ("2026-10-25", "01:30", "2026-10-25T00:30"),  # the hour that comes twice: the first of the two
    ],
)
def test_wall_time_over_both_clock_changes(date, time, utc):
    moment = rules.at(day(date), datetime.time.fromisoformat(time))
    assert moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M") == utc


def test_a_time_that_the_clocks_skip_is_refused():
    with pytest.raises(ValidationError) as refused:
        rules.at(day("2026-03-29"), datetime.time(1, 30))
    assert refused.value.messages == ["That time does not exist on this day: the clocks go forward in the night."]


@pytest.mark.parametrize(
    ("starts", "cutoff", "due"),
    [
        ("2026-11-26", "2026-11-16 17:00 +0000", "2026-11-24 17:00 +0000"),
        ("2026-04-08", "2026-03-25 17:00 +0000", "2026-04-02 17:00 +0100"),  # Easter and the clocks between
        ("2026-10-27", "2026-10-15 17:00 +0100", "2026-10-23 17:00 +0100"),  # counted in wall time
    ],
)
def test_cutoff_and_research_date(starts, cutoff, due):
    panel = Panel(cutoff_working_days=8, research_working_days=2)
    at = rules.at(day(starts), datetime.time(9, 30))
    shown = [f"{moment:%Y-%m-%d %H:%M %z}" for moment in (rules.cutoff_of(panel, at), rules.research_due_of(panel, at))]
    assert shown == [cutoff, due]


def test_a_cutoff_of_no_days_is_the_meeting_itself_at_the_latest():
    at = rules.at(day("2026-11-26"), datetime.time(9, 30))
    assert rules.cutoff_of(Panel(cutoff_working_days=0), at) == at


@pytest.mark.parametrize(
    ("rhythm", "first", "last", "days"),
    [
        ("weekly", "2026-11-04", "2026-11-25", ["2026-11-04", "2026-11-11", "2026-11-18", "2026-11-25"]),
        ("fortnightly", "2026-11-04", "2026-12-01", ["2026-11-04", "2026-11-18"]),
        ("three_weekly", "2026-11-04", "2026-12-16", ["2026-11-04", "2026-11-25", "2026-12-16"]),
        ("monthly", "2026-11-18", "2027-02-28", ["2026-11-18", "2026-12-16", "2027-01-20", "2027-02-17"]),
        ("monthly", "2026-09-30", "2026-12-31", ["2026-09-30", "2026-10-28", "2026-11-25", "2026-12-30"]),
        ("fortnightly", "2026-12-11", "2027-01-08", ["2026-12-11", "2026-12-29", "2027-01-08"]),  # Christmas Day
        ("weekly", "2026-11-04", "2026-11-03", []),
    ],
)
def test_the_days_of_a_series(rhythm, first, last, days):
    assert [found.isoformat() for found in rules.series_days(rhythm, day(first), day(last))] == days
