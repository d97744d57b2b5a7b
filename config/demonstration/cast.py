"""The partnership, its panel, agencies and members: what an administrator would have set up beforehand."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from core.models import Key
from core.recording import SystemActor
from meetings.models import Statement
from meetings.workflow.statement import default_text
from partnership.models import Agency, Authenticator, Member, Panel, Partnership, RoleGrant
from partnership.roles import PARTNERSHIP_WIDE, Role, roles_with

from . import register
from .panels.cast import Panels

LONDON = ZoneInfo("Europe/London")
DEMONSTRATION = SystemActor("demonstration")
PASSWORD = "copper lantern drifts upstream"  # noqa: S105  published on purpose: every member of the demonstration has it
MEETING_LINK = "https://meet.aberwenlli-marsh.example/marac"
EIGHT = 8
KINDS = {
    "childrens_social_care": "children",
    "adult_social_care": "adults",
    "acute_trust": "acute",
    "mental_health_trust": "mental_health",
    "substance_misuse": "substance",
    "specialist_minority_ethnic": "minority",
    "fire_and_rescue": "fire",
}


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """The instant of a wall time of the demonstration's town."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def aware(naive: datetime) -> datetime:
    """An instant of the plan, which knows wall times alone."""
    return naive.replace(tzinfo=LONDON).astimezone(UTC)


def secret_of(email: str) -> str:
    """The authenticator secret (hexadecimal) of a demonstration member: published, so derived and not drawn."""
    return hashlib.sha1(f"confer demonstration {email}".encode()).hexdigest()  # noqa: S324  no secret at all


