"""What an administrator does about members: row, history, audit, letter."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from core.models import Key, Notice
from partnership import emails, rules
from partnership.models import Authenticator, Invitation, Member, MemberSession, Partnership, RecoveryCode, RoleGrant
from partnership.roles import Role
from partnership.workflow import members as verbs
from partnership.workflow.sign_in import make_recovery_codes
from tests.audit.ledger import recorded, recorded_names
from tests.partnership.test_sign_in import errors
from tests.signing_in import enrol, sign_in
from tests.world import make_agency, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def spool(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path / "spool")

    def letters():
        files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=default) for path in files]

    return letters


def typed(world, **more):
    return {
        "name": "Nia Newcomer",
        "email": "Nia@Wenlli-Health.example",
        "job_title": "Nurse",
        "phone": "01632 960123",
        "agency": world.health_agency.pk,
        "role": "referrer",
        "panel": world.panel.pk,
    } | more


def test_inviting(world, as_member, spool, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = as_member(world.administrator).post("/members/invite/", typed(world))
    assert response["Location"] == "/members/"
    member = Member.objects.get(email="nia@wenlli-health.example")
    assert (member.name, member.agency, member.state, member.has_usable_password()) == (
        "Nia Newcomer",
        world.health_agency,
        "invited",
        False,
    )
    assert [(grant.role, grant.panel, grant.granted_by) for grant in member.role_grants.all()] == [
        ("referrer", world.panel, world.administrator)
    ]
    history = member.history.get()
    assert (history.history_change_reason, history.history_user) == ("member.invited", world.administrator)
    assert recorded_names() == ["role.granted", "member.invited"]
    (letter,) = spool()
    assert (letter["To"], letter["Subject"]) == ("nia@wenlli-health.example", "Your invitation to Confer")
    invitation = Invitation.objects.get()
    link = next(line for line in letter.get_content().split("\n") if "/invitation/" in line)
    assert Invitation.objects.with_token(link.strip().split("/")[-2]) == invitation
    assert (invitation.sent_at is not None, invitation.failed_at) == (True, None)


def test_a_letter_that_cannot_leave_stands_on_the_members_page(
    world, as_member, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("partnership.emails.send_invitation", lambda invitation, token: False)
    client = as_member(world.administrator)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/members/invite/", typed(world))
    member = Member.objects.get(name="Nia Newcomer")
    assert b"The letter could not be sent" in client.get(f"/members/{member.pk}/").content


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "nonsense"}, "Enter an email address in the correct format, like name@agency.example"),
        (
            {"email": "nia@gmail.example"},
            "Letters leave only to mail domains that the agency has registered (wenlli-health.example). "
            "Use an address in one of them, or register the domain first.",
        ),
        (
            {"email": "nia@sub.wenlli-health.example"},
            "Letters leave only to mail domains that the agency has registered (wenlli-health.example). "
            "Use an address in one of them, or register the domain first.",
        ),
        ({"email": "hana.health@wenlli-health.example"}, "There is a member with this address already."),
        ({"name": ""}, "Enter name"),
        ({"agency": "00000000-0000-4000-8000-000000000000"}, "Agency: select one of the answers listed"),
        ({"role": "king"}, "First role: select one of the answers listed"),
        ({"panel": ""}, "Select the panel for which this role is given."),
        ({"role": "auditor"}, "This role is for the whole partnership: choose no panel."),
    ],
)
def test_an_invitation_is_refused_at_its_field_with_everything_kept(world, as_member, change, sentence):
    response = as_member(world.administrator).post("/members/invite/", typed(world, **change))
    assert (response.status_code, errors(response)) == (422, [sentence])
    assert response.context["form"]["job_title"].value() == "Nurse"
    assert not Member.objects.filter(name="Nia Newcomer").exists()


@pytest.mark.parametrize("field", ["agency", "panel"])
def test_agencies_and_panels_of_another_partnership_are_not_offered(world, as_member, field):
    elsewhere = Partnership.objects.create(name="Elsewhere", place="Elsewhere", protocol_name="P")
    agency = make_agency(elsewhere, "Elsewhere Police", "police")
    from partnership.models import Panel

    other = {"agency": agency, "panel": Panel.objects.create(partnership=elsewhere, name="Elsewhere MARAC")}[field]
    response = as_member(world.administrator).post("/members/invite/", typed(world, **{field: other.pk}))
    assert list(response.context["form"].errors) == [field]


def test_members_of_another_partnership_are_not_found(world, as_member):
    elsewhere = Partnership.objects.create(name="Elsewhere", place="Elsewhere", protocol_name="P")
    stranger = make_member("Sam Stranger", make_agency(elsewhere, "Elsewhere Police", "police"))
    client = as_member(world.administrator)
    for path in ("", "change/", "roles/", "left/", "reset/"):
        assert client.get(f"/members/{stranger.pk}/{path}").status_code == 404
    for path in ("invite/", "unlock/", "sessions/end/", "left/", "reset/"):
        assert client.post(f"/members/{stranger.pk}/{path}").status_code == 404
    events = {(event.name, event.reason, event.thing_id) for event in recorded()}
    assert events == {("access.refused", "not_visible", stranger.pk)}


def test_a_member_who_is_nowhere_is_recorded_as_missed(world, as_member):
    nobody = "00000000-0000-4000-8000-000000000000"
    assert as_member(world.administrator).get(f"/members/{nobody}/").status_code == 404
    assert [(event.name, str(event.thing_id)) for event in recorded()] == [("access.missed", nobody)]


def test_inviting_again_withdraws_the_earlier_link(world):
    member = make_member("Nia Newcomer", world.health_agency, active=False)
    first = verbs.make_invitation(member, by=world.administrator)
    verbs.invite_again(member, by=world.administrator)
    assert Invitation.objects.with_token(first) is None
    assert [found.state for found in Invitation.objects.order_by("created_at")] == ["revoked", "open"]


def test_an_enrolled_member_is_not_invited_again(world):
    with pytest.raises(ValidationError, match="has enrolled already"):
        verbs.invite_again(world.police, by=world.administrator)


# changing -----------------------------------------------------------------------------------------------------------


def test_changing_a_member(world, as_member):
    client = as_member(world.administrator)
    page = client.get(f"/members/{world.police.pk}/change/")
    data = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    response = client.post(f"/members/{world.police.pk}/change/", data | {"job_title": "Sergeant"})
    assert response["Location"] == f"/members/{world.police.pk}/"
    member = Member.objects.get(pk=world.police.pk)
    assert (member.job_title, member.version) == ("Sergeant", 2)
    assert member.history.latest().history_change_reason == "member.changed"
    assert recorded("member.changed")[0].detail == {"fields": ["job_title"]}


def test_a_stale_save_keeps_both_texts(world, as_member):
    client = as_member(world.administrator)
    page = client.get(f"/members/{world.police.pk}/change/")
    data = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    other = Member.objects.get(pk=world.police.pk)
    other.job_title = "Inspector"
    other.save_over(other.version)
    response = client.post(f"/members/{world.police.pk}/change/", data | {"job_title": "Sergeant"})
    form = response.context["form"]
    assert (response.status_code, form["job_title"].value()) == (422, "Sergeant")
    assert [(str(label), value) for label, value in form.theirs] == [("Job title", "Inspector")]
    merged = {name: form[name].value() or "" for name in form.fields} | {"job_title": "Sergeant, then Inspector"}
    assert client.post(f"/members/{world.police.pk}/change/", merged).status_code == 302
    assert Member.objects.get(pk=world.police.pk).job_title == "Sergeant, then Inspector"


@pytest.mark.parametrize("email", ["priya@gmail.example", "hana.health@wenlli-health.example"])
def test_an_address_that_cannot_be(world, as_member, email):
    client = as_member(world.administrator)
    data = {"name": "P", "email": email, "agency": world.police_agency.pk, "version": 1}
    assert list(client.post(f"/members/{world.police.pk}/change/", data).context["form"].errors) == ["email"]


# roles --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "has_panel", "sentence"),
    [
        (Role.CHAIR, True, ""),
        (Role.CHAIR, False, "Select the panel for which this role is given."),
        (Role.AUDITOR, False, ""),
        (Role.AUDITOR, True, "This role is for the whole partnership: choose no panel."),
        (Role.REPRESENTATIVE, True, "Priya Police has this role already."),
    ],
)
def test_giving_a_role(world, role, has_panel, sentence):
    panel = world.panel if has_panel else None
    if sentence:
        with pytest.raises(ValidationError) as refusal:
            verbs.grant_role(world.police, by=world.administrator, role=role, panel=panel)
        assert refusal.value.messages == [sentence]
        return
    grant = verbs.grant_role(world.police, by=world.administrator, role=role, panel=panel)
    assert world.police.roles_on(world.panel) == {Role.REPRESENTATIVE, role}
    assert grant.history.get().history_change_reason == "role.granted"
    assert recorded("role.granted")[0].detail == {"role": str(role)}


def test_ending_a_role(world, as_member):
    grant = world.police.role_grants.get()
    path = f"/members/{world.police.pk}/roles/{grant.pk}/end/"
    as_member(world.administrator).post(path)
    grant.refresh_from_db()
    assert (grant.until is not None, Member.objects.get(pk=world.police.pk).grants) == (True, [])
    assert grant.history.latest().history_change_reason == "role.ended"
    assert recorded_names() == ["role.ended"]
    assert as_member(world.administrator).post(path).status_code == 404


def test_a_partnership_keeps_an_administrator(world):
    grant = world.administrator.role_grants.get()
    with pytest.raises(ValidationError, match="needs an administrator"):
        verbs.end_role(grant, by=world.administrator)
    verbs.grant_role(world.auditor, by=world.administrator, role=Role.ADMINISTRATOR)
    verbs.end_role(grant, by=world.administrator)
    assert rules.is_last_administrator(world.auditor)


@pytest.mark.parametrize("end", ["not active", "left"])
def test_an_administrator_who_cannot_sign_in_does_not_count(world, end):
    verbs.grant_role(world.auditor, by=world.administrator, role=Role.ADMINISTRATOR)
    changes = {"is_active": False} if end == "not active" else {"left_at": "2026-01-01T00:00Z"}
    Member.objects.filter(pk=world.auditor.pk).update(**changes)
    assert rules.is_last_administrator(world.administrator)


# leaving, resetting -------------------------------------------------------------------------------------------------


def test_leaving_ends_everything_at_once(world, client):
    enrol(world.police)
    make_recovery_codes(by=world.police)
    sign_in(client, world.police)
    keys = Key.objects.filter(kind="member").count()
    verbs.mark_left(world.police, by=world.administrator)
    member = Member.objects.get(pk=world.police.pk)
    assert (member.state, member.is_active, member.has_usable_password(), member.grants) == ("left", False, False, [])
    assert Key.objects.filter(kind="member").count() == keys - 1
    counts = (Authenticator, RecoveryCode)
    assert [model.objects.count() for model in counts] == [0, 0]
    assert MemberSession.objects.get(member=member).ended_why == "left"
    assert member.history.latest().history_change_reason == "member.left"
    assert RoleGrant.objects.get(member=member).history.latest().history_change_reason == "member.left"
    assert recorded_names() == ["recovery_codes.made", "member.sessions_ended", "member.left"]


@pytest.mark.parametrize(
    ("who", "by", "may"),
    [
        ("police", "administrator", True),
        ("administrator", "administrator", False),
        ("administrator", "auditor", False),
    ],
)
def test_who_may_be_marked_as_having_left(world, who, by, may):
    assert rules.may_mark_left(getattr(world, who), by=getattr(world, by)) is may


def test_a_leaver_returns_by_a_new_invitation(world, as_member):
    verbs.mark_left(world.police, by=world.administrator)
    response = as_member(world.administrator).post(
        "/members/invite/", typed(world, email=world.police.email, agency=world.police_agency.pk)
    )
    assert errors(response) == ["A member with this address has left. Open their page to invite them again."]
    as_member(world.administrator).post(f"/members/{world.police.pk}/invite/")
    member = Member.objects.get(pk=world.police.pk)
    assert (member.state, member.grants) == ("invited", [])


def test_resetting_a_sign_in(world, client):
    enrol(world.police)
    sign_in(client, world.police)
    verbs.reset_sign_in(world.police, by=world.administrator)
    member = Member.objects.get(pk=world.police.pk)
    assert (member.state, member.role_names()) == ("invited", ["Agency representative"])
    assert client.get("/account/").status_code == 302
    assert Invitation.objects.get().state == "open"
    assert recorded_names() == ["member.sessions_ended", "member.sign_in_reset", "member.invited"]


def test_an_administrator_ends_sessions(world, as_member):
    from django.test import Client

    other = sign_in(Client(), world.police)
    as_member(world.administrator).post(f"/members/{world.police.pk}/sessions/end/")
    assert other.get("/account/").status_code == 302
    assert recorded("member.sessions_ended")[0].detail == {"count": 1, "why": "by_administrator"}


def told() -> list[tuple[str, str]]:
    """To whom it was written that their sign-in changed, and what."""
    return [(notice.address, notice.body.split("\n")[0]) for notice in Notice.objects.order_by("created_at")]


# one's own ----------------------------------------------------------------------------------------------------------


def test_changing_ones_password_ends_the_other_sessions(world, as_member):
    from django.test import Client

    from tests.world import PASSWORD

    other = sign_in(Client(), world.police)
    client = as_member(world.police)
    new = "Four-unrelated-teapots 9"
    wrong = client.post("/account/password/", {"old": "wrong", "password": new, "again": new})
    assert errors(wrong) == ["This is not your present password."]
    done = client.post("/account/password/", {"old": PASSWORD, "password": new, "again": new})
    assert done["Location"] == "/account/"
    member = Member.objects.get(pk=world.police.pk)
    assert (member.check_password(new), member.history.latest().history_change_reason) == (True, "password.changed")
    assert [client.get("/account/").status_code, other.get("/account/").status_code] == [200, 302]
    assert recorded_names() == ["member.sign_in_failed", "password.changed", "member.sessions_ended"]
    assert told() == [(world.police.email, "The password of your Confer account was changed.")]


def test_replacing_ones_authenticator(world, as_member):
    from tests.world import PASSWORD

    old = enrol(world.police)
    client = as_member(world.police)
    assert errors(client.post("/account/authenticator/", {"begin": "1", "old": "wrong"})) != []
    client.post("/account/authenticator/", {"begin": "1", "old": PASSWORD})
    new = Authenticator.objects.with_key().get(confirmed=False)
    assert client.post("/account/authenticator/", {"code": "000000"}).status_code == 422
    assert Authenticator.objects.confirmed_of(world.police) == old
    assert client.post("/account/authenticator/", {"code": new.code_at()})["Location"] == "/account/"
    assert Authenticator.objects.get() == new
    assert not Key.objects.filter(pk=old.key_id).exists()
    assert recorded_names()[-1] == "authenticator.enrolled"
    assert told() == [(world.police.email, "The authenticator of your Confer account was replaced by another.")]


def test_new_recovery_codes_ask_for_the_password(world, as_member):
    from tests.world import PASSWORD

    first = make_recovery_codes(by=world.police)
    client = as_member(world.police)
    assert client.post("/account/recovery-codes/", {"old": "wrong"}).status_code == 422
    codes = client.post("/account/recovery-codes/", {"old": PASSWORD}).context["codes"]
    assert RecoveryCode.objects.filter(digest=RecoveryCode.digest_for(world.police, first[0])).count() == 0
    assert RecoveryCode.objects.filter(digest=RecoveryCode.digest_for(world.police, codes[0])).count() == 1
    assert (
        told()
        == [
            (
                world.police.email,
                "New recovery codes were made for your Confer account; the earlier ones are void.",
            )
        ]
        * 2
    )


def test_the_letter_about_a_changed_sign_in_says_what_to_do_and_no_detail(world, settings):
    emails.tell_of_sign_in_change(world.police, "password")
    (notice,) = Notice.objects.all()
    assert notice.subject == "Your sign-in to Confer was changed"
    assert notice.body == (
        "The password of your Confer account was changed.\n\nIf this was you, there is nothing to do.\n\n"
        "If this was not you, tell your administrator at once and ask for your sign-in to be reset. "
        "If you can still sign in, see where you are signed in and end every session:\n\n"
        f"{settings.PUBLIC_URL}/account/sessions/\n\n"
        "Confer never asks for a password or a code by letter."
    )


def test_a_change_that_is_undone_is_not_told(world):
    with pytest.raises(RuntimeError), transaction.atomic():
        make_recovery_codes(by=world.police)
        raise RuntimeError
    assert told() == []
