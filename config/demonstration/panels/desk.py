"""One panel at work: referrals, courses and forms of its cases, each by its verb, for people kept by a key."""

from dataclasses import dataclass, field

from cases.models import Action, Case, Party, Referral, Track
from cases.rules.case import why_not_closed
from cases.rules.track import find_track
from cases.workflow import progress
from cases.workflow.action import agree_action
from cases.workflow.case import close_case
from cases.workflow.referral import add_party, save_part, start_referral, submit_referral
from cases.workflow.screening import accept_referral
from cases.workflow.sheet import write_sheet
from cases.workflow.track import move, open_track
from partnership.models import Member

from .. import people as typing
from ..intake import basis_of


@dataclass
class File:
    """What is kept in hand of one case: *person* as planned, *referral* its id, *row* the case once there is one."""

    person: object
    referral: object = None
    row: Case | None = None
    parties: list = field(default_factory=list)
    actions: list = field(default_factory=list)


class Desk:
    """The verbs of one panel."""

    def __init__(self, diary, panels, key: str):
        self.diary, self.panels, self.seats = diary, panels, panels.by_key[key]
        self.panel = self.seats.row
        self._fresh: dict = {}
        self.files: dict[str, File] = {}

    # who

    def member(self, row) -> Member:
        """The member as a sign-in would have them."""
        if row.pk not in self._fresh:
            self._fresh[row.pk] = Member.objects.select_related("agency__partnership").get(pk=row.pk)
        return self._fresh[row.pk]

    @property
    def coordinator(self) -> Member:
        return self.member(self.seats.holders["coordinator"][-1])

    @property
    def chair(self) -> Member:
        return self.member(self.seats.holders["chair"][0])

    def of(self, agency: str) -> Member:
        """Who sits here for *agency* (a key of the plan)."""
        row = self.panels.cast.agencies[agency]
        sitting = [m for role in ("representative", "chair") for m in self.seats.holders.get(role, ())]
        return self.member(next(m for m in sitting if m.agency_id == row.pk))

    @property
    def sitting(self) -> list:
        """Everybody who comes to the meetings."""
        roles = ("chair", "coordinator", "representative")
        return [self.seats.holders[role][-1] for role in roles[:2]] + self.seats.holders.get(roles[2], [])

    @property
    def asked(self) -> list[str]:
        """The keys of the agencies that the panel asks and that sit on it."""
        keys = {row.pk: key for key, row in self.panels.cast.agencies.items()}
        there = {row.agency_id for row in self.sitting}
        return [keys[row.pk] for row in self.seats.asked if row.pk in there]

    def agency(self, key: str):
        return self.panels.cast.agencies[key]

    # referrals

    def refer(self, file: File, *, by: Member, typed: dict, details: dict, people=(), more=None) -> None:
        """Write and send a referral about the person of *file*; *people* as (capacity, what is typed)."""
        referral = _referral(start_referral(by=by, panel=self.panel).pk)
        party = Party.objects.with_key().get(referral=referral)
        own = typing.identity(file.person) | typing.place(file.person) | {"phone": file.person.phone} | (more or {})
        save_part(by=by, referral=referral, row=party, typed=own, seen=party.version)
        for capacity, other in people:
            add_party(by=by, referral=referral, capacity=capacity, typed=other)
        written = {"lawful_basis": basis_of(by.agency.kind)} | typed | ({"details": details} if details else {})
        save_part(by=by, referral=referral, row=referral, typed=written, seen=referral.version)
        submit_referral(by=by, referral=_referral(referral.pk))
        file.referral = referral.pk

    def accept(self, file: File) -> None:
        case = accept_referral(by=self.coordinator, referral=_referral(file.referral))
        file.row = Case.objects.with_key().select_related("panel").get(pk=case.pk)

    # courses

    def open(self, file: File, kind: str, code: str, *, by=None, **said) -> None:
        open_track(by=by or self.coordinator, case=file.row, kind=kind, move=code, **said)

    def step(self, file: File, kind: str, code: str, *, by=None, number: int = -1, **said) -> None:
        """Make the move *code* on the latest course of *kind*, or on the one of that *number* (from 0)."""
        track = self.track(file, kind, number)
        move(by=by or self.coordinator, track=track, move=code, seen=track.version, **said)

    def track(self, file: File, kind: str, number: int = -1) -> Track:
        return list(Track.objects.filter(case=file.row, kind=kind).order_by("opened_at", "created_at"))[number]

    def victim(self, file: File):
        """The subject who is harmed."""
        return Party.objects.select_related("subject").get(case=file.row, capacity="victim").subject

    def sheet(self, file: File, kind: str, data: dict, *, by=None, track: str = "") -> None:
        by = by or self.coordinator
        of = find_track(by).get(pk=self.track(file, track).pk) if track else None
        write_sheet(by=by, case=file.row, kind=kind, data=data, track=of)

    # actions

    def plan(self, file: File, agency: str, text: str, due_on, **said) -> Action:
        row = self.agency(agency)
        return agree_action(by=self.coordinator, case=file.row, agency=row, text=text, due_on=due_on, **said)

    def close(self, file: File) -> None:
        """Close the case, where nothing keeps it open."""
        case = Case.objects.with_key().select_related("panel").get(pk=file.row.pk)
        if not why_not_closed(case):
            close_case(by=self.coordinator, case=case)

    def finish_up(self) -> None:
        """Nothing is left to keep: the verbs have."""

    def finish(self, action: Action, agency: str, outcome: str) -> None:
        """The agency reports it done, and the desk accepts that."""
        by, done = self.of(agency), _action(action)
        progress.finish_action(by=by, action=done, state="done", outcome=outcome, seen=done.version)
        done = _action(action)
        progress.accept_closure(by=self.coordinator, action=done, seen=done.version)


def _referral(pk) -> Referral:
    return Referral.objects.with_key().select_related("panel", "agency", "written_by").get(pk=pk)


def _action(action: Action) -> Action:
    return Action.objects.select_related("key", "case__key", "case__panel", "agency").get(pk=action.pk)
