"""A MARAC from end to end, by five members in five browsers: a referral becomes an encrypted action plan, and is done.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import datetime
import email
import email.policy
import re
import subprocess
import time
import zoneinfo
from pathlib import Path

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


def select(page, name: str, words: str) -> None:
    """Select the first answer of a list that holds *words*."""
    answers = page.locator(f"select[name='{name}']").first
    answers.select_option(value=answers.locator("option", has_text=words).first.get_attribute("value"))


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
    fill(
        page,
        given_name="Siân",
        family_name="O’Llanfair-Prydderch",
        address="4 Lôn Ddychmygol\nAberwenlli",
        postcode="QZ4 7XX",
    )
    fill(page, birth_date_day="31", birth_date_month="2", birth_date_year="1990")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    housing.see("must be a real date")
    assert page.locator("[name=family_name]").input_value() == "O’Llanfair-Prydderch"
    housing.look("referral-victim-refused")
    date(page, "birth_date", 7, 3, 1990)
    page.get_by_role("button", name=re.compile("Save")).first.click()

    section(housing, "Safe contact")
    choose(page, safe_to_call="yes")
    fill(
        page,
        safe_number="07700 900123",
        safe_times="Weekdays, 10 to 14",
        safe_people="Her sister",
        unsafe_people="Anyone at the home address",
        afraid_of="Huw Prydderch",
    )
    page.get_by_role("button", name=re.compile("Save")).first.click()

    section(housing, "Alleged perpetrators")
    page.get_by_role("button", name=re.compile("Add an alleged")).or_(
        page.get_by_role("link", name=re.compile("Add an alleged"))
    ).first.click()
    fill(page, given_name="Huw", family_name="Prydderch", aliases="Huwie Pritchard")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    section(housing, "Children")
    page.get_by_role("button", name="Add a child").or_(page.get_by_role("link", name="Add a child")).first.click()
    fill(page, given_name="Cai", family_name="Prydderch", school="Ysgol Ddychmygol")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    housing.look("referral-children")

    section(housing, "About you")
    fill(
        page,
        contact_name="Rhys O’Referrer",
        contact_phone="01632 960001",
        contact_email="rhys@aberwenlli-homes.example",
    )
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
    idva.go(story["referral"])
    idva.see("O’Llanfair-Prydderch")
    idva.look("referral-told-at-once")
    idva.go(story["referral"] + "contact/record/")
    idva.look("contact")


def test_contact_is_made_by_a_safe_way(visit, story):
    idva = visit("idva")
    page = idva.page
    idva.go(story["referral"] + "contact/record/")
    idva.press("Save")
    idva.see("There is a problem")
    idva.look("contact-refused")
    choose(page, made="yes")
    today = datetime.date.today()
    date(page, "day", today.day, today.month, today.year)
    fill(page, time="00:05", way="Voicemail on the safe number", wishes="To stay in the house, with the locks changed.")
    idva.press("Save")
    idva.see("with the locks changed")


def test_the_coordinator_screens_and_accepts(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    coordinator.go("/screening/")
    coordinator.look("screening")
    coordinator.go(story["referral"].replace("referrals", "screening"))
    coordinator.look("screening-one")
    coordinator.follow("Accept")
    coordinator.press("Accept")
    coordinator.see("There is a problem")
    choose(page, repeat="new")
    coordinator.press("Accept")
    coordinator.go("/cases/")
    coordinator.look("cases")
    story["reference"] = page.get_by_role("link", name=re.compile("AB-")).first.inner_text()
    story["case"] = page.get_by_role("link", name=story["reference"]).get_attribute("href")


def test_a_meeting_is_planned_for_today_and_the_case_listed(visit, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    coordinator.go("/meetings/")
    coordinator.look("calendar-empty")
    coordinator.follow("Plan a meeting")
    moment = _late_today()
    date(page, "day", moment.day, moment.month, moment.year)
    fill(page, time="23:59")
    coordinator.look("meeting-plan")
    coordinator.press("Plan and tell those who attend")
    page.wait_for_url(re.compile(r"/meetings/[0-9a-f-]{36}/"))
    story["meeting"] = re.search(r"/meetings/[0-9a-f-]{36}/", page.url)[0]
    coordinator.go(story["meeting"])
    coordinator.press("Open the agenda")
    coordinator.go(story["meeting"] + "agenda/")
    coordinator.look("agenda-empty")
    coordinator.follow("List " + story["reference"])
    choose(page, type="full")
    select(page, "presenter", "Harri Housing")
    coordinator.look("agenda-list-case")
    coordinator.press("List the case")
    coordinator.go(story["meeting"] + "agenda/freeze/")
    coordinator.press("Freeze and issue")
    coordinator.see("The agenda is not ready")
    coordinator.look("freeze-refused")
    coordinator.go(story["meeting"] + "research/board/")
    coordinator.press("Send the research requests")
    coordinator.go(story["meeting"] + "agenda/")
    coordinator.look("agenda")


def test_three_agencies_answer_and_one_stays_away(visit, story):
    police = visit("police")
    page = police.page
    police.go("/")
    police.look("home-owing")
    police.go(story["meeting"] + "research/")
    police.look("research")
    police.follow("Say what is known")
    choose(page, known="known")
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    fill(page, text="Called twice in March; no arrest. The neighbour gave a statement.", source="Incident log")
    choose(page, kind="information", nature="fact", reach="minute")
    police.press("Save entry")
    police.see("Called twice in March")
    fill(page, text="Offer a marker on the address.", source="Neighbourhood team")
    choose(page, kind="proposal", nature="opinion", reach="minute")
    police.press("Save entry")
    police.look("research-return")
    police.press("Answer this case")

    children = visit("children")
    children.go(story["meeting"] + "research/")
    children.press("Nothing known in this case")
    children.go(story["meeting"] + "research/")
    children.look("research-answered")

    health = visit("health")
    health.go(story["meeting"] + "interests/")
    health.look("interests")
    health.press("My whole agency stays away")
    answer = health.page.goto(story["case"])
    assert answer.status == 404
    health.look("not-found")

    housing = visit("housing")
    housing.go(story["meeting"] + "agenda/")
    housing.press("I present this case")

    coordinator = visit("coordinator")
    coordinator.go(story["meeting"] + "research/board/")
    coordinator.look("board")
    coordinator.press("Chase all who have not answered")
    coordinator.go(story["meeting"] + "agenda/freeze/")
    if coordinator.page.locator("#despite").count():
        coordinator.page.locator("#despite").check()
    coordinator.look("freeze")
    coordinator.press("Freeze and issue")
    coordinator.page.wait_for_load_state("networkidle")
    coordinator.go(story["meeting"] + "agenda/")
    coordinator.see("frozen")


def test_nothing_opens_before_the_signature(visit, story):
    for who in ("chair", "coordinator", "police", "housing"):
        member = visit(who)
        member.go(story["meeting"] + "live/")
        assert "/statement/" in member.page.url, who
        assert "Called twice" not in member.page.content()
        member.look("statement")
        choose(member.page, mode="room")
        member.press("Sign and enter")
        member.see("There is a problem")
        choose(member.page, mode="room")
        member.page.locator("[name=agree]").check()
        member.press("Sign and enter")
        member.page.wait_for_load_state("networkidle")


def test_the_meeting_is_run_and_others_follow(visit, story):
    chair, police, housing = visit("chair"), visit("police"), visit("housing")
    page = chair.page
    chair.go(story["meeting"] + "live/")
    chair.press("Open the meeting")
    chair.see(story["reference"])
    for member in (police, housing):
        member.go(story["meeting"] + "live/")
    chair.look("live-between")
    page.get_by_role("link", name=re.compile(story["reference"])).first.click()
    chair.press("Begin this item")
    chair.look("live-item")
    for member in (police, housing):
        begun = time.monotonic()
        member.page.get_by_text("Called twice in March").first.wait_for()
        story[f"followed-{member.who}"] = time.monotonic() - begun
    housing.look("live-follower")

    _note(page, "summary", "Threats over two evenings. The child was in the house.")
    housing.page.get_by_text("Threats over two evenings").first.wait_for(timeout=6000)
    _note(page, "voice", "She wants to stay, with the locks changed.", given_by="Isla Idva")
    _note(page, "risk_victim", "High: the threats name a day.")
    _note(page, "perpetrator_line", "Considered, because he is on bail with conditions.")

    housing.page.get_by_text(re.compile("Add what .* knows")).first.click()
    housing.page.locator("form[action$='/say/'] [name=text]").first.fill("The lock can be changed on Monday.")
    housing.page.locator("form[action$='/say/'] button[type=submit]").first.click()
    page.get_by_text("The lock can be changed on Monday").first.wait_for(timeout=6000)

    page.get_by_text("Add an action").first.click()
    form = page.locator("form[action$='/actions/']")
    form.locator("[name=new-text]").fill("Change the front-door lock and fit a spyhole.")
    form.locator("[name=new-agency]").select_option(label="Aberwenlli Homes")
    chair.press("Agree this action")
    page.locator("#actions .confer-action").first.wait_for()
    chair.press("Close the item")
    chair.see("This item cannot be closed yet")
    chair.look("live-not-closed")
    choose(page, **{"decision-decision": "actions"})
    chair.press("Save the decision")
    page.locator("#outcome .govuk-tag").wait_for()
    select(page, "telling-teller", "Harri Housing")
    due = datetime.date.today() + datetime.timedelta(days=2)
    date(page, "telling-tell_by", due.day, due.month, due.year)
    fill(page, **{"telling-tell_how": "By the safe number, in the morning."})
    chair.press("Save who tells the victim")
    page.wait_for_load_state("networkidle")
    chair.look("live-recorded")
    chair.press("Close the item")
    page.wait_for_load_state("networkidle")
    chair.go(story["meeting"] + "live/")
    chair.press("Issue the actions")
    chair.go(story["meeting"] + "live/")
    chair.press("End the meeting")
    page.wait_for_load_state("networkidle")


def test_minutes_are_checked_and_approved(visit, story):
    coordinator, police, chair = visit("coordinator"), visit("police"), visit("chair")
    coordinator.go(story["meeting"] + "minutes/")
    coordinator.press("Draft the minutes")
    coordinator.see("Called twice in March")
    coordinator.look("minutes-draft")
    coordinator.press("Give the agencies their words to check")
    police.go(story["meeting"] + "minutes/")
    police.look("minutes-check")
    chair.go(story["meeting"] + "minutes/")
    if chair.page.locator("[name=early]").count():
        chair.page.locator("[name=early]").check()
    chair.press("Approve the minutes")
    chair.see("Approved by")
    chair.look("minutes-approved")
    assert "lock can be changed on Monday" not in chair.page.content()


def test_action_plans_leave_as_encrypted_mail(visit, stack, story):
    coordinator = visit("coordinator")
    page = coordinator.page
    coordinator.go(story["meeting"] + "letters/send/plan/")
    coordinator.see("marac@aberwenlli-homes.example")
    coordinator.look("letters-proposed")
    _way(page, "Aberwenlli Homes", "smime")
    _way(page, "Wenlli Police", "pdf")
    before = len(stack.letters())
    coordinator.press("Send the letters")
    page.wait_for_load_state("networkidle")
    story["letters"] = _wait_for_letters(coordinator, story, 2)
    coordinator.look("letters-sent")
    fresh = stack.letters()[before:]
    assert len(fresh) >= 2


def test_the_smime_letter_opens_with_openssl(stack, story, tmp_path):
    letter = _letter_to(stack, "marac@aberwenlli-homes.example")
    (tmp_path / "key.pem").write_text(stack.private_key)
    (tmp_path / "certificate.pem").write_text(stack.certificate)
    opened = subprocess.run(
        [
            "openssl",
            "cms",
            "-decrypt",
            "-in",
            letter,
            "-inkey",
            tmp_path / "key.pem",
            "-recip",
            tmp_path / "certificate.pem",
        ],
        capture_output=True,
        check=True,
    ).stdout
    (tmp_path / "signed.eml").write_bytes(opened)
    verified = subprocess.run(
        ["openssl", "cms", "-verify", "-noverify", "-in", tmp_path / "signed.eml"], capture_output=True, check=True
    ).stdout
    message = email.message_from_bytes(verified, policy=email.policy.default)
    document = next(
        part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "application/pdf"
    )
    (tmp_path / "plan.pdf").write_bytes(document)
    text = subprocess.run(["pdftotext", tmp_path / "plan.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "Change the front-door lock" in text and "OFFICIAL-SENSITIVE" in text
    sealed = Path(letter).read_bytes()
    assert b"Prydderch" not in sealed and b"front-door lock" not in sealed


def test_the_encrypted_pdf_opens_with_the_passphrase_shown_in_confer(visit, stack, story, tmp_path):
    letter = email.message_from_bytes(
        Path(_letter_to(stack, "marac@wenlli-police.example")).read_bytes(), policy=email.policy.default
    )
    document = next(
        part.get_payload(decode=True) for part in letter.walk() if part.get_content_type() == "application/pdf"
    )
    (tmp_path / "sealed.pdf").write_bytes(document)
    link = re.search(
        r"https?://[^/]+(/meetings/agency-letters/[0-9a-f-]+/)", letter.get_body(("plain",)).get_content()
    )[1]
    police = visit("police")
    police.go(link)
    police.look("letter-of-my-agency")
    police.press("Show the passphrase")
    passphrase = police.page.locator(".confer-passphrase code").inner_text()
    wrong = subprocess.run(["qpdf", "--password=wrong", "--check", tmp_path / "sealed.pdf"], capture_output=True)
    right = subprocess.run(
        ["qpdf", f"--password={passphrase}", "--decrypt", tmp_path / "sealed.pdf", tmp_path / "open.pdf"],
        capture_output=True,
    )
    assert (wrong.returncode, right.returncode) == (2, 0)
    shown = subprocess.run(
        ["qpdf", f"--password={passphrase}", "--show-encryption", tmp_path / "sealed.pdf"],
        capture_output=True,
        text=True,
    ).stdout
    assert "AESv3" in shown


def test_the_action_is_done_by_its_agency_and_accepted(visit, stack, story):
    housing, coordinator = visit("housing"), visit("coordinator")
    housing.go("/")
    housing.look("home-with-action")
    housing.go("/actions/")
    housing.look("actions")
    housing.page.get_by_role("link", name=re.compile("action 1")).first.click()
    choose(housing.page, state="done")
    housing.press("Save the report")
    housing.see("There is a problem")
    housing.look("action-refused")
    choose(housing.page, state="done")
    fill(housing.page, outcome="Both locks changed; the spyhole is fitted.", evidence="Job 4471")
    housing.press("Save the report")
    housing.see("Your report is saved")
    coordinator.go("/actions/?show=reported")
    coordinator.page.get_by_role("link", name=re.compile("action 1")).first.click()
    coordinator.look("action-reported")
    coordinator.press("Accept")
    coordinator.see("Saved")
    coordinator.go(story["case"])
    if coordinator.page.get_by_label("supervision", exact=False).count():
        choose(coordinator.page, reason="supervision")
        coordinator.page.get_by_role("button").last.click()
    coordinator.go(story["case"] + "history/")
    coordinator.see("closed with its last action")
    coordinator.look("case-history")
    for tab in ("", "referral/", "entries/", "actions/"):
        coordinator.go(story["case"] + tab)
        coordinator.look("case-" + (tab.strip("/") or "people"))


def test_search_finds_the_case_by_its_sound(visit, story):
    coordinator = visit("coordinator")
    coordinator.go("/search/")
    coordinator.look("search")
    fill(coordinator.page, family_name="Llanfair Prydderch", given_name="Sian")
    coordinator.press("Search")
    coordinator.see("O’Llanfair-Prydderch")
    coordinator.look("search-found")


def test_the_audit_holds_and_says_who_did_what(visit, stack, story):
    stack.manage("close_audit_block")
    assert "0" in stack.manage("verify_audit")
    auditor = visit("auditor")
    auditor.go("/audit/")
    auditor.look("audit")
    assert "Prydderch" not in auditor.page.content()
    auditor.page.locator("main table a:visible").first.click()
    auditor.look("audit-event")


def _way(page, agency: str, way: str) -> None:
    """Tick one agency's letter and choose its way."""
    row = page.locator("tr", has_text=agency)
    row.locator("[name=to]").check()
    row.locator("select").select_option(value=way)


