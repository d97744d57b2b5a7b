"""Meetings until they begin: planned, listed, researched, frozen.

What each function mirrors is in `meetings.workflow.calendar`, `.agenda`, `.agenda_issue` and `.research`.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from cases.models import Entry, Listing
from cases.models.access import Stage
from core.models import Key
from meetings.emails.notices import recipients_of
from meetings.models import (
    AgendaIssue,
    AgendaItem,
    Meeting,
    Notice,
    PersonCheck,
    Recusal,
    ResearchRequest,
    Return,
    Series,
)
from meetings.rules import agenda as rules
from meetings.rules import calendar

from .cast import aware, moment

TYPES = {"alert_only": "alert"}
MINUTE = timedelta(minutes=1)
APART = timedelta(seconds=20)
NO_NAMES = "The case cannot wait for the next ordinary meeting."


@dataclass
class Sitting:
    """One meeting's rows."""

    row: Meeting
    planned: object
    items: dict = field(default_factory=dict)  # listing key → Heard
    requests: dict = field(default_factory=dict)  # agency id → request
    minutes: object = None
    minutes_items: list = field(default_factory=list)


@dataclass
class Heard:
    """One listing with its item and what was answered for it."""

    listing: Listing
    item: AgendaItem
    planned: object
    file: object
    returns: dict = field(default_factory=dict)  # agency id → return
    entries: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    notes: dict = field(default_factory=dict)
    outcome: object = None
    actions: list = field(default_factory=list)
    recused: list = field(default_factory=list)
    attended: list = field(default_factory=list)


class Agenda:
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

    # research

    def send_research(self, key: str, at) -> None:
        """`send_research`, once cases are listed."""
        sitting = self.meetings[key]
        if sitting.items and not sitting.requests:
            self._ask(sitting, list(sitting.items.values()), self.cast.coordinator, at)

    def _ask(self, sitting, items, by, at) -> None:
        grown = {}
        for heard in items:
            for agency in sorted(heard.asked, key=lambda agency: agency.name):
                grown[agency.pk] = request = sitting.requests.get(agency.pk) or self._request(sitting, agency, by, at)
                waiting = Return(key=heard.listing.key, request=request, listing=heard.listing)
                heard.returns[agency.pk] = self.store.save(waiting, by=by, at=at, reason="research.sent")
            self._plan_answers(sitting, heard, at)
        if not grown:
            return
        agencies = {request.agency_id for request in grown.values()}
        told = [
            m
            for m in self.cast.attending()
            if m.agency_id in agencies and m.pk != by.pk and self.cast.may(m, "research")
        ]
        self.store.record(
            "research.sent",
            by=by,
            at=at,
            thing=sitting.row,
            panel_id=self.cast.panel.pk,
            things=sorted(grown.values(), key=lambda request: request.agency.name),
            recipients=recipients_of(told),
            detail={"agencies": len(grown)},
        )

    def _request(self, sitting, agency, by, at) -> ResearchRequest:
        request = ResearchRequest(
            meeting=sitting.row, agency=agency, sent_at=at, sent_by=by, due_at=sitting.row.research_due_at
        )
        sitting.requests[agency.pk] = request
        return self.store.save(request, by=by, at=at, reason="research.sent")

    def _plan_answers(self, sitting, heard, asked_at) -> None:
        latest = sitting.row.starts_at - 30 * MINUTE
        last = asked_at
        for planned in heard.planned.returns:
            answer = heard.returns.get(self.cast.agencies[planned.agency].pk)
            if answer is None or planned.answer not in ("known", "nothing_known"):
                continue
            when = min(max(aware(planned.answered_at), asked_at + 20 * MINUTE), latest)
            last = max(last, when)
            self.town.at(when, self.answer, sitting, heard, planned, answer)
        if heard.planned.recused:
            self.town.at(min(last + MINUTE, latest), self.recuse, heard)

    def answer(self, sitting, heard, planned, answer, at) -> None:
        """One agency's answer: nothing known of the case, or who is known, what, and that it is complete."""
        by = self.cast.worker(planned.researcher, "research", planned.agency)
        if by.agency_id != answer.request.agency_id:  # the small cast has nobody to answer for some agencies
            return
        if planned.answer == "nothing_known":
            self._settle(answer, "nothing", by, at)
            self.store.record(
                "research.nothing_known",
                by=by,
                at=at,
                thing=sitting.row,
                panel_id=self.cast.panel.pk,
                things=[answer],
                detail={"cases": 1},
            )
            return
        if not planned.destroyed:  # what was known is beyond its retention otherwise: the answer alone is left
            self._checks(heard, planned, answer, by, at)
            at = self._entries(heard, planned, by, at)
        referral = heard.listing.referral
        answer.lawful_basis = _basis(by) if referral.consents == "no" else ""
        self._settle(answer, "answered", by, at)
        self.store.record(
            "research.answered", by=by, at=at, thing=answer, case_id=heard.file.row.pk, panel_id=self.cast.panel.pk
        )

    def _settle(self, answer, state, by, at) -> None:
        answer.state, answer.answered_at, answer.answered_by, answer.researcher = state, at, by, by.name
        self.store.save(answer, by=by, at=at, reason=f"research.{state}")

    def _checks(self, heard, planned, answer, by, at) -> None:
        known = {heard.file.people[key].pk for key in planned.known if key in heard.file.people}
        for party in heard.file.parties:
            is_known = party.pk in known
            check = PersonCheck(
                key=answer.key,
                answer=answer,
                party=party,
                known="known" if is_known else "not_known",
                accuracy="correct" if is_known else "",
            )
            self.store.save(check, by=by, at=at, reason="research.checked")
            self.store.record(
                "research.checked",
                by=by,
                at=at,
                thing=check,
                case_id=heard.file.row.pk,
                panel_id=self.cast.panel.pk,
                detail={"known": check.known},
            )

    def _entries(self, heard, planned, by, at):
        """One entry after the other; the instant of the last."""
        for said in planned.entries:
            facts = {
                "party": heard.file.people.get(said.person),
                "source": said.source,
                "known_on": said.on,
                "nature": said.nature,
                "reach": {"say_only": "say"}.get(said.reach, said.reach),
            }
            at += APART
            self._entry(heard, by, at, said.excluded, text=said.text, kind="information", **facts)
            if said.proposed_action:
                at += APART
                facts |= {"nature": "opinion", "source": "", "known_on": None}
                self._entry(heard, by, at, said.excluded, text=said.proposed_action, kind="proposal", **facts)
        return at

    def _entry(self, heard, by, at, excluded, **facts) -> None:
        """`write_entry`."""
        case = heard.file.row
        entry = Entry(
            key=heard.listing.key,
            case=case,
            listing=heard.listing,
            agency=by.agency,
            written_by=by,
            written_at=at,
            heading="other",
            **facts,
        )
        heard.entries.append(self.store.save(entry, by=by, at=at, reason="entry.written"))
        left_out = [self.cast.agencies[key] for key in excluded if self.cast.agencies[key].pk != by.agency_id]
        for agency in left_out:
            self.sight.bar(by=by, at=at, reason="excluded", entry=entry, agency=agency)
        self.store.record(
            "entry.written",
            by=by,
            at=at,
            thing=entry,
            case_id=case.pk,
            detail={"kind": entry.kind, "nature": entry.nature, "reach": entry.reach, "kept_from": len(left_out)},
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


def _basis(member) -> str:
    from .intake import basis_of

    return basis_of(member.agency.kind)
