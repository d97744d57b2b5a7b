"""The ASB panel: some sixty cases from the first report to the closed response, with the victims' course beside it."""

from dataclasses import dataclass
from datetime import date, timedelta

from .. import people as typing
from .across import misspelt
from .desk import File

SHARES = (
    ("reported", 4),
    ("assessed", 4),
    ("referred", 6),
    ("panel", 6),
    ("informal", 12),
    ("formal", 8),
    ("monitor", 8),
    ("closed", 12),
)
BEFORE = {"reported": 3, "assessed": 6, "referred": 13}  # days since the report of those not yet heard
MATRICES = (
    ("weekly", "worse", "threats", "no", "targeted", "some", "severe", "none"),
    ("monthly", "same", "nuisance", "no", "no", "none", "moderate", "good"),
    ("daily", "worse", "distress", "possibly", "before", "high", "severe", "some"),
    ("weekly", "same", "distress", "no", "targeted", "none", "moderate", "some"),
)
ASKED = ("frequency", "escalation", "severity", "hate", "repeat_victim", "vulnerability", "effect", "support")
LEADS = ("housing", "provider", "police")
FROM_ELSEWHERE = 0  # the place of the case about somebody whom another panel knows
AGAIN = 26  # the place of the case about somebody of whom there is one already
HEARD = 5  # cases at most at one meeting


@dataclass
class Neighbour(File):
    """One case: the person complained of, the victim, who leads, and before which meeting it comes."""

    ends: str = ""
    victim: object = None
    lead: str = "housing"
    heard: int = 0
    place: int = 0
    twin: str = ""  # the key of another case of the same person, written otherwise


