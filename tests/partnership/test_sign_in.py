"""Signing in: password, then code; one answer for everything that is wrong."""

import pytest
from django.urls import reverse

from partnership.models import MemberSession, RecoveryCode
from partnership.workflow.sign_in import browser_family, make_recovery_codes
from tests.audit.ledger import recorded, recorded_names
from tests.signing_in import enrol
from tests.world import PASSWORD

SIGN_IN = "/sign-in/"
CODE = "/sign-in/code/"
pytestmark = pytest.mark.django_db


def errors(response) -> list[str]:
    return [text for texts in response.context["form"].errors.values() for text in texts]


def type_password(client, member, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"email": member.email, "password": password, **more})


def test_password_and_code_open_a_session(client, world):
    device = enrol(world.police)
    assert client.get(SIGN_IN).status_code == 200
    response = type_password(client, world.police)
    assert (response.status_code, response["Location"]) == (302, CODE)
    assert "_auth_user_id" not in client.session
    response = client.post(CODE, {"code": device.code_at()}, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Firefox Linux")
    assert (response.status_code, response["Location"]) == (302, "/")
    session = MemberSession.objects.get(member=world.police)
    assert (session.address, session.browser, session.lock) == ("203.0.113.9", "Firefox on Linux", "")
    assert client.session["_auth_user_id"] == str(world.police.pk)
    assert recorded_names() == ["member.signed_in"]
    assert recorded("member.signed_in")[0].member_id == world.police.pk


def test_the_key_known_before_signing_in_opens_nothing_after_it(client, world):
    device = enrol(world.police)
    type_password(client, world.police)
    before = client.cookies["confer_session"].value
    client.post(CODE, {"code": device.code_at()})
    after = client.cookies["confer_session"].value
    assert before != after
    client.cookies["confer_session"] = before
    assert client.get("/account/").status_code == 302


def test_keys_of_sessions_are_stored_hashed(client, world):
    device = enrol(world.police)
    type_password(client, world.police)
    client.post(CODE, {"code": device.code_at()})
    key = client.cookies["confer_session"].value
    rows = MemberSession.objects.values_list("digest", "data")
    assert not [row for row in rows if key in row[0] or key in row[1]]


WRONG = ["The e-mail address or the password is not right."]


@pytest.mark.parametrize(
    "who",
    ["unknown", "wrong password", "not enrolled", "left", "no authenticator"],
)
def test_one_answer_for_every_account_that_may_not(client, world, who):
    member, password = world.police, PASSWORD
    if who != "no authenticator":
        enrol(member)
    if who == "unknown":
        member.email = "nobody@elsewhere.example"
    elif who == "wrong password":
        password = "wrong horse"
    elif who == "not enrolled":
        type(member).objects.filter(pk=member.pk).update(is_active=False)
    elif who == "left":
        type(member).objects.filter(pk=member.pk).update(left_at="2026-01-01T00:00Z")
    response = type_password(client, member, password)
    assert (response.status_code, errors(response)) == (422, WRONG)
    assert "signing_in" not in client.session
    assert client.get(CODE).status_code == 302
    assert recorded_names() == ["member.sign_in_failed"]


def test_the_password_hasher_works_as_long_for_unknown_accounts(client, world, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    calls = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: calls.append(1) or encode(*args))
    enrol(world.police)
    counts = []
    for email in (world.police.email, "nobody@elsewhere.example"):
        calls.clear()
        client.post(SIGN_IN, {"email": email, "password": "wrong horse"})
        counts.append(len(calls))
    assert counts == [1, 1]


def test_the_address_is_taken_as_typed_in_any_case(client, world):
    enrol(world.police)
    response = client.post(SIGN_IN, {"email": f" {world.police.email.upper()} ", "password": PASSWORD})
    assert response.status_code == 302


def test_a_code_works_once(client, world):
    device = enrol(world.police)
    code = device.code_at()
    type_password(client, world.police)
    assert client.post(CODE, {"code": code}).status_code == 302
    client.post(reverse("partnership:sign_out"))
    type_password(client, world.police)
    response = client.post(CODE, {"code": code})
    assert errors(response) == ["This code is not right, or has been used. Wait for the next one."]


@pytest.mark.parametrize(
    ("code", "opens"),
    [
        (lambda d, now: d.code_at(now), True),
        (lambda d, now: d.code_at(now - 30), True),
        (lambda d, now: d.code_at(now + 30), True),
        (lambda d, now: d.code_at(now - 90), False),
        (lambda d, now: d.code_at(now + 90), False),
        (lambda d, now: f"{d.code_at(now)[:3]} {d.code_at(now)[3:]}", True),
        (lambda d, now: "٣٣٣٣٣٣", False),
        (lambda d, now: "-12345", False),
        (lambda d, now: "1" * 19, False),
        (lambda d, now: "\u0000\u0000", False),
        (lambda d, now: "²²²²²²", False),
    ],
)
def test_which_codes_are_right(client, world, monkeypatch, code, opens):
    now = 1_800_000_000.0
    monkeypatch.setattr("partnership.models.sign_in.time.time", lambda: now)
    device = enrol(world.police)
    typed = code(device, now)
    assert device.verify_token(typed.replace(" ", "")) is opens


def test_a_recovery_code_stands_in_once(client, world):
    enrol(world.police)
    codes = make_recovery_codes(by=world.police)
    assert len(set(codes)) == 10
    for attempt, opens in ((codes[0].lower().replace("-", " "), True), (codes[0], False), (codes[1], True)):
        type_password(client, world.police)
        assert (client.post(CODE, {"code": attempt}).status_code == 302) is opens
        client.post(reverse("partnership:sign_out"))
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 2
    assert [event.detail for event in recorded("recovery_code.used")] == [{"left": 9}, {"left": 8}]


def test_codes_are_stored_hashed_and_the_secret_sealed(world):
    from django.db import connection

    device = enrol(world.police)
    codes = make_recovery_codes(by=world.police)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM partnership_authenticator")
        assert device.secret.encode() not in bytes(cursor.fetchone()[0])
    plain = {code.replace("-", "") for code in codes}
    assert not plain & set(RecoveryCode.objects.values_list("digest", flat=True))


def test_one_members_recovery_code_is_not_anothers(world):
    code = make_recovery_codes(by=world.police)[0]
    assert RecoveryCode.digest_for(world.police, code) != RecoveryCode.digest_for(world.health, code)


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ("/account/", "/account/"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_only_to_pages_of_ours(client, world, to, where):
    device = enrol(world.police)
    type_password(client, world.police, next=to)
    response = client.post(CODE, {"code": device.code_at(), "next": to})
    assert response["Location"] == where


def test_the_code_is_asked_within_ten_minutes(client, world, monkeypatch):
    device = enrol(world.police)
    type_password(client, world.police)
    import time

    later = time.time() + 601
    monkeypatch.setattr("partnership.views.sign_in.time.time", lambda: later)
    assert client.post(CODE, {"code": device.code_at()})["Location"] == SIGN_IN


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_the_family_of_a_browser(agent, family):
    assert browser_family(agent) == family


def test_signing_out_ends_the_session(world, as_member):
    client = as_member(world.police)
    assert client.post(reverse("partnership:sign_out"))["Location"] == SIGN_IN
    assert MemberSession.objects.get(member=world.police).ended_why == "signed_out"
    assert client.get("/account/").status_code == 302
    assert recorded_names() == ["member.signed_out"]


def test_signing_out_by_a_link_is_refused(world, as_member):
    assert as_member(world.police).get(reverse("partnership:sign_out")).status_code == 405
