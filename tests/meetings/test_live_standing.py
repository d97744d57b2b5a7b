"""An agency's standing ends while the meeting sits: its screens shut, the chair is told, nothing is said before they
have left."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from meetings.models import Attendance
from meetings.workflow.attendance import confirm_left
from meetings.workflow.live import leave_item, start_item
from partnership.models import Signatory
from tests.audit.ledger import recorded
from tests.meetings.sitting import fresh, opened


def end_standing(agency, at=None):
    Signatory.objects.filter(agency=agency).update(until=at or timezone.now(), ended="suspended")


def at_0942():
    """Today at 9:42 by the wall, or just now where that has not come yet."""
    wall = timezone.localtime().replace(hour=9, minute=42, second=0, microsecond=0)
    return min(wall, timezone.localtime() - datetime.timedelta(seconds=1))


def poll(client, meeting, item, mark=""):
    address = reverse("meetings:live_now", args=[meeting.pk])
    return client.get(address, {"item": item.pk}, headers={"If-None-Match": mark} if mark else {})


def test_the_next_poll_of_its_people_shows_the_item_gone_and_the_page_says_why(world, as_member):
    meeting, item = opened(world, world.health, world.housing)
    client = as_member(world.health)
    mark = poll(client, meeting, item)["ETag"]
    assert poll(client, meeting, item, mark).status_code == 204
    ended = at_0942()
    end_standing(world.health_agency, ended)
    answer = poll(client, meeting, item, mark).json()
    assert (answer["gone"], answer["current"], answer["parts"]) == (True, "", {})
    page = client.get(reverse("meetings:live", args=[meeting.pk]))
    day = f"{ended.day} {ended:%B %Y}"
    assert page.context["ended"] == (
        f"The standing of Wenlli Health under the protocol ended at {ended:%H:%M} on {day}."
    )
    assert page.context["ended"] in page.content.decode()
    assert item.listing.case.reference not in page.content.decode()


def test_the_chairs_screen_notices_at_its_next_poll_and_names_who_should_have_left(world, as_member):
    meeting, item = opened(world, world.health)
    client = as_member(world.chair)
    first = poll(client, meeting, item)
    ended = at_0942()
    end_standing(world.health_agency, ended)
    second = poll(client, meeting, item, first["ETag"])
    assert second.status_code == 200
    assert second.json()["tags"]["room"] != first.json()["tags"]["room"]
    room = client.get(reverse("meetings:live_part", args=[meeting.pk, "room"]))
    assert [(agency.name, [line.member.name for line in lines]) for agency, lines in room.context["room"]["gone"]] == [
        ("Wenlli Health", ["Hana Health"])
    ]
    assert f"The standing of Wenlli Health under the protocol ended at {ended:%H:%M}." in room.content.decode()


def test_the_next_item_begins_once_the_chair_confirmed_that_they_left(world, as_member):
    meeting, item = opened(world, world.health, world.housing, cases=2)
    ended = at_0942()
    end_standing(world.health_agency, ended)
    leave_item(by=world.chair, item=fresh(item))
    second = fresh(meeting.items.in_order().last())
    with pytest.raises(ValidationError) as refusal:
        start_item(by=world.chair, item=second)
    assert refusal.value.messages == [
        f"The standing of Wenlli Health under the protocol ended at {ended:%H:%M}. Confirm that its people have left."
    ]
    client = as_member(world.chair)
    client.post(reverse("meetings:confirm_left", args=[meeting.pk]), {"agency": world.health_agency.pk})
    line = Attendance.objects.get(meeting=meeting, member=world.health)
    assert line.left_at is not None
    assert line.history.first().history_change_reason == "standing_ended"
    assert [event.detail for event in recorded("attendance.left")] == [{"why": "standing_ended"}]
    start_item(by=world.chair, item=fresh(second))
    heard = [a.attendance.member for a in second.attended.select_related("attendance__member")]
    assert world.health not in heard and world.housing in heard


def test_nobody_is_put_out_whose_agency_stands(world):
    meeting, _item = opened(world, world.health)
    assert confirm_left(by=world.chair, meeting=fresh(meeting), agency_id=world.health_agency.pk) == 0
    assert Attendance.objects.present().filter(member=world.health).exists()
    with pytest.raises(PermissionDenied):
        confirm_left(by=world.health, meeting=fresh(meeting), agency_id=world.health_agency.pk)
