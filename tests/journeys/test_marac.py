"""A MARAC from end to end, by five members in five browsers: a referral becomes an encrypted action plan, and is done.

One story in the order in which it happens: each test is its next chapter, and leans on those before it.
"""

import datetime
import re

from tests.journeys import letters
from tests.journeys.forms import (
    about_you,
    add,
    ahead,
    choose,
    date,
    fill,
    late_answers,
    late_today,
    save,
    section,
    select,
    tick_where_asked,
    write_note,
)

SIGNS_IN = True


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
    save(housing)
    housing.see("must be a real date")
    assert page.locator("[name=family_name]").input_value() == "O’Llanfair-Prydderch"
    housing.look("referral-victim-refused")
    date(page, "birth_date", datetime.date(1990, 3, 7))
    save(housing)

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
    save(housing)

    add(housing, "Alleged perpetrators", given_name="Huw", family_name="Prydderch", aliases="Huwie Pritchard")
    add(housing, "Children", given_name="Cai", family_name="Prydderch", school="Ysgol Ddychmygol")
    housing.look("referral-children")

    about_you(housing)
    section(housing, "Why you refer")
    page.locator("[name=professional_judgement]").check()
    fill(page, judgement_reasons="Two visits in a week, and the threats name a day.")
    save(housing)
    section(housing, "Risk checklist")
    housing.look("referral-checklist")
    section(housing, "What happened")
    fill(page, summary="Threats at the door on two evenings; a neighbour heard a window break.")
    date(page, "incident_on", datetime.date(2026, 11, 1))
    save(housing)
    section(housing, "What the victim knows and wants")
    choose(page, aware="yes", consents="no")
    fill(page, no_consent_reason="She fears what he will do. The danger to the child outweighs it.")
    save(housing)
    section(housing, "Lawful basis")
    page.locator("[name=lawful_basis]").first.check()
    fill(page, lawful_basis_words="To prevent serious harm to her and to the child.")
    save(housing)
    section(housing, "Other MARACs")
    choose(page, other_marac="no")
    save(housing)

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
    date(page, "day", datetime.date.today())
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
    date(page, "day", late_today())
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
    children.page.locator("[data-research-case]").first.focus()
    children.page.keyboard.press("p")
    with children.page.expect_navigation():
        children.page.keyboard.press("n")  # of the person who has the focus, and of nobody else
    assert children.page.get_by_text("Not known", exact=True).count() == 1
    children.press("Nothing known in this case")
    children.go(story["meeting"] + "research/")
    children.look("research-answered")

    health = visit("health")
    health.go(story["meeting"] + "interests/")
    health.look("interests")
    health.press("My whole agency stays away")
    assert health.page.goto(story["case"]).status == 404
    health.look("not-found")

    housing = visit("housing")
    housing.go(story["meeting"] + "agenda/")
    housing.press("I present this case")

    coordinator = visit("coordinator")
    coordinator.go(story["meeting"] + "research/board/")
    coordinator.look("board")
    coordinator.press("Chase all who have not answered")
    coordinator.go(story["meeting"] + "agenda/freeze/")
    tick_where_asked(coordinator, "#despite")
    coordinator.look("freeze")
    coordinator.press("Freeze and issue")
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
        member.page.get_by_text("Called twice in March").first.wait_for(timeout=member.patience())
    housing.look("live-follower")

    write_note(page, "summary", "Threats over two evenings. The child was in the house.")
    housing.page.get_by_text("Threats over two evenings").first.wait_for(timeout=housing.patience())
    write_note(page, "voice", "She wants to stay, with the locks changed.", given_by="Isla Idva")
    write_note(page, "risk_victim", "High: the threats name a day.")
    write_note(page, "perpetrator_line", "Considered, because he is on bail with conditions.")

    housing.page.get_by_text(re.compile("Add what .* knows")).first.click()
    housing.page.locator("form[action$='/say/'] [name=text]").first.fill("The lock can be changed on Monday.")
    housing.page.locator("form[action$='/say/'] button[type=submit]").first.click()
    page.get_by_text("The lock can be changed on Monday").first.wait_for()

    page.get_by_text("Add an action").first.click()
    form = page.locator("form[action$='/actions/']")
    form.locator("[name=new-text]").fill("Change the front-door lock and fit a spyhole.")
    form.locator("[name=new-agency]").select_option(label="Aberwenlli Homes")
    with late_answers(page, "**/actions/"):
        form.get_by_role("button", name="Agree this action").click()
        # Meanwhile the agency proposes an action of its own, which changes the same part of the chair's screen.
        housing.page.locator("#say details").first.evaluate("each => { each.open = true }")
        housing.page.locator("#say [name=text]").fill("Visit with the police officer.")
        housing.page.locator("#say [name=kind][value=proposal]").check()
        housing.page.locator("#say button[type=submit]").click()
        page.get_by_text("Visit with the police officer.").first.wait_for()
    page.locator("#actions .confer-action").first.wait_for()
    chair.press("Close the item")
    chair.see("This item cannot be closed yet")
    chair.look("live-not-closed")
    choose(page, **{"decision-decision": "actions"})
    chair.press("Save the decision")
    page.locator("#outcome .govuk-tag").wait_for()
    select(page, "telling-teller", "Harri Housing")
    date(page, "telling-tell_by", ahead(2))
    fill(page, **{"telling-tell_how": "By the safe number, in the morning."})
    chair.press("Save who tells the victim")
    chair.look("live-recorded")
    chair.press("Close the item")
    chair.go(story["meeting"] + "live/")
    chair.press("Issue the actions")
    chair.go(story["meeting"] + "live/")
    chair.press("End the meeting")


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
    tick_where_asked(chair, "[name=early]")
    chair.press("Approve the minutes")
    chair.see("Approved by")
    chair.look("minutes-approved")
    assert "lock can be changed on Monday" not in chair.page.content()


