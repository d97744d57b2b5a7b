"""Loading the table of tools against anti-social behaviour from its reviewable file."""

import datetime

from django.db import transaction
from django.utils import timezone

from cases.models.tool import Nation, Tool
from core.loading import Changes, bring, record_loading
from core.recording import SystemActor
from core.reference import Edition

LOADER = SystemActor("tools")


@transaction.atomic
def load_tools(file: Edition, *, by=LOADER, check: bool = False) -> Changes:
    """Bring the table to what *file* says; with *check* only say what would change.

    A tool that the file does not hold ends yesterday in both nations: it is kept, for decisions rest on it.  Refused
    for an edition older than the table's.  Records tools.loaded with edition, digest and counts.
    """
    changes = bring(Tool, file, noun="tool", end=_end, by=by, check=check)
    if changes and not check:
        record_loading("tools.loaded", file, changes, by=by)
    return changes


def _end(row: Tool) -> bool:
    """Let *row* end yesterday wherever it still runs; whether anything changed."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    running = [nation for nation in Nation.values if row.period(nation)[1] is None or row.period(nation)[1] > yesterday]
    for nation in running:
        setattr(row, f"{nation}_until", yesterday)
    return bool(running)