class Cast:
    """The rows of everybody, by the keys of the plan."""

    def __init__(self, plan, store):
        self.plan, self.store = plan, store
        started = min(agency.signatory_from for agency in plan.agencies.values())
        self.began = moment(started) - timedelta(days=30)
        place = plan.partnership
        self.partnership = Partnership(
            name=f"{place} Community Safety Partnership",
            place=place,
            protocol_name=f"{place} Information Sharing Protocol",
        )
        self.save(self.partnership, "partnership.changed", event="partnership.changed")
        self.agencies = {key: self._agency(planned) for key, planned in plan.agencies.items()}
        self.protocol = register.enter_protocol(self, self.save)
        register.enter_standings(self, self.save, moment)
        self.chamber = self._agency(register.CHAMBER)  # on the protocol's second tier alone: never asked about a case
        self.panel = self._panel()
        self.members = {key: self._member(planned) for key, planned in plan.members.items()}
        register.enter_posts(self, self.save)
        register.enter_attendees(self, self.save)
        if len(self.members) > EIGHT:  # the small one shows its eight accounts alone
            self._member(register.TRADER, self.chamber)
        self.coordinator, self.chair = self._first("coordinator"), self._first("chair")
        self.statement = store.add(
            Statement(panel=self.panel, number=1, text=default_text(self.panel), in_force_from=self.began),
            at=self.began,
        )
        self.tell("statement.written", thing=self.statement, panel_id=self.panel.pk, detail={"number": 1})
        self.central = list(self.agencies.values())
        # The small one shows one panel and its eight accounts alone.
        self.panels = Panels(self) if len(self.members) > EIGHT else None
        self.asked += self.panels.through() if self.panels else []

    def may(self, member: Member, permission) -> bool:
        """Whether one of the member's roles on the MARAC, or in the whole partnership, carries *permission*."""
        here = [grant for grant in member.grants if grant.panel_id in (None, self.panel.pk)]
        return any(Role(grant.role) in roles_with(permission) for grant in here)

    def worker(self, key: str, permission, agency: str = "") -> Member:
        """The planned member, where they may do such a thing; else a colleague who may; else the coordinator."""
        found = self.members.get(key)
        if found is not None and self.may(found, permission):
            return found
        agency_id = found.agency_id if found else self.agencies[agency].pk
        colleagues = [each for each in self.members.values() if each.agency_id == agency_id]
        return next((each for each in colleagues if self.may(each, permission)), self.coordinator)

    def speaker(self, agency, permission) -> Member | None:
        """Somebody of *agency* (a row) who may do such a thing, or None."""
        of_agency = [each for each in self.members.values() if each.agency_id == agency.pk]
        return next((each for each in of_agency if self.may(each, permission)), None)

    def attending(self) -> list[Member]:
        """Everybody who attends meetings, in the order in which letters name them."""
        return sorted((m for m in self.members.values() if self.may(m, "attend")), key=lambda member: member.email)

    def agency_of(self, agency_id):
        """The agency row with this id."""
        return next(agency for agency in self.agencies.values() if agency.pk == agency_id)

    def _first(self, role: str) -> Member:
        return next(self.members[key] for key, planned in self.plan.members.items() if role in planned.roles)

    def save(self, row, reason: str, *, event: str = "", at=None, **said):
        at = at or self.began
        self.store.save(row, by=DEMONSTRATION, at=at, reason=reason)
        if event:
            self.store.record(event, by=DEMONSTRATION, at=at, **({"thing": row} | said))
        return row

    def tell(self, event: str, **said) -> None:
        """Record an event of the beginning."""
        self.store.record(event, by=DEMONSTRATION, at=self.began, **said)

    def _agency(self, planned) -> Agency:
        kind = KINDS.get(planned.kind, planned.kind)
        agency = Agency(
            partnership=self.partnership,
            name=planned.name,
            short_name=planned.short_name,
            kind=kind,
            legal_class=register.class_of(planned, kind),
            ico_registration=planned.ico_registration,
            ico_expires_on=self.plan.today + timedelta(days=200),
            secure_domains=[planned.domain],
            plan_address=planned.mailbox,
        )
        self.save(agency, "agency.added", event="agency.added")
        return agency

    def _panel(self) -> Panel:
        panel = Panel(
            partnership=self.partnership,
            name=self.plan.panel,
            scheme="marac",
            reference_prefix="AM",
            rhythm=Panel.Rhythm.FORTNIGHTLY.value,
            weekday=2,
            starts_at_time=datetime(2000, 1, 1, 9, 30).time(),
            place=next(iter(self.plan.meetings.values())).place,
            link=MEETING_LINK,
            cutoff_working_days=9,
            research_working_days=1,
            minutes_per_case=10,
            instrument="DASH 2009, adult",
        )
        self.save(panel, "panel.added", event="panel.added")
        through = Panel.agencies.through
        self.asked = [through(panel_id=panel.pk, agency_id=agency.pk) for agency in self.agencies.values()]
        return panel

    def _member(self, planned, agency=None) -> Member:
        # The eight accounts come first, wherever members are listed by their age.
        at = self.began if planned.account else self.began + timedelta(minutes=1)
        member = self.invite(planned, agency, at=at)
        member.grants = [self._grant(member, role) for role in planned.roles]
        return member

    def invite(self, planned, agency=None, *, at) -> Member:
        """Somebody who was invited at *at* and has enrolled; without any role yet."""
        member = Member(
            email=planned.email,
            name=planned.name,
            job_title=planned.job,
            phone=planned.phone,
            agency=agency or self.agencies[planned.agency],
            is_active=True,
            enrolled_at=self.began,
            password=self._hash(),
        )
        member.grants = []
        self.save(member, "member.invited", event="member.invited", at=at)
        # As the sign-in pages leave it: an authenticator with a key of its own, confirmed.
        key = self.store.add(Key.new(Key.Kind.MEMBER.value), at=self.began)
        device = Authenticator(user=member, key=key, confirmed=True, secret=secret_of(member.email))
        self.store.add(device, at=self.began)
        self.store.record("authenticator.enrolled", by=member, at=self.began, thing=member)
        self.store.record("member.enrolled", by=member, at=self.began, thing=member)
        return member

    def _hash(self) -> str:
        # One hash for the one published password: a salt of its own for each of 48 members would take seconds and
        # protect nothing, for everybody may read the password on the sign-in page.
        self.hashed = getattr(self, "hashed", None) or make_password(PASSWORD)
        return self.hashed

    def _grant(self, member, role: str) -> RoleGrant:
        panel = None if Role(role) in PARTNERSHIP_WIDE else self.panel
        grant = RoleGrant(member=member, role=role, panel=panel, since=self.began)
        return self.save(
            grant, "role.granted", event="role.granted", thing=member, panel_id=grant.panel_id, detail={"role": role}
        )