class Neighbourhood:
    """Plans the panel's whole casework into the diary; *known* are people of another panel, one of whom comes."""

    def __init__(self, desk, meetings, say, known=()):
        self.desk, self.meetings, self.say, self.known = desk, meetings, say, known
        self.diary, self.today = desk.diary, desk.diary.today

    def plan(self) -> None:
        """Everybody, state by state."""
        endings = [state for state, count in SHARES for _number in range(count)]
        for place, ends in enumerate(endings):
            self._begin(self._neighbour(place, ends))

    def _neighbour(self, place: int, ends: str) -> Neighbour:
        young = place % 6 == 5
        person = self.say.adult(self.today, *((14, 17) if young else (19, 58)), men=0.7)
        neighbour = Neighbour(person, ends=ends, place=place, lead=LEADS[place % 3])
        if place == FROM_ELSEWHERE and self.known:
            neighbour.person = self.known[0]
        if place == AGAIN:
            neighbour.twin = "20"
            neighbour.person = misspelt(self.desk.files["20"].person)
        if place % 5 != 4:  # of some nobody but a reporter is known, who is not to be named
            neighbour.victim = self.say.adult(self.today, 24, 81, men=0.4)
        held = self.meetings.held
        spread = {"referred": held, "panel": held - 1, "informal": held - 1 - place % 2, "formal": held - 2}
        neighbour.heard = spread.get(ends, place % max(1, held - 2))
        self.desk.files[f"{place}"] = neighbour
        return neighbour

    def _write(self, section: str, neighbour: Neighbour, on: date) -> str:
        victim = neighbour.victim.given if neighbour.victim else "the neighbour"
        text = self.say.write(f"asb.{section}", neighbour.person, on, v=victim)
        return text[:1].upper() + text[1:]

    # reported, assessed, referred

    def _begin(self, neighbour: Neighbour) -> None:
        at, heard_on = self.diary.at, self.meetings.days[neighbour.heard]
        back = BEFORE.get(neighbour.ends)
        first = heard_on - timedelta(days=24 + neighbour.place % 5)
        if back is not None:
            first = self.today - timedelta(days=back + neighbour.place % 3)
        at(first, 10, self._refer, neighbour, first, minute=neighbour.place % 60)
        at(first + timedelta(days=1), 11, self._accept, neighbour, first + timedelta(days=1))
        if neighbour.victim:
            self._support(neighbour, first + timedelta(days=2))
        if neighbour.ends == "reported":
            return
        at(first + timedelta(days=3), 10, self.desk.step, neighbour, "response", "assess")
        if neighbour.ends == "assessed":
            return
        referred_on = first + timedelta(days=5)
        at(referred_on, 10, self.desk.step, neighbour, "response", "refer")
        if len(self.meetings.listings[neighbour.heard]) < HEARD:
            self.meetings.hear(neighbour, neighbour.heard, listed_on=referred_on, by=neighbour.lead)
        if neighbour.ends != "referred":
            at(heard_on, 16, self.desk.step, neighbour, "response", "hear")
            self._respond(neighbour, heard_on + timedelta(days=2))

    def _refer(self, neighbour: Neighbour, on: date) -> None:
        by = self.desk.member(self.desk.seats.holders["referrer"][0])
        answers = dict(zip(ASKED, MATRICES[neighbour.place % len(MATRICES)], strict=True))
        told = {"tried": self._write("tried", neighbour, on), "health": self._write("health", neighbour, on)}
        typed = {
            "incident_on": on - timedelta(days=self.say.rng.randint(1, 9)),
            "summary": self._write("why", neighbour, on),
            "background": self._write("background", neighbour, on),
            "lawful_basis_words": "To stop the harm to the neighbours.",
        }
        details = answers | told | {"against_victim": "no"}
        self.desk.refer(neighbour, by=by, typed=typed, details=details, people=self._people(neighbour))

    def _people(self, neighbour: Neighbour):
        victim = neighbour.victim
        if victim is None:
            reporter = self.say.adult(self.today, 30, 70, men=0.4)
            names = {"given_name": reporter.given, "family_name": reporter.family, "phone": reporter.phone}
            return [("reporter", names)]
        safe = {"phone": victim.phone, "safe_to_call": "yes", "safe_number": victim.phone}
        return [("victim", typing.identity(victim) | typing.place(victim) | safe)]

    def _accept(self, neighbour: Neighbour, on: date) -> None:
        self.desk.accept(neighbour)
        self.desk.open(neighbour, "response", "report")

    # what is done

    def _respond(self, neighbour: Neighbour, on: date) -> None:
        at, ends = self.diary.at, neighbour.ends
        if ends == "panel":
            return
        at(on, 10, self._informal, neighbour, on)
        last = on
        if ends == "formal" or ends == "closed" and neighbour.place % 3 == 0:
            last = min(on + timedelta(days=26), self.today - timedelta(days=2))
            at(last, 10, self._formal, neighbour, last)
        if ends in ("monitor", "closed"):
            last = last + timedelta(days=18)
            review = {"details": {"review_on": (last + timedelta(days=28)).isoformat()}}
            at(last, 14, self.desk.step, neighbour, "response", "monitor", **review)
        self._look_again(neighbour, last + timedelta(days=24))
        if ends == "closed":
            closed_on = min(last + timedelta(days=25), self.today - timedelta(days=1))
            at(closed_on, 15, self._close, neighbour, closed_on)

    def _look_again(self, neighbour: Neighbour, day: date) -> None:
        """Every four weeks, for as long as steps go on or the person is watched."""
        while neighbour.ends in ("informal", "formal", "monitor") and day < self.today:
            review = {"details": {"review_on": (day + timedelta(days=28)).isoformat()}}
            self.diary.at(day, 15, self.desk.step, neighbour, "response", "review", **review)
            day += timedelta(days=26)

    def _tool(self, neighbour: Neighbour, code: str, agency: str, on: date, **more) -> None:
        data = {
            "tool": code,
            "decided_on": on.isoformat(),
            "agency": str(self.desk.agency(agency).pk),
            "nation": "wales",
            "grounds": self._write("grounds", neighbour, on),
            "consulted": self._write("consulted", neighbour, on),
            "expires_on": (on + timedelta(days=180)).isoformat(),
        }
        self.desk.sheet(neighbour, "tool", data | more)

    def _informal(self, neighbour: Neighbour, on: date) -> None:
        code = ("warning", "abc", "mediation", "cpw")[neighbour.place % 4]
        if code == "cpw" and neighbour.person.age_on(on) < 16:
            code = "abc"
        agency = "police" if neighbour.lead == "police" else "housing"
        self._tool(neighbour, code, agency, on, outcome="made" if neighbour.ends != "informal" else "waiting")
        self.desk.step(neighbour, "response", "informal")

    def _formal(self, neighbour: Neighbour, on: date) -> None:
        assessed = ("vulnerabilities", "risk_to_others", "alternatives")
        self.desk.sheet(neighbour, "assessment", {part: self._write(part, neighbour, on) for part in assessed})
        young = neighbour.person.age_on(on) < 18
        views = {"youth_views": "Agrees, with a worker at the hearing."} if young else {}
        self._tool(neighbour, "injunction", "police", on, excludes="no", outcome="waiting", **views)
        self.desk.step(neighbour, "response", "formal")

    def _close(self, neighbour: Neighbour, on: date) -> None:
        reason = "moved" if neighbour.place % 4 == 3 else "stopped"
        words = self._write("close", neighbour, on)
        self.desk.step(neighbour, "response", "close", reason=reason, words=words)

    # the victim beside it

    def _support(self, neighbour: Neighbour, on: date) -> None:
        at = self.diary.at
        at(on, 12, self._plan_contact, neighbour)
        if neighbour.ends in ("reported", "assessed") and neighbour.place % 3 == 2:
            return  # contact is still to be planned
        at(on + timedelta(days=2), 12, self._first_contact, neighbour, on + timedelta(days=2))
        day = on + timedelta(days=16)
        while day < self.today and neighbour.ends != "closed":
            at(day, 12, self._contact, neighbour, day)
            day += timedelta(days=21)
        if neighbour.ends == "closed":
            ended_on = self.today - timedelta(days=1)
            at(ended_on, 12, self.desk.step, neighbour, "victim", "close", reason="safe")
        elif neighbour.place % 13 == 12:
            at(self.today - timedelta(days=2), 13, self.desk.step, neighbour, "victim", "ask_review")

    def _plan_contact(self, neighbour: Neighbour) -> None:
        lead = {"lead": str(self.desk.agency(neighbour.lead).pk)}
        victim = self.desk.victim(neighbour)
        self.desk.open(neighbour, "victim", "plan", subject=victim, details=lead)

    def _first_contact(self, neighbour: Neighbour, on: date) -> None:
        ahead = (on + timedelta(days=14)).isoformat()
        data = {
            "caller": self.desk.of(neighbour.lead).name,
            "often": "fortnightly",
            "safe_ways": self._write("safe_ways", neighbour, on),
            "unsafe": self._write("unsafe", neighbour, on),
            "wishes": self._write("wishes", neighbour, on),
            "next_on": ahead,
        }
        self.desk.sheet(neighbour, "contact_plan", data, track="victim")
        self.desk.step(neighbour, "victim", "support", details={"next_on": ahead})

    def _contact(self, neighbour: Neighbour, on: date) -> None:
        ahead = (on + timedelta(days=24)).isoformat()
        words = self._write("contact", neighbour, on)
        self.desk.step(neighbour, "victim", "contact", details={"next_on": ahead}, words=words)
