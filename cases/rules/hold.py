"""Whether something may be destroyed now: asked by every erasing verb, and by nothing else.

A hold stops erasure by every road (single, bulk, by the clock, merge, redaction); it never stops casework, and it
opens nothing to anybody.
"""

from django.db.models import Exists, OuterRef

from cases.models import Case, Hold, Party, Subject


def is_held(thing, at=None) -> bool:
    """Whether *thing* is kept from erasure at *at* (default now).

    *thing* is a case, a person (held with any of their cases), or a row of a case (one with `case_id`); a row of no
    case is held by nobody.
    """
    live = Hold.objects.live(at)
    if isinstance(thing, Subject):
        return live.filter(of_case__in=Party.objects.filter(subject=thing, case__isnull=False).values("case")).exists()
    case_id = thing.pk if isinstance(thing, Case) else getattr(thing, "case_id", None)
    return bool(case_id) and live.on(case_id).exists()


def held(column: str = "pk", at=None):
    """`Exists` of a live hold on the case that the outer *column* names: `filter(~held("case"))` may be erased."""
    return Exists(Hold.objects.live(at).filter(of_case=OuterRef(column)))
