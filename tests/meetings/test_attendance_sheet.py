"""The attendance sheet: observers, apologies, times, and the cases each person attended."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.models import Attendance, ItemAttendance, Meeting
from meetings.workflow.attendance import add_observer, mark_arrived, mark_left, observer_signed, record_apologies
from meetings.workflow.live import leave_item, start_item
from tests.audit.ledger import recorded
from tests.meetings.sitting import fresh, opened, sign, today
from tests.signing_in import sign_in

State = Meeting.State
KEEPABLE = {State.AGENDA_OPEN, State.AGENDA_FROZEN, State.IN_SESSION, State.MINUTES_DRAFT}


def attendees(item) -> set[str]:
    lines = Attendance.objects.filter(items__item=item).select_related("member")
    return {line.member.name if line.member else line.observer_name for line in lines}


@pytest.mark.parametrize("state", [s for s in State if s != State.CANCELLED])
def test_the_sheet_is_kept_in_these_states(world, state):
    meeting = today(world, state=state)
    enter = lambda: add_observer(by=world.coordinator, meeting=meeting, name="Obs", organisation="Uni", signed=True)  # noqa: E731
    if state in KEEPABLE:
        enter()
    else:
        with pytest.raises(PermissionDenied):
            enter()
    assert Attendance.objects.exists() is (state in KEEPABLE)


def test_only_the_desk_enters_others(world):
    meeting = today(world)
    with pytest.raises(PermissionDenied):
        add_observer(by=world.idva, meeting=meeting, name="Obs", organisation="Uni", signed=True)
    with pytest.raises(PermissionDenied):
        record_apologies(by=world.idva, meeting=meeting, agency=world.health_agency, member=world.health)


def test_an_observer_hears_only_once_they_signed_on_paper(world):
    meeting, item = opened(world)
    observer = add_observer(
        by=world.coordinator, meeting=fresh(meeting), name="Olwen", organisation="Uni", signed=False
    )
    assert attendees(item) == {"Dafydd Chair", "Cerys Coordinator"}
    observer_signed(by=world.coordinator, attendance=observer)
    assert attendees(item) == {"Dafydd Chair", "Cerys Coordinator", "Olwen"}
    joined = recorded("item.joined")[-1]
    assert [r["kind"] for r in joined.recipients] == ["observer"]


def test_apologies_say_whether_information_came_and_when(world):
    meeting = today(world)
    with pytest.raises(ValidationError, match="date on which"):
        record_apologies(
            by=world.coordinator,
            meeting=meeting,
            agency=world.health_agency,
            member=world.health,
            information_sent=True,
        )
    line = record_apologies(
        by=world.coordinator,
        meeting=meeting,
        agency=world.health_agency,
        member=world.health,
        information_sent=True,
        received_on=datetime.date(2026, 11, 18),
    )
    assert (line.apologies, line.information_sent, line.information_received_on) == (
        True,
        True,
        datetime.date(2026, 11, 18),
    )
    assert line.history.get().history_change_reason == "apologies"
    assert recorded("attendance.apologies_entered")[0].detail == {"information_sent": True}


def test_apologies_are_not_entered_for_somebody_present(world):
    meeting = today(world)
    sign(meeting, world.idva)
    with pytest.raises(ValidationError, match="is present"):
        record_apologies(by=world.coordinator, meeting=meeting, agency=world.idva_agency, member=world.idva)


def test_who_left_does_not_attend_the_next_item_and_who_joins_late_does(world):
    meeting, item = opened(world, world.idva, cases=2)
    mark_left(by=world.idva, attendance=Attendance.objects.select_related("meeting").get(member=world.idva))
    leave_item(by=world.chair, item=item)
    second = fresh(meeting.items.in_order().last())
    start_item(by=world.chair, item=second)
    assert attendees(second) == {"Dafydd Chair", "Cerys Coordinator"}
    sign(fresh(meeting), world.housing)
    assert attendees(second) == {"Dafydd Chair", "Cerys Coordinator", "Harri Housing"}
    assert attendees(item) == {"Dafydd Chair", "Cerys Coordinator", "Isla Idva"}


def test_times_in_and_out_are_kept(world):
    _meeting, _item = opened(world, world.idva)
    line = Attendance.objects.select_related("meeting").get(member=world.idva)
    came = line.arrived_at
    mark_left(by=world.coordinator, attendance=line)
    assert line.left_at >= came
    mark_arrived(by=world.coordinator, attendance=line)
    assert (line.arrived_at, line.left_at) == (came, None)
    assert [h.history_change_reason for h in line.history.order_by("history_date")] == ["signed", "left", "arrived"]


def test_a_member_marks_only_themselves(world):
    _meeting, _item = opened(world, world.idva, world.housing)
    line = Attendance.objects.select_related("meeting").get(member=world.housing)
    with pytest.raises(PermissionDenied):
        mark_left(by=world.idva, attendance=line)


def test_coming_without_signing_hears_nothing(world):
    meeting, _item = opened(world)
    line = Attendance.objects.create(meeting=meeting, member=world.health, agency=world.health_agency)
    mark_arrived(by=world.coordinator, attendance=Attendance.objects.select_related("meeting").get(pk=line.pk))
    assert not ItemAttendance.objects.filter(attendance=line).exists()


def test_the_page_enters_observers_and_apologies_and_keeps_what_was_typed(world):
    meeting, _item = opened(world)
    client = sign_in(Client(), world.coordinator)
    refused = client.post(reverse("meetings:enter_observer", args=[meeting.pk]), {"observer-name": "Olwen"})
    assert refused.status_code == 422
    assert 'value="Olwen"' in refused.content.decode()
    client.post(
        reverse("meetings:enter_observer", args=[meeting.pk]),
        {"observer-name": "Olwen", "observer-organisation": "Uni", "observer-signed": "yes"},
    )
    day = timezone.localdate()
    client.post(
        reverse("meetings:enter_apologies", args=[meeting.pk]),
        {
            "apologies-member": str(world.health.pk),
            "apologies-information_sent": "yes",
            "apologies-received_on_day": day.day,
            "apologies-received_on_month": day.month,
            "apologies-received_on_year": day.year,
        },
    )
    page = client.get(reverse("meetings:attendance", args=[meeting.pk])).content.decode()
    assert "Olwen" in page
    assert Attendance.objects.get(member=world.health).information_received_on == day


@pytest.mark.parametrize("lines", [1, 3])
def test_the_sheet_takes_the_same_queries_for_one_line_and_three(world, lines, django_assert_num_queries):
    meeting, _item = opened(world, *[world.idva, world.housing, world.health][:lines])
    client = sign_in(Client(), world.coordinator)
    address = reverse("meetings:attendance", args=[meeting.pk])
    client.get(address)
    with django_assert_num_queries(SHEET_QUERIES):
        client.get(address)


SHEET_QUERIES = 10
