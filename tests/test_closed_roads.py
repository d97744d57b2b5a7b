"""Roads that lead round a rule: a role held on another panel, a page left open, a history, a meeting that is over."""

import datetime
import zlib
from base64 import urlsafe_b64decode

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cases import timeline
from cases.models import Case, Entry, Involvement, Party, Referral
from cases.models.access import Stage
from cases.rules import entry as entry_rules
from cases.rules.contact import reachable_by
from cases.workflow.case import reopen_case
from cases.workflow.entry import change_entry, write_entry
from core.history import noting
from core.records import StaleVersion
from meetings.models import Agreement, Document, ItemOutcome, Meeting
from meetings.workflow.agenda import remove_item
from meetings.workflow.attendance import confirm_left
from meetings.workflow.calendar import cancel_meeting, move_meeting
from meetings.workflow.documents import ask_document
from meetings.workflow.live import end_meeting, leave_item, start_item
from meetings.workflow.statement import sign_statement
from partnership.models import Panel, RoleGrant
from partnership.roles import Role
from partnership.sign_in.keeping import keep, kept_for
from tests.meetings.sitting import fresh, held, opened, sign, today


@pytest.fixture
def elsewhere(world):
    """Another panel of the same partnership, on which nothing happens."""
    return Panel.objects.create(partnership=world.partnership, name="Aberwenlli ASB panel", reference_prefix="AS")


def grant(member, role, panel):
    RoleGrant.objects.create(member=member, role=str(role), panel=panel)
    member.__dict__.pop("grants", None)


def change(row, by, **values):
    for name, value in values.items():
        setattr(row, name, value)
    noting(row, by=by, reason="saved").save_over(row.version)


# A role on one panel says nothing on another
def test_a_coordinator_of_another_panel_does_not_reopen_a_case(world, elsewhere, as_member):
    case = world.make_case(asked=[world.housing_agency])
    case.state, case.closed_at = Case.State.CLOSED, timezone.now()
    case.save()
    grant(world.housing, Role.COORDINATOR, elsewhere)
    answer = as_member(world.housing).post(reverse("cases:reopen_case", args=[case.pk]))
    assert answer.status_code == 403
    assert Case.objects.get(pk=case.pk).state == Case.State.CLOSED
    with pytest.raises(PermissionDenied):
        reopen_case(by=world.housing, case=Case.objects.with_key().get(pk=case.pk), reason="closed_in_error")


def test_a_representative_of_another_panel_does_not_write_for_this_one(world, elsewhere):
    item = world.list_case(world.make_meeting(), world.make_case(), asked=[world.housing_agency])
    assert entry_rules.may_write(world.housing, item.listing) is True
    grant(world.liaison_officer, Role.REPRESENTATIVE, elsewhere)
    assert entry_rules.may_write(world.liaison_officer, item.listing) is False


def test_who_lost_the_role_loses_what_was_opened_in_person(world):
    opened(world, world.housing)
    case = Case.objects.get()
    assert Case.objects.visible_to(world.housing).filter(pk=case.pk).exists()
    world.housing.role_grants.update(until=timezone.now())
    grant(world.housing, Role.ADMINISTRATOR, None)
    assert not Case.objects.visible_to(world.housing).filter(pk=case.pk).exists()
    assert not Entry.objects.visible_to(world.housing).exists()


# History shows no more than the page
def test_history_tells_agencies_asked_nothing_but_identities_of_people(world):
    case = world.make_case()
    world.list_case(world.make_meeting(), case, asked=[world.health_agency])
    victim = case.parties.select_related("key").get(capacity="victim")
    change(victim, world.coordinator, safe_number="07700 900456", afraid_of="His brother", address="9 Heol y Bont")
    fields = lambda member: {  # noqa: E731
        name for line in timeline.page_of(member, of(case, member)).changes for name, _before, _after in line.fields
    }
    assert "07700 900456" not in str(timeline.page_of(world.coordinator, of(case, world.coordinator)).changes)
    assert fields(world.coordinator) >= {"Safe number", "Who they are afraid of", "Home address"}
    of_meetings = {"Listing type", "Meeting", "Agency asked"}  # on its tab of meetings, and itself
    assert fields(world.health) == {"Home address"} | of_meetings


