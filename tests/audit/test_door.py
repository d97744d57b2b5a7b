"""The door: what it writes, what it refuses, and that no act happens without it."""

import uuid
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import RequestFactory

from audit import door, mac
from audit.models import AppendOnly, Event
from audit.request import observing, session_digest
from core import recording
from core.recording import SystemActor, Undeclared, Unrecorded, declare, record
from tests.audit.ledger import recorded, recorded_names

declare("test.altered", "alteration", "Test altered")
declare("test.sent", "disclosure", "Test sent")
declare("test.decided", "administration", "Test decided", reasons=["yes", "no"])


@pytest.fixture
def emptied():
    yield recording.fill(None)
    recording.fill(door.write)


def test_an_event_says_who_what_and_why_as_they_were(cast):
    case_id, thing_id = uuid.uuid4(), uuid.uuid4()
    record(
        "test.sent",
        by=cast.representative,
        thing=cast.panel,
        case_id=case_id,
        panel_id=cast.panel.pk,
        reason="minutes",
        recipients=[{"kind": "agency", "id": cast.council.pk, "name": "Wexcombe Council", "address": "a@b.example"}],
        things=[cast.police, ("cases.entry", thing_id)],
        detail={"letters": 2, "way": "smime", "digest": "3FA9"},
    )
    (event,) = recorded()
    assert mac.of_row(event)[1:-1] == [
        "disclosure",
        "test.sent",
        "partnership.panel",
        cast.panel.pk,
        case_id,
        cast.panel.pk,
        cast.partnership.pk,
        cast.representative.pk,
        "Ravi Stone",
        ["representative"],
        cast.police.pk,
        "Wexcombe Police",
        "minutes",
        "",
        [{"kind": "agency", "id": str(cast.council.pk), "name": "Wexcombe Council", "address": "a@b.example"}],
        [f"partnership.agency:{cast.police.pk}", f"cases.entry:{thing_id}"],
        {"letters": 2, "way": "smime", "digest": "3FA9"},
        "",
        "",
    ]


def test_the_code_of_an_event_holds_after_a_round_through_the_database(cast):
    record("test.altered", by=cast.representative, detail={"b": [1, None], "a": {"z": True, "y": "é".encode().hex()}})
    (event,) = recorded()
    assert event.mac == mac.event_mac(mac.of_row(event))


@pytest.mark.parametrize("column", mac.EVENT_COLUMNS)
def test_the_code_covers_every_column(cast, column):
    event = door.unsaved("test.altered", by=cast.representative, thing=cast.panel)
    before = mac.event_mac(mac.of_row(event))
    setattr(event, column, "something else")
    assert mac.event_mac(mac.of_row(event)) != before


def test_every_column_is_covered_but_the_id_and_the_code():
    columns = {field.attname for field in Event._meta.concrete_fields}
    assert columns - set(mac.EVENT_COLUMNS) == {"id", "mac"}


def test_every_column_holds_an_id_a_code_or_a_professional():
    """A new column must be placed here: none may hold what describes a subject."""
    ids = {"id", "thing_id", "case_id", "panel_id", "partnership_id", "member_id", "agency_id", "things", "salt"}
    codes = {"at", "operation", "name", "thing_kind", "reason", "road", "detail", "session", "mac", "member_roles"}
    professionals = {"member_name", "agency_name", "recipients", "address"}
    assert {field.attname for field in Event._meta.get_fields()} == ids | codes | professionals
    assert [field.name for field in Event._meta.get_fields() if field.is_relation] == []


def test_the_clock_is_named_and_has_no_agency(db):
    record("test.altered", by=SystemActor("reminders"))
    (event,) = recorded()
    assert (event.member_id, event.member_name, event.member_roles, event.agency_name) == (None, "reminders", [], "")


def test_nobody_is_nobody(db):
    record("test.altered", by=None)
    assert [(event.member_id, event.member_name) for event in recorded()] == [(None, "")]


def test_the_request_lends_its_facts(cast):
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    request.session = SimpleNamespace(session_key="a key that opens a session")
    with observing(request):
        record("test.altered", by=cast.representative)
    (event,) = recorded()
    assert (event.address, event.session, event.road) == ("192.0.2.7", session_digest(request), "")
    assert event.session == "211fa495d1630cf9"


