"""The auditor's pages: who sees them, what the filters leave, and that reading is recorded."""

import csv
import io
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from audit import blocks, door, forms, views
from audit.forms import FilterForm
from audit.models import Event
from audit.verification import verify_and_record
from core.recording import SystemActor, declare, record
from partnership.models import Agency, Member, Partnership, RoleGrant
from tests.audit.ledger import recorded, recorded_names

declare("test.collected", "collection", "Test collected")
declare("test.erased", "erasure", "Test erased")


# Who sees ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), [("get", "/audit/"), ("get", "/audit/1/"), ("post", "/audit/export/")])
def test_only_those_who_may_read_the_audit_do(asker, cast, method, path):
    response = getattr(asker(cast.representative), method)(path)
    assert response.status_code == 403
    assert recorded_names() == ["access.refused"]


@pytest.fixture
def elsewhere(db):
    """An auditor of another partnership, who did something there."""
    partnership = Partnership.objects.create(name="Elsewhere", place="Elsewhere", protocol_name="Elsewhere")
    agency = Agency.objects.create(partnership=partnership, name="Elsewhere Council", short_name="EC", kind="council")
    member = Member.objects.create(email="else@confer.example", name="Else Where", agency=agency, is_active=True)
    RoleGrant.objects.create(member=member, role="auditor")
    record("test.erased", by=member)
    return member


def test_an_auditor_sees_their_partnership_and_what_nobody_known_did(cast, elsewhere):
    record("test.collected", by=cast.representative)
    record("test.collected", by=SystemActor("clock"))
    seen = Event.objects.visible_to(cast.auditor).order_by("id")
    assert [(event.name, event.member_name) for event in seen] == [
        ("test.collected", "Ravi Stone"),
        ("test.collected", "clock"),
    ]
    assert list(Event.objects.visible_to(cast.representative)) == []


def test_another_partnerships_event_is_not_found(asker, cast, elsewhere):
    (theirs,) = recorded()
    assert asker(cast.auditor).get(f"/audit/{theirs.id}/").status_code == 404
    assert recorded_names() == ["test.erased", "access.refused"]


# The list ------------------------------------------------------------------------------------------


def test_the_list_shows_the_latest_first_and_records_the_reading(asker, cast):
    for name in ("test.collected", "test.erased"):
        record(name, by=cast.representative)
    first, second = recorded()
    response = asker(cast.auditor).get("/audit/")
    assert [event.id for event in response.context["page"]] == [second.id, first.id]
    (reading,) = recorded("audit.consulted")
    assert (reading.operation, reading.member_id) == ("audit_reading", cast.auditor.pk)
    assert reading.detail == {"shown": 2, "first": second.id, "last": first.id}


def test_an_empty_list_says_so_and_is_recorded_too(asker, cast):
    response = asker(cast.auditor).get("/audit/")
    assert "Nothing was recorded that fits these filters." in response.content.decode()
    assert [event.detail for event in recorded("audit.consulted")] == [{"shown": 0}]


def test_the_list_goes_on_where_the_page_ended(asker, cast):
    for _ in range(30):
        record("test.collected", by=cast.representative)
    ids = [event.id for event in recorded()]
    ada = asker(cast.auditor)
    first = ada.get("/audit/", {"name": "test.collected"})
    second = ada.get(f"/audit/{first.context['page'].next_url}")
    assert [event.id for event in first.context["page"]] == ids[:4:-1]
    assert [event.id for event in second.context["page"]] == ids[4::-1]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(asker, cast, rows, django_assert_num_queries):
    for _ in range(rows):
        record("test.collected", by=cast.representative)
    # the asker and their roles; the page; members and agencies to choose from; block, waiting, verification; the record
    with django_assert_num_queries(9):
        asker(cast.auditor).get("/audit/")


def test_the_list_says_how_far_it_is_closed_and_verified(asker, cast):
    record("test.collected", by=cast.representative)
    blocks.close_block()
    verify_and_record()
    page = asker(cast.auditor).get("/audit/").content.decode()
    assert "Block 1, up to event" in page
    assert "whole, 1 event" in page
    assert "The last verification found" not in page