def test_history_tells_nobody_what_others_entries_said_before(world):
    _meeting, item = opened(world, world.housing, world.health)
    entry = write_entry(by=world.health, listing=item.listing, text="In bed four.", left_out=[world.housing_agency])
    change_entry(by=world.health, entry=entry, seen=entry.version, text="In hospital.", left_out=[])
    case = Case.objects.get()
    told = lambda member: str(timeline.page_of(member, of(case, member)).changes)  # noqa: E731
    assert Entry.objects.visible_to(world.housing).filter(pk=entry.pk).exists()
    assert "In bed four." not in told(world.housing)
    assert "In bed four." in told(world.health)


def of(case, member):
    return Case.objects.visible_to(member).with_road(member).select_related("panel").get(pk=case.pk)


# After the meeting
def test_the_screen_of_a_meeting_that_is_over_leads_to_its_minutes(world, as_member):
    meeting, item = held(world, world.housing, world.idva)
    victim = Case.objects.get().parties.select_related("key").get(capacity="victim")
    change(victim, world.coordinator, safe_number="07700 900456")
    minutes = reverse("meetings:minutes", args=[meeting.pk])
    client = as_member(world.housing)
    screen = client.get(reverse("meetings:live_item", args=[meeting.pk, item.pk]))
    assert (screen.status_code, screen["Location"]) == (302, minutes)
    part = client.get(reverse("meetings:live_item_part", args=[meeting.pk, item.pk, "people"]))
    assert "07700 900456" not in part.content.decode()
    listed = client.get(reverse("meetings:live_part", args=[meeting.pk, "agenda"]))
    assert listed.status_code == 302
    desk = as_member(world.coordinator).get(reverse("meetings:live_item", args=[meeting.pk, item.pk]))
    assert desk.status_code == 200


def test_research_ends_with_the_meeting(world):
    _meeting, item = held(world, world.housing, world.idva)
    live = Involvement.objects.live().filter(listing=item.listing_id)
    assert set(live.values_list("stage", flat=True)) == {Stage.AFTER}
    assert entry_rules.may_write(world.housing, item.listing) is False
    with pytest.raises(PermissionDenied):
        write_entry(by=world.housing, listing=item.listing, text="Too late.")
    assert not Case.objects.visible_to(world.health).exists()  # asked, and did not come
    assert not Party.objects.visible_to(world.health).exists()


def test_an_agency_that_answered_and_was_absent_keeps_its_words(world):
    _meeting, item = opened(world, asked=[world.housing_agency, world.health_agency])
    entry = world.make_entry(item.listing, world.health_agency, world.health)
    for answer in item.listing.returns.with_key().filter(request__agency=world.health_agency):
        answer.state, answer.answered_at = "answered", timezone.now()
        answer.save()
    item.state = "heard"
    item.save()
    end_meeting(by=world.chair, meeting=fresh(item.meeting))
    assert list(Entry.objects.visible_to(fresh(world.health))) == [entry]


def test_the_agency_that_tells_the_victim_still_finds_whom_to_tell(world):
    """The advocate who tells was not in the room."""
    held(world, world.housing)
    assert ItemOutcome.objects.to_tell(world.idva).count() == 1
    assert Party.objects.visible_to(world.idva).filter(capacity="victim").count() == 1
    assert reachable_by(world.idva).filter(capacity="victim").count() == 1
    ItemOutcome.objects.update(told_at=timezone.now())
    assert not reachable_by(world.idva).exists()


