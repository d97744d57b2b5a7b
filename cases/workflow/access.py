"""Opening and closing sight of a case: the only writers of `Involvement` and `Bar`.

`meetings` and `consent` call these; nobody else decides who sees a case.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cases.models import Bar, Entry, Involvement
from cases.models.access import FOR_CONSENT, Allowance, Stage
from core.history import noting
from core.recording import SystemActor, record


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
def limit_involvement(*, by, involvement: Involvement, until: datetime.datetime, why: str) -> None:
    """Let *involvement* hold until the instant *until*, and no longer; *why* is a code of its history."""
    involvement.until = until
    noting(involvement, by=by, reason=why).save(force_update=True)
    record("access.settled", by=by, case_id=involvement.case_id, reason="consent", thing=involvement)


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


# For want of consent ------------------------------------------------------------------------------------------------
@transaction.atomic(savepoint=False)
def settle_bars(*, by, entries: Iterable[Entry], closed: dict, at: datetime.datetime) -> None:
    """Let the bars for want of consent on *entries* be exactly those of *closed* at *at* and from then on.

    *closed*: entry id → agency id → the instant from which the agency is kept from the entry; it may be to come, and
    the bar holds from then by itself.  An agency to which the entry was open until then is barred as LAPSED.  The
    number of queries does not depend on how many there are.  Recorded once for each case in which something changed.
    """
    entries = {entry.pk: entry for entry in entries}
    standing, kept = Bar.objects.filter(entry__in=entries, reason__in=FOR_CONSENT).exclude(until__lte=at), set()
    ended = []
    for old in standing:
        since = closed.get(old.entry_id, {}).get(old.agency_id)
        same = since is not None and (old.since <= at if since <= at else old.since == since)
        if same and old.until is None and (old.entry_id, old.agency_id) not in kept:
            kept.add((old.entry_id, old.agency_id))
        else:
            old.until = at
            ended.append(old)
    barred_now = {(bar.entry_id, bar.agency_id) for bar in ended if bar.since <= at and bar.reason == "consent"}
    new = [
        Bar(
            entry_id=entry_id,
            agency_id=agency_id,
            reason=_reason(entries[entry_id], (entry_id, agency_id) in barred_now, since, at),
            since=max(since, at),
            set_by=by if by.pk else None,
        )
        for entry_id, agencies in closed.items()
        for agency_id, since in agencies.items()
        if (entry_id, agency_id) not in kept
    ]
    _write_bars(new, ended, by=by)
    _note_settled(entries, at)
    _record_settled(by, entries, {bar.entry_id for bar in [*new, *ended]})


def _reason(entry: Entry, is_barred: bool, since, at) -> str:
    """LAPSED for whom the entry was open before: settled once, and without a bar until this one."""
    was_open = since > at or entry.settled_at is not None and not is_barred
    return Bar.Reason.LAPSED if was_open else Bar.Reason.CONSENT


def _write_bars(new: list[Bar], ended: list[Bar], *, by) -> None:
    """Save bars with their history, each in one statement."""
    actor = {"history_actor": by.name if isinstance(by, SystemActor) else ""}
    for bars, reason, is_update in ((new, "consent", False), (ended, "consent", True)):
        for row in bars:
            noting(row, by=by, reason=reason)
        if bars:
            Bar.objects.bulk_update(bars, ["until"]) if is_update else Bar.objects.bulk_create(bars)
            Bar.history.bulk_history_create(bars, update=is_update, custom_historical_attrs=actor)


def _note_settled(entries: dict, at) -> None:
    """That consent was asked for *entries* at *at*: a mark of the machinery, outside of their history and version."""
    Entry.objects.filter(pk__in=entries).update(settled_at=at)


def _record_settled(by, entries: dict, changed: set) -> None:
    """One event for a case, without numbers: how many are kept away would tell what the person decided."""
    of_case: dict = {}
    for entry_id in changed:
        of_case.setdefault(entries[entry_id].case_id, []).append(entry_id)
    for case_id, ids in sorted(of_case.items(), key=str):
        things = [("cases.entry", pk) for pk in sorted(ids, key=str)]
        record("access.settled", by=by, case_id=case_id, reason="consent", things=things)


@transaction.atomic
def allow(*, by, entry: Entry, agency, why: str, until=None) -> Allowance:
    """Let *agency* have *entry*, as it stands, although no consent covers it, until *until* (None: until taken back).

    What is changed in it later closes it again.  For a decision on that one use (an override); who decides asks the
    caller.  *why* is a code.  Settle the case afterwards: bars follow.  Recorded as an administration of access.
    """
    allowance = Allowance(entry=entry, version=entry.version, agency=agency, until=until, why=why)
    allowance.set_by = by if by.pk else None
    noting(allowance, by=by, reason=why).save(force_insert=True)
    record("access.allowed", by=by, thing=allowance, case_id=entry.case_id, reason=why)
    return allowance


@transaction.atomic
def end_allowance(*, by, allowance: Allowance, why: str) -> None:
    """End *allowance* now; settle the case afterwards."""
    allowance.until = timezone.now()
    noting(allowance, by=by, reason=why).save(force_update=True)
    record("access.disallowed", by=by, thing=allowance, case_id=allowance.entry.case_id, reason=why)
