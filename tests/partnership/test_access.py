"""The gate: which member opens which page, closed-world, and what is recorded when one may not."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from partnership import urls
from partnership.access import LOCKED_TOO, PUBLIC, permission
from partnership.middleware import Refusals
from partnership.models import RoleGrant, Signatory
from partnership.roles import Permission
from tests.audit.ledger import recorded, recorded_names

pytestmark = pytest.mark.django_db

EVERYBODY = {"", "account/", "account/password/", "account/authenticator/", "account/recovery-codes/", "roles/"}
EVERYBODY |= {"account/sessions/"}
ADMINISTRATOR = {
    "members/",
    "members/invite/",
    "members/{member}/",
    "members/{member}/change/",
    "members/{member}/roles/",
    "members/{member}/left/",
    "members/{member}/reset/",
    "settings/",
    "settings/change/",
    "settings/panels/add/",
    "settings/panels/{panel}/",
    "agencies/",
    "agencies/add/",
    "agencies/{agency}/",
    "agencies/{agency}/change/",
    "agencies/{agency}/certificate/",
    "agencies/{agency}/join/",
    "agencies/{agency}/guest/",
    "agencies/{agency}/posts/add/",
    "register/",
    "register/protocol/",
    "register/attendees/",
    "register/lawful-bases/",
    "signatories/{signatory}/",
    "signatories/{signatory}/end/",
}
CAST = ["coordinator", "chair", "police", "housing_deputy", "referrer", "liaison_officer", "auditor", "administrator"]


def address(path, world) -> str:
    return "/" + path.format(
        member=world.health.pk,
        panel=world.panel.pk,
        agency=world.health_agency.pk,
        signatory=Signatory.objects.first().pk,
    )


@pytest.mark.parametrize("who", CAST)
def test_who_opens_which_page(world, as_member, who):
    client = as_member(getattr(world, who))
    opened = {path for path in EVERYBODY | ADMINISTRATOR if client.get(address(path, world)).status_code == 200}
    assert opened == EVERYBODY | (ADMINISTRATOR if who == "administrator" else set())


def test_every_view_is_stamped():
    stamps = {pattern.name: pattern.callback.permission for pattern in urls.urlpatterns}
    assert {name for name, stamp in stamps.items() if stamp == PUBLIC} == {
        "sign_in",
        "sign_in_code",
        "invitation",
        "enrol_password",
        "enrol_authenticator",
    }
    assert {name for name, stamp in stamps.items() if stamp == LOCKED_TOO} == {
        "sign_out",
        "unlock",
        "session_clock",
        "stay",
        "enrol_recovery_codes",
    }
    others = {stamp for stamp in stamps.values() if stamp not in (PUBLIC, LOCKED_TOO)}
    assert others == {
        Permission.OWN_ACCOUNT,
        Permission.KEEP_MEMBERS,
        Permission.KEEP_SETTINGS,
        Permission.KEEP_REGISTER,
        Permission.EXPORT_REGISTER,
        Permission.DECIDE_DISCLOSURE,
    }


def test_a_refusal_is_shown_and_recorded(world, as_member):
    response = as_member(world.police).get("/members/")
    assert (response.status_code, b"You cannot do this" in response.content) == (403, True)
    (event,) = recorded("access.refused")
    assert (event.member_id, event.reason, event.detail) == (
        world.police.pk,
        "keep_members",
        {"view": "partnership:members"},
    )


def test_a_refused_part_is_a_part(world, as_member):
    response = as_member(world.police).get("/members/", HTTP_HX_REQUEST="true")
    assert (response.status_code, response.content.strip().startswith(b'<div id="_refused">')) == (403, True)


def test_what_may_not_be_recorded_is_not_answered(world, as_member):
    from audit import door
    from core import recording

    client = as_member(world.police)
    recording.fill(None)
    try:
        with pytest.raises(recording.Unrecorded):
            client.get("/members/")
    finally:
        recording.fill(door.write)


def test_nobody_is_led_to_sign_in(client, world):
    for path in EVERYBODY | ADMINISTRATOR:
        response = client.get(address(path, world))
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/sign-in/")


def test_a_permission_may_be_asked_on_a_panel(world, rf: RequestFactory):
    from partnership.models import Panel

    other = Panel.objects.create(partnership=world.partnership, name="Another")

    @permission(Permission.SCREEN, panel="panel_id")
    def view(request, panel_id):
        from django.http import HttpResponse

        return HttpResponse(request.member.name)

    for panel, status in ((world.panel, 200), (other, 403)):
        request = rf.get("/")
        request.user, request.resolver_match = world.coordinator, None
        assert view(request, panel_id=panel.pk).status_code == status
    assert view.permission == Permission.SCREEN


def test_a_rule_that_refuses_is_recorded_alike(world, rf):
    request = rf.get("/")
    request.user, request.resolver_match = world.police, None
    response = Refusals(None).process_exception(request, PermissionDenied())
    assert (response.status_code, recorded_names()) == (403, ["access.refused"])


def test_an_ended_role_opens_nothing_at_the_next_request(world, as_member):
    client = as_member(world.administrator)
    assert client.get("/members/").status_code == 200
    RoleGrant.objects.filter(member=world.administrator).delete()
    assert client.get("/members/").status_code == 403
    assert client.get("/account/").status_code == 200
