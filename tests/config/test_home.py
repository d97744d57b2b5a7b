"""The home page answers one question: what do I owe, by when."""

import datetime

import pytest
from django.utils import timezone

import config.urls  # noqa: F401  (forms keep the clock that they find when they are loaded)
from core import home
from core.home import Owed
from partnership.models import Panel, RoleGrant
from tests.valid_html import assert_valid

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 21)


@pytest.fixture
def owing(monkeypatch):
    """Lets a test say what is owed, in place of the apps."""
    rows = []
    monkeypatch.setattr(home, "_providers", [lambda member: rows])
    monkeypatch.setattr(timezone, "localdate", lambda *arguments: TODAY)
    return rows


def owed(what, due=None, count=1) -> Owed:
    return Owed(what=what, count=count, due=due, url="/somewhere", kind="action")


def shown(client) -> list[tuple[str, list[str]]]:
    answer = client.get("/")
    assert answer.status_code == 200
    assert_valid(answer.content)
    return [(group["title"], [row.what for row in group["rows"]]) for group in answer.context["groups"]]


def test_what_is_owed_stands_by_how_much_it_presses(world, as_member, owing):
    day = datetime.timedelta(days=1)
    owing += [owed("later", TODAY + 3 * day), owed("some time"), owed("today", TODAY), owed("late", TODAY - day)]
    owing += [owed("soon", TODAY + day), owed("none", TODAY, count=0)]
    assert shown(as_member(world.police)) == [
        ("Overdue", ["late"]),
        ("Today", ["today"]),
        ("Coming up", ["soon", "later"]),
        ("Without a date", ["some time"]),
    ]


def test_nothing_owed_says_so(world, as_member, owing):
    client = as_member(world.police)
    assert shown(client) == []
    assert "You owe nothing at the moment" in client.get("/").content.decode()


def test_the_frame_says_who_is_signed_in_as_what(world, as_member, owing):
    context = as_member(world.coordinator).get("/").context
    assert context["member_roles"] == ", ".join(world.coordinator.role_names())
    assert context["member_panel"] == str(world.panel)


@pytest.mark.parametrize(("others", "said"), [(["Ail"], "Aberwenlli MARAC, Ail"), (["Ail", "Bryn"], "3 panels")])
def test_the_frame_counts_the_panels_of_who_sits_on_more_than_two(world, as_member, others, said):
    for name in others:
        panel = Panel.objects.create(partnership=world.partnership, name=name)
        RoleGrant.objects.create(member=world.coordinator, role="coordinator", panel=panel)
    assert as_member(world.coordinator).get("/account/").context["member_panel"] == said


@pytest.mark.parametrize("count", [1, 3])
def test_the_home_page_asks_the_same_number_of_questions_whatever_is_owed(
    world, as_member, owing, count, django_assert_num_queries
):
    owing += [owed(f"thing {number}", TODAY) for number in range(count)]
    client = as_member(world.police)
    client.get("/")
    with django_assert_num_queries(QUERIES):
        client.get("/")


QUERIES = 3
