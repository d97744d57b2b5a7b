"""Meetings that were held: signed, opened, heard item by item, ended; as `meetings.workflow.statement` to `.live`."""

from datetime import timedelta

from cases.models.access import Stage
from meetings.models import Agreement, Attendance, ItemAttendance
from meetings.workflow.presence import recipient_of

from .cast import aware, moment
from .recording import Recording

MINUTE = timedelta(minutes=1)


class Hearing(Recording):
    """Runs the meetings of the past."""

    def __init__(self, town, agenda):
        self.town, self.agenda = town, agenda
        self.store, self.cast, self.sight = town.store, town.cast, town.sight
        self.present: dict[str, list[Attendance]] = {}
        self.signed: dict[str, set] = {}

    def plan(self, planned) -> None:
        """Let the meeting take place: every act at its minute of the day."""
        key, at = planned.key, self.town.at
        starts_at = moment(planned.on, planned.starts_at.hour, planned.starts_at.minute)
        self.present[key], self.signed[key] = [], set()
        at(starts_at - 12 * MINUTE, self.apologise, key)
        for seat in planned.attendances:
            if seat.member:
                at(aware(seat.signed_at), self.sign, key, seat)
            else:
                at(aware(seat.signed_at), self.observe, key, seat)
        at(starts_at, self.open, key)
        ends_at = moment(planned.on, planned.ended_at.hour, planned.ended_at.minute)
        listings = sorted(planned.listings, key=lambda each: self.town.plan.listings[each].order)
        slot = (ends_at - starts_at - 4 * MINUTE) / max(1, len(listings))
        for place, listing in enumerate(listings):
            begins = starts_at + 2 * MINUTE + slot * place
            at(begins, self.start, key, listing)
            at(begins + slot / 2, self.write, key, listing)
            at(begins + slot - timedelta(seconds=5), self.close, key, listing)
        at(ends_at - MINUTE, self.issue, key)
        at(ends_at, self.end, key)

    # the room

    def sign(self, meeting_key, seat, at) -> None:
        """`sign_statement`: agreement, time in, and sight of each item from which nothing keeps the member."""
        sitting = self.agenda.meetings[meeting_key]
        by, meeting, panel = self.cast.members[seat.member], sitting.row, self.cast.panel
        if not self.cast.may(by, "attend"):
            return
        agreement = Agreement(meeting=meeting, member=by, agency=by.agency, statement=self.cast.statement, signed_at=at)
        self.store.add(agreement, at=at)
        self.store.record("statement.signed", by=by, at=at, thing=agreement, panel_id=panel.pk, detail={"number": 1})
        attendance = Attendance(
            meeting=meeting,
            member=by,
            agency=by.agency,
            capacity=self._capacity(by, meeting),
            mode="remote" if seat.remote else "room",
            arrived_at=at,
        )
        self.store.save(attendance, by=by, at=at, reason="signed")
        self.store.record("attendance.arrived", by=by, at=at, thing=attendance, panel_id=panel.pk, reason="signed")
        self.present[sitting.planned.key].append(attendance)
        self.signed[sitting.planned.key].add(by.pk)
        for heard in sitting.items.values():
            if not self._kept_away(heard, by):
                self.sight.involve(
                    by=by,
                    at=at,
                    case=heard.file.row,
                    listing=heard.listing,
                    member=by,
                    stage=Stage.MEETING,
                    why="signed",
                )
            if heard.item.state == "open" and attendance in self._hearers(sitting, heard):
                self._disclose(heard, [attendance], by, at, event="item.joined")

    def _capacity(self, member, meeting) -> str:
        roles = {grant.role for grant in member.grants if grant.panel_id in (None, self.cast.panel.pk)}
        if meeting.chair_id == member.pk:
            return "chair"
        if "coordinator" in roles:
            return "minutes"
        return "deputy" if "deputy" in roles and "representative" not in roles else "member"

    def observe(self, meeting_key, seat, at) -> None:
        """`add_observer`."""
        sitting = self.agenda.meetings[meeting_key]
        name, _, organisation = seat.name.partition(", ")
        observer = Attendance(
            meeting=sitting.row,
            observer_name=name,
            observer_organisation=organisation,
            observer_signed=True,
            capacity="observer",
            arrived_at=at,
        )
        by = self.cast.coordinator
        self.store.save(observer, by=by, at=at, reason="observer")
        self.store.record(
            "attendance.observer_entered",
            by=by,
            at=at,
            thing=observer,
            panel_id=self.cast.panel.pk,
            detail={"signed": True},
        )
        self.present[sitting.planned.key].append(observer)

    def apologise(self, meeting_key, at) -> None:
        """`record_apologies`."""
        sitting = self.agenda.meetings[meeting_key]
        by = self.cast.coordinator
        for apology in sitting.planned.apologies:
            member = self.cast.members[apology.member]
            line = Attendance(
                meeting=sitting.row,
                member=member,
                agency=member.agency,
                apologies=True,
                information_sent=apology.information_sent,
                information_received_on=apology.received_on,
            )
            self.store.save(line, by=by, at=at, reason="apologies")
            self.store.record(
                "attendance.apologies_entered",
                by=by,
                at=at,
                thing=line,
                panel_id=self.cast.panel.pk,
                detail={"information_sent": apology.information_sent},
            )

    # the sitting

    def open(self, meeting_key, at) -> None:
        """`open_meeting`."""
        sitting = self.agenda.meetings[meeting_key]
        meeting, by = sitting.row, self.cast.chair
        meeting.state, meeting.opened_at, meeting.opened_by = "in_session", at, by
        self.store.save(meeting, by=by, at=at, reason="opened")
        self.store.record("meeting.opened", by=by, at=at, thing=meeting, panel_id=self.cast.panel.pk)

    def start(self, meeting_key, listing_key, at) -> None:
        """`start_item`: everybody present, signed and not kept away hears it."""
        sitting = self.agenda.meetings[meeting_key]
        heard, by = sitting.items[listing_key], self.cast.chair
        item, meeting = heard.item, sitting.row
        item.led_by, item.state, item.started_at = by, "open", at
        self.store.save(item, by=by, at=at, reason="opened")
        meeting.current_item = item
        self.store.save(meeting, by=by, at=at, reason="item")
        self._disclose(heard, self._hearers(sitting, heard), by, at)

    def _hearers(self, sitting, heard) -> list[Attendance]:
        members, agencies = self.sight.kept_from_case(heard.file.row)
        restricted = heard.listing.type == "restricted"
        return [
            a
            for a in self.present[sitting.planned.key]
            if a.member_id not in members and a.agency_id not in agencies and not (restricted and a.member_id is None)
        ]

    def _kept_away(self, heard, member) -> bool:
        members, agencies = self.sight.kept_from_case(heard.file.row)
        return member.pk in members or member.agency_id in agencies

    def _disclose(self, heard, to, by, at, event="item.opened") -> None:
        heard.attended += to
        for attendance in to:
            row = ItemAttendance(item=heard.item, attendance=attendance)
            self.store.add(row, at=at)
        self.store.record(
            event,
            by=by,
            at=at,
            thing=heard.item,
            case_id=heard.file.row.pk,
            panel_id=self.cast.panel.pk,
            recipients=[recipient_of(attendance) for attendance in to],
            things=[entry.pk for entry in heard.entries],
            detail={"listing": str(heard.listing.pk)},
        )

    def close(self, meeting_key, listing_key, at) -> None:
        """`close_item`: heard, or deferred to the meeting that was named."""
        sitting = self.agenda.meetings[meeting_key]
        heard, by = sitting.items[listing_key], self.cast.chair
        item, meeting, file = heard.item, sitting.row, heard.file
        item.spent_seconds = int((at - item.started_at).total_seconds())
        item.state, item.ended_at = "heard", at
        self.store.save(item, by=by, at=at, reason="closed")
        meeting.current_item = None
        self.store.save(meeting, by=by, at=at, reason="no_item")
        deferred, listing = heard.outcome.decision == "deferred", heard.listing
        if deferred:
            listing.ended_on = at.date()
        else:
            listing.heard_on = listing.ended_on = file.heard_on = item.started_at.date()
        self.store.save(listing, by=by, at=at, reason="deferred" if deferred else "heard")
        file.waiting.remove(listing)
        if deferred:
            self._defer(heard, at)
        self.store.record(
            "item.closed",
            by=by,
            at=at,
            thing=item,
            case_id=file.row.pk,
            panel_id=self.cast.panel.pk,
            detail={"decision": heard.outcome.decision},
        )

    def _defer(self, heard, at) -> None:
        again = next(
            (
                key
                for key in self.agenda.meetings[heard.planned.deferred_to].planned.listings
                if self.town.plan.listings[key].referral == heard.planned.referral
            ),
            None,
        )
        if again:
            self.agenda.list_case(again, at, deferred=heard)

    def issue(self, meeting_key, at) -> None:
        """`issue_actions`, in the room."""
        sitting = self.agenda.meetings[meeting_key]
        meeting, by = sitting.row, self.cast.coordinator
        waiting = [action for heard in sitting.items.values() for action in heard.actions]
        for action in waiting:
            action.issued_at = at
            self.store.save(action, by=by, at=at, reason="issued")
        meeting.actions_issued_at = at
        self.store.save(meeting, by=by, at=at, reason="actions_issued")
        self.store.record(
            "actions.issued",
            by=by,
            at=at,
            thing=meeting,
            panel_id=self.cast.panel.pk,
            things=[action.pk for action in waiting],
            detail={"count": len(waiting)},
        )

    def end(self, meeting_key, at) -> None:
        """`end_meeting`: agencies that heard an item keep it as having taken part; all other sight ends."""
        sitting = self.agenda.meetings[meeting_key]
        meeting, by = sitting.row, self.cast.chair
        meeting.state, meeting.ended_at, meeting.ended_by, meeting.current_item = "minutes_draft", at, by, None
        self.store.save(meeting, by=by, at=at, reason="ended")
        self.store.record("meeting.ended", by=by, at=at, thing=meeting, panel_id=self.cast.panel.pk)
        for attendance in self.present[sitting.planned.key]:
            attendance.left_at = at
            self.store.save(attendance, by=by, at=at, reason="meeting_ended")
        for heard in sitting.items.values():
            _members, barred = self.sight.kept_from_case(heard.file.row)
            agencies = {a.agency_id: a.agency for a in heard.attended if a.member_id}
            answered = [answer for answer in heard.returns.values() if answer.state == "answered"]
            agencies |= {answer.request.agency_id: answer.request.agency for answer in answered}
            agencies = {pk: agency for pk, agency in agencies.items() if pk not in barred}
            for agency in sorted(agencies.values(), key=lambda agency: agency.name):
                self.sight.involve(
                    by=by,
                    at=at,
                    case=heard.file.row,
                    listing=heard.listing,
                    agency=agency,
                    stage=Stage.AFTER,
                    why="took_part",
                )
            self._keep_for_telling(heard, agencies, barred, by, at)
            for stage in (Stage.RESEARCH, Stage.MEETING):
                self.sight.end_listing(heard.listing, stage, by=by, at=at, why="meeting_ended")

    def _keep_for_telling(self, heard, agencies, barred, by, at) -> None:
        outcome = heard.outcome
        if outcome is None or outcome.told_at or outcome.tell_agency_id in (None, *agencies, *barred):
            return
        self.sight.involve(
            by=by,
            at=at,
            case=heard.file.row,
            listing=heard.listing,
            agency=outcome.tell_agency,
            stage=Stage.ACTION,
            why="tells_victim",
        )
