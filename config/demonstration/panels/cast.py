"""The other panels and the people who sit on them: what an administrator would have set up beforehand."""

from dataclasses import dataclass, field
from datetime import timedelta

from meetings.models import Statement
from meetings.workflow.statement import default_text
from partnership.models import Attendee, Member, Panel, ProtocolSchedule, RoleGrant
from partnership.roles import Permission, Role, roles_with

from ..corpus.panels import PANELS, SEATS
from .schedules import SCHEDULES


@dataclass
class Seats:
    """One panel with its people by role, in the order in which they were named."""

    row: Panel
    asked: list = field(default_factory=list)
    holders: dict[str, list[Member]] = field(default_factory=dict)


class Panels:
    """The rows of the other panels by their key, and their members by theirs."""

    def __init__(self, cast):
        self.cast, self.save = cast, cast.save
        self.members: dict[str, Member] = {}
        self.by_key = {planned.key: Seats(self._panel(planned)) for planned in PANELS}
        for planned in PANELS:
            self.by_key[planned.key].asked = [cast.agencies[key] for key in planned.agencies]
        for seat in SEATS:
            self._seat(seat)

    def through(self) -> list:
        """Which panel asks which agencies, to be inserted once both are there."""
        through = Panel.agencies.through
        return [
            through(panel_id=seats.row.pk, agency_id=agency.pk)
            for seats in self.by_key.values()
            for agency in seats.asked
        ]

    def _panel(self, planned) -> Panel:
        cast = self.cast
        panel = Panel(
            partnership=cast.partnership,
            name=planned.name,
            scheme=planned.scheme,
            reference_prefix=planned.prefix,
            rhythm=Panel.Rhythm.MONTHLY.value,
            weekday=planned.weekday,
            starts_at_time=planned.starts_at,
            place=planned.place,
            cutoff_working_days=7,
            research_working_days=1,
            minutes_per_case=planned.minutes,
        )
        self.save(panel, "panel.added", event="panel.added")
        statement = Statement(panel=panel, number=1, text=default_text(panel), in_force_from=cast.began)
        cast.store.add(statement, at=cast.began)
        cast.tell("statement.written", thing=statement, panel_id=panel.pk, detail={"number": 1})
        schedule = SCHEDULES.get(planned.scheme)
        if schedule:
            row = ProtocolSchedule(protocol=cast.protocol, scheme=planned.scheme, **schedule)
            said = {"detail": {"scheme": planned.scheme}}
            self.save(row, "schedule.changed", event="protocol.changed", **said)
        return panel

    def _seat(self, seat) -> None:
        cast = self.cast
        if seat.name:
            planned = seat.planned(cast.agencies[seat.agency].secure_domains[0])
            member = cast.invite(planned, at=cast.began + timedelta(minutes=2))
        else:
            member = cast.members[seat.key]
        self.members[seat.key] = member
        for key, role in seat.roles:
            seats = self.by_key[key]
            self._grant(member, seats.row, role)
            seats.holders.setdefault(role, []).append(member)

    def _grant(self, member, panel, role: str) -> None:
        cast = self.cast
        grant = RoleGrant(member=member, role=role, panel=panel, since=cast.began)
        member.grants.append(grant)
        said = {"thing": member, "panel_id": panel.pk, "detail": {"role": role}}
        self.save(grant, "role.granted", event="role.granted", **said)
        if Role(role) in roles_with(Permission.ATTEND):
            attendee = Attendee(member=member, panel=panel, since=cast.began)
            attendee.trained_on = attendee.declared_on = attendee.vetted_on = cast.began.date()
            self.save(attendee, "attendee.changed", event="attendee.changed", panel_id=panel.pk)
