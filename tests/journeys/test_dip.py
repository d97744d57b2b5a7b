"""A client of drug interventions: tested, assessed, treated with consent, heard by the panel, discharged.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import datetime
import re

from tests.journeys.asking import HEALTH, consents
from tests.journeys.courses import (
    agrees,
    approves,
    asks,
    begin_referral,
    begins,
    closes,
    enter,
    freezes,
    lawful_basis,
    lists,
    minutes_of,
    planned,
    press_step,
    printed,
    take,
)
from tests.journeys.courses import begin as form_of
from tests.journeys.forms import ahead, choose, date, fill, late_today, save, section, select

STAGE = ("dip",)
HOUSING = "Aberwenlli Homes"


def accept(member, referral: str) -> tuple[str, str]:
    """Accept the referral; the reference and address of its case."""
    page = member.page
    member.go(referral.replace("referrals", "screening") + "accept/")
    member.press("Accept")
    page.wait_for_url(lambda url: not url.endswith("accept/"))
    member.go("/cases/")
    link = page.locator("#main-content a[href^='/cases/']", has_text=re.compile(r"^AB-\d{4}-\d{4}")).first
    return link.inner_text(), link.get_attribute("href")


def supervise(member, address: str) -> None:
    """Open the tab of the case at the desk, which says why."""
    member.go(address + "management/")
    if member.page.get_by_role("button", name="Go on").count():
        choose(member.page, reason="supervision")
        member.press("Go on")


def told(page) -> None:
    """The person has been told, today, in the cell."""
    choose(page, told="yes")
    date(page, "told_on", datetime.date.today())
    fill(page, told_how="In the cell, by the officer")


def test_the_police_refer_a_client_and_the_desk_accepts(visit, story):
    police, coordinator = visit("police"), visit("coordinator")
    page = police.page
    referral = begin_referral(police, "Aberwenlli DIP")
    section(police, "The client")
    fill(page, given_name="Gethin", family_name="Llwynog", address="2 Lôn Fach", postcode="QZ4 7XX")
    date(page, "birth_date", datetime.date(1994, 5, 2))
    police.look("dip-client")
    save(police)
    section(police, "Why you refer")
    fill(page, summary="Arrested for theft from a shop; he asks for help.")
    save(police)
    section(police, "About you")
    fill(page, contact_name="Priya Police", contact_phone="01632 960001", contact_email="priya@wenlli-police.example")
    save(police)
    lawful_basis(police, "To get him into treatment.")
    police.go(referral + "submit/")
    police.press("Submit the referral")
    police.see("Waiting for screening")
    story["reference"], story["case"] = accept(coordinator, referral)
    supervise(coordinator, story["case"])
    coordinator.see("Nothing is running")
    coordinator.look("dip-desk")


def test_he_is_tested_told_and_assessed(visit, story):
    police = visit("police")
    page = police.page
    form_of(police, story, "Record a drug test")
    date(page, "tested_on", ahead(-1))
    fill(page, offence="Theft from a shop")
    choose(page, result="positive", told="no")
    press_step(police, "Record a drug test", stays=True)
    police.see("Say why the person has not been told.")
    police.look("dip-test-refused")
    told(page)
    press_step(police, "Record a drug test")
    form_of(police, story, "Require an assessment")
    select(page, "team", HEALTH)
    date(page, "assessment_on", ahead(3))
    told(page)
    press_step(police, "Require an assessment")
    police.look("dip-required")
    health = visit("health")
    take(health, story, "Attended and stayed", words="He stayed for the whole of it.")
    health.look("dip-attended")
    take(police, story, "The requirement is met")


def test_an_episode_begins_and_nobody_is_named_without_consent(visit, story):
    health = visit("health")
    page = health.page
    take(health, story, "Begin an episode of care", source="arrest")
    take(health, story, "The person was reached")
    form_of(health, story, "Let another agency see this")
    select(page, "agency", HOUSING)
    fill(page, words="They keep his flat.")
    press_step(health, "Let another agency see this", stays=True)
    health.see("Your agency has recorded no consent that covers this.")
    health.look("dip-not-named")


def test_he_consents_and_the_agency_that_he_names_sees_his_care_and_nothing_else(visit, story):
    health, case = visit("health"), story["case"]
    consents(health, case, "Gethin Llwynog", HOUSING)
    form_of(health, story, "Let another agency see this")
    select(health.page, "agency", HOUSING)
    fill(health.page, words="They keep his flat.")
    press_step(health, "Let another agency see this")
    health.look("dip-episode")
    housing = visit("housing")
    housing.go(case + "management/")
    housing.see("Continuity of care")
    housing.look("dip-named")
    assert "Test and required assessment" not in housing.page.locator("main").inner_text()


def test_the_care_plan_is_agreed(visit, story):
    health, case = visit("health"), story["case"]
    page = health.page
    take(health, story, "Assessed")
    health.go(case + "management/")
    health.follow("Fill in: Drug interventions record")
    fill(page, use="Heroin daily, alcohol at weekends.", treatment="Methadone", accommodation="A flat of his own")
    choose(page, source="arrest")
    health.look("dip-record")
    save(health)
    take(health, story, "Care plan agreed", words="Weekly sessions and a prescription.")
    housing = visit("housing")
    housing.go(case + "management/")
    housing.follow("Drug interventions record")
    housing.see("Methadone")
    housing.look("dip-record-read")


def test_the_agencies_research_and_what_rests_on_consent_flows_by_it(visit, stack, story):
    coordinator, health, police = (visit(who) for who in ("coordinator", "health", "police"))
    story["meeting"] = planned(coordinator, late_today(), "23:59", stack.staged["panel"])
    lists(coordinator, story["meeting"], story["reference"], health)
    coordinator.see(story["reference"] + " is listed.")
    coordinator.look("dip-agenda")
    asks(coordinator, story["meeting"])
    says(health, story, "He keeps his appointments.", category="attendance")
    health.see("Wenlli Police: The agency that receives is not named in the consent.")
    health.look("dip-research")
    health.press("Save entry")
    health.see("He keeps his appointments.")
    says(police, story, "No arrest since the test.")
    police.press("Save entry")
    police.see("No arrest since the test.")
    freezes(coordinator, story["meeting"], health)
    assert "Methadone" not in coordinator.page.content()


def says(member, story, text: str, **more) -> None:
    """Open the agency's return on the case, and type a fact that may be minuted."""
    member.go(story["meeting"] + "research/")
    member.follow("Say what is known")
    fill(member.page, text=text)
    choose(member.page, kind="information", nature="fact", reach="minute", **more)


