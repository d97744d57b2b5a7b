"""The cast of asking and deciding: housing asks health and police about Mair; each has liaison officers."""

import datetime

from django.utils import timezone

from cases.models import Party
from disclosures.models import Decision, Disclosure
from disclosures.workflow import decision as deciding
from disclosures.workflow.approval import decide
from disclosures.workflow.request import ask, begin_request
from partnership.roles import Role
from tests.again import MadeAgain, made_again
from tests.world import make_legal_bases, make_member, make_post

HOUR = datetime.timedelta(hours=1)
PURPOSE = "To decide whether Mair is moved to another flat before Huw leaves hospital next week."
QUESTION = "Has he said on the ward where he will live?"
WANTED = "His planned discharge and what he said about the flat."
NEED = "She plans the move."
WORDS = "He is discharged on Friday and means to return to the flat."


class Asking(metaclass=MadeAgain):
    """Housing's representative asks; health and the police answer, each by itself."""

    def __init__(self, world):
        self.world = w = world
        self.health_officer = self._officer("Lleucu Liaison", w.health_agency, "officer")
        self.health_deputy = self._officer("Dewi Deputy", w.health_agency, "deputy")
        self.police_officer = self._officer("Pedr Liaison", w.police_agency, "officer")
        make_legal_bases()
        self.case = w.make_case(asked=[w.housing_agency])

    def _officer(self, name, agency, kind):
        member = make_member(name, agency, Role.LIAISON_OFFICER, panel=self.world.panel)
        make_post(agency, member, kind)
        return member

    def typed(self, **more) -> dict:
        """What a good request says."""
        today = timezone.localdate()
        return {
            "categories": [],
            "wanted": WANTED,
            "from_on": today - datetime.timedelta(days=30),
            "to_on": None,
            "purpose_code": "",
            "purpose": PURPOSE,
            "question": QUESTION,
            "recurrence": "once",
            "recurrence_words": "",
            "due_at": timezone.now() + 48 * HOUR,
            "urgency": "routine",
            "child_safeguarding": False,
        } | more

    def draft(self, by=None) -> Disclosure:
        return begin_request(by=by or self.world.housing, case=self.case)

    @made_again
    def ask(self, *originators, by=None, **more) -> Disclosure:
        """A request to *originators* (default health) about everybody on the case."""
        by = by or self.world.housing
        disclosure = self.draft(by)
        people = Party.objects.visible_to(by).filter(case=self.case)
        originators = originators or [self.world.health_agency]
        ask(by=by, disclosure=disclosure, originators=originators, people=people, seen=1, **self.typed(**more))
        return self.again(disclosure)

    def again(self, row):
        """The row as a member of no sight question would load it: its key and relations joined."""
        if isinstance(row, Decision):
            found = Decision.objects.with_key().select_related(
                "words_key", "originator", "disclosure__key", "disclosure__panel", "disclosure__agency"
            )
            return found.select_related("disclosure__requested_by", "requested_by").get(pk=row.pk)
        return Disclosure.objects.with_key().select_related("panel", "case", "agency").get(pk=row.pk)

    def decision(self, disclosure, agency=None) -> Decision:
        agency = agency or self.world.health_agency
        return self.again(disclosure.decisions.filter(originator=agency).order_by("-created_at").first())

    @made_again
    def prepare(self, decision, by=None, *, outcome="share", words=WORDS, **more) -> Decision:
        """*decision* with every question answered well by *by*; *more* replaces answers by name."""
        by = by or self.health_officer
        decision = deciding.begin_decision(by=by, decision=decision)
        deciding.choose_pieces(by=by, decision=decision, pieces=[piece(words)])
        say_needs(decision, by)
        for step, answers in ANSWERS.items():
            decision = self.again(decision)
            answers = answers | {name: value for name, value in more.items() if name in deciding.QUESTIONS[step]}
            if step == "record":
                answers["outcome"] = outcome
            deciding.answer(by=by, decision=decision, step=step, seen=decision.version, **answers)
        return self.again(decision)

    @made_again
    def decided(self, decision, by=None, **more) -> Decision:
        """*decision*, prepared and taken."""
        by = by or self.health_officer
        ready = self.prepare(decision, by, **more)
        return self.again(decide(by=by, decision=ready, seen=ready.version))


def say_needs(decision, by) -> None:
    """Let everybody who is to receive *decision* be said to need it."""
    rows = deciding.parts_of(decision)["recipients"]
    deciding.choose_recipients(by=by, decision=decision, recipients=[(row.member, NEED) for row in rows])


def piece(original, **more) -> dict:
    """A piece as `choose_pieces` takes it; the whole of it leaves unless *more* says otherwise."""
    return {"entry": None, "original": original, "words": original, **more}


ANSWERS = {
    "purpose": {"purpose_is_good": True},
    "nature": {
        "identifies": "personal",
        "special": ["health"],
        "offence": False,
        "victim_material": False,
        "counselling_notes": False,
        "third_party": False,
        "stops": [],
    },
    "confidence": {"confidential": True, "confidential_words": "Owed to the patient; gives way to her safety."},
    "caldicott": {
        "caldicott": "agrees",
        "caldicott_name": "Dr Gwenda Guardian",
        "caldicott_on": datetime.date(2026, 11, 2),
        "caldicott_principles": ["1", "2", "3", "4"],
    },
    "consent": {"no_consent": "not_basis", "told": "unsafe", "told_words": "He would go to her."},
    "law": {
        "overrides": ["harm"],
        "public_interest": "He has threatened to kill her; discharge is days away.",
        "bases": ["P01", "A6e", "A9g", "S1-18", "C2"],
        "aims": ["safety", "rights"],
        "necessary": "Nobody else knows the day of discharge.",
        "less": "Only the day and the address are given.",
        "balance": "Her life weighs more than his privacy in one date.",
    },
    "release": {"method": "system", "conditions": ["purpose", "onward"], "destroy_event": "purpose_met"},
    "record": {"reason_code": "safeguard_adult", "reason": "She cannot be moved in time without the date."},
}
REFUSAL = {"outcome": "refuse", "reason_code": "not_necessary", "reason": "The housing plan does not depend on it."}
