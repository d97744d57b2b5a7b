"""When a request from outside is due: one table for all kinds, their stops and extensions, and both clock changes."""

import datetime

import pytest

from disclosures.models import OutsidePause, OutsideRequest
from disclosures.rules.clocks import due_on, is_late, may_extend_until, review_due_on

day = datetime.date.fromisoformat


def asked(kind, received, **more) -> OutsideRequest:
    return OutsideRequest(kind=kind, received_on=day(received), **more)


def stops(*periods):
    return [
        OutsidePause(why=why, since_on=day(since), until_on=day(until) if until else None)
        for why, since, until in periods
    ]


ID, CLEAR = "identity", "clarification"


@pytest.mark.parametrize(
    ("kind", "received", "due"),
    [
        ("foi", "2026-11-02", "2026-11-30"),
        ("foi", "2026-11-01", "2026-11-27"),  # on a Sunday: the Monday is the first day
        ("foi", "2026-12-14", "2027-01-14"),  # over Christmas, Boxing Day in its place, New Year
        ("foi", "2026-03-20", "2026-04-21"),  # over Easter and the night in which the clocks go forward
        ("foi", "2026-10-16", "2026-11-13"),  # over the night in which they go back
        ("eir", "2026-11-02", "2026-11-30"),
        ("sar", "2026-09-03", "2026-10-05"),  # 3 October is a Saturday
        ("sar", "2026-11-20", "2026-12-21"),  # 20 December is a Sunday
        ("sar", "2026-11-25", "2026-12-29"),  # Christmas, Boxing Day (Saturday), Sunday, the day in its place
        ("sar", "2026-01-31", "2026-03-02"),  # no 31 February; the 28th is a Saturday
        ("sar", "2028-01-31", "2028-02-29"),  # a leap year
        ("sar", "2026-03-29", "2026-04-29"),  # received in the night in which the clocks go forward
        ("sar", "2026-10-25", "2026-11-25"),  # received in the night in which they go back
        ("sar", "2026-12-01", "2027-01-04"),  # New Year’s Day, then a weekend
        ("sar_part3", "2026-11-02", "2026-12-02"),
        ("rectification", "2026-11-02", "2026-12-02"),
        ("erasure", "2026-11-02", "2026-12-02"),
        ("objection", "2026-11-02", "2026-12-02"),
        ("complaint", "2026-11-02", "2026-12-02"),  # 30 days, from the day after
        ("complaint", "2026-11-05", "2026-12-07"),  # the 30th day is a Saturday
        ("court", "2026-11-02", None),
        ("victim", "2026-11-02", None),
    ],
)
def test_due_without_stops(kind, received, due):
    assert due_on(asked(kind, received), []) == (day(due) if due else None)


@pytest.mark.parametrize("kind", ["court", "victim"])
def test_a_court_or_the_police_set_the_day_themselves(kind):
    assert due_on(asked(kind, "2026-11-02", asked_by_on=day("2026-11-20")), []) == day("2026-11-20")


@pytest.mark.parametrize(
    ("kind", "received", "periods", "due"),
    [
        ("sar", "2026-11-02", [(ID, "2026-11-03", "2026-11-10")], "2026-12-10"),  # begins anew when identity is shown
        ("sar", "2026-11-02", [(CLEAR, "2026-11-03", "2026-11-10")], "2026-12-09"),  # stands for seven days
        ("sar", "2026-11-02", [(ID, "2026-11-03", "2026-11-10"), (CLEAR, "2026-11-12", "2026-11-13")], "2026-12-11"),
        # a stop before the time began anew adds nothing to it
        ("sar", "2026-11-02", [(CLEAR, "2026-11-03", "2026-11-05"), (ID, "2026-11-06", "2026-11-10")], "2026-12-10"),
        ("sar", "2026-11-02", [(CLEAR, "2026-11-03", "2026-11-03")], "2026-12-02"),  # asked and answered on one day
        ("sar", "2026-11-02", [(CLEAR, "2026-11-03", None)], None),  # it stands
        ("foi", "2026-11-02", [(CLEAR, "2026-11-04", "2026-11-11")], "2026-12-09"),  # 20 working days anew
        ("eir", "2026-11-02", [(CLEAR, "2026-11-04", "2026-11-11")], "2026-12-09"),
        ("erasure", "2026-11-02", [(ID, "2026-11-03", "2026-11-10")], "2026-12-10"),
        ("sar", "2026-03-20", [(CLEAR, "2026-03-27", "2026-03-30")], "2026-04-23"),  # three days, one of 23 hours
        ("sar", "2026-10-20", [(CLEAR, "2026-10-24", "2026-10-26")], "2026-11-23"),  # two days, one of 25; a Sunday
    ],
)
def test_due_with_stops(kind, received, periods, due):
    assert due_on(asked(kind, received), stops(*periods)) == (day(due) if due else None)


