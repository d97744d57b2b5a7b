"""What a visitor does on any panel: begins a referral, takes a step of a case's course, brings a case to a sitting."""

import re
import subprocess
import time

from tests.journeys.forms import (
    ahead,
    choose,
    date,
    fill,
    late_today,
    save,
    section,
    select,
    tick_where_asked,
    write_note,
)


def begin_referral(member, panel: str = "") -> str:
    """Start a referral, to *panel* where there are several; its address."""
    member.go("/referrals/start/")
    if panel:
        member.page.get_by_label(panel).check()
    member.press("Start")
    member.page.wait_for_url(re.compile(r"/referrals/[0-9a-f-]{36}/"))
    member.referral = re.search(r"/referrals/[0-9a-f-]{36}/", member.page.url)[0]
    return member.referral


def lawful_basis(member, words: str) -> None:
    """Claim the first lawful basis that is offered, with *words*."""
    section(member, "Lawful basis")
    member.page.locator("[name=lawful_basis]").first.check()
    fill(member.page, lawful_basis_words=words)
    save(member)


# --- the course of a case
def begin(member, story, step: str) -> None:
    """Open the form of a step from the tab of the case."""
    member.go(story["case"] + "management/")
    member.page.get_by_role("main").get_by_role("link", name=step, exact=True).first.click()
    member.page.get_by_role("heading", level=1, name=step).wait_for()


def press_step(member, step: str, *, stays: bool = False) -> None:
    """Press the step's button; the tab is shown again, unless the step is refused (*stays*)."""
    member.click(member.page.locator("main form button[type=submit]", has_text=step).first)
    if not stays:
        member.page.wait_for_url(re.compile("/management/$"))


def take(member, story, step: str, *, words: str = "", **fields) -> None:
    """Take one step whole: *fields* are radios and boxes, *words* its words."""
    begin(member, story, step)
    choose(member.page, **fields)
    if words:
        fill(member.page, words=words)
    press_step(member, step)


