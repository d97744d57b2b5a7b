"""Keeping cases and referrals from erasure, and letting go: the only writers of `Hold`; apps above call these."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cases.models import Hold
from core.history import noting
from core.recording import SystemActor, record


@transaction.atomic
def hold_cases(*, by, cases: Iterable, authority: str, source) -> list[Hold]:
    """Keep *cases* from erasure until `release_holds` of the same *source*; a case that *source* holds is left so.

    *authority* is a `Hold.Authority`; *source* the row on whose account they are kept, of which only kind and id are
    noted.  Recorded as hold.set, once per case.  Freedom of Information Act 2000 s.77; Data Protection Act 2018 s.173.
    """
    standing = set(_live(source).values_list("of_case", flat=True))
    new = [case for case in dict.fromkeys(cases) if case.pk not in standing]
    return [_hold(by, authority, source, case.pk, case.panel_id, case=case, of_case=case.pk) for case in new]


@transaction.atomic
def hold_referrals(*, by, referrals: Iterable, authority: str, source) -> list[Hold]:
    """Keep *referrals* that are on no case from erasure, as `hold_cases` does cases; one that joins a case keeps it."""
    standing = set(_live(source).values_list("of_referral", flat=True))
    new = [each for each in dict.fromkeys(referrals) if each.pk not in standing]
    return [
        _hold(by, authority, source, each.case_id, each.panel_id, referral=each, of_referral=each.pk) for each in new
    ]


@transaction.atomic
def release_holds(*, by, source) -> int:
    """Let go of everything that is kept on account of *source*; how many.  Another hold keeps a case on."""
    live = list(_live(source).select_related("case", "referral"))
    for hold in live:
        hold.until = timezone.now()
        hold.released_by = None if isinstance(by, SystemActor) else by
        noting(hold, by=by, reason="hold.released").save(force_update=True)
        kept = hold.case or hold.referral
        record("hold.released", by=by, thing=hold, case_id=hold.of_case, panel_id=kept.panel_id if kept else None)
    return len(live)


def _hold(by, authority: str, source, case_id, panel_id, **kept) -> Hold:
    hold = Hold(
        authority=authority,
        source_kind=source._meta.label_lower,
        source_id=source.pk,
        set_by=None if isinstance(by, SystemActor) else by,
        **kept,
    )
    noting(hold, by=by, reason="hold.set").save(force_insert=True)
    record("hold.set", by=by, thing=hold, case_id=case_id, panel_id=panel_id, detail={"for": str(authority)})
    return hold


def _live(source):
    return Hold.objects.live().filter(source_kind=source._meta.label_lower, source_id=source.pk)
