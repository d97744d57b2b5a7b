"""Interests declared twice, at once, or lifted while a colleague's stands: a sentence, and no bar that stays or goes
with nobody having said so."""

import pytest
from django.core.exceptions import PermissionDenied

from cases.models import Bar
from core.models import StaleVersion
from meetings.models import AgendaItem, Recusal
from meetings.workflow import recusal as verbs
from tests.audit.ledger import recorded_names
from tests.meetings.sitting import fresh, today


@pytest.fixture
def item(world):
    return fresh(today(world).items.get())


def standing() -> list:
    """Live bars as (member's name or nothing, agency's name or nothing)."""
    live = Bar.objects.live().order_by("since").values_list("member__name", "agency__name")
    return list(live)


def of(member):
    return Recusal.objects.select_related(
        "item__listing__case", "item__meeting__panel", "bar", "member__agency", "agency"
    ).get(member=member)


def answers(world, item):
    """The three first answers of a member, each over an item that was loaded before."""
    return {
        "declare": lambda: verbs.declare_interest(by=world.idva, item=item),
        "agency": lambda: verbs.declare_interest(by=world.idva, item=item, whole_agency=True),
        "none": lambda: verbs.declare_no_interest(by=world.idva, item=item),
        "ask": lambda: verbs.ask_interest(by=world.coordinator, item=item, member=world.idva),
    }


@pytest.mark.parametrize("second", ["declare", "agency", "none", "ask"])
def test_of_two_first_answers_at_the_same_instant_one_gets_a_sentence(world, item, monkeypatch, second):
    """The second looked before the first had saved: it is told so, and none of its bar stands."""
    verbs.ask_interest(by=world.coordinator, item=item, member=world.idva)
    monkeypatch.setattr(verbs, "_found", lambda item, member: None)
    with pytest.raises(StaleVersion, match="Somebody else saved this while you were writing"):
        answers(world, item)[second]()
    assert (Recusal.objects.get().state, standing()) == ("asked", [])


def test_declaring_twice_changes_and_records_nothing_more(world, item):
    other = AgendaItem.objects.select_related("listing__case", "meeting").get(pk=item.pk)
    first = verbs.declare_interest(by=world.idva, item=item)
    told = recorded_names()
    assert verbs.declare_interest(by=world.idva, item=other) == first
    assert (recorded_names(), standing(), first.history.count()) == (told, [("Isla Idva", None)], 1)


def test_whoever_took_the_agency_along_does_not_let_it_back_alone(world, item):
    verbs.declare_interest(by=world.idva, item=item, whole_agency=True)
    recusal = verbs.declare_interest(by=world.idva, item=item)
    assert (recusal.whole_agency, standing()) == (True, [(None, "Haven Advocates")])
    with pytest.raises(PermissionDenied):
        verbs.declare_no_interest(by=world.idva, item=item)


def test_lifting_lifts_the_first_bar_too(world, item):
    verbs.declare_interest(by=world.idva, item=item)
    verbs.declare_interest(by=world.idva, item=item, whole_agency=True)
    assert standing() == [("Isla Idva", None), (None, "Haven Advocates")]
    verbs.lift_recusal(by=world.coordinator, recusal=of(world.idva), why="resolved")
    assert standing() == []
    assert AgendaItem.objects.visible_to(world.idva).get() == item
    assert recorded_names()[-3:] == ["access.unbarred", "access.unbarred", "interest.lifted"]


def test_a_colleague_who_declared_for_the_agency_still_keeps_it_away(world, item):
    verbs.declare_interest(by=world.housing, item=item, whole_agency=True)
    verbs.declare_interest(by=world.housing_deputy, item=item, whole_agency=True)
    verbs.lift_recusal(by=world.coordinator, recusal=of(world.housing), why="declared_in_error")
    assert standing() == [(None, "Aberwenlli Homes")]
    verbs.lift_recusal(by=world.coordinator, recusal=of(world.housing_deputy), why="declared_in_error")
    assert standing() == []


def test_lifting_leaves_a_conflict_of_interest_that_others_found(world, item):
    world.bar(member=world.idva, case=item.listing.case)
    verbs.declare_interest(by=world.idva, item=item)
    verbs.lift_recusal(by=world.coordinator, recusal=of(world.idva), why="resolved")
    assert list(Bar.objects.live().values_list("reason", flat=True)) == ["conflict"]


def test_lifted_twice_at_once_is_lifted_once(world, item):
    verbs.declare_interest(by=world.idva, item=item)
    first, second = of(world.idva), of(world.idva)
    verbs.lift_recusal(by=world.coordinator, recusal=first, why="resolved")
    ended = Bar.objects.get().until
    with pytest.raises(StaleVersion):
        verbs.lift_recusal(by=world.chair, recusal=second, why="resolved")
    assert (Bar.objects.get().until, recorded_names().count("interest.lifted")) == (ended, 1)