def test_he_is_heard_and_each_reads_what_is_for_them(visit, story):
    chair, health, housing, police = (visit(who) for who in ("chair", "health", "housing", "police"))
    meeting = story["meeting"]
    for member in (chair, visit("coordinator"), health, housing, police):
        enter(member, meeting)
    begins(chair, meeting, story["reference"])
    for member in (housing, police, health):
        member.go(meeting + "live/")
        member.see("No arrest since the test.")
    chair.look("dip-heard")
    police.look("dip-heard")
    said = {member.who: member.page.locator("main").inner_text() for member in (chair, health, housing, police)}
    assert [who for who, words in said.items() if "He keeps his appointments." in words] == ["health", "housing"]
    assert [who for who, words in said.items() if "Methadone" in words or "In treatment" in words] == []
    streams = {}
    for who in ("coordinator", "police", "housing"):
        supervise(visit(who), story["case"])
        shown = visit(who).page.locator("main").inner_text()
        streams[who] = [each for each in ("Continuity of care", "Test and required assessment") if each in shown]
    assert streams == {
        "coordinator": [],
        "police": ["Test and required assessment"],
        "housing": ["Continuity of care"],
    }


def test_an_action_is_agreed_and_the_minutes_hold_for_each_what_they_may_read(visit, story):
    chair, housing, police = (visit(who) for who in ("chair", "housing", "police"))
    chair.go(story["meeting"] + "live/")
    agrees(chair, "Keep his flat while he is treated.", HOUSING)
    chair.page.locator("#actions .confer-action").first.wait_for()
    notes = {"summary": "He is in treatment and keeps away from the shop.", "risk_person": "He owes money."}
    closes(chair, story["meeting"], "Hana Health", **notes)
    approves(visit("coordinator"), chair, story["meeting"])
    visit("coordinator").go(story["meeting"] + "minutes/")
    visit("coordinator").look("dip-minutes")
    minutes = {member.who: minutes_of(member, story["meeting"]) for member in (housing, police)}
    both = (story["reference"], "Keep his flat while he is treated.", "No arrest since the test.")
    assert [(who, each) for who, words in minutes.items() for each in both if each not in words] == []
    assert [who for who, words in minutes.items() if "He keeps his appointments." in words] == ["housing"]


def test_treatment_is_reviewed_and_completed(visit, story):
    health, case = visit("health"), story["case"]
    form_of(health, story, "Treatment began")
    date(health.page, "discharge_on", ahead(90))
    press_step(health, "Treatment began")
    form_of(health, story, "Reviewed")
    date(health.page, "discharge_on", ahead(60))
    fill(health.page, words="He comes every week.")
    press_step(health, "Reviewed")
    take(health, story, "Treatment completed", words="Discharged drug free.")
    health.see("Discharged drug free.")
    health.look("dip-completed")
    housing = visit("housing")
    housing.go(case + "management/")
    assert "Continuity of care" not in housing.page.locator("main").inner_text()


def test_each_prints_what_it_saw(visit, story):
    case = story["case"]
    care = ("Continuity of care", "Methadone", "Discharged drug free.")
    law = ("Test and required assessment", "Theft from a shop", "In the cell, by the officer")
    for who, there, missing in (("health", (*care, *law), ()), ("police", law, care), ("coordinator", (), care + law)):
        words = printed(visit(who), case + "record.pdf")
        assert [each for each in (story["reference"], "Gethin Llwynog", *there) if each not in words] == [], who
        assert [each for each in missing if each in words] == [], who


def test_with_its_last_action_the_case_is_closed(visit, story):
    housing, coordinator = visit("housing"), visit("coordinator")
    housing.go("/actions/")
    housing.page.get_by_role("link", name=re.compile("action 1")).first.click()
    choose(housing.page, state="done")
    fill(housing.page, outcome="He keeps it.", evidence="His tenancy is renewed.")
    housing.press("Save the report")
    housing.see("Your report is saved")
    coordinator.go("/actions/?show=reported")
    coordinator.page.get_by_role("link", name=re.compile("action 1")).first.click()
    coordinator.press("Accept")
    coordinator.see("Saved")
    supervise(coordinator, story["case"])
    assert coordinator.page.get_by_role("heading", level=1).inner_text().endswith("Closed")
    coordinator.look("dip-closed")
