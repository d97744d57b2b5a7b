"""What a member owes a sitting and its minutes, on the home page."""

import datetime

from django.urls import reverse

from meetings import duties
from meetings.models import Attendance
from meetings.workflow.minutes import draft_minutes, propose_correction, send_for_check
from meetings.workflow.recusal import ask_interest
from tests.meetings.sitting import fresh, held, opened, sign, today, write_whole


def kinds(provider, member):
    return [(row.kind, row.count) for row in provider(member)]


def test_the_statement_of_todays_meeting_is_owed_until_it_is_signed(world):
    meeting = today(world)
    assert kinds(duties.signatures, world.idva) == [("agreement", 1)]
    sign(meeting, world.idva)
    assert kinds(duties.signatures, world.idva) == []


def test_a_meeting_in_session_is_found_from_home_by_whom_it_is_open_to(world, as_member):
    meeting, _item = opened(world, world.housing)
    url = reverse("meetings:live", args=[meeting.pk])
    found = {
        name: [(str(row.what), row.url, row.is_today) for row in duties.sittings(getattr(world, name))]
        for name in ("chair", "housing", "health")
    }
    line = ("Meeting in session: go to it", url, True)
    assert found == {"chair": [line], "housing": [line], "health": []}
    Attendance.objects.filter(meeting=meeting, member=world.housing).update(observer_signed=True)
    assert duties.sittings(world.housing) == []
    assert f'href="{url}"' in as_member(world.chair).get("/").content.decode()
    end_meeting_at_once(meeting)
    assert duties.sittings(world.chair) == []


def end_meeting_at_once(meeting):
    type(meeting).objects.filter(pk=meeting.pk).update(state="minutes_draft")


def test_a_question_about_an_interest_is_owed_by_whom_it_was_asked(world):
    item = fresh(today(world).items.get())
    ask_interest(by=world.coordinator, item=item, member=world.idva)
    assert kinds(duties.interests, world.idva) == [("decision", 1)]
    assert kinds(duties.interests, world.health) == []


def test_checking_deciding_and_approving_are_owed_by_those_who_may(world):
    from meetings.workflow.live import close_item, end_meeting

    meeting, item = opened(world, world.housing)
    said = world.make_entry(item.listing, world.housing_agency, world.housing, reach="minute")
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    assert kinds(duties.approvals, world.coordinator) == [("decision", 1)]
    minutes = draft_minutes(by=world.coordinator, meeting=fresh(meeting))
    send_for_check(by=world.coordinator, minutes=fresh(minutes))
    row = minutes.items.select_related("key", "minutes__meeting").get()
    propose_correction(by=world.housing, minutes_item=row, key=f"entry:{said.pk}", proposed="Other words.")
    owed = {
        name: [f.__name__ for f in (duties.checks, duties.corrections, duties.approvals) if f(getattr(world, name))]
        for name in ("chair", "coordinator", "housing", "health")
    }
    assert owed == {
        "chair": ["corrections", "approvals"],
        "coordinator": ["corrections"],
        "housing": ["checks"],
        "health": [],
    }


def test_who_tells_the_victim_owes_it_until_it_is_done(world):
    from django.test import Client
    from django.urls import reverse

    from tests.signing_in import sign_in

    held(world, world.idva)
    assert kinds(duties.tellings, world.idva) == [("action", 1)]
    assert kinds(duties.tellings, world.health) == []
    client = sign_in(Client(), world.idva)
    assert "Call before noon." in client.get(reverse("meetings:tellings")).content.decode()
    outcome = world.panel.meetings.get().items.get().outcome
    assert sign_in(Client(), world.health).post(reverse("meetings:tell", args=[outcome.pk])).status_code == 404
    client.post(reverse("meetings:tell", args=[outcome.pk]))
    assert kinds(duties.tellings, world.idva) == []


def test_a_corrected_version_waits_for_the_chair_although_the_meeting_is_approved(world):
    from meetings.models import Minutes
    from meetings.workflow.minutes import approve_minutes, correct_approved

    meeting, _item = held(world)
    minutes = draft_minutes(by=world.coordinator, meeting=meeting)
    send_for_check(by=world.coordinator, minutes=fresh(minutes))
    first = approve_minutes(by=world.chair, minutes=fresh(minutes), early=True)
    assert kinds(duties.corrected_versions, world.chair) == []
    second = correct_approved(by=world.coordinator, minutes=first, change_reason="fact")
    owed = duties.corrected_versions(world.chair)
    assert [(row.kind, row.count, row.url) for row in owed] == [("decision", 1, f"/meetings/{meeting.pk}/minutes/")]
    assert owed[0].due == second.drafted_at + datetime.timedelta(days=3)
    assert kinds(duties.approvals, world.chair) == []
    others = ("coordinator", "police", "housing", "auditor", "administrator")
    assert [kinds(duties.corrected_versions, getattr(world, name)) for name in others] == [[]] * len(others)
    approve_minutes(by=world.chair, minutes=Minutes.objects.get(pk=second.pk))
    assert kinds(duties.corrected_versions, world.chair) == []
