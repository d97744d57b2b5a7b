"""Meetings until they begin: planned, listed, researched, frozen.

What each function mirrors is in `meetings.workflow.calendar`, `.agenda`, `.agenda_issue` and `.research`.
"""

from cases.models import Listing
from cases.models.access import Stage
from core.models import Key
from meetings.emails.notices import recipients_of
from meetings.models import (
    AgendaIssue,
    AgendaItem,
    Meeting,
    Notice,
    Recusal,
    Series,
)
from meetings.rules import agenda as rules
from meetings.rules import calendar

from .cast import moment
from .research import MINUTE, Research
from .sitting import Heard, Sitting

TYPES = {"alert_only": "alert"}
NO_NAMES = "The case cannot wait for the next ordinary meeting."


class Agenda(Research):
    """Plans meetings, lists cases, asks agencies, freezes."""

    def __init__(self, town):
        self.town, self.store, self.cast, self.sight = town, town.store, town.cast, town.sight
        self.meetings: dict[str, Sitting] = {}
        self.series: dict[int, Series] = {}
        self.research_from: dict[str, object] = {}  # meeting key → the instant at which its requests go out

    # calendar

    def plan(self, planned, at) -> None:
        """`make_series` for the ordinary ones of a year, `plan_meeting` for an urgent one."""
        urgent = planned.kind == "urgent"
        series = None if urgent else self._series(planned, at)
        starts_at, panel, by = (
            moment(planned.on, planned.starts_at.hour, planned.starts_at.minute),
            self.cast.panel,
            self.cast.coordinator,
        )
        row = Meeting(
            key=self.store.add(Key.new(Key.Kind.MEETING.value), at=at),
            panel=panel,
            series=series,
            kind="emergency" if urgent else "ordinary",
            emergency_reason="danger" if urgent else "",
            emergency_words=NO_NAMES if urgent else "",
            starts_at=starts_at,
            place=planned.place,
            link=panel.link,
            chair=self.cast.chair,
            cutoff_at=starts_at if urgent else calendar.cutoff_of(panel, starts_at),
            research_due_at=starts_at if urgent else calendar.research_due_of(panel, starts_at),
            minutes_per_case=panel.minutes_per_case,
            state="planned",
        )
        self.meetings[planned.key] = Sitting(row, planned)
        self.store.save(row, by=by, at=at, reason="meeting.planned")
        self.store.record("meeting.planned", by=by, at=at, thing=row, panel_id=panel.pk, detail={"kind": row.kind})
        if series is None or not series.told:
            self._tell(row, "made", by, at)
            if series is not None:
                series.told = True

    def _series(self, planned, at) -> Series:
        year = planned.on.year
        if year not in self.series:
            days = [m.on for m in self.town.plan.meetings.values() if m.kind == "ordinary" and m.on.year == year]
            series = Series(panel=self.cast.panel, first_on=min(days), last_on=max(days), made_by=self.cast.coordinator)
            series.told = False
            self.series[year] = self.store.save(series, by=self.cast.coordinator, at=at, reason="series.made")
            self.store.record(
                "series.made",
                by=self.cast.coordinator,
                at=at,
                thing=series,
                panel_id=self.cast.panel.pk,
                detail={"meetings": len(days)},
            )
        return self.series[year]

    def _tell(self, meeting, kind, by, at) -> None:
        told = [member for member in self.cast.attending() if member.pk != by.pk]
        self.store.add(Notice(meeting=meeting, kind=kind, sent_by=by, count=len(told)), at=at)
        self.store.record(
            "meeting.notified",
            by=by,
            at=at,
            thing=meeting,
            panel_id=self.cast.panel.pk,
            reason=kind,
            recipients=recipients_of(told),
        )

    # list

    def list_case(self, key: str, at, deferred: Heard | None = None) -> Heard:
        """`list_case`; *deferred* is the earlier listing from which it was put off."""
        planned = self.town.plan.listings[key]
        sitting, file = self.meetings[planned.meeting], self.town.files[planned.case]
        by, meeting, panel = self.cast.chair if deferred else self.cast.coordinator, sitting.row, self.cast.panel
        referral = self.town.intake.told[planned.referral].row
        if meeting.state == "planned" and meeting.kind == "ordinary":
            meeting.state = "agenda_open"
            self.store.save(meeting, by=by, at=at, reason="agenda.opened")
            self.store.record("agenda.opened", by=by, at=at, thing=meeting, panel_id=panel.pk)
        listing = Listing(
            key=self.store.add(Key.new(Key.Kind.LISTING.value), at=at),
            case=file.row,
            referral=referral,
            type=deferred.listing.type if deferred else TYPES.get(planned.kind, planned.kind),
            transferred_from=self.town.plan.referrals[planned.referral].transfer_from,
        )
        self.store.save(listing, by=by, at=at, reason="agenda.listed")
        presenter = deferred.item.presenter if deferred else self.cast.worker(planned.presenter, "attend")
        item = AgendaItem(
            key=listing.key,
            meeting=meeting,
            listing=listing,
            position=len(sitting.items) + 1,
            presenter=presenter,
            minutes=None if deferred or planned.minutes == panel.minutes_per_case else planned.minutes,
        )
        self.store.save(item, by=by, at=at, reason="agenda.listed")
        heard = sitting.items[key] = Heard(listing, item, planned, file)
        file.waiting.append(listing)
        heard.asked = self._asked(heard)
        for agency in heard.asked:
            self.sight.involve(
                by=by, at=at, case=file.row, listing=listing, agency=agency, stage=Stage.RESEARCH, why="asked"
            )
        self.store.record(
            "agenda.listed",
            by=by,
            at=at,
            thing=item,
            case_id=file.row.pk,
            panel_id=panel.pk,
            detail={"type": listing.type, "agencies": len(heard.asked)},
        )
        if sitting.requests:
            self._ask(sitting, [heard], by, at)
        self._ask_presenter(heard, by, at)
        if not sitting.requests and at >= self.research_from[planned.meeting]:
            self.town.at(at + MINUTE, self.send_research, planned.meeting)
        return heard

    def _asked(self, heard) -> list:
        """The agencies of the plan's returns, without those that are barred."""
        _members, barred = self.sight.kept_from_case(heard.file.row)
        agencies = [self.cast.agencies[each.agency] for each in heard.planned.returns]
        return [agency for agency in agencies if agency.pk not in barred]

    def _ask_presenter(self, heard, by, at) -> None:
        item = heard.item
        if item.presenter_id == by.pk:
            self.confirm(heard, at)
            return
        self.store.record(
            "agenda.presenter_chosen",
            by=by,
            at=at,
            thing=item,
            case_id=heard.file.row.pk,
            panel_id=self.cast.panel.pk,
            detail={"letters": 1},
        )
        if heard.planned.presenter_confirmed:
            self.town.at(at + 90 * MINUTE, self.confirm, heard)

    def confirm(self, heard, at, by=None) -> None:
        """`confirm_presenter`: said by the presenter, or by the coordinator who heard it from them."""
        item = heard.item
        if item.presenter_confirmed_at is not None:
            return
        by, item.presenter_confirmed_at = by or item.presenter, at
        self.store.save(item, by=by, at=at, reason="agenda.presenter_confirmed")
        self.store.record(
            "agenda.presenter_confirmed",
            by=by,
            at=at,
            thing=item,
            case_id=heard.file.row.pk,
            panel_id=self.cast.panel.pk,
        )

    def recuse(self, heard, at) -> None:
        """`declare_interest`, of the member alone; neither of whom the meeting cannot do without."""
        for key in heard.planned.recused:
            by = self.cast.members[key]
            if by in (self.cast.chair, self.cast.coordinator):
                continue
            case = heard.file.row
            bar = self.sight.bar(by=by, at=at, reason="recusal", case=case, member=by)
            recusal = Recusal(
                item=heard.item, member=by, agency=by.agency, state="recused", declared_at=at, declared_by=by, bar=bar
            )
            self.store.save(recusal, by=by, at=at, reason="declared")
            heard.item.beat += 1
            heard.recused.append(recusal)
            self.store.record(
                "interest.declared",
                by=by,
                at=at,
                thing=recusal,
                case_id=case.pk,
                panel_id=self.cast.panel.pk,
                detail={"whole_agency": False},
            )

    # frozen

    def confirm_rest(self, key: str, at) -> None:
        """The coordinator telephones those who have not confirmed: without a presenter nothing is frozen."""
        for heard in self.meetings[key].items.values():
            self.confirm(heard, at, self.cast.coordinator)

    def order(self, key: str, at) -> None:
        """`order_items`: into the plan's order."""
        sitting = self.meetings[key]
        by = self.cast.coordinator
        arranged = sorted(sitting.items.values(), key=lambda heard: heard.planned.order)
        moved = [(place, heard.item) for place, heard in enumerate(arranged, 1) if heard.item.position != place]
        for place, item in moved:
            item.position = place
            self.store.save(item, by=by, at=at, reason="agenda.ordered")
        if moved:
            self.store.record(
                "agenda.ordered",
                by=by,
                at=at,
                thing=sitting.row,
                panel_id=self.cast.panel.pk,
                detail={"moved": len(moved)},
            )

    def freeze(self, key: str, at) -> None:
        """`freeze_agenda`, with the warnings that stood."""
        sitting = self.meetings[key]
        meeting, by = sitting.row, self.cast.coordinator
        meeting.state, meeting.frozen_at, meeting.frozen_by = "agenda_frozen", at, by
        overridden = self._warnings(sitting)
        items = sorted((heard.item for heard in sitting.items.values()), key=lambda item: item.position)
        content = rules.content_of(meeting, items) | {"overridden": overridden}
        meeting.agenda_number += 1
        self.store.save(meeting, by=by, at=at, reason="agenda.frozen")
        issue = AgendaIssue(meeting=meeting, number=meeting.agenda_number, content=content, issued_by=by, changes=[])
        self.store.add(issue, at=at)
        told = [member for member in self.cast.attending() if member.pk != by.pk]
        self.store.add(Notice(meeting=meeting, kind="agenda", sent_by=by, count=len(told)), at=at)
        self.store.record(
            "agenda.frozen",
            by=by,
            at=at,
            thing=meeting,
            panel_id=self.cast.panel.pk,
            recipients=recipients_of(told),
            detail={"number": issue.number, "overridden": overridden},
        )

    def _warnings(self, sitting: Sitting) -> list[str]:
        found = set()
        for heard in sitting.items.values():
            if any(answer.state == "outstanding" for answer in heard.returns.values()):
                found.add("research_outstanding")
        return sorted(found)
