"""Every list at one and at three rows under one literal query count; hostile text; the frame."""

import datetime
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import home, navigation
from partnership.models import Agency, Attendee, Panel, Protocol, RoleGrant, Signatory
from partnership.roles import ROLES
from partnership.views import register
from tests.audit.ledger import recorded_names
from tests.signing_in import sign_in
from tests.valid_html import assert_valid
from tests.world import make_agency, make_attendee, make_member

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'&{{ 7|add:7 }}{% now 'Y' %}"


@pytest.fixture
def small(world):
    """A partnership with one agency, one panel, and its administrator."""
    RoleGrant.objects.exclude(member=world.administrator).delete()
    return world


def add_members(world, number):
    for count in range(number):
        make_member(f"Extra {count} {number}", world.council, "referrer", "auditor", panel=world.panel)


def add_agencies(world, number):
    for count in range(number):
        make_agency(world.partnership, f"Extra {count} {number}", "other")


def add_signatures(world, number):
    for _count in range(number):
        Signatory.objects.create(agency=world.council, since=timezone.now(), tier=2)


def add_attendees(world, number):
    for count in range(number):
        panel = Panel.objects.create(partnership=world.partnership, name=f"Attended {count} {number}")
        make_attendee(world.police, panel)


def add_protocols(world, number):
    for count in range(number):
        Protocol.objects.create(
            partnership=world.partnership,
            number=10 * number + count,
            name="Protocol",
            lead_controller=world.council,
            in_force_from=timezone.localdate(),
            review_on=timezone.localdate() + datetime.timedelta(days=9),
        )


def add_panels(world, number):
    for count in range(number):
        Panel.objects.create(partnership=world.partnership, name=f"Extra {count} {number}")


def add_sessions(world, number):
    for _count in range(number):
        sign_in(Client(), world.administrator)


def add_grants(world, number):
    for count in range(number):
        panel = Panel.objects.create(partnership=world.partnership, name=f"Granted {count} {number}")
        RoleGrant.objects.create(member=world.administrator, role="chair", panel=panel, granted_by=world.administrator)


@pytest.mark.parametrize(
    ("path", "add", "queries"),
    [
        ("/members/", add_members, 6),
        ("/members/{administrator}/", add_grants, 9),
        ("/agencies/", add_agencies, 5),
        ("/agencies/{council}/", add_signatures, 9),
        ("/register/", add_agencies, 9),
        ("/register/", add_signatures, 9),
        ("/register/attendees/", add_attendees, 4),
        ("/register/protocol/", add_protocols, 5),
        ("/settings/", add_panels, 4),
        ("/settings/panels/{panel}/", add_agencies, 8),
        ("/account/sessions/", add_sessions, 5),
        ("/account/", add_grants, 4),
        ("/roles/", add_members, 3),
    ],
)
def test_as_many_queries_for_three_rows_as_for_one(small, as_member, django_assert_num_queries, path, add, queries):
    client = as_member(small.administrator)
    ids = {"administrator": small.administrator.pk, "council": small.council.pk, "panel": small.panel.pk}
    for number in (1, 3):
        add(small, number)
        with django_assert_num_queries(queries):
            assert client.get(path.format(**ids)).status_code == 200


def test_attendees_come_in_pages_by_panel_and_name(small, as_member, monkeypatch):
    monkeypatch.setattr(register, "ATTENDEES", 2)
    Attendee.objects.all().delete()
    add_attendees(small, 3)
    client = as_member(small.administrator)
    first = client.get("/register/attendees/").context["page"]
    second = client.get("/register/attendees/" + first.next_url).context["page"]
    assert [[row.panel.name for row in page] for page in (first, second)] == [
        ["Attended 0 3", "Attended 1 3"],
        ["Attended 2 3"],
    ]


