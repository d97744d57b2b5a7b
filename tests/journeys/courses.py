"""What a visitor does on any panel: begins a referral, takes a step of a case's course, brings a case to a sitting."""

import re
import subprocess

from tests.journeys.forms import choose, date, fill, late_today, save, section, select, tick_where_asked


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


# --- a meeting
def listed_today(coordinator, presenter, reference: str) -> str:
    """A meeting late today with the case of *reference* on its frozen agenda, presented by *presenter*; its address."""
    page = coordinator.page
    coordinator.go("/meetings/")
    coordinator.follow("Plan a meeting")
    date(page, "day", late_today())
    fill(page, time="23:59")
    coordinator.press("Plan and tell those who attend")
    page.wait_for_url(re.compile(r"/meetings/[0-9a-f-]{36}/"))
    meeting = re.search(r"/meetings/[0-9a-f-]{36}/", page.url)[0]
    coordinator.go(meeting)
    coordinator.press("Open the agenda")
    coordinator.go(meeting + "agenda/")
    coordinator.follow("List " + reference)
    choose(page, type="full")
    select(page, "presenter", presenter.stack.cast[presenter.who]["name"])
    coordinator.press("List the case")
    coordinator.go(meeting + "research/board/")
    coordinator.press("Send the research requests")
    presenter.go(meeting + "agenda/")
    presenter.press("I present this case")
    coordinator.go(meeting + "agenda/freeze/")
    tick_where_asked(coordinator, "#despite")
    coordinator.press("Freeze and issue")
    return meeting


def enter(member, meeting: str) -> None:
    """Sign the statement and enter the sitting, in the room."""
    member.go(meeting + "live/")
    choose(member.page, mode="room")
    member.page.locator("[name=agree]").check()
    member.press("Sign and enter")
