"""Pages about a case are recorded as looked at; pages about members alone are not."""

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from tests.meetings.sitting import sign
from tests.signing_in import sign_in


@pytest.fixture
def meeting(world):
    return world.make_meeting(state="agenda_frozen", starts_at=timezone.now())


def looked_at(world, address: str) -> list:
    """What the audit knows after the coordinator opened *address*: things of each event."""
    before = set(Event.objects.values_list("pk", flat=True))
    assert sign_in(Client(), world.coordinator).get(address).status_code == 200
    new = Event.objects.filter(name="record.consulted").exclude(pk__in=before)
    return [event.things for event in new]


@pytest.mark.parametrize("page", ["statement/", "attendance/", "interests/", "", "agenda/freeze/"])
def test_a_page_about_members_alone_records_nothing(world, meeting, page):
    sign(meeting, world.coordinator)
    assert looked_at(world, f"/meetings/{meeting.pk}/{page}") == []


@pytest.mark.parametrize("page", ["interests/", "agenda/freeze/", "agenda/amend/", "research/board/", "agenda/"])
def test_a_page_of_the_meetings_cases_records_each(world, meeting, page):
    item = world.list_case(meeting, world.make_case(), asked=[world.housing_agency])
    assert looked_at(world, f"/meetings/{meeting.pk}/{page}") == [[f"cases.case:{item.listing.case_id}"]]


@pytest.mark.parametrize("page", ["", "remove/"])
def test_a_page_of_one_item_records_its_case(world, meeting, page):
    item = world.list_case(meeting, world.make_case())
    assert looked_at(world, f"/meetings/items/{item.pk}/{page}") == [[f"cases.case:{item.listing.case_id}"]]


def test_listing_a_case_records_it(world):
    meeting, case = world.make_meeting(), world.make_case()
    referral = case.referrals.get()
    assert looked_at(world, f"/meetings/{meeting.pk}/agenda/list/{referral.pk}/") == [[f"cases.case:{case.pk}"]]
