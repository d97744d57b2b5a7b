"""Why a case came off, a meeting was called or cancelled, minutes were changed: a code for all, words for the desk."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import Event
from meetings.documents import facts_of
from meetings.models import AgendaItem, Meeting, Minutes
from meetings.rules.reasons import may_read_words, require_reason
from meetings.workflow.agenda import remove_item
from meetings.workflow.calendar import cancel_meeting
from meetings.workflow.documents import ask_document, reader_of
from meetings.workflow.live import open_meeting
from meetings.workflow.minutes import approve_minutes, correct_approved
from tests.meetings.papers import approve, held
from tests.meetings.sitting import fresh, sign
from tests.signing_in import sign_in

WORDS = "Because of Blodeuwedd."


@pytest.mark.parametrize(
    ("reason", "words", "refused"),
    [
        ("place", "", None),
        ("place", " more ", None),
        ("other", "Snow", None),
        ("other", "  ", {"words": ["Say in words what the other reason is."]}),
        ("other", "x" * 301, {"words": ["Say it in at most 300 letters."]}),
        ("", "Snow", {"reason": ["Why?"]}),
        ("Snow", "", {"reason": ["Why?"]}),
    ],
)
def test_a_reason_is_of_the_list_and_another_one_says_which(reason, words, refused):
    if refused is None:
        assert require_reason(Meeting.Cancellation, reason, words, missing="Why?") == (reason, words.strip())
        return
    with pytest.raises(ValidationError) as error:
        require_reason(Meeting.Cancellation, reason, words, missing="Why?")
    assert error.value.message_dict == refused


def test_the_desk_alone_reads_the_words(world):
    readers = ("coordinator", "chair", "police", "idva", "liaison_officer", "auditor", "administrator")
    assert {n: may_read_words(getattr(world, n), world.panel.pk) for n in readers} == {
        n: n in ("coordinator", "chair") for n in readers
    }


def stolen(model, column: str) -> list[bytes]:
    """What the tables of *model* and of its history hold in *column*."""
    found = []
    with connection.cursor() as cursor:
        for table in (model._meta.db_table, model.history.model._meta.db_table):
            cursor.execute(f"SELECT {column} FROM {table}")
            found += [bytes(row[0]) for row in cursor.fetchall() if row[0]]
    return found


@pytest.fixture
def cancelled(world):
    meeting = world.make_meeting()
    item = world.list_case(meeting, world.make_case())
    remove_item(by=world.coordinator, item=item, reason="other", words=WORDS, seen=item.version)
    cancel_meeting(by=world.coordinator, meeting=meeting, reason="other", words=WORDS, seen=meeting.version)
    return meeting


def test_a_stolen_database_has_the_codes_and_no_word(world, cancelled):
    found = stolen(AgendaItem, "removed_words") + stolen(Meeting, "cancelled_words")
    assert len(found) == 4
    assert not any(b"Blodeuwedd" in data for data in found)
    assert not Event.objects.filter(detail__icontains="Blodeuwedd").exists()
    assert list(Event.objects.filter(name="meeting.cancelled").values_list("reason", flat=True)) == ["other"]


@pytest.mark.parametrize(("who", "reads"), [("coordinator", True), ("chair", True), ("police", False), ("idva", False)])
def test_the_page_of_a_meeting_has_the_code_for_all_and_the_words_for_the_desk(world, cancelled, who, reads):
    page = sign_in(Client(), getattr(world, who)).get(f"/meetings/{cancelled.pk}/").content.decode()
    assert ("Cancelled: Another reason" in page, "Blodeuwedd" in page) == (True, reads)
    seen = Event.objects.filter(name="record.consulted", thing_id=str(cancelled.pk))
    assert [(e.member_id, e.reason) for e in seen] == ([(getattr(world, who).pk, "supervision")] if reads else [])


def test_the_words_live_on_through_saves_that_never_read_them(world):
    """The sitting is opened with a row whose key was not joined: the history row still opens with it."""
    meeting = world.make_meeting(
        state="agenda_frozen",
        kind="emergency",
        starts_at=timezone.now(),
        emergency_reason="other",
        emergency_words=WORDS,
    )
    world.list_case(meeting, world.make_case())
    sign(meeting, world.chair)
    open_meeting(by=world.chair, meeting=Meeting.objects.get(pk=meeting.pk))
    assert fresh(meeting).emergency_words == WORDS
    assert meeting.history.select_related("key").latest().emergency_words == WORDS


def test_corrected_minutes_print_the_code_and_no_word(world):
    meeting, items = held(world, cases=1)
    first = approve(world, meeting, items)
    second = correct_approved(by=world.coordinator, minutes=first, change_reason="other", change_words=WORDS)
    approve_minutes(by=world.chair, minutes=Minutes.objects.get(pk=second.pk))
    document = ask_document(by=world.coordinator, meeting=meeting, kind="minutes")
    said = facts_of(document, reader_of(document))
    assert said["change_note"] == "Another reason"
    assert "Blodeuwedd" not in str(said)
