"""The history of a case tells of its meetings: listed for which, decided what, told by whom, answered by whom."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import timeline
from cases.models import Case, Checklist, Referral
from core.history import noting
from core.templatetags.confer import when
from meetings.models import AgendaItem, ItemOutcome
from meetings.workflow.agenda import remove_item
from meetings.workflow.live import close_item
from meetings.workflow.recording import mark_told, save_decision
from meetings.workflow.research import nothing_known_of_rest, send_research
from tests.meetings.sitting import fresh, opened, write_whole

TODAY = timezone.localdate()


def told(member, case, what: str) -> list[tuple]:
    """What the history of *case* tells *member* about *what*, the first at first: each (name, before, after)."""
    seen = Case.objects.visible_to(member).with_road(member).select_related("panel").get(pk=case.pk)
    lines = reversed(timeline.page_of(member, seen).changes)
    return [(line.what.removeprefix(what).strip(), *line.fields) for line in lines if line.what.startswith(what)]


def listed(world, meeting, case=None) -> AgendaItem:
    """*case* at *meeting*, with the first lines of history that the verb writes."""
    item = world.list_case(meeting, case or world.make_case(), asked=[world.housing_agency])
    for row in (item.listing, item):
        row.history.all().delete()
        noting(row, by=world.coordinator, reason="agenda.listed").save()
    return item


def day_of(meeting) -> str:
    return when(timezone.localtime(meeting.starts_at).date())


def test_where_a_case_was_listed_as_what_and_why_it_came_off(world):
    meeting = world.make_meeting()
    item = listed(world, meeting)
    remove_item(by=world.coordinator, item=item, reason="other", words="Her sister asked.", seen=item.version)
    case = item.listing.case
    assert told(world.coordinator, case, "Listing") == [
        ("recorded", ("Listing type", "nothing", "Full")),
        ("changed", ("Waits no more since", "nothing", when(TODAY))),
    ]
    off = ("Reason", "nothing", "Another reason")
    words = ("In words", "nothing", "Her sister asked.")
    begun = ("recorded", ("Meeting", "nothing", day_of(meeting)))
    assert told(world.coordinator, case, "Place on an agenda") == [begun, ("changed", off, words)]
    assert told(world.chair, case, "Place on an agenda") == [begun, ("changed", off, words)]


def test_the_decision_and_who_tells_her_are_told_to_the_desk_and_who_signed(world):
    _meeting, item = opened(world, world.idva)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    outcome = ItemOutcome.objects.with_key().select_related("item__listing", "item__meeting").get()
    mark_told(by=world.idva, outcome=outcome, seen=outcome.version)
    tomorrow = when(TODAY + datetime.timedelta(days=1))
    case = item.listing.case
    for member in (world.coordinator, world.idva):
        decided, teller, told_her = told(member, case, "Decision of the meeting")
        assert decided == ("recorded", ("Decision", "nothing", "No actions"))
        assert set(teller[1:]) == {
            ("Who tells the victim", "nothing", world.idva.name),
            ("Agency that tells the victim", "nothing", world.idva.agency.name),
            ("By when", "nothing", tomorrow),
            ("How, safely", "nothing", "Call before noon."),
        }
        assert [change[:2] for change in told_her[1:]] == [("Told", "nothing")]
    assert told(world.health, case, "Decision of the meeting") == []


def test_a_case_put_off_says_to_when(world):
    _meeting, item = opened(world)
    later = world.make_meeting()
    save_decision(by=world.chair, item=item, decision="deferred", reason="No police.", deferred_to=later, seen=0)
    assert told(world.coordinator, item.listing.case, "Decision of the meeting") == [
        ("recorded", ("Decision", "nothing", "Deferred"), ("Deferred to", "nothing", day_of(later)))
    ]


def test_each_answer_is_told_to_its_agency_and_to_the_desk(world):
    meeting = world.make_meeting()
    case = listed(world, meeting).listing.case
    world.involve(case, world.health_agency, listing=meeting.items.get().listing)
    send_research(by=world.coordinator, meeting=meeting)
    nothing_known_of_rest(by=world.housing, meeting=meeting)
    housings = [
        ("recorded", ("Agency asked", "nothing", "Aberwenlli Homes")),
        ("changed", ("Answer", "Not answered", "Nothing known"), ("Researched by", "nothing", "Harri Housing")),
    ]
    healths = [("recorded", ("Agency asked", "nothing", "Wenlli Health"))]
    assert told(world.housing, case, "Answer to research") == housings
    assert sorted(told(world.coordinator, case, "Answer to research")) == sorted(healths + housings)


def test_a_checklist_says_which_question_was_answered_otherwise(world):
    case = world.make_case(asked=[world.health_agency])
    referral = Referral.objects.with_key().get(case=case)
    checklist = Checklist(key=referral.key, referral=referral, answers={"3": {"answer": "yes"}})
    checklist.save(force_insert=True)
    checklist.answers = {"3": {"answer": "no", "source": "Her sister"}, "4": {"answer": "yes", "comment": "Twice"}}
    checklist.save()
    assert told(world.coordinator, case, "Risk checklist") == [
        ("recorded",),
        ("changed", ("Question 3", "Yes", "No (Her sister)"), ("Question 4", "nothing", "Yes: Twice")),
    ]
    assert told(world.health, case, "Risk checklist") == []


@pytest.mark.parametrize("who", ["coordinator", "housing"])
def test_as_many_queries_for_one_meeting_as_for_three(world, who):
    member, case, counts = getattr(world, who), world.make_case(asked=[world.housing_agency]), []
    for number in range(3):
        meeting = world.make_meeting(starts_at=timezone.now() + datetime.timedelta(days=number))
        item = listed(world, meeting, case)
        AgendaItem.objects.filter(pk=item.pk).update(presenter=world.housing)
        item = fresh(item)
        outcome = ItemOutcome(key=item.listing.key, item=item, decision="none", teller=world.idva)
        outcome.tell_agency = world.idva.agency
        noting(outcome, by=world.chair, reason="saved").save(force_insert=True)
        seen = Case.objects.visible_to(member).with_road(member).select_related("panel").get(pk=case.pk)
        with CaptureQueriesContext(connection) as captured:
            timeline.page_of(member, seen)
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]
