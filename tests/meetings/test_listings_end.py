"""A case waits for the meetings that have still to hear it, and for no other: then nothing of them keeps it open."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.models import Action, Case, Listing
from cases.rules.case import road, why_not_closed
from cases.workflow import progress
from cases.workflow.action import agree_action
from cases.workflow.case import close_case
from meetings.models import AgendaItem, Meeting
from meetings.workflow.agenda import remove_item
from meetings.workflow.calendar import cancel_meeting
from meetings.workflow.live import close_item, end_meeting, leave_item, open_meeting, start_item
from meetings.workflow.recording import save_decision
from tests.meetings.sitting import fresh, held, opened, sign, write_whole


def the_case() -> Case:
    return Case.objects.with_key().select_related("panel").order_by("opened_at").first()


def told(listing) -> list[str]:
    """The reasons of the history of *listing*, the first at first."""
    rows = Listing.history.filter(id=listing.pk, history_change_reason__isnull=False).order_by("history_id")
    return list(rows.values_list("history_change_reason", flat=True))


def put_off(world, item) -> Meeting:
    """*item* is put off to another meeting."""
    later = world.make_meeting()
    save_decision(by=world.chair, item=item, decision="deferred", reason="No police.", deferred_to=later, seen=0)
    close_item(by=world.chair, item=fresh(item))
    return later


def hear_with_action(world, item) -> Action:
    """*item*, being heard, is heard whole with one action of housing's."""
    more = {"agency": world.housing_agency, "text": "Change the locks.", "due_on": timezone.localdate()}
    action = agree_action(by=world.coordinator, case=item.listing.case, listing=item.listing, **more)
    write_whole(world, item, decision="actions", reason="")
    close_item(by=world.chair, item=fresh(item))
    return action


def accept(world, action) -> None:
    action = Action.objects.with_key().select_related("case__panel", "agency").get(pk=action.pk)
    progress.finish_action(by=world.housing, action=action, state="done", outcome="Changed.", seen=action.version)
    progress.accept_closure(by=world.coordinator, action=action, seen=action.version)


def test_a_case_put_off_and_heard_later_closes_with_its_last_action(world):
    meeting, item = opened(world)
    later = put_off(world, item)
    end_meeting(by=world.chair, meeting=fresh(meeting))
    assert (told(item.listing), why_not_closed(the_case())) == (["deferred"], ["listed"])
    Meeting.objects.filter(pk=later.pk).update(state="agenda_frozen", starts_at=timezone.now())
    sign(fresh(later), world.chair, world.coordinator)
    open_meeting(by=world.chair, meeting=fresh(later))
    again = start_item(by=world.chair, item=fresh(later.items.get()))
    action = hear_with_action(world, fresh(again))
    end_meeting(by=world.chair, meeting=fresh(later))
    assert (told(again.listing), why_not_closed(the_case())) == (["agenda.listed", "heard"], ["actions"])
    accept(world, action)
    assert (the_case().state, Listing.objects.waiting().count()) == ("closed", 0)


def test_an_alert_that_was_left_when_the_meeting_ended_keeps_no_case_open(world):
    meeting, item = opened(world, cases=2)
    alert = meeting.items.in_order().last()
    Listing.objects.filter(pk=alert.listing_id).update(type="alert", case=item.listing.case_id)
    action = hear_with_action(world, item)
    assert why_not_closed(the_case()) == ["listed", "actions"]
    end_meeting(by=world.chair, meeting=fresh(meeting))
    assert (told(alert.listing), Listing.objects.get(pk=alert.listing_id).heard_on) == (["meeting_ended"], None)
    accept(world, action)
    assert the_case().state == "closed"


def remove(world, item):
    remove_item(by=world.coordinator, item=item, reason=AgendaItem.Removal.WITHDRAWN, seen=item.version)


def cancel(world, item):
    meeting = Meeting.objects.select_related("key", "panel").get(pk=item.meeting_id)
    more = {"reason": Meeting.Cancellation.OTHER, "words": "Snow.", "seen": meeting.version}
    cancel_meeting(by=world.coordinator, meeting=meeting, **more)


@pytest.mark.parametrize("act", [remove, cancel])
def test_a_case_taken_off_waits_no_more(world, act):
    item = world.list_case(world.make_meeting(), world.make_case())
    act(world, fresh(item))
    listing = Listing.objects.get()
    assert (listing.ended_on, listing.heard_on, told(listing)) == (timezone.localdate(), None, ["agenda.removed"])
    assert why_not_closed(the_case()) == []


def test_going_back_to_an_item_lets_the_case_wait_again(world):
    _meeting, item = opened(world)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    start_item(by=world.chair, item=fresh(item))
    leave_item(by=world.chair, item=fresh(item))
    listing = Listing.objects.get()
    assert (listing.heard_on, listing.ended_on, told(listing)) == (None, None, ["heard", "gone_back"])
    with pytest.raises(ValidationError, match="listed for a meeting that has not heard it"):
        close_case(by=world.coordinator, case=the_case())


def test_the_desk_comes_to_a_case_by_the_agenda_while_it_waits_and_then_to_list_it_again(world):
    roads = []
    item = world.list_case(world.make_meeting(), world.make_case())
    for act in (lambda: None, lambda: remove(world, fresh(item))):
        act()
        roads.append(road(Case.objects.with_road(world.coordinator).get()))
    assert roads == ["agenda_item", "referral"]


def test_a_case_without_actions_is_closed_by_the_desk_and_not_by_itself(world):
    held(world)
    assert (the_case().state, why_not_closed(the_case())) == ("open", [])
    assert close_case(by=world.coordinator, case=the_case()).state == "closed"
