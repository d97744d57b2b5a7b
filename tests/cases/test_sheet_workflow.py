"""Sheets: filled in, changed over one another, counted."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import Event
from cases.models import Case, Sheet
from cases.models.access import Stage
from cases.rules import track as rules
from cases.workflow.merging import Clash
from cases.workflow.sheet import save_sheet, write_sheet
from tests.cases.schemes_for_tests import begun, filled, managed_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    return managed_case(world, world.housing_agency)


def test_a_sheet_is_sealed_counted_dated_and_recorded(world, case):
    data = {"goal": "A flat", "colour": "red", "by": "2027-03-01", "other": "not asked"}
    sheet = filled(world.housing, case, data=data)
    assert (sheet.data, sheet.counted, sheet.due_on) == (
        {"goal": "A flat", "colour": "red", "by": "2027-03-01"},
        {"colour": "red"},
        datetime.date(2027, 3, 1),
    )
    assert (sheet.agency, sheet.written_by, sheet.title) == (world.housing_agency, world.housing, "A flat")
    assert sheet.history.latest().history_change_reason == "sheet.written"
    event = Event.objects.get(name="sheet.written")
    assert (event.thing_id, event.case_id, event.detail) == (sheet.pk, case.pk, {"kind": "plan", "version": 1})


def test_a_change_is_a_version_and_nothing_changed_is_none(world, case):
    sheet = filled(world.housing, case)
    save_sheet(by=world.housing, sheet=sheet, data={"goal": "Find a flat"}, seen=1)
    assert Sheet.objects.get().version == 1
    save_sheet(by=world.coordinator, sheet=sheet, data={"goal": "Find a house", "colour": "green"}, seen=1)
    sheet = Sheet.objects.with_key().get()
    assert (sheet.version, sheet.data, sheet.counted, sheet.written_by) == (
        2,
        {"goal": "Find a house", "colour": "green"},
        {"colour": "green"},
        world.coordinator,
    )
    assert sheet.history.latest().history_change_reason == "sheet.changed"
    assert Event.objects.get(name="sheet.changed").detail == {"kind": "plan", "version": 2}


def test_what_two_change_apart_goes_together_and_the_same_answer_clashes(world, case):
    sheet = filled(world.housing, case, data={"goal": "A flat", "colour": "red"})
    save_sheet(by=world.coordinator, sheet=sheet, data={"goal": "A flat", "colour": "green"}, seen=1)
    sheet = Sheet.objects.visible_to(world.housing).select_related("case__panel").get()
    save_sheet(by=world.housing, sheet=sheet, data={"goal": "A house", "colour": "red"}, seen=1)
    assert sheet.data == {"goal": "A house", "colour": "green"}
    with pytest.raises(Clash) as clash:
        save_sheet(by=world.coordinator, sheet=sheet, data={"goal": "A boat", "colour": "red"}, seen=1)
    assert (clash.value.theirs, clash.value.merged) == ({"goal": "A house"}, {"goal": "A boat", "colour": "green"})


def test_one_form_of_a_kind_that_allows_one_and_several_of_one_that_allows_more(world, case):
    filled(world.housing, case, "profile", {"about": "Known since spring."})
    with pytest.raises(ValidationError):
        write_sheet(by=world.coordinator, case=case, kind="profile", data={"about": "Twice."})
    filled(world.housing, case), filled(world.housing, case)
    assert list(Sheet.objects.order_by("kind").values_list("kind", flat=True)) == ["plan", "plan", "profile"]


def test_a_form_of_a_track_stands_with_its_track_alone(world, case):
    begun(world.housing, case), begun(world.housing, case, "episode", "begin")
    course, episode = (rules.find_track(world.housing).get(kind=kind) for kind in ("course", "episode"))
    for kind, track in (("notes", None), ("notes", course), ("plan", episode), ("none", None)):
        with pytest.raises(ValidationError):
            write_sheet(by=world.housing, case=case, kind=kind, data={"note": "x", "goal": "x"}, track=track)
    sheet = filled(world.housing, case, "notes", {"note": "Comes on Mondays."}, track=episode)
    assert sheet.track == episode


def test_what_is_required_is_asked_at_its_item(world, case):
    with pytest.raises(ValidationError) as refusal:
        write_sheet(by=world.housing, case=case, kind="plan", data={"colour": "red"})
    assert refusal.value.message_dict == {"goal": ["Answer “Goal”"]}


def test_who_does_not_manage_and_who_comes_to_a_closed_case_writes_nothing(world, case):
    sheet = filled(world.housing, case)
    world.involve(case, world.children_agency, stage=Stage.ACTION)
    for member in (world.children, world.health):
        with pytest.raises(PermissionDenied):
            save_sheet(by=member, sheet=sheet, data={"goal": "Mine"}, seen=1)
        with pytest.raises(PermissionDenied):
            write_sheet(by=member, case=case, kind="plan", data={"goal": "Mine"})
    sheet.case.state = Case.State.CLOSED
    with pytest.raises(PermissionDenied):
        save_sheet(by=world.housing, sheet=sheet, data={"goal": "Late"}, seen=1)
