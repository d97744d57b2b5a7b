"""The pages of releases: the gate, the words in one answer, the lists, and the register taken away."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from disclosures.models import NoticeReceipt, Release
from disclosures.workflow import recall
from disclosures.workflow import release as verbs
from disclosures.workflow.approval import decide, reopen
from disclosures.workflow.emergency import release_at_once
from tests.disclosures.asking import REFUSAL, WORDS
from tests.disclosures.releasing import Releasing
from tests.valid_html import problems as html_problems
from tests.world import make_post


@pytest.fixture
def scene(world):
    return Releasing(world)


def url(name, row=None):
    return reverse(f"disclosures:{name}", args=[row.pk] if row else [])


def test_the_recipient_accepts_opens_says_and_confirms(scene, as_member):
    release = scene.release()
    browser = as_member(release.member)
    page = browser.get(url("release", release)).content.decode()
    assert html_problems(page) == []
    assert WORDS not in page and "Use it for the stated purpose alone" in page
    refused = browser.post(url("acknowledge_release", release), {"seen": "1"})
    assert refused.status_code == 422
    assert "Confirm that you accept the conditions, or leave it unopened." in refused.content.decode()
    assert browser.post(url("acknowledge_release", release), {"seen": "1", "accepted": "on"}).status_code == 302
    opened = browser.post(url("open_release", release))
    html = opened.content.decode()
    assert (opened.status_code, opened["Cache-Control"], html_problems(html)) == (200, "no-store", [])
    now = timezone.localtime()
    assert WORDS in html and f"{release.number} – released to Harri Housing, Aberwenlli Homes – {now:%H}" in html
    assert WORDS not in browser.get(url("release", release)).content.decode()
    assert html_problems(browser.post(url("print_release", release)).content.decode()) == []
    version = Release.objects.get().version
    said = browser.post(url("report_use", release), {"seen": version, "used": "yes", "words": "She was moved."})
    assert said.status_code == 302
    today = timezone.localdate()
    days = {"on_day": today.day, "on_month": today.month, "on_year": today.year}
    form = {"seen": version + 1, "ending": "destroyed", "how": "no_copy", **days}
    refused = browser.post(url("confirm_destruction", release), form)
    assert refused.status_code == 422 and html_problems(refused.content.decode()) == []
    assert browser.post(url("confirm_destruction", release), form | {"how": "shredded"}).status_code == 302
    gone = browser.get(url("release", release)).content.decode()
    assert html_problems(gone) == [] and "What was released is destroyed. This row stays as the record of it." in gone
    assert browser.post(url("open_release", release)).status_code == 302


def test_a_stale_page_changes_nothing(scene, as_member):
    release = scene.opened()
    browser = as_member(release.member)
    answer = browser.post(url("report_use", release), {"seen": "1", "used": "no", "words": "Typed for long."})
    assert answer.status_code == 422 and "Typed for long." in answer.content.decode()
    assert Release.objects.get().used == ""


def test_a_recall_is_read_and_acknowledged_also_without_standing(scene, as_member):
    from partnership.models import Signatory

    release = scene.opened()
    words = "It is about somebody else. Destroy every copy."
    recall.recall(by=scene.health_officer, decision=release.decision, reason="wrong_person", words=words)
    receipt = NoticeReceipt.objects.get()
    browser = as_member(release.member)
    listed = browser.get(url("releases")).content.decode()
    assert html_problems(listed) == [] and reverse("disclosures:notice", args=[receipt.pk]) in listed
    page = browser.get(url("notice", receipt)).content.decode()
    assert html_problems(page) == [] and words in page
    Signatory.objects.filter(agency=release.agency).update(until=timezone.now())
    page = browser.get(url("notice", receipt)).content.decode()
    assert words not in page and "It is about another person" in page
    assert browser.post(url("notice", receipt), {"seen": "1", "done": ""}).status_code == 422
    assert browser.post(url("notice", receipt), {"seen": "1", "done": "destroyed"}).status_code == 302
    assert NoticeReceipt.objects.get().acknowledged_by == release.member


def test_the_liaison_officer_recalls_from_the_decision(scene, as_member):
    release = scene.opened()
    browser = as_member(scene.health_officer)
    page = browser.get(reverse("disclosures:recall_releases", args=[release.decision_id])).content.decode()
    assert html_problems(page) == [] and "Harri Housing, Aberwenlli Homes: Acknowledged, opened" in page
    form = {"reason": "wrong", "words": "The day was wrong. Destroy every copy."}
    answer = browser.post(reverse("disclosures:recall_releases", args=[release.decision_id]), form)
    assert (answer.status_code, Release.objects.get().state) == (302, "recalled")


@pytest.mark.parametrize("how", ["decided", "superseded", "emergency", "refused"])
def test_what_went_out_leads_to_its_correction_and_its_recall(scene, as_member, how):
    if how == "emergency":
        decision = scene.decision(scene.ask(urgency="emergency"))
        said = {"words": "He left the ward.", "overrides": ["harm"], "reason": "He goes to her flat now."}
        release_at_once(by=scene.world.health, decision=decision, seen=decision.version, **said)
    elif how == "refused":
        decision = scene.decided(scene.decision(scene.ask()), **REFUSAL)
    else:
        decision = scene.opened().decision
    if how == "superseded":
        renewed = scene.again(reopen(by=scene.health_officer, decision=decision))
        decide(by=scene.health_officer, decision=renewed, seen=renewed.version)
    page = as_member(scene.health_officer).get(reverse("disclosures:decision", args=[decision.pk])).content.decode()
    names = ("correct_releases", "recall_releases")
    links = [reverse(f"disclosures:{name}", args=[decision.pk]) in page for name in names]
    assert links == [how != "refused"] * 2 and html_problems(page) == []


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "show", "queries"), [("housing", "mine", 6), ("health_officer", "from", 5)])
def test_the_list_takes_the_same_queries(scene, as_member, rows, who, show, queries, django_assert_num_queries):
    for _row in range(rows):
        scene.opened()
    member = getattr(scene, who, None) or getattr(scene.world, who)
    browser = as_member(member)
    browser.get(url("releases") + f"?show={show}")
    with django_assert_num_queries(queries):
        page = browser.get(url("releases") + f"?show={show}").content.decode()
    assert page.count('data-label="Released"') == rows


@pytest.mark.parametrize("who", ["health_officer", "coordinator", "liaison_officer"])
def test_what_is_overdue_is_shown_to_both_sides_and_the_desk(scene, as_member, who):
    w = scene.world
    make_post(w.housing_agency, w.liaison_officer, "officer")
    release = scene.opened()
    Release.objects.update(destroy_on=timezone.localdate() - timezone.timedelta(days=1))
    member = getattr(scene, who, None) or getattr(w, who)
    page = as_member(member).get(url("releases") + "?show=overdue").content.decode()
    assert html_problems(page) == [] and release.number in page


# the register --------------------------------------------------------------------------------------------
def taken(browser) -> list[dict]:
    answer = browser.post(url("export_decisions"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_register_holds_codes_and_ids_and_no_narrative(scene, as_member):
    release = scene.opened()
    scene.decided(scene.decision(scene.ask()), **REFUSAL)
    shared, refused = taken(as_member(scene.health_officer))
    assert (shared["outcome"], shared["release"], shared["recipient"]) == (
        "share",
        release.number,
        str(release.member_id),
    )
    assert (refused["outcome"], refused["reason"], refused["release"]) == ("refuse", "not_necessary", "")
    text = " ".join([*shared.values(), *refused.values()])
    told = ("Mair", "Huw", "Harri", "Lleucu", WORDS, "moved in time", "does not depend")
    assert [words for words in told if words in text] == []
    event = Event.objects.get(name="disclosures.exported")
    assert (event.operation, event.detail) == ("export", {"decisions": 2, "lines": 2})
    assert len(event.things) == 2


@pytest.mark.parametrize(
    ("filters", "outcomes"),
    [({"outcome": "refuse"}, ["refuse"]), ({"state": "decided"}, ["share", "refuse"]), ({"state": "waiting"}, [])],
)
def test_the_file_beside_a_narrowed_register_holds_what_is_shown_and_decided(scene, as_member, filters, outcomes):
    scene.opened()
    scene.decided(scene.decision(scene.ask()), **REFUSAL)
    scene.ask()
    browser = as_member(scene.health_officer)
    page = browser.get(browser.post(url("register"), filters).url)
    assert page.context["filter"] in page.content.decode()
    answer = browser.post(url("export_decisions"), {"filter": page.context["filter"]})
    assert [row["outcome"] for row in csv.DictReader(io.StringIO(answer.content.decode()))] == outcomes


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_is_taken_by_the_same_queries(scene, rows, django_assert_num_queries):
    from disclosures.workflow.exporting import export_register

    for _row in range(rows):
        scene.opened()
    assert scene.health_officer.grants
    with django_assert_num_queries(8):
        assert len(export_register(by=scene.health_officer)) == rows + 1


def test_another_agencys_officer_takes_none_of_it(scene, as_member):
    scene.opened()
    assert taken(as_member(scene.police_officer)) == []


def test_what_begins_like_a_formula_is_none():
    from disclosures.workflow.exporting import safe

    assert [safe(text) for text in ("=1+1", "+44", "-1", "@x", "Homes")] == ["'=1+1", "'+44", "'-1", "'@x", "Homes"]


def test_the_home_page_says_what_is_owed(scene, as_member):
    from disclosures import owed_releases

    scene.release()
    release = scene.opened()
    verbs.report_use(by=release.member, release=release, seen=release.version, used="yes", words="")
    owed = {row.what: row.count for row in owed_releases.received(release.member) if row.count}
    assert owed == {"Release waiting for you": 1, "Release to destroy and confirm": 1}
    assert owed_releases.received(scene.world.auditor) == []


def test_the_open_words_ask_whether_they_are_still_to_be_read(scene, as_member):
    release = scene.accepted()
    client, now = as_member(release.member), reverse("disclosures:release_now", args=[release.pk])
    page = client.post(url("open_release", release)).content.decode()
    assert html_problems(page) == []
    mark = page.split('data-mark="')[1].split('"')[0]
    asks = {"headers": {"X-Confer-Poll": "1", "If-None-Match": f'"{mark}"'}}
    assert client.get(now, **asks).status_code == 204
    words = "It is about somebody else. Destroy every copy."
    recall.recall(by=scene.health_officer, decision=release.decision, reason="wrong_person", words=words)
    answer = client.get(now, **asks)
    assert (answer.status_code, answer.content) == (200, b"")
    assert as_member(scene.health_officer).get(now).status_code == 403