def test_a_falsified_audit_is_shown_at_the_top(asker, cast):
    record("audit.verified", by=SystemActor("verify_audit"), detail={"result": "bad", "events": 3})
    page = asker(cast.auditor).get("/audit/").content.decode()
    assert "The last verification found that the audit was falsified." in page


# Filters -------------------------------------------------------------------------------------------

CASE, OTHER = uuid.uuid4(), uuid.uuid4()


def at(day, hour=12):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def six(cast):
    """Six events, by number: who, what, when and about which case."""
    ravi, ada = cast.representative, cast.auditor
    rows = [
        door.unsaved("test.collected", by=ravi, at=at(1), case_id=CASE),
        door.unsaved("test.erased", by=ravi, at=at(2), thing=("cases.case", CASE)),
        door.unsaved("record.consulted", by=ada, at=at(3), reason="search", things=[("cases.case", CASE)]),
        door.unsaved("record.consulted", by=ada, at=at(4), reason="duty", case_id=OTHER),
        door.unsaved("access.refused", by=ravi, at=at(5), thing=("partnership.panel", OTHER)),
        door.unsaved("test.erased", by=SystemActor("clock"), at=at(6, hour=0)),
    ]
    Event.objects.bulk_create(rows)
    return {event.id: number for number, event in enumerate(recorded(), start=1)}


def day(name, number):
    return {f"{name}_day": number, f"{name}_month": 11, f"{name}_year": 2026}


def filtered(member, filters):
    """The page at which the typed *filters* arrive."""
    answer = member.post("/audit/", filters)
    return member.get(answer["Location"]) if answer.status_code == 302 else answer


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"operation": "erasure"}, [6, 2]),
        ({"name": "test.collected"}, [1]),
        ({"member": "ravi"}, [5, 2, 1]),
        ({"agency": "council"}, [4, 3]),
        ({"record": str(CASE)}, [3, 2, 1]),
        ({"record": str(OTHER)}, [5, 4]),
        ({"record": str(OTHER), "refusals": "on"}, [5]),
        ({"kind": "partnership.panel"}, [5]),
        ({"reason": "duty"}, [4]),
        ({"refusals": "on"}, [5]),
        (day("since", 4), [6, 5, 4]),
        (day("until", 2), [2, 1]),
        (day("since", 2) | day("until", 3), [3, 2]),
        (day("until", 5), [5, 4, 3, 2, 1]),
        ({"member": "ravi", "operation": "refusal"}, [5]),
    ],
)
def test_what_the_filters_leave(asker, cast, six, filters, left):
    named = {"ravi": cast.representative.pk, "council": cast.council.pk}
    response = filtered(asker(cast.auditor), {name: named.get(value, value) for name, value in filters.items()})
    assert [six[event.id] for event in response.context["page"]] == left


def test_a_day_ends_at_midnight_in_london(cast):
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight on the second
    Event.objects.bulk_create([door.unsaved("test.collected", by=cast.representative, at=summer)])
    found = {}
    for number in (1, 2):
        given = {f"{name}_{part}": value for name in ("since", "until")
                 for part, value in [("day", number), ("month", 7), ("year", 2026)]}  # fmt: skip
        found[number] = FilterForm(given, member=cast.auditor).chosen().count()
    assert found == {1: 0, 2: 1}


@pytest.mark.parametrize(
    ("filters", "errors"),
    [
        (
            {"record": "nonsense"},
            {"record": ["There is no case with this reference, and it is not the id of a record"]},
        ),
        (
            day("since", 4) | day("until", 3),
            {"until": ["The last day must be the same as or after the first"]},
        ),
        ({"since_day": "31", "since_month": "2", "since_year": "2026"}, {"since": ["From must be a real date"]}),
        ({"operation": "guesswork"}, {"operation": ["Operation: select one of the answers listed"]}),
    ],
)
def test_a_refused_filter_says_why_keeps_what_was_typed_and_shows_nothing(asker, cast, six, filters, errors):
    response = asker(cast.auditor).post("/audit/", filters)
    assert (response.status_code, response.context["form"].errors, list(response.context["page"])) == (422, errors, [])
    assert dict(response.context["filters"]) == {name: str(value) for name, value in filters.items()}


