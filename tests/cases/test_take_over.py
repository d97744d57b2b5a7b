"""What was said in a case is not said in another, unless its agency says it again, and why."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Entry
from cases.workflow.entry import take_over_entry
from tests.audit.ledger import recorded


@pytest.fixture
def two(world):
    """A closed case in which housing and health spoke, and a new one about which both are asked."""
    asked = [world.housing_agency, world.health_agency]
    old = world.list_case(world.make_meeting(), world.make_case(), asked=asked)
    for agency, by, text in (
        (world.housing_agency, world.housing, "Arrears since the spring."),
        (world.health_agency, world.health, "Seen in March."),
    ):
        world.make_entry(old.listing, agency, by, text=text)
    Case.objects.update(state="closed", closed_at=timezone.now())
    new = world.list_case(world.make_meeting(), world.make_case(), asked=asked)
    return old.listing, new.listing


def test_a_new_case_begins_with_no_entry_of_the_closed_one(world, two):
    _old, new = two
    for member in (world.coordinator, world.housing, world.health):
        assert not Entry.objects.visible_to(member).filter(listing=new).exists()


def test_taking_over_is_a_new_entry_and_a_recorded_combination(world, two):
    old, new = two
    mine = Entry.objects.with_key().get(agency=world.housing_agency, listing=old)
    taken = take_over_entry(by=world.housing, entry=mine, listing=new, why="The tenancy is the same.")
    assert (taken.text, taken.taken_from, taken.key_id) == ("Arrears since the spring.", mine, new.key_id)
    assert taken.history.get().history_change_reason == "entry.taken_over"
    event = recorded("entry.taken_over")[0]
    assert (event.operation, event.case_id, event.things) == ("combination", new.case_id, [f"cases.entry:{mine.pk}"])
    assert Entry.objects.filter(listing=old).count() == 2


def test_only_the_agency_that_said_it_and_only_with_a_reason(world, two):
    old, new = two
    theirs = Entry.objects.with_key().get(agency=world.health_agency, listing=old)
    for member in (world.housing, world.coordinator, world.children):
        with pytest.raises(PermissionDenied):
            take_over_entry(by=member, entry=theirs, listing=new, why="It is needed.")
    with pytest.raises(ValidationError, match="Say why"):
        take_over_entry(by=world.health, entry=theirs, listing=new, why=" ")
    world.bar(agency=world.health_agency, case=old.case)
    with pytest.raises(PermissionDenied):
        take_over_entry(by=world.health, entry=theirs, listing=new, why="It is needed.")


def test_the_page_offers_the_own_agencys_entries_alone(world, two, as_member):
    old, new = two
    client = as_member(world.housing)
    page = reverse("cases:take_over_entry", args=[new.pk])
    text = client.get(page).content.decode()
    assert ("Arrears since the spring." in text, "Seen in March." in text) == (True, False)
    mine = Entry.objects.get(agency=world.housing_agency, listing=old)
    assert client.post(page, {"entry": mine.pk, "why": ""}).status_code == 422
    assert client.post(page, {"entry": mine.pk, "why": "The same tenancy."}).status_code == 302
    assert Entry.objects.filter(listing=new).count() == 1
