"""Each member signs in and sees a home page of their own, accessible and valid."""

import re

import pytest


@pytest.mark.parametrize(
    "who", ["coordinator", "chair", "housing", "referrer", "liaison_officer", "auditor", "administrator"]
)
def test_everybody_has_a_home(visit, who):
    member = visit(who)
    member.go("/")
    member.page.get_by_role("heading", level=1).first.wait_for()
    member.look("home")


def test_every_entry_of_the_navigation_opens(visit):
    for who in ("coordinator", "housing", "auditor", "administrator"):
        member = visit(who)
        member.go("/")
        links = member.page.locator("nav[aria-label] a").evaluate_all("links => links.map(link => link.href)")
        for link in dict.fromkeys(links):
            answer = member.page.goto(link)
            assert answer.status == 200, (who, link)
            member.look("navigation" + re.sub(r"\W+", "-", link.removeprefix(member.stack.url)).strip("-"))