def _wait_for_letters(coordinator, story, number: int) -> str:
    """Wait until *number* letters of the meeting are sent; the page's text."""
    for _attempt in range(60):
        coordinator.go(story["meeting"] + "letters/")
        if coordinator.page.locator("main").get_by_text("Sent", exact=True).count() >= number:
            return coordinator.page.locator("main").inner_text()
        time.sleep(1)
    raise AssertionError(coordinator.page.locator("main").inner_text())


def _letter_to(stack, address: str) -> str:
    """The path of the newest letter in the spool to *address* that carries a document."""
    for path in reversed(stack.letters()):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if address in str(message["To"]) and message.get_content_type() != "text/plain":
            return str(path)
    raise AssertionError(f"no letter to {address}")


def _note(page, part: str, text: str, **more) -> None:
    """Write one part of the item's record and save it."""
    section = page.locator(f"#note_{part}")
    section.locator("[name=text]").fill(text)
    for name, value in more.items():
        section.locator(f"[name={name}]").fill(value)
    section.locator(f"#save_{part}").click()
    page.locator(f"#note_{part}").get_by_text(re.compile("Saved")).first.wait_for()


def _late_today() -> datetime.date:
    """Today in London; where the day ends within two minutes, tomorrow, after waiting for it."""
    london = zoneinfo.ZoneInfo("Europe/London")
    now = datetime.datetime.now(london)
    if (now.hour, now.minute) >= (23, 57):
        time.sleep(181)
    return datetime.datetime.now(london).date()
