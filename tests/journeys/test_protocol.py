"""The protocol in five browsers: an agency joins once everybody agrees, one is suspended in a meeting, a guest is told.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import datetime
import re
import time

import pytest

from tests.journeys.deciding import gives_to
from tests.journeys.forms import choose, date, fill, select

STAGE = ["protocol"]
SAID = "He is treated on the ward for his heart."
RELEASED = "She has asked twice to be moved away from the ground floor."
TODAY = datetime.date.today()


@pytest.fixture(scope="module")
def story():
    """What one chapter learns and a later one needs."""
    return {}


def on(page, name: str, day: datetime.date) -> None:
    date(page, name, day)


def sign(page) -> None:
    fill(page, signed_by="Catrin Cyfarwydd", signed_as="Director")
    on(page, "signed_on", TODAY)
    on(page, "review_on", TODAY + datetime.timedelta(days=365))


# An agency joins -----------------------------------------------------------------------------------------------------
def test_every_responsible_authority_is_asked(visit, stack, story):
    keeper = visit("administrator")
    page = keeper.page
    keeper.go(f"/agencies/{stack.staged['joiner']}/")
    keeper.look("agency-never-signed")
    keeper.follow("Join the protocol")
    choose(page, tier="1")
    keeper.look("joining-begin")
    keeper.press("Save")
    keeper.see("Every responsible authority is asked.")
    story["joining"] = re.search(r"/joinings/[0-9a-f-]{36}/", page.url)[0]
    names = page.locator("#authorities tbody th").all_inner_texts()
    assert names == [
        "Aberwenlli Council",
        "Aberwenlli Homes",
        "Children’s Services",
        "Wenlli Police",
        "Wenlli Probation",
    ]
    keeper.look("joining-asked")


def test_a_liaison_officer_answers_for_her_own_authority(visit, story):
    officer = visit("liaison_officer")
    officer.go("/")
    officer.follow("Say whether Cwmpell Refuge may become a partner")
    officer.press("Save")
    officer.look("joining-answer-refused")
    choose(officer.page, agrees="yes")
    officer.press("Save")
    officer.see("Your answer is recorded.")


def test_the_others_answers_are_recorded_and_only_with_the_last_it_signs(visit, stack, story):
    keeper = visit("administrator")
    page = keeper.page
    for authority in ("Aberwenlli Council", "Children’s Services", "Wenlli Police", "Wenlli Probation"):
        if authority == "Wenlli Probation":
            keeper.go(story["joining"] + "sign/")
            sign(page)
            keeper.press("Save")
            keeper.see("Not every responsible authority has agreed: Wenlli Probation.")
            keeper.look("joining-not-all-agree")
        keeper.go(story["joining"])
        page.get_by_role("row", name=authority).get_by_role("link").click()
        choose(page, agrees="yes")
        on(page, "given_on", TODAY)
        fill(page, document="Minutes of the board, item 4")
        keeper.press("Save")
        keeper.see("The answer is recorded.")
    keeper.look("joining-agreed")
    keeper.follow("Enter the signature")
    sign(page)
    keeper.press("Save")
    keeper.see("Cwmpell Refuge is a signatory from now on.")
    keeper.look("agency-signed")


# One is suspended in a meeting ---------------------------------------------------------------------------------------
def test_who_is_suspended_loses_the_item_from_the_open_screen(visit, stack):
    housing, keeper = visit("housing"), visit("administrator")
    housing.go(f"/meetings/{stack.staged['meeting']}/live/").see(SAID)
    keeper.go(f"/agencies/{stack.staged['housing']}/")
    keeper.follow("Suspend or end")
    choose(keeper.page, ended="suspended")
    keeper.look("standing-end")
    keeper.press("Save")
    keeper.see("The standing has ended")
    housing.page.get_by_text(SAID).wait_for(state="detached", timeout=housing.patience())
    housing.see("The standing of Aberwenlli Homes under the protocol ended")
    assert SAID not in housing.page.content()
    housing.look("sitting-without-standing")
    assert housing.page.goto(f"/cases/{stack.staged['heard']}/").status == 404
    keeper.look("agency-suspended")
    keeper.go("/register/")
    keeper.look("register-suspended")


def test_its_officer_is_asked_to_destroy_or_return_until_it_is_resumed(visit, stack):
    officer, keeper, housing = visit("liaison_officer"), visit("administrator"), visit("housing")
    officer.go("/")
    officer.follow("Aberwenlli Homes: destroy or return what was shared")
    officer.look("exit")
    keeper.go(f"/agencies/{stack.staged['housing']}/")
    keeper.press("Resume")
    keeper.see("The agency is a signatory again.")
    officer.go("/")
    assert officer.page.get_by_text("destroy or return what was shared").count() == 0
    housing.go(f"/meetings/{stack.staged['meeting']}/live/").see(SAID)


# A guest --------------------------------------------------------------------------------------------------------------
def test_an_agency_of_another_area_is_admitted_to_one_case(visit, stack):
    keeper = visit("administrator")
    page = keeper.page
    keeper.go(f"/agencies/{stack.staged['away']}/")
    keeper.follow("Admit as a guest for one case")
    address = f"{stack.url}/cases/{stack.staged['case']}/"
    fill(page, case_id=address, home_area="Dyffryn Pell", home_protocol="Dyffryn Pell protocol, version 3")
    on(page, "until", TODAY + datetime.timedelta(days=30))
    choose(page, home_allows="no")
    keeper.press("Save")
    keeper.see("The protocol of the home area does not allow it.")
    keeper.look("guest-refused")
    choose(page, home_allows="yes")
    keeper.press("Save")
    keeper.see("Dyffryn Pell Homes is a guest for this case.")
    keeper.look("agency-guest")


def test_the_case_is_listed_and_the_guest_sees_it_alone(visit, stack):
    coordinator, guest = visit("coordinator"), visit("guest")
    coordinator.go(f"/meetings/{stack.staged['next_meeting']}/agenda/")
    coordinator.follow("List " + stack.staged["reference"])
    choose(coordinator.page, type="full")
    select(coordinator.page, "presenter", "Hana Health")
    coordinator.press("List the case")
    coordinator.page.wait_for_url(re.compile("/agenda/$"))
    guest.go("/cases/")
    assert guest.page.locator("main tbody tr").count() == 1
    guest.look("cases-of-a-guest")
    assert guest.page.goto(f"/cases/{stack.staged['heard']}/").status == 404


def test_the_guest_asks_housing(visit, stack, story):
    guest = visit("guest")
    page = guest.page
    guest.go(f"/disclosures/of-case/{stack.staged['case']}/")
    guest.press("Ask for information")
    page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}/write/"))
    for box in page.locator("[name=people]").all():
        box.check()
    page.get_by_label("Aberwenlli Homes").check()
    on(page, "from_on", TODAY - datetime.timedelta(days=90))
    fill(
        page,
        wanted="What she asked of the housing office about her flat.",
        purpose="To offer Nest a flat in our area that she can be safe in from Friday on.",
        question="On which floor can she live, and why?",
    )
    guest.press("Ask")
    guest.see("Your request has been sent")
    guest.look("request-of-a-guest")
    story["number"] = re.search(r"D-AB-\d{4}-\d{4}", page.locator("h1").inner_text())[0]


def test_housing_decides_to_tell_the_guest_by_mail(visit, stack, story):
    officer = visit("liaison_officer")
    page = officer.page
    officer.go("/disclosures/desk/")
    page.get_by_role("link", name=re.compile(story["number"])).first.click()
    officer.press("Decide")
    answer(officer, "Is there a clear and legitimate purpose?", purpose_is_good="yes", held="yes")
    nature = {"identifies": "personal", "offence": "no", "third_party": "no", "victim_material": "no"}
    answer(officer, "Does the information identify a person?", **nature, counselling_notes="no")
    answer(officer, "Is the information confidential?", confidential="no")
    answer(officer, "Is there consent, and what do they know?", no_consent="not_basis", told="before")
    heading(officer, "Is there enough public interest, and a lawful basis?")
    fill(
        page,
        public_interest="She is to be safe from Friday on.",
        necessary="Nobody else knows which flats she can live in.",
        less="One sentence is given.",
        balance="She asked for it herself.",
    )
    choose(page, overrides="harm", aims="safety")
    for code in ("P01", "A6e"):
        page.locator(f"input[type=checkbox][value='{code}']").first.check()
    officer.press("Save and continue")
    heading(officer, "The right information, to the right person, in the right way")
    page.locator("textarea[name$='-original']").last.fill(RELEASED)
    page.locator("textarea[name$='-words']").last.fill(RELEASED)
    gives_to(officer, "Glenys Guest", "Plans the move with her.")
    choose(page, method="mail", destroy_event="purpose_met")
    officer.look("question-release-to-a-guest")
    officer.press("Save and continue")
    why = {"reason": "She can live on the first floor alone; without it they cannot find her a flat."}
    answer(officer, "The decision and its reasons", why, outcome="share", reason_code="safeguard_adult")
    heading(officer, "Check, and decide")
    officer.look("summary-of-a-guest")
    fill(page, code=stack.code("liaison_officer"))
    officer.press("Decide")
    officer.see("Shared")


def answer(officer, title: str, typed: dict | None = None, **chosen) -> None:
    """Answer one question of the path and go on."""
    heading(officer, title)
    choose(officer.page, **chosen)
    fill(officer.page, **typed or {})
    officer.press("Save and continue")


def heading(officer, title: str) -> None:
    officer.page.get_by_role("heading", name=title, level=1).wait_for()


def test_the_guest_accepts_and_what_was_asked_leaves_for_her(visit, stack, story):
    guest = visit("guest")
    page = guest.page
    guest.go("/disclosures/releases/")
    page.get_by_role("link", name=re.compile(story["number"])).first.click()
    story["release"] = page.url
    assert RELEASED not in page.content()
    page.locator("[name=accepted]").check()
    guest.press("Accept and go on")
    guest.see("You accepted the conditions.")
    _wait_for_the_letter(stack)
    guest.go(story["release"])
    guest.look("release-to-a-guest")
    guest.press("Open")
    guest.see(RELEASED)


def _wait_for_the_letter(stack) -> None:
    for _attempt in range(100):
        if any("glenys" in letter.read_text(errors="replace").lower() for letter in stack.letters()):
            return
        time.sleep(0.2)
    raise AssertionError("No letter left for the guest.")
