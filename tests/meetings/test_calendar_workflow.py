"""Planning, moving and cancelling meetings: row, history, audit, letter."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.models import Involvement
from core.models import Notice as Letter
from meetings.models import Meeting, Notice, ResearchRequest, Series
from meetings.rules import calendar as rules
from meetings.workflow import calendar as verbs
from meetings.workflow.agenda import list_case
from meetings.workflow.research import send_research
from tests.audit.ledger import recorded, recorded_names


@pytest.fixture
def panel(world):
    world.panel.refresh_from_db()
    return world.panel


@pytest.fixture
def starts():
    return rules.at(timezone.localdate() + datetime.timedelta(days=30), datetime.time(9, 30))


def why(row):
    return row.history.latest().history_change_reason


def everybody_but_the_coordinator(world):
    members = [world.chair, world.police, world.idva, world.housing, world.housing_deputy, world.health, world.children]
    return sorted(member.email for member in members)


def letters():
    return sorted(Letter.objects.values_list("address", flat=True))


def test_a_meeting_takes_what_is_usual_on_the_panel(world, panel, starts):
    meeting = verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.kind, meeting.place, meeting.chair, meeting.minutes_per_case) == (
        "planned",
        "ordinary",
        "Committee room 2",
        world.chair,
        12,
    )
    assert (meeting.cutoff_at, meeting.research_due_at) == (
        rules.cutoff_of(panel, starts),
        rules.research_due_of(panel, starts),
    )
    assert (why(meeting), meeting.history.latest().history_user) == ("meeting.planned", world.coordinator)
    assert recorded_names()[-2:] == ["meeting.planned", "meeting.notified"]
    assert letters() == everybody_but_the_coordinator(world)
    assert [(n.kind, n.count) for n in Notice.objects.all()] == [("made", 7)]


def test_the_letter_tells_panel_day_and_link_and_no_more(world, panel, starts):
    meeting = verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    letter = Letter.objects.first()
    shown = f"{timezone.localtime(starts):%-d %B %Y, %H:%M}"
    assert letter.subject == "Aberwenlli MARAC: meeting planned"
    assert letter.body.startswith(f"A meeting of Aberwenlli MARAC has been planned for {shown}.")
    assert f"/meetings/{meeting.pk}/" in letter.body


def test_a_member_outside_the_registered_domains_gets_no_letter(world, panel, starts):
    world.health_agency.secure_domains = ["other.example"]
    world.health_agency.save()
    verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    assert world.health.email not in letters()


def test_an_emergency_meeting_needs_its_reason(world, panel, starts):
    meeting = verbs.plan_meeting(
        by=world.coordinator, panel=panel, starts_at=starts, emergency_reason="release", emergency_words=" On Friday. "
    )
    assert (meeting.kind, meeting.state, meeting.emergency_reason) == ("emergency", "planned", "release")
    assert (meeting.emergency_words, meeting.key.kind) == ("On Friday.", "meeting")


@pytest.mark.parametrize("name", ["chair", "housing", "referrer", "auditor", "administrator"])
def test_only_the_coordinator_keeps_the_calendar(world, panel, starts, name):
    with pytest.raises(PermissionDenied):
        verbs.plan_meeting(by=getattr(world, name), panel=panel, starts_at=starts)


def test_not_in_the_past_and_not_beside_another(world, panel, starts):
    with pytest.raises(ValidationError) as refused:
        verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=timezone.now())
    assert refused.value.message_dict == {"day": ["The meeting must lie in the future."]}
    verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    with pytest.raises(ValidationError) as refused:
        verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    assert refused.value.message_dict == {"day": ["The panel has a meeting at this time already."]}


def test_a_series_once_and_again(world, panel):
    first = timezone.localdate() + datetime.timedelta(days=7)
    last = first + datetime.timedelta(days=70)
    made = verbs.make_series(by=world.coordinator, panel=panel, first_on=first, last_on=last)
    assert [timezone.localtime(m.starts_at).date() for m in made] == rules.series_days("fortnightly", first, last)
    assert {timezone.localtime(m.starts_at).time() for m in made} == {datetime.time(9, 30)}
    assert (Series.objects.get().made_by, why(Series.objects.get())) == (world.coordinator, "series.made")
    assert [event.detail for event in recorded("series.made")] == [{"meetings": 6}]
    assert letters() == everybody_but_the_coordinator(world)
    with pytest.raises(ValidationError):
        verbs.make_series(by=world.coordinator, panel=panel, first_on=first, last_on=last)
    longer = last + datetime.timedelta(days=14)
    assert len(verbs.make_series(by=world.coordinator, panel=panel, first_on=first, last_on=longer)) == 1


def test_moving_counts_the_dates_anew_and_tells(world, panel, starts):
    meeting = verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    Letter.objects.all().delete()
    later = starts + datetime.timedelta(days=7)
    verbs.move_meeting(by=world.coordinator, meeting=meeting, starts_at=later, seen=meeting.version)
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.cutoff_at) == (later, rules.cutoff_of(panel, later))
    assert why(meeting) == "meeting.moved"
    assert recorded_names()[-2:] == ["meeting.moved", "meeting.notified"]
    assert letters() == everybody_but_the_coordinator(world)


def test_a_changed_research_date_reaches_the_requests(world, panel, starts):
    meeting = verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    case = world.make_case()
    list_case(by=world.coordinator, meeting=meeting, case=case, referral=case.referrals.get(), type="full")
    send_research(by=world.coordinator, meeting=meeting)
    due = starts - datetime.timedelta(days=1)
    verbs.change_meeting(by=world.coordinator, meeting=meeting, seen=meeting.version, research_due_at=due)
    assert set(ResearchRequest.objects.values_list("due_at", flat=True)) == {due}


def test_the_cutoff_lies_before_the_meeting(world, panel, starts):
    meeting = verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    with pytest.raises(ValidationError) as refused:
        verbs.change_meeting(
            by=world.coordinator, meeting=meeting, seen=1, cutoff_at=starts + datetime.timedelta(minutes=1)
        )
    assert refused.value.message_dict == {"cutoff_day": ["The cut-off must lie before the meeting."]}


def test_cancelling_frees_the_cases_and_closes_what_was_opened(world, panel, starts):
    meeting = verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    case = world.make_case()
    item = list_case(by=world.coordinator, meeting=meeting, case=case, referral=case.referrals.get(), type="full")
    Letter.objects.all().delete()
    verbs.cancel_meeting(by=world.coordinator, meeting=meeting, reason="place", words="Snow", seen=meeting.version)
    meeting.refresh_from_db()
    item.refresh_from_db()
    assert (meeting.state, meeting.cancelled_by, meeting.cancelled_reason) == ("cancelled", world.coordinator, "place")
    assert meeting.cancelled_words == "Snow"
    assert item.removed_reason == "cancelled"
    assert not Involvement.objects.live().filter(listing=item.listing).exists()
    assert why(meeting) == "meeting.cancelled"
    assert recorded_names()[-3:] == ["agenda.removed", "meeting.cancelled", "meeting.notified"]
    assert letters() == everybody_but_the_coordinator(world)


def test_cancelling_needs_a_reason_and_the_state(world, panel, starts):
    meeting = verbs.plan_meeting(by=world.coordinator, panel=panel, starts_at=starts)
    with pytest.raises(ValidationError) as refused:
        verbs.cancel_meeting(by=world.coordinator, meeting=meeting, reason=" ", seen=1)
    assert refused.value.message_dict == {"reason": ["Select why the meeting is cancelled"]}
    meeting.state = Meeting.State.IN_SESSION
    with pytest.raises(ValidationError):
        verbs.cancel_meeting(by=world.coordinator, meeting=meeting, reason="place", seen=1)
