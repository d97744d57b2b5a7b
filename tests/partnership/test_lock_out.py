"""Lock-out by account and address together; wrong passwords and wrong codes fill one count."""

import datetime

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from partnership.sign_in import lockout
from tests.audit.ledger import recorded_names
from tests.partnership.test_sign_in import errors
from tests.signing_in import enrol
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
HERE, THERE = "203.0.113.1", "203.0.113.2"
LOCKED = ["There were too many wrong attempts. Wait 60 minutes, or ask an administrator to unlock the account."]


def attempt(client, email, password="wrong horse", address=HERE):
    return client.post("/sign-in/", {"email": email, "password": password}, REMOTE_ADDR=address)


def lock(client, email, address=HERE):
    for _attempt in range(5):
        attempt(client, email, address=address)


@pytest.mark.parametrize(
    ("who", "address", "enters"),
    [("police", HERE, False), ("police", THERE, True), ("health", HERE, True), ("health", THERE, True)],
)
def test_locked_is_this_account_from_this_address(client, world, who, address, enters):
    enrol(world.police)
    enrol(world.health)
    lock(client, world.police.email)
    response = attempt(client, getattr(world, who).email, PASSWORD, address)
    assert (response.status_code == 302) is enters
    if not enters:
        assert errors(response) == LOCKED


def test_the_fifth_wrong_attempt_locks_and_says_so(client, world):
    enrol(world.police)
    answers = [errors(attempt(client, world.police.email)) for _attempt in range(6)]
    wrong = ["The e-mail address or the password is not right."]
    assert answers == [wrong] * 4 + [LOCKED] * 2
    assert recorded_names() == ["member.sign_in_failed"] * 5 + ["member.locked_out"]


def test_how_many_attempts_and_how_long_is_policy(client, world, settings):
    settings.AXES_FAILURE_LIMIT, settings.AXES_COOLOFF_TIME = 3, datetime.timedelta(minutes=15)
    enrol(world.police)
    answers = [errors(attempt(client, world.police.email)) for _attempt in range(3)]
    wrong = ["The e-mail address or the password is not right."]
    said = ["There were too many wrong attempts. Wait 15 minutes, or ask an administrator to unlock the account."]
    assert answers == [wrong] * 2 + [said]
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=16))
    assert attempt(client, world.police.email, PASSWORD).status_code == 302


def test_an_unknown_account_is_locked_alike(client, world):
    answers = [errors(attempt(client, "nobody@elsewhere.example")) for _attempt in range(6)]
    assert [answer == LOCKED for answer in answers] == [False] * 4 + [True] * 2
    assert recorded_names() == ["member.sign_in_failed"] * 5 + ["member.locked_out"]


def test_another_spelling_of_the_address_fills_the_same_count(client, world):
    for email in (world.police.email, world.police.email.upper(), f" {world.police.email}", world.police.email.title()):
        attempt(client, email)
    assert errors(attempt(client, world.police.email)) == LOCKED


def test_wrong_codes_count_with_wrong_passwords(client, world):
    device = enrol(world.police)
    for _attempt in range(3):
        attempt(client, world.police.email)
    attempt(client, world.police.email, PASSWORD)
    answers = [errors(client.post("/sign-in/code/", {"code": "000000"}, REMOTE_ADDR=HERE)) for _attempt in range(2)]
    assert answers[1] == LOCKED
    response = client.post("/sign-in/code/", {"code": device.code_at()}, REMOTE_ADDR=HERE)
    assert errors(response) == LOCKED


def test_a_right_password_does_not_start_the_count_anew(client, world):
    enrol(world.police)
    for _attempt in range(4):
        attempt(client, world.police.email)
    assert attempt(client, world.police.email, PASSWORD).status_code == 302
    assert errors(attempt(client, world.police.email)) == LOCKED


def test_a_whole_sign_in_starts_the_count_anew(client, world):
    device = enrol(world.police)
    for _attempt in range(4):
        attempt(client, world.police.email)
    attempt(client, world.police.email, PASSWORD)
    client.post("/sign-in/code/", {"code": device.code_at()}, REMOTE_ADDR=HERE)
    assert not AccessAttempt.objects.exists()


def test_a_lock_ends_after_an_hour(client, world):
    enrol(world.police)
    lock(client, world.police.email)
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=61))
    assert attempt(client, world.police.email, PASSWORD).status_code == 302


def test_trying_while_locked_does_not_lengthen_the_lock(client, world):
    lock(client, world.police.email)
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=59))
    before = AccessAttempt.objects.get().attempt_time
    attempt(client, world.police.email)
    assert AccessAttempt.objects.get().attempt_time == before


def test_an_administrator_unlocks(client, world, as_member):
    device = enrol(world.police)
    type(device).objects.filter(pk=device.pk).update(wrong_codes=9, wrong_at=timezone.now())
    lock(client, world.police.email)
    lock(client, world.police.email, THERE)
    assert [found.address for found in lockout.locks_of(world.police.email)] == [HERE, THERE]
    assert lockout.locked_accounts() == {world.police.email}
    response = as_member(world.administrator).post(f"/members/{world.police.pk}/unlock/")
    assert response.status_code == 302
    assert lockout.locks_of(world.police.email) == []
    device.refresh_from_db()
    assert (device.wrong_codes, device.wrong_at) == (0, None)
    assert recorded_names()[-1] == "member.unlocked"


def test_nothing_that_was_typed_is_kept_with_the_count(client, world):
    client.post("/sign-in/", {"email": world.police.email, "password": "Zanzibar 77", "kept": "Xanthippe"})
    for name in ("get_data", "post_data", "user_agent", "path_info"):
        kept = getattr(AccessAttempt.objects.get(), name)
        assert "Zanzibar" not in kept and "Xanthippe" not in kept


@pytest.mark.parametrize(("wrong", "opens"), [(0, True), (4, True), (5, False), (50, False)])
def test_wrong_codes_from_many_addresses_make_a_pause(world, wrong, opens):
    device = enrol(world.police)
    for _attempt in range(wrong):
        device.verify_token("000000")
        device.refresh_from_db()
    assert device.verify_token(device.code_at()) is opens
    type(device).objects.update(wrong_at=timezone.now() - datetime.timedelta(minutes=6))
    device.refresh_from_db()
    assert device.verify_token(device.code_at()) is not opens  # used up, or no longer paused
