"""What becomes of a listing: it is heard, or its place at the meeting ends otherwise; or it is gone back to.

The meeting's own verb asks whether it may, and records the event.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from cases.models import Listing
from core.history import noting


@transaction.atomic
def hear(*, by, listing: Listing, on: datetime.date) -> Listing:
    """Note that *listing* was heard on the day *on*: no meeting waits for it any more."""
    listing.heard_on = listing.ended_on = on
    noting(listing, by=by, reason="heard").save(force_update=True)
    return listing


@transaction.atomic
def end_listing(*, by, listing: Listing, why: str) -> Listing:
    """Note that *listing* is not heard at its meeting: *why* is a code (`deferred`, `agenda.removed`, `meeting_ended`).

    What was heard before stays heard.
    """
    if listing.ended_on is None:
        listing.ended_on = timezone.localdate()
        noting(listing, by=by, reason=why).save(force_update=True)
    return listing


@transaction.atomic
def go_back(*, by, listing: Listing) -> Listing:
    """Let *listing* wait for its meeting again, which goes back to hearing it; as if it had not been heard."""
    if listing.ended_on is not None:
        listing.heard_on = listing.ended_on = None
        noting(listing, by=by, reason="gone_back").save(force_update=True)
    return listing
