"""A person is asked for consent by who treats them: asked, answered, signed and recorded; or refused."""

import re

from tests.journeys.forms import choose, fill
from tests.journeys.test_consent import answer, onwards

HEALTH = "Wenlli Health"


def begins(member, address: str) -> str:
    """Begin the record of a consent on the case at *address*, in its episode where there is one; the record's address.

    The person is able to decide, and the form was read aloud.
    """
    page = member.page
    member.go(address.replace("/cases/", "/consent/cases/") + "new/")
    page.locator("[name=party]").first.check()
    choose(page, way="ask")
    if page.locator("[name=track]").count():
        page.locator("[name=track]").first.check()
    member.press("Begin")
    page.wait_for_url(re.compile(r"/consent/[0-9a-f-]{36}/"))
    found = re.search(r"/consent/[0-9a-f-]{36}/", page.url)[0]
    member.go(found + "sections/person/")
    choose(page, able="yes", format="aloud", interpreter="no")
    fill(page, able_words="Says in their own words what happens with it.")
    onwards(member, "Agencies and information")
    return found


def consents(member, address: str, name: str, receives: str) -> str:
    """Have *name* asked, sign before a witness, and give consent in part; the address of the record."""
    page, found = member.page, begins(member, address)
    page.get_by_role("group", name="Which agencies may give?").get_by_label(HEALTH).check()
    page.get_by_role("group", name="Which agencies may receive?").get_by_label(receives).check()
    answer(page, "drug_use", "treatment", "attendance")
    onwards(member, "Purposes")
    answer(page, "panel", "care")
    onwards(member, "Limits and rights")
    for each in ("limits", "without", "withdrawing", "rights"):
        page.locator(f"[name={each}_explained]").check()
    member.press("Save and go back to the record")
    page.wait_for_url(re.compile(found + "$"))
    for whose, who in (("worker", "Hana Health"), ("person", name)):
        member.go(f"{found}sign/{whose}/")
        choose(page, method="typed")
        fill(page, name=who, witness="Wyn Witness", place="At the surgery")
        page.locator("main").get_by_role("button", name="Sign", exact=True).click()
        page.wait_for_url(re.compile(found + "$"))
    member.press("Record the consent")
    member.see("Given in part")
    return found


def refuses(member, address: str, words: str) -> str:
    """Have the person asked, and record that they refuse, with their *words*; the address of the record."""
    found = begins(member, address)
    member.go(found + "record/refuse/")
    fill(member.page, words=words)
    member.click(member.page.get_by_role("button", name="Save", exact=True))
    member.see("The refusal is recorded.")
    return found
