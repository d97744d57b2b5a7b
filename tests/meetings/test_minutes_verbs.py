"""Minutes: exactly the minutable, nobody’s writing overwritten, own words alone corrected, approved for good."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Involvement
from core.models import StaleVersion
from meetings.models import Correction, Meeting, Minutes, MinutesItem
from meetings.rules.minutes import parts_for, parts_for_agency
from meetings.workflow.attendance import add_observer
from meetings.workflow.live import close_item, end_meeting
from meetings.workflow.minutes import (
    approve_minutes,
    correct_approved,
    decide_correction,
    draft_minutes,
    edit_part,
    propose_correction,
    send_for_check,
)
from meetings.workflow.recusal import declare_interest
from meetings.workflow.statement import sign_statement
from partnership.models import Attendee
from tests.audit.ledger import recorded
from tests.meetings.sitting import fresh, held, opened, write_whole
from tests.signing_in import sign_in

State = Meeting.State


@pytest.fixture
def case_heard(world):
    """A meeting held with idva, housing and health; housing said one thing to be minuted and one to be said only."""
    meeting, item = opened(world, world.idva, world.housing, world.health)
    said = world.make_entry(item.listing, world.housing_agency, world.housing, text="Door kicked in.", reach="minute")
    world.make_entry(item.listing, world.housing_agency, world.housing, text="Whispered.", reach="say")
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    return fresh(meeting), fresh(item), said


def row_of(minutes):
    return minutes.items.select_related("key", "minutes__meeting", "item").get()


def texts(minutes, part=None):
    return [p["text"] for p in row_of(minutes).content if part in (None, p["part"])]


def in_check(world, meeting):
    minutes = draft_minutes(by=world.coordinator, meeting=meeting)
    return send_for_check(by=world.coordinator, minutes=fresh(minutes))


# drafting
def test_a_draft_holds_exactly_what_may_be_minuted(world, case_heard):
    meeting, item, said = case_heard
    minutes = draft_minutes(by=world.coordinator, meeting=meeting)
    assert [(p["key"], p["agency"]) for p in row_of(minutes).content] == [
        ("case", ""),
        ("note:summary", ""),
        (f"entry:{said.pk}", "Aberwenlli Homes"),
        ("note:voice", ""),
        ("note:risk_victim", ""),
        ("note:perpetrator_line", ""),
        ("decision", ""),
        ("telling", ""),
    ]
    assert texts(minutes, "entry") == ["Door kicked in."]
    assert "Whispered." not in str(row_of(minutes).content)
    assert row_of(minutes).key_id == item.listing.case.key_id


def test_intelligence_is_minuted_as_unverified_with_its_source_and_day(world):
    """Edge case 45: never as a fact."""
    meeting, item = opened(world, world.police)
    told = {"nature": "intelligence", "grade": "untested", "source": "a neighbour", "reach": "minute"}
    told["known_on"] = datetime.date(2026, 11, 3)
    world.make_entry(item.listing, world.police_agency, world.police, "He has a knife.", **told)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    minutes = draft_minutes(by=world.coordinator, meeting=fresh(meeting))
    said = "He has a knife. (unverified, from a neighbour, 3 November 2026 (From an untested source))"
    assert [words for words in texts(minutes) if "knife" in words] == [said]


def test_the_header_names_who_was_there_and_no_subject(world):
    meeting, item = opened(world, world.idva)
    add_observer(by=world.coordinator, meeting=fresh(meeting), name="Olwen", organisation="Uni", signed=True)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    header = draft_minutes(by=world.coordinator, meeting=fresh(meeting)).header
    assert {(p["name"], p["signed"]) for p in header["present"]} == {
        ("Dafydd Chair", 1),
        ("Cerys Coordinator", 1),
        ("Isla Idva", 1),
    }
    assert header["observers"] == [{"name": "Olwen", "organisation": "Uni", "signed": True}]
    assert header["statement"] == {"number": 1, "text": "What is said here stays here."}
    assert "O’Gwynedd" not in str(header)


def test_a_member_who_signed_as_an_observer_stands_among_the_observers_alone(world):
    meeting, item = opened(world, world.idva)
    Attendee.objects.filter(member=world.health).update(vetted_on=None)
    sign_statement(by=world.health, meeting=fresh(meeting), number=1)
    assert item.attended.filter(attendance__member=world.health).count() == 1  # who is in the room hears
    sheet = sign_in(Client(), world.coordinator).get(reverse("meetings:attendance", args=[meeting.pk])).context
    assert [[line.name for line in sheet[name]] for name in ("observers", "absent")] == [["Hana Health"], []]
    assert "Hana Health" not in [line.name for line in sheet["members"]]
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    header = draft_minutes(by=world.coordinator, meeting=fresh(meeting)).header
    name = world.health_agency.name
    assert header["observers"] == [{"name": "Hana Health", "organisation": name, "signed": True}]
    assert "Hana Health" not in [line["name"] for line in header["present"]]
    assert not Involvement.objects.filter(agency=world.health_agency, why="took_part").exists()


def test_outstanding_actions_say_which_of_the_two_reasons(world):
    case = world.make_case()
    for state in ("open", "not_possible", "not_done", "done"):
        ended = {} if state == "open" else {"ended_at": timezone.now()}
        world.make_action(case, world.health_agency, state=state, **ended)
    meeting, _item = held(world)
    header = draft_minutes(by=world.coordinator, meeting=meeting).header
    assert [row["state"] for row in header["outstanding"]] == ["open", "not_possible", "not_done"]


def test_recusals_stand_in_the_minutes(world):
    meeting, item = opened(world, world.health)
    declare_interest(by=world.health, item=item)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    minutes = draft_minutes(by=world.coordinator, meeting=fresh(meeting))
    assert texts(minutes, "recusals") == ["Hana Health (Wenlli Health)"]


def test_drafting_again_never_overwrites_what_a_person_wrote(world, case_heard):
    meeting, _item, said = case_heard
    minutes = draft_minutes(by=world.coordinator, meeting=meeting)
    edit_part(by=world.coordinator, minutes_item=row_of(minutes), key="note:summary", text="By hand.", seen=1)
    edit_part(by=world.coordinator, minutes_item=row_of(minutes), key="decision", text="", seen=1, removed=True)
    said.text = "Door kicked in twice."
    said.save()
    draft_minutes(by=world.chair, meeting=fresh(meeting))
    assert texts(minutes, "summary") == ["By hand."]
    assert texts(minutes, "entry") == ["Door kicked in twice."]
    assert [p["key"] for p in row_of(minutes).content if p.get("removed")] == ["decision"]


def test_a_stale_tab_does_not_overwrite_a_part_but_other_parts_are_free(world, case_heard):
    meeting, _item, _said = case_heard
    minutes = draft_minutes(by=world.coordinator, meeting=meeting)
    opened_before = row_of(minutes)
    edit_part(by=world.chair, minutes_item=row_of(minutes), key="note:summary", text="Chair's.", seen=1)
    with pytest.raises(StaleVersion):
        edit_part(by=world.coordinator, minutes_item=opened_before, key="note:summary", text="Mine.", seen=1)
    edit_part(by=world.coordinator, minutes_item=opened_before, key="note:voice", text="Voice.", seen=1)
    assert (texts(minutes, "summary"), texts(minutes, "voice")) == (["Chair's."], ["Voice."])


@pytest.mark.parametrize("state", [s for s in State if s != State.CANCELLED])
def test_minutes_are_drafted_after_the_meeting_alone(world, state):
    meeting, _item = held(world)
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    after = {State.MINUTES_DRAFT, State.MINUTES_CHECK, State.APPROVED, State.DISTRIBUTED}
    if state in after:
        assert draft_minutes(by=world.coordinator, meeting=fresh(meeting)).state == "draft"
    else:
        with pytest.raises(PermissionDenied):
            draft_minutes(by=world.coordinator, meeting=fresh(meeting))


def test_representatives_do_not_draft(world):
    meeting, _item = held(world, world.idva)
    with pytest.raises(PermissionDenied):
        draft_minutes(by=world.idva, meeting=meeting)


# checking
def test_while_checking_an_agency_reads_its_own_words_alone(world, case_heard):
    meeting, _item, said = case_heard
    in_check(world, meeting)
    seen = lambda member: [  # noqa: E731
        p["key"]
        for parts in parts_for(
            list(MinutesItem.objects.visible_to(member).select_related("minutes__meeting")), member
        ).values()
        for p in parts
    ]
    assert seen(world.housing) == [f"entry:{said.pk}"]
    assert seen(world.health) == []
    assert len(seen(world.chair)) == 8


def test_an_agency_corrects_its_own_words_and_nobody_elses(world, case_heard):
    meeting, _item, said = case_heard
    minutes = in_check(world, meeting)
    row, key = row_of(minutes), f"entry:{said.pk}"
    for member, part in ((world.health, key), (world.housing, "note:summary")):
        with pytest.raises(PermissionDenied):
            propose_correction(by=member, minutes_item=row, key=part, proposed="Other.")
    correction = propose_correction(
        by=world.housing, minutes_item=row, key=key, proposed="The back door.", reason="Slip"
    )
    assert (correction.original, correction.proposed) == ("Door kicked in.", "The back door.")
    assert correction.history.get().history_change_reason == "proposed"
    with pytest.raises(PermissionDenied):
        decide_correction(by=world.housing, correction=correction, accept=True, seen=1)
    decide_correction(by=world.coordinator, correction=correction, accept=True, seen=1)
    assert texts(minutes, "entry") == ["The back door."]
    with pytest.raises(ValidationError, match="already decided"):
        decide_correction(by=world.chair, correction=fresh(correction), accept=False, seen=2)


def test_a_correction_not_accepted_leaves_the_draft(world, case_heard):
    meeting, _item, said = case_heard
    minutes = in_check(world, meeting)
    correction = propose_correction(
        by=world.housing, minutes_item=row_of(minutes), key=f"entry:{said.pk}", proposed="No."
    )
    decide_correction(by=world.chair, correction=correction, accept=False, seen=1)
    assert texts(minutes, "entry") == ["Door kicked in."]
    assert not Correction.objects.visible_to(world.health).exists()
    assert Correction.objects.visible_to(world.housing).get() == correction


# approving
def test_approval_lists_everything_missing(world, case_heard):
    meeting, _item, said = case_heard
    minutes = draft_minutes(by=world.coordinator, meeting=meeting)
    with pytest.raises(ValidationError) as refused:
        approve_minutes(by=world.chair, minutes=minutes)
    assert refused.value.messages == ["The agencies have not been given their words to check."]
    send_for_check(by=world.coordinator, minutes=fresh(minutes))
    propose_correction(by=world.housing, minutes_item=row_of(minutes), key=f"entry:{said.pk}", proposed="Other.")
    with pytest.raises(ValidationError) as refused:
        approve_minutes(by=world.chair, minutes=minutes)
    assert refused.value.messages == [
        "1 proposed corrections are not decided.",
        "The agencies may still check their words. Say that you approve early, or wait.",
    ]


def test_the_chair_approves_once_and_the_coordinator_never(world, case_heard):
    meeting, _item, _said = case_heard
    minutes = in_check(world, meeting)
    with pytest.raises(PermissionDenied):
        approve_minutes(by=world.coordinator, minutes=minutes, early=True)
    approved = approve_minutes(by=world.chair, minutes=minutes, early=True)
    assert (approved.state, approved.approved_by, len(approved.digest)) == ("approved", world.chair, 64)
    assert recorded("minutes.approved")[0].detail == {"number": 1, "early": True}
    with pytest.raises(ValidationError, match="already approved"):
        approve_minutes(by=world.chair, minutes=minutes, early=True)


def test_approved_minutes_are_immutable_for_verbs_and_database(world, case_heard):
    meeting, _item, _said = case_heard
    minutes = approve_minutes(by=world.chair, minutes=in_check(world, meeting), early=True)
    row = row_of(minutes)
    with pytest.raises(ValidationError, match="do not change"):
        edit_part(by=world.coordinator, minutes_item=row, key="note:summary", text="Later.", seen=1)
    row.content = []
    changes = (
        lambda: row.save(),
        lambda: MinutesItem.objects.filter(pk=row.pk).update(position=9),
        lambda: Minutes.objects.filter(pk=minutes.pk).update(digest="0" * 64),
        lambda: Minutes.objects.filter(pk=minutes.pk).update(state="draft", approved_at=None, approved_by=None),
    )
    for change in changes:
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            change()


def test_a_correction_after_approval_is_a_new_version_that_says_what_changed(world, case_heard):
    meeting, _item, _said = case_heard
    first = approve_minutes(by=world.chair, minutes=in_check(world, meeting), early=True)
    with pytest.raises(ValidationError, match="Select what changes"):
        correct_approved(by=world.coordinator, minutes=first, change_reason="")
    second = correct_approved(
        by=world.coordinator, minutes=first, change_reason="details", change_words="The date of the visit."
    )
    assert (second.key, second.change_words) == (meeting.key, "The date of the visit.")
    edit_part(by=world.coordinator, minutes_item=row_of(second), key="note:summary", text="On 3 May.", seen=1)
    assert list(Minutes.objects.visible_to(world.housing)) == [first]
    approve_minutes(by=world.chair, minutes=second)
    assert [(m.number, m.state) for m in Minutes.objects.order_by("number")] == [(1, "replaced"), (2, "approved")]
    assert (texts(first, "summary"), texts(second, "summary")) == (["Summary of the harm."], ["On 3 May."])


# who reads approved minutes
def test_approved_minutes_open_to_those_who_took_part(world, case_heard):
    meeting, _item, _said = case_heard
    approve_minutes(by=world.chair, minutes=in_check(world, meeting), early=True)
    readers = {
        name
        for name in (
            "idva",
            "housing",
            "housing_deputy",
            "health",
            "children",
            "police",
            "liaison_officer",
            "auditor",
            "administrator",
            "referrer",
        )
        if MinutesItem.objects.visible_to(getattr(world, name)).exists()
    }
    assert readers == {"idva", "housing", "housing_deputy", "health", "police"}


def test_bars_close_items_and_excluded_entries_of_the_minutes(world, case_heard):
    meeting, item, said = case_heard
    approve_minutes(by=world.chair, minutes=in_check(world, meeting), early=True)
    world.bar(agency=world.health_agency, entry=said, reason="excluded")
    rows = list(MinutesItem.objects.visible_to(world.health).select_related("minutes__meeting"))
    assert f"entry:{said.pk}" not in [p["key"] for p in parts_for(rows, world.health)[rows[0].pk]]
    assert f"entry:{said.pk}" not in [p["key"] for p in parts_for_agency(rows, world.health_agency)[rows[0].pk]]
    assert f"entry:{said.pk}" in [p["key"] for p in parts_for_agency(rows, world.idva_agency)[rows[0].pk]]
    world.bar(member=world.chair, case=item.listing.case)
    assert not MinutesItem.objects.visible_to(world.chair).exists()


# pages
def test_a_stale_edit_on_the_page_shows_both_texts(world, case_heard):
    meeting, _item, _said = case_heard
    minutes = draft_minutes(by=world.coordinator, meeting=meeting)
    url = reverse("meetings:minutes_part", args=[meeting.pk, row_of(minutes).pk, "note:summary"])
    client = sign_in(Client(), world.coordinator)
    assert client.post(url, {"text": "First.", "seen": 1}).status_code == 302
    answer = client.post(url, {"text": "Second.", "seen": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "First." in page and "Second." in page
    assert client.post(url, {"text": "First and second.", "seen": 2}).status_code == 302


def test_checking_correcting_and_approving_on_the_pages(world, case_heard):
    meeting, _item, said = case_heard
    minutes = in_check(world, meeting)
    housing, chair = sign_in(Client(), world.housing), sign_in(Client(), world.chair)
    page = housing.get(reverse("meetings:minutes", args=[meeting.pk])).content.decode()
    assert "Door kicked in." in page and "Summary of the harm." not in page
    url = reverse("meetings:propose_correction", args=[meeting.pk, row_of(minutes).pk, f"entry:{said.pk}"])
    assert housing.post(url, {"proposed": "Back door."}).status_code == 302
    assert sign_in(Client(), world.health).get(url).status_code == 404
    approve = reverse("meetings:approve_minutes", args=[meeting.pk, minutes.pk])
    refused = chair.post(approve, {"early": "on"})
    assert (refused.status_code, "1 proposed corrections are not decided." in refused.content.decode()) == (422, True)
    correction = Correction.objects.get()
    chair.post(reverse("meetings:decide_correction", args=[meeting.pk, correction.pk]), {"decision": "accept"})
    assert chair.post(approve, {"early": "on"}).status_code == 302
    assert "Back door." in housing.get(reverse("meetings:minutes", args=[meeting.pk])).content.decode()


@pytest.mark.parametrize("cases", [1, 3])
def test_minutes_take_the_same_queries_for_one_item_and_three(world, cases, django_assert_num_queries):
    meeting, _item = opened(world, cases=cases)
    for place, row in enumerate(meeting.items.in_order()):
        from meetings.workflow.live import start_item

        if place:
            start_item(by=world.chair, item=fresh(row))
        write_whole(world, fresh(row))
        close_item(by=world.chair, item=fresh(row))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    in_check(world, fresh(meeting))
    client = sign_in(Client(), world.chair)
    address = reverse("meetings:minutes", args=[meeting.pk])
    client.get(address)
    with django_assert_num_queries(MINUTES_QUERIES):
        client.get(address)


MINUTES_QUERIES = 14
