"""The pages of calendar and agenda: what each member sees, buttons that work, and a fixed number of queries."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import VictimContact
from meetings.models import Meeting
from meetings.workflow.agenda_issue import last_issue
from tests.audit.ledger import recorded
from tests.valid_html import assert_valid


def url(name, *args):
    return reverse(f"meetings:{name}", args=[getattr(arg, "pk", arg) for arg in args])


@pytest.fixture
def meeting(world):
    return world.make_meeting()


def listed(world, meeting, *asked, **more):
    names = {name: more.pop(name) for name in ("victim", "perpetrator") if name in more}
    return world.list_case(meeting, world.make_case(**names), asked=asked, **more)


def text(response):
    return response.content.decode()


# calendar ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "status", "keeps"),
    [
        ("coordinator", 200, True),
        ("chair", 200, False),
        ("police", 200, False),
        ("referrer", 403, False),
        ("liaison_officer", 403, False),
        ("auditor", 403, False),
        ("administrator", 403, False),
    ],
)
def test_who_sees_the_calendar(world, as_member, meeting, name, status, keeps):
    client = as_member(getattr(world, name))
    response = client.get(url("calendar"))
    assert response.status_code == status
    assert ("Plan a series" in text(response)) is keeps
    assert client.get(url("meeting", meeting)).status_code == status
    assert client.get(url("plan", world.panel)).status_code == (200 if keeps else 403)
    if status == 200:
        assert_valid(response.content)
        assert_valid(client.get(url("meeting", meeting)).content)


def test_planning_on_the_page(world, as_member):
    client = as_member(world.coordinator)
    day = timezone.localdate() + datetime.timedelta(days=40)
    typed = {
        "day_day": day.day,
        "day_month": day.month,
        "day_year": day.year,
        "time": "9.30",
        "place": "Town hall",
        "chair": world.chair.pk,
        "minutes_per_case": 15,
    }
    response = client.post(url("plan", world.panel), typed)
    made = Meeting.objects.get()
    assert response.url == url("meeting", made)
    assert (timezone.localtime(made.starts_at).time(), made.place) == (datetime.time(9, 30), "Town hall")
    refused = client.post(url("plan", world.panel), typed)
    assert refused.status_code == 422
    assert "The panel has a meeting at this time already." in text(refused)
    assert 'value="Town hall"' in text(refused)
    assert_valid(refused.content)


def test_changing_moving_and_cancelling_on_the_page(world, as_member, meeting):
    client = as_member(world.coordinator)
    for name in ("change", "move", "cancel"):
        page = client.get(url(name, meeting))
        assert page.status_code == 200
        assert_valid(page.content)
    refused = client.post(url("cancel", meeting), {"reason": "", "seen": meeting.version})
    assert refused.status_code == 422 and "Select why the meeting is cancelled" in text(refused)
    client.post(url("cancel", meeting), {"reason": "place", "words": "Snow", "seen": meeting.version})
    meeting.refresh_from_db()
    assert meeting.state == "cancelled"


def test_a_stale_change_is_said(world, as_member, meeting):
    local = timezone.localtime(meeting.cutoff_at)
    typed = {
        "minutes_per_case": 10,
        "seen": 7,
        "cutoff_time": "17:00",
        "research_due_time": "17:00",
        **{
            f"{name}_{part}": getattr(local, part)
            for name in ("cutoff_day", "research_due_day")
            for part in ("day", "month", "year")
        },
    }
    response = as_member(world.coordinator).post(url("change", meeting), typed)
    assert response.status_code == 422
    assert "Somebody else saved this while you were writing." in text(response)


# agenda ------------------------------------------------------------------------------------------------------------
def test_the_agenda_shows_what_the_stage_allows(world, as_member, meeting):
    shared = listed(world, meeting, world.police_agency, victim=("Mair", "O’Gwynedd"))
    other = listed(world, meeting, world.health_agency, victim=("Siân", "Llewelyn"))
    barred = listed(world, meeting, world.police_agency, world.health_agency, victim=("Bethan", "Tudur"))
    world.bar(case=barred.listing.case, agency=world.police_agency)

    def seen_by(name):
        page = text(as_member(getattr(world, name)).get(url("agenda", meeting)))
        return [family for family in ("Gwynedd", "Llewelyn", "Tudur") if family in page]

    assert seen_by("coordinator") == ["Gwynedd", "Llewelyn", "Tudur"]
    assert seen_by("police") == ["Gwynedd"]
    assert seen_by("chair") == ["Gwynedd", "Llewelyn"]  # of the barred agency
    assert seen_by("health") == ["Llewelyn", "Tudur"]
    assert seen_by("idva") == []
    world.bar(listing=shared.listing, member=world.police)
    assert seen_by("police") == []
    assert other.position == 2


def test_contact_and_wishes_stand_on_the_agenda_of_those_who_may(world, as_member, meeting):
    item = listed(world, meeting, world.police_agency)
    contact = VictimContact(
        key=item.listing.case.key,
        referral=item.listing.referral,
        agency=world.idva_agency,
        recorded_by=world.idva,
        recorded_at=timezone.now(),
        happened_at=timezone.now(),
        made=True,
        wishes="She wants to stay in her home.",
    )
    contact.save(force_insert=True)
    assert "She wants to stay in her home." in text(as_member(world.coordinator).get(url("agenda", meeting)))
    assert "She wants to stay" not in text(as_member(world.police).get(url("agenda", meeting)))


def test_the_row_opens_on_people_addresses_referrer_and_who_is_asked(world, as_member, meeting):
    item = listed(world, meeting, world.police_agency, world.health_agency)
    for party in item.listing.case.parties.select_related("key"):
        if party.capacity == "perpetrator":
            party.aliases, party.address_confidential = ["Dai Bach"], True
            party.save()

    def opened(name):
        page = text(as_member(getattr(world, name)).get(url("agenda", meeting)))
        return page.split("People, addresses")[1].split("</details>")[0]

    asked = f"Agencies asked: {world.health_agency.name}, {world.police_agency.name}."
    for name, expected in (("coordinator", [True] * 5), ("police", [True, True, True, True, False])):
        said = " ".join(opened(name).split())
        wanted = ["4 Lôn Ddychmygol", "Dai Bach", "Confidential address", "Referred by Aberwenlli Homes.", asked]
        assert [each in said for each in wanted] == expected


def test_unfinished_actions_and_the_end_of_the_window_stand_at_the_top(world, as_member, meeting):
    case = world.make_case()
    world.make_action(case, world.housing_agency, text="Change the locks at once.")
    old = world.make_case(submitted_at=meeting.starts_at - datetime.timedelta(days=366), submitted_by=world.referrer)
    page = text(as_member(world.coordinator).get(url("agenda", meeting)))
    assert page.index("Change the locks at once.") < page.index('id="agenda_items"')
    assert {f"cases.case:{each.pk}" for each in (case, old)} == set(recorded("record.consulted")[-1].things)
    assert "Cases 12 months after their last referral" in page and old.reference in page
    assert "Change the locks" not in text(as_member(world.police).get(url("agenda", meeting)))


def test_the_reading_is_recorded_with_the_cases_shown(world, as_member, meeting):
    item = listed(world, meeting, world.police_agency)
    listed(world, meeting, world.health_agency)
    as_member(world.police).get(url("agenda", meeting))
    event = recorded("record.consulted")[-1]
    assert (event.thing_id, event.reason) == (meeting.pk, "agenda_item")
    assert event.things == [f"cases.case:{item.listing.case_id}"]


@pytest.mark.parametrize("name", ["coordinator", "police"])
def test_as_many_queries_for_30_cases_as_for_5(world, as_member, meeting, django_assert_num_queries, name):
    client = as_member(getattr(world, name))
    for more in (5, 25):
        for _ in range(more):
            item = listed(world, meeting, world.police_agency, world.health_agency, presenter=world.health)
            world.make_action(item.listing.case, world.police_agency)
        client.get(url("agenda", meeting))
        with django_assert_num_queries({"coordinator": 20, "police": 17}[name]):
            page = client.get(url("agenda", meeting))
    assert text(page).count('class="confer-agenda__item"') == 30
    assert_valid(page.content)


def test_up_down_numbers_and_drag(world, as_member, meeting):
    a, b, c = (listed(world, meeting) for _ in range(3))
    client = as_member(world.coordinator)

    def order():
        return [item.pk for item in meeting.items.in_order()]

    client.post(url("move_item", b), {"to": "up"})
    assert order() == [b.pk, a.pk, c.pk]
    typed = {
        "by": "number",
        "order": [b.pk, a.pk, c.pk],
        f"place-{b.pk}": "3",
        f"place-{a.pk}": "2",
        f"place-{c.pk}": "1",
    }
    client.post(url("order", meeting), typed)
    assert order() == [c.pk, a.pk, b.pk]
    part = client.post(url("order", meeting), {"order": [a.pk, b.pk, c.pk]}, HTTP_HX_REQUEST="true")
    assert order() == [a.pk, b.pk, c.pk]
    assert text(part).strip().startswith('<div id="agenda_items">')
    assert_valid(part.content, whole=False)
    stale = client.post(url("order", meeting), {"order": [a.pk]}, HTTP_HX_REQUEST="true")
    assert stale.status_code == 422 and "The agenda has changed meanwhile." in text(stale)


def test_page_and_part_render_the_same(world, as_member, meeting):
    listed(world, meeting)
    client = as_member(world.coordinator)
    page = text(client.get(url("agenda", meeting)))
    part = text(client.get(url("agenda", meeting), HTTP_HX_REQUEST="true", HTTP_HX_TARGET="agenda_items"))

    def without_token(html):
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html).strip()

    assert without_token(part) in without_token(page)


def test_listing_on_the_page(world, as_member, meeting):
    case = world.make_case()
    client = as_member(world.coordinator)
    referral = case.referrals.get()
    page = client.get(url("list_case", meeting, referral))
    assert_valid(page.content)
    typed = {"type": "transfer", "agencies": [world.police_agency.pk]}
    refused = client.post(url("list_case", meeting, referral), typed)
    assert refused.status_code == 422 and "Enter the area that the case is transferred from" in text(refused)
    client.post(url("list_case", meeting, referral), typed | {"transferred_from": "Elsewhere MARAC"})
    item = meeting.items.get()
    assert (item.listing.type, item.listing.transferred_from) == ("transfer", "Elsewhere MARAC")
    for name in ("change_item", "remove_item"):
        assert_valid(client.get(url(name, item)).content)
    assert as_member(world.police).get(url("list_case", meeting, referral)).status_code == 403


def test_a_restricted_listing_must_choose_whom_to_ask(world, as_member, meeting):
    case = world.make_case()
    everybody = [agency.pk for agency in world.panel.agencies.all()]
    client = as_member(world.coordinator)
    there = url("list_case", meeting, case.referrals.get())
    refused = client.post(there, {"type": "restricted", "agencies": everybody})
    assert refused.status_code == 422
    assert "The listing is restricted: leave only the agencies that must be asked ticked" in text(refused)
    assert client.post(there, {"type": "restricted", "agencies": everybody[:1]}).status_code == 302


def test_the_freeze_page_lists_everything_and_hides_closed_cases(world, as_member, meeting):
    open_item, closed = listed(world, meeting, world.police_agency), listed(world, meeting, world.police_agency)
    world.bar(case=closed.listing.case, member=world.coordinator)
    client = as_member(world.coordinator)
    page = client.get(url("freeze", meeting))
    assert f"{open_item.listing.case.reference}: nobody presents it." in text(page)
    assert closed.listing.case.reference not in text(page)
    assert "A case that is closed to you is not ready" in text(page)
    assert_valid(page.content)
    refused = client.post(url("freeze", meeting), {"seen": meeting.version})
    assert refused.status_code == 422 and closed.listing.case.reference not in text(refused)
    assert "The agenda is not ready" in text(refused)
    assert last_issue(meeting) is None


def test_the_presenter_confirms_on_the_page(world, as_member, meeting):
    item = listed(world, meeting, world.police_agency, presenter=world.police)
    client = as_member(world.police)
    assert "I present this case" in text(client.get(url("agenda", meeting)))
    assert "Confirm that you present at the meeting" in text(client.get("/"))
    client.post(url("confirm_presenter", item))
    item.refresh_from_db()
    assert item.presenter_confirmed_at is not None
    assert "Confirm that you present at the meeting" not in text(client.get("/"))


@pytest.mark.parametrize("name", ["change_item", "remove_item", "move_item", "ask_agency", "confirm_presenter"])
def test_an_item_that_is_closed_to_a_member_is_not_found(world, as_member, meeting, name):
    item = listed(world, meeting)
    world.bar(case=item.listing.case, member=world.coordinator)
    assert as_member(world.coordinator).post(url(name, item)).status_code == 404
    assert recorded("access.refused")[-1].reason == "not_visible"


def test_home_says_when_an_agenda_waits_to_be_frozen(world, as_member):
    world.make_meeting(starts_at=timezone.now() + datetime.timedelta(days=7))
    assert "Freeze the agenda of the meeting" in text(as_member(world.coordinator).get("/"))
    assert "Freeze the agenda of the meeting" not in text(as_member(world.chair).get("/"))


def test_the_coordinator_of_another_panel_keeps_neither_agenda_nor_calendar(world, as_member, meeting):
    from partnership.models import Panel, RoleGrant

    item = listed(world, meeting, world.police_agency)
    other = Panel.objects.create(partnership=world.partnership, name="Another panel")
    RoleGrant.objects.create(member=world.police, role="coordinator", panel=other)
    client = as_member(world.police)
    for name in ("change", "move", "cancel", "freeze", "amend", "board"):
        assert client.get(url(name, meeting)).status_code == 403
    for name in ("change_item", "remove_item"):
        assert client.get(url(name, item)).status_code == 403
    assert client.get(url("plan", other)).status_code == 200
    assert client.get(url("plan", world.panel)).status_code == 403