def test_a_cases_reference_is_turned_into_its_id(asker, cast, six, monkeypatch):
    asked = []
    monkeypatch.setattr(forms, "_resolve", lambda *given: asked.append(given) or CASE)
    response = filtered(asker(cast.auditor), {"record": "M-2026-014"})
    assert [six[event.id] for event in response.context["page"]] == [3, 2, 1]
    assert asked == [("M-2026-014", cast.auditor)]


def test_the_address_holds_codes_days_and_ids_and_no_typed_word(asker, cast, monkeypatch):
    monkeypatch.setattr(forms, "_resolve", lambda reference, member: CASE)
    typed = {"record": "M-2026-014", "refusals": "on", "kind": "partnership.panel", "member": cast.representative.pk}
    answer = asker(cast.auditor).post("/audit/", typed | day("since", 4) | {"unasked": "Marigold"})
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/audit/?since_day=4&since_month=11&since_year=2026"
        f"&member={cast.representative.pk}&record={CASE}&kind=partnership.panel&refusals=on",
    )
    assert recorded_names() == []


def test_the_filters_form_sends_nothing_by_its_address(asker, cast):
    page = asker(cast.auditor).get("/audit/").content.decode()
    assert re.findall(r'<form method="(\w+)" action="(/audit/[^"]*)"', page) == [
        ("post", "/audit/"),
        ("post", "/audit/export/"),
    ]


def test_an_address_with_words_is_refused_and_asks_nobody_for_a_reference(asker, cast, six, monkeypatch):
    monkeypatch.setattr(forms, "_resolve", lambda *given: pytest.fail("A reference was looked up from an address"))
    response = asker(cast.auditor).get("/audit/", {"record": "M-2026-014"})
    assert (response.status_code, list(response.context["page"])) == (422, [])


def test_the_export_beside_a_filtered_list_holds_the_same_events(asker, cast, six):
    ada = asker(cast.auditor)
    shown = filtered(ada, {"record": str(OTHER), "refusals": "on"})
    _header, *rows = exported(ada.post("/audit/export/", dict(shown.context["filters"])))
    assert [int(row[0]) for row in rows] == [event.id for event in shown.context["page"]]
    assert len(rows) == 1


def test_the_filters_are_recorded_as_codes_and_never_as_typed(asker, cast, six):
    filtered(asker(cast.auditor), {"record": str(CASE), "member": cast.representative.pk} | day("since", 2))
    (reading,) = recorded("audit.consulted")
    assert {name: reading.detail[name] for name in ("record", "member", "since")} == {
        "record": str(CASE),
        "member": str(cast.representative.pk),
        "since": "2026-11-02",
    }


# One event -----------------------------------------------------------------------------------------


def test_one_event_reads_as_a_sentence_and_is_recorded(asker, cast):
    record(
        "record.consulted",
        by=cast.representative,
        thing=("cases.case", CASE),
        case_id=CASE,
        reason="duty",
        recipients=[{"kind": "agency", "name": "Wexcombe Council", "address": "desk@council.example"}],
        detail={"shown": 2},
    )
    (event,) = recorded()
    page = " ".join(asker(cast.auditor).get(f"/audit/{event.id}/").content.decode().split())
    assert "Consultation by Ravi Stone, Wexcombe Police (Agency representative), on" in page
    assert "Wexcombe Council, desk@council.example (agency)" in page
    assert "A duty to act today, such as an immediate risk" in page
    assert "Not yet in a block" in page
    (reading,) = recorded("audit.event_consulted")
    assert (reading.case_id, reading.detail) == (CASE, {"event": event.id})


@pytest.mark.parametrize("changed", [False, True])
def test_a_falsified_event_says_so(asker, cast, changed):
    event = door.unsaved("test.collected", by=cast.representative)
    event.road = "elsewhere" if changed else event.road
    event.save()
    page = asker(cast.auditor).get(f"/audit/{event.id}/").content.decode()
    assert ("This event is not as it was written" in page) == changed


