"""Lists that everybody opens: as many queries for three rows as for one, under one literal count."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Subject
from cases.workflow.matching import index_subject
from cases.workflow.search import search_people
from meetings.models import Letter
from meetings.workflow.letters import send_letters
from tests.meetings.papers import approve
from tests.meetings.papers import held as held_before
from tests.meetings.sitting import held


def meetings(world, number):
    for day in range(number):
        world.make_meeting(starts_at=timezone.now() + datetime.timedelta(days=day + 1))
    return reverse("meetings:calendar")


def cases(world, number):
    for _ in range(number):
        world.make_case(asked=[world.housing_agency])
    return reverse("cases:list")


def actions(world, number):
    for _ in range(number):
        world.make_action(world.make_case(asked=[world.housing_agency]), world.housing_agency)
    return reverse("cases:actions")


def found(world, number):
    for _ in range(number):
        case = world.make_case(victim=("Siân", "O’Neill"), asked=[world.housing_agency])
        for subject in Subject.objects.with_key().filter(parties__case=case):
            index_subject(subject)
    return reverse("cases:found", args=[search_people(by=world.housing, family_name="O’Neill").pk])


def tellings(world, number):
    for _ in range(number):
        held(world, world.idva)
    return reverse("meetings:tellings")


def letters(world, number):
    for _ in range(number):
        meeting, items = held_before(world)
        approve(world, meeting, items)
        chosen = {f"{world.housing_agency.pk}:{world.housing_agency.plan_address}": "notice"}
        send_letters(by=world.coordinator, meeting=meeting, kind="plan", chosen=chosen, batch=uuid.uuid4())
    Letter.objects.update(state="sent", settled_at=timezone.now(), sending_at=timezone.now())
    return reverse("meetings:agency_letters")


def listings(world, number):
    case = world.make_case()
    for day in range(number):
        world.list_case(world.make_meeting(starts_at=timezone.now() + datetime.timedelta(days=day + 1)), case)
    return reverse("meetings:case_meetings", args=[case.pk])


LISTS = [
    ("coordinator", meetings, "Committee room 2", 5),
    ("housing", cases, "AB-2026-", 6),
    ("housing", actions, ", action 1", 5),
    ("housing", found, "O’Neill", 6),
    ("idva", tellings, "Call before noon.", 7),
    ("housing", letters, "version 1", 5),
    ("coordinator", listings, "Agenda open", 7),
]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("who", "fill", "row", "queries"), LISTS, ids=[each[1].__name__ for each in LISTS])
def test_one_row_and_three_under_one_count(
    world, as_member, django_assert_num_queries, who, fill, row, queries, number
):
    client, page = as_member(getattr(world, who)), fill(world, number)
    shown = client.get(page).content.decode()
    with django_assert_num_queries(queries):
        client.get(page)
    assert shown.count(row) == number
