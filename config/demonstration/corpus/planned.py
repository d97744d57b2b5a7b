"""What the demonstration holds, before any of it is a row: plain records that point at one another by key."""

from dataclasses import dataclass, field
from datetime import date, datetime, time


@dataclass(slots=True, kw_only=True)
class PlannedAgency:
    key: str
    kind: str
    name: str
    short_name: str
    domain: str
    ico_registration: str
    phone: str
    mailbox: str
    address: str
    responsible_authority: bool
    signatory_from: date


@dataclass(slots=True, kw_only=True)
class PlannedMember:
    key: str
    agency: str
    given: str
    family: str
    job: str
    email: str
    phone: str
    roles: tuple[str, ...]
    account: str = ""  # the role that this member shows in the list of demonstration accounts, if any

    @property
    def name(self):
        return f"{self.given} {self.family}"


@dataclass(slots=True, kw_only=True)
class PlannedAlias:
    given: str
    family: str
    kind: str  # alias, alternative_spelling, former_name, known_as
    born_on: date | None = None


@dataclass(slots=True, kw_only=True)
class PlannedAddress:
    lines: str
    town: str
    postcode: str
    kind: str = "current"  # current, previous

    def __str__(self):
        return f"{self.lines}, {self.town}, {self.postcode}"


@dataclass(slots=True, kw_only=True)
class PlannedPerson:
    key: str
    role: str  # victim, perpetrator, child
    given: str
    middle: str
    family: str
    gender: str  # female, male
    born_on: date
    ethnicity: str
    ethnic_group: str  # white_british, asian, black, mixed, other_white, other
    language: str = "English"
    interpreter: bool = False
    disability: str = ""
    lgbt: bool = False
    aliases: tuple[PlannedAlias, ...] = ()
    addresses: tuple[PlannedAddress, ...] = ()
    phone: str = ""
    email: str = ""
    occupation: str = ""
    surgery: str = ""
    school: str = ""
    variant_of: str = ""  # the same human being, entered before under this key
    variant: str = ""  # swapped_birth_date, phonetic, near_birth_date, former_name

    @property
    def name(self):
        return f"{self.given} {self.family}"

    @property
    def disabled(self):
        return bool(self.disability)

    @property
    def minority(self):
        return self.ethnic_group != "white_british"

    def age_on(self, day):
        """Whole years of age on a date."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass(slots=True, kw_only=True)
class PlannedChild:
    person: str
    to_victim: str
    to_perpetrator: str
    lives_with: str


@dataclass(slots=True, kw_only=True)
class PlannedSpell:
    """One time that a case was open."""

    opened_on: date
    closed_on: date | None = None


@dataclass(slots=True, kw_only=True)
class PlannedCase:
    """One victim and the same perpetrator or perpetrators: the pair."""

    key: str
    reference: str
    victim: str
    perpetrators: tuple[str, ...]
    relationship: str
    children: tuple[PlannedChild, ...]
    referrals: list[str] = field(default_factory=list)
    spells: list[PlannedSpell] = field(default_factory=list)
    flag_until: date | None = None
    employee_of: str = ""  # agency for which a party works: its members are barred

    @property
    def is_open(self):
        return bool(self.spells) and self.spells[-1].closed_on is None


@dataclass(slots=True, kw_only=True)
class PlannedAnswer:
    number: int
    answer: str  # yes, no, unknown
    source: str
    comment: str = ""


@dataclass(slots=True, kw_only=True)
class PlannedContact:
    """The IDVA service's contact with the victim before the meeting."""

    made: bool
    at: datetime
    by: str
    way: str
    note: str
    wishes: str = ""


@dataclass(slots=True, kw_only=True)
class PlannedReferral:
    key: str
    state: str  # draft, submitted, returned, declined, accepted
    case: str  # empty until accepted
    victim: str
    perpetrators: tuple[str, ...]
    children: tuple[PlannedChild, ...]
    relationship: str
    agency: str
    source: str  # the fourteen referring sources of the data return
    referrer: str
    route: str  # professional_judgement, visible_high_risk, potential_escalation, repeat
    instrument: str
    score: int | None
    answers: tuple[PlannedAnswer, ...]
    assessed_on: date | None
    incidents: int | None
    judgement: str
    drafted_at: datetime
    submitted_at: datetime | None
    screened_at: datetime | None
    screened_by: str
    screening_reason: str
    repeat: bool
    previous_referral_on: date | None
    last_heard_on: date | None
    transfer_from: str
    urgent: bool
    aware: bool
    unaware_reason: str
    consent: str  # given, refused, not_asked
    no_consent_reason: str
    basis: str
    safe_to_call: bool
    safe_number: str
    safe_times: str
    contact_notes: str
    safe_person: str
    afraid_of: str
    safe_people: str
    unsafe_people: str
    police_contact_wanted: bool | None
    incident_on: date
    summary: str
    incident: str
    history: str
    risks: str
    triggers: str
    wishes: str
    support: str
    manager: str
    contact: PlannedContact | None = None


