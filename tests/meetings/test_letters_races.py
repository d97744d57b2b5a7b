"""Two at the same instant, on real connections: two clicks, two workers, a worker and a coordinator."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from core import mail
from meetings.models import Document, Letter
from meetings.workflow import dispatch
from meetings.workflow import letters as verbs
from meetings.workflow.documents import ask_document
from tests.meetings.papers import fresh, held, make

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts) -> list:
    """What each of *acts* gives or raises, all begun at the same instant on connections of their own."""
    start, ends = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            ends[place] = act()
        except Exception as error:  # given to the test
            ends[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.fixture
def meeting(world):
    meeting = held(world)[0]
    connection.close()
    return meeting


def send(world, meeting, batch):
    name = f"{world.housing_agency.pk}:{world.housing_agency.plan_address}"
    return verbs.send_letters(by=world.coordinator, meeting=meeting, kind="plan", chosen={name: "notice"}, batch=batch)


def test_two_clicks_at_the_same_instant_send_once(world, meeting):
    batch = uuid.uuid4()
    assert world.coordinator.grants  # read before the threads begin
    first, second = at_once(*[lambda: send(world, meeting, batch)] * 2)
    assert [letter.pk for letter in first] == [letter.pk for letter in second]
    assert (Letter.objects.count(), Document.objects.count()) == (1, 1)


def test_two_who_ask_at_the_same_instant_get_two_numbers(world, meeting):
    ends = at_once(
        *[lambda by=by: ask_document(by=by, meeting=meeting, kind="plan") for by in (world.coordinator, world.chair)]
    )
    assert sorted(document.number for document in ends) == [1, 2]


def test_two_workers_hand_a_letter_over_once(world, meeting, monkeypatch):
    handed_over = []

    def hand_over(*_message):
        handed_over.append(1)
        return mail.Outcome(mail.Outcomes.ACCEPTED)

    monkeypatch.setattr(mail, "send", hand_over)
    (letter,) = send(world, meeting, uuid.uuid4())
    make(letter.document)
    ends = at_once(*[lambda: dispatch.send_letter.call(str(letter.pk))] * 3)
    assert (ends, handed_over) == ([None] * 3, [1])
    assert (fresh(letter).state, fresh(letter).attempts) == ("sent", 1)


def test_sending_again_twice_at_the_same_instant_makes_one_letter(world, meeting):
    (letter,) = send(world, meeting, uuid.uuid4())
    dispatch.post_office.settle(fresh(letter), "failed", "")
    found = [fresh(letter), fresh(letter)]
    first, second = at_once(*[lambda row=row: verbs.send_again(by=world.coordinator, letter=row) for row in found])
    assert first == second
    assert Letter.objects.count() == 2


def test_a_letter_is_either_withdrawn_or_sent_never_both(world, meeting, monkeypatch):
    handed_over = []

    def hand_over(*_message):
        handed_over.append(1)
        return mail.Outcome(mail.Outcomes.ACCEPTED)

    monkeypatch.setattr(mail, "send", hand_over)
    (letter,) = send(world, meeting, uuid.uuid4())
    make(letter.document)
    found = fresh(letter)
    _worker, person = at_once(
        lambda: dispatch.send_letter.call(str(letter.pk)),
        lambda: verbs.withdraw_letter(by=world.coordinator, letter=found, seen=found.version),
    )
    assert (fresh(letter).state, handed_over, isinstance(person, ValidationError)) in [
        ("sent", [1], True),
        ("withdrawn", [], False),
    ]
