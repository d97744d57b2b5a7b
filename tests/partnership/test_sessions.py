"""Sessions: where one is signed in, ending them, and resting too long."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from partnership import idle
from partnership.models import MemberSession
from partnership.workflow.members import mark_left
from tests.audit.ledger import recorded, recorded_names
from tests.partnership.test_sign_in import errors
from tests.signing_in import enrol, sign_in
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/account/"}
POLL = HTMX | {"HTTP_X_CONFER_POLL": "1"}


def rest(member, minutes) -> None:
    MemberSession.objects.filter(member=member).update(
        last_seen_at=timezone.now() - datetime.timedelta(minutes=minutes, seconds=5)
    )


@pytest.fixture
def lent(monkeypatch):
    """A meeting lends ninety minutes."""
    monkeypatch.setattr(idle, "_lenders", [lambda member: 90, lambda member: None, lambda member: 45])


# ending -------------------------------------------------------------------------------------------------------------


def test_one_of_ones_own_sessions_ends(world, as_member):
    other = sign_in(Client(), world.police)
    client = as_member(world.police)
    row = other.session.row if other.session.row else MemberSession.objects.earliest("started_at")
    response = client.post(f"/account/sessions/{row.pk}/end/")
    assert response["Location"] == "/account/sessions/"
    row.refresh_from_db()
    assert (row.ended_why, row.data) == ("by_member", "")
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    assert recorded_names() == ["member.sessions_ended"]


def test_a_colleagues_session_is_not_found(world, as_member):
    sign_in(Client(), world.health)
    row = MemberSession.objects.get(member=world.health)
    assert as_member(world.police).post(f"/account/sessions/{row.pk}/end/").status_code == 404
    row.refresh_from_db()
    assert row.ended_at is None


def test_signing_out_everywhere(world, as_member):
    others = [sign_in(Client(), world.police) for _other in range(2)]
    stranger = sign_in(Client(), world.health)
    client = as_member(world.police)
    assert client.post("/account/sessions/end/")["Location"] == "/sign-in/"
    assert [found.get("/account/").status_code for found in (client, *others, stranger)] == [302, 302, 302, 200]
    assert recorded("member.sessions_ended")[0].detail == {"count": 3, "why": "by_member"}


def test_a_leaver_is_out_at_the_next_request(world, as_member):
    client = as_member(world.police)
    assert client.get("/account/").status_code == 200
    mark_left(world.police, by=world.administrator)
    response = client.get("/account/", **HTMX)
    assert (response.status_code, response["HX-Redirect"], response.content) == (
        200,
        "/sign-in/?next=%2Faccount%2F",
        b"",
    )
    assert client.get("/account/")["Location"] == "/sign-in/?next=%2Faccount%2F"


def test_an_ended_session_cannot_be_written_back(world, as_member):
    client = as_member(world.police)
    store = client.session
    store["more"] = 1
    MemberSession.objects.filter(member=world.police).end(why="left")
    from django.contrib.sessions.backends.base import UpdateError

    with pytest.raises(UpdateError):
        store.save()


def test_a_session_ends_twelve_hours_after_it_began_however_busy(client, world):
    device = enrol(world.police)
    client.post("/sign-in/", {"email": world.police.email, "password": PASSWORD})
    client.post("/sign-in/code/", {"code": device.code_at()})
    row = MemberSession.objects.get(member=world.police)
    assert row.expires_at - row.started_at == datetime.timedelta(hours=12)
    session = client.session
    session["more"] = 1
    session.save()
    again = MemberSession.objects.get(member=world.police)
    assert again.expires_at == row.expires_at
    MemberSession.objects.update(expires_at=timezone.now())
    assert client.get("/account/").status_code == 302


def test_expired_sessions_are_emptied_and_nobodys_forgotten(world, client, as_member):
    client.get("/sign-in/")
    MemberSession.objects.create(digest="0" * 64, data="x", expires_at=timezone.now())
    as_member(world.police)
    MemberSession.objects.update(expires_at=timezone.now())
    from partnership.sign_in.sessions import SessionStore

    SessionStore.clear_expired()
    assert list(MemberSession.objects.values_list("member_id", "data")) == [(world.police.pk, "")]


# resting ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "lends", "waits_for"),
    [
        (19, False, ""),
        (20, False, "sign_in"),
        (600, False, "sign_in"),
        (20, True, ""),
        (89, True, ""),
        (90, True, "code"),
        (600, True, "code"),
    ],
)
def test_how_long_a_session_may_rest(world, as_member, monkeypatch, minutes, lends, waits_for):
    monkeypatch.setattr(idle, "_lenders", [lambda member: 90] if lends else [lambda member: None])
    as_member(world.police)
    rest(world.police, minutes)
    assert idle.lock_due(MemberSession.objects.get(member=world.police), world.police) == waits_for


def test_a_rested_session_waits_and_goes_on_with_the_same_page(world, as_member):
    device = enrol(world.police)
    client = as_member(world.police)
    rest(world.police, 20)
    response = client.get("/account/?tab=2")
    assert response["Location"] == "/unlock/?next=%2Faccount%2F%3Ftab%3D2"
    page = client.get(response["Location"])
    assert b'name="password"' in page.content
    typed = {"password": PASSWORD, "code": device.code_at(), "next": "/account/?tab=2"}
    assert client.post("/unlock/", typed)["Location"] == "/account/?tab=2"
    assert client.get("/account/").status_code == 200
    assert recorded("member.signed_in")[0].detail == {"resumed": True}


def test_in_a_signed_meeting_the_code_alone_is_asked(world, as_member, lent):
    device = enrol(world.police)
    client = as_member(world.police)
    rest(world.police, 91)
    assert client.get("/account/").status_code == 302
    assert b'name="password"' not in client.get("/unlock/").content
    assert client.post("/unlock/", {"code": device.code_at()})["Location"] == "/"


@pytest.mark.parametrize(
    "typed", [{"password": "wrong", "code": "right"}, {"password": PASSWORD, "code": "000000"}, {}]
)
def test_a_session_goes_on_waiting_after_a_wrong_answer(world, as_member, typed):
    device = enrol(world.police)
    client = as_member(world.police)
    rest(world.police, 20)
    client.get("/account/")
    typed = {name: device.code_at() if value == "right" else value for name, value in typed.items()}
    assert client.post("/unlock/", typed).status_code == 422
    assert client.get("/account/")["Location"] == "/unlock/?next=%2Faccount%2F"


def test_five_wrong_answers_lock_the_account(world, as_member):
    device = enrol(world.police)
    client = as_member(world.police)
    rest(world.police, 20)
    client.get("/account/")
    for _attempt in range(5):
        client.post("/unlock/", {"password": "wrong", "code": "000000"})
    response = client.post("/unlock/", {"password": PASSWORD, "code": device.code_at()})
    assert errors(response)[0].startswith("There were too many wrong attempts.")


def test_a_waiting_session_reaches_nothing_else(world, as_member):
    client = as_member(world.administrator)
    rest(world.administrator, 20)
    shut = ["/", "/account/", "/members/", "/agencies/", "/roles/", "/account/sessions/", "/settings/"]
    assert {client.get(path)["Location"].partition("?")[0] for path in shut} == {"/unlock/"}
    assert client.get("/enrol/recovery-codes/")["Location"] == "/unlock/"
    assert client.post("/sign-out/").status_code == 302


def test_a_part_of_a_page_is_told_to_wait(world, as_member):
    client = as_member(world.police)
    rest(world.police, 20)
    response = client.get("/account/", **HTMX)
    assert (response.status_code, response["HX-Trigger"], response.content) == (401, "confer:locked", b"")


@pytest.mark.parametrize(("headers", "extends"), [({}, True), (HTMX, True), (POLL, False)])
def test_a_poll_is_not_activity(world, as_member, headers, extends):
    client = as_member(world.police)
    rest(world.police, 10)
    client.get("/account/", **headers)
    session = MemberSession.objects.get(member=world.police)
    assert (idle.rested(session) < datetime.timedelta(minutes=1)) is extends


def test_activity_is_written_at_most_twice_a_minute(world, as_member, django_assert_num_queries):
    client = as_member(world.police)
    client.get("/roles/")
    with django_assert_num_queries(3):  # session, member, grants
        client.get("/roles/")


def test_the_clock_tells_what_is_left_and_is_not_activity(world, as_member):
    client = as_member(world.police)
    rest(world.police, 18)
    clock = client.get("/session/").json()
    assert (clock["locked"], clock["warning"], 100 < clock["seconds"] <= 115) == (False, 120, True)
    rest(world.police, 20)
    clock = client.get("/session/").json()
    assert (clock["seconds"], clock["locked"], clock["member"]) == (0, True, str(world.police.pk))


def test_staying_signed_in(world, as_member):
    client = as_member(world.police)
    rest(world.police, 18)
    assert client.post("/session/stay/").json()["seconds"] > 1190
    rest(world.police, 20)
    assert client.post("/session/stay/").json()["locked"] is True


def test_a_session_without_a_code_waits(client, world):
    from partnership.sign_in import backend

    client.force_login(world.police, backend=backend.PATH)
    assert client.get("/account/")["Location"] == "/unlock/?next=%2Faccount%2F"


# what was typed -----------------------------------------------------------------------------------------------------

TYPED = {
    "name": "Mair <b>&\"' Gwynedd",
    "email": "x@y.example",
    "many": ["1", "2"],
    "password": "hidden",
    "a_code": "123456",
}


def kept_in(response) -> str:
    return response.context["form"]["kept"].value()


def hidden(response) -> list[tuple[str, str]]:
    return list(response.context["kept"].fields)


KEPT = [("name", TYPED["name"]), ("email", "x@y.example"), ("many", "1"), ("many", "2")]


def test_a_form_posted_too_late_is_kept_over_the_unlocking(world, as_member):
    device = enrol(world.administrator)
    client = as_member(world.administrator)
    rest(world.administrator, 20)
    page = client.post("/members/invite/?from=1", TYPED)
    assert page.status_code == 200
    wrong = client.post("/unlock/", {"password": "wrong", "code": "1", "kept": kept_in(page)})
    typed = {"password": PASSWORD, "code": device.code_at(), "kept": kept_in(wrong)}
    response = client.post("/unlock/", typed)
    assert (response.context["kept"].path, hidden(response)) == ("/members/invite/?from=1", KEPT)
    assert "&lt;b&gt;&amp;&quot;" in response.content.decode()


def test_a_form_posted_after_the_session_ended_is_kept_over_signing_in(world, as_member):
    device = enrol(world.administrator)
    client = as_member(world.administrator)
    MemberSession.objects.filter(member=world.administrator).end(why="by_member")
    page = client.post("/members/invite/", TYPED)
    typed = {"email": world.administrator.email, "password": PASSWORD, "kept": kept_in(page)}
    page = client.post("/sign-in/", typed)
    response = client.post("/sign-in/code/", {"code": device.code_at(), "kept": kept_in(page)})
    assert (response.context["kept"].path, hidden(response)) == ("/members/invite/", KEPT)


def test_what_one_member_typed_is_not_shown_to_another(world, as_member):
    device = enrol(world.police)
    client = as_member(world.administrator)
    MemberSession.objects.filter(member=world.administrator).end(why="by_member")
    page = client.post("/members/invite/", TYPED)
    typed = {"email": world.police.email, "password": PASSWORD, "kept": kept_in(page)}
    page = client.post("/sign-in/", typed)
    response = client.post("/sign-in/code/", {"code": device.code_at(), "kept": kept_in(page)})
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.parametrize("spoil", [lambda kept: kept[:-1], lambda kept: "x" + kept, lambda kept: "nonsense"])
def test_a_changed_form_is_not_kept(world, as_member, spoil):
    device = enrol(world.police)
    client = as_member(world.police)
    rest(world.police, 20)
    page = client.post("/account/password/", TYPED)
    response = client.post("/unlock/", {"password": PASSWORD, "code": device.code_at(), "kept": spoil(kept_in(page))})
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.parametrize(("who", "covers"), [("member", True), ("leaver", False), ("stranger", False)])
def test_a_part_posted_after_the_session_ended_leaves_the_page_where_it_is(world, as_member, who, covers):
    client = as_member(world.administrator) if who != "stranger" else Client()
    MemberSession.objects.filter(member=world.administrator).end(why="by_member")
    if who == "leaver":
        type(world.administrator).objects.filter(pk=world.administrator.pk).update(left_at=timezone.now())
    response = client.post("/members/invite/", TYPED, **HTMX)
    told = (response.status_code, response.headers.get("HX-Trigger"), response.headers.get("HX-Redirect"))
    assert told == ((401, "confer:locked", None) if covers else (200, None, "/sign-in/?next=%2Faccount%2F"))


def test_a_strangers_post_is_not_kept(client, world):
    response = client.post("/members/invite/", TYPED)
    assert (response.status_code, response["Location"]) == (302, "/sign-in/")
