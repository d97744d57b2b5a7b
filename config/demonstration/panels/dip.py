"""Drug interventions and the treatment group: clients in each state of the streams that are kept apart."""

from dataclasses import dataclass
from datetime import date, timedelta

from .desk import File

# What ends the episode of care, the requirement and the intelligence of each client; empty: there is none.
DIP_SHARES = (
    ("identified", "tested", "", 2),
    ("contacted", "required", "", 3),
    ("assessed", "attended", "", 2),
    ("care_planned", "follow_up", "", 2),
    ("in_treatment", "done", "", 5),
    ("in_treatment", "", "considered", 1),
    ("in_treatment", "done", "in_use", 1),
    ("completed", "done", "ended", 2),
    ("dropped_out", "failed", "", 2),
    ("custody", "enforced", "declined", 2),
    ("transferred", "", "", 1),
    ("", "disputed", "", 1),
    ("", "not_required", "", 2),
    ("", "cleared", "", 2),
)
GROUP_SHARES = (
    ("assessed", "", "", 2),
    ("care_planned", "", "", 2),
    ("in_treatment", "", "", 5),
    ("completed", "", "", 2),
    ("dropped_out", "", "", 1),
)
# What they answered about sharing, those longest in treatment first.
DIP_ANSWERS = (
    *("full", "ending", "part", "withdrawn", "ended", "full", "refused", "part", "cannot"),
    *("full", "requested", "refused", "full", "not_sought", "requested"),
)
GROUP_ANSWERS = ("full", "ending", "withdrawn_part", "part", "full", "full", "requested")
LISTED = ("ended", "requested", "withdrawn", "ending")  # who is on the next agenda: consent is to be looked at
EPISODE = ("identified", "contacted", "assessed", "care_planned", "in_treatment")
MOVES = {"contacted": "contact", "assessed": "assess", "care_planned": "plan", "in_treatment": "treat"}
LAST = {"completed": "complete", "dropped_out": "dropped_out", "custody": "custody", "transferred": "transferred"}
GAP = 6  # days between two steps of an episode


@dataclass
class Client(File):
    """One client: how each stream ends."""

    episode: str = ""
    requirement: str = ""
    intelligence: str = ""
    place: int = 0
    since: date | None = None  # when the episode began


