"""One panel's casework as its verbs leave it, written in bulk: what `Desk` does by the verbs, without asking anything.

What each function mirrors is named in `Desk`; that both leave the same rows is proved by a test.
"""

from collections import Counter
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext

from cases.models import Action, Case, Party, ReferenceCounter, Referral, Sheet, Step, Track
from cases.models.access import Stage
from cases.rules.answers import GIVEN, given_by
from cases.schemes import scheme_of
from cases.schemes.items import counted
from cases.schemes.tracks import FOLLOWS, Facts
from cases.workflow.track import _follow as follow
from core.models import Key

from .. import people as typing
from ..intake import basis_of
from ..people import People
from ..sight import Sight
from .desk import Desk, File

# What a step takes along: the course, and the move on it or (start) its opening.
ALONG = {
    "begin_courses": (("cohort", "{cohort}"), ("rag", "{rag}"), ("policing", "basic")),
    "go_into_custody": (("rag", "blue"), ("policing", "in_custody")),
    "come_out_of_custody": (("rag", "{rag}"), ("policing", "basic")),
    "leave_courses": (("cohort", "over"), ("rag", "over")),
    "end_courses": (("cohort", "over"), ("rag", "over"), ("policing", "over")),
    "hand_over": (("management", "transferred"),),
}


