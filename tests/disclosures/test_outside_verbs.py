"""What happens to a request from outside, step by step: row, history, audit, letter; and what is refused."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit.models import Event
from cases.rules.hold import is_held
from core.models import Notice
from disclosures.models import Consultation, MatchedItem, OutsideRequest
from disclosures.workflow import consultation as consultations
from disclosures.workflow import outside as verbs
from tests.disclosures.outsiders import DAY, Outsiders, entries, fresh, run

TODAY = timezone.localdate


@pytest.fixture
def cast(world):
    return Outsiders(world)


def reason(row) -> str:
    return row.history.order_by("-history_date", "-history_id").first().history_change_reason


def events(thing) -> list[str]:
    return list(Event.objects.filter(thing_id=thing.pk).order_by("id").values_list("name", flat=True))


# opening
def test_a_request_is_entered_with_its_number_and_its_clock(cast):
    first, second = cast.open(), cast.open(kind="foi", given_name="", family_name="", birth_date=None)
    assert re.fullmatch(rf"RQ-{TODAY().year}-[A-Z2-9]{{6}}", first.number)
    assert second.number != first.number  # drawn at random: nobody counts what they may not know of
    assert (first.state, first.handler, first.received_by) == ("received", cast.handler, cast.world.council)
    assert first.due_on >= TODAY() + 28 * DAY
    assert reason(first) == "outside.opened"
    assert events(first) == ["outside.opened"]
    assert Notice.objects.count() == 0


def test_what_is_held_about_the_person_is_kept_from_the_first_day_on(cast):
    case, other = cast.hear(), cast.hear(victim=("Alys", "Pritchard"))
    request = cast.open()
    run(request)
    run(request)
    assert (is_held(case), is_held(other)) == (True, False)
    assert MatchedItem.objects.count() == Consultation.objects.count() == 0
    assert Event.objects.filter(name="hold.set").count() == 1


def test_what_is_held_back_is_let_go_when_the_request_is_closed(cast):
    case = cast.hear()
    request = cast.consulted()
    verbs.close_request(by=cast.handler, request=request, ending="withdrawn", words="She rang to withdraw it.")
    run(request)
    assert is_held(case) is False
    assert Consultation.objects.filter(ended_at__isnull=False).count() == 2


@pytest.mark.parametrize("who", ["coordinator", "chair", "police", "referrer", "auditor", "administrator"])
def test_only_who_handles_requests_enters_one(cast, who):
    with pytest.raises(PermissionDenied):
        cast.open(by=getattr(cast.world, who), handler=cast.handler, received_by=cast.world.council)


def test_a_request_is_not_received_tomorrow(cast):
    with pytest.raises(ValidationError) as refusal:
        cast.open(received_on=TODAY() + DAY)
    assert list(refusal.value.message_dict) == ["received_on"]


# the clock
def test_the_clock_stops_and_runs_again(cast):
    request = cast.open(received_on=TODAY() - 10 * DAY)
    verbs.pause(by=cast.handler, request=request, why="identity", since_on=TODAY() - 8 * DAY)
    assert (request.state, request.due_on, reason(request)) == ("clarify", None, "outside.paused")
    verbs.resume(by=cast.handler, request=request, until_on=TODAY() - DAY)
    assert (request.state, reason(request)) == ("received", "outside.resumed")
    assert request.due_on >= TODAY() + 27 * DAY
    assert events(request) == ["outside.opened", "outside.paused", "outside.resumed"]


@pytest.mark.parametrize(
    ("kind", "why"),
    [("foi", "identity"), ("erasure", "clarification"), ("complaint", "identity"), ("court", "identity")],
)
def test_a_clock_does_not_stop_for_what_the_law_does_not_know(cast, kind, why):
    request = cast.open(kind=kind)
    with pytest.raises(ValidationError):
        verbs.pause(by=cast.handler, request=request, why=why, since_on=TODAY())
    assert fresh(request).state == "received"


def test_more_time_is_taken_once_with_a_reason_and_in_time(cast):
    late = cast.open(received_on=TODAY() - 60 * DAY)
    with pytest.raises(ValidationError):
        verbs.extend(by=cast.handler, request=late, reason="complex", words="Much.")
    request = cast.open()
    with pytest.raises(ValidationError) as refusal:
        verbs.extend(by=cast.handler, request=request, reason="complex", words=" ")
    assert list(refusal.value.message_dict) == ["words"]
    verbs.extend(by=cast.handler, request=request, reason="complex", words="Three requests of the same person.")
    assert request.due_on >= TODAY() + 88 * DAY
    assert events(request)[-1] == "outside.extended"
    with pytest.raises(ValidationError):
        verbs.extend(by=cast.handler, request=request, reason="complex", words="Again.")


def test_a_complaint_is_acknowledged(cast):
    request = cast.open(kind="complaint", received_on=TODAY() - 3 * DAY)
    assert request.due_on >= TODAY() + 27 * DAY
    verbs.acknowledge(by=cast.handler, request=request, on=TODAY())
    assert (request.acknowledged_on, request.due_on) == (TODAY(), None)
    with pytest.raises(ValidationError):
        verbs.acknowledge(by=cast.handler, request=request, on=TODAY())


# who may know
def test_the_handler_names_who_may_know(cast):
    request = cast.open()
    knower = verbs.name_member(by=cast.handler, request=request, member=cast.second)
    assert OutsideRequest.objects.visible_to(cast.second).get() == request
    verbs.end_member(by=cast.handler, request=request, knower=knower)
    assert OutsideRequest.objects.visible_to(cast.second).count() == 0
    assert events(request)[-2:] == ["outside.named", "outside.unnamed"]


def test_a_request_is_handed_over_whole(cast):
    request = cast.open()
    verbs.hand_over(by=cast.handler, request=request, to=cast.second)
    assert OutsideRequest.objects.visible_to(cast.handler).count() == 0
    assert OutsideRequest.objects.visible_to(cast.second).get() == request
    assert list(Notice.objects.values_list("address", flat=True)) == [cast.second.email]
    with pytest.raises(PermissionDenied):
        verbs.check_identity(by=cast.handler, request=request, check="seen")


# search
def test_nothing_is_searched_before_identity_is_checked(cast):
    request = cast.open()
    with pytest.raises(ValidationError) as refusal:
        verbs.begin_search(by=cast.handler, request=request, scope="All.")
    assert refusal.value.messages == ["Say how the requester’s identity was checked."]


def test_the_scope_of_the_search_is_written_down(cast):
    request = cast.open()
    verbs.check_identity(by=cast.handler, request=request, check="seen")
    with pytest.raises(ValidationError) as refusal:
        verbs.begin_search(by=cast.handler, request=request, scope=" ")
    assert list(refusal.value.message_dict) == ["scope"]
    verbs.begin_search(by=cast.handler, request=request, scope="Two systems, five years: in proportion.")
    assert fresh(request).scope == "Two systems, five years: in proportion."
    assert Event.objects.get(name="outside.searched").reason == "rights_request"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({}, True),
        ({"given_name": "Mare"}, True),  # sounds alike, same family name, same date
        ({"birth_date": None}, True),
        ({"birth_date": datetime.date(1990, 7, 3)}, True),  # day and month turned round
        ({"birth_date": datetime.date(1971, 1, 1), "given_name": "Mari"}, False),
        ({"given_name": "Alys", "family_name": "Pritchard"}, False),
        ({"given_name": "Alys", "family_name": "Pritchard", "aliases": ["Mair O’Gwynedd"]}, True),
    ],
)
def test_who_is_found(cast, typed, found):
    cast.hear()
    assert MatchedItem.objects.filter(request=cast.searched(**typed)).exists() is found


def test_items_are_noted_once_and_what_is_new_is_added(cast):
    case = cast.hear()
    request = cast.consulted()
    assert MatchedItem.objects.count() == 3  # two entries and the referral
    run(request)
    assert MatchedItem.objects.count() == 3
    w = cast.world
    listing = entries(case)["Wenlli Health"].listing
    w.make_entry(listing, w.health_agency, w.health, text="Again on Friday.")
    verbs.search_again(by=cast.handler, request=request)
    run(request)
    assert MatchedItem.objects.count() == 4


def test_a_request_is_not_closed_as_answered_without_an_answer(cast):
    request = cast.open()
    for ending, words in (("answered", ""), ("withdrawn", " ")):
        with pytest.raises(ValidationError):
            verbs.close_request(by=cast.handler, request=request, ending=ending, words=words)


def test_handlers_are_reminded_once_a_day_of_what_is_due(cast):
    request = cast.open()
    soon = timezone.make_aware(datetime.datetime.combine(request.due_on, datetime.time(9)))
    assert consultations.remind_of_requests() == 0
    assert consultations.remind_of_requests(now=soon) == 1
    assert consultations.remind_of_requests(now=soon) == 0
    assert list(Notice.objects.values_list("address", flat=True)) == [cast.handler.email]
    assert request.number not in Notice.objects.get().body


def test_the_home_page_tells_each_of_what_they_may_know_and_no_more(cast):
    from core.home import owed_by

    def told(member):
        return sorted((str(row.what), row.count) for row in owed_by(member) if "/outside" in row.url)

    cast.hear()
    cast.consulted()
    assert told(cast.handler) == [("Request from outside to answer", 1)]
    assert told(cast.second) == told(cast.world.coordinator) == told(cast.world.health) == []
    waiting = [(str(row.what), row.count) for row in owed_by(cast.health_officer) if "consultations" in row.url]
    assert waiting == [("Consultation to answer", 1)]
    assert [row for row in owed_by(cast.police_officer) if "consultations" in row.url] == []
