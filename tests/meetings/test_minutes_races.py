"""Two hands on the minutes at the same instant: a row that was loaded before never wins, and never answers a 500."""

import pytest
from django.core.exceptions import ValidationError

from core.models import StaleVersion
from meetings.models import Correction, Minutes, MinutesItem
from meetings.workflow.minutes import (
    approve_minutes,
    correct_approved,
    decide_correction,
    draft_minutes,
    propose_correction,
    send_for_check,
)
from tests.meetings.sitting import fresh, opened, write_whole


@pytest.fixture
def checked(world):
    """Minutes with the agencies, and the key of housing's one part in them."""
    from meetings.workflow.live import close_item, end_meeting

    meeting, item = opened(world, world.housing)
    said = world.make_entry(item.listing, world.housing_agency, world.housing, text="Door kicked in.", reach="minute")
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    minutes = draft_minutes(by=world.coordinator, meeting=fresh(meeting))
    send_for_check(by=world.coordinator, minutes=fresh(minutes))
    return fresh(minutes), f"entry:{said.pk}"


def row_of(minutes) -> MinutesItem:
    return MinutesItem.objects.select_related("key", "minutes__meeting__panel", "item").get(minutes=minutes)


def test_a_correction_that_comes_as_the_chair_approves_is_refused(world, checked):
    minutes, key = checked
    row = row_of(minutes)
    approve_minutes(by=world.chair, minutes=fresh(minutes), early=True)
    with pytest.raises(ValidationError, match="Corrections are taken while the minutes are being checked"):
        propose_correction(by=world.housing, minutes_item=row, key=key, proposed="The door was damaged.")
    assert not Correction.objects.exists()


def test_minutes_are_not_approved_over_a_correction_that_came_first(world, checked):
    minutes, key = checked
    before = Minutes.objects.select_related("meeting__panel").get(pk=minutes.pk)
    propose_correction(by=world.housing, minutes_item=row_of(minutes), key=key, proposed="The door was damaged.")
    with pytest.raises(ValidationError, match="1 proposed corrections are not decided"):
        approve_minutes(by=world.chair, minutes=before, early=True)


def test_a_correction_is_proposed_to_the_words_as_they_stand(world, checked):
    """An earlier correction was accepted after the page was opened."""
    minutes, key = checked
    row = row_of(minutes)
    first = propose_correction(
        by=world.housing_deputy, minutes_item=row_of(minutes), key=key, proposed="The door was damaged."
    )
    decide_correction(by=world.coordinator, correction=first, accept=True, seen=first.version)
    second = propose_correction(by=world.housing, minutes_item=row, key=key, proposed="The front door was damaged.")
    assert second.original == "The door was damaged."


def test_of_two_corrected_versions_begun_at_once_one_is_refused(world, checked):
    minutes, _key = checked
    first = approve_minutes(by=world.chair, minutes=minutes, early=True)
    again = Minutes.objects.with_key().select_related("meeting__panel").get(pk=first.pk)
    correct_approved(by=world.coordinator, minutes=first, change_reason="fact")
    with pytest.raises(ValidationError, match="A corrected version is already being written"):
        correct_approved(by=world.chair, minutes=again, change_reason="fact")
    assert list(Minutes.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_version_that_was_replaced_meanwhile_is_not_corrected(world, checked):
    minutes, _key = checked
    first = approve_minutes(by=world.chair, minutes=minutes, early=True)
    old = Minutes.objects.with_key().select_related("meeting__panel").get(pk=first.pk)
    second = correct_approved(by=world.coordinator, minutes=first, change_reason="fact")
    approve_minutes(by=world.chair, minutes=second)
    with pytest.raises(ValidationError, match="Only approved minutes are corrected by a new version"):
        correct_approved(by=world.coordinator, minutes=old, change_reason="fact")


def test_the_agencies_are_not_asked_again_by_a_draft_that_was_open_before(world, checked):
    minutes, _key = checked
    old = Minutes.objects.select_related("meeting__panel").get(pk=minutes.pk)
    old.state, old.version = "draft", old.version - 1
    with pytest.raises(StaleVersion):
        send_for_check(by=world.coordinator, minutes=old)
