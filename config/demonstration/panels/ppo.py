"""The IOM panel: some forty offenders, from the nomination of last week to the management that ended long ago.

Every state of every course that people reach is there; RAG goes back over months, and some are released soon.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from .desk import File

# How many cases end in each state of the management, and what came before (see `Cohort`).
SHARES = (
    ("nominated", 2),
    ("checks", 3),
    ("panel", 4),
    ("not_adopted", 3),
    ("adopted", 2),
    ("managed", 18),
    ("custody", 6),
    ("reset", 2),
    ("deselection_review", 2),
    ("deselected", 1),
    ("monitoring", 1),
    ("closed", 2),
    ("transferred", 1),
)
HEARD = 6  # cases at most at one meeting
LEADS = ("probation", "probation", "police", "housing")
ANSWERS = ("full", "part", "refused", "ending", "ended", "requested")  # of some whom probation leads
PRISONS = ("HMP Ddychmygol", "HMP Saltmarsh", "HMYOI Fenwick")
OWNERS = {
    "accommodation": "housing",
    "education_work": "probation",
    "health": "mental",
    "substances": "substance",
    "finance": "housing",
    "family": "probation",
    "attitudes": "probation",
}
GROUNDS = (["offence", "reports"], ["reports", "intelligence"], ["offence", "harm"], ["breach", "offence"])
RELEASES = (-3, 6, 13, 27, 48, 75)  # days from today; one is overdue


@dataclass
class Offender(File):
    """One case with what is to come of it."""

    ends: str = ""
    cohort: str = "flex"
    rag: str = "amber"
    lead: str = "probation"
    heard: int = 0  # before which meeting of the calendar the panel decides
    steps: list = field(default_factory=list)


class Cohort:
    """Plans the whole of the panel's casework into the diary."""

    def __init__(self, desk, meetings, say, consents):
        self.consents = consents
        self.desk, self.meetings, self.say = desk, meetings, say
        self.diary, self.today = desk.diary, desk.diary.today

    def plan(self) -> None:
        """Everybody, state by state."""
        endings = [state for state, count in SHARES for _number in range(count)]
        releases = iter(RELEASES)
        for place, ends in enumerate(endings):
            offender = self._offender(place, ends)
            self.desk.files[f"{place}"] = offender
            self._begin(offender)
            if ends == "custody":
                self._custody(offender, next(releases))
        led = [f for f in self.desk.files.values() if f.ends == "managed" and f.lead == "probation"]
        for offender, answer in zip(led, ANSWERS, strict=False):
            self.consents.plan(offender, self.meetings.days[offender.heard] + timedelta(days=9), answer)

    # who

    def _offender(self, place: int, ends: str) -> Offender:
        say = self.say
        offender = Offender(say.adult(self.today, 19, 44, men=0.9), ends=ends)
        offender.cohort = ("flex", "fixed", "free", "flex")[place % 4]
        offender.rag = ("amber", "red", "amber", "green")[place % 4]
        offender.lead = LEADS[place % len(LEADS)]
        held = self.meetings.held
        latest = {"adopted": held - 1, "panel": held}.get(ends)
        offender.heard = latest if latest is not None else place % (held - 1)
        return offender

    def _write(self, section: str, offender, on: date) -> str:
        return self.say.write(f"iom.{section}", offender.person, on)

    # nominated, checked, put before the panel

    def _begin(self, offender: Offender) -> None:
        at, heard_on = self.diary.at, self.meetings.days[offender.heard]
        begins = {"nominated": self.today - timedelta(days=3), "checks": self.today - timedelta(days=9)}
        first = begins.get(offender.ends, heard_on - timedelta(days=self.say.rng.randint(26, 33)))
        at(first, 10, self._nominate, offender, first, minute=self.say.rng.randrange(0, 50))
        at(first + timedelta(days=1), 11, self._accept, offender)
        if offender.ends == "nominated":
            return
        at(first + timedelta(days=3), 9, self.desk.step, offender, "management", "check")
        if offender.ends == "checks":
            return
        at(first + timedelta(days=8), 14, self._profile, offender, first + timedelta(days=8))
        at(first + timedelta(days=9), 10, self.desk.step, offender, "management", "to_panel")
        if len(self.meetings.listings[offender.heard]) < HEARD or offender.ends == "panel":
            self.meetings.hear(offender, offender.heard, listed_on=first + timedelta(days=9), by=offender.lead)
        if offender.ends == "not_adopted":
            at(heard_on, 17, self._decline, offender, heard_on)
        elif offender.ends != "panel":
            at(heard_on, 17, self._adopt, offender, heard_on)
            self._manage(offender, heard_on)

    def _nominate(self, offender: Offender, on: date) -> None:
        by = self.desk.member(self.desk.seats.holders["referrer"][0])
        rng = self.say.rng
        details = {
            "grounds": list(rng.choice(GROUNDS)),
            "cohort": offender.cohort,
            "offences": self._write("offences", offender, on),
            "last_conviction": self._write("conviction", offender, on),
            "sentences": self._write("sentences", offender, on),
            "score": {"fixed": rng.randint(75, 90), "flex": rng.randint(52, 74), "free": rng.randint(20, 48)}[
                offender.cohort
            ],
            "model": "OGRS",
            "model_version": "4",
            "scored_on": (on - timedelta(days=12)).isoformat(),
        }
        typed = {"summary": self._write("why", offender, on), "lawful_basis_words": "To prevent and reduce crime."}
        self.desk.refer(offender, by=by, typed=typed, details=details)

    def _accept(self, offender: Offender) -> None:
        self.desk.accept(offender)
        self.desk.open(offender, "management", "nominate")

    def _profile(self, offender: Offender, on: date) -> None:
        data = {
            "reference": f"IOM{self.say.rng.randint(1000, 9999)}",
            "offences": self._write("offences", offender, on),
            "last_conviction": self._write("conviction", offender, on),
            "recent_offences": self._write("recent", offender, on),
            "sentences": self._write("sentences", offender, on),
            "assessment": self._write("assessment", offender, on),
            "substances": self._write("substances", offender, on),
            "housing": self._write("housing", offender, on),
            "education_work": self._write("work", offender, on),
        }
        self.desk.sheet(offender, "profile", data)
        if self.say.chance(0.3):
            self._intelligence(offender, on)

    def _intelligence(self, offender: Offender, on: date) -> None:
        rng = self.say.rng
        data = {
            "text": self._write("intelligence", offender, on),
            "source": str(self.desk.agency("police").pk),
            "known_on": (on - timedelta(days=rng.randint(2, 20))).isoformat(),
            "reliability": rng.choice("12"),
            "assessment": rng.choice("bcd"),
            "handling": "p",
        }
        self.desk.sheet(offender, "intelligence", data)

    # decided

    def _decline(self, offender: Offender, on: date) -> None:
        reason = self.say.among("insufficient", "elsewhere", "single_agency")
        words = self._write("decline", offender, on)
        self.desk.step(offender, "management", "decline", reason=reason, words=words)

    def _adopt(self, offender: Offender, on: date) -> None:
        details = {
            "cohort": offender.cohort,
            "standing": self.say.among("statutory", "statutory", "voluntary"),
            "lead": str(self.desk.agency(offender.lead).pk),
            "lead_officer": self.desk.of(offender.lead).name,
            "grounds": list(self.say.rng.choice(GROUNDS)),
            "rag": offender.rag,
        }
        words = self._write("adopt", offender, on)
        self.desk.step(offender, "management", "adopt", details=details, words=words)

    # managed

    def _manage(self, offender: Offender, adopted_on: date) -> None:
        planned_on = adopted_on + timedelta(days=6)
        if offender.ends == "adopted":
            return
        pathways = self.say.rng.sample(sorted(OWNERS), self.say.rng.choice((2, 3, 3)))
        for place, pathway in enumerate(pathways):
            self.diary.at(planned_on, 10, self._plan, offender, pathway, planned_on, place, minute=10 * place)
        self.diary.at(planned_on, 12, self.desk.step, offender, "management", "manage")
        ends_on = self._leave(offender, planned_on)
        self._colour(offender, planned_on, ends_on)

    def _plan(self, offender: Offender, pathway: str, on: date, place: int) -> None:
        owner = OWNERS[pathway]
        text = self._write(f"plan_{pathway}", offender, on)
        action = self.desk.plan(offender, owner, text, on + timedelta(days=21 + 14 * place), pathway=pathway)
        done_on = on + timedelta(days=15 + 14 * place)
        if self.say.chance(0.65) or done_on < self.today - timedelta(days=30):
            self.diary.at(done_on, 15, self.desk.finish, action, owner, self._write("done", offender, done_on))

    def _colour(self, offender: Offender, since: date, until: date) -> None:
        """RAG and policing month by month, until the person leaves the cohort or is taken into custody."""
        colour, on, proactive = offender.rag, since + timedelta(days=24), False
        while on < until:
            new = {"red": "amber", "amber": self.say.among("green", "amber", "red"), "green": "amber"}[colour]
            if self.say.chance(0.4) or new == colour:
                self.diary.at(on, 15, self._step_of, offender, "rag", "review", on, "rag_review")
            else:
                colour = new
                self.diary.at(on, 15, self._to_colour, offender, new, on)
            if colour == "red" and not proactive:
                proactive = True
                self.diary.at(on, 16, self._target, offender, on)
            elif proactive and colour != "red":
                proactive = False
                said = {"reason": "risk_down"}
                self.diary.at(on, 16, self._step_of, offender, "policing", "basic", on, "basic", **said)
            on += timedelta(days=self.say.rng.randint(24, 34))
        if until == self.today and self.say.chance(0.8):
            self._look_again(offender, proactive)

    def _look_again(self, offender: Offender, proactive: bool) -> None:
        """Most statuses were looked at in the last days, as their cycle asks."""
        on = self.today - timedelta(days=self.say.rng.randint(1, 3))
        self.diary.at(on, 17, self._step_of, offender, "rag", "review", on, "rag_review")
        if proactive:
            still = {"details": {"grounds": ["offence", "reports"]}}
            self.diary.at(on, 18, self._step_of, offender, "policing", "go_on", on, "proactive", **still)

    def _step_of(self, offender: Offender, kind: str, code: str, on: date, section: str, **said) -> None:
        self.desk.step(offender, kind, code, words=self._write(section, offender, on), **said)

    def _to_colour(self, offender: Offender, colour: str, on: date) -> None:
        reason = {"red": "offending", "amber": "circumstances", "green": "engaging"}[colour]
        said = {"reason": reason}
        if colour != "green":
            said["details"] = {"grounds": list(self.say.rng.choice(GROUNDS))}
        self._step_of(offender, "rag", colour, on, f"rag_{colour}", **said)

    def _target(self, offender: Offender, on: date) -> None:
        details = {"grounds": ["offence", "reports"]}
        self._step_of(offender, "policing", "proactive", on, "proactive", reason="tasking", details=details)

    # how it goes on

    def _leave(self, offender: Offender, since: date) -> date:
        """Plan how the management goes on or ends; the day until which the person is coloured month by month."""
        today, ends = self.today, offender.ends
        back = {"deselected": 4, "monitoring": 22, "closed": 60, "deselection_review": 6}.get(ends)
        if ends == "reset":
            self.diary.at(today - timedelta(days=19), 11, self._reset, offender)
            return today - timedelta(days=20)
        if ends == "custody":
            return today - timedelta(days=40)
        if ends == "transferred":
            return self._transfer(offender)
        if back is None:
            self._ask_another_area(offender)
            return today
        reviewed_on = max(since + timedelta(days=10), today - timedelta(days=back + 30))
        if ends == "deselection_review":
            reviewed_on = today - timedelta(days=back)
        self.diary.at(reviewed_on, 9, self.desk.step, offender, "management", "review_deselection")
        if ends != "deselection_review":
            self._deselect(offender, reviewed_on + timedelta(days=20), reviewed_on)
        return reviewed_on

    def _deselect(self, offender: Offender, on: date, reviewed_on: date) -> None:
        said = {"reason": "reduced_risk"}
        self.diary.at(on, 10, self._step_of, offender, "management", "deselect", on, "leave", **said)
        if offender.ends in ("monitoring", "closed"):
            monitored = {"details": {"weeks": 4 if offender.ends == "closed" else 12}}
            monitored_on = on + timedelta(days=2)
            self.diary.at(monitored_on, 10, self.desk.step, offender, "management", "monitor", **monitored)
        if offender.ends == "closed":
            closed_on = on + timedelta(days=33)
            self.diary.at(closed_on, 10, self._step_of, offender, "management", "close", closed_on, "close")

    def _reset(self, offender: Offender) -> None:
        until = {"until": (self.today + timedelta(days=140)).isoformat()}
        self.desk.step(offender, "management", "reset", details=until)

    def _custody(self, offender: Offender, release_in: int) -> None:
        taken_on = self.today - timedelta(days=38)
        details = {
            "release_on": (self.today + timedelta(days=release_in)).isoformat(),
            "prison": self.say.among(*PRISONS),
            "release_address": self._write("housing", offender, taken_on),
        }
        reason = self.say.among("sentenced", "recalled")
        said = {"details": details, "reason": reason}
        self.diary.at(taken_on, 16, self.desk.step, offender, "management", "custody", **said)
        if 0 < release_in < 30:
            self.diary.at(self.today - timedelta(days=12), 11, self._licence, offender)

    def _licence(self, offender: Offender) -> None:
        on = self.today - timedelta(days=12)
        data = {
            "condition": self._write("licence", offender, on),
            "why": self._write("licence_why", offender, on),
            "asked_on": on.isoformat(),
            "answer_by": (self.today + timedelta(days=2)).isoformat(),
            "answer": "waiting",
        }
        self.desk.sheet(offender, "licence", data)

    # to another area

    def _ask_another_area(self, offender: Offender) -> None:
        """One of those who are managed has moved: the other area has not answered yet."""
        asked = [f for f in self.desk.files.values() if getattr(f, "asked_away", False)]
        if offender.ends == "managed" and not asked:
            offender.asked_away = True
            asking = {"details": {"area": "Castelforth", "contact": "IOM desk, iom@castelforth-police.example"}}
            self.diary.at(self.today - timedelta(days=8), 11, self.desk.open, offender, "transfer", "ask", **asking)

    def _transfer(self, offender: Offender) -> date:
        on = self.today - timedelta(days=34)
        asking = {"details": {"area": "Marrowdale", "contact": "IOM desk, iom@marrowdale-police.example"}}
        accepted_on = on + timedelta(days=9)
        accepting = {
            "details": {
                "accepted_by": "Marrowdale IOM coordinator",
                "accepted_on": accepted_on.isoformat(),
                "liaison": "yes",
            }
        }
        self.diary.at(on, 11, self.desk.open, offender, "transfer", "ask", **asking)
        self.diary.at(accepted_on, 14, self.desk.step, offender, "transfer", "accept", **accepting)
        return on