def test_action_plans_leave_as_encrypted_mail(visit, stack, story):
    coordinator = visit("coordinator")
    coordinator.go(story["meeting"] + "letters/send/plan/")
    coordinator.see("marac@aberwenlli-homes.example")
    coordinator.look("letters-proposed")
    letters.choose_way(coordinator.page, "Aberwenlli Homes", "smime")
    letters.choose_way(coordinator.page, "Wenlli Police", "pdf")
    before = len(stack.letters())
    coordinator.press("Send the letters")
    letters.wait_for_letters(coordinator, story["meeting"], 2)
    coordinator.look("letters-sent")
    assert len(stack.letters()) >= before + 2


def test_the_smime_letter_opens_with_openssl(stack, story, tmp_path):
    letter = letters.letter_to(stack, "marac@aberwenlli-homes.example")
    text = letters.words_of(letters.document_of(letters.opened_with_openssl(stack, letter, tmp_path)))
    assert "Change the front-door lock" in text and "OFFICIAL-SENSITIVE" in text
    sealed = letter.read_bytes()
    assert b"Prydderch" not in sealed and b"front-door lock" not in sealed


def test_the_encrypted_pdf_opens_with_the_passphrase_shown_in_confer(visit, stack, story, tmp_path):
    letter = letters.read(letters.letter_to(stack, "marac@wenlli-police.example").read_bytes())
    sealed = tmp_path / "sealed.pdf"
    sealed.write_bytes(letters.document_of(letter))
    police = visit("police")
    police.go(letters.page_of(letter))
    police.look("letter-of-my-agency")
    police.press("Show the passphrase")
    passphrase = police.page.locator(".confer-passphrase code").inner_text()
    assert (letters.opens_with(sealed, "wrong"), letters.opens_with(sealed, passphrase)) == (False, True)
    assert "AESv3" in letters.encryption_of(sealed, passphrase)


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