class Clients:
    """Plans the casework of a panel about clients into the diary; *shares* as `DIP_SHARES`."""

    shares, answers = DIP_SHARES, DIP_ANSWERS
    heard_with: tuple[str, ...] = ()  # the answers with which alone a client is put before the panel; none: whatever

    def __init__(self, desk, meetings, say, consents):
        self.consents = consents
        self.desk, self.meetings, self.say = desk, meetings, say
        self.diary, self.today = desk.diary, desk.diary.today

    def plan(self) -> None:
        """Every client, stream by stream."""
        rows = [row[:3] for row in self.shares for _number in range(row[3])]
        for place, (episode, requirement, intelligence) in enumerate(rows):
            person = self.say.adult(self.today, 20, 54, men=0.75)
            client = Client(person, episode=episode, requirement=requirement, intelligence=intelligence, place=place)
            self.desk.files[f"{place}"] = client
            self._begin(client)
        running = [file for file in self.desk.files.values() if file.episode in EPISODE]
        answered = [(client, answer) for client, answer in zip(reversed(running), self.answers, strict=False)]
        said = {client.place: answer for client, answer in answered}
        for client in running:
            self._hear(client, said.get(client.place, ""))
        for client, answer in answered:
            self.consents.plan(client, client.since + timedelta(days=1), answer)
            if answer in LISTED and (not self.heard_with or answer in self.heard_with):
                on = self.today - timedelta(days=3)
                self.meetings.hear(client, self.meetings.held, listed_on=on, by="substance")

    def _write(self, section: str, client: Client, on: date) -> str:
        return self.say.write(f"drugs.{section}", client.person, on)

    def _step(self, client, day: date, kind: str, code: str, by: str, *, section: str = "", hour=11, **said) -> None:
        if section:
            said["words"] = self._write(section, client, day)
        self.diary.at(day, hour, self.desk.step, client, kind, code, by=self.desk.of(by), **said)

    def _begin(self, client: Client) -> None:
        ended = client.episode in LAST
        steps = len(EPISODE) if ended else 1 + EPISODE.index(client.episode) if client.episode else 2
        long_ago = client.episode == "in_treatment" or ended
        back = GAP * steps + 8 + client.place % 5 + (60 + 9 * (client.place % 7) if long_ago else 0)
        first = self.today - timedelta(days=back)
        self.diary.at(first, 9, self._refer, client, first, minute=client.place % 60)
        self.diary.at(first, 15, self.desk.accept, client)
        if client.requirement:
            is_over = client.requirement in ("done", "cleared", "enforced", "not_required")
            self._require(client, first + timedelta(days=1) if is_over else self.today - timedelta(days=7))
        if client.episode:
            self._treat(client, first + timedelta(days=2))
        if client.intelligence:
            self._raise(client, self.today - timedelta(days=min(back - 3, 20)))

    def _hear(self, client: Client, answer: str) -> None:
        """A meeting that was held has heard every other client in treatment, once they had answered where they must."""
        if client.episode != "in_treatment" or client.place % 2 or self.heard_with and answer not in self.heard_with:
            return
        place = client.place // 2 % self.meetings.held
        listed_on = self.meetings.days[place] - timedelta(days=6)
        if listed_on > client.since + timedelta(days=1):
            self.meetings.hear(client, place, listed_on=listed_on, by="substance")

    def _ahead(self, day: date, discharge_on: date) -> dict:
        """What is said of the time to come when treatment begins or is reviewed on *day*."""
        return {"discharge_on": discharge_on.isoformat()}

    def _refer(self, client: Client, on: date) -> None:
        typed = {
            "summary": self._write("why", client, on),
            "lawful_basis_words": "To bring the person into treatment and to keep contact.",
        }
        self.desk.refer(client, by=self.desk.of("substance"), typed=typed, details={})

    # continuity of care

    def _treat(self, client: Client, day: date) -> None:
        client.since = day
        source = {"source": self.say.among("arrest", "prison", "probation", "self")}
        by = self.desk.of("substance")
        self.diary.at(day, 10, self.desk.open, client, "episode", "identify", by=by, details=source)
        reached = EPISODE if client.episode in LAST else EPISODE[: 1 + EPISODE.index(client.episode)]
        for state in reached[1:]:
            day += timedelta(days=GAP)
            said = {}
            if state == "in_treatment":
                said["details"] = self._ahead(day, self.today + timedelta(days=30 + client.place * 3))
            self._step(client, day, "episode", MOVES[state], "substance", **said)
            if state == "assessed":
                self.diary.at(day, 13, self._record, client, day, source["source"])
        if client.episode in LAST:
            last = client.episode
            day = max(day + timedelta(days=20), self.today - timedelta(days=15))
            self._step(client, day, "episode", LAST[last], "substance", section=last)
        elif client.episode == "in_treatment":
            self._review(client, day + timedelta(days=28))

    def _review(self, client: Client, day: date) -> None:
        while day < self.today:
            ahead = self._ahead(day, self.today + timedelta(days=60))
            self._step(client, day, "episode", "review", "substance", section="review", details=ahead)
            day += timedelta(days=35)

    def _record(self, client: Client, on: date, source: str) -> None:
        data = {
            "use": self._write("use", client, on),
            "offence": self._write("offence", client, on),
            "accommodation": self._write("accommodation", client, on),
            "employment": self._write("employment", client, on),
            "treatment": self._write("treatment", client, on),
            "source": source,
        }
        self.desk.sheet(client, "record", data, by=self.desk.of("substance"), track="episode")

    # test and required assessment

    def _told(self, on: date) -> dict:
        return {"told": "yes", "told_on": on.isoformat(), "told_how": "In person, by the officer."}

    def _require(self, client: Client, day: date) -> None:
        ends, told = client.requirement, self._told
        result = "negative" if ends == "not_required" else "positive"
        tested = {
            "tested_on": day.isoformat(),
            "offence": self._write("offence", client, day),
            "result": result,
        }
        police, later = self.desk.of("police"), day + timedelta(days=1)
        opening = {"by": police, "details": tested | told(day)}
        self.diary.at(day, 16, self.desk.open, client, "requirement", "test", **opening)
        if ends == "not_required":
            self._step(client, later, "requirement", "not_required", "police", section="negative")
        if ends in ("not_required", "tested"):
            return
        assessed_on = max(later + timedelta(days=9), self.today + timedelta(days=4) if ends == "required" else later)
        team = {"team": str(self.desk.agency("substance").pk), "assessment_on": assessed_on.isoformat()}
        if ends in ("disputed", "cleared"):
            self._dispute(client, later, team["assessment_on"])
            return
        self._step(client, later, "requirement", "require", "police", details=team | told(later))
        if ends != "required":
            self._assess(client, later + timedelta(days=3))

    def _dispute(self, client: Client, day: date, assessed_on: str) -> None:
        sent = {"sent_on": day.isoformat(), "assessment_on": (day + timedelta(days=14)).isoformat()}
        self._step(client, day, "requirement", "dispute", "police", details=sent | self._told(day))
        if client.requirement == "cleared":
            day += timedelta(days=4)
            self._step(client, day, "requirement", "clear", "police", details=self._told(day))

    def _assess(self, client: Client, day: date) -> None:
        ends, later = client.requirement, day + timedelta(days=1)
        if ends in ("failed", "enforced"):
            self._step(client, day, "requirement", "fail", "substance", section="fail", details=self._told(day))
            if ends == "enforced":
                self._step(client, later, "requirement", "enforce", "police", section="enforce")
            return
        self._step(client, day, "requirement", "attended", "substance")
        if ends == "follow_up":
            again = {"assessment_on": (self.today + timedelta(days=5)).isoformat()} | self._told(later)
            self._step(client, later, "requirement", "follow_up", "substance", details=again)
        elif ends == "done":
            self._step(client, later, "requirement", "met", "substance")

    # intelligence

    def _raise(self, client: Client, day: date) -> None:
        concern = {
            "concern": self._write("concern", client, day),
            "who": "The people who work there.",
            "grounds": ["offence"],
            "consent": "not_given",
            "consent_why": "Asking would give it away.",
        }
        by, ends = self.desk.of("police"), client.intelligence
        self.diary.at(day, 9, self.desk.open, client, "intelligence", "raise", by=by, details=concern)
        day += timedelta(days=1)
        if ends == "declined":
            self._step(client, day, "intelligence", "decline", "police", section="decline")
        if ends not in ("in_use", "ended"):
            return
        use = {
            "decided_by": "Chief Inspector Robert Ainsdale",
            "grounds": ["offence"],
            "review_on": (self.today + timedelta(days=6)).isoformat(),
            "told": "no",
            "told_why_not": "It would put somebody at risk.",
        }
        self._step(client, day, "intelligence", "use", "police", section="use_intelligence", details=use)
        if ends == "ended":
            self._step(client, day + timedelta(days=9), "intelligence", "end", "police", section="end")


class Group(Clients):
    """The treatment group: episodes alone."""

    shares, answers = GROUP_SHARES, GROUP_ANSWERS
    heard_with = ("full", "part", "ending")

    def _ahead(self, day: date, discharge_on: date) -> dict:
        """The group looks at the case, and at consent, again within the year."""
        return super()._ahead(day, discharge_on) | {"review_on": (day + timedelta(days=350)).isoformat()}
