"""What an agency says while an item is heard, on a panel that asks for consent: of which kind, and whom it reaches."""

import re
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from cases.models import Draft, Entry
from cases.workflow.drafts import keep_draft
from consent.workflow.ending import withdraw
from tests.consent.asking import make_consent, make_form
from tests.consent.test_settle import see
from tests.consent.test_use_points import poll
from tests.meetings.sitting import opened
from tests.signing_in import sign_in
from tests.valid_html import assert_valid

HTMX = {"HX-Request": "true"}
TYPED = {"text": "She takes her medicine.", "kind": "information", "nature": "fact", "reach": "minute"}


@pytest.fixture
def room(world, asking):
    make_form()
    return opened(world, world.health, world.housing, world.police)


def say(client, room, **more):
    meeting, item = room
    return client.post(reverse("meetings:say", args=[meeting.pk, item.pk]), {**TYPED, **more}, headers=HTMX)


def part(client, room, name="entries") -> str:
    meeting, item = room
    address = reverse("meetings:live_item_part", args=[meeting.pk, item.pk, name])
    return client.get(address, headers=HTMX).content.decode()


def chosen(page) -> str:
    """The kind of information that stands in the form."""
    return (
        re.search(r'<select[^>]*name="category".*?</select>', page, re.DOTALL)[0]
        .partition("selected")[0]
        .split('value="')[-1]
        .split('"')[0]
    )


@pytest.mark.parametrize(
    ("who", "category", "on_consent", "seen"),
    [
        ("health", "treatment", True, "ho"),
        ("health", "attendance", True, "h"),
        ("health", "housing", False, "hopcd"),
        ("health", "", False, "hopcd"),
        ("housing", "treatment", False, "hopcd"),
    ],
)
def test_it_is_checked_against_consent_like_any_entry(world, room, who, category, on_consent, seen):
    make_consent(world, room[1].listing.case, receives=[world.housing_agency], categories=["treatment", "housing"])
    world.sign(room[0], world.children)
    answer = say(sign_in(Client(), getattr(world, who)), room, category=category)
    assert answer.status_code == 200
    entry = Entry.objects.get()
    assert (entry.category, entry.on_consent, see(world, entry)) == (category, on_consent, seen)


def test_its_agency_reads_whom_it_does_not_reach_and_follows_a_withdrawal(world, room):
    case = room[1].listing.case
    consent = make_consent(world, case, receives=[world.housing_agency, world.police_agency])
    health, chair = sign_in(Client(), world.health), sign_in(Client(), world.chair)
    unread = "It rests on consent, and these do not read it: "
    page = say(health, room, category="treatment").content.decode()
    assert f"{unread}Aberwenlli Council." in page
    assert "Not for every agency: speak with care." in part(chair, room)
    assert unread not in part(chair, room)
    mark = poll(health, *room)["ETag"]
    assert poll(health, *room, mark).status_code == 204
    withdraw(by=world.health, consent=consent, how="phone", words="", seen=consent.version)
    assert poll(health, *room, mark).status_code == 200
    assert re.findall(unread + r"([^.]*)\.", part(health, room)) == [
        "Aberwenlli Council, Aberwenlli Homes, Wenlli Police"
    ]


def test_the_kind_chosen_last_stands_in_the_form_and_a_draft_goes_before_it(world, room):
    health, housing = sign_in(Client(), world.health), sign_in(Client(), world.housing)
    assert chosen(part(health, room, "say")) == ""
    page = say(health, room, category="attendance").content.decode()
    assert_valid(health.get(reverse("meetings:live", args=[room[0].pk])).content.decode())
    assert (chosen(page), chosen(part(health, room, "say"))) == ("attendance", "attendance")
    assert chosen(part(housing, room, "say")) == ""
    typed = QueryDict(urlencode({**TYPED, "category": "treatment"}))
    keep_draft(by=world.health, about=room[1].listing, part="say", typed=typed)
    assert Draft.objects.count() == 1
    assert chosen(part(health, room, "say")) == "treatment"


def test_a_kind_that_the_form_does_not_ask_about_is_refused_and_the_text_kept(world, room):
    answer = say(sign_in(Client(), world.health), room, category="invented")
    assert (answer.status_code, TYPED["text"] in answer.content.decode(), Entry.objects.count()) == (422, True, 0)


def test_where_nobody_is_asked_the_form_is_as_before(world):
    room = opened(world, world.housing)
    client = sign_in(Client(), world.housing)
    assert 'name="category"' not in part(client, room, "say")
    assert say(client, room, category="treatment").status_code == 200
    entry = Entry.objects.get()
    assert (entry.category, entry.on_consent, entry.settled_at) == ("", False, None)


def test_one_and_three_are_shown_with_as_many_queries(world, room, django_assert_num_queries):
    make_consent(world, room[1].listing.case)
    client = sign_in(Client(), world.health)
    part(client, room)
    for number in (1, 3):
        while Entry.objects.count() < number:
            say(client, room, category="treatment")
        with django_assert_num_queries(19):
            part(client, room)
        mark = poll(client, *room)["ETag"]
        with django_assert_num_queries(12):
            assert poll(client, *room, mark).status_code == 204
