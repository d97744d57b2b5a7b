"""Who came, who sent apologies, and when each signed the confidentiality statement."""

from datetime import datetime, time, timedelta

from .planned import PlannedApology, PlannedAttendance

OBSERVERS = (
    "Lowenna Tregarthick, student social worker",
    "Obi Nnadozie, trainee adviser",
    "Sgt Philippa Dawlish, another force",
    "Enid Carrowby, inspector of services",
)
MINUTES_EACH = 11


class Doorkeeper:
    """Fills the attendance sheet of each meeting that has been held."""

    def __init__(self, rng, plan, staff):
        self.rng, self.plan, self.staff = rng, plan, staff

    def sign_in(self, meeting, agencies):
        rng = self.rng
        length = timedelta(minutes=20 + MINUTES_EACH * max(1, len(meeting.listings)))
        meeting.ended_at = (datetime.combine(meeting.on, meeting.starts_at) + length).time()
        present = [self.seat(meeting, meeting.chair, "chair"), self.seat(meeting, meeting.coordinator, "coordinator")]
        apologies = []
        for agency in agencies:
            staff = [key for key in self.staff[agency] if key not in {meeting.chair, meeting.coordinator}]
            if not staff:
                continue
            luck = rng.random()
            if luck < 0.06:
                apologies.append(self.apology(meeting, agency, staff[0]))
            else:
                deputy = len(staff) > 1 and luck > 0.83
                present.append(self.seat(meeting, staff[1 if deputy else 0], "deputy" if deputy else "representative"))
        if rng.random() < 0.18:
            present.append(self.observer(meeting))
        meeting.attendances, meeting.apologies = tuple(present), tuple(apologies)

    def seat(self, meeting, key, role):
        member = self.plan.members[key]
        came = self.arrival(meeting, late=role not in {"chair", "coordinator"} and self.rng.random() < 0.08)
        return PlannedAttendance(
            agency=member.agency,
            member=key,
            name=member.name,
            role=role,
            remote=self.rng.random() < 0.35,
            signed_at=came,
            time_in=came.time(),
            time_out=meeting.ended_at,
        )

    def arrival(self, meeting, late):
        start = datetime.combine(meeting.on, meeting.starts_at)
        return start + timedelta(minutes=self.rng.randint(8, 40) if late else -self.rng.randint(1, 9))

    def observer(self, meeting):
        came = self.arrival(meeting, late=False)
        return PlannedAttendance(
            agency="",
            member="",
            name=self.rng.choice(OBSERVERS),
            role="observer",
            remote=False,
            signed_at=came,
            time_in=came.time(),
            time_out=meeting.ended_at,
        )

    def apology(self, meeting, agency, key):
        sent = self.rng.random() < 0.8
        return PlannedApology(
            agency=agency,
            member=key,
            information_sent=sent,
            received_on=meeting.on - timedelta(days=meeting.on.weekday() and 1) if sent else None,
        )


STARTS_AT = time(9, 30)
