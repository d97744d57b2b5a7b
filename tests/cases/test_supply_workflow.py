"""A list's way: brought in, described and compared, decided, imported whole or not at all, given up, lapsed."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.models import Referral, Supply, SupplyRow
from cases.workflow import supply as verbs
from cases.workflow.supply_ending import give_up, lapse_supplies
from cases.workflow.supply_matching import offers
from core.delimited import Unreadable
from core.models import Key, StaleVersion
from partnership.models import RoleGrant
from partnership.roles import Role
from tests.cases.lists import (
    ahead,
    brought,
    compared,
    decided,
    details,
    events,
    file_of,
    fresh,
    managed,
    released,
    rows_of,
    states,
    unsaved,
)
from tests.world import make_member

pytestmark = pytest.mark.django_db
HUW, MAIR = "Huw Prydderch", "Mair O’Dŵr"


# brought in
def test_a_list_that_is_brought_in_waits_sealed_with_what_the_file_says_of_itself(world):
    supply = brought(world, released(HUW), "x,y", released(MAIR, on=ahead(20).isoformat()).replace(",M,", ",?,"))
    assert (supply.stage, supply.row_count, supply.refused_count, supply.encoding, supply.delimiter) == (
        "describing", 3, 1, "utf-8", "comma",
    )  # fmt: skip
    assert (supply.lacking, supply.unused, len(supply.sha256), supply.header[0]) == ([], 0, 64, "Name")
    assert (supply.dataset, supply.period_from, supply.period_to) == ("Prison releases", ahead(20), ahead(30))
    assert [(r.line, r.state, r.remarks, r.cells) for r in rows_of(supply)] == [
        (2, "new", [], []),
        (3, "refused", [["", "cells"]], ["x", "y"]),
        (4, "new", [["gender", "unread"]], []),
    ]
    assert supply.history.get().history_change_reason == "brought_in"
    assert (events(supply), details("supply.brought_in")) == (
        ["supply.brought_in"],
        {"kind": "prison", "rows": 3, "refused": 1},
    )
    assert not Referral.objects.exists() and "Prydderch" not in str(list(SupplyRow.objects.values_list("remarks")))


def test_columns_that_a_list_lacks_become_its_caveat(world):
    content = b"Name,DOB,Release date\nHuw,1990-03-07," + ahead().isoformat().encode()
    supply = verbs.bring_in(by=world.coordinator, supply=unsaved(world), content=content)
    assert supply.caveats == (
        "The list lacks: “Gender”, “Length of sentence”, “Offence”, “Address”, “Easting”, “Northing”."
    )


def test_a_bad_file_leaves_nothing_behind(world):
    keys = Key.objects.count()
    for content in (b"", b"PK\x03\x04", b"Name\nHuw", file_of()):
        with pytest.raises(ValidationError):
            verbs.bring_in(by=world.coordinator, supply=unsaved(world), content=content)
    with pytest.raises(Unreadable):
        verbs.bring_in(by=world.coordinator, supply=unsaved(world), content=file_of('"Huw'))
    assert (Supply.objects.count(), SupplyRow.objects.count(), Key.objects.count()) == (0, 0, keys)


@pytest.mark.parametrize("who", ["chair", "police", "liaison_officer", "administrator"])
def test_coordinators_alone_bring_lists_in(world, who):
    with pytest.raises(PermissionDenied):
        brought(world, released(HUW), by=getattr(world, who))


def test_a_panel_that_takes_no_lists_is_brought_none(world):
    supply = unsaved(world)
    world.panel.scheme = "marac"
    with pytest.raises(PermissionDenied):
        verbs.bring_in(by=world.coordinator, supply=supply, content=file_of(released(HUW)))


# described and compared
def test_what_is_described_is_compared(world):
    case = managed(world)
    supply = brought(
        world, released(HUW), released("Hugh Prydderch"), released("PRYDDERCH, Huw", born="07/04/1990"), released(MAIR)
    )
    verbs.describe_supply(by=world.coordinator, supply=supply, seen=supply.version)
    supply = fresh(supply)
    assert (supply.stage, states(supply)) == ("deciding", ["managed", "possible", "possible", "new"])
    assert [row.case for row in rows_of(supply)] == [case, None, None, None]
    assert events(supply)[1:] == ["supply.described", "supply.compared"]
    assert details("supply.compared") == {"kind": "prison", "possible": 2, "managed": 1, "new": 1}
    reasons = supply.history.order_by("history_date").values_list("history_change_reason", flat=True)
    assert list(reasons) == ["brought_in", "described", "working", "compared"]


def test_a_closed_case_is_a_possible_match_and_offers_no_update(world):
    case = managed(world, track=False)
    case.state, case.closed_at = "closed", timezone.now()
    case.save()
    supply = compared(world, released(HUW))
    found = offered(supply)
    assert (states(supply), [(o.party.case, o.case) for o in found]) == (["possible"], [(case, None)])


def offered(supply):
    rows = rows_of(supply)
    return offers(by=supply.brought_by, supply=supply, rows=rows)[rows[0].pk]


def test_who_is_kept_from_a_case_gets_no_hint_of_it(world):
    case = managed(world)
    world.bar(member=world.coordinator, case=case)
    assert states(compared(world, released(HUW))) == ["new"]


def test_what_another_panel_knows_is_no_match_here(world):
    case = managed(world)
    here = world.panel
    other = type(here).objects.create(partnership=world.partnership, name="Another", reference_prefix="X")
    type(case).objects.filter(pk=case.pk).update(panel=other)
    make_member("Nobody Else", world.council, Role.COORDINATOR, panel=other)
    RoleGrant.objects.create(member=world.coordinator, role="coordinator", panel=other)
    world.coordinator.__dict__.pop("grants", None)
    assert states(compared(world, released(HUW))) == ["new"]


def test_who_is_nominated_already_is_a_possible_match(world):
    supply = decided(compared(world, released(MAIR)), "nominate")
    verbs.import_supply(by=world.coordinator, supply=supply, seen=supply.version)
    again = compared(world, released(MAIR), released(MAIR, born="1991-01-01"))
    assert (states(again), rows_of(again)[0].nominated) == (["possible", "new"], Referral.objects.get())


# decided
def test_decisions_are_over_a_version_and_counted(world):
    case = managed(world)
    supply = compared(world, released(HUW), released(MAIR))
    stale = fresh(supply)
    after = decided(supply, case, "leave")
    assert [(row.choice, row.case) for row in rows_of(after)] == [("update", case), ("leave", None)]
    assert (details("supply.decided"), after.history.latest().history_change_reason) == (
        {"kind": "prison", "rows": 2}, "decided",
    )  # fmt: skip
    with pytest.raises(StaleVersion):
        decided(stale, "leave", "leave")


@pytest.mark.parametrize(
    ("state", "choice", "becomes"),
    [
        ("new", "nominate", ["", "nominate", ""]),
        ("new", "leave", ["", "leave", ""]),
        ("managed", "update", ["update", "", ""]),
        ("possible", "leave", ["", "", "leave"]),
        ("new", "update", None),
        ("managed", "nominate", None),
        ("possible", "nominate", None),
        ("possible", "update", None),
        ("refused", "nominate", None),
    ],
)
def test_what_may_be_decided_for_many_at_once(world, state, choice, becomes):
    managed(world)
    supply = compared(world, released(HUW), released(MAIR), released("Hugh Prydderch"))
    try:
        verbs.choose_all(by=world.coordinator, supply=supply, state=state, choice=choice, seen=supply.version)
    except ValidationError:
        assert becomes is None
    else:
        assert [row.choice for row in rows_of(supply)] == becomes


def test_a_row_that_cannot_be_taken_is_decided_by_nobody(world):
    supply = compared(world, "x,y")
    with pytest.raises(ValidationError):
        decided(supply, "nominate")


# ended
def test_a_list_that_is_given_up_leaves_its_description_alone(world):
    supply = compared(world, released(HUW))
    another = make_member("Second Coordinator", world.council, Role.COORDINATOR, panel=world.panel)
    give_up(by=another, supply=supply, seen=supply.version)
    supply = fresh(supply)
    assert (supply.stage, supply.ended_by, SupplyRow.objects.count(), supply.key.is_destroyed, supply.supplier) == (
        "given_up", another, 0, True, "Olwen Officer",
    )  # fmt: skip
    assert (supply.history.latest().history_change_reason, events(supply)[-1]) == ("given_up", "supply.given_up")
    with pytest.raises(PermissionDenied):
        give_up(by=another, supply=supply, seen=supply.version)


def test_lists_lapse_after_seven_days(world):
    waiting, young = compared(world, released(HUW)), brought(world, released(MAIR))
    almost = waiting.created_at + datetime.timedelta(days=7) - datetime.timedelta(seconds=1)
    assert lapse_supplies(now=almost) == 0
    Supply.objects.filter(pk=young.pk).update(created_at=timezone.now() + datetime.timedelta(hours=1))
    assert lapse_supplies(now=waiting.created_at + datetime.timedelta(days=7)) == 1
    assert (fresh(waiting).stage, fresh(waiting).key.is_destroyed, fresh(young).stage) == ("lapsed", True, "describing")
    assert (events(waiting)[-1], SupplyRow.objects.count()) == ("supply.lapsed", 1)


def test_rows_are_seen_by_who_brought_them_in_alone(world):
    supply = compared(world, released(HUW))
    another = make_member("Second Coordinator", world.council, Role.COORDINATOR, panel=world.panel)
    elsewhere = type(world.panel).objects.create(partnership=world.partnership, name="Other", scheme="listed")
    stranger = make_member("Other Coordinator", world.council, Role.COORDINATOR, panel=elsewhere)
    seen = [
        (Supply.objects.visible_to(member).count(), SupplyRow.objects.visible_to(member).count())
        for member in (world.coordinator, another, stranger, world.chair, world.police, world.administrator)
    ]
    assert seen == [(1, 1), (1, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
    world.council.signatures.update(until=timezone.now())
    assert (Supply.objects.visible_to(world.coordinator).count(), supply.row_count) == (0, 1)
