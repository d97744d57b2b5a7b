"""Opening and closing sight of a case: the only writers of `Involvement` and `Bar`.

`meetings` (and later `consent`) call these; nobody else decides who sees a case.
"""

from django.db import transaction
from django.utils import timezone

from cases.models import Bar, Involvement
from cases.models.access import Stage
from core.history import noting
from core.recording import record


@transaction.atomic
def involve(
    *,
    by,
    panel,
    stage: str,
    why: str,
    case=None,
    referral=None,
    listing=None,
    track=None,
    agency=None,
    member=None,
    until=None,
) -> Involvement:
    """Let a holder see *case* (or *referral*) at *stage*; an involvement that already says so is left as it is.

    The holder is *member*, else *agency*, else the panel's desk.  *why* is a code, *until* an instant or `None`.
    With *track*, that track of the case alone is opened, beside the case's reference and people.
    Recorded as an administration of access.
    """
    holder = Involvement.Holder.MEMBER if member else Involvement.Holder.AGENCY if agency else Involvement.Holder.DESK
    if member and agency is None:
        agency = member.agency
    same = Involvement.objects.live().filter(
        panel=panel,
        case=case,
        referral=referral,
        listing=listing,
        track=track,
        holder=holder,
        agency=agency,
        member=member,
        stage=stage,
    )
    found = same.first()
    if found:
        return found
    involvement = Involvement(
        panel=panel,
        case=case,
        referral=referral,
        listing=listing,
        track=track,
        holder=holder,
        agency=agency,
        member=member,
        stage=stage,
        until=until,
        why=why,
    )
    noting(involvement, by=by, reason=why).save(force_insert=True)
    record(
        "access.opened",
        by=by,
        thing=involvement,
        case_id=case.pk if case else None,
        panel_id=panel.pk,
        reason=why,
        detail={"stage": str(stage), "holder": str(holder)},
    )
    return involvement


@transaction.atomic
def end_involvement(*, by, involvement: Involvement, why: str) -> None:
    """End one involvement now; another live one of the same holder keeps the case open to them."""
    involvement.until = timezone.now()
    noting(involvement, by=by, reason=why).save(force_update=True)
    record(
        "access.closed",
        by=by,
        thing=involvement,
        case_id=involvement.case_id,
        panel_id=involvement.panel_id,
        reason=why,
        detail={"stage": str(involvement.stage)},
    )


@transaction.atomic
def bar(
    *, by, reason: str, case=None, referral=None, listing=None, entry=None, agency=None, member=None, until=None
) -> Bar:
    """Keep *member*, or every member of *agency*, from one case, referral, listing or entry, from now on.

    A bar wins over every involvement.  *reason* is a `Bar.Reason`.  The same bar is not written twice.
    """
    same = (
        Bar.objects.live()
        .filter(case=case, referral=referral, listing=listing, entry=entry, agency=agency, member=member, reason=reason)
        .first()
    )
    if same:
        return same
    written = Bar(
        case=case,
        referral=referral,
        listing=listing,
        entry=entry,
        agency=agency,
        member=member,
        reason=reason,
        until=until,
        set_by=by if by.pk else None,
    )
    noting(written, by=by, reason=reason).save(force_insert=True)
    case_id = next((t.pk if t is case else t.case_id for t in (case, referral, listing, entry) if t), None)
    record("access.barred", by=by, thing=written, case_id=case_id, reason=reason)
    return written


@transaction.atomic
def lift_bar(*, by, bar: Bar, why: str) -> None:
    """End a bar now; *why* is a code."""
    bar.until = timezone.now()
    noting(bar, by=by, reason=why).save(force_update=True)
    record("access.unbarred", by=by, thing=bar, case_id=bar.case_id, reason=why)


def open_to_desk(*, by, panel, case=None, referral=None, why: str) -> Involvement:
    """Let the panel's coordinator and chair see *case* or *referral*."""
    return involve(by=by, panel=panel, case=case, referral=referral, stage=Stage.DESK, why=why)
