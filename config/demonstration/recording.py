"""What is recorded at an item of a meeting: notes, actions, decision, as `meetings.workflow.recording` does it."""

from datetime import timedelta

from cases.models import Action
from meetings.models import ItemNote, ItemOutcome

from .cast import moment

RISKS = {"other_adults": "others"}
RETURNS_KEPT = timedelta(days=30)  # after approval; what was said goes, the minutes stay
ALERT_REASON = "Listed so that every agency can flag its records; nothing was discussed."
ALERT_TELLING = "Nothing was decided that the victim has to be told."
DEFERRED_REASON = "The information was not complete."


class Recording:
    """Writes down what was said and decided."""

    def write(self, meeting_key, listing_key, at) -> None:
        """What is recorded at an item: notes, actions, decision, who tells the victim."""
        sitting = self.agenda.meetings[meeting_key]
        heard, said = sitting.items[listing_key], sitting.items[listing_key].planned
        by = self.cast.coordinator
        is_past = self.town.plan.today > sitting.planned.approved_on + RETURNS_KEPT
        heard.texts = {
            "summary": (said.summary, ""),
            "voice": (said.voice, self._name(said.voice_given_by)),
            "risk_victim": (said.risk_summary, ""),
            "perpetrator_line": (said.perpetrator_line or said.perpetrator_considered, ""),
        }
        for part, (text, given_by) in heard.texts.items():
            if text:
                self._note(heard, part, text, given_by, by, at, keep=not is_past)
        for action in said.actions:
            self._agree(sitting, heard, action, by, at)
        self._outcome(sitting, heard, by, at, keep=not is_past)

    def _name(self, key: str) -> str:
        return self.cast.members[key].name if key in self.cast.members else ""

    def _note(self, heard, part, text, given_by, by, at, *, keep) -> None:
        """`save_note`; beyond the retention of what was said, the event and the minutes alone are left."""
        note = ItemNote(
            key=heard.listing.key,
            item=heard.item,
            part=part,
            text=text,
            given_by=given_by,
            written_by=by,
            written_at=at,
        )
        if keep:
            self.store.save(note, by=by, at=at, reason="recorded")
            heard.notes[part] = note
        self.store.record(
            "note.recorded",
            by=by,
            at=at,
            thing=note,
            case_id=heard.file.row.pk,
            panel_id=self.cast.panel.pk,
            detail={"part": part},
        )

    def _agree(self, sitting, heard, planned, by, at) -> None:
        """`agree_action`."""
        agency = self.cast.agencies[planned.agency]
        file, member = heard.file, self.cast.members[planned.member]
        members, _agencies = self.sight.kept_from_case(file.row)
        if planned.due_on < at.date() or member.pk in members:
            member = None if member.pk in members else member
        action = Action(
            key=file.row.key,
            case=file.row,
            listing=heard.listing,
            number=len(file.actions) + 1,
            agency=agency,
            member=member,
            text=planned.text,
            safe_words=planned.safe_wording,
            due_on=planned.due_on,
            risk=RISKS.get(planned.risk_to, planned.risk_to),
            state="open",
            agreed_at=at,
            agreed_by=by,
        )
        self.store.save(action, by=by, at=at, reason="agreed")
        self.store.record(
            "action.agreed",
            by=by,
            at=at,
            thing=action,
            case_id=file.row.pk,
            panel_id=self.cast.panel.pk,
            detail={"number": action.number, "from_proposal": False},
        )
        self.town.progress.let_owner_see(by, at, file.row, agency)
        file.actions.append(action)
        heard.actions.append(action)
        approved_at = moment(sitting.planned.approved_on, 15)
        self.town.progress.follow(
            file, action, planned, agreed_at=sitting.row.starts_at + timedelta(hours=5), approved_at=approved_at
        )

    def _outcome(self, sitting, heard, by, at, *, keep) -> None:
        """`save_decision` and `save_telling`."""
        said, case = heard.planned, heard.file.row
        outcome = ItemOutcome(
            key=heard.listing.key,
            item=heard.item,
            decision=said.decision,
            decided_by=by,
            decided_at=at,
            transferred_to=said.transferred_to,
        )
        heard.outcome, is_alert = outcome, heard.listing.type == "alert"
        reason = said.decision_reason or (ALERT_REASON if is_alert else "")
        if said.deferred_to:
            outcome.deferred_to = self.agenda.meetings[said.deferred_to].row
        outcome.reason = (reason or DEFERRED_REASON if said.deferred_to else reason) if keep else ""
        heard.reason = reason
        self.store.save(outcome, by=by, at=at, reason="decided")
        self.store.record(
            "item.decided",
            by=by,
            at=at,
            thing=outcome,
            case_id=case.pk,
            panel_id=self.cast.panel.pk,
            detail={"decision": outcome.decision},
        )
        if said.decision != "deferred":
            self._telling(heard, outcome, by, at, keep=keep)

    def _telling(self, heard, outcome, by, at, *, keep) -> None:
        telling = heard.planned.telling
        heard.tell_how = f"{telling.how} {telling.words}" if telling else ""
        heard.not_to_tell = "" if telling else ALERT_TELLING
        if telling:
            teller = self.cast.members[telling.member]
            outcome.teller, outcome.tell_agency, outcome.tell_by = teller, teller.agency, telling.by_on
        if keep:
            outcome.tell_how, outcome.not_to_tell_reason = heard.tell_how, heard.not_to_tell
        self.store.save(outcome, by=by, at=at, reason="telling")
        self.store.record(
            "item.telling_recorded", by=by, at=at, thing=outcome, case_id=heard.file.row.pk, panel_id=self.cast.panel.pk
        )
        if telling and telling.done_on:
            self.town.at(moment(telling.done_on, 16, 5), self.told, heard, outcome)

    def told(self, heard, outcome, at) -> None:
        """`mark_told`."""
        outcome.told_at, outcome.told_by = at, outcome.teller
        self.store.save(outcome, by=outcome.teller, at=at, reason="told")
        self.store.record(
            "victim.told",
            by=outcome.teller,
            at=at,
            thing=outcome,
            case_id=heard.file.row.pk,
            panel_id=self.cast.panel.pk,
        )
