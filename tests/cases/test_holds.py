"""Holds: what must not be erased, on whose account, until when; and that they stand in nobody's way."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Event
from cases.models import Case, Hold, Referral
from cases.rules.hold import held, is_held
from cases.workflow.hold import hold_cases, hold_referrals, release_holds
from core.recording import SystemActor

CLOCK = SystemActor("clock")


@pytest.fixture
def case(world):
    return world.make_case(asked=[world.housing_agency])


def of(source):
    return {"authority": Hold.Authority.REQUEST, "source": source}


def test_a_hold_is_a_row_with_a_reason_and_an_event(world, case):
    (hold,) = hold_cases(by=CLOCK, cases=[case], **of(world.panel))
    assert (hold.case, hold.of_case, hold.source_kind, hold.source_id, hold.set_by) == (
        case,
        case.pk,
        "partnership.panel",
        world.panel.pk,
        None,
    )
    trace = hold.history.get()
    assert (trace.history_change_reason, trace.history_actor) == ("hold.set", "clock")
    event = Event.objects.get(name="hold.set")
    assert (event.case_id, event.thing_id, event.detail) == (case.pk, hold.pk, {"for": "request"})


def test_the_same_source_holds_a_case_once(world, case):
    hold_cases(by=CLOCK, cases=[case], **of(world.panel))
    assert hold_cases(by=CLOCK, cases=[case, case], **of(world.panel)) == []
    standing = Hold.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(
            case=case,
            of_case=case.pk,
            authority="request",
            source_kind=standing.source_kind,
            source_id=standing.source_id,
        )


def test_release_lets_go_of_its_own_holds_alone(world, case):
    other = world.make_case()
    hold_cases(by=world.coordinator, cases=[case, other], **of(world.panel))
    hold_cases(by=world.coordinator, cases=[case], **of(world.partnership))
    assert release_holds(by=world.coordinator, source=world.panel) == 2
    assert (is_held(case), is_held(other)) == (True, False)
    ended = Hold.objects.get(of_case=other.pk)
    assert (ended.released_by, ended.history.first().history_change_reason) == (world.coordinator, "hold.released")
    assert Event.objects.filter(name="hold.released").count() == 2
    assert release_holds(by=world.coordinator, source=world.panel) == 0
    assert len(hold_cases(by=CLOCK, cases=[other], **of(world.panel))) == 1  # held again later


def test_what_is_held(world, case):
    free = world.make_case()
    meeting = world.make_meeting()
    item = world.list_case(meeting, case, asked=[world.housing_agency])
    entry = world.make_entry(item.listing, world.housing_agency, world.housing)
    hold_cases(by=CLOCK, cases=[case], **of(world.panel))
    party = case.parties.select_related("subject").first()
    things = [case, item.listing, entry, party, party.subject, case.referrals.get()]
    assert [is_held(thing) for thing in things] == [True] * 6
    waiting = Referral.objects.get(pk=world.make_referral().pk)
    others = [free, free.parties.select_related("subject").first().subject, waiting]
    assert [is_held(thing) for thing in others] == [False] * 3
    assert list(Case.objects.filter(~held())) == [free]


def test_a_referral_on_no_case_is_held_and_keeps_the_case_that_it_makes(world, case):
    waiting, free = world.make_referral(), world.make_referral()
    (hold,) = hold_referrals(by=CLOCK, referrals=[waiting, waiting], **of(world.panel))
    assert hold_referrals(by=CLOCK, referrals=[waiting], **of(world.panel)) == []
    assert (hold.of_case, hold.of_referral, hold.history.get().history_change_reason) == (None, waiting.pk, "hold.set")
    event = Event.objects.get(name="hold.set")
    assert (event.case_id, event.thing_id, event.detail) == (None, hold.pk, {"for": "request"})
    things = [waiting, waiting.parties.first(), free, free.parties.first(), case]
    assert [is_held(thing) for thing in things] == [True, True, False, False, False]
    kept = held("case", referral="pk")
    assert set(Referral.objects.filter(~kept)) == {free, case.referrals.get()}
    Referral.objects.filter(pk=waiting.pk).update(case=case)
    assert is_held(case) is True
    assert (Case.objects.filter(held()).get(), Referral.objects.filter(~kept).get()) == (case, free)
    assert release_holds(by=CLOCK, source=world.panel) == 1
    assert (is_held(case), is_held(waiting)) == (False, False)


def test_a_hold_is_on_a_case_or_on_a_referral(world, case):
    both = {"of_case": case.pk, "of_referral": case.referrals.get().pk}
    for kept in ({}, both):
        with pytest.raises(IntegrityError), transaction.atomic():
            Hold.objects.create(authority="request", source_kind="a.b", source_id=case.pk, **kept)


@pytest.mark.parametrize(("days", "answer"), [(-1, False), (1, True), (5, False)])
def test_a_hold_holds_between_its_instants(world, case, days, answer):
    (hold,) = hold_cases(by=CLOCK, cases=[case], **of(world.panel))
    hold.until = timezone.now() + datetime.timedelta(days=3)
    hold.save()
    assert is_held(case, timezone.now() + datetime.timedelta(days=days)) is answer


def test_a_hold_opens_nothing_and_stops_no_work(world, case):
    from cases.workflow.case import close_case

    before = set(Case.objects.visible_to(world.health)), set(Case.objects.visible_to(world.housing))
    hold_cases(by=CLOCK, cases=[case], **of(world.panel))
    assert (set(Case.objects.visible_to(world.health)), set(Case.objects.visible_to(world.housing))) == before
    close_case(by=world.coordinator, case=case)
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_a_hold_outlives_its_case_without_saying_whose(world, case):
    (hold,) = hold_cases(by=CLOCK, cases=[case], **of(world.panel))
    Hold.objects.filter(pk=hold.pk).update(case=None)
    assert Hold.objects.live().on(case.pk).get() == hold
