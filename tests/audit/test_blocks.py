"""Blocks: what they catch, what they wait for, and that their hashes stand outside the database."""

import threading

import pytest
from django.core.management import call_command
from django.db import close_old_connections, connection, connections, transaction

from audit import blocks, door, mac, triggers
from audit.models import Block, Event
from audit.verification import Verification, verify
from core.recording import SystemActor, record
from tests.audit.ledger import recorded

CLOCK = SystemActor("clock")


def write(count=1):
    for _ in range(count):
        record("record.consulted", by=CLOCK, reason="duty")
    return [event.id for event in recorded()][-count:]


def tamper(sql, *values):
    """Run *sql* as somebody who may drop triggers would."""
    with connection.cursor() as cursor:
        triggers.lift(connection)
        cursor.execute(sql, values)
        triggers.install(connection)


def rewrite_code(event_id):
    """Give an event the code it would have, as somebody with the audit key would."""
    event = Event.objects.get(id=event_id)
    tamper("UPDATE audit_event SET mac = %s WHERE id = %s", mac.event_mac(mac.of_row(event)), event_id)


def test_a_block_covers_what_is_in_none_and_follows_the_one_before(db):
    second = write(2)[1]
    one = blocks.close_block()
    (third,) = write()
    two = blocks.close_block()
    assert (one.number, one.first_id, one.last_id, one.count, one.gaps) == (1, 1, second, 2, second - 2)
    assert (two.number, two.first_id, two.last_id, two.count, two.gaps) == (2, second + 1, third, 1, 0)
    assert (one.previous_hash, two.previous_hash) == ("0" * 64, one.hash)


def test_nothing_new_closes_no_block(db):
    assert blocks.close_block() is None
    write()
    blocks.close_block()
    assert blocks.close_block() is None
    assert Block.objects.count() == 1


def test_an_untouched_audit_is_whole_and_says_what_waits(db):
    write(3)
    blocks.close_block()
    write(2)
    assert verify() == Verification(events=5, blocks=1, waiting=2)


def test_an_empty_audit_is_whole(db):
    assert verify() == Verification()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "own_action"),
        ("member_name", "Somebody Else"),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("things", '["cases.case:1"]'),
        ("mac", "0" * 64),
    ],
)
@pytest.mark.parametrize("closed", [True, False])
def test_a_falsified_row_is_named(db, column, value, closed):
    _before, changed, _after = write(3)
    if closed:
        blocks.close_block()
    tamper(f"UPDATE audit_event SET {column} = %s WHERE id = %s", value, changed)
    assert verify().bad == f"Event {changed} is not as it was written."


def test_a_deleted_event_is_found(db):
    ids = write(3)
    blocks.close_block()
    tamper("DELETE FROM audit_event WHERE id = %s", ids[1])
    assert verify().bad == f"Block 1 (events 1 to {ids[2]}): events taken out: 1."


def test_an_event_put_into_a_gap_is_found(db):
    _first, gap = write(2)
    tamper("UPDATE audit_event SET id = id + 1 WHERE id = %s", gap)
    blocks.close_block()
    late = door.unsaved("record.consulted", by=CLOCK, reason="duty")
    late.id = gap
    late.save()
    assert verify().bad == f"Block 1 (events 1 to {gap + 1}): events added: 1."


def test_exchanged_events_are_found(db):
    first, second = write(2)
    blocks.close_block()
    spare = second + 1000
    for old, new in [(first, spare), (second, first), (spare, second)]:
        tamper("UPDATE audit_event SET id = %s WHERE id = %s", new, old)
    assert verify().bad == f"Block 1 (events 1 to {second}): its events were moved or exchanged."


def test_an_event_exchanged_by_somebody_with_the_key_is_found(db):
    (event_id,) = write()
    blocks.close_block()
    tamper("UPDATE audit_event SET reason = 'supervision' WHERE id = %s", event_id)
    rewrite_code(event_id)
    assert verify().bad == f"Block 1 (events 1 to {event_id}): its events were moved or exchanged."


def test_a_falsified_block_is_named(db):
    write()
    blocks.close_block()
    tamper("UPDATE audit_block SET root = %s", "0" * 64)
    assert verify().bad == "Block 1 is not as it was closed."


def test_a_block_taken_from_the_middle_is_found(db):
    for _ in range(3):
        write()
        blocks.close_block()
    tamper("DELETE FROM audit_block WHERE number = 2")
    assert verify().bad == "Block 3 does not follow: block 2 is missing."


def test_a_tail_that_was_cut_off_is_found_by_what_was_published(db):
    (kept,) = write()
    blocks.close_block()
    write()
    blocks.close_block()
    tamper("DELETE FROM audit_block WHERE number = 2")
    tamper("DELETE FROM audit_event WHERE id > %s", kept)
    assert verify().bad == "Block 2 was published and is no longer there."


