"""Data protection officers and safeguarding leads see how what they are told of stands; outsiders are to telephone."""

import datetime

import pytest
from django.urls import reverse

from core import pages
from core.models import Notice
from core.sealing import Unjoined
from disclosures.models import Decision
from disclosures.workflow.approval import dissent
from disclosures.workflow.round import lapse_decisions
from tests.disclosures.asking import REFUSAL, Asking
from tests.disclosures.test_emergency_verbs import release
from tests.world import make_member, make_post

SECOND = datetime.timedelta(seconds=1)
QUERIES = 6


@pytest.fixture
def scene(world):
    scene = Asking(world)
    scene.dpo = make_member("Delyth Data", world.health_agency, "auditor", panel=None)
    scene.lead = make_member("Sara Safe", world.health_agency, "representative", panel=world.panel)
    make_post(world.health_agency, scene.dpo, "dpo")
    make_post(world.health_agency, scene.lead, "safeguarding")
    return scene


def known(scene):
    return [list(Decision.objects.known_to_posts(member)) for member in (scene.dpo, scene.lead, scene.police_officer)]


def waiting(scene, **more):
    return scene.decision(scene.ask(**more))


def silent(scene, **more):
    decision = waiting(scene, **more)
    lapse_decisions(decision.due_at + SECOND)
    return decision


def emergency(scene, **more):
    return release(scene, scene.decision(scene.ask(urgency="emergency", **more)))


def disagreed(scene, **more):
    decision = scene.decided(waiting(scene, **more), **REFUSAL)
    words = "She is in danger from Friday on."
    dissent(by=scene.world.housing, disclosure=decision.disclosure, originator=decision.originator, words=words)
    return decision


@pytest.mark.parametrize(
    ("what", "child", "dpo", "lead"),
    [
        (waiting, False, False, False),
        (waiting, True, False, False),
        (silent, False, True, False),
        (silent, True, True, True),
        (emergency, False, True, False),
        (emergency, True, True, True),
        (disagreed, False, True, False),
        (disagreed, True, True, False),
    ],
)
def test_who_is_told_of_what_sees_that_it_is_so(scene, what, child, dpo, lead):
    decision = what(scene, child_safeguarding=child)
    assert known(scene) == [[decision] if dpo else [], [decision] if lead else [], []]


def test_no_word_of_it_can_be_opened(scene):
    silent(scene)
    [found] = Decision.objects.known_to_posts(scene.dpo)
    with pytest.raises(Unjoined):
        str(found.reason)


def test_who_is_kept_away_sees_nothing(scene):
    w = scene.world
    silent(scene)
    w.bar(case=scene.case, member=scene.dpo)
    assert known(scene)[0] == []


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_says_how_they_stand_in_the_same_queries(scene, as_member, django_assert_num_queries, many):
    decisions = [silent(scene) for _ in range(many)]
    client, url = as_member(scene.dpo), reverse("disclosures:escalated")
    client.get(url)
    with django_assert_num_queries(QUERIES):
        page = client.get(url).content.decode()
    assert [decision.disclosure.number in page for decision in decisions] == [True] * many
    assert [word for word in ("Mair", "Huw", "flat", "Harri") if word in page] == []


def test_what_one_is_told_of_comes_in_pages(scene, as_member, monkeypatch):
    monkeypatch.setattr(pages.Page.__init__, "__kwdefaults__", {"size": 2, "parameter": "at"})
    numbers = [silent(scene).disclosure.number for _ in range(3)]
    client, url = as_member(scene.dpo), reverse("disclosures:escalated")
    first = client.get(url).context["page"]
    second = client.get(url + first.next_url).context["page"]
    assert [[row.disclosure.number for row in page] for page in (first, second)] == [numbers[:0:-1], numbers[:1]]


def test_nobody_else_gets_the_page(scene, as_member):
    assert as_member(scene.health_officer).get(reverse("disclosures:escalated")).status_code == 403


def test_in_confer_the_letter_links_there_and_outside_it_says_whom_to_telephone(scene):
    w = scene.world
    scene.police_officer.phone = "01632 960011"
    scene.police_officer.save()
    make_post(w.police_agency, None, "dpo", name="Owain Outside", email="dpo@wenlli-police.example")
    disclosure = scene.ask(w.health_agency, w.police_agency)
    lapse_decisions(disclosure.due_at + SECOND)
    letters = Notice.objects.filter(subject="A request for information was not answered in time")
    bodies = {letter.address: letter.body for letter in letters}
    links = {address: reverse("disclosures:escalated") in body for address, body in bodies.items()}
    assert links == {
        scene.dpo.email: True,
        scene.health_officer.email: False,
        scene.health_deputy.email: False,
        scene.police_officer.email: False,
        "dpo@wenlli-police.example": False,
    }
    outside = bodies["dpo@wenlli-police.example"]
    assert "Telephone the liaison officer of your agency: Pedr Liaison, 01632 960011." in outside
    assert [word for word in ("Mair", "Huw", "Harri", "flat", disclosure.number, "Sign in") if word in outside] == []
