"""From an invitation to the first page; resting too long without losing a word; leaving at once."""

import base64
import time

import pytest
from django_otp.oath import TOTP

from tests.journeys.conftest import Visitor


def code_of(secret: str, *, ahead: int = 0) -> str:
    """The one-time code of *secret*, *ahead* steps from now: a code that was used is not right again."""
    totp = TOTP(base64.b32decode(secret + "=" * (-len(secret) % 8)))
    totp.time = time.time() + 30 * ahead
    return f"{totp.token():06d}"


def rest(stack, who: str, minutes: int) -> None:
    """Let every open session of *who* have rested for *minutes*."""
    stack.manage(
        "shell",
        "-c",
        "from datetime import timedelta; from django.utils import timezone;"
        "from partnership.models import MemberSession;"
        f"MemberSession.objects.filter(member__email={stack.cast[who]['email']!r}).update("
        f"last_seen_at=timezone.now() - timedelta(minutes={minutes}, seconds=5))",
    )


def next_code(stack, who: str) -> str:
    return code_of(stack.cast[who]["totp_secret"], ahead=1)


def test_what_is_typed_outlives_the_cover(visit, stack):
    member = visit("administrator")
    page = member.page
    member.go("/members/invite/")
    page.locator("[name=name]").fill("Half a name")
    rest(stack, "administrator", 21)
    page.evaluate("document.dispatchEvent(new Event('confer:locked'))")
    cover = page.locator("#session-lock")
    cover.locator("[name=code]").wait_for()
    assert not page.locator("main").is_visible()
    member.look("cover")
    cover.locator("[name=password]").fill("wrong")
    cover.locator("[name=code]").fill("000000")
    cover.get_by_role("button", name="Continue").click()
    cover.get_by_text("This is not your present password.").first.wait_for()
    member.look("cover-refused")
    cover.locator("[name=password]").fill(stack.cast["administrator"]["password"])
    cover.locator("[name=code]").fill(next_code(stack, "administrator"))
    cover.get_by_role("button", name="Continue").click()
    cover.wait_for(state="hidden")
    assert page.locator("[name=name]").input_value() == "Half a name"
    assert page.locator("main").is_visible()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.locator("[name=name]").input_value() == "Half a name"


def test_the_warning_lets_one_stay(visit, stack):
    member = visit("auditor")
    page = member.page
    page.clock.install()
    member.go("/account/password/")
    page.locator("[name=old]").fill("half")
    with page.expect_response("**/session/stay/"):  # typing is activity
        page.clock.fast_forward(62 * 1000)
        page.clock.run_for(1000)
    rest(stack, "auditor", 18)
    with page.expect_response("**/session/"):
        page.clock.fast_forward((18 * 60 + 10) * 1000)
        page.clock.run_for(1000)
    warning = page.locator("#session-warning")
    warning.wait_for()
    assert page.evaluate("document.activeElement.id") == "session-warning-title"
    member.look("warning")
    warning.get_by_role("button", name="Stay signed in").click()
    warning.wait_for(state="hidden")
    assert page.locator("[name=old]").input_value() == "half"


def test_a_form_outlives_the_time_out_without_scripts(visit, stack, browser):
    member = visit("administrator")
    plain = browser.new_context(
        java_script_enabled=False, base_url=stack.url, storage_state=member.context.storage_state()
    )
    page = plain.new_page()
    page.goto("/members/invite/")
    page.locator("[name=name]").fill("Typed without scripts")
    rest(stack, "administrator", 21)
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("What you typed is kept").wait_for()
    page.locator("[name=password]").fill(stack.cast["administrator"]["password"])
    page.locator("[name=code]").fill(recovery_code(stack, "administrator"))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send what I typed").click()
    assert page.locator("[name=name]").input_value() == "Typed without scripts"
    plain.close()


def test_what_is_typed_outlives_the_end_of_the_session(visit, stack, browser):
    member = Visitor(stack, browser, "chair", None).sign_in()
    page = member.page
    member.go("/account/password/")
    page.locator("[name=password]").fill("half a password")
    stack.manage(
        "shell",
        "-c",
        "from partnership.models import MemberSession;"
        f"MemberSession.objects.filter(member__email={stack.cast['chair']['email']!r}).end(why='by_member')",
    )
    page.evaluate("document.dispatchEvent(new Event('confer:locked'))")
    cover = page.locator("#session-lock")
    cover.get_by_text("Your session has ended").wait_for()
    member.look("cover-over")
    with member.context.expect_page() as opened:
        cover.get_by_role("link", name="Sign in (opens in a new tab)").click()
    tab = opened.value
    tab.locator("[name=email]").fill(stack.cast["chair"]["email"])
    tab.locator("input[name=password]").fill(stack.cast["chair"]["password"])
    tab.get_by_role("button", name="Continue").click()
    tab.locator("[name=code]").fill(recovery_code(stack, "chair"))
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_text("What you owe, by when").first.wait_for()
    cover.get_by_role("button", name="I have signed in: go on").click()
    cover.wait_for(state="hidden")
    assert page.locator("[name=password]").input_value() == "half a password"
    page.get_by_role("button", name="Change password").click()
    page.get_by_text("Enter present password").first.wait_for()
    member.close()


