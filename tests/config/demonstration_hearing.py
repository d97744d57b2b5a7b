"""Meetings that were held, and their minutes, by the verbs themselves: see `demonstration_verbs`."""

import datetime as real

from cases.workflow import action as action_verbs
from config.demonstration.cast import moment
from config.demonstration.recording import ALERT_REASON, ALERT_TELLING, DEFERRED_REASON, RISKS
from meetings.models import AgendaItem
from meetings.workflow import attendance, live, minutes, recording, statement
from tests.config.demonstration_verbs import fresh


class Hearing:
    """Meetings that were held, by their verbs; the calendar of the bulk loading says when."""

    def __init__(self, town, agenda):
        from config.demonstration.hearing import Hearing as Bulk

        self.town, self.agenda, self.verbs, self.cast = town, agenda, town.verbs, town.cast
        self.present, self.signed = {}, {}
        self.plan = lambda planned: Bulk.plan(self, planned)

    def _item(self, key):
        return AgendaItem.objects.select_related(
            "meeting__panel__partnership",
            "meeting__chair",
            "listing__key",
            "listing__case__key",
            "listing__case__panel",
            "listing__referral",
            "presenter",
        ).get(pk=self.verbs.items[key].pk)

    def sign(self, meeting_key, seat, at):
        by = self.cast.members[seat.member]
        if self.cast.may(by, "attend"):
            statement.sign_statement(
                by=self.verbs.member(by),
                meeting=fresh(self.agenda.meetings[meeting_key]),
                number=1,
                mode="remote" if seat.remote else "room",
            )

    def observe(self, meeting_key, seat, at):
        name, _, organisation = seat.name.partition(", ")
        attendance.add_observer(
            by=self.agenda.by(),
            meeting=fresh(self.agenda.meetings[meeting_key]),
            name=name,
            organisation=organisation,
            signed=True,
        )

    def apologise(self, meeting_key, at):
        for apology in self.town.plan.meetings[meeting_key].apologies:
            member = self.cast.members[apology.member]
            attendance.record_apologies(
                by=self.agenda.by(),
                meeting=fresh(self.agenda.meetings[meeting_key]),
                agency=member.agency,
                member=member,
                information_sent=apology.information_sent,
                received_on=apology.received_on,
            )

    def chair(self):
        return self.verbs.member(self.cast.chair)

    def open(self, meeting_key, at):
        live.open_meeting(by=self.chair(), meeting=fresh(self.agenda.meetings[meeting_key]))

    def start(self, meeting_key, key, at):
        live.start_item(by=self.chair(), item=self._item(key))

    def write(self, meeting_key, key, at):
        said, by, item = self.town.plan.listings[key], self.agenda.by(), self._item(key)
        name = lambda one: self.cast.members[one].name if one in self.cast.members else ""  # noqa: E731
        notes = [
            ("summary", said.summary, ""),
            ("voice", said.voice, name(said.voice_given_by)),
            ("risk_victim", said.risk_summary, ""),
            ("perpetrator_line", said.perpetrator_line or said.perpetrator_considered, ""),
        ]
        for part, text, given_by in notes:
            if text:
                recording.save_note(by=by, item=item, part=part, text=text, seen=0, given_by=given_by)
        for action in said.actions:
            self._agree(meeting_key, item, action, by)
        reason = said.decision_reason or (ALERT_REASON if item.listing.type == "alert" else "")
        deferred_to = fresh(self.agenda.meetings[said.deferred_to]) if said.deferred_to else None
        outcome = recording.save_decision(
            by=by,
            item=item,
            decision=said.decision,
            seen=0,
            reason=(reason or DEFERRED_REASON) if deferred_to else reason,
            deferred_to=deferred_to,
            transferred_to=said.transferred_to,
        )
        self.verbs.outcomes[key] = outcome
        if said.decision != "deferred":
            self._telling(item, outcome, said.telling, by)

    def _agree(self, meeting_key, item, planned, by):
        case, agency = item.listing.case, self.cast.agencies[planned.agency]
        action = action_verbs.agree_action(
            by=by,
            case=case,
            agency=agency,
            text=planned.text,
            due_on=planned.due_on,
            listing=item.listing,
            risk=RISKS.get(planned.risk_to, planned.risk_to),
            member=self.cast.members[planned.member],
            safe_words=planned.safe_wording,
        )
        approved_at = moment(self.town.plan.meetings[meeting_key].approved_on, 15)
        agreed_at = self.agenda.meetings[meeting_key].starts_at + real.timedelta(hours=5)
        self.town.progress.follow(None, action, planned, agreed_at=agreed_at, approved_at=approved_at)

    def _telling(self, item, outcome, telling, by):
        if telling is None:
            recording.save_telling(by=by, item=item, seen=outcome.version, not_to_tell_reason=ALERT_TELLING)
            return
        recording.save_telling(
            by=by,
            item=item,
            seen=outcome.version,
            teller=self.cast.members[telling.member],
            tell_by=telling.by_on,
            tell_how=f"{telling.how} {telling.words}",
        )
        if telling.done_on:
            self.town.at(moment(telling.done_on, 16, 5), self.told, outcome)

    def told(self, outcome, at):
        from meetings.models import ItemOutcome

        outcome = ItemOutcome.objects.select_related(
            "key", "teller__agency", "item__meeting__panel", "item__listing__case"
        ).get(pk=outcome.pk)
        recording.mark_told(by=self.verbs.member(outcome.teller), outcome=outcome, seen=outcome.version)

    def close(self, meeting_key, key, at):
        listing = self.town.plan.listings[key]
        again = next(
            (
                one
                for one in self.town.plan.listings.values()
                if listing.deferred_to and one.meeting == listing.deferred_to and one.referral == listing.referral
            ),
            None,
        )
        live.close_item(by=self.chair(), item=self._item(key))
        if again:
            self.verbs.items[again.key] = AgendaItem.objects.get(
                meeting=self.agenda.meetings[again.meeting], listing__case=self.verbs.cases[again.case]
            )

    def issue(self, meeting_key, at):
        # Documents and letters are another matter: what is issued is compared, not what is sent.
        live.issue_actions(by=self.agenda.by(), meeting=fresh(self.agenda.meetings[meeting_key]))

    def end(self, meeting_key, at):
        live.end_meeting(by=self.chair(), meeting=fresh(self.agenda.meetings[meeting_key]))


class Record:
    """Minutes by their verbs."""

    def __init__(self, town, agenda, hearing):
        from config.demonstration.record import Record as Bulk

        self.town, self.agenda, self.hearing = town, agenda, hearing
        self.plan = lambda planned: Bulk.plan(self, planned)
        self.rows = {}

    def draft(self, key, at):
        self.rows[key] = minutes.draft_minutes(by=self.agenda.by(), meeting=fresh(self.agenda.meetings[key]))

    def check(self, key, until, at):
        minutes.send_for_check(by=self.agenda.by(), minutes=self._row(key), until=until)

    def approve(self, key, at):
        row = self._row(key)
        minutes.approve_minutes(by=self.hearing.chair(), minutes=row, early=at < row.check_until)
        self.town.at(at + real.timedelta(minutes=45), self.close_cases, key)

    def close_cases(self, key, at):
        for listing in self.town.plan.listings.values():
            if listing.meeting == key:
                self.town.progress.close_if_finished(listing.case)

    def _row(self, key):
        return type(self.rows[key]).objects.select_related("meeting__panel").get(pk=self.rows[key].pk)