class Books(Desk):
    """The same acts as a `Desk`, into a store."""

    def __init__(self, diary, panels, key: str, *, store, plan):
        super().__init__(diary, panels, key)
        self.store, self.sight = store, Sight(store, self.panel)
        self.people = People(plan, store, panels.cast)
        self.scheme = scheme_of(self.panel)
        self.tracks: dict = {}
        self.numbers: Counter = Counter()
        self.drawn: dict = {}

    def member(self, row):
        return row

    def finish_up(self) -> None:
        """What is kept of the whole: the search keys, and the references that were drawn."""
        self.people.index()
        for (kind, year), last in self.numbers.items():
            counter = ReferenceCounter(panel=self.panel, kind=kind, year=year, last=last)
            self.store.add(counter, at=self.drawn[kind, year])

    def _save(self, row, by, reason: str, event: str = "", **said):
        at = timezone.now()
        self.store.save(row, by=by, at=at, reason=reason)
        if event:
            self._record(event, by, row, **said)
        return row

    def _record(self, event: str, by, thing, **said) -> None:
        said = {"panel_id": self.panel.pk} | said
        self.store.record(event, by=by, at=timezone.now(), thing=thing, **said)

    def _reference(self, kind: str) -> str:
        now = timezone.now()
        year = timezone.localdate().year
        self.drawn.setdefault((kind, year), now)
        self.numbers[kind, year] += 1
        prefix = "R-" if kind == "referral" else ""
        return f"{prefix}{self.panel.reference_prefix}-{year}-{self.numbers[kind, year]:04}"

    def _involve(self, by, stage, why: str, **about) -> None:
        self.sight.involve(by=by, at=timezone.now(), stage=stage, why=why, **about)

    # referrals

    def refer(self, file: File, *, by, typed: dict, details: dict, people=(), more=None) -> None:
        key = self.store.add(Key.new(Key.Kind.CASE.value), at=timezone.now())
        row = Referral(
            key=key,
            panel=self.panel,
            agency=by.agency,
            written_by=by,
            state="draft",
            reference=self._reference("referral"),
            contact_name=by.name,
            contact_job_title=by.job_title,
            contact_phone=by.phone,
            contact_email=by.email,
        )
        self._save(row, by, "started")
        party = self._save(Party(key=key, referral=row, capacity=self.scheme.principal), by, "started")
        self._involve(by, Stage.REFERRAL, "referred", referral=row, agency=by.agency)
        self._record("referral.started", by, row)
        own = typing.identity(file.person) | typing.place(file.person) | {"phone": file.person.phone} | (more or {})
        self._write(by, party, own)
        file.referral, file.parties = row, [party]
        for capacity, other in people:
            party = Party(key=key, referral=row, capacity=capacity, position=len(file.parties), **other)
            file.parties.append(self._save(party, by, "added", "referral.changed", detail={"added": capacity}))
        basis = {"lawful_basis": basis_of(by.agency.kind)}
        self._write(by, row, basis | typed | ({"details": details} if details else {}))
        row.state, row.submitted_at, row.submitted_by = "submitted", timezone.now(), by
        self._save(row, by, "submitted", "referral.submitted", detail={"again": False})
        self._involve(by, Stage.DESK, "submitted", referral=row)

    def _write(self, by, row, typed: dict) -> None:
        changed = [name for name, value in typed.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, typed[name])
        self._save(row, by, "saved", "referral.changed", detail={"fields": len(changed)})

    def accept(self, file: File) -> None:
        by, row, now = self.coordinator, file.referral, timezone.now()
        case = Case(key=row.key, panel=self.panel, opened_at=now, opened_by=by, reference=self._reference("case"))
        self._save(case, by, "accepted", "case.opened", case_id=case.pk)
        row.state, row.case, row.repeat = "accepted", case, "new"
        row.decided_at = row.repeat_confirmed_at = now
        row.decided_by = row.repeat_confirmed_by = by
        self._save(row, by, "accepted")
        for place, party in enumerate(file.parties):
            party.case = case
            name = f"{self.panel.scheme} {row.reference} {place}"
            party.subject = self.people.make(name, party, by=by, at=now, panel=self.panel)
            self._save(party, by, "accepted")
            self.people.joined(party)
        self._involve(by, Stage.DESK, "accepted", case=case)
        if self.scheme.has("referrer_stays"):
            self._involve(by, Stage.MANAGING, "referred", case=case, agency=row.agency)
        self._record("referral.accepted", by, row, case_id=case.pk, detail={"repeat": False, "same_case": False})
        file.row, file.referral, file.actions = case, row.pk, []

    # courses

    def open(self, file: File, kind: str, code: str, *, by=None, subject=None, **said) -> None:
        by, kind_of = by or self.coordinator, self.scheme.track_kind(kind)
        track = Track(
            key=file.row.key,
            case=file.row,
            subject=subject,
            kind=kind,
            state="",
            apart=kind_of.apart,
            closed_to_desk=kind_of.closed_to_desk,
            opened_at=timezone.now(),
            opened_by=by,
        )
        track.past, track.before = [], ""
        self.tracks.setdefault((file.row.pk, kind), []).append(track)
        self._take(file, track, kind_of.move(code), by, "track.opened", **said)

    def step(self, file: File, kind: str, code: str, *, by=None, number: int = -1, **said) -> None:
        track = self.track(file, kind, number)
        self._take(file, track, track.kind_of.move(code), by or self.coordinator, "track.moved", **said)

    def track(self, file: File, kind: str, number: int = -1) -> Track:
        return self.tracks[file.row.pk, kind][number]

    def _take(self, file, track, move, by, event: str, *, details=None, reason="", words="", on: date | None = None):
        details, on = details or {}, on or timezone.localdate()
        before, is_new = track.state, not track.past
        details = {item.code: details[item.code] for item in move.items if details.get(item.code)}
        if move.adds:
            facts = Facts(
                track=track, case=file.row, steps=track.past, sheets=[], details=details, reason=reason, on=on
            )
            details |= move.adds(facts)
        follow(track, move, details, on, by)
        self._save(track, by, move.code)
        if is_new and track.apart:
            self._involve(by, Stage.MANAGING, "opened", case=file.row, track=track, agency=by.agency)
        step = Step(
            key=track.key,
            track=track,
            move=move.code,
            before=before,
            after=track.state,
            at=timezone.now(),
            by=by,
            agency_id=by.agency_id,
            effective_on=on,
            reason=reason if move.reasons or reason == FOLLOWS else "",
            words=words.strip() if move.note else "",
            details=details,
        )
        track.past.append(self.store.add(step, at=timezone.now()))
        if move.manager and details.get(move.manager):
            alone = {"track": track} if track.apart or track.kind_of.own else {}
            agency = next(a for a in self.panels.cast.agencies.values() if str(a.pk) == details[move.manager])
            self._involve(by, Stage.MANAGING, "named", case=file.row, agency=agency, **alone)
        if move.then:
            self._along(file, track, step, move, by)
        said = {"kind": track.kind, "move": move.code, "before": before, "after": track.state}
        self._record(event, by, track, case_id=file.row.pk, reason=step.reason, detail=said)

    def _along(self, file, track, step, move, by) -> None:
        if move.then.__name__ == "come_out_of_custody" and step.before != "custody":
            return
        words = gettext("With the step “%(step)s”.") % {"step": move.words}
        for kind, code in ALONG[move.then.__name__]:
            code = code.format(**step.details)
            there = next((t for t in self.tracks.get((file.row.pk, kind), ()) if t.is_running), None)
            said = {"reason": FOLLOWS, "words": words, "by": by, "details": {"grounds": step.details.get("grounds")}}
            if there is None and code != "over":
                self.open(file, kind, f"start_{code}", on=step.effective_on, **said)
            elif there is not None and there.state != code:
                self.step(file, kind, code, on=max(step.effective_on, there.since), **said)

    def victim(self, file: File):
        return next(party.subject for party in file.parties if party.capacity == "victim")

    def sheet(self, file: File, kind: str, data: dict, *, by=None, track: str = "") -> None:
        by, kind_of = by or self.coordinator, self.scheme.sheet_kind(kind)
        data = data | (kind_of.adds(data) if kind_of.adds else {})
        data = {item.code: data[item.code] for item in kind_of.items if data.get(item.code) not in (None, "", [])}
        due = data.get(kind_of.due) if kind_of.due else None
        told = given_by(kind_of, data, {}, by.agency_id)
        row = Sheet(
            key=file.row.key,
            case=file.row,
            track=self.track(file, track) if track else None,
            kind=kind,
            agency=by.agency,
            data=data | ({GIVEN: told} if told else {}),
            counted=counted(kind_of.items, data),
            due_on=date.fromisoformat(due) if due else None,
            written_at=timezone.now(),
            written_by=by,
        )
        said = {"kind": kind, "version": 1}
        self._save(row, by, "sheet.written", "sheet.written", case_id=file.row.pk, detail=said)

    # actions

    def plan(self, file: File, agency: str, text: str, due_on, **said) -> Action:
        by, owner = self.coordinator, self.agency(agency)
        action = Action(
            key=file.row.key,
            case=file.row,
            number=len(file.actions) + 1,
            agency=owner,
            text=text,
            due_on=due_on,
            risk=self.scheme.risks[0][0],
            agreed_at=timezone.now(),
            agreed_by=by,
            **said,
        )
        file.actions.append(action)
        detail = {"number": action.number, "from_proposal": False}
        self._save(action, by, "agreed", "action.agreed", case_id=file.row.pk, detail=detail)
        if not self.sight.of_agency_in_case(file.row, owner):
            self._involve(by, Stage.ACTION, "action", case=file.row, agency=owner)
        return action

    def finish(self, action: Action, agency: str, outcome: str) -> None:
        by, desk, now = self.of(agency), self.coordinator, timezone.now()
        before, action.state, action.outcome = action.state, "done", outcome
        action.ended_at, action.ended_by = now, by
        detail = {"before": before, "after": "done"}
        self._save(action, by, "done", "action.reported", case_id=action.case_id, detail=detail)
        action.accepted_at, action.accepted_by = now, desk
        self._save(action, desk, "accepted", "action.accepted", case_id=action.case_id, detail={"state": "done"})