def printed(member, address: str) -> str:
    """The words of the PDF at *address*."""
    answer = member.page.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    done = subprocess.run(["pdftotext", "-", "-"], input=answer.body(), capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


# --- an action, and the end of a case
def reports_done(member, reference: str, outcome: str) -> None:
    """*member* reports the first unfinished action of their agency on the case of *reference* as done."""
    member.go("/actions/?whose=mine")
    member.follow(reference)
    choose(member.page, state="done")
    fill(member.page, outcome=outcome)
    member.press("Save the report")


def accepts(coordinator, reference: str) -> None:
    """The first report on the case of *reference* is accepted."""
    coordinator.go("/actions/?show=reported")
    coordinator.follow(reference)
    coordinator.press("Accept")


def opens(coordinator, story) -> None:
    """Open the page of the case, saying why where nothing leads there any more."""
    coordinator.go(story["case"])
    if coordinator.page.locator("[name=reason]").count():
        choose(coordinator.page, reason="supervision")
        coordinator.press("Go on")


def sees_closed(coordinator, story) -> None:
    """The page of the case says that it is closed."""
    opens(coordinator, story)
    coordinator.see("Closed on")


# --- a meeting
def listed_today(coordinator, presenter, reference: str) -> str:
    """A meeting late today with the case of *reference* on its frozen agenda, presented by *presenter*; its address."""
    meeting = planned(coordinator, late_today(), "23:59")
    lists(coordinator, meeting, reference, presenter)
    asks(coordinator, meeting)
    freezes(coordinator, meeting, presenter)
    return meeting


def planned(coordinator, day, at: str, panel: str = "") -> str:
    """Plan a meeting, of *panel* (its id) where there are several, and open its agenda; its address."""
    page = coordinator.page
    coordinator.go(f"/meetings/plan/{panel}/" if panel else "/meetings/")
    if not panel:
        coordinator.follow("Plan a meeting")
    date(page, "day", day)
    fill(page, time=at)
    coordinator.press("Plan and tell those who attend")
    page.wait_for_url(re.compile(r"/meetings/[0-9a-f-]{36}/"))
    meeting = re.search(r"/meetings/[0-9a-f-]{36}/", page.url)[0]
    coordinator.go(meeting)
    coordinator.press("Open the agenda")
    return meeting


def lists(coordinator, meeting: str, reference: str, presenter) -> None:
    """Ask for the case of *reference* to be listed, presented by *presenter*."""
    coordinator.go(meeting + "agenda/")
    coordinator.follow("List " + reference)
    choose(coordinator.page, type="full")
    select(coordinator.page, "presenter", presenter.stack.cast[presenter.who]["name"])
    coordinator.press("List the case")


def asks(coordinator, meeting: str) -> None:
    """Send the research requests."""
    coordinator.go(meeting + "research/board/")
    coordinator.press("Send the research requests")


def freezes(coordinator, meeting: str, presenter) -> None:
    """*presenter* confirms, and the agenda is frozen whatever is warned of."""
    presenter.go(meeting + "agenda/")
    presenter.press("I present this case")
    coordinator.go(meeting + "agenda/freeze/")
    tick_where_asked(coordinator, "#despite")
    coordinator.press("Freeze and issue")
    coordinator.see("The agenda is frozen and issued.")


def enter(member, meeting: str) -> None:
    """Sign the statement and enter the sitting, in the room."""
    member.go(meeting + "live/")
    choose(member.page, mode="room")
    member.page.locator("[name=agree]").check()
    member.press("Sign and enter")


def begins(chair, meeting: str, reference: str) -> None:
    """The chair opens the meeting and begins the item of *reference*."""
    chair.go(meeting + "live/")
    chair.press("Open the meeting")
    chair.see(reference)
    chair.page.get_by_role("link", name=re.compile(reference)).first.click()
    chair.press("Begin this item")


def agrees(chair, text: str, agency: str) -> None:
    """The chair proposes that *agency* does *text*; whether it is agreed is for who looks."""
    page = chair.page
    if not page.locator("form[action$='/actions/'] [name=new-text]").is_visible():
        page.get_by_text("Add an action").first.click()
    form = page.locator("form[action$='/actions/']")
    form.locator("[name=new-text]").fill(text)
    form.locator("[name=new-agency]").select_option(label=agency)
    chair.press("Agree this action")


def closes(chair, meeting: str, teller: str, *, no_actions: str = "", **notes) -> None:
    """The chair records *notes* by part, the decision and who tells the person, and closes item and meeting.

    The decision is that actions are agreed, or none, because of *no_actions*.
    """
    page = chair.page
    for part, text in notes.items():
        write_note(page, part, text)
    choose(page, **{"decision-decision": "none" if no_actions else "actions"})
    if no_actions:
        fill(page, **{"decision-reason": no_actions})
    chair.press("Save the decision")
    page.locator("#outcome .govuk-tag").wait_for()
    select(page, "telling-teller", teller)
    date(page, "telling-tell_by", ahead(2))
    fill(page, **{"telling-tell_how": "At the surgery."})
    chair.press("Save who tells")
    page.get_by_text("Change who tells").wait_for()
    chair.go(meeting + "live/")
    chair.press("Close the item")
    chair.go(meeting + "live/")
    chair.press("Issue the actions")
    chair.go(meeting + "live/")
    chair.press("End the meeting")


def approves(coordinator, chair, meeting: str) -> None:
    """The minutes are drafted, given to the agencies, and approved before all of them have answered."""
    coordinator.go(meeting + "minutes/")
    coordinator.press("Draft the minutes")
    coordinator.press("Give the agencies their words to check")
    chair.go(meeting + "minutes/")
    tick_where_asked(chair, "[name=early]")
    chair.press("Approve the minutes")
    chair.see("Approved by")


def minutes_of(member, meeting: str) -> str:
    """The words of the minutes as the agency of *member* gets them, made by the worker."""
    page = member.page
    member.go(meeting + "documents/")
    member.click(page.locator("#_shelves form:has([value=agency_minutes]) button"))
    for _second in range(60):
        made = page.locator("#_shelves section a[download]")
        if made.count():
            break
        time.sleep(0.5)
        member.go(meeting + "documents/")
    return printed(member, made.first.get_attribute("href"))