@pytest.mark.parametrize(
    ("event", "said", "error"),
    [
        ("test.unheard_of", {}, Undeclared),
        ("record.consulted", {}, Undeclared),
        ("record.consulted", {"reason": "curiosity"}, Undeclared),
        ("test.decided", {"reason": "perhaps"}, Undeclared),
        ("test.decided", {}, Undeclared),
        ("test.altered", {"reason": "Because I said so"}, ValueError),
        ("test.altered", {"detail": {"name": "Marigold"}}, ValueError),
        ("test.altered", {"detail": {"note": "two words"}}, ValueError),
        ("test.altered", {"detail": {"list": ["a", {"b": "Two Words"}]}}, ValueError),
        ("test.altered", {"detail": {"Key Word": 1}}, ValueError),
        ("test.altered", {"detail": {"share": 0.5}}, ValueError),
        ("test.altered", {"detail": {"long": "a" * 101}}, ValueError),
        ("test.altered", {"recipients": [{"name": "Council", "note": "x"}]}, ValueError),
        ("test.altered", {"case_id": "not an id"}, ValueError),
    ],
)
def test_what_the_door_refuses(cast, event, said, error):
    with pytest.raises(error):
        record(event, by=cast.representative, **said)
    assert recorded() == []


@pytest.mark.parametrize("value", ["smime", "member.invited", "2026-11-21", "M-2026-014", "cases:case", 3, True, None])
def test_codes_and_counts_pass(cast, value):
    record("test.altered", by=cast.representative, detail={"value": value})
    assert [event.detail for event in recorded()] == [{"value": value}]


def test_an_empty_door_makes_the_verb_fail(cast, emptied):
    with pytest.raises(Unrecorded), transaction.atomic():
        cast.panel.name = "Another"
        cast.panel.save()
        record("test.altered", by=cast.representative, thing=cast.panel)
    cast.panel.refresh_from_db()
    assert (cast.panel.name, recorded()) == ("Wexcombe MARAC", [])


def test_an_act_that_is_rolled_back_leaves_no_event(cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("test.altered", by=cast.representative)
        1 / 0
    assert recorded_names() == []


def test_declaring_a_name_for_two_operations_is_refused():
    with pytest.raises(ValueError, match=r"test\.altered is declared twice"):
        declare("test.altered", "erasure", "Test erased")


def test_python_refuses_to_change_or_delete_an_event(cast):
    record("test.altered", by=cast.representative)
    (event,) = recorded()
    for attempt in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(reason="x")):
        with pytest.raises(AppendOnly):
            attempt()
    assert recorded_names() == ["test.altered"]


@pytest.mark.parametrize(
    ("name", "reason", "words"),
    [
        ("record.consulted", "research", "Research for a meeting"),
        ("access.refused", "research", "Answer a research request with what the agency knows"),
        ("access.refused", "not_visible", "Not among what the member may see"),
        ("test.altered", "some_code", "some_code"),
        ("test.altered", "", ""),
    ],
)
def test_a_reason_is_said_in_words(cast, name, reason, words):
    assert door.unsaved(name, by=cast.representative, reason=reason).reason_words == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [("partnership.panel", "Panel"), ("gone.thing", "gone.thing"), ("nonsense", "nonsense"), ("", "")],
)
def test_a_kind_is_said_in_words(kind, words):
    assert Event(thing_kind=kind).kind_words == words


def test_an_event_that_nobody_declares_any_more_keeps_its_name():
    assert (Event(name="test.altered").title, Event(name="gone.by").title) == ("Test altered", "gone.by")


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ({}, "Nobody known"),
        ({"member_name": "clock"}, "clock"),
        (
            {"member_name": "Ann", "agency_name": "Fire", "member_roles": ["chair", "gone_role"]},
            "Ann, Fire (Chair, gone_role)",
        ),
    ],
)
def test_who_did_it_is_said_as_it_was(said, who):
    assert Event(**said).who == who
