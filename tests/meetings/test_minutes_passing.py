"""A chair who is kept away from an item does not approve its minutes unseen: another of the desk passes it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audit.models import Event
from meetings.models import MinutesItem
from meetings.workflow.live import close_item, end_meeting, start_item
from meetings.workflow.minutes import approve_minutes, correct_approved, draft_minutes, edit_part, send_for_check
from meetings.workflow.passing import pass_item
from tests.meetings.sitting import fresh, opened, write_whole

KEPT = "You are kept away from 1 item. Somebody of the desk who is not must read and pass its minutes."


@pytest.fixture
def sitting(world):
    """Minutes, being checked, of two items; from the second the chair is kept away."""
    meeting, _item = opened(world, world.housing, cases=2)
    for place in list(meeting.items.in_order()):
        place = fresh(place)
        if place.state != "open":
            start_item(by=world.chair, item=place)
        write_whole(world, fresh(place))
        close_item(by=world.chair, item=fresh(place))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    minutes = draft_minutes(by=world.coordinator, meeting=fresh(meeting))
    send_for_check(by=world.coordinator, minutes=minutes)
    world.kept = minutes.items.select_related("key", "case").order_by("position").last()
    world.bar(member=world.chair, case=world.kept.case)
    return fresh(minutes)


def row(world):
    return MinutesItem.objects.select_related("key", "minutes__meeting").get(pk=world.kept.pk)


def approve(world, minutes):
    return approve_minutes(by=world.chair, minutes=minutes, early=True)


def test_it_is_not_approved_before_somebody_else_has_read_it(world, sitting):
    with pytest.raises(ValidationError) as refusal:
        approve(world, sitting)
    assert refusal.value.messages == [KEPT]
    pass_item(by=world.coordinator, minutes_item=row(world))
    again = pass_item(by=world.coordinator, minutes_item=row(world))
    assert (again.passed_by, again.history.first().history_change_reason) == (world.coordinator, "passed")
    assert Event.objects.get(name="minutes.passed").thing_id == world.kept.pk
    assert approve(world, sitting).state == "approved"
    assert row(world).held_back is False
    assert Event.objects.get(name="minutes.approved").detail == {"number": 1, "early": True}


@pytest.mark.parametrize("who", ["chair", "housing", "police"])
def test_who_is_kept_away_or_not_of_the_desk_passes_nothing(world, sitting, who):
    with pytest.raises(PermissionDenied):
        pass_item(by=getattr(world, who), minutes_item=row(world))
    assert row(world).passed_at is None


@pytest.mark.parametrize("how", ["written in", "drafted again"])
def test_what_is_changed_afterwards_was_not_read(world, sitting, how):
    pass_item(by=world.coordinator, minutes_item=row(world))
    part = next(part for part in row(world).content if part["part"] == "case")
    if how == "written in":
        edit_part(by=world.coordinator, minutes_item=row(world), key=part["key"], text="Other.", seen=part["version"])
    else:
        listing = world.kept.item.listing
        world.make_entry(listing, world.housing_agency, world.housing, text="Late words.", reach="minute")
        type(sitting).objects.filter(pk=sitting.pk).update(state="draft", check_until=None)
        draft_minutes(by=world.coordinator, meeting=fresh(sitting.meeting))
    assert (row(world).passed_at, row(world).passed_by) == (None, None)


def test_where_nobody_of_the_desk_may_read_it_it_is_held_back(world, sitting, as_member):
    world.bar(member=world.coordinator, case=world.kept.case)
    world.involve(world.kept.case, world.housing_agency, stage="after")
    minutes = approve(world, sitting)
    assert (minutes.state, row(world).held_back) == ("approved", True)
    assert row(world).history.first().history_change_reason == "held_back"
    assert Event.objects.get(name="minutes.approved").detail["held_back"] == 1
    assert not MinutesItem.objects.visible_to(world.housing).filter(pk=world.kept.pk).exists()
    page = as_member(world.chair).get(reverse("meetings:minutes", args=[sitting.meeting_id]))
    assert page.context["held_back"] == 1
    later = correct_approved(by=world.coordinator, minutes=minutes, change_reason="left_out")
    assert list(later.items.order_by("position").values_list("held_back", flat=True)) == [False, False]


def test_the_coordinator_passes_it_from_the_page(world, sitting, as_member):
    client, page = as_member(world.coordinator), reverse("meetings:minutes", args=[sitting.meeting_id])
    url = reverse("meetings:pass_minutes", args=[sitting.meeting_id, world.kept.pk])
    assert [r.is_to_pass for r in client.get(page).context["rows"]] == [False, True]
    assert f'action="{url}"' in client.get(page).content.decode()
    assert client.post(url).url == f"{page}#item-{world.kept.item.position}"
    assert "Read and passed by" in client.get(page).content.decode()
    assert as_member(world.chair).post(url).status_code == 404
