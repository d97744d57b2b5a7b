"""A PPO / IOM panel from nomination to closed case: adopted, coloured, in custody, released, reset, de-selected.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import datetime
import re

import pytest

from tests.journeys.courses import (
    accepts,
    begin,
    begin_referral,
    closes,
    enter,
    lawful_basis,
    listed_today,
    press_step,
    printed,
    reports_done,
    sees_closed,
    take,
)
from tests.journeys.forms import about_you, ahead, choose, date, fill, save, section, select

STAGE = ("ppo",)


@pytest.fixture(scope="module")
def story():
    """What one chapter learns and a later one needs."""
    return {}


def test_housing_nominates_and_a_positive_test_alone_does_not_do(visit, story):
    housing = visit("referrer")
    page = housing.page
    begin_referral(housing)
    section(housing, "The offender")
    fill(page, given_name="Gethin", family_name="Llwynog", address="2 Lôn Fach", postcode="QZ4 7XX")
    date(page, "birth_date", datetime.date(1994, 5, 2))
    housing.look("ppo-offender")
    save(housing)
    section(housing, "Why you nominate")
    fill(page, summary="Nine burglaries since the spring; he should keep his flat and his job.")
    save(housing)
    section(housing, "Grounds and history")
    choose(page, grounds="positive_test")
    fill(page, offences="Burglary of dwellings, since 2015.")
    housing.look("ppo-grounds")
    save(housing)
    section(housing, "Risk score (advice)")
    fill(page, score="78", model="OGRS", model_version="4")
    date(page, "scored_on", ahead(-9))
    save(housing)
    about_you(housing)
    lawful_basis(housing, "To prevent burglaries.")
    housing.go(housing.referral + "submit/")
    housing.see("A positive drug test alone is no ground.")
    housing.look("ppo-test-alone")
    section(housing, "Grounds and history")
    choose(page, grounds="offence")
    save(housing)
    housing.go(housing.referral + "submit/")
    housing.press("Submit the referral")
    housing.see("Waiting for screening")
    story["referral"] = housing.referral


def test_the_desk_accepts_and_checks_with_a_profile(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    coordinator.go(story["referral"].replace("referrals", "screening"))
    coordinator.see("points to Fixed. The panel decides.")
    coordinator.look("ppo-screening")
    coordinator.follow("Accept")
    coordinator.press("Accept")
    coordinator.go("/cases/")
    link = page.locator("#main-content a[href^='/cases/']", has_text=re.compile(r"-\d{4}-\d{4}")).first
    story["reference"], story["case"] = link.inner_text(), link.get_attribute("href")
    take(coordinator, story, "Begin with the nomination")
    take(coordinator, story, "Begin the checks")
    begin(coordinator, story, "Put before the panel")
    press_step(coordinator, "Put before the panel", stays=True)
    coordinator.see("Fill in the offender profile first.")
    coordinator.look("ppo-no-profile")
    coordinator.go(story["case"] + "forms/profile/")
    fill(page, offences="Burglary of dwellings.", housing="A flat of the council.", substances="Heroin, since 2016.")
    coordinator.look("ppo-profile")
    save(coordinator)
    take(coordinator, story, "Put before the panel")


def test_the_panel_hears_it(visit, story):
    coordinator, chair = visit("coordinator"), visit("chair")
    meeting = story["meeting"] = listed_today(coordinator, visit("housing"), story["reference"])
    for member in (chair, coordinator):
        enter(member, meeting)
    chair.go(meeting + "live/")
    chair.press("Open the meeting")
    chair.page.get_by_role("link", name=re.compile(story["reference"])).first.click()
    chair.press("Begin this item")
    chair.see("Risk: the community")
    chair.look("ppo-live")


def test_the_panel_adopts_and_the_plan_begins(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    begin(coordinator, story, "Adopt")
    choose(page, cohort="fixed", standing="statutory", grounds="offence", rag="amber")
    select(page, "lead", "Wenlli Probation")
    fill(page, lead_officer="Olwen Ward")
    coordinator.look("ppo-adopt")
    press_step(coordinator, "Adopt")
    coordinator.see("The offender plan is to be written.")
    coordinator.look("ppo-adopted")
    for pathway, text, owner in (
        ("accommodation", "Keep the flat.", "Aberwenlli Homes"),
        ("substances", "See the treatment team on Tuesdays.", "Wenlli Health"),
    ):
        coordinator.go(story["case"] + "plan/add/")
        choose(page, pathway=pathway)
        fill(page, text=text)
        select(page, "agency", owner)
        date(page, "due_on", ahead(14))
        coordinator.press("Add the step")
        coordinator.see("The step is in the plan")
    coordinator.look("ppo-plan")
    coordinator.follow("Change action 1")
    fill(page, text="Keep the flat, and the job.")
    coordinator.look("ppo-plan-step")
    coordinator.press("Save the step")
    coordinator.see("Keep the flat, and the job.")
    take(coordinator, story, "The plan is agreed")
    housing = visit("housing")
    housing.go("/actions/")
    housing.see(story["reference"])


def test_the_meeting_ends(visit, story):
    said = {"summary": "Nine burglaries; he wants to keep his job.", "risk_community": "High, at night."}
    closes(visit("chair"), story["meeting"], "Harri Housing", no_actions="All of it is in the plan.", **said)


def test_statuses_change_with_reasons_and_never_on_a_test_alone(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    begin(coordinator, story, "To proactive targeting")
    choose(page, grounds="positive_test", reason="tasking")
    fill(page, words="Tested positive on Monday.")
    press_step(coordinator, "To proactive targeting", stays=True)
    coordinator.see("A positive drug test alone is no ground.")
    coordinator.look("ppo-targeting-refused")
    assert page.locator("[name=words]").first.input_value() == "Tested positive on Monday."
    take(coordinator, story, "To red", grounds="offence", reason="offending", words="Arrested on Sunday.")
    take(coordinator, story, "To green", reason="engaging", words="Came to every appointment.")
    coordinator.look("ppo-managed")
    coordinator.go("/cohort/")
    coordinator.see("Gethin Llwynog")
    coordinator.look("ppo-cohort")


def test_custody_stands_in_the_calendar_until_the_release(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    begin(coordinator, story, "Into custody")
    date(page, "release_on", ahead(30))
    fill(page, prison="HMP Ddychmygol", release_address="2 Lôn Fach")
    choose(page, reason="remanded")
    press_step(coordinator, "Into custody")
    coordinator.look("ppo-custody")
    coordinator.go("/cohort/releases/")
    coordinator.see("HMP Ddychmygol")
    coordinator.look("ppo-releases")


LIST = "Name,Sex,DOB,Length of sentence,Offence,Address after release,Easting,Northing,Release date"
SUPPLIED = {"agency_name": "HMP Ddychmygol", "supplier": "Olwen Officer", "contact": "01632 960 001"}


def list_of(*lines: str) -> dict:
    """A file as the browser sends it; its name says whom it is about, and is used nowhere."""
    return {"name": "Llwynog.csv", "mimeType": "text/csv", "buffer": "\n".join([LIST, *lines]).encode()}


def released(name: str, born: str, on: datetime.date) -> str:
    return f"{name},M,{born},4 years,Burglary,9 Heol Newydd,312000,176000,{on.isoformat()}"


def test_a_list_of_releases_is_refused_until_it_is_whole_and_brings_the_new_date(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    coordinator.go("/lists/")
    coordinator.look("ppo-lists-empty")
    coordinator.follow("Bring in a list")
    coordinator.look("ppo-list")
    choose(page, kind="prison", transfer="secure_mail", information_class="sensitive", marking="sensitive")
    fill(page, **SUPPLIED)
    date(page, "supplied_on", ahead(0))
    page.locator("[name=file]").set_input_files(
        {"name": "Llwynog.csv", "mimeType": "text/csv", "buffer": b"Name,Sex\nGethin Llwynog,M"}
    )
    coordinator.press("Read the file")
    coordinator.see("Missing: “Date of birth”, “Release date”.")
    coordinator.look("ppo-list-refused")
    assert page.locator("[name=supplier]").input_value() == "Olwen Officer"
    out = ahead(40)
    lines = released("Gethin Llwynog", "1994-05-02", out), released("Mair Rhys", "1990-03-07", out), "nonsense"
    page.locator("[name=file]").set_input_files(list_of(*lines))
    coordinator.press("Read the file")
    fill(page, dataset="Releases of the month")
    coordinator.look("ppo-list-described")
    coordinator.press("Save, and compare the rows")
    coordinator.see("Line 2 Gethin Llwynog")
    coordinator.look("ppo-list-rows")
    coordinator.press("Import: all that is chosen, or nothing")
    coordinator.see("2 rows are not decided yet.")
    choose(page, **{"line-2": f"update:{story['case'].split('/')[2]}", "line-3": "nominate"})
    coordinator.press("Save what is decided on this page")
    coordinator.press("Import: all that is chosen, or nothing")
    coordinator.see("1 nomination was begun")
    coordinator.see("The rows of the list were destroyed.")
    coordinator.look("ppo-list-imported")
    assert "Mair Rhys" not in page.content()
    coordinator.go("/cohort/releases/")
    coordinator.see(f"{out.day} {out:%B %Y}")
    coordinator.see("9 Heol Newydd")


def test_the_release_is_recorded(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    begin(coordinator, story, "Released")
    press_step(coordinator, "Released", stays=True)
    coordinator.see("Choose the RAG status with which the person leaves custody.")
    choose(page, rag="amber")
    press_step(coordinator, "Released")
    coordinator.go("/cohort/releases/")
    coordinator.see("No releases")
    coordinator.look("ppo-no-releases")


def test_the_plan_is_printed(visit, story):
    coordinator = visit("coordinator")
    text = printed(coordinator, story["case"] + "plan.pdf")
    there = (
        "Offender plan",
        story["reference"],
        "Gethin Llwynog",
        "Olwen Ward",
        "Keep the flat, and the job.",
        "Amber",
        "Fixed",
    )
    assert [each for each in there if each not in text] == []


def test_reset_review_and_the_end(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    begin(coordinator, story, "Reset")
    date(page, "until", ahead(90))
    press_step(coordinator, "Reset")
    coordinator.look("ppo-reset")
    take(coordinator, story, "Begin a de-selection review")
    take(coordinator, story, "De-select", reason="reduced_risk", words="Nothing since the spring.")
    coordinator.look("ppo-deselected")
    begin(coordinator, story, "Monitor for some weeks")
    fill(page, weeks="6")
    press_step(coordinator, "Monitor for some weeks")
    take(coordinator, story, "Close the management", words="All is quiet.")
    coordinator.see("All is quiet.")
    coordinator.look("ppo-closed")
    coordinator.go("/cohort/")
    coordinator.see("Nobody to show")


def test_the_case_closes_with_the_last_step_of_its_plan(visit, story):
    coordinator, housing = visit("coordinator"), visit("housing")
    page = coordinator.page
    coordinator.go(story["case"])
    coordinator.follow("Close the case")
    coordinator.see("Actions are still open.")
    coordinator.look("ppo-not-yet-closed")
    coordinator.follow("Actions are still open.")
    coordinator.follow("Action 2")
    page.get_by_text("Replace this action").click()
    coordinator.press("Replace the action")
    coordinator.see("There is a problem")
    coordinator.look("ppo-replace-refused")
    fill(page, words="The treatment team has discharged him.")
    coordinator.press("Replace the action")
    coordinator.see("The action is replaced.")
    coordinator.look("ppo-replaced")
    reports_done(housing, story["reference"], "He has kept it.")
    accepts(coordinator, story["reference"])
    sees_closed(coordinator, story)
    coordinator.look("ppo-case-closed")
    for tab, words in (("referral", "The whole referral"), ("history", "Place on an agenda recorded")):
        coordinator.go(f"{story['case']}{tab}/")
        coordinator.see(words)
        coordinator.look(f"ppo-{tab}")
    text = printed(coordinator, story["case"] + "plan.pdf")
    assert [each for each in (story["reference"], "Superseded", "He has kept it.") if each not in text] == []


def test_the_administrator_sets_the_words_of_the_statuses(visit, story):
    administrator = visit("administrator")
    page = administrator.page
    administrator.go(f"/panels/{administrator.stack.staged['panel']}/scheme/")
    administrator.look("ppo-settings")
    page.locator("[name=rag-red-clock]").fill("0")
    save(administrator)
    administrator.see("There is a problem")
    administrator.look("ppo-settings-refused")
    page.locator("[name=rag-red-clock]").fill("3")
    save(administrator)
    administrator.see("Saved.")
