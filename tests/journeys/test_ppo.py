"""A PPO / IOM panel from nomination to closed case: adopted, coloured, in custody, released, reset, de-selected.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import datetime
import re
import subprocess

import pytest

STAGE = ("ppo",)


@pytest.fixture(scope="module")
def story():
    """What one chapter learns and a later one needs."""
    return {}


def fill(page, **typed) -> None:
    """Type into the fields of the page by their names."""
    for name, value in typed.items():
        page.locator(f"[name='{name}']").first.fill(value)


def choose(page, **chosen) -> None:
    """Tick the radio or checkbox of a name and value, or select it where it stands in a list."""
    for name, value in chosen.items():
        answers = page.locator(f"select[name='{name}']")
        if answers.count():
            answers.first.select_option(value=value)
        else:
            page.locator(f"[name='{name}'][value='{value}']").first.check()


def select(page, name: str, words: str) -> None:
    """Select the first answer of a list that holds *words*."""
    answers = page.locator(f"select[name='{name}']").first
    answers.select_option(value=answers.locator("option", has_text=words).first.get_attribute("value"))


def date(page, name: str, day: datetime.date) -> None:
    fill(page, **{f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)})


def ahead(days: int) -> datetime.date:
    return datetime.date.today() + datetime.timedelta(days=days)


def save(member) -> None:
    """Press the button of the form and wait for what follows."""
    member.page.get_by_role("button", name=re.compile("^Save")).first.click()
    member.page.wait_for_load_state("networkidle")


def section(member, title: str) -> None:
    """Open a section of the nomination from its list."""
    member.go(member.referral)
    member.follow(title)


def begin(member, story, step: str) -> None:
    """Open the form of a step from the tab of the case."""
    member.go(story["case"] + "management/")
    member.page.get_by_role("main").get_by_role("link", name=step, exact=True).first.click()
    member.page.get_by_role("heading", level=1, name=step).wait_for()


def press(member, step: str, *, stays: bool = False) -> None:
    """Press the step's button; the tab is shown again, unless the step is refused (*stays*)."""
    member.page.locator("main form button[type=submit]", has_text=step).first.click()
    member.page.wait_for_load_state("networkidle") if stays else member.page.wait_for_url(re.compile("/management/$"))


def take(member, story, step: str, *, words: str = "", **fields) -> None:
    """Take one step whole: *fields* are radios and boxes, *words* its words."""
    begin(member, story, step)
    choose(member.page, **fields)
    if words:
        fill(member.page, words=words)
    press(member, step)


