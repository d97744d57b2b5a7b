"""The auditor's pages through the whole stack of a signed-in member: valid, and closed to others."""

import uuid

import pytest
from django.utils import timezone

from core.recording import record
from tests.audit.ledger import recorded, recorded_names
from tests.valid_html import assert_valid


@pytest.fixture
def signed_in(cast, as_member):
    """``signed_in(member)``: a client of that member."""

    def enter(member):
        member.enrolled_at = timezone.now()
        member.save()
        return as_member(member)

    return enter


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/audit/", 200),
        ("/audit/?refusals=on", 200),
        ("/audit/?record=nonsense&since_day=31", 422),
        ("/audit/?member=nobody&at=nowhere", 422),
        ("/audit/{event}/", 200),
        ("/audit/999999/", 404),
        (f"/audit/{10**30}/", 404),
    ],
)
def test_the_auditors_pages_are_valid(cast, signed_in, address, status):
    event = record("record.consulted", by=cast.representative, thing=("cases.case", uuid.uuid4()), reason="duty")
    record("access.refused", by=cast.representative, reason="read_audit")
    response = signed_in(cast.auditor).get(address.format(event=event.id))
    assert response.status_code == status
    assert_valid(response.content)


@pytest.mark.parametrize(("method", "address"), [("get", "/audit/"), ("get", "/audit/1/"), ("post", "/audit/export/")])
def test_a_representative_is_refused_once_and_that_is_recorded(cast, signed_in, method, address):
    client = signed_in(cast.representative)
    before = recorded_names()
    assert getattr(client, method)(address).status_code == 403
    assert recorded_names() == [*before, "access.refused"]


def test_nobody_is_asked_to_sign_in(client, db):
    response = client.get("/audit/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=%2Faudit%2F")
    assert recorded_names() == []


def test_reading_carries_the_session_and_the_address_of_the_reader(cast, signed_in):
    signed_in(cast.auditor).get("/audit/", REMOTE_ADDR="192.0.2.9")
    (reading,) = recorded("audit.consulted")
    assert (reading.address, reading.road, len(reading.session)) == ("192.0.2.9", "audit:events", 16)


def test_the_question_why_is_valid(cast, signed_in):
    response = signed_in(cast.representative).post("/audit/reason/", {"case": uuid.uuid4(), "then": "/"})
    assert response.status_code == 422
    assert_valid(response.content)
