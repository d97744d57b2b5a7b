"""A miss: the same 404 whether the row is hidden or absent, and the audit says who asked for what."""

import re
import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import path

from audit.finding import find_or_404
from partnership.models import Member
from tests.audit import stage
from tests.audit.ledger import recorded

GONE = uuid.uuid4()
TOKEN = re.compile(rb"[A-Za-z0-9]{64}")  # the form token, new in every answer


def test_a_hidden_row_is_a_404_and_a_refusal(asker, cast):
    response = asker(cast.representative).get(f"/opened/{cast.auditor.pk}/")
    assert response.status_code == 404
    (event,) = recorded()
    assert (event.name, event.operation, event.thing_kind, event.thing_id, event.reason, event.road) == (
        "access.refused",
        "refusal",
        "partnership.member",
        cast.auditor.pk,
        "not_visible",
        "opened",
    )
    assert event.member_id == cast.representative.pk


@pytest.mark.parametrize(("pk", "named"), [(GONE, GONE), ("no-id-at-all", None), ("%00", None)])
def test_what_does_not_exist_is_a_404_and_is_recorded_as_missed(asker, cast, pk, named):
    assert asker(cast.representative).get(f"/opened/{pk}/").status_code == 404
    assert [(event.name, event.thing_kind, event.thing_id) for event in recorded()] == [
        ("access.missed", "partnership.member", named)
    ]


def test_hidden_and_absent_cost_the_same_and_read_the_same(asker, cast):
    ravi = asker(cast.representative)
    ravi.get(f"/opened/{uuid.uuid4()}/")  # whatever is loaded once is loaded now
    answers, counts = [], []
    for pk in (cast.auditor.pk, uuid.uuid4()):
        with CaptureQueriesContext(connection) as queries:
            answers.append(TOKEN.sub(b"", ravi.get(f"/opened/{pk}/").content))
        counts.append(len(queries))
    assert answers[0] == answers[1]
    assert counts[0] == counts[1]


def test_a_found_row_is_given_and_not_recorded(asker, cast, rf):
    request = rf.get("/")
    assert find_or_404(request, Member.objects.all(), pk=cast.auditor.pk) == cast.auditor
    assert recorded() == []


def missing_in_a_transaction(request, pk):
    with transaction.atomic():
        cast_off = Member.objects.get(pk=request.user.pk)
        cast_off.job_title = "Changed and rolled back"
        cast_off.save()
        find_or_404(request, Member.objects.none(), pk=pk)


@pytest.mark.django_db(transaction=True)
def test_a_refusal_survives_the_roll_back_of_the_act(asker, cast, monkeypatch):
    monkeypatch.setattr(
        stage, "urlpatterns", [*stage.urlpatterns, path("rolled/<str:pk>/", missing_in_a_transaction, name="rolled")]
    )
    from django.urls import clear_url_caches

    clear_url_caches()
    response = asker(cast.representative).get(f"/rolled/{cast.auditor.pk}/")
    cast.representative.refresh_from_db()
    assert (response.status_code, cast.representative.job_title) == (404, "")
    assert [(event.name, event.thing_id) for event in recorded()] == [("access.refused", cast.auditor.pk)]
    clear_url_caches()
