"""Decisions on the merits: that something of an episode is shared although the person did not agree to it.

A form of the episode (`cases.schemes.treatment`).  By itself it opens nothing: the disclosure desk decides on it.
"""

from django.utils import timezone

from cases.models import Sheet
from cases.schemes import scheme_of

KIND, SHARED = "merits", "shared"


def is_asked(panel) -> bool:
    """Whether *panel* hears people on their written consent, so that without it each case is decided on its merits."""
    return scheme_of(panel).has("written_consent")


def merits_in_force(case, *, giving, on=None) -> dict:
    """The decisions of *giving* to share that stand on the day *on* (default today), by the id of who is to have it.

    Of running episodes of *case*, and not to be looked at again before *on*; of several for one agency the newest
    speaks, also where it says no.
    """
    running = Sheet.objects.with_key().filter(case=case, kind=KIND, agency=giving, track__ended_at__isnull=True)
    newest = {sheet.data.get("with_whom"): sheet for sheet in running.select_related("track").in_order()}
    on = on or timezone.localdate()
    return {pk: each for pk, each in newest.items() if pk and each.data["outcome"] == SHARED and each.due_on >= on}
