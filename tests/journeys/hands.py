"""What journeys do on every page: type, choose, save, take a step of a course, sit in a meeting.

Whatever is pressed here is waited for by what proves it: a new page, an address, a text.
"""

import datetime
import re
import subprocess


def fill(page, **typed) -> None:
    """Type into the fields of the page by their names."""
    for name, value in typed.items():
        page.locator(f"[name='{name}']").first.fill(value)


def choose(page, **chosen) -> None:
    """Tick the radio or checkbox of a name and value, or select it where it stands in a list."""
    for name, value in chosen.items():
        answers = page.locator(f"select[name='{name}']")
        if answers.count():
            answers.first.select_option(value=value)
        else:
            page.locator(f"[name='{name}'][value='{value}']").first.check()


def select(page, name: str, words: str) -> None:
    """Select the first answer of a list that holds *words*."""
    answers = page.locator(f"select[name='{name}']").first
    answers.select_option(value=answers.locator("option", has_text=words).first.get_attribute("value"))


def date(page, name: str, day: datetime.date) -> None:
    """Type *day* into the three boxes of the field *name*."""
    fill(page, **{f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)})


def ahead(days: int) -> datetime.date:
    """So many *days* from today."""
    return datetime.date.today() + datetime.timedelta(days=days)


def submit(member, name: str) -> None:
    """Press a button that brings a new page, and wait for that page."""
    with member.page.expect_navigation():
        member.press(name)


def save(member) -> None:
    """Press the button of the form that saves, and wait for the page that answers."""
    with member.page.expect_navigation():
        member.page.get_by_role("button", name=re.compile("^Save")).first.click()


def section(member, title: str) -> None:
    """Open a section of the referral from its list."""
    member.go(member.referral)
    member.follow(title)


def begin_referral(member, panel: str = "") -> str:
    """Start a referral, to *panel* where there are several; its address."""
    member.go("/referrals/start/")
    if panel:
        member.page.get_by_label(panel).check()
    member.press("Start")
    member.page.wait_for_url(re.compile(r"/referrals/[0-9a-f-]{36}/"))
    member.referral = re.search(r"/referrals/[0-9a-f-]{36}/", member.page.url)[0]
    return member.referral


def about_you(member) -> None:
    """Fill in who refers."""
    section(member, "About you")
    fill(
        member.page,
        contact_name="Rhys O’Referrer",
        contact_phone="01632 960001",
        contact_email="rhys@aberwenlli-homes.example",
    )
    save(member)


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
    with member.page.expect_navigation(url=None if stays else re.compile("/management/$")):
        member.page.locator("main form button[type=submit]", has_text=step).first.click()


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
    date(page, "day", ahead(0))
    fill(page, time="23:59")
    coordinator.press("Plan and tell those who attend")
    page.wait_for_url(re.compile(r"/meetings/[0-9a-f-]{36}/"))
    meeting = re.search(r"/meetings/[0-9a-f-]{36}/", page.url)[0]
    coordinator.go(meeting)
    submit(coordinator, "Open the agenda")
    coordinator.go(meeting + "agenda/")
    coordinator.follow("List " + reference)
    choose(page, type="full")
    select(page, "presenter", presenter.stack.cast[presenter.who]["name"])
    submit(coordinator, "List the case")
    coordinator.go(meeting + "research/board/")
    submit(coordinator, "Send the research requests")
    presenter.go(meeting + "agenda/")
    submit(presenter, "I present this case")
    coordinator.go(meeting + "agenda/freeze/")
    if page.locator("#despite").count():
        page.locator("#despite").check()
    submit(coordinator, "Freeze and issue")
    return meeting


def enter(member, meeting: str) -> None:
    """Sign the statement and enter the sitting, in the room."""
    member.go(meeting + "live/")
    choose(member.page, mode="room")
    member.page.locator("[name=agree]").check()
    submit(member, "Sign and enter")


def note(page, part: str, text: str, **more) -> None:
    """Write one part of the item's record and save it."""
    section = page.locator(f"#note_{part}")
    section.locator("[name=text]").fill(text)
    for name, value in more.items():
        section.locator(f"[name={name}]").fill(value)
    section.locator(f"#save_{part}").click()
    page.locator(f"#note_{part}").get_by_text(re.compile("Saved")).first.wait_for()
