"""What becomes of a listing: it is heard."""

import datetime

from django.db import transaction

from cases.models import Listing
from core.history import noting


@transaction.atomic
def hear(*, by, listing: Listing, on: datetime.date) -> Listing:
    """Note that *listing* was heard on the day *on*; the meeting's own verb records the event."""
    listing.heard_on = on
    noting(listing, by=by, reason="heard").save(force_update=True)
    return listing
