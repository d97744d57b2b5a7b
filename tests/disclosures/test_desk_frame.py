"""What a liaison officer finds where: few entries in the navigation, and the desk's first lines."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from core import navigation
from disclosures.models import Decision, Release
from disclosures.views import desk
from tests.disclosures.releasing import Releasing
from tests.valid_html import problems as html_problems
from tests.world import make_post


@pytest.fixture
def scene(world):
    return Releasing(world)


def entries(rf, member, path="/"):
    request = rf.get(path)
    request.user = member
    return navigation.items(request)


def test_a_liaison_officer_has_six_entries(world, rf):
    labels = [str(entry["label"]) for entry in entries(rf, world.liaison_officer)]
    assert labels == ["Home", "Cases", "Requests", "Decisions", "Released", "From outside"]


def test_a_coordinators_entries_stand_in_named_groups(world, rf, as_member):
    groups: dict = {}
    for entry in entries(rf, world.coordinator):
        groups.setdefault(str(entry["group"]), []).append(str(entry["label"]))
    assert groups == {
        "": ["Home"],
        "Meetings": ["Meetings", "Letters"],
        "Casework": ["Cases", "Referrals", "Screening", "Actions", "Search"],
        "Sharing": ["Requests", "Released"],
    }
    page = as_member(world.coordinator).get("/").content.decode()
    names = [name.split("<")[0] for name in page.split('class="confer-menu__name"')[1:]]
    assert names == [f' id="menu-{number}">{name}' for number, name in enumerate(list(groups)[1:], start=2)]


def test_all_entries_there_are_fit_two_rows_on_a_desk(world):
    """Whoever has every role on panels of every scheme: letters of 16 px are 8 wide, a row of the page is 960."""
    labels = [str(entry.label) for entry in navigation._entries.values() if entry.url_name != "disclosures:extracts"]
    widths = [8 * len(label) + 16 for label in labels]
    separators = 14 * len({str(entry.group) for entry in navigation._entries.values()})
    assert sum(widths) + separators + max(widths) <= 2 * 960


@pytest.mark.parametrize("kind", ["dpo", "safeguarding", "officer"])
def test_who_is_told_of_decisions_finds_them_from_the_desk(world, as_member, kind):
    make_post(world.housing_agency, world.liaison_officer, kind)
    page = as_member(world.liaison_officer).get(reverse("disclosures:desk")).content.decode()
    assert (f'href="{reverse("disclosures:escalated")}"' in page) is (kind != "officer")


@pytest.mark.parametrize(
    ("page", "current"),
    [
        ("releases", "Released"),
        ("extracts", "Released"),
        ("new_extract", "Released"),
        ("outsides", "From outside"),
        ("consultations", "From outside"),
        ("desk", "Decisions"),
        ("register", "Decisions"),
        ("decision", "Decisions"),
        ("decision_summary", "Decisions"),
        ("request", "Requests"),
    ],
)
def test_one_entry_is_current_also_on_the_pages_that_belong_to_it(world, rf, page, current):
    args = [world.panel.pk] if page in ("decision", "decision_summary", "request") else []
    shown = entries(rf, world.liaison_officer, reverse(f"disclosures:{page}", args=args))
    assert [str(entry["label"]) for entry in shown if entry["current"]] == [current]


def test_the_pages_that_share_an_entry_lead_to_each_other(world, as_member):
    client = as_member(world.liaison_officer)
    for page, other in [
        ("releases", reverse("disclosures:extracts")),
        ("outsides", reverse("disclosures:consultations") + "?show=waiting"),
        ("consultations", reverse("disclosures:outsides") + "?show=open"),
    ]:
        assert f'href="{other}"' in client.get(reverse(f"disclosures:{page}")).content.decode()


def test_the_desk_says_first_what_waits_and_what_is_overdue(scene, as_member):
    scene.ask(scene.world.health_agency)
    client = as_member(scene.health_officer)
    url, overdue = reverse("disclosures:desk"), reverse("disclosures:releases") + "?show=overdue"
    assert client.get(url).context["glance"] == [
        (1, "to decide", "#waiting", ""),
        (0, "releases not confirmed destroyed", overdue, ""),
    ]
    release = scene.opened()
    Release.objects.filter(pk=release.pk).update(destroy_on=timezone.localdate() - datetime.timedelta(days=1))
    Decision.objects.filter(state="waiting").update(due_at=timezone.now() - datetime.timedelta(minutes=1))
    assert client.get(url).context["glance"] == [
        (1, "to decide", "#waiting", "1 overdue"),
        (1, "release not confirmed destroyed", overdue, "Overdue"),
    ]


def test_what_is_beyond_the_desks_first_rows_is_said_and_found_in_the_register(scene, as_member, monkeypatch):
    """The next due come first; nobody takes the rows that are shown for all there are."""
    for _number in range(3):
        scene.ask(scene.world.health_agency)
    client, url = as_member(scene.health_officer), reverse("disclosures:desk")
    assert client.get(url).context["waiting"].has_more is False
    monkeypatch.setattr(desk, "MOST", 2)
    page = client.get(url)
    assert (len(page.context["waiting"]), page.context["glance"][0][0]) == (2, "more than 2")
    assert f'href="{page.context["waiting"].register_url}"' in page.content.decode()
    assert html_problems(page.content.decode()) == []
    Decision.objects.update(due_at=timezone.now() - datetime.timedelta(minutes=1))
    assert client.get(url).context["glance"][0] == ("more than 2", "to decide", "#waiting", "more than 2 overdue")
    found = client.get(page.context["waiting"].register_url).context
    assert (len(found["page"].rows), found["form"].initial) == (3, {"state": "waiting"})


def test_what_is_usual_is_ticked_on_the_page_of_the_release_until_it_was_answered(scene, as_member):
    from disclosures.views.asking import form_maker

    decision = scene.decision(scene.ask(scene.world.health_agency))
    form = form_maker(scene.health_officer, decision, "release")()
    assert form.initial["recipients"] == [scene.world.housing.pk]
    assert form.initial["conditions"] == ["purpose", "onward"]
    decision.steps_done = ["release"]
    form = form_maker(scene.health_officer, decision, "release")()
    assert (form.initial["recipients"], form.initial["conditions"]) == ([], [])