PAGES = [
    "/",
    "/account/",
    "/account/password/",
    "/account/authenticator/",
    "/account/recovery-codes/",
    "/account/sessions/",
    "/roles/",
    "/members/",
    "/members/invite/",
    "/members/{member}/",
    "/members/{member}/change/",
    "/members/{member}/roles/",
    "/members/{member}/left/",
    "/members/{member}/reset/",
    "/settings/",
    "/settings/change/",
    "/settings/panels/add/",
    "/settings/panels/{panel}/",
    "/agencies/",
    "/agencies/add/",
    "/agencies/{agency}/",
    "/agencies/{agency}/change/",
    "/agencies/{agency}/certificate/",
    "/agencies/{agency}/join/",
    "/agencies/{agency}/guest/",
    "/agencies/{agency}/posts/add/",
    "/register/",
    "/register/protocol/",
    "/register/protocol/add/",
    "/register/attendees/",
    "/register/attendees/add/",
    "/register/lawful-bases/",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_valid_and_text_stays_text(world, as_member, path):
    world.police.name = world.police.job_title = HOSTILE
    world.police.save()
    Agency.objects.filter(pk=world.health_agency.pk).update(name=HOSTILE, short_name=HOSTILE[:30])
    Panel.objects.filter(pk=world.panel.pk).update(name=HOSTILE, place=HOSTILE)
    path = path.format(member=world.police.pk, agency=world.health_agency.pk, panel=world.panel.pk)
    content = as_member(world.administrator).get(path).content.decode()
    assert_valid(content)
    assert "<script>alert" not in content and "14" not in content.split("{{ 7|add:7 }}")[0][-1:]
    assert 'style="' not in content and "onclick" not in content


@pytest.mark.parametrize("path", ["/sign-in/", "/invitation/x/", "/enrol/password/"])
def test_pages_for_nobody_are_valid(client, world, path):
    assert_valid(client.get(path).content)


@pytest.mark.on_both
@pytest.mark.parametrize(
    "value",
    ["\x00", "\ud800", "a" * 70_000, "<b>", "' OR 1=1 --", "%00", "🙂" * 200, "a@b.example\r\nBcc: x@y.example"],
)
@pytest.mark.parametrize("field", ["email", "password", "next", "kept"])
def test_hostile_text_at_the_door(client, world, field, value):
    data = {"email": world.police.email, "password": "wrong horse", "next": "/", "kept": ""} | {field: value}
    body = urlencode(data, errors="surrogatepass")
    response = client.post("/sign-in/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert "_auth_user_id" not in client.session


@pytest.mark.on_both
@pytest.mark.parametrize("value", ["\x00", "<b>" * 2000, "🙂" * 500, "a@b.example\r\nBcc: x@y.example", "=1+1"])
@pytest.mark.parametrize("field", ["name", "email", "job_title", "phone", "agency", "role", "panel"])
def test_hostile_text_in_an_invitation(world, as_member, field, value):
    data = {
        "name": "Nia",
        "email": "nia@wenlli-health.example",
        "agency": world.health_agency.pk,
        "role": "referrer",
        "panel": world.panel.pk,
    } | {field: value}
    assert as_member(world.administrator).post("/members/invite/", data).status_code in (302, 422)


# the frame ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "labels"),
    [("administrator", ["Members", "Agencies", "Protocol", "Settings"]), ("police", []), ("auditor", [])],
)
def test_the_navigation_shows_what_one_may(world, rf, who, labels):
    request = rf.get("/members/invite/")
    request.user = getattr(world, who)
    mine = {"Members", "Agencies", "Protocol", "Settings"}
    shown = [item for item in navigation.items(request) if str(item["label"]) in mine]
    assert [str(item["label"]) for item in shown] == labels
    assert [str(item["label"]) for item in navigation.items(request) if item["current"]] == labels[:1]


@pytest.mark.parametrize("page", ["register", "joining", "change_signatory", "end_standing", "confirm_exit"])
def test_the_protocols_entry_is_current_on_its_pages(world, rf, page):
    request = rf.get(reverse(f"partnership:{page}", args=[] if page == "register" else [world.panel.pk]))
    request.user = world.administrator
    assert [str(item["label"]) for item in navigation.items(request) if item["current"]] == ["Protocol"]


def test_nobody_has_no_navigation(rf):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.user = AnonymousUser()
    assert navigation.items(request) == []


def test_the_home_page_shows_what_is_owed_the_most_pressing_first(world, as_member, monkeypatch):
    today = timezone.localdate()
    owed = [
        home.Owed("Later", 2, today + timedelta(days=3), "/later/", "action"),
        home.Owed("No date", 1, None, "/none/", "decision"),
        home.Owed("Nothing", 0, today, "/nothing/", "return"),
        home.Owed("Overdue", 1, today - timedelta(days=1), "/overdue/", "action"),
        home.Owed("Long overdue", 1, timezone.now() - timedelta(days=9), "/long/", "action"),
        home.Owed("Today", 1, today, "/today/", "return"),
    ]
    monkeypatch.setattr(home, "_providers", [lambda member: owed[:3], lambda member: owed[3:]])
    groups = as_member(world.police).get("/").context["groups"]
    assert [[row.what for row in group["rows"]] for group in groups] == [
        ["Long overdue", "Overdue"],
        ["Today"],
        ["Later"],
        ["No date"],
    ]


def test_an_administrator_owes_certificates(world):
    from partnership.owed import settings_owed

    Agency.objects.filter(pk=world.health_agency.pk).update(certificate="PEM", certificate_expires_at=timezone.now())
    assert [(row.count, row.url) for row in settings_owed(world.administrator)] == [(1, "/agencies/")]
    assert settings_owed(world.police) == []


def test_few_recovery_codes_are_owed(world):
    from partnership.models import RecoveryCode
    from partnership.owed import settings_owed
    from partnership.workflow.sign_in import make_recovery_codes

    make_recovery_codes(by=world.police)
    assert settings_owed(world.police) == []
    some = RecoveryCode.objects.values_list("pk", flat=True)[:8]
    RecoveryCode.objects.filter(pk__in=list(some)).update(used_at=timezone.now())
    assert [row.url for row in settings_owed(world.police)] == ["/account/recovery-codes/"]


def test_the_matrix_is_the_page(world, as_member):
    rows = as_member(world.referrer).get("/roles/").context["rows"]
    assert [[cell["may"] for cell in row["cells"]].count(True) for row in rows] == [
        sum(needed in card.permissions for card in ROLES.values()) for needed in _permissions()
    ]


def _permissions():
    from partnership.roles import PERMISSION_WORDS, Permission

    assert set(PERMISSION_WORDS) == set(Permission)
    return list(PERMISSION_WORDS)


@pytest.mark.parametrize("path", PAGES)
def test_opening_a_page_records_and_changes_nothing(world, as_member, path):
    path = path.format(member=world.police.pk, agency=world.health_agency.pk, panel=world.panel.pk)
    as_member(world.administrator).get(path)
    assert recorded_names() == []
