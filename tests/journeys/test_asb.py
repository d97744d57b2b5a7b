"""An ASB panel from referral to closed case, and a case review from application to its letter.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import datetime
import re

import pytest

from tests.journeys.courses import (
    accepts,
    begin,
    begin_referral,
    enter,
    lawful_basis,
    listed_today,
    opens,
    press_step,
    printed,
    reports_done,
    sees_closed,
    take,
)
from tests.journeys.forms import (
    about_you,
    add,
    ahead,
    choose,
    date,
    fill,
    save,
    section,
    select,
    tick_where_asked,
    write_note,
)

STAGE = ("asb",)
REPORTER = "Quirkenshaw"
MATRIX = {
    "frequency": "daily",
    "escalation": "worse",
    "severity": "threats",
    "hate": "no",
    "repeat_victim": "targeted",
    "vulnerability": "high",
    "effect": "severe",
    "support": "none",
}


@pytest.fixture(scope="module")
def story():
    """What one chapter learns and a later one needs."""
    return {}


def about_you_and_basis(member) -> None:
    about_you(member)
    lawful_basis(member, "To stop the harm.")


def accept(member, referral: str) -> tuple[str, str]:
    """Accept the referral; the reference and address of its case."""
    member.go(referral.replace("referrals", "screening") + "accept/")
    member.press("Accept")
    member.go("/cases/")
    link = member.page.locator("#main-content a[href^='/cases/']", has_text=re.compile(r"-\d{4}-\d{4}")).first
    return link.inner_text(), link.get_attribute("href")


def test_housing_refers_with_a_matrix_and_a_reporter_who_is_not_to_be_named(visit, story):
    housing = visit("referrer")
    page = housing.page
    story["referral"] = begin_referral(housing)
    housing.go(housing.referral + "submit/")
    housing.look("asb-everything-missing")
    section(housing, "The alleged perpetrator")
    fill(page, given_name="Gethin", family_name="Llwynog", address="2 Lôn Fach", postcode="QZ4 7XX")
    date(page, "birth_date", datetime.date(1994, 5, 2))
    save(housing)
    add(housing, "Victims", given_name="Mair", family_name="O’Gwynedd", safe_times="Weekday mornings")
    section(housing, "Who reported it")
    housing.look("asb-reporters-empty")
    add(housing, "Who reported it", given_name="Zebedeia", family_name=REPORTER, phone="01632 960777")
    section(housing, "What happens")
    fill(page, summary="Shouting and damage on the landing most nights; threats at the door.")
    date(page, "incident_on", ahead(-3))
    save(housing)
    section(housing, "Risk matrix")
    choose(page, **MATRIX)
    housing.look("asb-matrix")
    save(housing)
    section(housing, "What is known and was tried")
    fill(page, tried="Two visits and a letter.")
    choose(page, against_victim="no")
    save(housing)
    about_you_and_basis(housing)
    housing.go(housing.referral + "submit/")
    housing.press("Submit the referral")
    housing.see("Waiting for screening")
    housing.look("asb-submitted")


def test_the_coordinator_reads_the_advice_and_accepts(visit, story):
    coordinator = visit("coordinator")
    coordinator.go(story["referral"].replace("referrals", "screening"))
    coordinator.see("It advises; people decide.")
    coordinator.look("asb-screening")
    story["reference"], story["case"] = accept(coordinator, story["referral"])


def test_the_panel_has_it_on_its_agenda_without_the_reporter(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    meeting = story["meeting"] = listed_today(coordinator, visit("housing"), story["reference"])
    coordinator.go(meeting + "agenda/")
    coordinator.look("asb-agenda")
    assert REPORTER not in page.content()
    police = visit("police")
    for address in (story["case"], story["case"] + "history/", story["case"] + "referral/", meeting + "agenda/"):
        police.go(address)
        assert (REPORTER in police.page.content(), "Zebedeia" in police.page.content()) == (False, False), address
    police.go(story["case"])
    police.see("Reporter A")
    police.look("asb-people")


def test_the_response_goes_on_step_by_step_and_only_with_lawful_tools(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    take(coordinator, story, "Begin the response")
    coordinator.look("asb-response")
    for step in ("The risk is assessed", "Refer to the panel", "The panel takes it"):
        take(coordinator, story, step)
    begin(coordinator, story, "Formal steps")
    page.locator("main form button[type=submit]", has_text="Formal steps").first.click()
    coordinator.see("Record the decision on a formal tool first.")
    coordinator.look("asb-formal-refused")

    coordinator.go(story["case"] + "management/")
    coordinator.follow("Fill in: Decisions on tools")
    coordinator.look("asb-tools-asked")
    select(page, "agency", "Wenlli Police")
    coordinator.press("Show the tools")
    coordinator.see("There is a problem")
    choose(page, nation="wales")
    coordinator.press("Show the tools")
    coordinator.see("First comes: Community protection warning.")
    coordinator.see("Enacted, but no day is known from which it may be used.")
    coordinator.look("asb-tools")
    coordinator.follow("Decide on: Community protection warning")
    coordinator.press("Record the decision")
    coordinator.see("There is a problem")
    coordinator.look("asb-tool-refused")
    fill(page, grounds="Two visits changed nothing.")
    date(page, "expires_on", ahead(40))
    coordinator.press("Record the decision")
    coordinator.see("The decision is recorded.")
    coordinator.look("asb-tool")
    take(coordinator, story, "Informal steps")


def test_the_panel_hears_it_and_decides_on_a_formal_tool(visit, story):
    coordinator, chair, housing = visit("coordinator"), visit("chair"), visit("housing")
    page, live = coordinator.page, story["meeting"] + "live/"
    for member in (chair, coordinator, housing):
        enter(member, story["meeting"])
    chair.go(live)
    chair.press("Open the meeting")
    chair.page.get_by_role("link", name=re.compile(story["reference"])).first.click()
    chair.press("Begin this item")
    for member in (coordinator, housing):
        member.go(live)
        member.see("Gethin Llwynog")
    coordinator.look("asb-live")
    assert (REPORTER in page.content(), REPORTER in housing.page.content()) == (False, False)

    tab = page.get_by_role("main").get_by_role("link", name="Response").get_attribute("href")
    assert tab == story["case"] + "management/"
    coordinator.go(story["case"] + "forms/tool/")
    select(page, "agency", "Wenlli Police")
    choose(page, nation="wales")
    coordinator.press("Show the tools")
    coordinator.follow("Decide on: Community protection notice")
    fill(page, grounds="The warning was ignored within a week.")
    coordinator.press("Record the decision")
    coordinator.see("The decision is recorded.")
    take(coordinator, story, "Formal steps")

    coordinator.go(live)
    write_note(page, "summary", "Shouting on most nights; a notice is to be served.")
    write_note(page, "voice", "She wants to sleep.")
    write_note(page, "risk_victim", "High: threats at the door.")
    page.get_by_text("Add an action").first.click()
    page.locator("[name=new-text]").fill("Serve the community protection notice.")
    page.locator("[name=new-agency]").select_option(label="Wenlli Police")
    coordinator.press("Agree this action")
    page.locator("#actions .confer-action").first.wait_for()
    choose(page, **{"decision-decision": "actions"})
    coordinator.press("Save the decision")
    page.locator("#outcome .govuk-tag").wait_for()
    select(page, "telling-teller", "Harri Housing")
    date(page, "telling-tell_by", ahead(2))
    fill(page, **{"telling-tell_how": "On her mobile, in the morning."})
    coordinator.press("Save who tells the victim")
    page.locator("#telling p", has_text="On her mobile, in the morning.").first.wait_for()


def test_the_item_is_closed_and_the_minutes_are_approved(visit, story):
    coordinator, chair = visit("coordinator"), visit("chair")
    chair.go(story["meeting"] + "live/")
    chair.press("Close the item")
    chair.go(story["meeting"] + "live/")
    chair.press("Issue the actions")
    chair.go(story["meeting"] + "live/")
    chair.press("End the meeting")
    coordinator.go(story["meeting"] + "minutes/")
    coordinator.press("Draft the minutes")
    coordinator.see("Serve the community protection notice.")
    coordinator.look("asb-minutes")
    assert REPORTER not in coordinator.page.content()
    coordinator.press("Give the agencies their words to check")
    chair.go(story["meeting"] + "minutes/")
    tick_where_asked(chair, "[name=early]")
    chair.press("Approve the minutes")
    chair.see("Approved by")


def test_the_victim_is_kept_in_contact_by_one_agency(visit, story):
    coordinator = visit("coordinator")
    begin(coordinator, story, "Begin contact with a victim")
    coordinator.page.get_by_label("Mair O’Gwynedd").check()
    select(coordinator.page, "lead", "Aberwenlli Homes")
    press_step(coordinator, "Begin contact with a victim")

    housing = visit("housing")
    page = housing.page
    housing.go(story["case"] + "management/")
    assert "Formal steps" not in page.content()
    housing.look("asb-victim-alone")
    housing.follow("First contact made")
    date(page, "next_on", ahead(7))
    page.locator("main form button[type=submit]", has_text="First contact made").first.click()
    housing.see("Write the contact plan first.")
    housing.go(story["case"] + "management/")
    housing.follow("Fill in: Contact plan")
    fill(page, caller="Harri Housing", safe_ways="Weekday mornings, on her mobile.", unsafe="No letters.")
    choose(page, often="weekly")
    date(page, "next_on", ahead(7))
    housing.look("asb-contact-plan")
    save(housing)
    begin(housing, story, "First contact made")
    date(page, "next_on", ahead(7))
    press_step(housing, "First contact made")
    take(housing, story, "End contact", reason="safe")


def test_the_case_is_closed_with_its_record(visit, story):
    coordinator = visit("coordinator")
    take(coordinator, story, "Close the response", words="Quiet for a month.", reason="stopped")
    coordinator.go(story["case"] + "management/")
    coordinator.look("asb-closed")
    coordinator.follow("Close the case")
    coordinator.see("Actions are still open.")
    coordinator.look("asb-not-yet-closed")
    reports_done(visit("police"), story["reference"], "Served on Tuesday.")
    accepts(coordinator, story["reference"])
    sees_closed(coordinator, story)
    coordinator.look("asb-case-closed")
    words = printed(coordinator, story["case"] + "record.pdf")
    there = (story["reference"], "Closed", "Gethin Llwynog", "Reporter A", "Community protection notice")
    there += ("Quiet for a month.", "Done")
    assert [each for each in there if each not in words] == []
    assert [each for each in (REPORTER, "Zebedeia", "No letters.") if each in words] == []


def test_an_application_for_a_case_review_is_taken(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    referral = begin_referral(coordinator, "Aberwenlli case reviews")
    section(coordinator, "The applicant")
    fill(page, given_name="Nest", family_name="Rhydderch", address="9 Lôn Fawr", postcode="QZ4 7XX")
    save(coordinator)
    add(coordinator, "Who is complained of", given_name="Gethin", family_name="Llwynog")
    section(coordinator, "What happened, and what was done")
    fill(page, summary="She complained three times about the noise; nobody came.")
    save(coordinator)
    section(coordinator, "The application")
    choose(page, agrees="yes")
    fill(page, wants="That somebody listens at night.")
    coordinator.look("review-application")
    save(coordinator)
    about_you_and_basis(coordinator)
    coordinator.go(referral + "submit/")
    coordinator.press("Submit the referral")
    coordinator.see("Waiting for screening")
    accept(coordinator, referral)
    coordinator.go("/cases/")
    link = page.get_by_role("link", name=re.compile("CR-")).first
    story["case"] = link.get_attribute("href")
    coordinator.go(story["case"])
    coordinator.see("Nest Rhydderch")


def complaint(member, story, days: int) -> None:
    member.go(story["case"] + "forms/complaint/")
    for name in ("happened_on", "complained_on"):
        date(member.page, name, ahead(-days))
    select(member.page, "agency", "Aberwenlli Homes")
    fill(member.page, what="Shouting on the landing.")
    save(member)


def test_the_threshold_is_counted_and_the_chair_is_independent(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    for step in ("Register the application", "Acknowledge", "Check the threshold"):
        take(coordinator, story, step)
    begin(coordinator, story, "The threshold is met")
    page.locator("main form button[type=submit]").last.click()
    coordinator.see("0 of 3 complaints count.")
    coordinator.look("review-threshold-refused")
    for days in (3, 30, 60):
        complaint(coordinator, story, days)
    take(coordinator, story, "The threshold is met")
    take(coordinator, story, "Ask agencies what they know")
    begin(coordinator, story, "Hold the review meeting")
    fill(page, chair="Nia Independent")
    select(page, "chair_agency", "Aberwenlli Homes")
    choose(page, voice="attends")
    page.locator("main form button[type=submit]").last.click()
    coordinator.see("The chair’s agency dealt with a complaint")
    coordinator.look("review-chair-refused")
    select(page, "chair_agency", "Wenlli Health")
    press_step(coordinator, "Hold the review meeting")


def test_a_recommendation_is_answered_by_the_agency(visit, story):
    coordinator = visit("coordinator")
    begin(coordinator, story, "Make a recommendation")
    select(coordinator.page, "agency", "Aberwenlli Homes")
    fill(coordinator.page, what="Listen on two nights.")
    press_step(coordinator, "Make a recommendation")
    take(coordinator, story, "Recommendations are made")
    take(coordinator, story, "Ask the agencies for their answers")
    housing = visit("housing")
    housing.go("/")
    housing.see("Recommendation to answer")
    housing.look("review-home")
    housing.go(story["case"] + "management/")
    assert "Register the application" not in housing.page.content()
    housing.follow("Accept")
    date(housing.page, "by_on", ahead(20))
    press_step(housing, "Accept")


def test_the_applicant_is_told_and_the_year_is_counted(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    coordinator.go(story["case"] + "forms/letter/")
    fill(page, findings="Mr Llwynog was heard.", ahead="We will listen at night.", route="Ask the commissioner.")
    page.get_by_role("button", name="Save").last.click()
    coordinator.see("The letter names somebody else on this case.")
    coordinator.look("review-letter-refused")
    fill(page, findings="The noise was heard.")
    save(coordinator)
    coordinator.look("review-letter")
    address = page.get_by_role("link", name="Print it (PDF)").get_attribute("href")
    words = printed(coordinator, address)
    assert [each for each in ("Nest Rhydderch", "We will listen at night.") if each not in words] == []
    assert "Llwynog" not in words
    take(coordinator, story, "The applicant has been told")
    take(coordinator, story, "Close the review")
    coordinator.go(story["case"] + "management/")
    coordinator.look("review-closed")
    coordinator.follow("Close the case")
    coordinator.see("A course of management is still running.")
    take(visit("housing"), story, "It is done", words="Somebody listened on two nights.")
    opens(coordinator, story)
    coordinator.follow("Close the case")
    coordinator.look("review-close-the-case")
    coordinator.press("Close the case")
    coordinator.see("The case is closed. A new incident opens it again.")
    sees_closed(coordinator, story)
    record = printed(coordinator, story["case"] + "record.pdf")
    assert [
        each for each in ("Closed", "Nest Rhydderch", "Somebody listened on two nights.") if each not in record
    ] == []
    coordinator.go("/reviews/counts/")
    coordinator.see("fewer than 5")
    coordinator.look("review-counts")
