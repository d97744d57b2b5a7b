"""A treatment group: of one client, who refuses, it is told on the merits alone; of another, who agrees in writing.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import re

from tests.journeys.asking import HEALTH, consents, refuses
from tests.journeys.courses import (
    agrees,
    approves,
    asks,
    begins,
    closes,
    enter,
    freezes,
    lists,
    minutes_of,
    planned,
)
from tests.journeys.deciding import gives_to, rest_on, up_to_consent
from tests.journeys.forms import ahead, choose, date, fill, late_today, question, save, select

STAGE = ("dip",)
HOUSING = "Aberwenlli Homes"
NOT_YET = "Nobody else may be told of this case yet"
SHARED, ACTION = "That she comes, and on which days.", "Keep her flat while she is treated."
HIDDEN = re.compile("refus|merits", re.IGNORECASE)


def test_she_refuses_and_the_group_cannot_be_told(visit, stack, story):
    health, coordinator = visit("health"), visit("coordinator")
    story |= stack.staged["clients"]["Nest"]
    refuses(health, story["case"], "She does not want the police to know where she goes.")
    health.look("group-refused")
    story["meeting"] = planned(coordinator, late_today(), "23:59", stack.staged["group"])
    lists(coordinator, story["meeting"], story["reference"], health)
    coordinator.see(NOT_YET)
    coordinator.look("group-not-listed")


def test_her_provider_decides_on_the_merits_and_puts_it_before_its_liaison_officer(visit, story):
    health = visit("health")
    page = health.page
    health.go(story["case"] + "management/")
    health.follow("Fill in: Decision on the merits, without consent")
    choose(page, chance="yes", outcome="shared", told="no")
    fill(page, how="Who supplies her would go on.", what=SHARED, decided_by="Dr Rees")
    fill(page, told_why_not="It would put somebody at risk.")
    select(page, "with_whom", HOUSING)
    date(page, "review_on", ahead(90))
    health.look("group-merits")
    health.click(page.get_by_role("button", name="Save", exact=True))
    health.go(story["case"].replace("/cases/", "/disclosures/of-case/"))
    health.press("Put it before your liaison officer")
    health.see("It waits for your liaison officer.")
    health.look("group-merits-put")
    coordinator = visit("coordinator")
    lists(coordinator, story["meeting"], story["reference"], health)
    coordinator.see(NOT_YET)


def test_the_liaison_officer_confirms_it_with_a_fresh_code(visit, stack, story):
    officer = visit("health_officer")
    page = officer.page
    officer.go("/disclosures/desk/")
    officer.look("group-desk")
    officer.follow("D-TG-")
    officer.see("Nobody: decided on the merits, put before you by Hana Health")
    officer.look("group-decision")
    officer.press("Decide")
    answers(officer)
    fill(page, code=stack.code("health_officer"))
    officer.press("Decide")
    officer.see("Consent overridden")
    health = visit("health")
    health.go(story["case"].replace("/cases/", "/disclosures/of-case/"))
    health.see("Confirmed")
    health.look("group-merits-confirmed")


def answers(officer) -> None:
    """The seven questions; who is offered to receive it is of the agency that the form names, and nobody else."""
    page = officer.page
    up_to_consent(officer, "Owed to the patient; it gives way here.")
    assert page.locator("[name=no_consent]:checked").get_attribute("value") == "refused"
    choose(page, told="unsafe")
    fill(page, no_consent_words="She refuses.", told_words="It would put somebody at risk.")
    save(officer)
    question(officer, "Is there enough public interest, and a lawful basis?")
    choose(page, overrides="prevent", aims="safety")
    fill(page, public_interest="Who supplies her would go on.", necessary="Nobody else knows it.")
    fill(page, less="Her days alone are given.", balance="It weighs more.")
    rest_on(officer, "P01", "A6e", "A9g", "S1-18", "C2")
    assert page.locator("[name=piece-0-words]").input_value() == SHARED
    assert page.locator("main").get_by_role("group", name="Who receives it?").inner_text().split("\n")[1:] == [
        "Harri Housing, Officer"
    ]
    gives_to(officer, "Harri Housing", "Holds the tenancy.")
    choose(page, method="system", destroy_event="purpose_met")
    officer.look("group-release")
    save(officer)
    question(officer, "The decision and its reasons")
    page.get_by_text("Advice, review").click()
    choose(page, outcome="share", reason_code="prevent_crime")
    fill(page, reason="Who supplies her cannot be found without it.")
    date(page, "review_on", ahead(30))
    save(officer)
    question(officer, "Check, and decide")


def test_the_agency_that_the_decision_names_is_asked_and_hears_it_and_no_other(visit, story):
    coordinator, chair, health = visit("coordinator"), visit("chair"), visit("health")
    housing, police, meeting = visit("housing"), visit("police"), story["meeting"]
    lists(coordinator, meeting, story["reference"], health)
    coordinator.see(story["reference"] + " is listed.")
    assert not HIDDEN.search(coordinator.page.locator("main").inner_text())
    asks(coordinator, meeting)
    assert coordinator.page.locator("table tbody th").all_inner_texts() == [HOUSING, HEALTH]
    freezes(coordinator, meeting, health)
    for member in (chair, coordinator, health, housing, police):
        enter(member, meeting)
    begins(chair, meeting, story["reference"])
    housing.see("Nest Rhydderch")
    police.see("Another matter is being discussed")
    police.look("group-another-matter")
    for member in (chair, coordinator, housing, police):
        assert not HIDDEN.search(member.page.locator("main").inner_text()), member.who
    offered = chair.page.locator("form[action$='/actions/'] [name=new-agency] option").all_text_contents()
    said = {name for name in (HOUSING, "Wenlli Police") if any(name in each for each in offered)}
    assert said == {HOUSING}  # the police may not be told of this case
    agrees(chair, ACTION, HOUSING)
    chair.page.locator("#actions .confer-action").first.wait_for()
    closes(chair, meeting, "Hana Health", summary="She is in treatment; her flat is at risk.", risk_person="High.")


def test_afterwards_those_who_heard_it_have_its_minutes_and_nobody_else_finds_it(visit, story):
    coordinator, chair, meeting = visit("coordinator"), visit("chair"), story["meeting"]
    approves(coordinator, chair, meeting)
    housing, police = visit("housing"), visit("police")
    told = minutes_of(housing, meeting)
    assert [each for each in (story["reference"], "Nest Rhydderch", ACTION) if each not in told] == []
    assert not HIDDEN.search(told)
    police.go(meeting + "minutes/")
    shown = police.page.locator("main").inner_text()
    assert [each for each in (story["reference"], "Rhydderch", ACTION) if each in shown] == []
    assert police.page.goto(story["case"]).status == 404
    coordinator.go(story["case"].replace("/cases/", "/disclosures/of-case/"))
    coordinator.see("No requests")


def test_of_a_client_who_agrees_in_writing_those_are_told_whom_he_names(visit, stack):
    coordinator, health, twm = visit("coordinator"), visit("health"), stack.staged["clients"]["Twm"]
    meeting = planned(coordinator, ahead(9), "10:00", stack.staged["group"])
    consents(health, twm["case"], "Twm Rhydderch", HOUSING)
    health.go(twm["case"] + "management/")
    health.look("group-consent")
    lists(coordinator, meeting, twm["reference"], health)
    coordinator.see(twm["reference"] + " is listed.")
    coordinator.go(coordinator.page.locator("a[href^='/meetings/items/']").first.get_attribute("href"))
    coordinator.look("group-asked")
    asked = coordinator.page.locator("main form[action*='/ask/']").all_inner_texts()
    assert [each.split(" Ask")[0].strip() for each in asked] == [HOUSING, HEALTH]
