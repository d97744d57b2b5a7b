"""Whether something may be destroyed now: asked by every erasing verb, and by nothing else.

A hold stops erasure by every road (single, bulk, by the clock, merge, redaction); it never stops casework, and it
opens nothing to anybody.
"""

from django.db.models import Exists, OuterRef, Q

from cases.models import Case, Hold, Party, Referral, Subject


def is_held(thing, at=None) -> bool:
    """Whether *thing* is kept from erasure at *at* (default now).

    *thing* is a case, a referral, a person (held with any of their cases), or a row of a case or of a referral (one
    with `case_id` or `referral_id`); a row of neither is held by nobody.
    """
    live = Hold.objects.live(at)
    if isinstance(thing, Subject):
        cases = Party.objects.filter(subject=thing, case__isnull=False).values("case")
        return live.filter(Q(of_case__in=cases) | Q(referral__case__in=cases)).exists()
    case_id = thing.pk if isinstance(thing, Case) else getattr(thing, "case_id", None)
    referral_id = thing.pk if isinstance(thing, Referral) else getattr(thing, "referral_id", None)
    return bool(case_id and live.on(case_id).exists() or referral_id and live.on_referral(referral_id).exists())


def held(column: str = "pk", *, referral: str = "", at=None):
    """`Exists` of a live hold on the case that the outer *column* names: `filter(~held("case"))` may be erased.

    Rows of referrals name their column, too: `Referral.objects.filter(~held("case", referral="pk"))`.
    """
    kept = Q(of_case=OuterRef(column)) | Q(referral__case=OuterRef(column))
    return Exists(Hold.objects.live(at).filter(kept | Q(of_referral=OuterRef(referral)) if referral else kept))