@dataclass(slots=True, kw_only=True)
class PlannedEntry:
    person: str
    text: str
    nature: str  # fact, opinion, intelligence
    source: str
    on: date
    reach: str = "minute"  # say_only, minute
    grade: str = ""  # of intelligence
    excluded: tuple[str, ...] = ()
    proposed_action: str = ""


@dataclass(slots=True, kw_only=True)
class PlannedReturn:
    agency: str
    answer: str  # known, nothing_known, none (no answer came), pending (none yet)
    researcher: str
    answered_at: datetime | None
    late: bool
    known: tuple[str, ...] = ()  # the persons whom the agency knows
    entries: tuple[PlannedEntry, ...] = ()
    destroyed: bool = False  # the text is beyond its retention: only the answer is left

    def last_contact(self, person: str) -> date | None:
        """When the agency last knew something of *person*; a person whom it does not know it has not met."""
        days = [entry.on for entry in self.entries if entry.person == person and entry.on]
        return max(days, default=None) if person in self.known else None

    @property
    def has_worker(self) -> bool:
        """Whether somebody of the agency works with the family."""
        return any("worker" in entry.source for entry in self.entries)


@dataclass(slots=True, kw_only=True)
class PlannedAction:
    key: str
    number: int
    agency: str
    member: str
    risk_to: str  # victim, children, perpetrator, other_adults, staff
    text: str
    due_on: date
    status: str  # open, in_progress, done, no_longer_possible, not_done
    closed_on: date | None
    outcome: str = ""
    evidence: str = ""
    reason: str = ""
    safe_wording: str = ""
    accepted_by: str = ""
    from_agency: str = ""

    @property
    def late(self):
        return self.status == "done" and self.closed_on > self.due_on


@dataclass(slots=True, kw_only=True)
class PlannedTelling:
    """Who tells the victim, by when, how safely, done."""

    member: str
    by_on: date
    how: str
    done_on: date | None
    words: str


@dataclass(slots=True, kw_only=True)
class PlannedListing:
    """One case at one meeting, and what was said and decided there."""

    key: str
    meeting: str
    referral: str
    case: str
    order: int
    kind: str  # full, repeat, transfer, urgent, alert_only, restricted
    presenter: str
    presenter_confirmed: bool
    minutes: int
    barred_agency: str = ""
    recused: tuple[str, ...] = ()
    returns: tuple[PlannedReturn, ...] = ()
    heard: bool = False
    summary: str = ""
    voice: str = ""
    voice_given_by: str = ""
    perpetrator_line: str = ""
    perpetrator_considered: str = ""  # the reason why no action is aimed at the perpetrator
    risk_summary: str = ""
    decision: str = ""  # actions, none, deferred, transferred
    decision_reason: str = ""
    deferred_to: str = ""
    transferred_to: str = ""
    actions: tuple[PlannedAction, ...] = ()
    telling: PlannedTelling | None = None


@dataclass(slots=True, kw_only=True)
class PlannedAttendance:
    agency: str
    member: str  # empty for an observer, who has a name only
    name: str
    role: str  # chair, coordinator, representative, deputy, presenter, observer, minutes
    remote: bool
    signed_at: datetime | None
    time_in: time | None
    time_out: time | None


@dataclass(slots=True, kw_only=True)
class PlannedApology:
    agency: str
    member: str
    information_sent: bool
    received_on: date | None


@dataclass(slots=True, kw_only=True)
class PlannedMeeting:
    key: str
    kind: str  # ordinary, urgent
    state: str  # planned, agenda_open, agenda_frozen, minutes_draft, approved, distributed
    on: date
    starts_at: time
    place: str
    link: str
    chair: str
    coordinator: str
    cutoff_on: date
    urgent_reason: str = ""
    listings: list[str] = field(default_factory=list)
    attendances: tuple[PlannedAttendance, ...] = ()
    apologies: tuple[PlannedApology, ...] = ()
    ended_at: time | None = None
    approved_on: date | None = None
    distributed_on: date | None = None

    @property
    def held(self):
        return self.state in {"minutes_draft", "approved", "distributed"}


@dataclass(slots=True, kw_only=True)
class Plan:
    """The whole demonstration: every record by its key, in the order in which it came about."""

    seed: int
    today: date
    partnership: str
    panel: str
    agencies: dict[str, PlannedAgency]
    members: dict[str, PlannedMember]
    people: dict[str, PlannedPerson]
    cases: dict[str, PlannedCase]
    referrals: dict[str, PlannedReferral]
    meetings: dict[str, PlannedMeeting]
    listings: dict[str, PlannedListing]