@pytest.mark.parametrize(
    ("kind", "extension", "due"),
    [
        ("sar", "complex", "2027-02-02"),
        ("sar_part3", "complex", "2027-02-02"),
        ("objection", "complex", "2027-02-02"),
        ("foi", "public_interest", "2026-12-30"),
        ("eir", "volume", "2026-12-30"),
    ],
)
def test_due_when_extended(kind, extension, due):
    assert due_on(asked(kind, "2026-11-02", extension=extension), []) == day(due)


def test_an_extended_month_keeps_its_stops():
    request = asked("sar", "2026-11-02", extension="complex")
    assert due_on(request, stops((CLEAR, "2026-11-03", "2026-11-10"))) == day("2027-02-09")


@pytest.mark.parametrize(
    ("kind", "last"),
    [("sar", "2026-12-02"), ("foi", "2026-11-30"), ("complaint", None), ("court", None), ("victim", None)],
)
def test_until_when_more_time_may_be_taken(kind, last):
    assert may_extend_until(asked(kind, "2026-11-02"), []) == (day(last) if last else None)
    assert may_extend_until(asked(kind, "2026-11-02", extension="complex"), []) is None


def test_an_acknowledged_complaint_has_no_day_any_more():
    assert due_on(asked("complaint", "2026-11-02", acknowledged_on=day("2026-11-03")), []) is None


@pytest.mark.parametrize(
    ("kind", "due"), [("foi", "2026-11-30"), ("eir", "2026-12-30"), ("sar", None), ("complaint", None)]
)
def test_by_when_an_internal_review_is_answered(kind, due):
    assert review_due_on(asked(kind, "2026-10-01"), day("2026-11-02")) == (day(due) if due else None)


@pytest.mark.parametrize(
    ("due", "instant", "late"),
    [
        ("2026-03-29", "2026-03-29T22:59:59+00:00", False),  # summer time: 23:59:59 of that day
        ("2026-03-29", "2026-03-29T23:00:00+00:00", True),  # midnight in London
        ("2026-03-28", "2026-03-28T23:59:59+00:00", False),  # the last night of winter time
        ("2026-03-28", "2026-03-29T00:00:00+00:00", True),
        ("2026-10-24", "2026-10-24T22:59:59+00:00", False),  # the last night of summer time
        ("2026-10-24", "2026-10-24T23:00:00+00:00", True),
        ("2026-10-25", "2026-10-25T23:59:59+00:00", False),
        ("2026-10-25", "2026-10-26T00:00:00+00:00", True),
    ],
)
def test_late_begins_at_midnight_in_london(due, instant, late):
    request = OutsideRequest(kind="sar", state="search", due_on=day(due))
    assert is_late(request, datetime.datetime.fromisoformat(instant)) is late


@pytest.mark.parametrize("state", ["clarify", "closed"])
def test_what_stands_or_is_closed_is_not_late(state):
    assert is_late(OutsideRequest(kind="sar", state=state, due_on=day("2020-01-01"))) is False