def test_who_took_part_then_is_told_nothing_of_a_later_referral(world):
    """The victim has fled and is referred again; housing heard the case last year and is not asked this time."""
    held(world, world.housing)
    case = Case.objects.get()
    again = world.make_referral(agency=world.idva_agency, by=world.idva, summary="She is in the refuge now.")
    again.case, again.state, again.decided_at = case, Referral.State.ACCEPTED, timezone.now()
    again.save()
    for party in again.parties.select_related("key"):
        party.case = case
        party.save()
    assert set(Referral.objects.brief_for(world.coordinator).filter(case=case)) > {again}
    assert again not in Referral.objects.brief_for(world.housing)
    assert not Party.objects.visible_to(world.housing).filter(referral=again).exists()
    assert Party.objects.visible_to(world.housing).filter(case=case).exists()


def test_an_agencys_agenda_closes_with_the_meeting(world):
    meeting, _item = opened(world, world.housing, world.idva)
    make = lambda kind: ask_document(by=world.housing, meeting=fresh(meeting), kind=kind, agency=world.housing_agency)  # noqa: E731
    agenda, plan = make("agency_agenda"), make("agency_plan")
    seen = lambda member: set(Document.objects.visible_to(member))  # noqa: E731
    assert seen(world.housing) == seen(world.coordinator) == {agenda, plan}
    Meeting.objects.filter(pk=meeting.pk).update(ended_at=timezone.now())
    assert seen(world.housing) == {plan}
    assert seen(world.coordinator) == {agenda, plan}


def test_what_was_signed_for_closes_with_a_case_that_is_not_heard(world):
    meeting = today(world, cases=2)
    sign(meeting, world.housing)
    first, second = meeting.items.in_order()
    assert Case.objects.visible_to(world.housing).count() == 2
    remove_item(by=world.coordinator, item=fresh(first), reason="withdrawn", seen=first.version)
    assert not Involvement.objects.live().filter(listing=first.listing_id).exists()
    cancel_meeting(by=world.coordinator, meeting=fresh(meeting), reason="place", seen=meeting.version)
    assert not Involvement.objects.live().filter(listing=second.listing_id).exists()
    assert not Entry.objects.visible_to(world.housing).exists()


def test_a_meeting_that_was_signed_for_is_not_moved_to_another_day(world):
    meeting = today(world)
    sign(meeting, world.housing)
    later = timezone.now() + datetime.timedelta(days=30)
    with pytest.raises(ValidationError, match="Cancel it"):
        move_meeting(by=world.coordinator, meeting=fresh(meeting), starts_at=later, seen=meeting.version)


def test_an_agency_whose_signature_ends_loses_the_whole_meeting_at_the_next_item(world):
    meeting, item = opened(world, world.health, cases=2, asked=[world.police_agency])
    world.make_entry(item.listing, world.police_agency, world.police)
    assert Entry.objects.visible_to(world.health).count() == 1
    world.health_agency.signatures.update(until=timezone.now())
    assert not Case.objects.visible_to(world.health).exists()
    leave_item(by=world.chair, item=fresh(item))
    confirm_left(by=world.chair, meeting=fresh(meeting), agency_id=world.health_agency.pk)
    start_item(by=world.chair, item=fresh(meeting.items.in_order().last()))
    assert not Case.objects.visible_to(world.health).exists()
    assert not Entry.objects.visible_to(world.health).exists()


# Answers to what is posted late, twice or wrong
@pytest.mark.parametrize("name", ["no_interest", "declare_interest", "keep_away", "ask_interest"])
def test_an_interest_said_after_the_meeting_is_refused_in_words(world, as_member, name):
    meeting, item = held(world, world.housing, world.idva)
    address = reverse(f"meetings:{name}", args=[meeting.pk, item.pk])
    answer = as_member(world.coordinator).post(address, {"member": str(world.idva.pk)}, follow=True)
    assert answer.status_code == 200
    if name != "ask_interest":
        assert "This meeting is over" in answer.content.decode()


def test_a_version_beyond_the_databases_numbers_is_stale(world):
    case = world.make_case()
    for seen in (2**31 - 1, 2**63, -1):
        with pytest.raises(StaleVersion):
            case.save_over(seen)


