"""Lists on a PPO / IOM panel as its scheme says it: nominations to be finished, and releases of who is managed."""

import pytest
from django.utils import timezone

from cases.models import Party, Referral, Sheet, Step, SupplyRow, Track
from cases.rules.supply_columns import MORE, NAMES, taken
from cases.schemes import scheme_of, schemes
from cases.workflow import supply as verbs
from cases.workflow.matching import index_subject
from cases.workflow.supply_rows import PERSON
from tests.cases.lists import ahead, compared, decided, file_of, fresh, released, unsaved

pytestmark = pytest.mark.django_db
HUW = "Huw Prydderch"


def panel_of(world):
    world.panel.scheme = "ppo"
    world.panel.save()
    return world.panel


def managed(world, state: str = "managed"):
    """A case whose management stands at *state* since today, without what led there."""
    panel_of(world)
    case = world.make_case(victim=tuple(HUW.split()))
    offender = case.parties.get(capacity="victim")
    Party.objects.filter(pk=offender.pk).update(capacity="offender")
    index_subject(offender.subject)
    Track(
        key=case.key, case=case, kind="management", state=state, since=timezone.localdate(), opened_at=timezone.now()
    ).save(force_insert=True)
    return case


def imported(world, supply, *choices):
    supply = decided(supply, *choices)
    verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    return fresh(supply)


def listed(world, content: bytes, kind: str):
    supply = verbs.bring_in(by=world.coordinator, supply=unsaved(world, kind, panel=panel_of(world)), content=content)
    verbs.describe_supply(by=world.coordinator, supply=supply, seen=supply.version)
    return fresh(supply)


def test_a_release_becomes_a_nomination_to_be_finished(world):
    supply = compared(world, released("Mair Rhys"), panel=panel_of(world))
    assert imported(world, supply, "nominate").outcome["nominated"] == 1
    referral = Referral.objects.visible_to(world.coordinator).get()
    person = Party.objects.visible_to(world.coordinator).get(referral=referral)
    assert (person.capacity, person.name, person.address) == ("offender", "Mair Rhys", "9 Heol Newydd")
    assert {code: referral.details[code] for code in ("offences", "sentence", "release_on", "release_address")} == {
        "offences": "Burglary",
        "sentence": "4 years",
        "release_on": ahead().isoformat(),
        "release_address": "9 Heol Newydd",
    }


@pytest.mark.parametrize(("kind", "state"), [("prison", "managed"), ("yoi", "managed"), ("prison", "custody")])
def test_a_release_gives_the_managed_case_its_date_and_address(world, kind, state):
    case = managed(world, state)
    supply = listed(world, file_of(released(HUW)), kind)
    assert imported(world, supply, case).outcome["updated"] == 1
    track = Track.objects.with_key().get(case=case, kind="management")
    step = Step.objects.with_key().get(track=track)
    assert (track.state, track.due_on, step.move, step.details["release_address"]) == (
        "custody",
        ahead(),
        "new_date" if state == "custody" else "custody",
        "9 Heol Newydd",
    )


def test_who_is_not_managed_yet_is_not_sent_to_custody_by_a_list(world):
    case = managed(world, "nominated")
    supply = imported(world, compared(world, released(HUW), panel=world.panel), case)
    (row,) = SupplyRow.objects.with_key().filter(supply=supply)
    assert (supply.stage, row.stopped, Step.objects.count()) == (
        "deciding",
        "The case stands at “Nominated”: the list cannot change it from there.",
        0,
    )


def test_the_minimum_dataset_goes_into_the_profile(world):
    case = managed(world)
    header = b"Ref,Name,DOB,Age,Sex,Ethnicity,Address,Postcode,Occupation,Offences,Status,Easting,Northing\n"
    content = header + b"P1,Huw Prydderch,1990-03-07,36,M,White British,9 Heol Newydd,QZ4 7XX,Cook,Theft,proactive,1,2"
    supply = listed(world, content, "ppo")
    imported(world, supply, case)
    sheet = Sheet.objects.with_key().get(case=case, kind="profile")
    source, *rest = sheet.data["as_listed"].splitlines()
    assert source.startswith(f"From the list “{supply.dataset}” of {supply.supplied_by}, supplied on ")
    assert rest == [
        "Date of birth: 7 March 1990",
        "Age: 36",
        "Gender: Male",
        "Ethnicity: White British",
        "Address: 9 Heol Newydd",
        "Postcode: QZ4 7XX",
        "Current status: Proactive targeting",
    ]
    said = {"reference": "P1", "offences": "Theft", "occupation": "Cook", "easting": 1, "northing": 2}
    said["as_listed"] = sheet.data["as_listed"]
    assert (sheet.data, sheet.counted) == (said, {})
    assert list(Track.objects.filter(case=case).values_list("kind", "state")) == [("management", "managed")]


def test_the_scheme_names_columns_and_items_that_there_are(world):
    scheme = scheme_of(panel_of(world))
    columns = {code for kind in MORE for code in taken(kind)} - {*NAMES}
    asked = {item.code for item in scheme.items}
    assert set(scheme.supplies.nomination) <= asked
    for scheme in schemes().values():
        for change in scheme.supplies.changes.values():
            kind = scheme.sheet_kind(change.sheet) if change.sheet else scheme.track_kind(change.track)
            items = kind.items if change.sheet else [i for code in change.moves for i in kind.move(code).items]
            assert {*change.items} <= {item.code for item in items}
            assert {*change.items.values()} <= columns
    assert set(PERSON) - columns <= {*NAMES}
