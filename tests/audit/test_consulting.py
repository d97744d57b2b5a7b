"""Reading pages: recorded before the answer, once per opening, and asked for a reason where no road gives one."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from audit import consulting, door
from audit.models import Event
from audit.reasons import AT_MOST, REMEMBERED
from tests.audit.ledger import recorded, recorded_names
from tests.audit.stage import _sessions

FRAGMENT = {"HX_Request": "true"}


def test_a_page_is_recorded_with_member_thing_reason_and_road(asker, cast):
    case_id = uuid.uuid4()
    ravi = asker(cast.representative)
    assert ravi.get(f"/polled/{case_id}/").content == b"shown"
    (event,) = recorded()
    assert (event.name, event.operation, event.member_id, event.thing_kind, event.thing_id, event.case_id) == (
        "record.consulted",
        "consultation",
        cast.representative.pk,
        "cases.case",
        case_id,
        case_id,
    )
    assert (event.reason, event.road, event.address) == ("agenda_item", "polled", "127.0.0.1")


@pytest.mark.parametrize(
    ("second", "written"),
    [
        ({}, 2),
        (FRAGMENT, 1),
        ({"X_Confer_Poll": "1"}, 1),
        ({"HX_Request": "true", "HX_Boosted": "true"}, 2),
        ({"HX_Request": "true", "HX_History_Restore_Request": "true"}, 2),
    ],
)
def test_a_page_load_is_an_opening_and_a_fragment_is_not(asker, cast, second, written):
    ravi, case_id = asker(cast.representative), uuid.uuid4()
    ravi.get(f"/polled/{case_id}/")
    ravi.get(f"/polled/{case_id}/", **second)
    assert recorded_names() == ["record.consulted"] * written


def test_a_fragment_alone_is_no_way_around_the_record(asker, cast):
    asker(cast.representative).get(f"/polled/{uuid.uuid4()}/", **FRAGMENT)
    assert recorded_names() == ["record.consulted"]


def test_a_poll_that_shows_another_thing_is_recorded_once(asker, cast):
    ravi, first, second = asker(cast.representative), uuid.uuid4(), uuid.uuid4()
    ravi.get(f"/polled/{first}/")
    for case_id in (first, second, second):
        ravi.get(f"/polled/{case_id}/", **FRAGMENT)
    assert [event.thing_id for event in recorded()] == [first, second]


def test_a_fragment_that_shows_something_new_of_an_open_thing_is_recorded_once(asker, cast):
    ravi, case_id = asker(cast.representative), uuid.uuid4()
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    ravi.get(f"/polled/{case_id}/", {"entry": [first]})
    for entries in ([first], [first, second], [second], []):
        ravi.get(f"/polled/{case_id}/", {"entry": entries}, **FRAGMENT)
    assert [event.things for event in recorded()] == [
        [f"cases.entry:{first}"],
        [f"cases.entry:{first}", f"cases.entry:{second}"],
    ]


def test_another_session_and_another_member_open_for_themselves(asker, cast):
    case_id = uuid.uuid4()
    asker(cast.representative).get(f"/polled/{case_id}/")
    asker(cast.representative).get(f"/polled/{case_id}/", **FRAGMENT)
    asker(cast.auditor).get(f"/polled/{case_id}/", **FRAGMENT)
    assert [event.member_name for event in recorded()] == ["Ravi Stone", "Ravi Stone", "Ada Quill"]


def test_a_session_that_changed_hands_opens_anew(asker, cast):
    case_id, ravi, ada = uuid.uuid4(), asker(cast.representative), asker(cast.auditor)
    ada.session = ravi.session
    ravi.get(f"/polled/{case_id}/")
    ada.get(f"/polled/{case_id}/", **FRAGMENT)
    assert [event.member_name for event in recorded()] == ["Ravi Stone", "Ada Quill"]


def test_an_opening_ends_after_four_hours(asker, cast, monkeypatch):
    ravi, case_id = asker(cast.representative), uuid.uuid4()
    ravi.get(f"/polled/{case_id}/")
    later = timezone.now() + timedelta(hours=4, seconds=1)
    monkeypatch.setattr(consulting.timezone, "now", lambda: later)
    ravi.get(f"/polled/{case_id}/", **FRAGMENT)
    assert recorded_names() == ["record.consulted"] * 2


def test_a_page_that_cannot_be_recorded_is_not_shown(asker, cast, monkeypatch):
    def broken(*args, **said):
        raise OSError("the disk is full")

    monkeypatch.setattr(door, "write", broken)
    with pytest.raises(OSError, match="the disk is full"):
        asker(cast.representative).get(f"/polled/{uuid.uuid4()}/")
    assert Event.objects.count() == 0


def test_a_page_load_costs_one_query_and_an_open_fragment_one(asker, cast, django_assert_num_queries):
    ravi, case_id = asker(cast.representative), uuid.uuid4()
    with django_assert_num_queries(3):  # the member, the roles, the event
        ravi.get(f"/polled/{case_id}/")
    with django_assert_num_queries(2):  # the member, whether it is open
        ravi.get(f"/polled/{case_id}/", **FRAGMENT)


# Why -----------------------------------------------------------------------------------------------


def answer(asker, cast, **changed):
    path = f"/opened/{cast.representative.pk}/"
    return asker.post("/audit/reason/", {"case": cast.representative.pk, "then": path, "reason": "duty", **changed})


def test_without_a_road_the_page_asks_and_shows_nothing(asker, cast):
    response = asker(cast.representative).get(f"/opened/{cast.representative.pk}/?tab=people")
    assert response.status_code == 200
    assert response.templates[0].name == "audit/reason.html"
    assert response.context["form"].initial == {
        "case": cast.representative.pk,
        "then": f"/opened/{cast.representative.pk}/?tab=people",
    }
    assert recorded() == []


def test_htmx_gets_the_question_alone(asker, cast):
    response = asker(cast.representative).get(f"/opened/{cast.representative.pk}/", **FRAGMENT)
    assert response.templates[0].name == "audit/_reason.html"


def test_the_answer_leads_back_and_is_remembered_for_this_case_and_session(asker, cast):
    ravi = asker(cast.representative)
    response = answer(ravi, cast)
    assert (response.status_code, response["Location"]) == (302, f"/opened/{cast.representative.pk}/")
    for _ in range(2):
        assert ravi.get(f"/opened/{cast.representative.pk}/").content == b"shown"
    assert [(event.reason, event.things) for event in recorded("record.consulted")] == [
        ("duty", [f"partnership.agency:{cast.police.pk}"])
    ] * 2
    assert asker(cast.representative).get(f"/opened/{cast.representative.pk}/").templates != []


def test_an_unanswered_question_is_asked_again_with_a_sentence(asker, cast):
    ravi = asker(cast.representative)
    response = answer(ravi, cast, reason="")
    assert response.status_code == 422
    assert response.context["form"].errors == {"reason": ["Choose why you need to open this case."]}
    assert REMEMBERED not in _sessions[ravi.session]


@pytest.mark.parametrize("reason", ["curiosity", "agenda_item"])
def test_only_the_offered_reasons_are_taken(asker, cast, reason):
    assert answer(asker(cast.representative), cast, reason=reason).status_code == 422


@pytest.mark.parametrize("then", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_answer_leads_nowhere_else(asker, cast, then):
    assert answer(asker(cast.representative), cast, then=then)["Location"] == "/"


def test_a_session_remembers_the_latest_reasons_only(asker, cast):
    ravi = asker(cast.representative)
    for _ in range(AT_MOST + 1):
        answer(ravi, cast, case=uuid.uuid4())
    last = uuid.uuid4()
    answer(ravi, cast, case=last)
    assert len(_sessions[ravi.session][REMEMBERED]) == AT_MOST
    assert list(_sessions[ravi.session][REMEMBERED])[-1] == str(last)