def test_housing_nominates_and_a_positive_test_alone_does_not_do(visit, story):
    housing = visit("referrer")
    page = housing.page
    housing.go("/referrals/start/")
    housing.press("Start")
    page.wait_for_url(re.compile(r"/referrals/[0-9a-f-]{36}/"))
    housing.referral = re.search(r"/referrals/[0-9a-f-]{36}/", page.url)[0]
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
    section(housing, "About you")
    fill(page, contact_name="Rhys O’Referrer", contact_phone="01632 960001")
    fill(page, contact_email="rhys@aberwenlli-homes.example")
    save(housing)
    section(housing, "Lawful basis")
    page.locator("[name=lawful_basis]").first.check()
    fill(page, lawful_basis_words="To prevent burglaries.")
    save(housing)
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
    page.wait_for_load_state("networkidle")
    coordinator.go("/cases/")
    link = page.locator("#main-content a[href^='/cases/']", has_text=re.compile(r"-\d{4}-\d{4}")).first
    story["reference"], story["case"] = link.inner_text(), link.get_attribute("href")
    coordinator.go(story["case"] + "management/")  # nothing on the list leads to it yet: the reason is asked once
    choose(page, reason="referral")
    page.locator("#reason button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    take(coordinator, story, "Begin with the nomination")
    take(coordinator, story, "Begin the checks")
    begin(coordinator, story, "Put before the panel")
    press(coordinator, "Put before the panel", stays=True)
    coordinator.see("Fill in the offender profile first.")
    coordinator.look("ppo-no-profile")
    coordinator.go(story["case"] + "forms/profile/")
    fill(page, offences="Burglary of dwellings.", housing="A flat of the council.", substances="Heroin, since 2016.")
    coordinator.look("ppo-profile")
    save(coordinator)
    take(coordinator, story, "Put before the panel")


def test_the_panel_hears_it(visit, story):
    coordinator, chair = visit("coordinator"), visit("chair")
    page = coordinator.page
    coordinator.go("/meetings/")
    coordinator.follow("Plan a meeting")
    date(page, "day", datetime.date.today())
    fill(page, time="23:59")
    coordinator.press("Plan and tell those who attend")
    page.wait_for_url(re.compile(r"/meetings/[0-9a-f-]{36}/"))
    meeting = re.search(r"/meetings/[0-9a-f-]{36}/", page.url)[0]
    coordinator.go(meeting)
    coordinator.press("Open the agenda")
    coordinator.go(meeting + "agenda/")
    coordinator.follow("List " + story["reference"])
    choose(page, type="full")
    select(page, "presenter", "Harri Housing")
    coordinator.press("List the case")
    coordinator.go(meeting + "research/board/")
    coordinator.press("Send the research requests")
    housing = visit("housing")
    housing.go(meeting + "agenda/")
    housing.press("I present this case")
    coordinator.go(meeting + "agenda/freeze/")
    if page.locator("#despite").count():
        page.locator("#despite").check()
    coordinator.press("Freeze and issue")
    page.wait_for_load_state("networkidle")
    for member in (chair, coordinator):
        member.go(meeting + "live/")
        choose(member.page, mode="room")
        member.page.locator("[name=agree]").check()
        member.press("Sign and enter")
        member.page.wait_for_load_state("networkidle")
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
    press(coordinator, "Adopt")
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
    take(coordinator, story, "The plan is agreed")
    housing = visit("housing")
    housing.go("/actions/")
    housing.see(story["reference"])


def test_statuses_change_with_reasons_and_never_on_a_test_alone(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    begin(coordinator, story, "To proactive targeting")
    choose(page, grounds="positive_test", reason="tasking")
    fill(page, words="Tested positive on Monday.")
    press(coordinator, "To proactive targeting", stays=True)
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
    press(coordinator, "Into custody")
    coordinator.look("ppo-custody")
    coordinator.go("/cohort/releases/")
    coordinator.see("HMP Ddychmygol")
    coordinator.look("ppo-releases")
    begin(coordinator, story, "Released")
    press(coordinator, "Released", stays=True)
    coordinator.see("Choose the RAG status with which the person leaves custody.")
    choose(page, rag="amber")
    press(coordinator, "Released")
    coordinator.go("/cohort/releases/")
    coordinator.see("No releases")
    coordinator.look("ppo-no-releases")


def test_the_plan_is_printed(visit, story):
    coordinator = visit("coordinator")
    answer = coordinator.page.request.get(story["case"] + "plan.pdf")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    done = subprocess.run(["pdftotext", "-", "-"], input=answer.body(), capture_output=True, check=True)
    text = " ".join(done.stdout.decode().split())
    there = ("Offender plan", story["reference"], "Gethin Llwynog", "Olwen Ward", "Keep the flat.", "Amber", "Fixed")
    assert [each for each in there if each not in text] == []


def test_reset_review_and_the_end(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    begin(coordinator, story, "Reset")
    date(page, "until", ahead(90))
    press(coordinator, "Reset")
    coordinator.look("ppo-reset")
    take(coordinator, story, "Begin a de-selection review")
    take(coordinator, story, "De-select", reason="reduced_risk", words="Nothing since the spring.")
    coordinator.look("ppo-deselected")
    begin(coordinator, story, "Monitor for some weeks")
    fill(page, weeks="6")
    press(coordinator, "Monitor for some weeks")
    take(coordinator, story, "Close the management", words="All is quiet.")
    coordinator.see("All is quiet.")
    coordinator.look("ppo-closed")
    coordinator.go("/cohort/")
    coordinator.see("Nobody to show")


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
