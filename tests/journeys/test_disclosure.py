"""A disclosure outside a meeting, by three members in their browsers: asked, decided, opened, destroyed, accounted for.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import csv
import datetime
import re
import time

import pytest

from tests.journeys.deciding import gives_to
from tests.journeys.forms import choose, date, fill, question

STAGE = ["disclosure"]
HELD = "He is discharged on Friday to the flat at Lôn Ddychmygol, and was treated for his heart."
RELEASED = "He is discharged on Friday to the flat at Lôn Ddychmygol."
KEPT_BACK = "heart"


def save(member) -> None:
    member.press("Save and continue")


def test_a_housing_officer_asks_health(visit, stack, story):
    housing = visit("housing")
    page = housing.page
    housing.go(f"/disclosures/of-case/{stack.staged['case']}/")
    housing.press("Ask for information")
    page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}/write/"))
    housing.look("request-empty")
    fill(page, wanted="Everything you hold about him.", purpose="Safeguarding.", question="Anything?")
    housing.press("Ask")
    housing.see("Name what you need")
    housing.look("request-refused")
    for box in page.locator("[name=people]").all():
        box.check()
    page.get_by_label("Wenlli Health").check()
    today = datetime.date.today()
    begins = today - datetime.timedelta(days=30)
    date(page, "from_on", begins)
    fill(
        page,
        wanted="The day of his discharge and where he goes.",
        purpose="To decide whether Mair is moved to another flat before Huw leaves hospital next week.",
        question="On which day does he leave the ward, and where to?",
    )
    housing.press("Ask")
    housing.see("Your request has been sent")
    housing.look("request-sent")
    story["request"] = page.url
    story["number"] = re.search(r"D-AB-\d{4}-\d{4}", page.locator("h1").inner_text())[0]


def test_the_liaison_officer_is_led_through_the_seven_questions(visit, story):
    officer = visit("health_officer")
    page = officer.page
    officer.go("/disclosures/desk/")
    officer.look("desk")
    page.get_by_role("link", name=re.compile(story["number"])).first.click()
    story["decision"] = page.url
    officer.look("decision-waiting")
    officer.press("Decide")
    question(officer, "Is there a clear and legitimate purpose?")
    choose(page, purpose_is_good="yes", held="yes")
    officer.look("question-1")
    save(officer)
    question(officer, "Does the information identify a person?")
    choose(page, identifies="personal", special="health", offence="no", third_party="no")
    choose(page, victim_material="no", counselling_notes="no")
    officer.look("question-2")
    save(officer)
    question(officer, "Is the information confidential?")
    choose(page, confidential="yes")
    fill(page, confidential_words="Owed to the patient; it gives way to her safety.")
    save(officer)


def test_health_information_needs_the_caldicott_view(visit):
    officer = visit("health_officer")
    page = officer.page
    question(officer, "What does the Caldicott Guardian say?")
    officer.look("question-caldicott")
    fill(page, caldicott_name="Dr Gwenda Guardian")
    today = datetime.date.today()
    date(page, "caldicott_on", today)
    choose(page, caldicott="limits")
    fill(page, caldicott_words="The day and the place alone, nothing of the treatment.")
    save(officer)


def test_she_refuses_part_and_approves_part_on_conditions(visit, stack, story):
    officer = visit("health_officer")
    page = officer.page
    question(officer, "Is there consent, and what do they know?")
    choose(page, no_consent="not_basis", told="unsafe")
    fill(page, told_words="He would go to her at once.")
    save(officer)
    question(officer, "Is there enough public interest, and a lawful basis?")
    choose(page, overrides="harm", aims="safety")
    fill(
        page,
        public_interest="He has threatened to kill her; discharge is days away.",
        necessary="Nobody else knows the day of discharge.",
        less="Only the day and the place are given.",
        balance="Her life weighs more than his privacy in one date.",
    )
    for code in ("P01", "A6e", "A9g", "S1-18", "C2"):
        page.locator(f"input[type=checkbox][value='{code}']").first.check()
    officer.look("question-law")
    save(officer)
    question(officer, "The right information, to the right person, in the right way")
    page.locator("textarea[name$='-original']").last.fill(HELD)
    page.locator("textarea[name$='-words']").last.fill(RELEASED)
    gives_to(officer, "Harri Housing", "Plans the move with her.")
    choose(page, method="system", destroy_event="purpose_met")
    for condition in ("purpose", "onward", "report"):
        page.locator(f"[name=conditions][value='{condition}']").check()
    officer.look("question-release")
    save(officer)
    question(officer, "The decision and its reasons")
    choose(page, outcome="part", reason_code="safeguard_adult")
    fill(page, reason="She cannot be moved in time without the date; his treatment is not needed for it.")
    officer.look("question-record")
    save(officer)
    question(officer, "Check, and decide")
    officer.look("summary")
    fill(page, code="000000")
    officer.press("Decide")
    question(officer, "Check, and decide")
    officer.look("summary-refused-code")
    fill(page, code=stack.code("health_officer"))
    officer.press("Decide")
    officer.see("Shared in part")
    officer.look("decision-decided")


def test_the_recipient_accepts_the_conditions_and_opens(visit, story):
    housing = visit("housing")
    page = housing.page
    housing.go(story["request"])
    housing.see("Shared")
    housing.look("request-answered")
    housing.go("/disclosures/releases/")
    housing.look("releases")
    page.get_by_role("link", name=re.compile(story["number"])).first.click()
    story["release"] = page.url
    housing.see("Use it for the stated purpose alone")
    assert RELEASED not in page.content()
    housing.look("release-waiting")
    page.locator("[name=accepted]").check()
    housing.press("Accept and go on")
    housing.see("You accepted the conditions.")
    housing.press("Open")
    housing.see(RELEASED)
    assert KEPT_BACK not in page.locator("main").inner_text()
    housing.see("released to Harri Housing, Aberwenlli Homes")
    housing.look("release-words")


def test_the_pdf_carries_the_same_words_and_the_watermark(visit, story, tmp_path):
    from tests.meetings.papers import words

    housing = visit("housing")
    for _attempt in range(60):
        housing.go(story["release"])
        if housing.page.get_by_role("button", name="Download as PDF").count():
            break
        time.sleep(0.5)
    housing.look("release-open")
    with housing.page.expect_download() as taken:
        housing.press("Download as PDF", stays=True)
    printed = words(taken.value.path().read_bytes())
    assert RELEASED in printed and KEPT_BACK not in printed
    assert "released to Harri Housing, Aberwenlli Homes" in printed


def test_destruction_is_confirmed_and_nothing_opens_any_more(visit, story):
    housing = visit("housing")
    page = housing.page
    housing.go(story["release"])
    housing.follow("Say what came of it")
    choose(page, used="yes")
    fill(page, words="She was moved on Thursday.")
    housing.look("release-use")
    housing.press("Save")
    housing.follow("Confirm destruction or return")
    choose(page, ending="destroyed", how="no_copy")
    housing.press("Confirm")
    housing.see("say what became of that copy")
    housing.look("release-confirm-refused")
    choose(page, how="erased")
    housing.press("Confirm")
    housing.see("Confirmed. What was released can no longer be opened.")
    housing.go(story["release"])
    housing.see("This row stays as the record of it.")
    assert page.get_by_role("button", name="Open").count() == 0
    housing.look("release-destroyed")


def test_register_record_and_audit_agree_line_by_line(visit, story):
    from tests.meetings.papers import words

    officer = visit("health_officer")
    page = officer.page
    officer.go("/disclosures/register/")
    officer.see(story["number"])
    officer.look("register")
    with page.expect_download() as taken:
        officer.press("Export as CSV", stays=True)
    (line,) = csv.DictReader(taken.value.path().read_text().splitlines())
    release = re.search(r"/releases/([0-9a-f-]{36})/", story["release"])[1]
    assert line["release"] == f"{story['number']}-{release[:6].upper()}"
    assert (line["outcome"], line["caldicott"], line["release_state"]) == ("part", "limits", "destroyed")
    assert (line["used"], line["ending"], line["how"]) == ("yes", "destroyed", "erased")
    officer.go(story["decision"])
    officer.follow("Record as PDF")
    officer.press("Make a record as PDF")
    page.get_by_role("link", name="Download version 1").wait_for()
    officer.look("records")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download version 1").click()
    printed = words(taken.value.path().read_bytes())
    assert line["release"] in printed and RELEASED not in printed and HELD not in printed
    events = _audit(visit("auditor"), release)
    assert [(event["Event"], event["Member’s name"]) for event in events] == [
        ("release.made", "Lleucu Liaison"),
        ("release.acknowledged", "Harri Housing"),
        ("release.opened", "Harri Housing"),
        ("release.exported", "Harri Housing"),
        ("release.used", "Harri Housing"),
        ("release.confirmed", "Harri Housing"),
    ]
    assert {event["Recipients"].partition(" ")[0] for event in events} == {"member"}
    columns = ["released", "acknowledged", "first_opened", "exported", None, "confirmed"]
    late = [
        column
        for column, event in zip(columns, events, strict=True)
        if column and not _within_a_minute(line[column], event["When"])
    ]
    assert late == []


def _audit(auditor, release: str) -> list[dict]:
    """What the audit holds of the release by its id, the oldest first; reading it there proves that it agrees."""
    auditor.go("/audit/")
    auditor.page.get_by_text("Filter or export").first.click()
    with auditor.page.expect_download() as taken:
        auditor.press("Export", stays=True)
    lines = csv.DictReader(taken.value.path().read_text(encoding="utf-8-sig").splitlines())
    found = [line for line in lines if line["Thing"] == release and line["Operation"] != "consultation"]
    return sorted(found, key=lambda line: int(line["Number"]))


def _within_a_minute(first: str, second: str) -> bool:
    both = [datetime.datetime.fromisoformat(moment) for moment in (first, second)]
    return abs(both[0] - both[1]) <= datetime.timedelta(minutes=1)


# Without scripts ------------------------------------------------------------------------------------------------------
TAKEN_BACK = "It was another patient’s discharge. Destroy every copy, and do not act on it."


@pytest.fixture(scope="module")
def plain(stack, browser):
    """``plain("housing")``: a page of that member's in a browser that runs no scripts."""
    contexts = []

    def begin(who: str):
        context = browser.new_context(java_script_enabled=False, base_url=stack.url)
        context.add_cookies([stack.cast[who]["session"] | {"url": stack.url}])
        contexts.append(context)
        return context.new_page()

    yield begin
    for context in contexts:
        context.close()


