"""References: `AB-2026-0412` for a case, `R-AB-2026-0412` for a referral, `D-AB-2026-0412` for a disclosure.

No number twice, none left out.
"""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from cases.models import ReferenceCounter

PREFIXES = {
    ReferenceCounter.Kind.REFERRAL: "R-",
    ReferenceCounter.Kind.DISCLOSURE: "D-",
    ReferenceCounter.Kind.EXTRACT: "X-",
}


def next_reference(panel, kind: str, *, at=None) -> str:
    """The next reference of *kind* (`ReferenceCounter.Kind`) on *panel* in the year of *at* (default now).

    Called inside the transaction that uses it: the counter's row stays locked until that ends, so that a number is
    neither given twice nor lost when the act is rolled back.
    """
    year = timezone.localtime(at).year
    counters = ReferenceCounter.objects.filter(panel=panel, kind=kind, year=year)
    # Writing first takes the lock on both databases; reading first would let two writers see the same number.
    if not counters.update(last=F("last") + 1):
        try:
            with transaction.atomic():
                ReferenceCounter.objects.create(panel=panel, kind=kind, year=year)
        except IntegrityError:
            pass  # another writer made the row a moment ago
        counters.update(last=F("last") + 1)
    number = counters.values_list("last", flat=True).get()
    return f"{PREFIXES.get(kind, '')}{panel.reference_prefix}-{year}-{number:04}"
