"""Closing blocks over the events, and publishing their hashes outside the database.

An event's code catches a falsified row; a block catches what is missing, added or moved; the published hash
catches a chain that was cut off at its end or closed anew.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit import mac
from audit.models import Block, Event

PERIOD = 30  # seconds
PATIENCE = 10.0  # seconds that a closing waits for those who are writing
NOTHING_BEFORE = "0" * 64
CHUNK = 2000
LINE_PARTS = 4  # number, last event id, hash, moment


def close_block() -> Block | None:
    """Close one block over every settled event that is in none, and publish it.

    `None` where there is no such event, where a writer takes longer than `PATIENCE`, or where another closer was
    first; the next closing takes them along.  Writers never wait for this.
    """
    horizon = settled_horizon()
    try:
        with transaction.atomic():
            block = _close_up_to(horizon)
    except IntegrityError:
        block = None
    publish()
    return block


def settled_horizon() -> int:
    """The highest event id below which no event can appear any more; 0 where there is none.

    SQLite has one writer at a time, so what is visible is settled.  On PostgreSQL ids are given out before the commit:
    whoever holds an id below the highest visible one holds the table's writing lock too, so this waits until
    everybody who held it at that moment has ended.  That needs no right but reading, and nobody waits for it.
    """
    horizon = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if connection.vendor != "postgresql" or horizon == 0:
        return horizon
    writers = _writers()
    deadline = time.monotonic() + PATIENCE
    while writers:
        if time.monotonic() > deadline:
            return 0
        time.sleep(0.02)
        writers &= _writers()
    return horizon


def _writers() -> set[str]:
    """The transactions of others that may be inserting into the events now (PostgreSQL)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' "
            "AND relation = 'audit_event'::regclass AND pid <> pg_backend_pid() "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return {row[0] for row in cursor.fetchall()}


def _close_up_to(horizon: int) -> Block | None:
    last = Block.objects.order_by("-number").first()
    first_id = last.last_id + 1 if last else 1
    if horizon < first_id:
        return None
    root, count = mac.Root(), 0
    rows = Event.objects.filter(id__range=(first_id, horizon)).order_by("id").values_list("id", "mac")
    for event_id, code in rows.iterator(chunk_size=CHUNK):
        root.add(event_id, code)
        count += 1
    block = Block(
        number=last.number + 1 if last else 1,
        first_id=first_id,
        last_id=horizon,
        count=count,
        gaps=horizon - first_id + 1 - count,
        root=root.hex(),
        previous_hash=last.hash if last else NOTHING_BEFORE,
        closed_at=timezone.now(),
    )
    block.hash = mac.block_hash(mac.of_row(block, mac.BLOCK_COLUMNS))
    block.save(force_insert=True)
    return block


# Publication ---------------------------------------------------------------------------------------


def publication() -> Path:
    """The file to which hashes are appended; `AUDIT_PUBLICATION` names its folder, best on another machine."""
    folder = getattr(settings, "AUDIT_PUBLICATION", "") or Path(settings.CONFER_KEYS) / "published"
    return Path(folder) / "blocks.txt"


def publish() -> int:
    """Append every block that is not published yet, in order; returns how many.

    A crash between closing and publishing loses nothing: the next closing publishes both.
    """
    path = publication()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.DEMONSTRATION:
        _set_aside_another_demonstration(path)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        count = 0
        for block in Block.objects.filter(number__gt=_last_number(file)).order_by("number").iterator(CHUNK):
            file.write(line(block).encode())
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def _set_aside_another_demonstration(path: Path) -> None:
    """A demonstration whose database was thrown away begins a new file; in real use only a person may do that."""
    posted, first = next(published(), None), Block.objects.filter(number=1).first()
    if posted and first and posted[2] != first.hash:
        path.rename(path.with_name(f"blocks-until-{timezone.now():%Y%m%dT%H%M%S}.txt"))


def line(block: Block) -> str:
    """A block as it is published."""
    return f"{block.number} {block.last_id} {block.hash} {block.closed_at:%Y-%m-%dT%H:%M:%SZ}\n"


def published() -> Iterator[tuple[int, int, str]]:
    """Number, last event id and hash of each published block, in order."""
    path = publication()
    if not path.exists():
        return
    with path.open("rb") as file:
        for text in file:
            if posted := _posted(text):
                yield posted


def _posted(text: bytes) -> tuple[int, int, str] | None:
    """What a line says; nothing where a crash cut it short."""
    parts = text.decode(errors="replace").split()
    return (int(parts[0]), int(parts[1]), parts[2]) if len(parts) == LINE_PARTS else None


def _last_number(file) -> int:
    """The number on the last whole line; a line that a crash cut short is ended, for nothing is ever taken away."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 4096))
    tail = file.read()
    if tail and not tail.endswith(b"\n"):
        file.write(b"\n")
    beginning = 0 if size <= 4096 else 1  # the first line of a tail may lack its beginning
    whole = [posted for text in tail.splitlines()[beginning:] if (posted := _posted(text))]
    return whole[-1][0] if whole else 0