def test_addresses_with_odd_values_are_answered(world, as_member):
    case = world.make_case()
    meeting, _item = held(world, world.housing, world.idva)
    client = as_member(world.coordinator)
    history = reverse("cases:case_history", args=[case.pk])
    session = client.session
    session["audit_reasons"] = {str(case.pk): "duty"}
    session.save()
    assert client.get(history, {"before": "2026-01-01T00:00:00"}).status_code == 200
    assert client.get(reverse("meetings:minutes", args=[meeting.pk]), {"version": "9" * 5000}).status_code == 200
    drop = reverse("cases:drop_draft", args=["cases.referral", case.referrals.get().pk, "incident"])
    assert client.post(drop, {"then": "nowhere"}).status_code in (302, 404)


def test_two_who_sign_the_first_statement_at_once_both_sign(world, monkeypatch):
    from meetings.models import Statement
    from meetings.workflow import statement as verbs

    world.statement.delete()
    meeting = today(world)
    found = verbs.statement_to_sign(meeting.panel)
    sign(meeting, world.housing)
    monkeypatch.setattr(verbs, "statement_to_sign", lambda panel: found)  # read a moment before the other wrote it
    sign_statement(by=world.health, meeting=meeting, number=1)
    assert Agreement.objects.filter(meeting=meeting).count() == 2
    assert Statement.objects.filter(panel=world.panel).count() == 1


def test_a_proposal_becomes_an_action_once(world):
    from cases.workflow.action import agree_action

    _meeting, item = opened(world, world.housing)
    proposal = world.make_entry(item.listing, world.housing_agency, world.housing, kind="proposal", reach="minute")
    agreed = dict(  # noqa: C408
        by=world.coordinator,
        case=Case.objects.with_key().select_related("panel").get(),
        listing=item.listing,
        agency=world.housing_agency,
        text="Change the locks.",
        due_on=timezone.localdate() + datetime.timedelta(days=7),
        proposal=proposal,
    )
    agree_action(**agreed)
    with pytest.raises(ValidationError, match="already"):
        agree_action(**agreed)


def test_nobody_kept_away_in_person_is_offered_as_presenter(world, as_member):
    case = world.make_case()
    meeting = world.make_meeting()
    world.bar(case=case, member=world.health)
    page = as_member(world.coordinator).get(reverse("meetings:list_case", args=[meeting.pk, case.referrals.get().pk]))
    offered = set(page.context["form"].fields["presenter"].queryset)
    assert world.police in offered
    assert world.health not in offered


def test_what_was_typed_too_late_cannot_be_read_in_the_page(world, rf):
    token = keep(rf.post("/referrals/", {"summary": "Threats at the door."}), world.police.pk)
    parts = [part for part in token.replace(".", ":").split(":") if part]
    opened_up = [urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts]
    for text in opened_up:
        assert b"Threats" not in text
        with pytest.raises(zlib.error):
            zlib.decompress(text)
    assert dict(kept_for(token, world.police).fields) == {"summary": "Threats at the door."}
    assert kept_for(token, world.health) is None
    assert kept_for(token[:-2] + "AA", world.police) is None
    assert kept_for("not a token €", world.police) is None


def test_the_screen_before_the_first_item_is_recorded(world, as_member):
    from audit.models import Event

    meeting = today(world)
    sign(meeting, world.housing)
    page = as_member(world.housing).get(reverse("meetings:live", args=[meeting.pk]))
    assert "Mair" in page.content.decode()
    shown = Event.objects.filter(member_id=world.housing.pk, thing_id=meeting.pk, operation="consultation")
    assert shown.count() == 1


def test_a_meeting_ends_once(world):
    meeting, _item = held(world, world.housing, world.idva)
    with pytest.raises(PermissionDenied):
        end_meeting(by=world.chair, meeting=fresh(meeting))
