"""The screen of a sitting: every page and part draws, for who leads and who follows."""

import pytest
from django.test import Client
from django.urls import reverse

from meetings.views.screen import PARTS
from meetings.workflow.live import close_item, open_meeting, start_item
from tests.meetings.sitting import fresh, held, opened, sign, today, write_whole
from tests.signing_in import sign_in
from tests.valid_html import assert_valid


def get(member, name, *args, **headers):
    return sign_in(Client(), member).get(reverse(f"meetings:{name}", args=args), headers=headers)


def post(member, name, *args, data=None, **headers):
    return sign_in(Client(), member).post(reverse(f"meetings:{name}", args=args), data or {}, headers=headers)


def test_the_sitting_draws_for_the_chair_and_for_a_follower(world):
    meeting, item = opened(world, world.idva, cases=2)
    world.make_entry(item.listing, world.housing_agency, world.housing, text="Repairs asked for.", reach="minute")
    world.make_action(item.listing.case, world.housing_agency, listing=item.listing)
    for member in (world.chair, world.idva):
        page = get(member, "live", meeting.pk)
        assert page.status_code == 200
        assert "Repairs asked for." in page.content.decode()


def offered(member, meeting) -> tuple[list[str], list[str]]:
    """What *member* may press to lead the sitting: in the middle of the screen, and beside the list of its items."""
    page = get(member, "live", meeting.pk).content.decode()
    beside, _middle_begins, middle = page.partition("confer-sitting__empty")
    words = ("Open the meeting", "Begin item 1", "Issue the actions", "End the meeting")
    return [each for each in words if each in middle], [each for each in words if f">{each}" in beside]


def test_what_comes_next_is_pressed_where_the_chair_looks(world):
    meeting = today(world)
    sign(meeting, world.chair, world.coordinator, world.idva)
    assert offered(world.chair, meeting) == (["Open the meeting"], [])
    assert offered(world.idva, meeting) == ([], [])
    open_meeting(by=world.chair, meeting=fresh(meeting))
    assert offered(world.chair, meeting) == (["Begin item 1"], ["Issue the actions", "End the meeting"])
    item = fresh(meeting.items.get())
    start_item(by=world.chair, item=item)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    assert offered(world.chair, meeting) == (["Issue the actions", "End the meeting"], [])
    assert offered(world.idva, meeting) == ([], [])


@pytest.mark.parametrize("name", PARTS)
def test_each_part_draws_alone_as_in_the_page(world, name):
    meeting, item = opened(world, world.idva)
    write_whole(world, item)
    part = get(world.chair, "live_item_part", meeting.pk, item.pk, name).content.decode()
    assert f'id="{name}"' in part
    assert "<html" not in part


def test_minutes_draw_for_desk_and_agencies(world):
    meeting, _item = held(world, world.idva)
    assert post(world.coordinator, "draft_minutes", meeting.pk).status_code == 302
    assert get(world.chair, "minutes", meeting.pk).status_code == 200
    minutes = meeting.minutes.get()
    assert post(world.coordinator, "check_minutes", meeting.pk, minutes.pk).status_code == 302
    assert get(world.idva, "minutes", meeting.pk).status_code == 200


def test_sheet_interests_and_statement_draw(world):
    meeting = today(world)
    for member in (world.coordinator, world.idva):
        assert get(member, "statement", meeting.pk).status_code == 200
        assert get(member, "interests", meeting.pk).status_code == 200
        sign(meeting, member)
        assert get(member, "attendance", meeting.pk).status_code == 200
        assert get(member, "live", meeting.pk).status_code == 200
    assert get(world.administrator, "statements", world.panel.pk).status_code == 200


def test_every_page_is_valid_html(world):
    meeting, item = opened(world, world.idva)
    write_whole(world, item)
    world.make_entry(item.listing, world.housing_agency, world.housing, kind="proposal", reach="minute")
    world.make_action(item.listing.case, world.housing_agency, listing=item.listing)
    for member in (world.chair, world.idva):
        for name in ("live", "statement", "interests", "attendance"):
            assert_valid(get(member, name, meeting.pk).content.decode())
    assert_valid(get(world.administrator, "statements", world.panel.pk).content.decode())


def test_the_minutes_are_valid_html(world):
    meeting, _item = held(world, world.idva)
    post(world.coordinator, "draft_minutes", meeting.pk)
    assert_valid(get(world.chair, "minutes", meeting.pk).content.decode())
    row = meeting.minutes.get().items.get()
    assert_valid(get(world.chair, "minutes_part", meeting.pk, row.pk, "note:summary").content.decode())
