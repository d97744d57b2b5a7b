"""Requests from outside, an extract and what joins the protocol in the demonstration: by the verbs, as the desk is."""

import random
from datetime import timedelta

from django.utils import timezone

from cases.models import Case, Party
from disclosures.models import Extract, ExtractText, OutsideRequest, PropertyCount
from disclosures.rules.extracting import QUESTIONS
from disclosures.workflow import answer, outside
from disclosures.workflow import extract as extracts
from disclosures.workflow.gathering import gather_extract
from disclosures.workflow.printing import make_answer
from disclosures.workflow.tracing import match_request
from partnership.models import Joining
from partnership.roles import Permission
from partnership.rules import authorities_asked, liaison_officers
from partnership.workflow import standing

from .cast import moment
from .corpus.disclosed import CONSENT_DOCUMENT, EXTRACT_PURPOSE, EXTRACT_TEST, FREEDOM, SUBJECT_ACCESS
from .corpus.places import LETTERS, OUTWARD, TOWN
from .then import as_of

DAY = timedelta(days=1)
ENOUGH_FOR_COUNTS = 60  # fewer cases leave nothing to count once small cells are gone


class Outside:
    """Who from outside asks, and what of the casework leaves depersonalised."""

    def __init__(self, desk):
        self.desk, self.cast, self.today = desk, desk.cast, desk.today

    def fill(self) -> None:
        """The chamber joins, a postcode sector is counted, two requests come in, an extract is handed over."""
        self.join(self.cast.chamber)
        count_properties(self.today - 120 * DAY)
        self.freedom()
        self.subject_access()
        self.extract()

    def _at(self, days_ago: int, hour: int = 11):
        return as_of(moment(self.today - days_ago * DAY, hour))

    # the protocol

    def join(self, agency) -> None:
        """*agency* joins on tier 2, with the recorded consent of every responsible authority."""
        keeper = self._holding(Permission.KEEP_REGISTER)
        with self._at(100):
            joining = standing.open_joining(agency, by=keeper, tier=2)
        with self._at(86):
            joining = Joining.objects.select_related("agency", "protocol").get(pk=joining.pk)
            for authority in authorities_asked(joining):
                standing.answer_joining(
                    joining,
                    by=keeper,
                    authority=authority,
                    agrees=True,
                    given_on=self.today - 90 * DAY,
                    document=CONSENT_DOCUMENT,
                )
            standing.sign_joining(
                joining,
                by=keeper,
                signed_by="Llinos Cadwaladr-Pryce",
                signed_as="President",
                signed_on=self.today - 87 * DAY,
                review_on=self.today + 278 * DAY,
            )

    def _holding(self, permission):
        return self.desk.fresh(next(m for m in self.cast.members.values() if self.cast.may(m, permission)))

    # requests from outside

    def freedom(self) -> None:
        """A freedom of information request to the council, answered; sent where somebody could check it."""
        handler, second = self._handlers()
        with self._at(29):
            request = self._open(handler, "foi", **{name: FREEDOM[name] for name in _WHO_AND_WHAT})
            if second:
                outside.name_member(by=handler, request=request, member=second)
            outside.begin_search(by=handler, request=_outside(request), scope=FREEDOM["scope"])
            match_request.func(str(request.pk))
        with self._at(27):
            outside.begin_consultation(by=handler, request=_outside(request), answer_by_on=self.today - 20 * DAY)
            match_request.func(str(request.pk))
        with self._at(12):
            drafted = answer.save_answer(
                by=handler,
                request=_outside(request),
                kind="information",
                words=FREEDOM["answer"],
                reasoning=FREEDOM["reasoning"],
            )
            answer.offer(by=handler, answer=_answer(drafted))
        if second:
            self._send(handler, second, drafted)

    def _send(self, handler, second, drafted) -> None:
        with self._at(9):
            paper = answer.pass_check(by=second, answer=_answer(drafted))
            make_answer.func(str(paper.pk))
        with self._at(9, 15):
            answer.send(by=handler, answer=_answer(drafted), method="secure_mail")

    def subject_access(self) -> None:
        """Somebody of a case asks the council what is held; the clock runs, and what is found is held."""
        handler, _second = self._handlers()
        with self._at(9):
            who = self._somebody()
            request = self._open(
                handler,
                "sar",
                requester_name=who.name,
                given_name=who.given_name,
                family_name=who.family_name,
                birth_date=who.birth_date,
                **{name: SUBJECT_ACCESS[name] for name in ("requester_contact", "words")},
            )
            match_request.func(str(request.pk))
        with self._at(8):
            outside.check_identity(
                by=handler,
                request=_outside(request),
                check="seen",
                words=SUBJECT_ACCESS["identity_words"],
                on=self.today - 8 * DAY,
            )
            outside.begin_search(by=handler, request=_outside(request), scope=SUBJECT_ACCESS["scope"])
            match_request.func(str(request.pk))

    def _open(self, handler, kind: str, **typed) -> OutsideRequest:
        return outside.open_request(
            by=handler,
            kind=kind,
            received_on=timezone.localdate() - DAY,
            received_by=self.cast.agencies["housing"],
            **typed,
        )

    def _handlers(self):
        """The council's liaison officer, and who checks: another who handles such requests, if there is one."""
        handler = self.desk.fresh(liaison_officers(self.cast.agencies["housing"])[0])
        others = [m for m in self.cast.members.values() if m.pk != handler.pk]
        second = next((m for m in others if self.cast.may(m, Permission.HANDLE_OUTSIDE_REQUESTS)), None)
        return handler, second and self.desk.fresh(second)

    def _somebody(self) -> Party:
        """The perpetrator of the case that was closed first, or of the oldest where none is."""
        case = Case.objects.order_by("closed_at", "opened_at").filter(state=Case.State.CLOSED).first()
        case = case or Case.objects.order_by("opened_at").first()
        found = Party.objects.with_key().filter(case=case, capacity=Party.Capacity.PERPETRATOR).current()
        return found.order_by("position").first()

    # an extract

    def extract(self) -> None:
        """The coordinator's extract of the last half year, tested by a liaison officer, handed to the chamber."""
        maker = self.desk.fresh(self.cast.coordinator)
        with self._at(6):
            since = self.today - 180 * DAY
            enough = Case.objects.filter(opened_at__date__gte=since).count() >= ENOUGH_FOR_COUNTS
            extract = extracts.ask_extract(
                by=maker,
                panel=self.cast.panel,
                profile=Extract.Profile.PUBLIC if enough else Extract.Profile.OPERATIONAL,
                scope=Extract.Scope.CASES,
                purpose=EXTRACT_PURPOSE,
                from_on=since,
                to_on=self.today - 7 * DAY,
            )
            gather_extract.func(str(extract.pk))
            self._read_over(maker, extract)
        with self._at(5):
            tester = self._tester(maker)
            row = _extract(extract)
            answers = dict.fromkeys(QUESTIONS, "no")
            extracts.test_extract(
                by=tester, extract=row, answers=answers, words=EXTRACT_TEST, passed=True, seen=row.version
            )
        with self._at(4):
            extracts.hand_over(by=maker, extract=_extract(extract), agencies=[self.cast.chamber])

    def _read_over(self, maker, extract) -> None:
        row = _extract(extract)
        for text in ExtractText.objects.with_key().filter(extract=row):
            text.extract = row
            extracts.settle_text(by=maker, text=text, words=text.words, left_out=False, sure=True, seen=text.version)
        extracts.confirm_extract(by=maker, extract=row, seen=row.version)

    def _tester(self, maker):
        others = [m for m in self.cast.members.values() if m.pk != maker.pk]
        return self.desk.fresh(next(m for m in others if self.cast.may(m, Permission.DECIDE_DISCLOSURE)))


_WHO_AND_WHAT = ("requester_name", "requester_contact", "words")


def count_properties(counted_on) -> None:
    """One sector of the town counted whole, whoever lives there: else the list would tell who is known here."""
    rng = random.Random(f"{OUTWARD[TOWN][0]} 1")  # noqa: S311  invented data, repeatable on purpose
    PropertyCount.objects.bulk_create(
        PropertyCount(
            postcode=f"{OUTWARD[TOWN][0]} 1{first}{second}",
            properties=rng.choice((1, 2, 3, 6, 9, 14, 18, 22, 31, 47)),
            counted_on=counted_on,
        )
        for first in LETTERS
        for second in LETTERS
    )


def _outside(request) -> OutsideRequest:
    return OutsideRequest.objects.with_key().select_related("handler__agency", "received_by").get(pk=request.pk)


def _answer(row):
    found = type(row).objects.with_key().select_related("request__key", "request__received_by", "request__handler")
    return found.get(pk=row.pk)


def _extract(extract) -> Extract:
    joined = ("panel", "asked_by__agency", "agency", "tested_by__agency")
    return Extract.objects.with_key().select_related(*joined).get(pk=extract.pk)
