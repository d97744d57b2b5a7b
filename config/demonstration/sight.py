"""Who sees what, as `cases.workflow.access` writes it: involvements and bars, looked up among those made so far."""

from collections import defaultdict

from cases.models import Bar, Involvement
from cases.models.access import Stage


class Sight:
    """Opens and closes; knows what is open."""

    def __init__(self, store, panel):
        self.store, self.panel = store, panel
        self.open: dict[tuple, Involvement] = {}
        self.bars: dict[tuple, Bar] = {}
        self.by_listing: dict[tuple, list[tuple]] = defaultdict(list)

    def involve(
        self, *, by, at, stage, why, case=None, referral=None, listing=None, track=None, agency=None, member=None
    ):
        """`cases.workflow.access.involve`."""
        if member is not None and agency is None:
            agency = member.agency
        about = (case, referral, listing, agency, member, track)
        what = (*(getattr(thing, "pk", None) for thing in about), str(stage))
        if what in self.open:
            return self.open[what]
        holder = "member" if member else "agency" if agency else "desk"
        row = Involvement(
            panel=self.panel,
            case=case,
            referral=referral,
            listing=listing,
            track=track,
            holder=holder,
            agency=agency,
            member=member,
            stage=str(stage),
            since=at,
            why=why,
        )
        self.open[what] = self.store.save(row, by=by, at=at, reason=why)
        if listing is not None:
            self.by_listing[listing.pk, str(stage)].append(what)
        self.store.record(
            "access.opened",
            by=by,
            at=at,
            thing=row,
            case_id=row.case_id,
            panel_id=self.panel.pk,
            reason=why,
            detail={"stage": str(stage), "holder": holder},
        )
        return row

    def end(self, what: tuple, *, by, at, why) -> None:
        """`cases.workflow.access.end_involvement`."""
        row = self.open.pop(what)
        row.until = at
        self.store.save(row, by=by, at=at, reason=why)
        self.store.record(
            "access.closed",
            by=by,
            at=at,
            thing=row,
            case_id=row.case_id,
            panel_id=self.panel.pk,
            reason=why,
            detail={"stage": row.stage},
        )

    def end_listing(self, listing, stage, *, by, at, why) -> None:
        """End the sight of *listing* at *stage* of everybody who has it."""
        for what in self.by_listing.pop((listing.pk, str(stage)), []):
            self.end(what, by=by, at=at, why=why)

    def of_agency_in_case(self, case, agency) -> bool:
        """Whether *agency* sees *case* as a whole, and not one listing of it alone."""
        stages = [str(stage) for stage in Stage]
        return any((case.pk, None, None, agency.pk, None, None, stage) in self.open for stage in stages)

    def bar(self, *, by, at, reason, case=None, referral=None, entry=None, agency=None, member=None) -> Bar:
        """`cases.workflow.access.bar`."""
        what = (*(getattr(thing, "pk", None) for thing in (case, referral, entry, agency, member)), str(reason))
        if what in self.bars:
            return self.bars[what]
        row = Bar(
            case=case,
            referral=referral,
            entry=entry,
            agency=agency,
            member=member,
            reason=str(reason),
            since=at,
            set_by=by,
        )
        self.bars[what] = self.store.save(row, by=by, at=at, reason=str(reason))
        about = case or referral or entry
        case_id = case.pk if case else about.case_id
        self.store.record("access.barred", by=by, at=at, thing=row, case_id=case_id, reason=str(reason))
        return row

    def kept_from_case(self, case) -> tuple[set, set]:
        """Ids of the members and of the agencies barred from *case*."""
        rows = [row for what, row in self.bars.items() if what[0] == case.pk]
        return {row.member_id for row in rows} - {None}, {row.agency_id for row in rows} - {None}

    def of_referral(self, referral) -> list[Bar]:
        return [row for what, row in self.bars.items() if what[1] == referral.pk]
