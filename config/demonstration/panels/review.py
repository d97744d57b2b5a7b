"""The case reviews: eight applications, each at another step, down to the applicant who asks the policing body."""

from dataclasses import dataclass
from datetime import date, timedelta

from .. import people as typing
from .desk import File

ENDS = ("applied", "threshold", "gathering", "meeting", "answering", "informed", "appeal", "withdrawn")
DAYS_AGO = {"applied": 2, "threshold": 9, "gathering": 16, "appeal": 112, "withdrawn": 70}
HEARD = {"gathering": 2, "meeting": 1, "answering": 1, "informed": 0}  # at which meeting of the calendar
BEFORE = 26  # days from the application to its meeting


@dataclass
class Application(File):
    """One application and the step at which it stands."""

    ends: str = ""
    complained_of: object = None


class Reviews:
    """Plans the whole of the panel's casework into the diary."""

    def __init__(self, desk, meetings, say):
        self.desk, self.meetings, self.say = desk, meetings, say
        self.diary, self.today = desk.diary, desk.diary.today

    def plan(self) -> None:
        """Each application, as far as it has come."""
        for ends in ENDS:
            say = self.say
            application = Application(say.adult(self.today, 28, 79, men=0.4), ends=ends)
            application.complained_of = say.adult(self.today, 20, 55, men=0.7)
            self.desk.files[ends] = application
            if ends in DAYS_AGO:
                first = self.today - timedelta(days=DAYS_AGO[ends])
            else:
                first = self.meetings.days[HEARD[ends]] - timedelta(days=BEFORE)
            self._begin(application, first)

    def _write(self, section: str, application: Application, on: date) -> str:
        return self.say.write(f"review.{section}", application.person, on)

    def _step(self, application, day: date, code: str, *, section: str = "", hour: int = 11, **said) -> None:
        """Plan one step of the review on *day*."""
        if section:
            said["words"] = self._write(section, application, day)
        self.diary.at(day, hour, self.desk.step, application, "review", code, **said)

    def _begin(self, application: Application, first: date) -> None:
        day, at, ends = timedelta(days=1), self.diary.at, application.ends
        at(first, 9, self._apply, application, first)
        at(first, 14, self._register, application)
        if ends == "applied":
            return
        self._step(application, first + day, "acknowledge")
        at(first + 2 * day, 10, self._list_complaints, application, first)
        self._step(application, first + 3 * day, "check")
        if ends == "withdrawn":
            self._step(application, first + 8 * day, "withdraw", section="withdrawn")
        if ends in ("withdrawn", "threshold"):
            return
        if ends == "appeal":
            self._refuse(application, first + 12 * day)
            return
        self._step(application, first + 7 * day, "meet")
        self._step(application, first + 9 * day, "gather")
        self.meetings.hear(application, HEARD[ends], listed_on=first + 10 * day, by="provider")
        if ends != "gathering":
            self._review(application, first + BEFORE * day)

    def _apply(self, application: Application, on: date) -> None:
        by = self.desk.member(self.desk.seats.holders["referrer"][0])
        typed = {
            "summary": self._write("why", application, on),
            "background": self._write("background", application, on),
            "lawful_basis_words": "The Act asks the agencies to look at it together.",
        }
        details = {"agrees": "yes", "wants": self._write("wants", application, on)}
        other = application.complained_of
        people = [("associate", typing.identity(other) | typing.place(other))]
        self.desk.refer(application, by=by, typed=typed, details=details, people=people)

    def _register(self, application: Application) -> None:
        self.desk.accept(application)
        self.desk.open(application, "review", "apply")

    def _list_complaints(self, application: Application, first: date) -> None:
        few = application.ends == "appeal"
        for back, agency in ((12, "provider"), (40, "police"), (68, "provider"))[: 2 if few else 3]:
            made = first - timedelta(days=back)
            data = {
                "happened_on": (made - timedelta(days=3)).isoformat(),
                "complained_on": made.isoformat(),
                "agency": str(self.desk.agency(agency).pk),
                "reference": f"C{self.say.rng.randint(10000, 99999)}",
                "what": self._write("complaint", application, made),
                "answer": self._write("answer", application, made),
            }
            self.desk.sheet(application, "complaint", data)

    # the threshold is not met, and the applicant goes on

    def _refuse(self, application: Application, day: date) -> None:
        self._step(application, day, "not_met", section="not_met", reason="old")
        self.diary.at(day + timedelta(days=2), 10, self._letter, application, day)
        self._step(application, day + timedelta(days=4), "inform")
        self._step(application, self.today - timedelta(days=9), "appeal")

    def _letter(self, application: Application, on: date) -> None:
        parts = ("findings", "ahead", "route")
        self.desk.sheet(application, "letter", {part: self._write(part, application, on) for part in parts})

    # reviewed

    def _review(self, application: Application, day: date) -> None:
        at = self.diary.at
        chaired = {
            "chair": self.desk.chair.name,
            "chair_agency": str(self.desk.agency("fire").pk),
            "voice": "writes",
        }
        self._step(application, day, "hear", hour=9, details=chaired)
        if application.ends == "meeting":
            return
        for place, agency in enumerate(("provider", "police")):
            at(day + timedelta(days=3), 10, self._recommend, application, agency, day, place, minute=10 * place)
        self._step(application, day + timedelta(days=3), "recommend", hour=12)
        self._step(application, day + timedelta(days=5), "send")
        if application.ends == "informed":
            at(self.today - timedelta(days=12), 10, self._letter, application, self.today - timedelta(days=12))
            self._step(application, self.today - timedelta(days=10), "inform")
            done_on = self.today - timedelta(days=4)
            said = {"by": self.desk.of("provider"), "number": 0, "words": self._write("finished", application, done_on)}
            at(done_on, 9, self.desk.step, application, "recommendation", "finish", **said)

    def _recommend(self, application: Application, agency: str, day: date, place: int) -> None:
        what = {"agency": str(self.desk.agency(agency).pk), "what": self._write("recommend", application, day)}
        self.desk.open(application, "recommendation", "recommend", details=what)
        if place == 0 or application.ends == "informed":
            answered_on = day + timedelta(days=9)
            self.diary.at(answered_on, 15, self._answer, application, place, agency, answered_on, minute=20 * place)

    def _answer(self, application: Application, place: int, agency: str, on: date) -> None:
        by = self.desk.of(agency)
        said = {"by": by, "number": place}
        if place == 0:
            by_on = {"by_on": (self.today + timedelta(days=11)).isoformat()}
            words = self._write("accepted", application, on)
            self.desk.step(application, "recommendation", "accept", details=by_on, words=words, **said)
        else:
            words = self._write("refused", application, on)
            self.desk.step(application, "recommendation", "refuse", reason="power", words=words, **said)
