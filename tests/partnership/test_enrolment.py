"""From the invitation to the first page: password, authenticator, recovery codes, and nothing else before."""

import datetime
import re

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.models import Notice
from partnership.models import Agency, Authenticator, Invitation, Member, Partnership, RecoveryCode
from partnership.roles import Role
from partnership.workflow.members import make_invitation
from tests.audit.ledger import recorded_names
from tests.partnership.test_sign_in import errors
from tests.world import make_member

pytestmark = pytest.mark.django_db
PASSWORD = "Four-unrelated-teapots 9"


@pytest.fixture
def newcomer(world):
    return make_member("Nia Newcomer", world.health_agency, Role.REFERRER, panel=world.panel, active=False)


def choose(client, token, password=PASSWORD, again=None):
    opened = client.get(f"/invitation/{token}/")
    return client.post(opened["Location"], {"password": password, "again": again or password})


def test_the_whole_way_in(client, world, newcomer):
    token = make_invitation(newcomer, by=world.administrator)
    assert client.get(f"/invitation/{token}/")["Location"] == "/enrol/password/"
    assert b"Nia Newcomer" in client.get("/enrol/password/").content
    assert choose(client, token)["Location"] == "/enrol/authenticator/"
    page = client.get("/enrol/authenticator/")
    device = Authenticator.objects.with_key().get(user=newcomer)
    assert page.context["secret"].replace(" ", "") == device.secret_base32
    assert client.get("/account/").status_code == 302
    codes = client.post("/enrol/authenticator/", {"code": device.code_at()}).context["codes"]
    assert (len(codes), all(re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", code) for code in codes)) == (10, True)
    for shut in ("/", "/account/", "/roles/"):
        assert client.get(shut)["Location"] == "/enrol/recovery-codes/"
    assert not Notice.objects.exists()
    assert client.post("/enrol/recovery-codes/", {"kept_safe": "on"})["Location"] == "/"
    assert [(notice.address, notice.body.split("\n")[0]) for notice in Notice.objects.all()] == [
        (newcomer.email, "Your Confer account was given a password, an authenticator and recovery codes.")
    ]
    assert client.get("/account/").status_code == 200
    newcomer = Member.objects.get(pk=newcomer.pk)
    assert (newcomer.state, newcomer.check_password(PASSWORD)) == ("active", True)
    reasons = list(newcomer.history.order_by("history_id").values_list("history_change_reason", flat=True))
    assert reasons[-3:] == ["password.changed", "invitation.used", "member.enrolled"]
    assert recorded_names() == [
        "member.invited",
        "password.changed",
        "authenticator.enrolled",
        "invitation.used",
        "member.signed_in",
        "recovery_codes.made",
        "member.enrolled",
    ]


def test_the_link_works_once(client, world, newcomer):
    token = make_invitation(newcomer, by=world.administrator)
    choose(client, token)
    client.post("/enrol/authenticator/", {"code": Authenticator.objects.with_key().get().code_at()})
    assert client.get(f"/invitation/{token}/").status_code == 404
    assert client.post("/enrol/password/", {"password": PASSWORD, "again": PASSWORD}).status_code == 404


@pytest.mark.parametrize("end", ["expired", "revoked", "replaced", "unknown"])
def test_a_link_that_does_not_work(client, world, newcomer, end):
    token = make_invitation(newcomer, by=world.administrator)
    if end == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif end == "revoked":
        Invitation.objects.update(revoked_at=timezone.now())
    elif end == "replaced":
        make_invitation(newcomer, by=world.administrator)
    else:
        token = "nonsense"
    response = client.get(f"/invitation/{token}/")
    assert (response.status_code, b"This link does not work" in response.content) == (404, True)


def test_a_link_withdrawn_between_the_steps(client, world, newcomer):
    token = make_invitation(newcomer, by=world.administrator)
    choose(client, token)
    Invitation.objects.update(revoked_at=timezone.now())
    device = Authenticator.objects.with_key().get()
    assert client.post("/enrol/authenticator/", {"code": device.code_at()}).status_code == 404
    assert Member.objects.get(pk=newcomer.pk).state == "invited"


def test_a_link_lives_for_three_days_and_only_its_hash_is_kept(world, newcomer):
    token = make_invitation(newcomer, by=world.administrator)
    invitation = Invitation.objects.get()
    life = invitation.expires_at - invitation.created_at
    assert abs(life - datetime.timedelta(hours=72)) < datetime.timedelta(minutes=1)
    assert (len(token) >= 43, token in invitation.digest) == (True, False)


def test_half_an_enrolment_opens_nothing(client, world, newcomer):
    token = make_invitation(newcomer, by=world.administrator)
    choose(client, token)
    response = client.post("/sign-in/", {"email": newcomer.email, "password": PASSWORD})
    assert errors(response) == ["The e-mail address or the password is not right."]


def test_a_wrong_first_code_changes_nothing(client, world, newcomer):
    choose(client, make_invitation(newcomer, by=world.administrator))
    response = client.post("/enrol/authenticator/", {"code": "000000"})
    assert errors(response) == ["This code is not right. Type the six digits that the app shows now."]
    assert (Member.objects.get(pk=newcomer.pk).is_active, RecoveryCode.objects.exists()) == (False, False)


def test_codes_that_were_not_kept_are_made_again(client, world, newcomer):
    choose(client, make_invitation(newcomer, by=world.administrator))
    first = client.post("/enrol/authenticator/", {"code": Authenticator.objects.with_key().get().code_at()})
    again = client.post("/enrol/recovery-codes/", {"make": "1"})
    assert not set(first.context["codes"]) & set(again.context["codes"])
    assert RecoveryCode.objects.count() == 10
    assert client.post("/enrol/recovery-codes/", {}).status_code == 422


def test_enrolment_without_codes_is_not_finished(client, world, newcomer):
    choose(client, make_invitation(newcomer, by=world.administrator))
    client.post("/enrol/authenticator/", {"code": Authenticator.objects.with_key().get().code_at()})
    RecoveryCode.objects.all().delete()
    response = client.post("/enrol/recovery-codes/", {"kept_safe": "on"})
    assert errors(response) == ["Make your recovery codes first."]


@pytest.mark.parametrize("path", ["/enrol/password/", "/enrol/authenticator/", "/enrol/recovery-codes/"])
def test_the_steps_open_for_nobody_else(client, world, path):
    assert client.get(path).status_code in (302, 404)


@pytest.mark.parametrize(
    ("password", "again", "sentences"),
    [
        ("short 1", None, ["This password is too short. It must contain at least 12 characters."]),
        ("Four-unrelated-teapots", "Four-unrelated-teapot", ["The two passwords are not the same."]),
        ("nia.newcomer@wenlli", None, ["The password is too similar to the work e-mail."]),
        ("x" * 257, None, None),
        ("", None, ["Enter password", "Enter password again"]),
    ],
)
def test_passwords_are_refused_at_their_field(client, world, newcomer, password, again, sentences):
    response = choose(client, make_invitation(newcomer, by=world.administrator), password, again)
    assert response.status_code == 422
    if sentences is not None:
        assert errors(response) == sentences
    assert not Member.objects.get(pk=newcomer.pk).check_password(password)


# the first administrator --------------------------------------------------------------------------------------------


@pytest.fixture
def real(settings):
    settings.DEMONSTRATION = False


def test_the_first_administrator_needs_an_address_only(db, real, client, capsys):
    call_command("first_administrator", "Gwen.Ap-Rhys@Aberwenlli.example")
    link = capsys.readouterr().out.strip()
    member = Member.objects.get()
    assert (member.email, member.name, member.state) == ("gwen.ap-rhys@aberwenlli.example", "Gwen Ap-Rhys", "invited")
    assert member.role_names() == ["Administrator"]
    assert Agency.objects.get().secure_domains == ["aberwenlli.example"]
    assert link.startswith(settings.PUBLIC_URL + "/invitation/")
    assert client.get(link.removeprefix(settings.PUBLIC_URL)).status_code == 302


def test_the_first_administrator_again_gets_a_new_link(db, real, client, capsys):
    for _time in range(2):
        call_command("first_administrator", "gwen@aberwenlli.example")
    first, second = capsys.readouterr().out.split()
    assert client.get(first.removeprefix(settings.PUBLIC_URL)).status_code == 404
    assert client.get(second.removeprefix(settings.PUBLIC_URL)).status_code == 302
    assert (Member.objects.count(), Partnership.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("nonsense", "This is not an e-mail address."),
        ("a@b@c.example", "This is not an e-mail address."),
        ("second@aberwenlli.example", "There is an administrator already"),
    ],
)
def test_a_second_first_administrator_is_refused(world, real, address, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("first_administrator", address)


def test_the_demonstration_has_no_first_administrator(db, settings):
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError, match="This is a demonstration"):
        call_command("first_administrator", "gwen@aberwenlli.example")


@pytest.mark.parametrize("typed", [None, {"make": "1"}, {"kept_safe": "on"}])
def test_the_last_step_is_over_once_enrolled(world, as_member, typed):
    client = as_member(world.police)
    path = "/enrol/recovery-codes/"
    response = client.get(path) if typed is None else client.post(path, typed)
    assert (response.status_code, response["Location"], RecoveryCode.objects.count()) == (302, "/", 0)
