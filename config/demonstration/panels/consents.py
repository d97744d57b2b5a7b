"""What clients and offenders answered about sharing: asked, given, refused, soon to end, ended, taken back."""

from datetime import date, timedelta

from django.utils import timezone

from cases.models import Party, Track
from consent.models import Consent
from consent.workflow.asking import note_not_sought, prepare, request_consent
from consent.workflow.deciding import record_cannot, record_given, record_refused
from consent.workflow.ending import record_copy_given, withdraw
from consent.workflow.signing import take_signature

EXPLAINED = ("limits_explained", "without_explained", "withdrawing_explained", "rights_explained")
ENDS_IN = {"ending": 12, "ended": -3}  # days from today that the person chose as the last
PARTLY_NO = ("mental_health", "physical_health")
NEVER_YES = ("intelligence",)
RECEIVE = {
    "dip": ("probation", "housing"),
    "treatment": ("mental", "acute", "primary", "housing"),
    "ppo": ("police", "housing"),
}


class Consents:
    """Lets the people of one panel's cases be asked by who sits there for *agency* (a key of the plan)."""

    def __init__(self, desk, say, *, agency: str):
        self.desk, self.say, self.agency = desk, say, agency
        self.diary, self.today = desk.diary, desk.diary.today

    def plan(self, file, since: date, outcome: str) -> None:
        """Let the person of *file* be asked on *since* and answer as *outcome* says."""
        self.diary.at(since, 14, self._ask, file, outcome, minute=self.say.rng.randrange(0, 50))
        back = {"withdrawn": 4, "withdrawn_part": 6}.get(outcome)
        if back:
            self.diary.at(self.today - timedelta(days=back), 12, self._withdraw, file, outcome)

    def _ask(self, file, outcome: str) -> None:
        by = self.desk.of(self.agency)
        party = Party.objects.with_key().select_related("subject").get(case=file.row, capacity=self._capacity())
        track = Track.objects.filter(case=file.row, kind="episode").running().first()
        where = {"by": by, "case": file.row, "party": party, "track": track}
        if outcome == "not_sought":
            note_not_sought(**where, reason="unreached", words="No telephone; will be asked at the next visit.")
            return
        consent = request_consent(**where)
        if outcome != "requested":
            self._decide(by, consent, file, outcome)

    def _capacity(self) -> str:
        return "offender" if self.desk.panel.scheme == "ppo" else "client"

    def _decide(self, by, consent: Consent, file, outcome: str) -> None:
        consent = prepare(by=by, consent=consent, typed=self._answers(by, consent, outcome), seen=consent.version)
        if outcome == "refused":
            words = "Wants to keep it between the two of them for now."
            record_refused(by=by, consent=consent, words=words, seen=consent.version)
            return
        people = {"worker": by.name} | ({} if outcome == "cannot" else {"person": file.person.name})
        for whose, name in people.items():
            consent = self._sign(by, consent, whose, name)
        if outcome == "cannot":
            words = "Withdrawn and confused since the detoxification; the team decided together and will ask again."
            said = {"cannot_reason": "capacity", "ground": "best_interests", "words": words}
            record_cannot(by=by, consent=consent, seen=consent.version, **said)
            return
        consent = record_given(by=by, consent=consent, seen=consent.version)
        if self.say.chance(0.7):
            record_copy_given(by=by, consent=consent, on=timezone.localdate(), how="paper", seen=consent.version)

    def _answers(self, by, consent: Consent, outcome: str) -> dict:
        able = outcome != "cannot"
        partly = outcome == "part"
        questions = {kind: [one.code for one in consent.form.questions(kind)] for kind in ("category", "purpose")}
        answered = {
            kind: {code: code not in NEVER_YES and not (partly and code in PARTLY_NO) for code in codes}
            for kind, codes in questions.items()
        }
        if outcome in ("full", "ending", "ended", "withdrawn", "withdrawn_part"):
            answered["purpose"] = dict.fromkeys(questions["purpose"], True)
        until = ENDS_IN.get(outcome)
        return {
            "able": "yes" if able else "no",
            "able_words": "Says in their own words what it is about." if able else "Could not say what was asked.",
            "format": "aloud",
            "interpreter": False,
            "chosen_end_on": self.today + timedelta(days=until) if until is not None else None,
            "gives": [by.agency],
            "receives": [self.desk.agency(key) for key in RECEIVE[self.desk.panel.scheme]],
            **answered,
            **dict.fromkeys(EXPLAINED, True),
        }

    def _sign(self, by, consent: Consent, whose: str, name: str) -> Consent:
        take_signature(
            by=by,
            consent=consent,
            whose=whose,
            method="typed",
            name=name,
            witness=self.desk.coordinator.name,
            signed_on=timezone.localdate(),
            seen=consent.version,
        )
        return _whole(consent.pk)

    def _withdraw(self, file, outcome: str) -> None:
        by = self.desk.of(self.agency)
        consent = _whole(Consent.objects.get(case=file.row).pk)
        housing = str(self.desk.agency("housing").pk)
        what = {"receives": [housing]} if outcome == "withdrawn_part" else None
        said = {"how": "in_person", "words": "Said so at the appointment.", "what": what}
        withdraw(by=by, consent=consent, seen=consent.version, **said)


def _whole(pk) -> Consent:
    return Consent.objects.with_key().with_whole().get(pk=pk)
