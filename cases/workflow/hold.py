"""Keeping cases from erasure, and letting go: the only writers of `Hold`; apps above call these."""

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
    kind, standing = source._meta.label_lower, set(_live(source).values_list("of_case", flat=True))
    written = []
    for case in cases:
        if case.pk in standing:
            continue
        hold = Hold(
            case=case,
            of_case=case.pk,
            authority=authority,
            source_kind=kind,
            source_id=source.pk,
            set_by=None if isinstance(by, SystemActor) else by,
        )
        noting(hold, by=by, reason="hold.set").save(force_insert=True)
        record("hold.set", by=by, thing=hold, case_id=case.pk, panel_id=case.panel_id, detail={"for": str(authority)})
        standing.add(case.pk)
        written.append(hold)
    return written


@transaction.atomic
def release_holds(*, by, source) -> int:
    """Let go of every case that is kept on account of *source*; how many.  Another hold keeps a case on."""
    live = list(_live(source).select_related("case"))
    for hold in live:
        hold.until = timezone.now()
        hold.released_by = None if isinstance(by, SystemActor) else by
        noting(hold, by=by, reason="hold.released").save(force_update=True)
        record(
            "hold.released", by=by, thing=hold, case_id=hold.of_case, panel_id=hold.case.panel_id if hold.case else None
        )
    return len(live)


def _live(source):
    return Hold.objects.live().filter(source_kind=source._meta.label_lower, source_id=source.pk)
