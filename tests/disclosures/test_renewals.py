"""What was made ready to be shared and never was: destroyed with the silence, and four weeks after a new opening."""

import datetime

import pytest
from django.utils import timezone

from audit.models import Event
from core import clock
from core.models import Key, Notice
from disclosures.models import Decision
from disclosures.workflow.approval import reopen
from disclosures.workflow.round import end_renewals, lapse_decisions, take_up_deferred
from tests.disclosures.asking import REFUSAL, Asking

DAY = datetime.timedelta(days=1)


@pytest.fixture
def asking(world):
    return Asking(world)


def are_words_readable(decision) -> bool:
    return not Key.objects.get(pk=decision.words_key_id).is_destroyed


def test_it_is_registered():
    assert {job.name: job.seconds for job in clock.jobs()}["end renewals"] == 3600


def test_what_was_made_ready_goes_with_the_silence(asking):
    decision = asking.prepare(asking.decision(asking.ask()))
    assert lapse_decisions(decision.due_at) == 1
    decision = asking.again(decision)
    assert (decision.outcome, are_words_readable(decision)) == ("no_answer", False)
    assert decision.history.first().history_change_reason == "no_answer"


@pytest.mark.parametrize(("days", "ends"), [(27, False), (28, True)])
def test_opened_anew_and_never_taken_it_ends_with_its_words(asking, days, ends):
    disclosure = asking.ask()
    first = asking.decided(asking.decision(disclosure))
    renewed = asking.again(reopen(by=asking.health_officer, decision=first))
    later = renewed.created_at + days * DAY
    assert lapse_decisions(renewed.due_at) == 0
    assert [end_renewals(later), end_renewals(later)] == [int(ends), 0]
    renewed, first = asking.again(renewed), asking.again(first)
    expected = ("withdrawn", False, "closed") if ends else ("waiting", True, "asked")
    assert (renewed.state, are_words_readable(renewed), asking.again(disclosure).state) == expected
    assert (first.state, are_words_readable(first)) == ("decided", True)
    if ends:
        history = renewed.history.first()
        assert (history.history_change_reason, history.history_actor) == ("never_taken", "disclosure clock")
        assert Event.objects.get(name="decision.dropped").detail == {"stands": str(first.pk)}
        anew = asking.again(reopen(by=asking.health_officer, decision=first))
        assert (anew.state, are_words_readable(anew)) == ("waiting", True)


def test_a_deferral_that_is_taken_up_and_left_is_a_silence(asking):
    until = timezone.localdate() + 3 * DAY
    answers = REFUSAL | {"outcome": "defer", "reason_code": "more_needed", "defer_until": until}
    decision = asking.decision(asking.ask())
    deferred = asking.decided(decision, **answers)
    take_up_deferred(timezone.now() + 3 * DAY)
    renewed = asking.decision(deferred.disclosure)
    Notice.objects.all().delete()
    assert end_renewals(renewed.created_at + 28 * DAY) == 1
    found = Decision.objects.order_by("created_at").values_list("state", "outcome")
    assert list(found) == [("superseded", "defer"), ("decided", "no_answer")]
    assert asking.again(deferred.disclosure).state == "closed"
    assert Event.objects.filter(name="decision.lapsed").count() == 1
    subjects = set(Notice.objects.values_list("subject", flat=True))
    assert subjects == {"A request for information was not answered in time"}
