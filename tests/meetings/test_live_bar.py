"""What stays in sight of the screen of a sitting: the item, its clock, and how whoever runs the meeting ends it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.meetings.sitting import opened
from tests.signing_in import sign_in

PARTS = ('id="clock"', "Close the item", "Put aside", "Refresh")


def shown(world, name) -> str:
    meeting, _item = opened(world, world.idva)
    return sign_in(Client(), getattr(world, name)).get(reverse("meetings:live", args=[meeting.pk])).content.decode()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("chair", PARTS), ("coordinator", PARTS), ("idva", ('id="clock"', "Refresh"))],
)
def test_the_bar_holds_the_clock_and_the_steps_of_the_one_who_runs_the_meeting(world, name, expected):
    bar = shown(world, name).split('class="confer-sitting__head"')[1].split('id="live_state"')[0]
    assert tuple(part for part in PARTS if part in bar) == expected


@pytest.mark.parametrize(("name", "focusable"), [("chair", False), ("idva", True)])
def test_a_record_without_fields_can_be_scrolled_by_keys(world, name, focusable):
    record = shown(world, name).split('<div class="confer-record"')[1].split(">")[0]
    assert ('tabindex="0"' in record) == focusable
