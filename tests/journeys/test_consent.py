"""Consent, in four browsers: given in part and signed by both, relied on in a meeting, taken back while it sits.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import re
import time

from tests.journeys.forms import choose, fill, select

STAGE = ["consent"]
SAID = "She keeps her appointments, and takes her medicine."
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
    page.wait_for_load_state("networkidle")
    select(page, "category", "Type of treatment")
    health.see("Aberwenlli Homes: Consent was not given for this: Type of treatment.")
    select(page, "category", "Whether appointments are kept")
    health.see("Wenlli Police: The agency that receives is not named in the consent.")
    page.get_by_text("Aberwenlli Homes: Consent").wait_for(state="detached")
    health.look("entry-on-consent")
    health.press("Save entry")
    page.wait_for_load_state("networkidle")
    assert "Saved" in page.locator("body").inner_text()


def test_in_the_meeting_whom_the_person_named_reads_it_and_nobody_else(visit, stack):
    housing, chair = visit("housing"), visit("chair")
    sitting(housing, stack).see(SAID)
    sitting(chair, stack)
    assert SAID not in chair.page.locator("#entries").inner_text()
    assert WITHDRAWN not in chair.page.locator("#entries").inner_text()


def test_she_takes_it_back_and_it_is_gone_from_open_screens_within_two_seconds(visit, stack, story):
    health, housing, chair = visit("health"), visit("housing"), visit("chair")
    page = health.page
    health.go(story["consent"] + "record/withdraw/")
    choose(page, extent="whole", how="phone")
    health.look("consent-withdraw")
    health.press("Record it")
    page.wait_for_url(re.compile(story["consent"] + "$"))
    began = time.monotonic()
    housing.page.get_by_text(SAID).wait_for(state="detached", timeout=4_000)
    chair.page.get_by_text(WITHDRAWN).wait_for(timeout=4_000)
    story["took"] = time.monotonic() - began
    assert WITHDRAWN not in housing.page.locator("#entries").inner_text()
    health.look("consent-withdrawn")
    housing.look("sitting-without-it")
    chair.look("sitting-information-withdrawn")
