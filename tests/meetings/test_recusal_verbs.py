"""Interests: asked, declared, lifted; and that a recused member loses the item on every road."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from cases.models import Action, Bar, Case, Entry, Party
from meetings.models import AgendaItem, ItemNote, ItemOutcome, Meeting, Recusal, Return
from meetings.workflow.live import leave_item, start_item
from meetings.workflow.recusal import ask_interest, declare_interest, declare_no_interest, lift_recusal
from tests.audit.ledger import recorded, recorded_names
from tests.meetings.sitting import fresh, opened, sign, today, write_whole
from tests.signing_in import sign_in

State = Meeting.State
DECLARABLE = {State.PLANNED, State.AGENDA_OPEN, State.AGENDA_FROZEN, State.IN_SESSION}


def first(meeting):
    return fresh(meeting.items.in_order().first())


def sees(member, item) -> set[str]:
    """The roads by which *member* still finds something of *item*."""
    case = item.listing.case
    roads = {
        "case": Case.objects.visible_to(member).filter(pk=case.pk),
        "item": AgendaItem.objects.visible_to(member).filter(pk=item.pk),
        "people": Party.objects.visible_to(member).filter(case=case),
        "entries": Entry.objects.visible_to(member).filter(case=case),
        "returns": Return.objects.visible_to(member).filter(listing=item.listing),
        "notes": ItemNote.objects.visible_to(member).filter(item=item),
        "outcome": ItemOutcome.objects.visible_to(member).filter(item=item),
        "actions": Action.objects.visible_to(member).filter(case=case),
    }
    return {name for name, rows in roads.items() if rows.exists()}


EVERYTHING = {"case", "item", "people", "entries", "returns", "notes", "outcome", "actions"}


@pytest.mark.parametrize("who", ["chair", "coordinator", "idva", "housing"])
def test_a_recused_member_loses_the_item_on_every_road(world, who):
    _meeting, item = opened(world, world.idva, world.housing)
    world.make_entry(item.listing, world.health_agency, world.health)
    world.make_action(item.listing.case, world.housing_agency, listing=item.listing)
    write_whole(world, item)
    member = getattr(world, who)
    assert sees(member, item) == EVERYTHING
    declare_interest(by=member, item=item)
    assert sees(member, item) == set()


def test_declaring_writes_recusal_bar_and_events(world):
    item = first(today(world))
    recusal = declare_interest(by=world.idva, item=item)
    bar = Bar.objects.get()
    assert (bar.case, bar.member, bar.agency, bar.reason) == (item.listing.case, world.idva, None, "recusal")
    assert (recusal.state, recusal.bar, recusal.declared_by) == ("recused", bar, world.idva)
    assert recusal.history.get().history_change_reason == "declared"
    assert recorded_names() == ["access.barred", "interest.declared"]


def test_the_whole_agency_stays_away(world):
    item = first(today(world))
    declare_interest(by=world.housing, item=item, whole_agency=True)
    assert not AgendaItem.objects.visible_to(world.housing_deputy).exists()
    assert AgendaItem.objects.visible_to(world.health).exists()


@pytest.mark.parametrize("state", list(State))
def test_interests_are_declared_until_the_meeting_ends(world, state):
    more = {"cancelled_at": "2026-01-01T00:00Z"} if state == State.CANCELLED else {}
    item = first(today(world, state=state, **more))
    if state in DECLARABLE:
        declare_interest(by=world.idva, item=item)
    else:
        with pytest.raises(ValidationError):
            declare_interest(by=world.idva, item=item)
    assert Bar.objects.exists() is (state in DECLARABLE)


def test_the_desk_asks_and_sees_the_answer(world):
    item = first(today(world))
    asked = ask_interest(by=world.coordinator, item=item, member=world.idva)
    assert (asked.state, asked.asked_by) == ("asked", world.coordinator)
    declare_no_interest(by=world.idva, item=item)
    assert list(Recusal.objects.visible_to(world.coordinator).values_list("state", flat=True)) == ["none"]
    assert not Recusal.objects.visible_to(world.health).exists()
    with pytest.raises(PermissionDenied):
        ask_interest(by=world.idva, item=item, member=world.health)


def test_nobody_else_declares_for_a_member_but_the_desk(world):
    item = first(today(world))
    with pytest.raises(PermissionDenied):
        declare_interest(by=world.health, item=item, member=world.idva)
    assert declare_interest(by=world.coordinator, item=item, member=world.idva).declared_by == world.coordinator


def test_lifting_is_the_desks_recorded_and_gives_the_item_back(world):
    _meeting, item = opened(world, world.idva)
    recusal = declare_interest(by=world.idva, item=item)
    with pytest.raises(PermissionDenied):
        declare_no_interest(by=world.idva, item=item)
    with pytest.raises(PermissionDenied):
        lift_recusal(by=world.idva, recusal=recusal, why="declared_in_error")
    assert not AgendaItem.objects.visible_to(world.idva).exists()
    lift_recusal(by=world.coordinator, recusal=recusal, why="declared_in_error")
    assert AgendaItem.objects.visible_to(world.idva).get() == item
    assert recorded("interest.lifted")[0].reason == "declared_in_error"


def test_nobody_lifts_what_binds_themselves(world):
    item = first(today(world))
    recusal = declare_interest(by=world.coordinator, item=item)
    with pytest.raises(PermissionDenied):
        lift_recusal(by=world.coordinator, recusal=recusal, why="resolved")


def test_an_item_that_lost_its_chair_is_led_by_somebody_named(world):
    _meeting, item = opened(world)
    leave_item(by=world.chair, item=item)
    declare_interest(by=world.chair, item=fresh(item))
    with pytest.raises(PermissionDenied):
        start_item(by=world.chair, item=fresh(item))
    with pytest.raises(ValidationError, match="cannot lead"):
        start_item(by=world.coordinator, item=fresh(item), leader=world.chair)
    assert start_item(by=world.coordinator, item=fresh(item)).led_by == world.coordinator


def test_a_recused_member_is_no_recipient_of_what_is_disclosed(world):
    meeting = today(world)
    item = first(meeting)
    sign(meeting, world.chair, world.coordinator, world.idva, world.housing)
    declare_interest(by=world.idva, item=item)
    from meetings.workflow.live import open_meeting

    open_meeting(by=world.chair, meeting=fresh(meeting))
    start_item(by=world.chair, item=fresh(item))
    names = {r["name"] for r in recorded("item.opened")[0].recipients}
    assert names == {"Dafydd Chair", "Cerys Coordinator", "Harri Housing"}


def test_the_screen_of_a_recused_member_says_only_that_another_matter_is_discussed(world):
    meeting, item = opened(world, world.idva)
    declare_interest(by=world.idva, item=item)
    client = sign_in(Client(), world.idva)
    page = client.get(reverse("meetings:live", args=[meeting.pk])).content.decode()
    assert "Another matter is being discussed" in page
    assert item.listing.case.reference not in page
    assert "O’Gwynedd" not in page
    assert client.get(reverse("meetings:live_item", args=[meeting.pk, item.pk])).status_code == 404
    told = client.get(reverse("meetings:live_now", args=[meeting.pk])).json()
    assert (told["current"], told["hidden"]) == ("", True)
    assert str(item.pk) not in str(told)


def test_the_page_of_interests_takes_answers(world):
    meeting = today(world, cases=2)
    kept, free = meeting.items.in_order()
    client = sign_in(Client(), world.idva)
    client.post(reverse("meetings:declare_interest", args=[meeting.pk, kept.pk]))
    client.post(reverse("meetings:no_interest", args=[meeting.pk, free.pk]))
    page = client.get(reverse("meetings:interests", args=[meeting.pk])).content.decode()
    assert "You stay away from one case of this meeting." in page
    assert list(AgendaItem.objects.visible_to(world.idva)) == [free]
    assert dict(Recusal.objects.values_list("item", "state")) == {kept.pk: "recused", free.pk: "none"}


@pytest.mark.parametrize("cases", [1, 3])
def test_interests_take_the_same_queries_for_one_case_and_three(world, cases, django_assert_num_queries):
    meeting = today(world, cases=cases)
    client = sign_in(Client(), world.coordinator)
    address = reverse("meetings:interests", args=[meeting.pk])
    client.get(address)
    with django_assert_num_queries(INTERESTS_QUERIES):
        client.get(address)


INTERESTS_QUERIES = 10
