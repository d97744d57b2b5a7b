"""A list is imported whole or not at all: what becomes of each row, what stops it, and what the worker does."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Party, Referral, SearchKey, Sheet, Step, Supply, SupplyRow, Track
from cases.rules.track import find_track
from cases.workflow import supply as verbs
from cases.workflow import supply_rows, supply_work
from cases.workflow.case import close_case
from cases.workflow.track import move
from core.delimited import MOST_ROWS
from core.models import StaleVersion
from tests.cases.lists import (
    ahead,
    compared,
    decided,
    details,
    events,
    fresh,
    managed,
    released,
    rows_of,
    unsaved,
)

pytestmark = pytest.mark.django_db
HUW, MAIR = "Huw Prydderch", "Mair O’Dŵr"


# imported
def test_an_import_nominates_updates_and_destroys(world):
    case = managed(world)
    supply = decided(compared(world, released(HUW), released(MAIR), released("Ann Other"), "x"), case, "nominate",
                     "leave", "")  # fmt: skip
    verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    supply = fresh(supply)
    assert (supply.stage, supply.outcome, supply.ended_by) == (
        "imported", {"nominated": 1, "updated": 1, "left_out": 1, "refused": 1}, world.coordinator,
    )  # fmt: skip
    assert (SupplyRow.objects.count(), supply.key.is_destroyed, supply.header) == (0, True, [])
    assert supply.history.latest().history_change_reason == "imported"
    assert details("supply.imported") == {"kind": "prison", **supply.outcome}
    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    assert names[names.index("supply.decided") + 1 :] == [
        "track.moved",
        "access.opened",
        "referral.started",
        "referral.changed",
        "referral.changed",
        "supply.imported",
    ]


def test_a_release_moves_the_managed_case_with_its_date_and_address(world):
    case = managed(world)
    for days, state in ((30, "custody"), (60, "custody")):
        line = released(HUW, on=ahead(days).isoformat(), address="=1+1, 9 Heol Newydd")
        supply = decided(compared(world, line), case)
        verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
        track = Track.objects.with_key().get(case=case)
        step = Step.objects.with_key().filter(track=track).order_by("-at").first()
        assert (track.state, track.due_on, step.details) == (
            state, ahead(days), {"release_on": ahead(days).isoformat(), "release_address": "=1+1, 9 Heol Newydd"},
        )  # fmt: skip
    today = f"{timezone.localdate().day} {timezone.localdate():%B %Y}"
    assert step.words.split("\n") == [
        f"From the list “Prison releases” of HMP Wenlli, supplied on {today}.",
        "Length of sentence: 4 years",
        "Offence: Burglary",
        "Easting: 312000",
        "Northing: 176000",
    ]
    assert (
        not Party.objects.filter(case=case)
        .exclude(pk=case.parties.get(capacity="victim").pk)
        .filter(capacity="victim")
        .exists()
    )


def test_the_minimum_dataset_fills_in_a_sheet_and_keeps_what_it_does_not_say(world):
    case = managed(world)
    header = b"Name,DOB,Status,Occupation\nHuw Prydderch,1990-03-07,custody,"
    for occupation in (b"Welder", b"Cook"):
        supply = unsaved(world, kind="ppo")
        supply = verbs.bring_in(by=world.coordinator, supply=supply, content=header + occupation)
        verbs.describe_supply(by=world.coordinator, supply=supply, seen=supply.version)
        supply = decided(fresh(supply), case)
        verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
        sheet = Sheet.objects.with_key().get(case=case)
        assert sheet.data["about"] == occupation.decode()
        sheet.data = {**sheet.data, "colour": "red"}
        sheet.save()
    assert sheet.data == {"about": "Cook", "colour": "red"}


def test_a_nomination_is_a_draft_about_the_person_with_everything_that_the_list_says(world):
    supply = decided(compared(world, released(MAIR)), "nominate")
    verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    referral = Referral.objects.visible_to(world.coordinator).get()
    person = Party.objects.visible_to(world.coordinator).get(referral=referral)
    assert (referral.state, referral.agency, referral.details) == ("draft", world.council, {"offence": "Burglary"})
    assert (person.capacity, person.given_name, person.family_name, person.birth_date, person.gender) == (
        "victim", "Mair", "O’Dŵr", datetime.date(1990, 3, 7), "male",
    )  # fmt: skip
    assert person.address == "9 Heol Newydd"
    out = ahead()
    assert referral.summary.split("\n")[1:] == [
        "Length of sentence: 4 years",
        "Easting: 312000",
        "Northing: 176000",
        f"Release date: {out.day} {out:%B %Y}",
    ]
    assert not SearchKey.objects.exists()


def stops(world, supply, *sentences):
    before = (Referral.objects.count(), Step.objects.count())
    verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    supply = fresh(supply)
    assert (Referral.objects.count(), Step.objects.count()) == before
    assert (supply.stage, supply.outcome, supply.key.is_destroyed) == ("deciding", {"stopped": len(sentences)}, False)
    assert [row.stopped for row in rows_of(supply) if row.is_stopped] == list(sentences)
    assert details("supply.stopped") == {"kind": "prison", "rows": len(sentences)}
    return supply


def test_all_rows_are_imported_or_none_and_each_that_cannot_be_says_why(world):
    first, second = managed(world), managed(world, ("Ann", "Other"), track=False)
    supply = decided(compared(world, released(MAIR), released(HUW), released("Ann Other")), "nominate", first, second)
    supply = stops(world, supply, "Nothing is running on this case that the list could change.")
    supply = decided(supply, "nominate", first, "leave")
    verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    assert fresh(supply).outcome == {"nominated": 1, "updated": 1, "left_out": 1, "refused": 0}


def test_a_case_that_was_closed_or_barred_meanwhile_stops_the_import(world):
    first, second = managed(world, track=False), managed(world, ("Ann", "Other"))
    supply = decided(compared(world, released(HUW), released("Ann Other")), first, second)
    close_case(by=world.coordinator, case=first)
    world.bar(member=world.coordinator, case=second)
    stops(world, supply, *["The case is closed, or not open to you any more."] * 2)


def test_two_rows_never_change_one_case(world):
    case = managed(world)
    supply = decided(compared(world, released(HUW), released("Hugh Prydderch")), case, case)
    stops(world, supply, *["Another row changes the same case."] * 2)


def test_a_state_from_which_no_move_leads_stops_the_import(world):
    case = managed(world)
    track = find_track(world.coordinator).get(case=case)
    move(by=world.coordinator, track=track, move="finish", seen=track.version)
    supply = decided(compared(world, released(HUW)), case)
    stops(world, supply, "The case stands at “Over”: the list cannot change it from there.")


def test_undecided_rows_are_refused_and_nothing_is_begun(world):
    supply = compared(world, released(HUW), released(MAIR))
    with pytest.raises(ValidationError) as refused:
        verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    assert (refused.value.messages, fresh(supply).stage) == (["2 rows are not decided yet."], "deciding")


def test_a_second_press_imports_once(world):
    supply = decided(compared(world, released(MAIR)), "nominate")
    pressed = [fresh(supply), fresh(supply), fresh(supply)]
    verbs.import_supply(by=world.coordinator, supply=pressed[0], seen=supply.version)
    with pytest.raises(StaleVersion):  # the same page, in another tab
        verbs.import_supply(by=world.coordinator, supply=pressed[1], seen=supply.version)
    with pytest.raises(ValidationError) as refused:
        verbs.import_supply(by=world.coordinator, supply=fresh(supply), seen=supply.version)
    assert (refused.value.code, Referral.objects.count()) == ("again", 1)
    supply_work.work(str(supply.pk))  # the worker, with a task that came twice
    assert Referral.objects.count() == 1


def test_what_fails_unforeseen_writes_nothing_and_can_be_tried_again(world, monkeypatch):
    supply = decided(compared(world, released(MAIR), released(HUW)), "nominate", "nominate")
    real, seen = supply_rows.nominate, []

    def breaks(**given):
        seen.append(given["row"].line)
        if len(seen) == 2:
            raise RuntimeError("disk")
        return real(**given)

    monkeypatch.setattr(supply_rows, "nominate", breaks)
    with pytest.raises(RuntimeError):
        verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    supply = fresh(supply)
    assert (supply.stage, supply.outcome, Referral.objects.count()) == ("deciding", {"failed": 1}, 0)
    assert events(supply)[-1] == "supply.failed"
    verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    assert (fresh(supply).stage, Referral.objects.count()) == ("imported", 2)


# long lists
def test_long_lists_are_the_workers(world, monkeypatch):
    monkeypatch.setattr(supply_work, "AT_ONCE", 1)
    supply = compared(world, released(HUW), released(MAIR))
    assert supply.stage == "comparing"
    supply_work.work_on_supply.func(str(supply.pk))
    supply = decided(fresh(supply), "nominate", "nominate")
    verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    assert fresh(supply).stage == "importing"
    supply_work.work_on_supply.func(str(supply.pk))
    assert (fresh(supply).stage, fresh(supply).progress, Referral.objects.count()) == ("imported", 100, 2)


def test_a_list_that_a_worker_left_is_given_again_three_times(world, monkeypatch):
    monkeypatch.setattr(supply_work, "AT_ONCE", 0)
    supply = compared(world, released(HUW))
    later = timezone.now() + datetime.timedelta(minutes=11)
    assert (supply_work.recover_supplies(), supply_work.recover_supplies(now=later)) == (0, 1)
    Supply.objects.filter(pk=supply.pk).update(attempts=3)
    later += datetime.timedelta(minutes=11)
    assert (supply_work.recover_supplies(now=later), fresh(supply).stage) == (0, "failed")


def test_a_list_of_full_size_is_read_compared_shown_and_imported(world, as_member):
    """As long as a file may be: 5,000 rows, of which one is managed already and one is nominated."""
    case = managed(world)
    born = [datetime.date(1950, 1, 1) + datetime.timedelta(days=number) for number in range(MOST_ROWS - 2)]
    people = [released("Ann Other", born=day.isoformat()) for day in born]
    supply = compared(world, released(HUW), released(MAIR), *people)
    supply_work.work(str(supply.pk))
    assert (fresh(supply).stage, SupplyRow.objects.filter(supply=supply).count()) == ("deciding", MOST_ROWS)
    client = as_member(world.coordinator)
    assert client.get(reverse("cases:supply", args=[supply.pk])).status_code == 200
    first, second = SupplyRow.objects.with_key().select_related("case").filter(supply=supply).order_by("line")[:2]
    choices, supply = {first: ("update", case), second: ("nominate", None)}, fresh(supply)
    verbs.choose(by=world.coordinator, supply=supply, choices=choices, seen=supply.version)
    supply = fresh(supply)
    verbs.choose_all(by=world.coordinator, supply=supply, state="new", choice="leave", seen=supply.version)
    supply = fresh(supply)
    verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    supply = fresh(supply)
    assert (supply.stage, supply.outcome) == (
        "imported",
        {"nominated": 1, "updated": 1, "left_out": MOST_ROWS - 2, "refused": 0},
    )
    assert (SupplyRow.objects.count(), supply.key.is_destroyed) == (0, True)
