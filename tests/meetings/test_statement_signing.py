"""The confidentiality statement: who may sign when, what a signature writes, and what stays closed without it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Entry, Involvement
from cases.models.access import Stage
from core.models import Key
from meetings.models import AgendaItem, Agreement, Attendance, Meeting, Statement
from meetings.urls import attendance as attendance_urls
from meetings.urls import live as live_urls
from meetings.views.kept import readers_of
from meetings.workflow.live import end_meeting, leave_item, open_meeting, start_item
from meetings.workflow.statement import default_text, filled, sign_statement, write_statement
from partnership.roles import Role
from tests.audit.ledger import recorded, recorded_names
from tests.meetings.sitting import fresh, opened, sign, today
from tests.signing_in import sign_in
from tests.world import make_agency, make_member

State = Meeting.State
SIGNABLE = {State.AGENDA_FROZEN, State.IN_SESSION}


@pytest.mark.parametrize("state", [s for s in State if s != State.CANCELLED])
def test_the_statement_is_signed_in_these_states_alone(world, state):
    meeting = today(world, state=state)
    if state in SIGNABLE:
        sign(meeting, world.idva)
    else:
        with pytest.raises(ValidationError):
            sign(meeting, world.idva)
    assert Agreement.objects.filter(member=world.idva).exists() is (state in SIGNABLE)


def test_nobody_signs_before_the_day(world):
    meeting = world.make_meeting(state="agenda_frozen", starts_at=timezone.now() + datetime.timedelta(days=1))
    with pytest.raises(ValidationError, match="on the day of the meeting"):
        sign(meeting, world.chair)


@pytest.mark.parametrize("who", ["liaison_officer", "auditor", "administrator", "referrer"])
def test_roles_that_do_not_attend_do_not_sign(world, who):
    meeting = today(world)
    if getattr(world, who).may("attend", world.panel):
        pytest.fail(f"{who} attends: place it in the table of those who sign")
    with pytest.raises(PermissionDenied):
        sign(meeting, getattr(world, who))


def test_signing_writes_attendance_agreement_and_sight_of_each_item(world):
    meeting = today(world, cases=2)
    sign_statement(by=world.idva, meeting=meeting, number=1, mode="remote")

    agreement = Agreement.objects.get()
    attendance = Attendance.objects.get()
    assert (agreement.member, agreement.agency, agreement.statement) == (world.idva, world.idva_agency, world.statement)
    assert (attendance.member, attendance.mode, attendance.capacity) == (world.idva, "remote", "member")
    assert attendance.arrived_at is not None
    seen = Involvement.objects.filter(stage=Stage.MEETING, member=world.idva)
    assert set(seen.values_list("listing", flat=True)) == set(meeting.items.values_list("listing", flat=True))
    assert attendance.history.get().history_change_reason == "signed"
    assert recorded_names() == ["statement.signed", "attendance.arrived", "access.opened", "access.opened"]


def test_signing_twice_changes_nothing(world):
    meeting = today(world)
    first = sign_statement(by=world.idva, meeting=meeting, number=1)
    assert sign_statement(by=world.idva, meeting=meeting, number=1) == first
    assert Attendance.objects.count() == 1


def test_signing_is_for_that_meeting_only(world):
    meeting, other = today(world), today(world)
    sign(meeting, world.idva)
    listing = other.items.get().listing
    world.make_entry(listing, world.housing_agency, world.housing)
    assert not Entry.objects.visible_to(world.idva).exists()


def test_a_barred_member_gets_no_sight_of_that_item(world):
    meeting = today(world, cases=2)
    kept = meeting.items.in_order().first()
    world.bar(member=world.idva, case=kept.listing.case)
    sign(meeting, world.idva)
    assert not Involvement.objects.filter(stage=Stage.MEETING, listing=kept.listing).exists()
    assert list(AgendaItem.objects.visible_to(world.idva)) == [meeting.items.in_order().last()]


@pytest.mark.parametrize("tier", [None, 2])
def test_an_agency_that_is_no_tier_1_signatory_at_that_instant_does_not_sign(world, tier):
    meeting = today(world)
    signature = world.idva_agency.signatures.get()
    if tier:
        signature.tier = tier
    else:
        signature.until = timezone.now()
    signature.save()
    with pytest.raises(ValidationError, match="is not a signatory"):
        sign(meeting, world.idva)
    assert not Agreement.objects.exists()


def test_another_version_must_be_read_before_it_is_signed(world):
    meeting = today(world)
    write_statement(by=world.administrator, panel=world.panel, text="New words.", seen=1)
    with pytest.raises(ValidationError, match="has changed"):
        sign_statement(by=world.idva, meeting=meeting, number=1)
    assert sign_statement(by=world.idva, meeting=meeting, number=2).statement.text == "New words."


def test_a_panel_without_a_statement_signs_the_one_that_comes_with_confer(world):
    Statement.objects.all().delete()
    meeting = today(world)
    sign(meeting, world.idva)
    assert Agreement.objects.get().statement.text == default_text(world.panel)


def test_the_names_of_place_and_protocol_are_filled_in(world):
    text = filled(default_text(world.panel), world.panel)
    assert "Aberwenlli" in text and "Aberwenlli Information Sharing Protocol" in text
    assert "{" not in text


def test_two_writers_of_the_statement_do_not_overwrite_each_other(world):
    write_statement(by=world.administrator, panel=world.panel, text="First.", seen=1)
    with pytest.raises(ValidationError, match="newer version"):
        write_statement(by=world.administrator, panel=world.panel, text="Second.", seen=1)
    with pytest.raises(PermissionDenied):
        write_statement(by=world.chair, panel=world.panel, text="Mine.", seen=2)
    assert [s.text for s in Statement.objects.order_by("number")] == ["What is said here stays here.", "First."]
    assert recorded("statement.written")[0].detail == {"number": 2}


def test_an_item_listed_after_the_signature_opens_when_it_begins(world):
    meeting, item = opened(world, world.idva)
    late = world.list_case(meeting, world.make_case())
    assert late not in AgendaItem.objects.visible_to(world.idva)
    from meetings.workflow.live import leave_item

    leave_item(by=world.chair, item=fresh(item))
    start_item(by=world.chair, item=fresh(late))
    assert late in AgendaItem.objects.visible_to(world.idva)


def test_sight_ends_with_the_meeting(world):
    meeting = today(world, cases=0)
    sign(meeting, world.chair, world.idva)
    item = world.list_case(meeting, world.make_case(), type="alert")
    from meetings.workflow.statement import open_item_to_signed

    open_item_to_signed(by=world.coordinator, item=item)
    world.make_entry(item.listing, world.housing_agency, world.housing)
    open_meeting(by=world.chair, meeting=fresh(meeting))
    assert Entry.objects.visible_to(world.idva).exists()
    end_meeting(by=world.chair, meeting=fresh(meeting))
    assert not Entry.objects.visible_to(world.idva).exists()
    assert not Involvement.objects.live().filter(stage=Stage.MEETING).exists()


# the gate over every address of the sitting
GATED = {
    pattern.name: pattern
    for pattern in [*live_urls.urlpatterns, *attendance_urls.urlpatterns]
    if pattern.name not in ("tellings", "tell")
}
ARGUMENTS = {"name": "people", "part": "summary", "verb": "left"}
POSTS = set(GATED) - {"live", "live_now", "live_part", "live_item", "live_item_part", "attendance"}


def address(name, meeting, item):
    """The address called *name*; what it names besides meeting and item need not exist: the gate is asked first."""
    converters = GATED[name].pattern.converters
    known = {"pk": meeting.pk, "item": item.pk} | ARGUMENTS
    return reverse(f"meetings:{name}", kwargs={key: known.get(key, Key().pk) for key in converters})


@pytest.mark.parametrize("who", ["chair", "coordinator", "police", "idva", "housing", "health"])
def test_nothing_of_the_sitting_opens_before_the_signature(world, who):
    member = getattr(world, who)
    meeting, item = opened(world)
    Agreement.objects.filter(member=member).delete()
    world.make_entry(item.listing, world.housing_agency, world.probation_agency and world.police, text="Unsigned eyes.")
    client = sign_in(Client(), member)
    statement = reverse("meetings:statement", args=[meeting.pk])
    for name in GATED:
        call = client.post if name in POSTS else client.get
        answer = call(address(name, meeting, item))
        refused = name in POSTS and answer.status_code == 403
        assert refused or (answer.status_code, answer.headers.get("Location")) == (302, statement), name
        assert "Unsigned eyes." not in answer.content.decode(), name
    assert "Unsigned eyes." not in client.get(statement).content.decode()


def test_each_address_of_the_sitting_asks_for_the_signature(db):
    import inspect

    for name, pattern in GATED.items():
        inner = inspect.unwrap(pattern.callback, stop=lambda view: hasattr(view, "asks_for_signature"))
        assert getattr(inner, "asks_for_signature", False), name


def test_an_unsigned_poll_is_told_where_to_sign_and_nothing_else(world):
    meeting, _item = opened(world)
    client = sign_in(Client(), world.idva)
    answer = client.get(reverse("meetings:live_now", args=[meeting.pk]), headers={"X-Confer-Poll": "1"})
    assert answer.status_code == 403
    assert answer.json() == {"sign": reverse("meetings:statement", args=[meeting.pk])}


def test_signing_on_the_page_leads_into_the_meeting(world):
    meeting = today(world)
    client = sign_in(Client(), world.idva)
    url = reverse("meetings:statement", args=[meeting.pk])
    refused = client.post(url, {"number": 1, "mode": "room"})
    assert refused.status_code == 422
    assert "Tick the box to sign." in refused.content.decode()
    answer = client.post(url, {"number": 1, "mode": "room", "agree": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("meetings:live", args=[meeting.pk]))


@pytest.mark.parametrize(
    ("others", "presents", "capacity", "opens"),
    [
        ("none of the panel’s", 1, "presenter", [True, False]),
        ("none of the panel’s", 2, "member", [True, True]),
        ("asked about another", 1, "member", [True, True]),
        ("of the panel", 1, "member", [True, True]),
    ],
)
def test_who_comes_to_present_one_case_alone_sees_and_hears_that_item(world, others, presents, capacity, opens):
    agency = make_agency(world.partnership, "Lloches Cwm", "voluntary")
    member = make_member("Pia Presenter", agency, Role.REPRESENTATIVE, panel=world.panel)
    meeting = today(world, cases=2)
    items = list(meeting.items.in_order())
    for item in items[:presents]:
        item.presenter = member
        item.save()
    if others == "of the panel":
        world.panel.agencies.add(agency)
    elif others == "asked about another":
        world.involve(items[1].listing.case, agency, listing=items[1].listing)
    sign(meeting, world.chair, world.coordinator, member)
    assert Attendance.objects.get(member=member).capacity == capacity
    seen = Involvement.objects.filter(member=member, stage=Stage.MEETING)
    assert [seen.filter(listing=item.listing).exists() for item in items] == opens
    open_meeting(by=world.chair, meeting=fresh(meeting))
    for item, heard in zip(items, opens, strict=True):
        start_item(by=world.chair, item=fresh(item))
        assert item.attended.filter(attendance__member=member).exists() is heard
        assert (agency.short_name in readers_of(meeting, fresh(item).listing).values()) is heard
        leave_item(by=world.chair, item=fresh(item))


def test_a_restricted_item_opens_to_the_desk_and_to_the_agencies_asked_alone(world):
    meeting = today(world)
    case = world.make_case()
    item = world.list_case(meeting, case, asked=[world.police_agency], type="restricted")
    world.make_entry(item.listing, world.police_agency, world.police)
    sign(meeting, world.police, world.health, world.coordinator)
    seen = {
        who: Entry.objects.visible_to(fresh(getattr(world, who))).filter(listing=item.listing).count()
        for who in ("police", "health", "coordinator")
    }
    assert seen == {"police": 1, "health": 0, "coordinator": 1}
    assert not AgendaItem.objects.visible_to(fresh(world.health)).filter(pk=item.pk).exists()
