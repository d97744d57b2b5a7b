"""What leaves for people outside: a person's own file, an answer that tells nothing, and an extract without names.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import datetime
import re
import time

import pytest

from tests.journeys.forms import choose, date, fill, select
from tests.meetings.papers import words

STAGE = ["outside"]
TODAY = datetime.date.today()
ARREARS = "Arrears since the spring."
FEARS = "Mair told the office at Lôn Ddychmygol that she fears Huw."
VISIT = "Visit Mair on Friday."
SISTER = "Nest"


@pytest.fixture(scope="module")
def story():
    """What one chapter learns and a later one needs."""
    return {}


def on(page, name: str, day: datetime.date) -> None:
    date(page, name, day)


def enter(member, *, words: str, requester: str, given: str, family: str) -> str:
    """Enter a subject access request of today; its address."""
    page = member.page
    member.go("/disclosures/outside/")
    member.follow("Enter a request")
    choose(page, kind="sar")
    on(page, "received_on", TODAY)
    fill(page, requester_name=requester, words=words, given_name=given, family_name=family)
    on(page, "birth_date", datetime.date(1990, 3, 7))
    member.press("Enter the request")
    member.see("is entered.")
    return re.search(r"/disclosures/outside/[0-9a-f-]{36}/", page.url)[0]


def take(member, request: str, step: str, **typed) -> None:
    """Take one small step of the request: choices first, then what is typed."""
    member.go(f"{request}step/{step}/")
    choose(member.page, **typed.pop("chosen", {}))
    for name, chosen in typed.pop("selected", {}).items():
        select(member.page, name, chosen)
    for name, day in typed.pop("days", {}).items():
        on(member.page, name, day)
    fill(member.page, **typed)
    member.press("Save")
    member.page.wait_for_url(re.compile(request + "$"))


# A person's own file -------------------------------------------------------------------------------------------------
def test_a_request_for_ones_own_file_is_entered_and_searched(visit, stack, story):
    officer = visit("liaison_officer")
    officer.go("/disclosures/outside/")
    officer.look("outside-none")
    officer.follow("Enter a request")
    choose(officer.page, kind="sar")
    officer.press("Enter the request")
    officer.see("Enter the name of the person whom it is about")
    officer.look("outside-refused")
    about = {"requester": "Mair O’Gwynedd", "given": "Mair", "family": "O’Gwynedd"}
    story["sar"] = enter(officer, words="A copy of what you hold about me.", **about)
    officer.look("outside-received")
    take(officer, story["sar"], "identity", chosen={"check": "seen"}, words="Her passport.")
    take(officer, story["sar"], "name", selected={"member": "Cai Colleague"})
    take(officer, story["sar"], "search", scope="The housing office’s records of the last two years.")
    for _attempt in range(60):
        officer.go(story["sar"])
        if officer.page.locator("#items tbody tr").count():
            break
        time.sleep(0.5)
    held = officer.page.locator("#items tbody tr").all_inner_texts()
    agencies = [row.split("\t")[0] for row in held]
    assert agencies == ["Aberwenlli Homes"] * 3 + ["Wenlli Health"] * 2, held
    take(officer, story["sar"], "consult", days={"answer_by_on": TODAY + datetime.timedelta(days=7)})
    officer.look("outside-consulted")


def test_the_originator_agrees_to_part_and_says_nothing_of_what_is_hidden(visit, story):
    health = visit("health_officer")
    page = health.page
    for _attempt in range(60):
        health.go("/disclosures/consultations/")
        if page.locator("main tbody tr").count():
            break
        time.sleep(0.5)
    health.look("consultations")
    for path in [link.get_attribute("href") for link in page.locator("main tbody a").all()]:
        health.go(path)
        hidden = page.get_by_text("may not know that your agency holds anything").count()
        if hidden:
            health.look("consultation-hidden")
            choose(page, view="neither", exemptions="E02")
            fill(page, reasons="He would learn that she spoke to us.")
        else:
            choose(page, view="limits")
            health.press("Answer for your agency")
            health.look("consultation-refused")
            choose(page, exemptions="E16")
            fill(page, reasons="Not where she stays: it is her sister’s home.")
        health.press("Answer for your agency")
        health.see("Your agency’s answer is saved.")
    health.go(path)
    health.look("consultation-answered")


def test_the_answer_is_drafted_item_by_item(visit, story):
    officer = visit("liaison_officer")
    page = officer.page
    officer.go(story["sar"])
    assert page.get_by_text("She spoke to us").count() == 0
    officer.follow("Draft the answer")
    choose(page, kind="information")
    fill(page, words="Here is a copy of what we hold about you.")
    officer.press("Save the draft")
    officer.see("Say of every item what becomes of it.")
    officer.look("answer-draft")
    page.locator("#redactions tbody a").first.click()
    page.wait_for_url(re.compile("/answer/items/"))
    for number in range(5):
        before, held = page.url, page.locator("main").inner_text()
        if "Friday" in held:
            choose(page, outcome="whole")
            officer.press("Save")
            officer.see("Its agency has agreed to a part alone.")
            officer.look("redact-refused")
            part(page, VISIT)
        elif ARREARS in held:
            choose(page, outcome="whole")
        elif SISTER in held:
            part(page, FEARS)
        else:
            choose(page, outcome="withheld", exemptions="E02")
            fill(page, reasons="It would tell him who spoke.")
        if number == 0:
            officer.look("redact")
        officer.press("Save and go to the next item")
        page.wait_for_url(lambda url, before=before: url != before)
    officer.press("Give it to the second check")
    officer.see("The answer waits for its second check.")


def part(page, leaving: str) -> None:
    choose(page, outcome="part", exemptions="E16")
    fill(page, words=leaving, reasons="Her sister’s home is not hers to be told.")


def test_a_second_person_sends_it_back_and_then_passes_it(visit, story):
    officer, colleague = visit("liaison_officer"), visit("colleague")
    colleague.go(story["sar"])
    colleague.follow("Check the answer")
    colleague.look("answer-check")
    assert SISTER in colleague.page.locator("main").inner_text()
    choose(colleague.page, do="back")
    fill(colleague.page, words="Tell her how to complain to us first.")
    colleague.press("Save")
    colleague.see("Your check is noted.")
    officer.go(story["sar"] + "answer/")
    fill(officer.page, words="Here is a copy of what we hold about you. Write to us first if you think it is wrong.")
    officer.press("Save the draft")
    officer.see("The draft is saved.")
    officer.press("Give it to the second check")
    officer.see("The answer waits for its second check.")
    colleague.go(story["sar"] + "answer/check/")
    choose(colleague.page, do="pass")
    colleague.press("Save")
    colleague.see("Your check is noted.")


def test_the_paper_gives_what_was_agreed_and_nothing_else(visit, story):
    officer = visit("liaison_officer")
    printed = words(paper_of(officer, story["sar"]))
    assert [text for text in (ARREARS, FEARS, VISIT, "Write to us first") if text not in printed] == []
    assert [text for text in (SISTER, "surgery", "refuge", "MARAC", "sister") if text in printed] == []
    officer.look("outside-checked")
    take(officer, story["sar"], "send", chosen={"method": "post"})
    take(officer, story["sar"], "close", chosen={"ending": "answered"})
    officer.look("outside-closed")


def paper_of(member, request: str) -> bytes:
    """The PDF of the checked answer, once the worker has made it."""
    for _attempt in range(60):
        member.go(request)
        if member.page.get_by_role("link", name="Open the PDF").count():
            break
        time.sleep(0.5)
    with member.page.expect_download() as taken:
        member.page.get_by_role("link", name="Open the PDF").first.click()
    return taken.value.path().read_bytes()


# Neither confirmed nor denied -----------------------------------------------------------------------------------------
def test_who_may_know_nothing_answers_what_tells_nothing(visit):
    handler, second = visit("handler"), visit("second")
    page = handler.page
    about = {"requester": "Huw Prydderch", "given": "Huw", "family": "Prydderch"}
    request = enter(handler, words="What is said about me?", **about)
    take(handler, request, "identity", chosen={"check": "known"})
    take(handler, request, "name", selected={"member": "Siôn Second"})
    take(handler, request, "search", scope="The records of the council.")
    take(handler, request, "consult", days={"answer_by_on": TODAY + datetime.timedelta(days=7)})
    handler.see("Nothing that you may see")
    handler.look("outside-neither")
    handler.follow("Draft the answer")
    choose(page, kind="neither")
    fill(page, reasoning="If there were something, he would learn that somebody spoke.")
    handler.press("Save the draft")
    handler.press("Give it to the second check")
    handler.see("The answer waits for its second check.")
    second.go(request + "answer/check/")
    second.look("answer-check-neither")
    choose(second.page, do="pass")
    second.press("Save")
    second.see("Your check is noted.")
    printed = words(paper_of(handler, request))
    assert "neither confirms nor denies" in " ".join(printed.split())
    assert [text for text in ("Mair", "Wenlli Health", "Arrears") if text in printed] == []


# An extract without names ---------------------------------------------------------------------------------------------
def test_an_extract_is_made_of_a_case_and_read_over(visit, stack, story):
    officer = visit("liaison_officer")
    page = officer.page
    officer.go(f"/disclosures/extracts/new/case/{stack.staged['case']}/")
    choose(page, scope="entries", profile="operational")
    officer.press("Make it")
    officer.look("extract-refused")
    for box in page.locator("[name=entries]").all():
        box.check()
    fill(page, purpose="To show new staff how arrears and fear go together.")
    officer.press("Make it")
    page.wait_for_url(re.compile(r"/extracts/[0-9a-f-]{36}/$"))
    story["extract"] = page.url
    for _attempt in range(60):
        officer.go(story["extract"])
        if page.get_by_role("button", name="I have read it over").count():
            break
        time.sleep(0.5)
    officer.look("extract-reading")
    assert "Mair" not in " ".join(box.input_value() for box in page.locator("textarea").all())
    for number in range(page.get_by_role("button", name="Settle this text").count()):
        form = page.locator("form", has=page.get_by_role("button", name="Settle this text")).nth(number)
        form.locator("textarea").fill("The tenant told the office that she is afraid.")
        form.get_by_label("I have looked again").check()
        form.get_by_role("button", name="Settle this text").click()
        officer.see("The text is settled.")
        page.wait_for_url(story["extract"])
    officer.press("I have read it over")
    officer.see("It waits for its test by somebody else now.")
    officer.look("extract-checking")


def test_another_person_tests_it_and_hands_it_over(visit, story):
    colleague = visit("colleague")
    page = colleague.page
    colleague.go(story["extract"])
    colleague.look("extract-test")
    for box in page.locator("main input[type=radio][value=no]").all():
        box.check()
    fill(page, **{"test-words": "I looked in the local news of the year and asked a colleague without names."})
    choose(page, **{"test-passed": "yes"})
    colleague.press("Record the test")
    colleague.see("Saved.")
    page.get_by_label("Wenlli Health").check()
    colleague.look("extract-passed")
    colleague.press("Hand it over")
    page.get_by_role("heading", name="Who has it").wait_for()


def test_the_recipient_undertakes_opens_and_destroys_it_when_it_is_recalled(visit, story):
    health, officer = visit("health_officer"), visit("liaison_officer")
    health.go("/disclosures/extracts/")
    health.page.locator("#given tbody a").first.click()
    health.see("Your agency’s undertaking")
    health.look("handing-undertaking")
    health.press("We undertake this: open it")
    health.see("The tenant told the office that she is afraid.")
    health.look("handing-open")
    given = health.page.url
    officer.go(story["extract"])
    officer.page.get_by_text("Recall it", exact=True).click()
    choose(officer.page, **{"recall-because": "wrong"})
    officer.press("Recall it from everyone")
    officer.see("Not confirmed")
    officer.look("extract-recalled")
    health.go(given)
    health.see("This extract has been recalled.")
    assert health.page.get_by_text("she is afraid").count() == 0
    health.look("handing-recalled")
    health.press("Every copy is destroyed")
    health.see("Recorded: every copy is destroyed.")