def press(page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()


def asks_health(page, stack, urgency: str) -> str:
    """Ask health on the page without scripts; the request's number."""
    page.goto(f"/disclosures/of-case/{stack.staged['case']}/")
    press(page, "Ask for information")
    page.locator("[name=people]").first.check()
    page.get_by_label("Wenlli Health").check()
    choose(page, urgency=urgency)
    date(page, "from_on", datetime.date.today() - datetime.timedelta(days=3))
    fill(
        page,
        wanted="Whether he left the ward today.",
        purpose="To decide whether Mair leaves the flat tonight before Huw can reach it.",
        question="Has he left the ward since this morning?",
    )
    press(page, "Ask")
    page.get_by_text("Your request has been sent").wait_for()
    return re.search(r"D-AB-\d{4}-\d{4}", page.locator("h1").inner_text())[0]


def test_a_correction_and_a_recall_reach_who_received_without_scripts(plain, story):
    officer, housing = plain("health_officer"), plain("housing")
    for link, button, kind, done in (
        ("Correct what was released", "Tell everyone who has it", "Correction", "corrected"),
        ("Recall it", "Recall it now", "Recall", "destroyed"),
    ):
        officer.goto(story["decision"])
        press(officer, link)
        press(officer, button)
        officer.get_by_text("Say what is wrong").or_(officer.locator(".govuk-error-summary")).first.wait_for()
        choose(officer, reason="wrong_person")
        fill(officer, words=TAKEN_BACK)
        press(officer, button)
        housing.goto("/disclosures/releases/")
        press(housing, "Read it and acknowledge it")
        housing.get_by_role("heading", name=kind).wait_for()
        housing.get_by_text(TAKEN_BACK).wait_for()
        choose(housing, done=done)
        press(housing, "Acknowledge")
        housing.get_by_text("Your answer is recorded.").wait_for()


def test_an_emergency_release_is_reviewed_without_scripts(plain, stack):
    number = asks_health(plain("housing"), stack, "emergency")
    health, officer = plain("health"), plain("health_officer")
    health.goto("/disclosures/requests/")
    press(health, number)
    choose(health, overrides="harm")
    health.locator("[name=health]").check()
    fill(health, words="He left at noon.", reason="Nobody of the office answers the telephone.")
    press(health, "Release now")
    health.get_by_text("Your liaison officer reviews it").wait_for()
    officer.goto("/disclosures/desk/")
    press(officer, number)
    choose(officer, verdict="ratified", aims="safety")
    fill(officer, words="It could not have waited.", necessary="Nobody else knows it.", less="The hour alone is given.")
    fill(officer, balance="Her life weighs more than his privacy.")
    press(officer, "Record the review")
    officer.get_by_text("record the Caldicott Guardian’s name").first.wait_for()
    fill(officer, caldicott_name="Dr Gwenda Guardian")
    date(officer, "caldicott_on", datetime.date.today())
    choose(officer, caldicott="agrees")
    press(officer, "Record the review")
    officer.get_by_text("The review is recorded.").wait_for()


def test_a_decision_is_deferred_without_scripts(plain, stack):
    number = asks_health(plain("housing"), stack, "routine")
    officer = plain("health_officer")
    officer.goto("/disclosures/desk/")
    press(officer, number)
    press(officer, "Decide")
    choose(officer, purpose_is_good="yes", held="yes")
    press(officer, "Save and continue")
    officer.goto(re.sub("question/.*", "question/record/", officer.url))
    choose(officer, outcome="defer", reason_code="more_needed")
    fill(officer, reason="The ward looks it up by tomorrow.")
    date(officer, "defer_until", datetime.date.today() + datetime.timedelta(days=2))
    press(officer, "Save and continue")
    officer.get_by_role("heading", name="Check, and decide").wait_for()
    fill(officer, code=stack.code("health_officer"))
    press(officer, "Decide")
    officer.get_by_text("Deferred", exact=True).first.wait_for()
