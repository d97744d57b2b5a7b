"""Who reported something: on no page, in no search and no history but the desk's, until the desk tells the panel."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from audit.models import Event
from cases.models import Naming, Party, Subject
from cases.models.access import Stage
from cases.workflow.reporter import name_reporter, withhold_reporter
from cases.workflow.search import search_people
from core.records import StaleVersion
from tests.cases.asb import accepted
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NAME = "Cymydog-Quirke"


@pytest.fixture
def case(world):
    """A case with one reporter; health has an action on it, the police sit in its meeting."""
    case = accepted(world)
    world.involve(case, world.health_agency, stage=Stage.MANAGING)
    world.involve(case, world.police_agency, stage=Stage.MEETING)
    world.make_action(case, world.health_agency)
    return case


def reporter(case) -> Party:
    found = Party.objects.with_key().select_related("case__panel", "case__key")
    return found.get(case=case, capacity="reporter")


def fresh(naming) -> Naming:
    return Naming.objects.with_key().select_related("case__panel", "party__case__panel").get(pk=naming.pk)


def told(world, case) -> dict[str, bool]:
    """Who finds the reporter's row."""
    who = ("coordinator", "chair", "referrer", "health", "police", "children")
    return {name: Party.objects.visible_to(getattr(world, name)).filter(capacity="reporter").exists() for name in who}


BEFORE = {"coordinator": True, "chair": True, "referrer": True, "health": False, "police": False, "children": False}
AFTER = {**BEFORE, "health": True, "police": True}


def test_naming_a_reporter_writes_who_decided_what_the_reporter_says_and_why(world, case):
    assert told(world, case) == BEFORE
    naming = name_reporter(by=world.coordinator, party=reporter(case), says="agrees", words=" A witness is needed. ")
    assert (naming.case, naming.says, naming.words, naming.named_by, naming.ended_at) == (
        case,
        "agrees",
        "A witness is needed.",
        world.coordinator,
        None,
    )
    assert naming.history.latest().history_change_reason == "agrees"
    event = Event.objects.get(name="reporter.named")
    assert (event.member_id, event.case_id, event.reason) == (world.coordinator.pk, case.pk, "agrees")
    assert told(world, case) == AFTER


def test_withholding_again_closes_it(world, case):
    naming = name_reporter(by=world.coordinator, party=reporter(case), says="unasked", words="He is in danger.")
    with pytest.raises(StaleVersion):
        withhold_reporter(by=world.coordinator, naming=fresh(naming), seen=7)
    naming = withhold_reporter(by=world.coordinator, naming=fresh(naming), seen=1)
    assert (naming.ended_by, naming.history.latest().history_change_reason) == (world.coordinator, "withheld")
    assert Event.objects.filter(name="reporter.withheld", case_id=case.pk).count() == 1
    assert told(world, case) == BEFORE
    with pytest.raises(ValidationError):
        withhold_reporter(by=world.coordinator, naming=naming, seen=2)


@pytest.mark.parametrize(
    ("says", "words", "fields"),
    [
        ("", "Needed.", ["says"]),
        ("maybe", "Needed.", ["says"]),
        ("objects", " ", ["words"]),
        ("", "", ["says", "words"]),
    ],
)
def test_a_decision_says_what_the_reporter_says_and_why(world, case, says, words, fields):
    with pytest.raises(ValidationError) as refusal:
        name_reporter(by=world.coordinator, party=reporter(case), says=says, words=words)
    assert (list(refusal.value.message_dict), Naming.objects.count()) == (fields, 0)


def test_only_the_desk_decides_once_and_only_about_a_reporter(world, case):
    for name in ("chair", "referrer", "health", "police"):
        with pytest.raises(PermissionDenied):
            name_reporter(by=getattr(world, name), party=reporter(case), says="agrees", words="Needed.")
    victim = Party.objects.with_key().select_related("case__panel").get(case=case, capacity="victim")
    with pytest.raises(PermissionDenied):
        name_reporter(by=world.coordinator, party=victim, says="agrees", words="Needed.")
    name_reporter(by=world.coordinator, party=reporter(case), says="agrees", words="Needed.")
    with pytest.raises(ValidationError) as refusal:
        name_reporter(by=world.coordinator, party=reporter(case), says="agrees", words="Needed.")
    assert refusal.value.messages == ["The panel is told already who this is."]


PAGES = ("case", "case_referrals", "case_entries", "case_actions", "case_history", "case_management")


def pages_with_the_name(case, member) -> list[str]:
    client = sign_in(Client(), member)
    shown = {name: client.get(reverse(f"cases:{name}", args=[case.pk])) for name in PAGES}
    assert {page.status_code for page in shown.values()} == {200}
    assert ("Reporter A" in shown["case"].content.decode()) is (NAME not in shown["case"].content.decode())
    return [name for name, page in shown.items() if NAME in page.content.decode()]


def test_no_page_of_the_case_nor_search_names_a_reporter_to_the_panel(world, case):
    assert pages_with_the_name(case, world.health) == []
    assert pages_with_the_name(case, world.coordinator)[0] == "case"
    subject = reporter(case).subject_id
    for member, finds in ((world.health, False), (world.coordinator, True)):
        assert Subject.objects.visible_to(member).filter(pk=subject).exists() is finds
        found = search_people(by=member, family_name=NAME)
        assert (str(subject) in json.dumps(found.people)) is finds


def test_the_desk_decides_on_a_page_and_everything_typed_is_kept(world, case):
    client = sign_in(Client(), world.coordinator)
    url = reverse("cases:reporter", args=[reporter(case).pk])
    refused = client.post(url, {"says": "", "words": "A witness is needed."})
    assert refused.status_code == 422
    assert "A witness is needed." in refused.content.decode()
    assert client.post(url, {"says": "agrees", "words": "A witness is needed."}).status_code == 302
    assert told(world, case) == AFTER
    naming = Naming.objects.get()
    withhold = reverse("cases:withhold_reporter", args=[naming.pk])
    client.post(withhold, {"version": 5})
    assert told(world, case) == AFTER
    client.post(withhold, {"version": 1})
    assert told(world, case) == BEFORE


def test_the_history_tells_which_answer_of_the_scheme_changed(world, case):
    client = sign_in(Client(), world.coordinator)
    page = " ".join(client.get(reverse("cases:case_history", args=[case.pk])).content.decode().split())
    assert "Most days" not in page
    assert "Every week" in page
    assert "{&#x27;frequency" not in page
