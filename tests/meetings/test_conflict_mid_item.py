"""A conflict declared or marked while the case is heard: its item leaves every open screen and comes back if lifted."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Conflict
from cases.workflow.conflict import declare_conflict, lift_conflict, mark_conflict
from meetings.models import AgendaItem
from meetings.workflow.live import leave_item
from tests.audit.ledger import recorded_names
from tests.meetings.sitting import fresh, opened
from tests.signing_in import sign_in

WAYS = {
    "declared": lambda w, case: declare_conflict(by=w.health, case=case, relation="neighbour"),
    "marked": lambda w, case: mark_conflict(by=w.coordinator, case=case, member=w.health, relation="related"),
    "agency": lambda w, case: mark_conflict(
        by=w.coordinator, case=case, member=w.health, relation="colleague", whole_agency=True
    ),
}


def poll(client, meeting, item, mark=""):
    address = reverse("meetings:live_now", args=[meeting.pk])
    return client.get(address, {"item": item.pk}, headers={"If-None-Match": mark} if mark else {})


def lift(world):
    conflict = Conflict.objects.with_key().select_related("case__panel", "bar", "agency_bar", "member__agency").get()
    lift_conflict(by=world.coordinator, conflict=conflict, seen=conflict.version)


@pytest.mark.parametrize("way", WAYS)
def test_the_next_poll_finds_the_item_gone_and_once_lifted_it_is_back(world, way):
    meeting, item = opened(world, world.health, world.housing)
    screens = {who: sign_in(Client(), getattr(world, who)) for who in ("health", "chair")}
    marks = {who: poll(client, meeting, item)["ETag"] for who, client in screens.items()}
    WAYS[way](world, item.listing.case)
    told = {who: poll(client, meeting, item, marks[who]) for who, client in screens.items()}
    said = [(answer.status_code, answer.json()["gone"], answer.json()["hidden"]) for answer in told.values()]
    assert said == [(200, True, True), (200, False, False)]
    lift(world)
    back = {who: poll(client, meeting, item, told[who]["ETag"]) for who, client in screens.items()}
    assert [(answer.status_code, answer.json()["current"]) for answer in back.values()] == [(200, str(item.pk))] * 2
    assert recorded_names()[-2:] == ["item.joined", "conflict.lifted"]


@pytest.mark.parametrize("way", WAYS)
def test_who_is_kept_away_from_an_item_put_aside_counts_as_attending_it_no_more(world, way):
    _meeting, item = opened(world, world.health)
    leave_item(by=world.chair, item=fresh(item))
    WAYS[way](world, item.listing.case)
    attended = fresh(item).attended.order_by("attendance__member__name")
    assert list(attended.values_list("attendance__member__name", flat=True)) == ["Cerys Coordinator", "Dafydd Chair"]


def test_a_case_at_no_meeting_stirs_nothing(world):
    _meeting, item = opened(world, world.health)
    beat = AgendaItem.objects.get().beat
    other = world.make_case(asked=[world.health_agency])
    declare_conflict(by=world.health, case=other, relation="neighbour")
    assert AgendaItem.objects.get(pk=item.pk).beat == beat
