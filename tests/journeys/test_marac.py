"""A MARAC from end to end, by five members in five browsers: a referral becomes an encrypted action plan, and is done.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import re

import pytest


@pytest.fixture(scope="module")
def story():
    """What one chapter learns and a later one needs."""
    return {}


def fill(page, **typed) -> None:
    """Type into the fields of the page by their names."""
    for name, value in typed.items():
        page.locator(f"[name='{name}']").first.fill(value)


def choose(page, **chosen) -> None:
    """Tick the radio or checkbox of a name and value."""
    for name, value in chosen.items():
        page.locator(f"[name='{name}'][value='{value}']").first.check()


def date(page, name: str, day: int, month: int, year: int) -> None:
    fill(page, **{f"{name}_day": str(day), f"{name}_month": str(month), f"{name}_year": str(year)})


def section(member, title: str) -> None:
    """Open a section of the referral from its list."""
    member.go(member.referral)
    member.follow(title)


def test_housing_refers(visit, story):
    housing = visit("referrer")
    page = housing.page
    housing.go("/referrals/start/")
    housing.look("referral-start")
    housing.press("Start")
    page.wait_for_url(re.compile(r"/referrals/[0-9a-f-]{36}/"))
    housing.referral = re.search(r"/referrals/[0-9a-f-]{36}/", page.url)[0]
    story["referral"] = housing.referral
    housing.go(housing.referral)
    housing.look("referral-tasks-empty")
    housing.go(housing.referral + "submit/")
    housing.look("referral-everything-missing")

    section(housing, "The victim")
    fill(page, given_name="Siân", family_name="O’Llanfair-Prydderch", address="4 Lôn Ddychmygol\nAberwenlli",
         postcode="QZ4 7XX")
    fill(page, birth_date_day="31", birth_date_month="2", birth_date_year="1990")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    housing.see("must be a real date")
    assert page.locator("[name=family_name]").input_value() == "O’Llanfair-Prydderch"
    housing.look("referral-victim-refused")
    date(page, "birth_date", 7, 3, 1990)
    page.get_by_role("button", name=re.compile("Save")).first.click()

    section(housing, "Safe contact")
    choose(page, safe_to_call="yes")
    fill(page, safe_number="07700 900123", safe_times="Weekdays, 10 to 14", safe_people="Her sister",
         unsafe_people="Anyone at the home address", afraid_of="Huw Prydderch")
    page.get_by_role("button", name=re.compile("Save")).first.click()

    section(housing, "Alleged perpetrators")
    page.get_by_role("button", name=re.compile("Add an alleged")).or_(
        page.get_by_role("link", name=re.compile("Add an alleged"))).first.click()
    fill(page, given_name="Huw", family_name="Prydderch", aliases="Huwie Pritchard")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    section(housing, "Children")
    page.get_by_role("button", name="Add a child").or_(page.get_by_role("link", name="Add a child")).first.click()
    fill(page, given_name="Cai", family_name="Prydderch", school="Ysgol Ddychmygol")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    housing.look("referral-children")

    section(housing, "About you")
    fill(page, contact_name="Rhys O’Referrer", contact_phone="01632 960001",
         contact_email="rhys@aberwenlli-homes.example")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    section(housing, "Why you refer")
    page.locator("[name=professional_judgement]").check()
    fill(page, judgement_reasons="Two visits in a week, and the threats name a day.")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    section(housing, "Risk checklist")
    housing.look("referral-checklist")
    section(housing, "What happened")
    fill(page, summary="Threats at the door on two evenings; a neighbour heard a window break.")
    date(page, "incident_on", 1, 11, 2026)
    page.get_by_role("button", name=re.compile("Save")).first.click()
    section(housing, "What the victim knows and wants")
    choose(page, aware="yes", consents="no")
    fill(page, no_consent_reason="She fears what he will do. The danger to the child outweighs it.")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    section(housing, "Lawful basis")
    page.locator("[name=lawful_basis]").first.check()
    fill(page, lawful_basis_words="To prevent serious harm to her and to the child.")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    section(housing, "Other MARACs")
    choose(page, other_marac="no")
    page.get_by_role("button", name=re.compile("Save")).first.click()

    housing.go(housing.referral + "submit/")
    housing.look("referral-submit")
    housing.press("Submit the referral")
    housing.see("Waiting for screening")
    housing.look("referral-submitted")


def test_the_idva_sees_it_at_once_and_records_contact(visit, story):
    idva = visit("idva")
    page = idva.page
    idva.go(story["referral"])
    idva.see("O’Llanfair-Prydderch")
    idva.look("referral-told-at-once")
    idva.go(story["referral"] + "contact/record/")
    idva.look("contact")
    story["contact_form"] = page.locator("main").inner_text()
