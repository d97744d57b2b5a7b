"""From the first signature to approved minutes, through the verbs alone."""

import datetime

from django.utils import timezone

from cases.models import Entry
from cases.workflow.action import agree_action
from meetings.models import Meeting, MinutesItem
from meetings.workflow.live import close_item, end_meeting, issue_actions
from meetings.workflow.minutes import approve_minutes, draft_minutes, send_for_check
from meetings.workflow.recording import save_decision
from tests.meetings.sitting import fresh, opened, write_whole


def test_a_sitting_from_signature_to_approved_minutes(world):
    meeting, item = opened(world, world.idva, world.housing)
    world.make_entry(item.listing, world.housing_agency, world.housing, text="Repairs asked for.", reach="minute")
    world.make_entry(item.listing, world.housing_agency, world.housing, text="Never in writing.", reach="say")
    write_whole(world, item)
    action = agree_action(
        by=world.coordinator,
        case=item.listing.case,
        listing=item.listing,
        agency=world.housing_agency,
        text="Change the locks.",
        due_on=timezone.localdate() + datetime.timedelta(days=3),
    )
    save_decision(by=world.coordinator, item=item, decision="actions", seen=2)
    close_item(by=world.chair, item=fresh(item))
    assert issue_actions(by=world.coordinator, meeting=fresh(meeting)) == 1
    end_meeting(by=world.chair, meeting=fresh(meeting))
    minutes = draft_minutes(by=world.coordinator, meeting=fresh(meeting))
    send_for_check(by=world.coordinator, minutes=fresh(minutes))
    approve_minutes(by=world.chair, minutes=minutes, early=True)

    assert fresh(meeting).state == Meeting.State.APPROVED
    rows = list(MinutesItem.objects.visible_to(world.housing))
    assert [part["text"] for row in rows for part in row.content if part["part"] == "entry"] == ["Repairs asked for."]
    assert f"action:{action.pk}" in [part["key"] for part in rows[0].content]
    assert not Entry.objects.visible_to(world.idva).exists()
    assert not MinutesItem.objects.visible_to(world.health).exists()