def recovery_code(stack, who: str) -> str:
    """A recovery code of *who*, made now."""
    return stack.manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from partnership.models import Member; from partnership.workflow.sign_in import make_recovery_codes;"
        "member = Member.objects.select_related('agency')"
        f".get(email={stack.cast[who]['email']!r}); print(make_recovery_codes(by=member)[0])",
    ).split()[-1]


def test_from_the_invitation_to_the_first_page(visit, stack, browser):
    administrator = visit("administrator")
    page = administrator.page
    before = len(stack.letters())
    administrator.go("/members/invite/")
    domain = stack.cast["administrator"]["email"].partition("@")[2]
    page.locator("[name=name]").fill("Nia Newcomer")
    page.locator("[name=email]").fill(f"nia.{int(time.time())}@{domain}")
    page.locator("[name=agency]").select_option(index=1)
    agency = page.locator("[name=agency] option").filter(has_text="Council").first.get_attribute("value")
    page.locator("[name=agency]").select_option(agency)
    page.get_by_label("Auditor").check()
    administrator.look("invite")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("The invitation is on its way.").wait_for()
    letters = stack.letters()
    assert len(letters) == before + 1
    text = letters[-1].read_text().replace("=\n", "")
    path = next(part for part in text.split() if "/invitation/" in part).partition("/invitation/")[2]
    newcomer = Visitor(stack, browser, "newcomer", None)
    page = newcomer.page
    newcomer.go(f"/invitation/{path}")
    newcomer.look("enrol-password")
    page.locator("[name=password]").fill("Winter2026")
    page.locator("[name=again]").fill("Winter2026")
    page.get_by_role("button", name="Continue").click()
    newcomer.see("There is a problem")
    newcomer.look("enrol-password-refused")
    for name in ("password", "again"):
        page.locator(f"[name={name}]").fill("Four-unrelated-teapots 9")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("I cannot scan it").click()
    newcomer.look("enrol-authenticator")
    secret = page.locator(".confer-secret").inner_text().replace(" ", "")
    page.locator("[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="Continue").click()
    page.locator(".confer-codes").wait_for()
    newcomer.go("/")
    newcomer.see("Before you go on, you need recovery codes")
    newcomer.look("enrol-codes")
    page.get_by_role("button", name="Make recovery codes").click()
    assert page.locator(".confer-codes li").count() == 10
    page.locator("[name=kept_safe]").check()
    page.get_by_role("button", name="Finish").click()
    newcomer.see("What you owe, by when")
    newcomer.close()


@pytest.mark.parametrize("who", ["administrator"])
def test_every_page_of_members_and_settings(visit, stack, who):
    member = visit(who)
    page = member.page
    for path in ("/account/", "/account/sessions/", "/account/authenticator/", "/account/recovery-codes/", "/roles/"):
        member.go(path).look(path.strip("/").replace("/", "-"))
    for start, link in (("/members/", "main table a"), ("/agencies/", "main table a"), ("/register/", "main th a")):
        member.go(start).look(start.strip("/"))
        page.locator(link).first.click()
        member.look(f"{start.strip('/')}-one")
    register = ("/register/protocol/", "/register/attendees/", "/register/attendees/add/", "/register/lawful-bases/")
    for path in ("/settings/", "/settings/change/", "/settings/panels/add/", "/agencies/add/", *register):
        member.go(path).look(path.strip("/").replace("/", "-"))


def test_signing_out_everywhere_ends_the_other_browser_too(visit, stack, browser):
    one = visit("liaison_officer")
    other = Visitor(stack, browser, "liaison_officer", None)
    other.context.add_cookies(one.context.cookies())
    other.go("/account/").see("Your account")
    one.go("/account/sessions/")
    one.press("Sign out everywhere")
    one.see("You are signed out")
    other.go("/account/")
    assert "/sign-in/" in other.page.url
    other.close()
