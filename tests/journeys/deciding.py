"""Health’s liaison officer decides along the seven questions: what is alike whatever is decided."""

import re

from tests.journeys.forms import ahead, choose, date, fill, question, save


def up_to_consent(officer, gives_way: str) -> None:
    """Answer purpose, identity and confidentiality, set aside because of *gives_way*, and what Caldicott asks."""
    page = officer.page
    question(officer, "Is there a clear and legitimate purpose?")
    choose(page, purpose_is_good="yes", held="yes")
    save(officer)
    question(officer, "Does the information identify a person?")
    choose(page, identifies="personal", special="health", offence="no", third_party="no")
    choose(page, victim_material="no", counselling_notes="no")
    save(officer)
    question(officer, "Is the information confidential?")
    choose(page, confidential="yes")
    fill(page, confidential_words=gives_way)
    save(officer)
    question(officer, "What does the Caldicott Guardian say?")
    choose(page, caldicott="agrees")
    fill(page, caldicott_name="Dr Gwenda Guardian")
    date(page, "caldicott_on", ahead(0))
    save(officer)
    question(officer, "Is there consent, and what do they know?")


def rest_on(officer, *codes: str) -> None:
    """Tick the lawful bases with these codes, and go on to what is to be given."""
    for code in codes:
        officer.page.locator(f"input[type=checkbox][value='{code}']").first.check()
    save(officer)
    question(officer, "The right information, to the right person, in the right way")


def gives_to(officer, name: str, need: str) -> None:
    """Tick who is to receive, and say why that person needs it."""
    officer.page.get_by_role("checkbox", name=re.compile(name)).check()
    officer.page.get_by_label(f"Why does {name} need it?").fill(need)
