"""The edge cases of requests from outside, each by its number in `docs/edge-cases.md`."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.rules.hold import held, is_held
from disclosures.models import Consultation, MatchedItem, OutsideRequest
from disclosures.workflow import consultation as consultations
from disclosures.workflow import outside as verbs
from tests.disclosures.outsiders import DAY, HUW, Outsiders, fresh, run


@pytest.fixture
def cast(world):
    return Outsiders(world)


def test_18_a_perpetrators_request_shows_the_handler_nothing_and_asks_the_agencies_themselves(cast):
    cast.hear()
    cast.consulted(**HUW, requester_name="Huw Prydderch")
    assert MatchedItem.objects.of_request(cast.handler).count() == 0
    assert Consultation.objects.of_request(cast.handler).count() == 0
    assert {c.agency.name for c in Consultation.objects.filter(is_hidden=True)} == {"Aberwenlli Homes", "Wenlli Health"}


def test_19_the_clock_stops_for_identity_and_the_scope_is_written_down(cast):
    request = cast.open(received_on=timezone.localdate() - 5 * DAY)
    verbs.pause(by=cast.handler, request=request, why="identity", since_on=timezone.localdate() - 4 * DAY)
    assert request.due_on is None
    verbs.resume(by=cast.handler, request=request, until_on=timezone.localdate())
    assert request.due_on >= timezone.localdate() + 28 * DAY
    verbs.check_identity(by=cast.handler, request=request, check="seen")
    verbs.begin_search(by=cast.handler, request=request, scope="Five years of one system: in proportion.")
    assert fresh(request).scope == "Five years of one system: in proportion."


def test_20_an_originator_is_consulted_about_figures_by_a_day_before_the_request_is_due(cast):
    nobody = {"given_name": "", "family_name": "", "birth_date": None}
    request = cast.searched(kind="foi", words="How many arrears on the Bryn estate?", **nobody)
    verbs.begin_consultation(by=cast.handler, request=request, answer_by_on=timezone.localdate() + DAY)
    ask = {"by": cast.handler, "request": fresh(request), "agency": cast.world.housing_agency, "question": "May we?"}
    with pytest.raises(ValidationError):
        consultations.ask_agency(**ask, answer_by_on=request.due_on + DAY)
    consultations.ask_agency(**ask, answer_by_on=request.due_on)
    hers = Consultation.objects.to_answer(cast.housing_officer).select_related("agency", "request").get()
    consultations.answer_consultation(
        by=cast.housing_officer, consultation=hers, seen=1, view="objects", exemptions=["s40"], reasons="Four homes."
    )
    assert Consultation.objects.of_request(cast.handler).get().view == "objects"
    assert request.received_by == cast.world.council


def test_21_what_is_asked_for_is_kept_from_erasure_until_the_request_ends(cast):
    from cases.models import Case

    case = cast.hear()
    request = cast.open()
    run(request)
    assert is_held(case) is True
    assert case not in Case.objects.filter(~held())
    verbs.close_request(by=cast.handler, request=request, ending="withdrawn", words="By telephone.")
    run(request)
    assert is_held(case) is False


def test_21_a_referral_that_waits_is_kept_from_erasure_too(cast):
    """Its people are in no search keys, and what is written of them is not destroyed by who takes them off it."""
    w = cast.world
    waiting = w.make_referral(victim=("Mair", "O’Gwynedd"), state="draft", by=w.referrer)
    other = w.make_referral(victim=("Nest", "Brân"), state="draft", by=w.referrer)
    request = cast.open()
    run(request)
    assert (is_held(waiting), is_held(other)) == (True, False)
    huw = waiting.parties.get(capacity="perpetrator")
    assert is_held(huw) is True
    verbs.close_request(by=cast.handler, request=request, ending="withdrawn", words="By telephone.")
    run(request)
    assert is_held(waiting) is False


def test_22_a_complaint_is_acknowledged_within_thirty_days_and_its_outcome_recorded(cast):
    request = cast.open(kind="complaint", received_on=timezone.localdate() - 2 * DAY)
    assert timezone.localdate() + 28 * DAY <= request.due_on <= timezone.localdate() + 33 * DAY
    verbs.acknowledge(by=cast.handler, request=request, on=timezone.localdate())
    verbs.close_request(by=cast.handler, request=request, ending="withdrawn", words="She is content.")
    closed = fresh(request)
    assert (closed.state, closed.ending_words) == ("closed", "She is content.")


def test_42_counselling_notes_of_a_victim_are_not_searched_for_without_probative_value_and_notice(cast):
    request = cast.open(kind="victim", asked_by_on=timezone.localdate() + 20 * DAY)
    met = {"relevant": True, "necessary": True, "proportionate": True, "reasons": "One evening.", "counselling": True}
    verbs.record_tests(by=cast.handler, request=request, **met, notice="unsafe")
    with pytest.raises(ValidationError) as refusal:
        verbs.begin_search(by=cast.handler, request=request, scope="Counselling.")
    assert len(refusal.value.messages) == 2
    verbs.record_tests(
        by=cast.handler,
        request=request,
        **met,
        probative="He tells of it.",
        notice="given",
        notice_on=timezone.localdate(),
    )
    verbs.begin_search(by=cast.handler, request=fresh(request), scope="Counselling.")
    assert fresh(request).state == "search"


def test_49_a_complaint_about_an_agency_is_unknown_to_it(cast):
    cast.open(kind="complaint", about_agency=cast.world.housing_agency)
    assert OutsideRequest.objects.visible_to(cast.housing_officer).count() == 0
    assert OutsideRequest.objects.visible_to(cast.handler).count() == 1
