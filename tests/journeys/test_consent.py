"""Consent, in four browsers: given in part and signed by both, relied on in a meeting, taken back while it sits.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import re
import time

from tests.journeys.courses import begins, enter
from tests.journeys.deciding import gives_to, rest_on, up_to_consent
from tests.journeys.forms import ahead, choose, date, fill, question, save, select

STAGE = ["consent"]
SAID = "She keeps her appointments, and takes her medicine."
IN_THE_ROOM = "She came on Monday and on Thursday."
CHAIRS_AGENCIES = "Aberwenlli Council, Wenlli Police"
WITHDRAWN = "Information withdrawn"


def onwards(member, heading: str) -> None:
    member.press("Save and go on")
    member.page.get_by_role("heading", name=heading, level=1).wait_for()


def answer(page, *yes: str) -> None:
    """Answer every question of the page: yes to those of the codes *yes*, and no to the others."""
    for box in page.locator("[name^='answer_'][value='no']").all():
        box.check()
    for code in yes:
        choose(page, **{f"answer_{code}": "yes"})


def sitting(member, stack):
    return member.go(f"/meetings/{stack.staged['meeting']}/live/")


def test_the_worker_asks_and_reads_the_form_aloud(visit, stack, story):
    health = visit("health")
    page = health.page
    health.go(f"/consent/cases/{stack.staged['case']}/")
    health.look("consent-none")
    health.go(f"/consent/cases/{stack.staged['case']}/new/")
    page.locator("[name=party]").first.check()
    choose(page, way="ask")
    health.look("consent-begin")
    health.press("Begin")
    page.wait_for_url(re.compile(r"/consent/[0-9a-f-]{36}/"))
    story["consent"] = re.search(r"/consent/[0-9a-f-]{36}/", page.url)[0]
    health.go(story["consent"] + "sections/person/")
    choose(page, able="yes", format="aloud", interpreter="no")
    fill(page, able_words="She says in her own words what happens with it.")
    onwards(health, "Agencies and information")
    page.get_by_role("group", name="Which agencies may give?").get_by_label("Wenlli Health").check()
    page.get_by_role("group", name="Which agencies may receive?").get_by_label("Aberwenlli Homes").check()
    answer(page, "attendance", "housing")
    health.look("consent-sharing")
    onwards(health, "Purposes")
    answer(page, "panel", "care")
    onwards(health, "Limits and rights")
    for name in ("limits", "without", "withdrawing", "rights"):
        page.locator(f"[name={name}_explained]").check()
    health.press("Save and go back to the record")
    page.wait_for_url(re.compile(story["consent"] + "$"))
    health.look("consent-ready")


def test_both_sign_and_it_is_recorded_as_given_in_part(visit, story):
    health = visit("health")
    page = health.page
    for whose, name in (("worker", "Hana Health"), ("person", "Mair O’Gwynedd")):
        health.go(f"{story['consent']}sign/{whose}/")
        choose(page, method="typed")
        fill(page, name=name, witness="Wyn Witness", place="At the surgery")
        if whose == "person":
            health.look("consent-sign")
        page.locator("main").get_by_role("button", name="Sign", exact=True).click()
        page.wait_for_url(re.compile(story["consent"] + "$"))
    health.press("Record the consent")
    health.see("Given in part")
    health.look("consent-given")


def test_it_is_printed_for_the_person(visit, story):
    health = visit("health")
    page = health.page
    health.press("Print")
    for _second in range(30):
        health.go(story["consent"])
        link = page.locator("a[href*='/consent/papers/']")
        if link.count():
            break
        time.sleep(1)
    printed = page.request.get(link.first.get_attribute("href"))
    assert (printed.status, printed.body()[:5]) == (200, b"%PDF-")


def test_the_writer_sees_whom_an_entry_on_consent_reaches(visit, stack):
    health = visit("health")
    page = health.page
    health.go(f"/listings/{stack.staged['listing']}/entries/write/")
    fill(page, text=SAID)
    select(page, "party", "Mair")
    select(page, "category", "Type of treatment")
    health.see("Aberwenlli Homes: Consent was not given for this: Type of treatment.")
    select(page, "category", "Whether appointments are kept")
    health.see("Wenlli Police: The agency that receives is not named in the consent.")
    page.get_by_text("Aberwenlli Homes: Consent").wait_for(state="detached")
    health.look("entry-on-consent")
    health.press("Save entry")
    assert "Saved" in page.locator("body").inner_text()


def test_in_the_meeting_whom_the_person_named_reads_it_and_nobody_else(visit, stack):
    housing, chair = visit("housing"), visit("chair")
    sitting(housing, stack).see(SAID)
    sitting(chair, stack)
    assert SAID not in chair.page.locator("#entries").inner_text()
    assert WITHDRAWN not in chair.page.locator("#entries").inner_text()


def test_what_is_said_in_the_room_reaches_whom_she_named_and_its_agency_reads_whom_it_does_not(visit, stack):
    health, housing, chair = visit("health"), visit("housing"), visit("chair")
    page = health.page
    sitting(health, stack)
    page.get_by_text("Add what Wenlli Health knows or proposes").click()
    form = page.locator("#say")
    form.locator("[name=text]").fill(IN_THE_ROOM)
    form.locator("[name=category]").select_option("attendance")
    health.look("say-on-consent")
    form.get_by_role("button", name="Share with the meeting").click()
    page.get_by_text(f"these do not read it: {CHAIRS_AGENCIES}.").first.wait_for()
    housing.page.get_by_text(IN_THE_ROOM).wait_for()
    assert page.locator("#say [name=category]").input_value() == "attendance"
    assert IN_THE_ROOM not in chair.page.locator("#entries").inner_text()


def test_she_takes_it_back_and_it_is_gone_from_open_screens_within_two_seconds(visit, stack, story):
    health, housing, chair = visit("health"), visit("housing"), visit("chair")
    assert int(housing.page.locator("#sitting").get_attribute("data-live-every")) <= 1_000
    page = health.page
    typed = housing.page.locator(
        "#say [name=text]"
    )  # what somebody is writing meanwhile neither holds it there nor is lost
    housing.page.get_by_text("Add what Aberwenlli Homes knows or proposes").click()
    typed.press_sequentially("The neighbour")
    health.go(story["consent"] + "record/withdraw/")
    choose(page, extent="whole", how="phone")
    health.look("consent-withdraw")
    health.press("Record it")
    page.wait_for_url(re.compile(story["consent"] + "$"))
    began, patience = time.monotonic(), housing.patience()
    housing.page.get_by_text(SAID).wait_for(state="detached", timeout=patience)
    chair.page.get_by_text(WITHDRAWN).wait_for(timeout=patience)
    story["took"] = time.monotonic() - began
    assert WITHDRAWN not in housing.page.locator("#entries").inner_text()
    assert typed.input_value() == "The neighbour"
    health.look("consent-withdrawn")
    housing.look("sitting-without-it")
    chair.look("sitting-information-withdrawn")


def test_housing_asks_for_it_and_the_liaison_officer_overrides(visit, stack, story):
    housing, officer = visit("housing"), visit("health_officer")
    page = housing.page
    housing.go(f"/disclosures/of-case/{stack.staged['case']}/")
    housing.press("Ask for information")
    page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}/write/"))
    page.locator("[name=people]").first.check()
    page.get_by_label("Wenlli Health").check()
    date(page, "from_on", ahead(-30))
    fill(page, wanted="Whether she keeps her appointments.", question="Did she come this week?")
    fill(page, purpose="Somebody has threatened her, and nobody at the house has seen her since Sunday.")
    housing.press("Ask")
    housing.see("Your request has been sent")
    story["request"], number = page.url, re.search(r"D-AB-\d{4}-\d{4}", page.locator("h1").inner_text())[0]
    page = officer.page
    officer.go("/disclosures/desk/")
    page.get_by_role("link", name=re.compile(number)).first.click()
    story["decision"] = page.url
    officer.press("Decide")
    answer_the_seven_questions(officer)
    officer.see("none in force covers it for: Aberwenlli Homes.")
    officer.look("override-summary")
    fill(page, code=stack.code("health_officer"))
    officer.press("Decide")
    officer.see("Consent overridden")
    officer.see("Consent as it stood")
    officer.look("override-decided")


def answer_the_seven_questions(officer) -> None:
    page = officer.page
    up_to_consent(officer, "Owed to the patient; it gives way to her safety.")
    choose(page, no_consent="withdrawn", told="after")
    fill(page, no_consent_words="She took it back on the telephone, and is in danger now.")
    save(officer)
    question(officer, "Is there enough public interest, and a lawful basis?")
    choose(page, overrides="harm", aims="safety")
    fill(page, public_interest="Somebody has threatened to kill her; she was last seen on Sunday.")
    fill(page, necessary="Nobody else knows.", less="The week alone is given.", balance="Her life weighs more.")
    rest_on(officer, "P01", "A6e", "A9g", "S1-18", "C2")
    piece = page.locator(".confer-piece").filter(has_text=SAID).first
    piece.locator("[name$='-share']").check()
    gives_to(officer, "Harri Housing", "Plans the move with her.")
    choose(page, method="system", destroy_event="purpose_met")
    page.locator("[name=conditions][value='purpose']").check()
    save(officer)
    question(officer, "The decision and its reasons")
    page.get_by_text("Advice, review").click()
    choose(page, outcome="part", reason_code="safeguard_adult")
    fill(page, reason="She cannot be found in time without it.")
    date(page, "review_on", ahead(14))
    save(officer)
    question(officer, "Check, and decide")


def test_its_record_says_so_on_one_page_and_housing_alone_reads_it(visit, stack, story):
    from tests.meetings.papers import pages

    officer, housing, chair = visit("health_officer"), visit("housing"), visit("chair")
    officer.follow("Record as PDF")
    officer.page.locator("main").get_by_role("button").first.click()
    for _second in range(60):
        link = officer.page.locator("main a[href$='/file/']")
        if link.count():
            break
        time.sleep(0.5)
        officer.page.reload()
    (printed,) = pages(officer.page.request.get(link.first.get_attribute("href")).body())
    told = "Consent overridden Withdrawn: She took it back on the telephone, and is in danger now."
    assert told in printed
    assert "For Aberwenlli Homes: Whether appointments are kept." in printed
    page = housing.page
    housing.go(story["request"])
    housing.see("Shared")
    housing.go("/disclosures/releases/")
    page.locator("main a[href*='/disclosures/releases/']").first.click()
    page.locator("[name=accepted]").check()
    housing.press("Accept and go on")
    housing.see("You accepted the conditions.")
    housing.press("Open")
    housing.see(SAID)
    sitting(housing, stack).see(SAID)
    sitting(chair, stack)
    assert SAID not in chair.page.locator("#entries").inner_text()


def test_withdrawn_between_agenda_and_meeting_it_is_heard_by_nobody(visit, stack):
    """What the agenda was frozen with is gone when the meeting opens: another meeting of the same day."""
    health, housing, chair = visit("health"), visit("housing"), visit("chair")
    meeting, said = f"/meetings/{stack.staged['waits']}/", "Seen at the surgery on Tuesday."
    for member in (health, housing, chair):
        enter(member, meeting)
    housing.go(f"/cases/{stack.staged['waiting_case']}/entries/").see(said)
    health.go(f"/consent/{stack.staged['consent']}/record/withdraw/")
    choose(health.page, extent="whole", how="phone")
    health.press("Record it")
    health.see("Withdrawn")
    housing.page.get_by_text(said).wait_for(state="detached", timeout=housing.patience())
    begins(chair, meeting, stack.staged["waiting"])
    chair.page.locator("#entries").get_by_text(WITHDRAWN).wait_for()
    chair.look("sitting-withdrawn-before")
    housing.go(meeting + "live/")
    housing.page.locator("#entries").wait_for()
    words = housing.page.locator("body").inner_text()
    assert (said in words, WITHDRAWN in words) == (False, False)
    health.go(meeting + "live/")
    health.see(said)
