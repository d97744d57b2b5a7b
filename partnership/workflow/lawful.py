"""Loading the table of lawful bases from its reference file."""

import datetime

from django.db import transaction
from django.utils import timezone

from core.loading import Changes, bring, record_loading
from core.recording import SystemActor
from core.reference import Edition
from partnership.models import LegalBasis

LOADER = SystemActor("lawful bases")


@transaction.atomic
def load_legal_bases(reference: Edition, *, by=LOADER, check: bool = False) -> Changes:
    """Bring the table to what *reference* says; with *check* only say what would change.

    A row that the reference does not hold ends yesterday: it is kept, for decisions rest on it.  Refused for an
    edition older than the table's.  Records legal_bases.loaded with edition, digest and counts, where anything changed.
    """
    changes = bring(LegalBasis, reference, noun="legal_basis", end=_end, by=by, check=check)
    if changes and not check:
        record_loading("legal_bases.loaded", reference, changes, by=by)
    return changes


def _end(row: LegalBasis) -> bool:
    """Let *row* end yesterday; whether it was still to run."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    if row.valid_until is not None and row.valid_until <= yesterday:
        return False
    row.valid_until = yesterday
    return True
