"""Neither confirm nor deny: the same pages, papers and statements whether or not anything is held.

The whole way of a request is gone twice by the same handler: once where nothing is held about the person, once where
two agencies have said something and answer their consultations meanwhile.  What the handler meets is compared.
"""

import re
from contextlib import contextmanager
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.stored import stored_files
from disclosures.models import Answer, AnswerPaper, Consultation, MatchedItem, OutsideRequest
from disclosures.workflow import answer as answers
from disclosures.workflow import consultation as consultations
from disclosures.workflow import outside as verbs
from disclosures.workflow.printing import make_answer
from partnership import idle
from tests.disclosures.outsiders import DAY, Outsiders, fresh, run
from tests.signing_in import sign_in
from tests.world import World

pytestmark = pytest.mark.django_db

IDS = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": ?"[^"]+"|X-CSRFToken&quot;: ?&quot;\w+')
CLOCK = re.compile(r"\b[0-2]\d:[0-5]\d\b")
SAVEPOINT = re.compile(r'"s\d+_x\d+"')


@pytest.fixture
def cast(world):
    return Outsiders(world)


@contextmanager
def statements():
    """Every statement as the database is sent it, without its values, in order."""
    sent = []

    def note(execute, sql, params, many, context):
        sent.append(SAVEPOINT.sub("savepoint", sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


class Walk:
    """One handler’s way from the first page to the paper, with everything that they met."""

    def __init__(self, cast, client, request, meanwhile):
        self.cast, self.client, self.request, self.meanwhile = cast, client, request, meanwhile
        self.pages, self.sent = [], []

    def get(self, name, *args):
        self._answered(lambda: self.client.get(reverse(f"disclosures:{name}", args=args)))

    def post(self, name, *args, **typed):
        self._answered(lambda: self.client.post(reverse(f"disclosures:{name}", args=args), typed))

    def _answered(self, ask):
        with statements() as sent:
            response = ask()
        body = TOKENS.sub("token", response.content.decode())
        self.pages.append((response.status_code, response.headers.get("Location"), dict(response.headers), body))
        self.sent.append(sent)

    def go(self):
        pk = self.request.pk
        soon = timezone.localdate() + 7 * DAY
        step = lambda act, **typed: self.post("outside_step", pk, act, **typed)  # noqa: E731
        self.get("outside", pk)
        step("identity", check="seen", words="Passport.")
        step("search", scope="Our own records: in proportion.")
        run(self.request)
        self.get("outside", pk)
        step("consult", answer_by_on_day=soon.day, answer_by_on_month=soon.month, answer_by_on_year=soon.year)
        run(self.request)
        self.meanwhile()
        self.get("outside", pk)
        self.get("outsides")
        self.get("draft_answer", pk)
        self.post("search_outside_again", pk)
        run(self.request)
        self.post("draft_answer", pk, kind="neither", reasoning="To say so would endanger somebody.")
        self.get("draft_answer", pk)
        self.post("offer_answer", pk)
        answer = Answer.objects.with_key().select_related("request__key").get()
        answers.pass_check(by=self.cast.second, answer=answer)
        paper = AnswerPaper.objects.with_key().get()
        make_answer.func(str(paper.pk))
        paper.refresh_from_db()
        self.paper = stored_files().read(paper.key.material(), paper.pk)
        self.digests = (paper.digest, paper.sha256, paper.pages)
        self.get("outside", pk)
        step("send", method="post")
        self.get("outside", pk)
        step("close", ending="answered")
        run(self.request)
        self.get("outside", pk)
        return self


def walk(cast, client, request, meanwhile, *, held) -> Walk:
    """The way of *request*, undone afterwards, so that the other way begins from the very same rows."""
    with transaction.atomic():
        if held:
            cast.hear()
        gone = Walk(cast, client, request, meanwhile).go()
        gone.consultations, gone.items = Consultation.objects.count(), MatchedItem.objects.count()
        transaction.set_rollback(True)
    return gone


@pytest.fixture(scope="module")
def ways(django_db_setup, django_db_blocker):
    """Both ways, gone once for all tests that compare them."""
    # When the member was last seen is written twice a minute, wherever on the way that falls.
    unseen = mock.patch.object(idle, "STAMP_EVERY", DAY)
    with django_db_blocker.unblock(), transaction.atomic(), unseen:
        both = both_ways(Outsiders(World()), Client())
        transaction.set_rollback(True)
    return both


def both_ways(cast, client) -> tuple[Walk, Walk]:
    request = cast.open()
    verbs.name_member(by=cast.handler, request=request, member=cast.second)
    sign_in(client, cast.handler)
    client.get(reverse("disclosures:outsides"))

    def answer_for_the_agency():
        hers = Consultation.objects.to_answer(cast.health_officer).select_related("agency", "request").get()
        consultations.answer_consultation(
            by=cast.health_officer, consultation=hers, seen=1, view="neither", exemptions=["E02"], reasons="A risk."
        )

    nothing = walk(cast, client, request, lambda: None, held=False)
    something = walk(cast, client, request, answer_for_the_agency, held=True)
    return nothing, something


def plain(gone: Walk) -> list:
    """What was met, without ids that are drawn at random for rows of the way itself, and the minute of each step."""
    clean = lambda text: CLOCK.sub("clock", IDS.sub("id", text or ""))  # noqa: E731
    return [(status, clean(place), clean(body)) for status, place, _headers, body in gone.pages]


def test_there_was_something_to_hide(ways):
    nothing, something = ways
    assert (nothing.consultations, nothing.items) == (0, 0)
    assert (something.consultations, something.items) == (2, 3)


def test_every_page_is_the_same_byte_for_byte(ways):
    nothing, something = ways
    assert [status for status, *_more in plain(nothing)] == [
        200,
        302,
        302,
        200,
        302,
        200,
        200,
        200,
        302,
        302,
        200,
        302,
        200,
        302,
        200,
        302,
        200,
    ]
    assert plain(something) == plain(nothing)


def test_every_statement_is_the_same_in_the_same_order(ways):
    nothing, something = ways
    assert min(len(sent) for sent in nothing.sent) > 2
    assert something.sent == nothing.sent


def test_headers_and_lengths_are_the_same(ways):
    def lengths(gone):
        return [(sorted(headers), len(IDS.sub("id", body))) for _status, _place, headers, body in gone.pages]

    nothing, something = ways
    assert lengths(something) == lengths(nothing)


def test_the_paper_is_the_same_byte_for_byte(ways):
    nothing, something = ways
    assert nothing.paper[:5] == b"%PDF-"
    assert something.paper == nothing.paper
    assert something.digests == nothing.digests


def test_the_same_request_of_another_person_gets_the_same_words(cast):
    """What differs between two papers is the number of the request and nothing else."""
    from disclosures.documents_of_outside import facts_of

    cast.hear()

    def said(**typed):
        request = cast.consulted(**typed)
        answer = answers.save_answer(by=cast.handler, request=request, kind="neither", reasoning="A risk.")
        answer = Answer.objects.with_key().select_related("request__received_by").get(pk=answer.pk)
        return {name: value for name, value in facts_of(answer).items() if name != "number"}

    assert said() == said(given_name="Alys", family_name="Pritchard", birth_date=None)


@pytest.mark.parametrize("kind", list(OutsideRequest.Kind))
def test_words_that_neither_confirm_nor_deny_tell_of_no_scheme_no_count_and_no_file(cast, kind):
    from disclosures.documents_of_outside import neither_words, rights_words
    from disclosures.rules.outside import panels_of, telling_words

    request = cast.open(kind=kind)
    text = " ".join([*neither_words(kind), *rights_words(kind)])
    assert telling_words(text, list(panels_of(request))) == []
    assert "neither confirms nor denies" in text


def test_a_draft_that_neither_confirms_nor_denies_keeps_no_words_of_its_own(cast):
    request = cast.consulted()
    answers.save_answer(by=cast.handler, request=request, kind="information", words="We hold two files.")
    answer = answers.save_answer(
        by=cast.handler, request=fresh(request), kind="neither", words="We hold two files.", reasoning="A risk."
    )
    assert (answer.words, answer.sections) == ("", [])
