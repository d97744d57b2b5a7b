"""The page of tools, and deciding on one: what is typed is kept, what the law forbids is refused."""

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from cases.models import Sheet, Tool
from tests.cases.asb import asb_case, decided, load_tools
from tests.signing_in import sign_in
from tests.valid_html import assert_valid

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    load_tools()
    case = asb_case(world, world.housing_agency)
    world.make_action(case, world.health_agency)
    return case


def asked(world, **more) -> dict:
    agency = world.police_agency.pk
    return {"on_day": "2", "on_month": "11", "on_year": "2026", "agency": agency, "nation": "england", **more}


def offered(page) -> dict[str, tuple[str, ...]]:
    """Each tool on the page with why it is not offered."""
    return {offer.tool.code: offer.why_not for offer in page.context["offers"]}


def test_tools_are_shown_once_day_agency_and_nation_are_said(world, case):
    client = sign_in(Client(), world.housing)
    url = reverse("cases:tools", args=[case.pk])
    first = client.get(url)
    assert (first.status_code, first.context["offers"]) == (200, [])
    wrong = client.get(url, asked(world, nation=""))
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["nation"])
    page = client.get(url, asked(world))
    found = offered(page)
    assert set(found) == set(Tool.objects.values_list("code", flat=True))
    assert found["cpn"] == ("First comes: Community protection warning.",)
    assert found["cpw"] == ()
    told = Event.objects.filter(name="record.consulted", case_id=case.pk, member_id=world.housing.pk)
    assert list(told.values_list("reason", flat=True)) == ["managing"] * 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_decision_and_three(world, case, django_assert_num_queries, count):
    client = sign_in(Client(), world.coordinator)
    for _number in range(count):
        decided(world, case, "warning")
    url = reverse("cases:tools", args=[case.pk])
    client.get(url, asked(world))
    with django_assert_num_queries(11):
        client.get(url, asked(world))


def test_a_decision_is_written_and_what_is_refused_keeps_every_word(world, case):
    client = sign_in(Client(), world.housing)
    query = "&".join(f"{name}={value}" for name, value in asked(world).items())
    forbidden = client.post(
        f"{reverse('cases:decide_tool', args=[case.pk, 'cpn'])}?{query}", {"grounds": "He ignored it all."}
    )
    assert (forbidden.status_code, forbidden.context["form"].non_field_errors()) == (
        422,
        ["First comes: Community protection warning."],
    )
    assert "He ignored it all." in forbidden.content.decode()
    assert Sheet.objects.count() == 0
    done = client.post(f"{reverse('cases:decide_tool', args=[case.pk, 'cpw'])}?{query}", {"grounds": "Two visits."})
    sheet = Sheet.objects.with_key().get()
    assert done["Location"] == reverse("cases:sheet", args=[sheet.pk])
    assert (sheet.data["tool"], sheet.data["agency"], sheet.data["grounds"]) == (
        "cpw",
        str(world.police_agency.pk),
        "Two visits.",
    )


def test_only_what_bears_on_the_tool_is_asked(world, case):
    client = sign_in(Client(), world.coordinator)
    fields = {}
    for code in ("warning", "injunction", "cbo"):
        page = client.get(reverse("cases:decide_tool", args=[case.pk, code]), asked(world))
        fields[code] = set(page.context["form"].fields)
    usual = {"grounds", "consulted", "expires_on"}
    assert fields == {
        "warning": usual,
        "injunction": usual | {"youth_views", "excludes", "harm"},
        "cbo": usual | {"convicted", "youth_views"},
    }


def test_what_is_no_tool_is_not_found(world, case):
    url = reverse("cases:decide_tool", args=[case.pk, "horsewhip"])
    page = sign_in(Client(), world.coordinator).get(url, asked(world))
    assert page.status_code == 404


def test_the_form_of_decisions_begins_on_the_page_of_tools_and_a_panel_without_has_none(world, case):
    client = sign_in(Client(), world.coordinator)
    answer = client.get(reverse("cases:write_sheet", args=[case.pk, "tool"]))
    assert answer["Location"] == reverse("cases:tools", args=[case.pk])
    world.panel.scheme = "marac"
    world.panel.save()
    assert client.get(reverse("cases:tools", args=[case.pk])).status_code == 404


@pytest.mark.parametrize(
    ("scheme", "said"), [("asb", ["respect", "youth_injunction", "housing_injunction"]), ("ppo", [])]
)
def test_the_settings_say_which_tools_are_not_offered_for_want_of_a_day(world, as_member, scheme, said):
    load_tools()
    world.panel.scheme = scheme
    world.panel.save()
    page = as_member(world.administrator).get(reverse("cases:scheme_settings", args=[world.panel.pk]))
    assert [tool.code for tool in page.context["without_a_day"]] == said
    assert ("no day is known" in page.content.decode()) == bool(said)
    assert_valid(page.content)
