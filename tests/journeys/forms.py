"""What a visitor's hands do with the forms of any journey: type, tick, select, give a day, save."""

import contextlib
import datetime
import re
import time
import zoneinfo


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


def tick_where_asked(member, box: str) -> None:
    """Tick the *box* if the page has it."""
    if member.page.locator(box).count():
        member.page.locator(box).check()


def select(page, name: str, words: str) -> None:
    """Select the first answer of a list that holds *words*."""
    answers = page.locator(f"select[name='{name}']").first
    answers.select_option(value=answers.locator("option", has_text=words).first.get_attribute("value"))


def date(page, name: str, day: datetime.date) -> None:
    """Type *day* into the three fields of the date *name*."""
    fill(page, **{f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)})


def ahead(days: int) -> datetime.date:
    return datetime.date.today() + datetime.timedelta(days=days)


def save(member) -> None:
    """Press the form's button to save, and wait for the page that answers."""
    member.click(member.page.get_by_role("button", name=re.compile("Save")).first)


def question(member, title: str) -> None:
    """Wait for the page of this title."""
    member.page.get_by_role("heading", name=title, level=1).wait_for()


def section(member, title: str) -> None:
    """Open a section of the referral from its list."""
    member.go(member.referral)
    member.follow(title)


def add(member, title: str, **typed) -> None:
    """Add somebody in the section *title*."""
    section(member, title)
    member.page.get_by_role("button", name=re.compile("^Add")).or_(
        member.page.get_by_role("link", name=re.compile("^Add"))
    ).first.click()
    fill(member.page, **typed)
    save(member)


def about_you(member) -> None:
    """Fill in and save the referral's section about who refers."""
    section(member, "About you")
    fill(
        member.page,
        contact_name="Rhys O’Referrer",
        contact_phone="01632 960001",
        contact_email="rhys@aberwenlli-homes.example",
    )
    save(member)


def write_note(page, part: str, text: str, **more) -> None:
    """Write one part of the item's record and save it."""
    section = page.locator(f"#note_{part}")
    section.locator("[name=text]").fill(text)
    for name, value in more.items():
        section.locator(f"[name={name}]").fill(value)
    section.locator(f"#save_{part}").click()
    page.locator(f"#note_{part}").get_by_text(re.compile("Saved")).first.wait_for()


@contextlib.contextmanager
def late_answers(page, address: str):
    """Inside, what the server answers to *address* is held back; at the end the page gets it."""
    held = []
    page.route(address, lambda route: held.append((route, route.fetch())))
    yield
    for route, answer in held:
        route.fulfill(response=answer)
    page.unroute(address)


def late_today() -> datetime.date:
    """Today in London; where the day ends within two minutes, tomorrow, after waiting for it."""
    london = zoneinfo.ZoneInfo("Europe/London")
    now = datetime.datetime.now(london)
    if (now.hour, now.minute) >= (23, 57):
        time.sleep(181)
    return datetime.datetime.now(london).date()
