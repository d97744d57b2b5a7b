"""An open page asks whether its words are still to be read: 204 while they are, another mark once they are not."""

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Entry, Involvement, Sheet, Track
from cases.workflow.entry import change_entry, withdraw_entry
from tests.cases.schemes_for_tests import begun, filled, managed_case

POLL = {"X-Confer-Poll": "1"}


def mark_on(page) -> str:
    return page.content.decode().split('data-mark="')[1].split('"')[0]


def asks(client, name, pk, mark):
    return client.get(reverse(name, args=[pk]), headers=POLL | {"If-None-Match": f'"{mark}"'})


def shut(world, entry):
    world.bar(agency=world.housing_agency, entry=entry, reason="consent")


def changed(world, entry):
    entry = Entry.objects.with_key().get(pk=entry.pk)
    change_entry(by=world.health, entry=entry, seen=entry.version, text="Seen on Friday.")


def withdrawn(world, entry):
    withdraw_entry(by=world.health, entry=Entry.objects.with_key().get(pk=entry.pk), seen=entry.version)


def another(world, entry):
    world.make_entry(entry.listing, world.health_agency, world.health, "At the surgery.")


@pytest.mark.parametrize("happens", [shut, changed, withdrawn, another])
def test_the_entries_of_a_case(world, as_member, happens, django_assert_num_queries):
    item = world.list_case(world.make_meeting(), world.make_case(), asked=[world.health_agency, world.housing_agency])
    world.sign(item.meeting, world.housing)
    entry = world.make_entry(item.listing, world.health_agency, world.health)
    client, case = as_member(world.housing), item.listing.case_id
    mark, recorded = mark_on(client.get(reverse("cases:case_entries", args=[case]))), Event.objects.count()
    with django_assert_num_queries(5):
        assert asks(client, "cases:entries_now", case, mark).status_code == 204
    assert Event.objects.count() == recorded
    happens(world, entry)
    answer = asks(client, "cases:entries_now", case, mark)
    assert (answer.status_code, answer.content, answer["ETag"] == f'"{mark}"') == (200, b"", False)


def test_who_loses_the_case_is_told_nothing_more(world, as_member):
    item = world.list_case(world.make_meeting(), world.make_case(), asked=[world.housing_agency])
    client, case = as_member(world.housing), item.listing.case_id
    mark = mark_on(client.get(reverse("cases:case_entries", args=[case])))
    Involvement.objects.filter(agency=world.housing_agency).update(until=timezone.now())
    assert asks(client, "cases:entries_now", case, mark).status_code == 404


def test_the_management_of_a_case(world, as_member):
    case = managed_case(world, world.housing_agency)
    track = begun(world.coordinator, case)
    client = as_member(world.coordinator)
    mark = mark_on(client.get(reverse("cases:case_management", args=[case.pk])))
    assert asks(client, "cases:management_now", case.pk, mark).status_code == 204
    Track.objects.filter(pk=track.pk).update(version=track.version + 1)
    assert asks(client, "cases:management_now", case.pk, mark).status_code == 200


@pytest.mark.parametrize("closed", [False, True], ids=["changed", "closed"])
def test_a_record_of_a_case(world, as_member, closed):
    sheet = filled(world.coordinator, managed_case(world, world.housing_agency))
    client = as_member(world.housing)
    mark = mark_on(client.get(reverse("cases:sheet", args=[sheet.pk])))
    assert asks(client, "cases:sheet_now", sheet.pk, mark).status_code == 204
    if closed:
        Involvement.objects.filter(agency=world.housing_agency).update(until=timezone.now())
    else:
        Sheet.objects.filter(pk=sheet.pk).update(version=sheet.version + 1)
    assert asks(client, "cases:sheet_now", sheet.pk, mark).status_code == (404 if closed else 200)