def test_an_event_in_a_block_says_which(asker, cast):
    record("test.collected", by=None)
    block = blocks.close_block()
    page = asker(cast.auditor).get(f"/audit/{block.last_id}/").content.decode()
    assert "Block 1, closed" in page
    assert "Nobody known" in page


def test_one_event_costs_the_same_whatever_it_holds(asker, cast, django_assert_num_queries):
    for things in (1, 3):
        record("test.collected", by=cast.representative, things=[("cases.case", CASE)] * things)
        event_id = recorded()[-1].id
        with django_assert_num_queries(5):  # the asker and their roles, the event, its block, the record
            asker(cast.auditor).get(f"/audit/{event_id}/")


# The file ------------------------------------------------------------------------------------------


def exported(response):
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="audit-{timezone.localdate():%Y-%m-%d}.csv"'
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_file_holds_what_the_filters_leave_and_its_export_is_recorded(asker, cast, six):
    header, *rows = exported(asker(cast.auditor).post("/audit/export/", {"operation": "erasure"}))
    assert header[:5] == ["Number", "When", "Operation", "Event", "Title"]
    assert [(six[int(row[0])], *row[1:5], row[10], row[11]) for row in rows] == [
        (6, "2026-11-06T00:00:00.000+00:00", "erasure", "test.erased", "Test erased", "clock", ""),
        (2, "2026-11-02T12:00:00.000+00:00", "erasure", "test.erased", "Test erased", "Ravi Stone", "representative"),
    ]
    (export,) = recorded("audit.exported")
    assert (export.operation, export.member_id) == ("export", cast.auditor.pk)
    assert export.detail == {"events": 2, "operation": "erasure"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_taken_for_a_formula(asker, cast, start):
    cast.representative.name = f"{start}HYPERLINK(1)"
    record("test.collected", by=cast.representative)
    _header, row = exported(asker(cast.auditor).post("/audit/export/", {}))
    assert row[10] == f"'{start}HYPERLINK(1)"


def test_too_many_events_are_refused_and_nothing_leaves(asker, cast, six, monkeypatch):
    monkeypatch.setattr(views, "EXPORTED", 5)
    response = asker(cast.auditor).post("/audit/export/", {})
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "There are more than 5 events: choose a shorter period to export them."
    ]
    assert recorded("audit.exported") == []
    assert len(exported(asker(cast.auditor).post("/audit/export/", day("since", 2)))) == 6


def test_a_refused_filter_exports_nothing(asker, cast, six):
    response = asker(cast.auditor).post("/audit/export/", {"record": "nonsense"})
    assert (response.status_code, recorded("audit.exported")) == (422, [])


def test_an_export_that_cannot_be_recorded_does_not_leave(asker, cast, six, monkeypatch):
    def broken(*args, **said):
        raise OSError("the disk is full")

    monkeypatch.setattr(views, "record", broken)
    with pytest.raises(OSError, match="the disk is full"):
        asker(cast.auditor).post("/audit/export/", {})


def test_export_is_a_permission_of_its_own(cast):
    assert views.export.permission != views.events.permission


def test_the_clock_keeps_the_audit():
    from core import clock

    kept = {job.name: (job.seconds, job.run) for job in clock.jobs()}
    assert kept["close audit block"] == (30, blocks.close_block)
    assert kept["verify audit"] == (timedelta(days=1).total_seconds(), verify_and_record)


def test_the_references_of_cases_and_referrals_lead_to_what_was_recorded_of_them(world, as_member):
    case, referral = world.make_case(), world.make_referral()
    for thing in (case, referral):
        record("test.collected", by=world.coordinator, thing=thing)
    auditor, found = as_member(world.auditor), {}
    for reference in (case.reference, referral.reference.lower()):
        response = filtered(auditor, {"record": reference, "name": "test.collected"})
        found[reference] = [event.thing_id for event in response.context["page"]]
    assert found == {case.reference: [case.pk], referral.reference.lower(): [referral.pk]}
    assert auditor.post("/audit/", {"record": "AB-1999-9999"}).status_code == 422
