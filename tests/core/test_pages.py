"""Long lists by where the last row stood: every row once, in order, both ways, in one query a page."""

from types import SimpleNamespace

import pytest
from django.core import signing

from core.pages import Page
from partnership.models import Agency, Member
from tests.world import make_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def agencies(world):
    """Seven rows, three of them of the same kind."""
    for agency in (world.idva_agency, world.council):
        agency.kind = world.housing_agency.kind
        agency.save()
    assert Agency.objects.count() == 7
    return Agency.objects.all()


def page(rf, queryset, url="", order=("-kind", "-id"), size=3):
    return Page(queryset, order, rf.get(f"/{url}"), size=size)


def walk(rf, queryset, order, size=3):
    found, url = [], ""
    while True:
        shown = page(rf, queryset, url, order, size)
        found.append([row.pk for row in shown])
        url = shown.next_url
        if not url:
            return found, shown


@pytest.mark.parametrize("order", [("-kind", "-id"), ("kind", "id")])
def test_every_row_is_shown_once_and_in_order(rf, agencies, order):
    found, _last = walk(rf, agencies, order)
    assert [len(part) for part in found] == [3, 3, 1]
    assert [key for part in found for key in part] == list(agencies.order_by(*order).values_list("pk", flat=True))


def test_the_way_back_shows_the_same_pages(rf, agencies):
    found, last = walk(rf, agencies, ("-kind", "-id"))
    middle = page(rf, agencies, last.previous_url)
    first = page(rf, agencies, middle.previous_url)
    assert [row.pk for row in middle] == found[1]
    assert [row.pk for row in first] == found[0]
    assert first.previous_url == ""
    assert first.next_url != ""


@pytest.mark.parametrize(("size", "following"), [(6, True), (7, False), (8, False)])
def test_a_next_page_is_offered_only_where_there_is_one(rf, agencies, size, following):
    shown = page(rf, agencies, size=size)
    assert (bool(shown.next_url), shown.previous_url) == (following, "")


def test_no_rows_no_pages(rf, agencies):
    shown = page(rf, agencies.none())
    assert (len(shown), shown.next_url, shown.previous_url) == (0, "", "")


@pytest.mark.parametrize("position", ["?at=invented", "?at=", "?at=x:y:z"])
def test_an_invented_position_is_the_beginning(rf, agencies, position):
    assert [row.pk for row in page(rf, agencies, position)] == [row.pk for row in page(rf, agencies)]


ELSEWHERE = {
    "another model": lambda rf, agencies: page(rf, Member.objects.all(), order=("-email", "-id")),
    "another order": lambda rf, agencies: page(rf, agencies, order=("-short_name", "-id")),
    "the other direction": lambda rf, agencies: page(rf, agencies, order=("kind", "id")),
    "another address": lambda rf, agencies: _page_at("partnership:elsewhere", rf, agencies),
}


def _page_at(view_name, rf, agencies):
    request = rf.get("/")
    request.resolver_match = SimpleNamespace(view_name=view_name)
    return Page(agencies, ("-kind", "-id"), request, size=3)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_position_of_another_list_is_the_beginning(rf, agencies, name):
    elsewhere = ELSEWHERE[name](rf, agencies).next_url
    assert elsewhere.startswith("?at=")
    replayed = page(rf, agencies, elsewhere)
    assert ([row.pk for row in replayed], replayed.previous_url) == ([row.pk for row in page(rf, agencies)], "")


UNFIT = [
    ["after", "council", "no id at all"],
    ["after", "council", 7, 7],
    ["after", "council"],
    ["sideways", "council", "00000000-0000-4000-8000-000000000000"],
    ["before", "council", [1]],
    ["before", "council", {}],
    [],
    5,
    None,
]


@pytest.mark.parametrize("said", UNFIT)
def test_a_position_signed_for_other_columns_is_the_beginning(rf, agencies, said):
    shown = page(rf, agencies)
    replayed = page(rf, agencies, f"?at={signing.dumps(said, salt=shown.salt)}")
    assert ([row.pk for row in replayed], replayed.previous_url) == ([row.pk for row in shown], "")


def test_filters_stay_on_the_way(rf, agencies):
    assert page(rf, agencies, "?state=open&state=late").next_url.startswith("?state=open&state=late&at=")


def test_a_list_in_two_directions_is_a_mistake(rf, agencies):
    with pytest.raises(ValueError, match="one direction"):
        page(rf, agencies, order=("-kind", "id"))


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_takes_one_query(rf, agencies, size, django_assert_num_queries):
    url = page(rf, agencies, size=size).next_url
    with django_assert_num_queries(1):
        page(rf, agencies, url, size=size)


def test_a_row_that_came_meanwhile_moves_nothing(rf, agencies, world):
    first = page(rf, agencies)
    make_agency(world.partnership, "Aberwenlli Refuge", "zzz")
    second = page(rf, agencies, first.next_url)
    assert {row.pk for row in first} & {row.pk for row in second} == set()