def test_a_tail_that_was_closed_anew_is_found_by_what_was_published(db):
    write()
    blocks.close_block()
    tamper("DELETE FROM audit_block")
    tamper("DELETE FROM audit_event")
    write()
    blocks.close_block()
    assert verify().bad == "Block 1 is not the one that was published under number 1."


def test_a_block_is_published_once_and_in_order(db):
    closed = []
    for _ in range(2):
        write()
        closed.append(blocks.close_block())
    assert blocks.publish() == 0
    assert list(blocks.published()) == [(block.number, block.last_id, block.hash) for block in closed]


def test_what_a_crash_left_unpublished_is_published_next_time(db, monkeypatch):
    monkeypatch.setattr(blocks, "publish", lambda: 0)
    write()
    blocks.close_block()
    assert verify() == Verification(events=1, blocks=1, unpublished=1)
    monkeypatch.undo()
    assert blocks.close_block() is None
    assert verify() == Verification(events=1, blocks=1)


def test_a_line_that_a_crash_cut_short_is_written_again(db):
    write()
    block = blocks.close_block()
    path = blocks.publication()
    path.write_bytes(path.read_bytes() + b"2 17 abc")
    write()
    blocks.close_block()
    assert [number for number, _last, _hash in blocks.published()] == [1, 2]
    assert next(blocks.published())[2] == block.hash
    assert verify().bad == ""


def test_a_demonstration_made_anew_begins_a_new_file_and_keeps_the_old(db, settings):
    settings.DEMONSTRATION = True
    write()
    blocks.close_block()
    old = blocks.publication().read_text()
    tamper("DELETE FROM audit_block")
    tamper("DELETE FROM audit_event")
    write()
    blocks.close_block()
    assert verify() == Verification(events=1, blocks=1)
    files = sorted(blocks.publication().parent.iterdir())
    assert [file.read_text() == old for file in files] == [True, False]


def test_the_command_says_what_it_found_and_records_it(db, capsys):
    write(2)
    blocks.close_block()
    call_command("verify_audit")
    assert capsys.readouterr().out == (
        "The audit is whole. Events: 2, of them not yet in a block: 0. Blocks: 1, of them not yet published: 0.\n"
    )
    assert [event.detail["result"] for event in recorded("audit.verified")] == ["whole"]


def test_the_command_ends_with_one_when_something_is_wrong(db, capsys, caplog):
    (event_id,) = write()
    tamper("UPDATE audit_event SET reason = 'x' WHERE id = %s", event_id)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 1
    assert capsys.readouterr().err.endswith(f"Event {event_id} is not as it was written.\n")
    assert [message for _logger, _level, message in caplog.record_tuples] == [
        f"Event {event_id} is not as it was written."
    ]
    assert [event.detail["result"] for event in recorded("audit.verified")] == ["bad"]


# Several at once -----------------------------------------------------------------------------------


def in_thread(act):
    def run():
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_block_waits_for_a_writer_whose_id_is_lower_than_the_horizon():
    inserted, closing, closed = threading.Event(), threading.Event(), []

    def slow_writer():
        with transaction.atomic():
            write()
            inserted.set()
            closing.wait(5)

    def quick_writer():
        write()

    def closer():
        closing_began.set()
        closed.append(blocks.close_block())

    closing_began = threading.Event()
    slow = in_thread(slow_writer)
    assert inserted.wait(5)
    if connection.vendor == "postgresql":
        quick_writer()  # has the higher id and commits first; SQLite has one writer at a time
    closer_thread = in_thread(closer)
    assert closing_began.wait(5)
    closer_thread.join(0.3)
    early = list(closed)
    closing.set()
    slow.join()
    closer_thread.join()
    write()
    blocks.close_block()
    assert early == [] or connection.vendor == "sqlite"
    assert verify().bad == ""
    assert sum(Block.objects.values_list("count", flat=True)) == Event.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_takes_too_long_puts_the_block_off(monkeypatch):
    monkeypatch.setattr(blocks, "PATIENCE", 0.1)
    inserted, go_on = threading.Event(), threading.Event()

    def slow_writer():
        with transaction.atomic():
            write()
            inserted.set()
            go_on.wait(5)

    slow = in_thread(slow_writer)
    inserted.wait(5)
    if connection.vendor == "postgresql":
        write()
    assert blocks.close_block() is None
    go_on.set()
    slow.join()
    assert blocks.close_block().count == Event.objects.count()


@pytest.mark.django_db(transaction=True)
def test_writers_and_closers_at_once_lose_nothing():
    def writer():
        for _ in range(20):
            with transaction.atomic():
                write()
            close_old_connections()

    def closer():
        for _ in range(10):
            blocks.close_block()

    threads = [in_thread(writer) for _ in range(4)] + [in_thread(closer) for _ in range(2)]
    for thread in threads:
        thread.join()
    blocks.close_block()
    assert verify() == Verification(events=80, blocks=Block.objects.count())
