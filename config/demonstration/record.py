"""The minutes of meetings that were held: drafted, checked, approved (`meetings.workflow.minutes`, `.drafting`)."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from core.templatetags.confer import when
from meetings.models import Attendance, Minutes, MinutesItem
from meetings.models.live import ItemNote
from meetings.rules import repeat, window
from meetings.workflow import drafting

from .cast import LONDON, moment

PARTS = ("voice", "risk_victim", "perpetrator_line")


class Record:
    """Writes and approves minutes."""

    def __init__(self, town, agenda, hearing):
        self.town, self.store, self.cast = town, town.store, town.cast
        self.agenda, self.hearing = agenda, hearing

    def plan(self, planned) -> None:
        """Drafted in the evening, with the agencies the next morning, approved by the chair."""
        key = planned.key
        approved_at = moment(planned.approved_on, 15)
        drafted_at = moment(planned.on, 19)
        self.town.at(drafted_at, self.draft, key)
        self.town.at(drafted_at + timedelta(minutes=20), self.check, key, moment(planned.approved_on, 12))
        self.town.at(approved_at, self.approve, key)

    def draft(self, meeting_key, at) -> None:
        """`draft_minutes`."""
        sitting = self.agenda.meetings[meeting_key]
        by = self.cast.coordinator
        row = Minutes(
            key=sitting.row.key,
            meeting=sitting.row,
            drafted_at=at,
            drafted_by=by,
            header=self._header(sitting, at),
        )
        sitting.minutes, sitting.minutes_items = row, []
        self.store.save(row, by=by, at=at, reason="drafted")
        for heard in sorted(sitting.items.values(), key=lambda heard: heard.item.position):
            item = MinutesItem(
                key=heard.file.row.key,
                minutes=row,
                item=heard.item,
                case=heard.file.row,
                position=heard.item.position,
                content=self._parts(heard),
            )
            sitting.minutes_items.append(self.store.save(item, by=by, at=at, reason="drafted"))
        self.store.record("minutes.drafted", by=by, at=at, thing=row, panel_id=self.cast.panel.pk, detail={"number": 1})

    def check(self, meeting_key, until, at) -> None:
        """`send_for_check`."""
        sitting = self.agenda.meetings[meeting_key]
        by, row = self.cast.coordinator, sitting.minutes
        row.state, row.check_until = "check", until
        self.store.save(row, by=by, at=at, reason="check")
        self._follow(sitting, "minutes_check", by, at)
        agencies = sorted(
            {
                (part["agency_id"], part["agency"])
                for item in sitting.minutes_items
                for part in item.content
                if part["agency_id"]
            }
        )
        self.store.record(
            "minutes.sent_for_check",
            by=by,
            at=at,
            thing=row,
            panel_id=self.cast.panel.pk,
            recipients=[{"kind": "agency", "id": pk, "name": name} for pk, name in agencies],
        )

    def approve(self, meeting_key, at) -> None:
        """`approve_minutes`; then cases on which nothing is open are closed."""
        sitting = self.agenda.meetings[meeting_key]
        by, row = self.cast.chair, sitting.minutes
        items = [[str(item.item_id), item.content] for item in sitting.minutes_items]
        said = {"header": row.header, "number": row.number, "items": items}
        row.digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        row.state, row.approved_at, row.approved_by = "approved", at, by
        self.store.save(row, by=by, at=at, reason="approved")
        self._follow(sitting, "approved", by, at)
        self.store.record(
            "minutes.approved",
            by=by,
            at=at,
            thing=row,
            panel_id=self.cast.panel.pk,
            detail={"number": 1, "early": at < row.check_until},
        )
        self.town.at(at + timedelta(minutes=45), self.close_cases, meeting_key)

    def close_cases(self, meeting_key, at) -> None:
        """`close_case`, for those of the meeting's cases on which nothing is open."""
        for heard in self.agenda.meetings[meeting_key].items.values():
            self.town.progress.close_if_finished(heard.file, at)

    def _follow(self, sitting, state, by, at) -> None:
        sitting.row.state = state
        self.store.save(sitting.row, by=by, at=at, reason=state)

    # what they say

    def _header(self, sitting, at) -> dict:
        meeting, panel = sitting.row, self.cast.panel
        lines = [row for row in self.store.standing[Attendance].values() if row.meeting_id == meeting.pk]
        lines.sort(key=lambda a: (a.agency is not None, a.agency.name if a.agency_id else "", a.created_at))
        signed = dict.fromkeys(self.hearing.signed[sitting.planned.key], 1)
        return {
            "panel": panel.name,
            "held": _text(meeting.starts_at),
            "opened": _text(meeting.opened_at),
            "ended": _text(meeting.ended_at),
            "place": meeting.place,
            "chair": meeting.chair.name,
            "present": [_in_utc(drafting._present(a, signed)) for a in lines if a.member_id and a.arrived_at],
            "observers": [drafting._observer(a) for a in lines if a.capacity == "observer" and not a.apologies],
            "apologies": [drafting._apology(a) for a in lines if a.apologies],
            "statement": {"number": 1, "text": drafting.filled(self.cast.statement.text, panel)},
            "outstanding": self._outstanding(meeting),
            "window": panel.repeat_months,
            "lapsing": self._lapsing(sitting),
        }

    def _outstanding(self, meeting) -> list[dict]:
        began = meeting.opened_at
        found = [
            a
            for file in self.town.files.values()
            for a in file.actions
            if a.agreed_at < began and a.state in drafting.OUTSTANDING and not (a.accepted_at and a.accepted_at < began)
        ]
        found.sort(key=lambda a: (a.due_on, a.number))
        return [drafting.facts_of(action) for action in found]

    def _lapsing(self, sitting) -> list[dict]:
        earlier = [m.planned.on for m in self.agenda.meetings.values() if m.row.starts_at < sitting.row.starts_at]
        until, since = window.reach(sitting.row, max(earlier, default=None))
        found = []
        for file in self.town.files.values():
            last = max(referral.submitted_at for referral in file.referrals).astimezone(LONDON).date()
            if last <= until and (since is None or last > since):
                found.append(
                    {"case_id": str(file.row.pk), "reference": file.row.reference, "referred": last.isoformat()}
                )
        return sorted(found, key=lambda row: row["reference"])

    def _parts(self, heard) -> list[dict]:
        """What `drafting.parts_of` gives, from the rows in hand."""
        part = drafting._part
        return [
            part("case", "case", "Case", self._case_text(heard)),
            *self._recused(heard),
            *self._note(heard, "summary"),
            *self._entries(heard),
            *self._nothing_known(heard),
            *(each for name in PARTS for each in self._note(heard, name)),
            *self._actions(heard),
            *self._decision(heard),
        ]

    def _case_text(self, heard) -> str:
        case, listing, item = heard.file.row, heard.listing, heard.item
        heard_on = [
            (each.listing.referral_id, each.listing.heard_on)
            for meeting in self.agenda.meetings.values()
            for each in meeting.items.values()
            if each.file is heard.file and each.listing.heard_on
        ]
        referred = [(row.pk, row.submitted_at) for row in heard.file.referrals]
        again = repeat.repeat_words(listing.referral, repeat.last_of(listing.referral, heard_on, referred))
        lines = [f"{case.reference}. {listing.get_type_display()}. {again}".strip()]
        if listing.transferred_from:
            lines.append(f"Transferred from {listing.transferred_from}.")
        parties = sorted(heard.file.parties, key=lambda party: (party.position, party.created_at, str(party.pk)))
        lines += [f"{party.get_capacity_display()}: {party.name}." for party in parties]
        lines.append(f"Referred by {listing.referral.agency.name}.")
        lines.append(f"Presented by {item.presenter.name}.")
        return "\n".join(lines)

    def _recused(self, heard) -> list[dict]:
        words = [f"{row.member.name} ({row.agency.name})" for row in heard.recused]
        heading = "Declared an interest and stayed away"
        return [drafting._part("recusals", "recusals", heading, "; ".join(words))] if words else []

    def _note(self, heard, name) -> list[dict]:
        text, given_by = heard.texts[name]
        if not text:
            return []
        return [drafting._part(f"note:{name}", name, ItemNote.Part(name).label, text, given_by=given_by)]

    def _entries(self, heard) -> list[dict]:
        said = [entry for entry in heard.entries if entry.reach == "minute" and entry.kind == "information"]
        said.sort(key=lambda entry: (entry.agency.name, entry.written_at, str(entry.pk)))
        return [
            drafting._part(
                f"entry:{entry.pk}",
                "entry",
                entry.agency.name,
                drafting._entry_text(entry),
                agency=entry.agency,
                entry=entry,
            )
            for entry in said
        ]

    def _nothing_known(self, heard) -> list[dict]:
        names = sorted(a.request.agency.name for a in heard.returns.values() if a.state == "nothing")
        return [drafting._part("nothing_known", "nothing_known", "Nothing known", ", ".join(names))] if names else []

    def _actions(self, heard) -> list[dict]:
        return [
            drafting._part(
                f"action:{a.pk}", "action", f"Action {a.number}", f"{a.text}\n{drafting._who(a)}, by {when(a.due_on)}."
            )
            for a in heard.actions
        ]

    def _decision(self, heard) -> list[dict]:
        outcome = heard.outcome
        text = str(outcome.get_decision_display())
        if outcome.deferred_to_id:
            text = f"{text} to the meeting of {when(timezone.localdate(outcome.deferred_to.starts_at))}"
        if outcome.transferred_to:
            text = f"{text} to {outcome.transferred_to}"
        text = f"{text}: {heard.reason}" if heard.reason else text
        found = [drafting._part("decision", "decision", "Decision", text)]
        telling = self._telling(heard)
        return found + ([drafting._part("telling", "telling", "Who tells the victim", telling)] if telling else [])

    def _telling(self, heard) -> str:
        outcome = heard.outcome
        if outcome.decision == "deferred":
            return ""
        if heard.not_to_tell:
            return f"The victim is not told: {heard.not_to_tell}"
        parts = [f"{outcome.teller.name} ({outcome.tell_agency.name})", f"by {when(outcome.tell_by)}", heard.tell_how]
        return ", ".join(part for part in parts if part)


def _text(instant) -> str:
    return instant.astimezone(UTC).isoformat()


def _in_utc(present: dict) -> dict:
    """Times as the database gives them back."""
    moments = {name: _text(datetime.fromisoformat(present[name])) for name in ("in", "out") if present[name]}
    return present | moments
