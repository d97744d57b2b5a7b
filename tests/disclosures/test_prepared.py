"""Who asks and receives is trained, declared and vetted, or designated; what recurs has a schedule (fields 2, 7)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from disclosures.rules import decision as decisions
from disclosures.rules import request as rules
from disclosures.rules.receiving import receivers_of
from disclosures.workflow.decision import parts_of
from partnership.models import Attendee, ProtocolSchedule
from tests.disclosures.asking import Asking
from tests.world import make_post

DAY = datetime.timedelta(days=1)
TOLD = "You can ask for information once it is recorded that you were trained"


@pytest.fixture
def asking(world):
    return Asking(world)


def attends(member, **more) -> None:
    Attendee.objects.filter(member=member).update(**more)


@pytest.mark.parametrize(
    ("given", "may"),
    [
        ({}, True),
        ({"trained_on": None}, False),
        ({"declared_on": None}, False),
        ({"vetted_on": None}, False),
        ({"vetted_on": timezone.localdate}, True),
        ({"vetted_on": lambda: timezone.localdate() + DAY}, False),
        ({"until": timezone.now}, False),
    ],
)
def test_who_asks_and_receives_was_trained_declared_and_vetted(asking, given, may):
    housing, disclosure = asking.world.housing, asking.ask()
    decision = asking.prepare(asking.decision(disclosure))
    attends(housing, **{name: value() if callable(value) else value for name, value in given.items()})
    assert rules.may_ask(housing, asking.case) is may
    assert receivers_of(disclosure).contains(housing) is may
    sentence = "Harri Housing is not recorded as trained, declared and vetted for this panel, and cannot receive it."
    assert [text for _page, text in decisions.problems(decision, **parts_of(decision))] == [sentence] * (not may)
    assert rules.may_tell(housing, asking.case) is True  # what must be told in an emergency waits for no training


def test_who_is_designated_to_decide_needs_no_seat_on_the_panel(asking):
    w = asking.world
    attends(w.housing, until=timezone.now())
    make_post(w.housing_agency, w.housing, "deputy")
    assert rules.may_ask(w.housing, asking.case) is True


def test_who_may_not_ask_reads_why_where_the_button_was(asking, as_member):
    client, url = as_member(asking.world.housing), reverse("disclosures:case_requests", args=[asking.case.pk])
    page = client.get(url).content.decode()
    assert ("Ask for information" in page, TOLD in page) == (True, False)
    attends(asking.world.housing, trained_on=None)
    page = client.get(url).content.decode()
    assert ("Ask for information" in page, TOLD in page) == (False, True)
    assert client.post(reverse("disclosures:begin_request", args=[asking.case.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        asking.ask()


NO_SCHEDULE = {"recurrence": "The protocol has no schedule for this panel: ask once, and again when you need it again."}


@pytest.mark.parametrize(
    ("recurrence", "words", "schedule", "expected"),
    [
        ("once", "", None, {}),
        ("recurring", "Every month", None, NO_SCHEDULE),
        ("recurring", "", None, NO_SCHEDULE),
        ("recurring", " ", object(), {"recurrence_words": "Say when it recurs."}),
        ("recurring", "Every month", object(), {}),
    ],
)
def test_what_recurs_has_a_schedule_and_an_interval(recurrence, words, schedule, expected):
    assert rules.recurrence_problems(recurrence, words, schedule) == expected


def test_the_request_is_refused_at_the_field_and_sent_with_a_schedule(asking):
    often = {"recurrence": "recurring", "recurrence_words": "On the first of each month"}
    with pytest.raises(ValidationError) as refused:
        asking.ask(**often)
    assert refused.value.message_dict == {name: [sentence] for name, sentence in NO_SCHEDULE.items()}
    panel = asking.world.panel
    ProtocolSchedule.objects.create(protocol=rules.protocol_for(panel), scheme=panel.scheme, retention="-", rights="-")
    assert asking.ask(**often).recurrence == "recurring"
