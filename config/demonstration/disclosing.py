"""The disclosure desk of the demonstration: a handful of each, done by the verbs at instants of the last weeks.

Unlike the casework these are few, so that they are not poured in bulk: what the verbs refuse, nobody is shown.
"""

from datetime import timedelta

from django.utils import timezone

from cases.models import Case, Party
from disclosures.models import Decision, Disclosure, Release
from disclosures.models.codes import SHARING
from disclosures.rules import lawful as law
from disclosures.rules import request as asking_rules
from disclosures.workflow import approval, emergency, ending, release, request
from disclosures.workflow import decision as deciding
from partnership import lawful
from partnership.models import LiaisonPost, Member
from partnership.roles import Permission
from partnership.rules import liaison_officers

from .cast import moment
from .corpus.disclosed import AT_ONCE, EMERGENCY, REQUESTS, Answered, Asked
from .then import as_of

HOUR = timedelta(hours=1)
ASKED_AT, DECIDED_AT, OPENED_AT = 10, 14, 16  # hours of the day
ABOUT = (Party.Capacity.VICTIM, Party.Capacity.PERPETRATOR)


class Desk:
    """Lets agencies of *cast* ask and answer one another, as it would have happened up to *now*."""

    def __init__(self, cast, now):
        self.cast, self.now = cast, now
        self.today = timezone.localdate(now)
        self.used: set = set()

    def fill(self) -> None:
        """Every request of the corpus, in the order in which they were asked; each as far as it has come."""
        for asked in REQUESTS:
            disclosure = self.ask(asked, self.at(asked.days_ago, ASKED_AT))
            if asked.answered:
                self.answer(disclosure, asked, asked.answered)
            if asked.accepted_days_ago is not None:
                self.receive(disclosure, asked)
        asked_at = self.now - 2 * HOUR
        self.release_at_once(self.ask(EMERGENCY, asked_at), asked_at + HOUR / 4)

    def at(self, days_ago: int, hour: int):
        """That hour of the day so many days ago; never later than now."""
        return min(moment(self.today - timedelta(days=days_ago), hour), self.now)

    # asking

    def ask(self, asked: Asked, when) -> Disclosure:
        """The request, about a case that its asker sees and nobody here has asked about."""
        with as_of(when):
            by, originator = self._asker(asked.asker), self.cast.agencies[asked.originator]
            case = self._case_for(by, originator)
            people = list(Party.objects.visible_to(by).filter(case=case, capacity__in=ABOUT).current())
            said = _named(people)
            draft = request.begin_request(by=by, case=case)
            request.ask(
                by=by,
                disclosure=draft,
                originators=[originator],
                people=people,
                seen=draft.version,
                categories=[],
                wanted=said(asked.wanted),
                from_on=timezone.localdate() - timedelta(days=90),
                to_on=None,
                purpose_code="",
                purpose=said(asked.purpose),
                question=said(asked.question),
                recurrence=Disclosure.Recurrence.ONCE,
                recurrence_words="",
                due_at=self.now + asked.due_in * HOUR if asked.due_in else when + asked.hours * HOUR,
                urgency=asked.urgency,
                child_safeguarding=False,
            )
        self.used.add(case.pk)
        return draft

    def _asker(self, agency: str) -> Member:
        return self.fresh(self.cast.speaker(self.cast.agencies[agency], Permission.ASK_DISCLOSURE))

    def fresh(self, member: Member) -> Member:
        """The member as a sign-in would have them."""
        return Member.objects.select_related("agency__partnership").get(pk=member.pk)

    def _case_for(self, by, originator) -> Case:
        """The latest open case of *by* about which *originator* may be asked, if possible one of its own."""
        seen = Case.objects.visible_to(by).select_related("panel").order_by("-opened_at")
        for found in (seen.open().exclude(pk__in=self.used)[:30], seen.exclude(pk__in=self.used)[:30], seen[:30]):
            for case in found:
                there = Party.objects.visible_to(by).filter(case=case).current().values_list("capacity", flat=True)
                if set(ABOUT) <= set(there) and asking_rules.originators_for(by, case).contains(originator):
                    return case
        raise LookupError(f"{by.agency} has no case about which {originator} could be asked.")

    # deciding

    def answer(self, disclosure: Disclosure, asked: Asked, told: Answered) -> None:
        """The decision by the originator's liaison officer: its pages, its pieces, then the act itself."""
        with as_of(self.at(told.days_ago, DECIDED_AT)):
            by = self.officer(self.cast.agencies[asked.originator])
            said = _named(Party.objects.with_key().filter(case=disclosure.case_id, capacity__in=ABOUT).current())
            decision = deciding.begin_decision(by=by, decision=_decision(disclosure))
            shares = told.outcome in SHARING
            pieces = [
                {"entry": None, "original": said(held), "words": said(words), "grade": "reliable"}
                for held, words in told.pieces
            ]
            deciding.choose_pieces(by=by, decision=decision, pieces=pieces)
            for step, typed in self._pages(decision, told, said).items():
                if shares or step in ("purpose", "record"):
                    decision = _decision(disclosure)
                    deciding.answer(by=by, decision=decision, step=step, seen=decision.version, **typed)
            if shares:
                self._rest(by, disclosure)
            decision = _decision(disclosure)
            approval.decide(by=by, decision=decision, seen=decision.version)

    def officer(self, agency) -> Member:
        """Who decides for *agency* at this instant."""
        return self.fresh(liaison_officers(agency)[0])

    def _pages(self, decision, told: Answered, said) -> dict[str, dict]:
        words = {name: said(text) for name, text in told.words.items()}
        pages = {
            "purpose": {"purpose_is_good": True},
            "nature": {
                "identifies": "personal",
                "special": list(told.special),
                "offence": told.offence,
                "victim_material": False,
                "counselling_notes": False,
                "third_party": False,
                "stops": [],
            },
            "confidence": {"confidential": True, "confidential_words": words.get("confidential_words", "")},
            "caldicott": self._guardian(decision, words),
            "consent": {
                "no_consent": "not_basis",
                "told": "unsafe",
                "told_words": said("{perpetrator} would learn of it."),
            },
            "law": {"overrides": ["harm"], "aims": ["safety", "rights"]}
            | {name: words.get(name, "") for name in ("public_interest", "necessary", "less", "balance")},
            "release": {"method": "system", "conditions": ["purpose", "onward", "report"]} | self._end(told),
            "record": {"outcome": told.outcome, "reason_code": told.reason_code, "reason": said(told.reason)},
        }
        if "health" not in told.special:
            del pages["caldicott"]
        return pages

    def _guardian(self, decision, words) -> dict:
        post = LiaisonPost.objects.live().filter(agency=decision.originator_id, kind=LiaisonPost.Kind.CALDICOTT).first()
        return {
            "caldicott": "agrees",
            "caldicott_name": post.name if post else "",
            "caldicott_on": timezone.localdate(),
            "caldicott_words": words.get("caldicott_words", ""),
            "caldicott_principles": ["1", "2", "3", "4"],
        }

    def _end(self, told: Answered) -> dict:
        if told.destroyed_in is None:
            return {"destroy_on": None, "destroy_event": "purpose_met"}
        return {"destroy_on": self.today + timedelta(days=told.destroyed_in), "destroy_event": ""}

    def _rest(self, by, disclosure: Disclosure) -> None:
        """Who receives it and why, and the bases that an ordinary decision like this one rests on."""
        decision = _decision(disclosure)
        need = str(decision.disclosure.position) + ": plans what is done for the household."
        deciding.choose_recipients(by=by, decision=decision, recipients=[(decision.disclosure.requested_by, need)])
        parts = deciding.parts_of(decision)
        facts = law.facts_of(decision, recipients=[one.agency for one in parts["recipients"]], people=parts["people"])
        bases = law.usual_bases(facts, lawful.offered(facts))
        deciding.answer(by=by, decision=decision, step="law", seen=decision.version, bases=bases)

    # what comes of it

    def receive(self, disclosure: Disclosure, asked: Asked) -> None:
        """The recipient accepts the conditions and opens; where it was used already, also its destruction."""
        with as_of(self.at(asked.accepted_days_ago, OPENED_AT)):
            waiting = release.joined().get(decision__disclosure=disclosure)
            by = self.fresh(waiting.member)
            release.acknowledge(by=by, release=waiting, seen=waiting.version, accepted=True)
            release.open_release(by=by, release=_release(waiting))
        if asked.used:
            with as_of(self.at(asked.accepted_days_ago - 14, OPENED_AT)):
                opened = _release(waiting)
                release.report_use(by=by, release=opened, seen=opened.version, used="yes", words=asked.used)
                used = _release(waiting)
                on = timezone.localdate()
                ending.confirm(by=by, release=used, seen=used.version, ending="destroyed", how="erased", on=on)

    def release_at_once(self, disclosure: Disclosure, when) -> None:
        """The emergency: released by a colleague of the liaison officer, whose review is awaited."""
        with as_of(when):
            waiting = _decision(disclosure)
            said = _named(Party.objects.with_key().filter(case=disclosure.case_id, capacity__in=ABOUT).current())
            emergency.release_at_once(
                by=self._asker(EMERGENCY.originator),
                decision=waiting,
                seen=waiting.version,
                words=AT_ONCE.words,
                overrides=["harm"],
                reason=said(AT_ONCE.reason),
                verbal_approval=AT_ONCE.verbal_approval,
            )


def _named(parties):
    """A function that sets the given names of victim and perpetrator into a sentence."""
    names = {party.capacity: party.given_name for party in sorted(parties, key=lambda party: -party.position)}
    victim, perpetrator = (names.get(capacity, "") for capacity in ABOUT)
    return lambda text: text.replace("{victim}", victim).replace("{perpetrator}", perpetrator)


def _decision(disclosure: Disclosure) -> Decision:
    found = Decision.objects.with_key().select_related(
        "words_key", "originator", "disclosure__key", "disclosure__panel", "disclosure__agency"
    )
    return found.select_related("disclosure__requested_by", "requested_by").get(disclosure=disclosure)


def _release(row: Release) -> Release:
    return release.joined().get(pk=row.pk)
