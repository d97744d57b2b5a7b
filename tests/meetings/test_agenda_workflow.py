"""Listing, ordering, presenting and taking off: row, history, audit, letter."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.models import Case, Involvement, Listing
from core.models import Notice as Letter
from core.records import StaleVersion
from meetings.models import AgendaItem, Return
from meetings.rules import agenda as rules
from meetings.workflow import agenda as verbs
from meetings.workflow.research import send_research
from partnership.models import Signatory
from tests.audit.ledger import recorded, recorded_names


def listed(world, meeting, case=None, type="full", by=None, **more):
    case = case or world.make_case()
    return verbs.list_case(
        by=by or world.coordinator, meeting=meeting, case=case, referral=case.referrals.get(), type=type, **more
    )


def why(row):
    return row.history.latest().history_change_reason


def asked_names(item):
    return [agency.short_name for agency in rules.asked_for(item.listing)]


EVERYBODY = [
    "Aberwenlli Homes",
    "Children’s Services",
    "Haven Advocates",
    "Wenlli Health",
    "Wenlli Police",
    "Wenlli Probation",
]


@pytest.fixture
def meeting(world):
    return world.make_meeting(state="planned")


def test_listing_opens_the_agenda_and_the_research(world, meeting):
    item = listed(world, meeting)
    meeting.refresh_from_db()
    assert (meeting.state, item.position, item.listing.type) == ("agenda_open", 1, "full")
    assert item.listing.key.kind == "listing" and item.listing.key_id != item.listing.case.key_id
    assert asked_names(item) == EVERYBODY
    assert (why(item), why(item.listing)) == ("agenda.listed", "agenda.listed")
    assert [event.detail for event in recorded("agenda.listed")] == [{"type": "full", "agencies": 6}]
    assert Case.objects.visible_to(world.health).filter(pk=item.listing.case_id).exists()
    assert not Letter.objects.exists()


def test_only_tier_1_signatories_of_this_instant_are_asked(world, meeting):
    Signatory.objects.filter(agency=world.health_agency).update(until=timezone.now())
    Signatory.objects.filter(agency=world.probation_agency).update(tier=Signatory.Tier.DEPERSONALISED)
    item = listed(world, meeting, agencies=[world.health_agency, world.police_agency])
    assert asked_names(item) == ["Wenlli Police"]
    assert "Wenlli Probation" not in asked_names(listed(world, meeting))


@pytest.mark.parametrize("on", ["case", "referral"])
def test_a_barred_agency_is_not_asked(world, meeting, on):
    case = world.make_case()
    world.bar(agency=world.police_agency, **{on: case if on == "case" else case.referrals.get()})
    item = listed(world, meeting, case)
    assert asked_names(item) == [name for name in EVERYBODY if name != "Wenlli Police"]
    with pytest.raises(ValidationError) as refused:
        verbs.ask_agency(by=world.coordinator, item=item, agency=world.police_agency)
    assert refused.value.messages == ["Wenlli Police is barred from this case."]


def test_a_restricted_listing_asks_nobody_by_itself(world, meeting):
    item = listed(world, meeting, type="restricted")
    assert asked_names(item) == []
    verbs.ask_agency(by=world.coordinator, item=item, agency=world.idva_agency)
    assert asked_names(item) == ["Haven Advocates"]


def test_a_deferred_restricted_case_stays_with_few(world, meeting):
    item = listed(world, meeting, type="restricted", agencies=[world.idva_agency])
    verbs.remove_item(by=world.coordinator, item=item, reason="later", seen=item.version)
    again = listed(world, world.make_meeting(state="agenda_frozen"), item.listing.case, type="urgent")
    assert asked_names(again) == []


def test_a_late_addition_extends_the_requests_that_were_sent(world, meeting):
    listed(world, meeting)
    send_research(by=world.coordinator, meeting=meeting)
    Letter.objects.all().delete()
    item = listed(world, meeting, agencies=[world.health_agency])
    assert [(r.request.agency, r.state) for r in Return.objects.filter(listing=item.listing)] == [
        (world.health_agency, "outstanding")
    ]
    assert [letter.subject for letter in Letter.objects.all()] == ["Aberwenlli MARAC: the list has grown"]


def test_a_case_is_listed_once_and_only_when_accepted(world, meeting):
    case = world.make_case()
    listed(world, meeting, case)
    shown = f"{timezone.localtime(meeting.starts_at):%-d %B %Y}"
    with pytest.raises(ValidationError) as refused:
        listed(world, world.make_meeting(starts_at=timezone.now() + datetime.timedelta(days=24)), case)
    assert refused.value.messages == [f"The case is listed already, for the meeting of {shown}."]
    other = world.make_case()
    referral = other.referrals.get()
    referral.state = "withdrawn"
    with pytest.raises(ValidationError) as refused:
        verbs.list_case(by=world.coordinator, meeting=meeting, case=other, referral=referral, type="full")
    assert refused.value.messages == ["The referral has not been accepted for this case."]


def test_after_the_freeze_only_an_urgent_case_is_added(world):
    frozen = world.make_meeting(state="agenda_frozen")
    with pytest.raises(ValidationError) as refused:
        listed(world, frozen)
    assert refused.value.message_dict == {"type": ["The agenda is frozen: only an urgent case can be added."]}
    assert listed(world, frozen, type="urgent").listing.type == "urgent"


@pytest.mark.parametrize("name", ["housing", "referrer", "auditor", "administrator", "liaison_officer"])
def test_who_may_not_list(world, meeting, name):
    with pytest.raises(PermissionDenied):
        listed(world, meeting, by=getattr(world, name))


def test_whoever_records_the_meeting_may_defer_to_the_next(world, meeting):
    assert listed(world, meeting, by=world.chair).meeting == meeting


def test_taking_off_closes_research_and_frees_the_referral(world, meeting):
    item = listed(world, meeting)
    verbs.remove_item(
        by=world.coordinator, item=item, reason="other", words=" Withdrawn by the police ", seen=item.version
    )
    item.refresh_from_db()
    item = AgendaItem.objects.visible_to(world.coordinator).get(pk=item.pk)
    assert (item.removed_by, item.removed_reason) == (world.coordinator, "other")
    assert (item.removed_words, item.key) == ("Withdrawn by the police", item.listing.key)
    assert not Involvement.objects.live().filter(listing=item.listing).exists()
    assert not AgendaItem.objects.visible_to(world.health).exists()
    assert why(item) == "agenda.removed"
    assert recorded_names()[-1] == "agenda.removed"
    assert listed(world, meeting, item.listing.case).position == 2


def order_of(world, meeting):
    return [item.listing.case.reference for item in meeting.items.standing().in_order().select_related("listing__case")]


def test_ordering_saves_only_what_moved(world, meeting):
    a, b, c = (listed(world, meeting) for _ in range(3))
    references = [item.listing.case.reference for item in (a, b, c)]
    verbs.order_items(by=world.coordinator, meeting=meeting, order=[b.pk, a.pk, c.pk])
    assert order_of(world, meeting) == [references[1], references[0], references[2]]
    assert [event.detail for event in recorded("agenda.ordered")] == [{"moved": 2}]
    assert c.history.count() == 1
    verbs.move_item(by=world.coordinator, item=c, to=1)
    assert order_of(world, meeting) == [references[2], references[1], references[0]]


def test_an_order_of_another_agenda_is_refused(world, meeting):
    a = listed(world, meeting)
    listed(world, meeting)
    with pytest.raises(ValidationError) as refused:
        verbs.order_items(by=world.coordinator, meeting=meeting, order=[a.pk])
    assert refused.value.messages == ["The agenda has changed meanwhile. Look at it again and put it in order then."]


def test_a_case_hidden_from_the_coordinator_keeps_its_place(world, meeting):
    a, hidden, c = (listed(world, meeting) for _ in range(3))
    world.bar(case=hidden.listing.case, member=world.coordinator)
    verbs.order_items(by=world.coordinator, meeting=meeting, order=[c.pk, a.pk])
    assert [item.pk for item in meeting.items.standing().in_order()] == [c.pk, hidden.pk, a.pk]


def test_a_new_presenter_is_asked_and_confirms(world, meeting):
    item = listed(world, meeting)
    verbs.change_item(by=world.coordinator, item=item, seen=item.version, type="full", presenter=world.housing)
    item.refresh_from_db()
    assert (item.presenter, item.presenter_confirmed_at, why(item)) == (world.housing, None, "agenda.item_changed")
    assert recorded_names()[-2:] == ["agenda.item_changed", "agenda.presenter_chosen"]
    assert [(letter.address, letter.subject) for letter in Letter.objects.all()] == [
        (world.housing.email, "Aberwenlli MARAC: please confirm that you present")
    ]
    with pytest.raises(PermissionDenied):
        verbs.confirm_presenter(by=world.housing_deputy, item=item)
    verbs.confirm_presenter(by=world.housing, item=item)
    assert AgendaItem.objects.get().presenter_confirmed_at is not None
    verbs.decline_presenter(by=world.housing, item=item)
    assert (AgendaItem.objects.get().presenter, why(item)) == (None, "agenda.presenter_declined")


def test_a_presenter_must_be_able_to_see_the_case(world, meeting):
    item = listed(world, meeting, agencies=[world.police_agency])
    world.bar(case=item.listing.case, member=world.police)
    able = {member.name for member in rules.may_present(meeting, item.listing)}
    assert able == {"Cerys Coordinator", "Dafydd Chair", "Harri Housing", "Dilys Deputy"}
    with pytest.raises(ValidationError) as refused:
        verbs.change_item(by=world.coordinator, item=item, seen=item.version, type="full", presenter=world.police)
    assert refused.value.message_dict == {"presenter": ["This member cannot see the case, so cannot present it."]}


def test_a_stale_change_of_an_item_is_refused(world, meeting):
    item = listed(world, meeting)
    verbs.change_item(by=world.coordinator, item=item, seen=item.version, type="full", minutes=20)
    with pytest.raises(StaleVersion):
        verbs.change_item(by=world.coordinator, item=item, seen=1, type="full", minutes=5)


def test_asking_an_agency_no_longer_closes_the_case_to_it(world, meeting):
    item = listed(world, meeting)
    assert verbs.release_agency(by=world.coordinator, meeting=meeting, agency=world.health_agency) == 1
    assert "Wenlli Health" not in asked_names(item)
    assert not Case.objects.visible_to(world.health).exists()
    assert recorded_names()[-1] == "agenda.agency_released"


def test_slots_follow_each_other_and_an_alert_takes_no_time(world, meeting):
    items = [
        listed(world, meeting),
        listed(world, meeting, type="alert"),
        listed(world, meeting, minutes=20),
        listed(world, meeting),
    ]
    slots = rules.slots(meeting, items)
    passed = [(slots[i.pk].starts_at - meeting.starts_at).seconds // 60 for i in items]
    assert (passed, [slots[i.pk].minutes for i in items]) == ([0, 12, 12, 32], [12, 0, 20, 12])
    assert rules.finish_of(meeting, items) == meeting.starts_at + datetime.timedelta(minutes=44)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("abc", "abc", []),
        ("abc", "bca", ["order a"]),
        ("abcd", "dabc", ["order d"]),
        ("abc", "cba", ["order b", "order a"]),
        ("abc", "acd", ["added d", "removed b"]),
    ],
)
def test_what_changed_between_two_issues(before, after, changes):
    def content(letters):
        rows = [{"item": x, "reference": x, "type": "full", "minutes": 12, "presenter": ""} for x in letters]
        return {"starts_at": "then", "chair": "c", "items": rows}

    found = rules.changes_between(content(before), content(after))
    assert [f"{change['change']} {change['reference']}" for change in found] == changes


def test_the_listing_types_are_the_six_of_the_practice():
    assert [str(type) for type in Listing.Type] == ["full", "repeat", "transfer", "urgent", "alert", "restricted"]
