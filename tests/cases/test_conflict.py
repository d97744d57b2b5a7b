"""A member who is, or is close to, a person of a case: declared, marked, kept away, watched, let back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from cases.models import Bar, Case, Conflict
from cases.owed import people
from cases.workflow import conflict as verbs
from core.models import Notice
from partnership.roles import Role
from tests.audit.ledger import recorded, recorded_names
from tests.world import make_member


@pytest.fixture
def case(world):
    return world.make_case(asked=[world.housing_agency, world.health_agency])


def sees(member, case) -> bool:
    return Case.objects.visible_to(member).filter(pk=case.pk).exists()


def mark(world, case, member=None, **more) -> Conflict:
    typed = {"relation": "self", "words": "She is the victim.", **more}
    return verbs.mark_conflict(by=world.coordinator, case=case, member=member or world.housing, **typed)


def test_who_declares_an_interest_sees_the_case_no_more(world, case, as_member):
    client = as_member(world.housing)
    page = reverse("cases:declare_conflict", args=[case.pk])
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"relation": "neighbour", "words": "Next door."}).status_code == 302
    assert (sees(world.housing, case), sees(world.housing_deputy, case)) == (False, True)
    assert client.get(page).status_code == 404
    row = Conflict.objects.with_key().get()
    assert (row.relation, row.declared_by, row.history.get().history_change_reason) == (
        "neighbour",
        world.housing,
        "conflict",
    )
    assert recorded("conflict.declared")[0].detail == {"whole_agency": False, "own": True}


def test_a_stranger_declares_nothing(world, case):
    with pytest.raises(PermissionDenied):
        verbs.declare_conflict(by=world.children, case=case, relation="self")


def test_the_desk_marks_a_member_and_a_senior_officer_is_asked_to_telephone(world, case):
    mark(world, case, senior=world.housing_deputy)
    assert (sees(world.housing, case), sees(world.housing_deputy, case)) == (False, True)
    letter = Notice.objects.get()
    assert letter.address == world.housing_deputy.email
    assert [word for word in (case.reference, "Mair", "Harri", "victim") if word in letter.subject + letter.body] == []


def test_the_whole_agency_may_be_kept_away(world, case):
    mark(world, case, whole_agency=True)
    assert [sees(m, case) for m in (world.housing, world.housing_deputy, world.health)] == [False, False, True]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"relation": "enemy"}, "Choose who they are"),
        ({"senior": "health"}, "somebody else of the same agency"),
        ({"senior": "housing"}, "somebody else of the same agency"),
        ({"member": "coordinator"}, "your own interest"),
    ],
)
def test_what_is_refused(world, case, more, words):
    named = {name: getattr(world, value) for name, value in more.items() if name != "relation"}
    with pytest.raises(ValidationError, match=words):
        mark(world, case, **more | named)
    assert Bar.objects.count() == 0


def test_somebody_remains_at_the_desk(world, case):
    """The chair is of the police; with the coordinator gone nobody of the desk would see it without the police."""
    verbs.declare_conflict(by=world.coordinator, case=case, relation="related")
    keeper = make_member("Eleri Second", world.council, Role.COORDINATOR, panel=world.panel)
    world.bar(member=keeper, case=case)
    with pytest.raises(ValidationError, match="Another coordinator or chair"):
        verbs.declare_conflict(by=world.chair, case=case, relation="related")
    assert sees(world.chair, case)


def test_twice_is_once(world, case):
    mark(world, case)
    with pytest.raises(ValidationError, match="already"):
        mark(world, case, relation="related")
    assert (Conflict.objects.count(), Bar.objects.live().count()) == (1, 1)


def test_nobody_reads_their_own_and_nobody_but_the_desk_reads_any(world, case):
    mark(world, case)
    cast = (world.coordinator, world.chair, world.housing, world.health, world.auditor)
    assert [Conflict.objects.visible_to(member).count() for member in cast] == [1, 1, 0, 0, 0]


def test_an_attempt_is_told_to_the_desk_until_it_has_looked(world, case, as_member):
    mark(world, case)
    tried = lambda: [row.count for row in people(world.coordinator) if "in vain" in str(row.what)]  # noqa: E731
    assert tried() == [0]
    assert as_member(world.housing).get(reverse("cases:case", args=[case.pk])).status_code == 404
    assert as_member(world.children).get(reverse("cases:case", args=[case.pk])).status_code == 404
    assert tried() == [1]
    client = as_member(world.coordinator)
    assert case.reference in client.get(reverse("cases:tried_conflicts")).content.decode()
    page = reverse("cases:conflicts", args=[case.pk])
    assert "Asked for this case in vain" in client.get(page).content.decode()
    client.post(reverse("cases:looked_at_conflicts", args=[case.pk]))
    assert tried() == [0]


def test_lifted_the_member_sees_the_case_again_and_two_conflicts_share_the_agencys_bar(world, case):
    one, other = mark(world, case, whole_agency=True), mark(world, case, world.housing_deputy, whole_agency=True)
    verbs.lift_conflict(by=world.coordinator, conflict=one, seen=1)
    assert recorded_names()[-1] == "conflict.lifted"
    assert sees(world.housing, case) is False
    verbs.lift_conflict(by=world.coordinator, conflict=other, seen=1)
    assert (sees(world.housing, case), sees(world.housing_deputy, case)) == (True, True)
    with pytest.raises(ValidationError, match="already"):
        verbs.lift_conflict(by=world.coordinator, conflict=one, seen=2)


def test_the_page_marks_and_lets_back(world, case, as_member):
    client = as_member(world.coordinator)
    page = reverse("cases:conflicts", args=[case.pk])
    assert client.post(page, {"relation": "self"}).status_code == 422
    typed = {"member": world.health.pk, "relation": "colleague", "words": "", "whole_agency": "no", "senior": ""}
    assert client.post(page, typed).status_code == 302
    row = Conflict.objects.get()
    assert "Hana Health" in client.get(page).content.decode()
    client.post(reverse("cases:lift_conflict", args=[row.pk]))
    assert Conflict.objects.standing().count() == 0
