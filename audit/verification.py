"""Whether every event and block stands as it was written, and every published block is still there."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from audit import blocks, mac
from audit.models import Block, Event
from core.recording import SystemActor, record

logger = logging.getLogger("confer.audit")
ACTOR = SystemActor("Verification of the audit")
FETCHED = ("id", *mac.EVENT_COLUMNS, "mac")


class Falsified(Exception):
    """The first event or block that is not as it was; the message names it."""


@dataclass
class Verification:
    """What a verification found; `bad` names the first falsified event or block, and is empty where all is well."""

    events: int = 0
    blocks: int = 0
    waiting: int = 0
    unpublished: int = 0
    bad: str = ""

    def sentence(self) -> str:
        """The result for a reader."""
        if self.bad:
            return self.bad
        return _(
            "The audit is whole. Events: %(events)s, of them not yet in a block: %(waiting)s. "
            "Blocks: %(blocks)s, of them not yet published: %(unpublished)s."
        ) % {
            "events": self.events,
            "blocks": self.blocks,
            "waiting": self.waiting,
            "unpublished": self.unpublished,
        }


def verify() -> Verification:
    """Walk all events and blocks once, in order, and stop at the first that is falsified.  Changes nothing."""
    found = Verification()
    try:
        _walk(found)
    except Falsified as falsified:
        found.bad = str(falsified)
    return found


def verify_and_record() -> Verification:
    """Verify, and let the audit say that it was verified and how it went."""
    found = verify()
    if found.bad:
        logger.error(found.bad)
    record(
        "audit.verified",
        by=ACTOR,
        detail={
            "result": "bad" if found.bad else "whole",
            "events": found.events,
            "blocks": found.blocks,
            "waiting": found.waiting,
            "unpublished": found.unpublished,
        },
    )
    return found


def _walk(found: Verification) -> None:
    # The last block is fixed first: what is closed while this runs is the next run's.
    newest = Block.objects.order_by("-number").values_list("number", flat=True).first() or 0
    events = _checked_events(found)
    ahead = next(events, None)
    previous, posted = None, blocks.published()
    for block in Block.objects.filter(number__lte=newest).order_by("number").iterator(chunk_size=blocks.CHUNK):
        _check_chain(block, previous)
        root, count = mac.Root(), 0
        while ahead is not None and ahead[0] <= block.last_id:
            root.add(*ahead)
            count += 1
            ahead = next(events, None)
        _check_range(block, root, count)
        found.unpublished += not _check_published(block, next(posted, None))
        found.blocks += 1
        previous = block
    while ahead is not None:
        found.waiting += 1
        ahead = next(events, None)
    cut = next(posted, None)
    if cut and not Block.objects.filter(number=cut[0]).exists():
        raise Falsified(_("Block %(number)s was published and is no longer there.") % {"number": cut[0]})


def _checked_events(found: Verification) -> Iterator[tuple[int, str]]:
    """Id and code of each event in order, after checking the code."""
    for event_id, *values, code in Event.objects.order_by("id").values_list(*FETCHED).iterator(chunk_size=blocks.CHUNK):
        if mac.event_mac(values) != code:
            raise Falsified(_("Event %(id)s is not as it was written.") % {"id": event_id})
        found.events += 1
        yield event_id, code


def _check_chain(block: Block, previous: Block | None) -> None:
    expected = (previous.number + 1, previous.last_id + 1, previous.hash) if previous else (1, 1, blocks.NOTHING_BEFORE)
    if block.hash != mac.block_hash(mac.of_row(block, mac.BLOCK_COLUMNS)):
        raise Falsified(_("Block %(number)s is not as it was closed.") % {"number": block.number})
    if (block.number, block.first_id, block.previous_hash) != expected:
        raise Falsified(
            _("Block %(number)s does not follow: block %(expected)s is missing.")
            % {"number": block.number, "expected": expected[0]}
        )


def _check_range(block: Block, root: mac.Root, count: int) -> None:
    says = {"number": block.number, "first": block.first_id, "last": block.last_id}
    if count < block.count:
        says["missing"] = block.count - count
        raise Falsified(_("Block %(number)s (events %(first)s to %(last)s): events taken out: %(missing)s.") % says)
    if count > block.count:
        says["added"] = count - block.count
        raise Falsified(_("Block %(number)s (events %(first)s to %(last)s): events added: %(added)s.") % says)
    if root.hex() != block.root:
        raise Falsified(
            _("Block %(number)s (events %(first)s to %(last)s): its events were moved or exchanged.") % says
        )


def _check_published(block: Block, posted: tuple[int, int, str] | None) -> bool:
    if posted is None:
        return False
    if posted != (block.number, block.last_id, block.hash):
        raise Falsified(
            _("Block %(number)s is not the one that was published under number %(posted)s.")
            % {"number": block.number, "posted": posted[0]}
        )
    return True
