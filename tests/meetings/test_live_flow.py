"""What happens in a real meeting: an urgent case comes in, the chair is kept from an item, a presenter has left, the
meeting to which a case was put off is cancelled, an agency takes its words back."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Entry
from cases.workflow.entry import withdraw_entry
from core.models import Notice
from meetings.models import AgendaItem, ItemOutcome
from meetings.workflow.agenda import list_case
from meetings.workflow.calendar import cancel_meeting
from meetings.workflow.live import close_item, end_meeting, start_item
from meetings.workflow.minutes import approve_minutes, draft_minutes, send_for_check
from meetings.workflow.passing import pass_item
from meetings.workflow.recording import save_decision
from tests.meetings.sitting import fresh, opened, write_whole
from tests.signing_in import sign_in

Decision = ItemOutcome.Decision
State = AgendaItem.State


def listed(world, meeting, case, type="urgent"):
    return list_case(
        by=world.coordinator, meeting=fresh(meeting), case=case, referral=case.referrals.get(), type=type, minutes=5
    )


# an urgent case comes in while the meeting sits
def test_an_urgent_case_is_listed_heard_and_closed_in_the_same_sitting(world):
    meeting, first = opened(world, world.idva)
    urgent = fresh(listed(world, meeting, world.make_case()))
    assert (urgent.position, urgent.state) == (2, State.WAITING)
    write_whole(world, first)
    close_item(by=world.chair, item=fresh(first))
    with pytest.raises(ValidationError, match="Item 2 was not heard"):
        end_meeting(by=world.chair, meeting=fresh(meeting))
    start_item(by=world.chair, item=fresh(urgent))
    assert AgendaItem.objects.visible_to(world.idva).filter(pk=urgent.pk).exists()
    assert {line.attendance.member for line in urgent.attended.all()} == {world.chair, world.coordinator, world.idva}
    write_whole(world, fresh(urgent))
    close_item(by=world.chair, item=fresh(urgent))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    assert not AgendaItem.objects.exclude(state=State.HEARD).exists()


@pytest.mark.parametrize("type", ["full", "repeat", "transfer", "alert", "restricted"])
def test_only_an_urgent_case_is_added_while_the_meeting_sits(world, type):
    meeting, _item = opened(world)
    with pytest.raises(ValidationError) as refused:
        listed(world, meeting, world.make_case(), type=type)
    assert refused.value.message_dict == {"type": ["The agenda is frozen: only an urgent case can be added."]}


def test_a_case_that_waits_in_this_sitting_is_not_listed_again(world):
    meeting, item = opened(world, cases=2)
    waiting = meeting.items.get(position=2)
    for place in (meeting, world.make_meeting()):
        with pytest.raises(ValidationError, match="The case is listed already"):
            listed(world, place, waiting.listing.case)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    assert listed(world, world.make_meeting(), item.listing.case).position == 1


def test_the_agenda_page_offers_it_while_the_meeting_sits(world):
    meeting, _item = opened(world)
    case = world.make_case()
    client = sign_in(Client(), world.coordinator)
    address = reverse("meetings:list_case", args=[meeting.pk, case.referrals.get().pk])
    page = client.get(reverse("meetings:agenda", args=[meeting.pk])).content.decode()
    assert f'href="{address}"' in page
    assert "The meeting is in session: only an urgent case can be added." in page
    assert 'value="urgent" checked' in " ".join(client.get(address).content.decode().split())


# the chair's agency is kept from one item
def test_another_leads_the_item_from_which_the_chairs_agency_is_kept(world):
    meeting, first = opened(world, world.idva, world.police, cases=2)
    second = fresh(meeting.items.get(position=2))
    world.bar(agency=world.police_agency, case=second.listing.case)
    write_whole(world, first)
    close_item(by=world.chair, item=fresh(first))
    with pytest.raises(PermissionDenied):
        start_item(by=world.chair, item=fresh(second))
    item = start_item(by=world.coordinator, item=fresh(second))
    assert item.led_by == world.coordinator
    assert {line.attendance.member for line in item.attended.all()} == {world.coordinator, world.idva}
    page = sign_in(Client(), world.chair).get(reverse("meetings:live", args=[meeting.pk])).content.decode()
    assert second.listing.case.reference not in page and "Another matter is being discussed" in page
    write_whole(world, fresh(second))
    with pytest.raises(PermissionDenied):
        close_item(by=world.chair, item=fresh(second))
    close_item(by=world.coordinator, item=fresh(second))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    minutes = draft_minutes(by=world.coordinator, meeting=fresh(meeting))
    send_for_check(by=world.coordinator, minutes=fresh(minutes))
    row = minutes.items.select_related("key").get(item=second)
    said = next(part["text"] for part in row.content if part["key"] == "case")
    assert "Cerys Coordinator led this item." in said
    shown = sign_in(Client(), world.chair).get(reverse("meetings:minutes", args=[meeting.pk])).content.decode()
    assert first.listing.case.reference in shown and second.listing.case.reference not in shown
    pass_item(by=world.coordinator, minutes_item=row)
    assert approve_minutes(by=world.chair, minutes=fresh(minutes), early=True).state == "approved"


# deferral
def put_off(world, item, to):
    save_decision(
        by=world.coordinator, item=item, decision=Decision.DEFERRED, reason="No time.", deferred_to=to, seen=0
    )
    return close_item(by=world.chair, item=fresh(item))


def test_a_presenter_who_has_left_is_neither_taken_along_nor_written_to(world):
    _meeting, item = opened(world)
    item.presenter = world.housing
    item.save()
    world.housing.is_active, world.housing.left_at = False, timezone.now()
    world.housing.save()
    Notice.objects.all().delete()
    put_off(world, fresh(item), world.make_meeting())
    assert AgendaItem.objects.get(state=State.WAITING).presenter is None
    assert not Notice.objects.filter(address=world.housing.email).exists()


def test_a_meeting_that_was_cancelled_meanwhile_takes_no_case_and_says_so(world):
    _meeting, item = opened(world)
    to = world.make_meeting()
    save_decision(
        by=world.coordinator, item=item, decision=Decision.DEFERRED, reason="No time.", deferred_to=to, seen=0
    )
    cancel_meeting(by=world.coordinator, meeting=to, reason="place", seen=to.version)
    with pytest.raises(ValidationError, match="You cannot list a case: it is “Cancelled” now"):
        close_item(by=world.chair, item=fresh(item))
    assert fresh(item).state == State.OPEN


def decided_anew(world, item, decision, **more):
    """The chair goes back to a closed item; the decision is another one, and it is closed again."""
    start_item(by=world.chair, item=fresh(item))
    outcome = ItemOutcome.objects.get(item=item)
    save_decision(by=world.coordinator, item=fresh(item), decision=decision, seen=outcome.version, **more)
    return close_item(by=world.chair, item=fresh(item))


def places(case) -> list:
    return list(
        AgendaItem.objects.filter(listing__case=case)
        .order_by("created_at")
        .values_list("meeting", "state", "removed_reason")
    )


def test_a_case_put_off_and_then_heard_the_same_day_is_not_heard_twice(world):
    meeting, item = opened(world)
    to = world.make_meeting()
    write_whole(world, item)
    outcome = ItemOutcome.objects.get(item=item)
    save_decision(
        by=world.coordinator,
        item=fresh(item),
        decision=Decision.DEFERRED,
        reason="No time.",
        deferred_to=to,
        seen=outcome.version,
    )
    close_item(by=world.chair, item=fresh(item))
    assert places(item.listing.case) == [(meeting.pk, "heard", ""), (to.pk, "waiting", "")]
    decided_anew(world, item, Decision.NONE, reason="Already in a refuge.")
    assert places(item.listing.case) == [(meeting.pk, "heard", ""), (to.pk, "waiting", "heard")]


def test_a_case_put_off_to_another_day_waits_there_alone(world):
    meeting, item = opened(world)
    first, second = (world.make_meeting(starts_at=timezone.now() + datetime.timedelta(days=d)) for d in (10, 20))
    put_off(world, item, first)
    decided_anew(world, item, Decision.DEFERRED, reason="No time.", deferred_to=second)
    assert places(item.listing.case) == [
        (meeting.pk, "heard", ""),
        (first.pk, "waiting", "later"),
        (second.pk, "waiting", ""),
    ]


# transfer
def test_a_transferred_case_was_heard_and_says_where_it_went(world):
    meeting, item = opened(world, world.idva)
    write_whole(world, item)
    outcome = fresh(item).outcome
    save_decision(
        by=world.coordinator,
        item=fresh(item),
        decision=Decision.TRANSFERRED,
        transferred_to="Llanfair MARAC",
        seen=ItemOutcome.objects.get(pk=outcome.pk).version,
    )
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    item.listing.refresh_from_db()
    assert item.listing.heard_on == timezone.localdate()
    row = draft_minutes(by=world.coordinator, meeting=fresh(meeting)).items.select_related("key").get()
    assert next(p["text"] for p in row.content if p["key"] == "decision") == "Transferred to Llanfair MARAC"


# words taken back
def test_words_taken_back_in_the_meeting_leave_the_screen_and_the_minutes(world):
    meeting, item = opened(world, world.housing)
    kept = world.make_entry(item.listing, world.housing_agency, world.housing, text="Rent arrears.", reach="minute")
    back = world.make_entry(item.listing, world.housing_agency, world.housing, text="Of the twin.", reach="minute")
    found = Entry.objects.visible_to(world.housing).select_related("listing", "key").get(pk=back.pk)
    withdraw_entry(by=world.housing, entry=found, seen=found.version)
    page = sign_in(Client(), world.chair).get(reverse("meetings:live_item", args=[meeting.pk, item.pk]))
    assert "Rent arrears." in page.content.decode() and "Of the twin." not in page.content.decode()
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    row = draft_minutes(by=world.coordinator, meeting=fresh(meeting)).items.select_related("key").get()
    assert [p["key"] for p in row.content if p["part"] == "entry"] == [f"entry:{kept.pk}"]


def test_a_proposal_is_taken_up_once_also_by_a_double_click(world):
    meeting, item = opened(world, world.housing)
    kept = world.make_entry(
        item.listing, world.housing_agency, world.housing, text="Change the locks.", reach="minute", kind="proposal"
    )
    world.bar(agency=world.council, entry=kept, reason="excluded", until=timezone.now() - datetime.timedelta(hours=1))
    client = sign_in(Client(), world.chair)
    address = reverse("meetings:take_up", args=[meeting.pk, item.pk, kept.pk])
    assert [client.post(address).status_code for _ in range(2)] == [302, 302]
    assert item.listing.actions.count() == 1
