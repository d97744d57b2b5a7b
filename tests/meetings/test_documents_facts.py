"""What each kind of document holds for whom."""

import page
import pytest
from django.utils import timezone

from core.stored import stored_files
from meetings.documents import facts_of
from meetings.models import Document
from meetings.workflow.documents import ask_document, reader_of, stamped
from tests.meetings.papers import approve, fresh, held, make, pages

Kind = Document.Kind


@pytest.fixture
def meeting(world):
    meeting, items = held(world, cases=2)
    approve(world, meeting, items)
    return meeting


def facts(world, meeting, kind, agency=None, by=None) -> dict:
    document = ask_document(by=by or world.coordinator, meeting=meeting, kind=kind, agency=agency)
    document = fresh(document)
    return facts_of(document, reader_of(document))


@pytest.mark.parametrize("kind", ["agenda", "plan", "minutes"])
@pytest.mark.parametrize("of", ["", "agency_"])
def test_each_kind_is_accessible_and_marked_on_every_page(world, meeting, kind, of):
    agency = world.housing_agency if of else None
    document = make(ask_document(by=world.coordinator, meeting=meeting, kind=of + kind, agency=agency))
    assert (document.state, document.failure) == ("ready", "")
    for content in (
        stored_files().read(document.key.material(), document.pk),
        stamped(document, "Cerys Coordinator"),
    ):
        assert [failure.rule_id for failure in page.validate_pdf_bytes(content, profile="ua1").failures] == []
    printed = pages(content)
    assert len(printed) == document.pages
    for number, text in enumerate(printed, 1):
        assert text.count("OFFICIAL-SENSITIVE") >= 2
        assert f"Page {number} of {document.pages}" in text
        assert "Version 1." in text
        assert document.digest in text.replace(" ", "")
        assert "Printed for Cerys Coordinator at " in text


@pytest.mark.parametrize("kind", ["agenda", "plan", "minutes"])
def test_a_document_that_holds_nothing_says_so_and_is_accessible(world, kind):
    meeting, items = held(world, cases=0)
    approve(world, meeting, items, present=[], observers=[], apologies=[], statement={})
    document = make(
        ask_document(by=world.coordinator, meeting=meeting, kind=f"agency_{kind}", agency=world.housing_agency)
    )
    content = stored_files().read(document.key.material(), document.pk)
    assert [failure.rule_id for failure in page.validate_pdf_bytes(content, profile="ua1").failures] == []
    (printed,) = pages(content)
    assert "This copy was made for Aberwenlli Homes and holds only what that agency may see." in printed
    assert {
        "agenda": "There is no case on this agenda that this copy may hold.",
        "plan": "No action of this meeting is for Aberwenlli Homes.",
        "minutes": "These minutes hold no case that this copy may hold.",
    }[kind] in printed


def test_an_agencys_plan_holds_its_own_actions_alone(world, meeting):
    other = meeting.items.in_order().first()
    world.make_action(other.listing.case, world.police_agency, text="Arrest on sight.", listing=other.listing)
    found = facts(world, meeting, Kind.AGENCY_PLAN, world.housing_agency)
    assert [action["text"] for case in found["plan"] for action in case["actions"]] == [
        "Change the locks, 0.",
        "Change the locks, 1.",
    ]
    assert (found["agency"], found["count"]) == ("Aberwenlli Homes", 2)
    whole = facts(world, meeting, Kind.PLAN)
    assert whole["agencies"] == [
        {"agency": "Aberwenlli Homes", "count": 2},
        {"agency": "Wenlli Police", "count": 1},
    ]


def test_superseded_actions_are_on_no_plan(world, meeting):
    item = meeting.items.in_order().first()
    world.make_action(
        item.listing.case,
        world.housing_agency,
        text="Old.",
        listing=item.listing,
        state="superseded",
        ended_at=timezone.now(),
    )
    assert "Old." not in str(facts(world, meeting, Kind.PLAN))


def test_minutes_say_what_was_approved_and_nothing_that_was_removed(world, meeting):
    found = facts(world, meeting, Kind.AGENCY_MINUTES, world.police_agency)
    assert [section["heading"] for section in found["items"][0]["sections"]] == [
        "Summary",
        "Information from agencies",
        "The victim’s voice",
    ]
    assert found["items"][0]["sections"][2]["parts"] == [
        {"heading": "The victim’s voice", "text": "She wants to move, 1.", "given_by": "Isla Idva"}
    ]
    assert "Taken out" not in str(found)
    assert [line["name"] for line in found["present"]] == ["Priya Police", "Harri Housing", "Hana Health"]
    assert found["apologies"][0]["information_sent"] is True


def test_an_agency_that_took_no_part_finds_no_item_in_its_minutes(world):
    meeting, items = held(world, asked=[world.housing_agency])
    approve(world, meeting, items)
    assert facts(world, meeting, Kind.AGENCY_MINUTES, world.police_agency)["items"] == []


def test_outstanding_actions_of_others_stand_in_the_desks_minutes_alone(world):
    meeting, items = held(world)
    earlier = world.make_case()
    action = world.make_action(earlier, world.housing_agency)
    row = {
        "action_id": str(action.pk),
        "case_id": str(earlier.pk),
        "reference": earlier.reference,
        "number": 1,
        "agency_id": str(world.housing_agency.pk),
        "agency": "Aberwenlli Homes",
        "due": "2026-11-03",
        "state": "open",
    }
    lapsing = {"case_id": str(earlier.pk), "reference": earlier.reference, "referred": "2025-11-03"}
    approve(world, meeting, items, outstanding=[row], lapsing=[lapsing])
    whole = facts(world, meeting, Kind.MINUTES)
    assert [(r["reference"], r["due"], r["state"]) for r in whole["outstanding"]] == [
        (earlier.reference, "3 November 2026", "Open")
    ]
    assert whole["ending"] == [earlier.reference]
    assert str(earlier.pk) in whole["cases"]
    police = facts(world, meeting, Kind.AGENCY_MINUTES, world.police_agency)
    assert (police["outstanding"], police["ending"]) == ([], [])


def test_a_confidential_address_is_not_printed(world):
    meeting = world.make_meeting()
    case = world.make_case()
    world.list_case(meeting, case, asked=[world.housing_agency])
    victim = case.parties.select_related("key").get(capacity="victim")
    victim.address_confidential = True
    victim.save()
    people = facts(world, meeting, Kind.AGENDA)["items"][0]["people"]
    assert [person["address"] for person in people] == [
        "Confidential: see Confer",
        "4 Lôn Ddychmygol, QZ4 7XX",
    ]


def test_an_agenda_keeps_the_times_of_the_whole_list(world):
    meeting = world.make_meeting()
    for asked in ([world.police_agency], [world.housing_agency], [world.housing_agency]):
        world.list_case(meeting, world.make_case(), asked=asked)
    whole = facts(world, meeting, Kind.AGENDA)["items"]
    own = facts(world, meeting, Kind.AGENCY_AGENDA, world.housing_agency)["items"]
    assert [row["number"] for row in own] == [1, 2]
    assert [row["at"] for row in own] == [whole[1]["at"], whole[2]["at"]]
    assert [row["asked"] for row in whole] == ["Wenlli Police", "Aberwenlli Homes", "Aberwenlli Homes"]
    assert [row["asked"] for row in own] == ["", ""]


def test_equal_facts_give_an_equal_digest(world, meeting):
    first = make(ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN))
    second = make(ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN))
    assert (first.number, second.number) == (1, 2)
    assert first.digest == second.digest
