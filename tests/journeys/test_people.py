"""One person on two panels: nobody of either case learns of the other; combined by two people, told, and parted again.

And a member who turns out to be close to a person while their case is heard.  One story in the order in which it
happens: each test is its next chapter, and leans on those before it.
"""

import pytest

from tests.journeys.forms import choose, fill, select

STAGE = ("people",)
SIDES = {"housing": 0, "children": 1}  # who is on the MARAC case alone, and on the ASB panel's alone
PAGES = ("/cases/", "/", "/actions/", "/same-person/news/")


@pytest.fixture(scope="module")
def sides(stack):
    """The two cases: address and reference, the MARAC's first."""
    staged = stack.staged
    return [(f"/cases/{staged[name]}/", staged["references"][n]) for n, name in enumerate(("here", "there"))]


def no_hint(member, mine: tuple[str, str], other: tuple[str, str]) -> None:
    """*member* sees their own case on every road, and the other on none."""
    for page in [*(mine[0] + tab for tab in ("", "history/", "referral/")), *PAGES]:
        member.go(page)
        shown = member.page.content()
        assert (other[1] in shown, "Possible same" in shown, other[0] in shown) == (False, False, False), page
    assert member.page.goto(other[0]).status == 404
    assert member.page.goto("/same-person/across/").status == 403
    member.go("/search/")
    fill(member.page, given_name="Nest", family_name="Rhydderch")
    member.press("Search")
    found = member.page.locator("#main-content").inner_text()
    assert (mine[1] in found, other[1] in found) == (True, False)


@pytest.mark.parametrize("who", SIDES)
def test_neither_side_sees_a_hint_of_the_other(visit, sides, who):
    no_hint(visit(who), sides[SIDES[who]], sides[1 - SIDES[who]])
    visit(who).look("people-one-side")


def test_who_coordinates_both_sees_a_possible_same_person_and_proposes_it(visit, sides):
    coordinator = visit("coordinator")
    coordinator.go("/")
    coordinator.follow("Possible same person on two panels")
    coordinator.see(sides[0][1])
    coordinator.look("people-across")
    coordinator.follow("Compare, and propose that they are one person")
    coordinator.press("Propose that they are one person")
    coordinator.see("There is a problem")
    coordinator.look("people-propose-refused")
    fill(coordinator.page, words="The same birthday, and the same tattoo in both files.")
    coordinator.press("Propose that they are one person")
    coordinator.see("You proposed this: somebody else decides.")
    coordinator.look("people-proposed")


def test_a_second_person_decides_and_who_worked_with_both_is_told(visit, sides):
    chair = visit("chair")
    chair.go("/")
    chair.follow("Proposal that two records are one person")
    chair.page.locator("#main-content a[href^='/same-person/']").first.click()
    chair.see("The same birthday")
    chair.look("people-decide")
    choose(chair.page, do="approve")
    chair.press("Decide")
    chair.look("people-combined")
    told(visit("police"), sides)
    no_hint(visit("housing"), *sides)


def test_it_was_two_people_after_all_and_is_undone(visit, sides):
    coordinator = visit("coordinator")
    coordinator.go("/same-person/")
    coordinator.page.locator("#main-content a[href^='/same-person/']").first.click()
    fill(coordinator.page, words="They are sisters; the birthday was copied.")
    coordinator.press("Part the two records again")
    coordinator.see("The two records are parted again.")
    coordinator.look("people-parted")
    told(visit("police"), sides)
    no_hint(visit("children"), *sides[::-1])


def told(police, sides) -> None:
    """The police, who are on both cases, are told, and say that they have read it."""
    police.go("/")
    police.follow("Change to records that you work with")
    for _address, reference in sides:
        police.see(reference)
    police.look("people-news")
    police.press("I have read this and checked")


def test_a_conflict_marked_while_the_case_is_heard_takes_the_item_off_the_screen(visit, stack, sides):
    live = f"/meetings/{stack.staged['meeting']}/live/"
    housing, coordinator = visit("housing"), visit("coordinator")
    housing.go(live)
    housing.see("Nest Rhydderch")
    coordinator.go(sides[0][0] + "conflicts/")
    select(coordinator.page, "member", "Harri Housing")
    choose(coordinator.page, relation="related", whole_agency="no")
    coordinator.look("people-conflict")
    coordinator.press("Keep them from this case")
    housing.see("Another matter is being discussed")
    assert "Rhydderch" not in housing.page.content()
    housing.look("people-item-lost")
    assert housing.page.goto(sides[0][0]).status == 404


def test_a_member_declares_an_interest_in_one_tab_and_loses_the_item_in_the_other(visit, stack, sides):
    health = visit("health")
    health.go(f"/meetings/{stack.staged['meeting']}/live/")
    health.see("Nest Rhydderch")
    tab = health.context.new_page()
    tab.goto(sides[0][0] + "interest/")
    choose(tab, relation="neighbour")
    tab.get_by_role("button", name="Close this case to me").click()
    tab.get_by_text("The case is closed to you from now on").wait_for()
    health.see("Another matter is being discussed")
    assert "Rhydderch" not in health.page.content()
