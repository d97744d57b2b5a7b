"""Freezing: everything that stands in the way at once, overrides recorded, amended issues say what changed."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.formats import date_format

from cases.models import Referral
from core.models import Notice as Letter
from core.records import StaleVersion
from meetings.models import AgendaIssue, Notice, Recusal
from meetings.rules import agenda as rules
from meetings.workflow import agenda as verbs
from meetings.workflow.agenda_issue import freeze_agenda, issue_amended, pending_changes
from meetings.workflow.research import nothing_known_of_rest, send_research
from partnership.models import Protocol, Signatory
from tests.audit.ledger import recorded


def listed(world, meeting, **more):
    case = world.make_case()
    return verbs.list_case(
        by=world.coordinator, meeting=meeting, case=case, referral=case.referrals.get(), **{"type": "full", **more}
    )


def ready(world, **more):
    """A meeting with one case on which nothing is missing."""
    meeting = world.make_meeting(**more)
    item = listed(world, meeting, presenter=world.housing, agencies=[world.housing_agency])
    verbs.confirm_presenter(by=world.housing, item=item)
    send_research(by=world.coordinator, meeting=meeting)
    nothing_known_of_rest(by=world.housing, meeting=meeting)
    Letter.objects.all().delete()
    return meeting, item


def texts(found):
    return [finding.text for finding in found]


def test_a_ready_agenda_is_frozen_and_issued(world):
    meeting, item = ready(world)
    issue = freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.agenda_number, meeting.frozen_by) == ("agenda_frozen", 1, world.coordinator)
    assert issue.content == {
        "starts_at": meeting.starts_at.isoformat(),
        "chair": str(world.chair.pk),
        "items": [
            {
                "item": str(item.pk),
                "reference": item.listing.case.reference,
                "type": "full",
                "minutes": 12,
                "presenter": str(world.housing.pk),
            }
        ],
        "overridden": [],
    }
    assert meeting.history.latest().history_change_reason == "agenda.frozen"
    event = recorded("agenda.frozen")[0]
    assert (event.operation, event.detail) == ("disclosure", {"number": 1, "overridden": []})
    assert sorted(r["address"] for r in event.recipients) == sorted(Letter.objects.values_list("address", flat=True))
    assert {letter.subject for letter in Letter.objects.all()} == {"Aberwenlli MARAC: agenda ready"}
    assert [(n.kind, n.count) for n in Notice.objects.all()] == [("agenda", 7)]


def test_every_failure_at_once(world):
    meeting = world.make_meeting(chair=None)
    meeting.place = ""
    meeting.save()
    withdrawn = listed(world, meeting, presenter=world.police)
    unpresented = listed(world, meeting)
    asked = listed(world, meeting, type="alert")
    Recusal.objects.create(item=asked, member=world.health, agency=world.health_agency, state="asked")
    Referral.objects.filter(pk=withdrawn.listing.referral_id).update(state="withdrawn")
    Signatory.objects.filter(agency=world.probation_agency).update(until=timezone.now())
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    world.children_agency.ico_expires_on = yesterday
    world.children_agency.save()
    Signatory.objects.filter(agency=world.health_agency).update(review_on=yesterday)
    Protocol.objects.update(in_force_from=yesterday - datetime.timedelta(days=365), review_on=yesterday)
    a, b, c = (item.listing.case.reference for item in (withdrawn, unpresented, asked))
    day = date_format(yesterday, "j F Y")
    everything = [
        "No chair is named.",
        "Neither a place nor a video link is given.",
        f"The ICO registration of Children’s Services expired on {date_format(yesterday, 'j F Y')}.",
        f"The review of the standing of Wenlli Health was due by {day} and is not recorded.",
        "Wenlli Probation is no longer a tier 1 signatory of the protocol.",
        f"{a}: its referral is not accepted.",
        f"{a}: Priya Police has not confirmed.",
        f"{b}: nobody presents it.",
        f"{c}: Hana Health has not answered whether there is an interest.",
        "The research request has not been sent for 3 cases.",
    ]
    protocol = "Aberwenlli Information Sharing Protocol, version 1"
    warning = f"The review of {protocol} was due by {date_format(yesterday, 'j F Y')} and is not recorded."
    assert texts(rules.findings(meeting)) == [*everything, warning]
    with pytest.raises(ValidationError) as refused:
        freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version)
    assert refused.value.messages == [*everything, warning]
    with pytest.raises(ValidationError) as refused:
        freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version, despite_warnings=True)
    assert refused.value.messages == everything
    assert not AgendaIssue.objects.exists() and recorded("agenda.frozen") == []


def test_an_empty_agenda_of_a_past_meeting(world):
    meeting = world.make_meeting(starts_at=timezone.now() - datetime.timedelta(minutes=1))
    assert [finding.code for finding in rules.findings(meeting)] == ["empty", "past"]


def test_somebody_who_left_neither_chairs_nor_presents(world):
    meeting, item = ready(world)
    world.housing.left_at, world.housing.is_active = timezone.now(), False
    world.housing.save()
    world.chair.role_grants.update(until=timezone.now())
    reference = item.listing.case.reference
    assert texts(rules.findings(meeting)) == [
        "Dafydd Chair is not a chair of this panel any more.",
        f"{reference}: its presenter has left.",
    ]


def test_warnings_refuse_until_they_are_overridden_and_that_is_recorded(world):
    meeting, item = ready(world)
    Referral.objects.filter(pk=item.listing.referral_id).update(consents="no", lawful_basis="")
    listed(world, meeting, type="alert", agencies=[world.health_agency])
    assert [finding.code for finding in rules.findings(meeting)] == ["no_basis", "research_outstanding"]
    with pytest.raises(ValidationError):
        freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version)
    issue = freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version, despite_warnings=True)
    assert issue.content["overridden"] == ["no_basis", "research_outstanding"]
    assert recorded("agenda.frozen")[0].detail == {"number": 1, "overridden": ["no_basis", "research_outstanding"]}


def test_an_emergency_meeting_is_frozen_from_planned(world):
    meeting, _item = ready(world, state="planned", kind="emergency", emergency_reason="release")
    freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version)
    assert meeting.state == "agenda_frozen"


def test_freezing_is_the_coordinators_and_happens_once(world):
    meeting, _item = ready(world)
    with pytest.raises(PermissionDenied):
        freeze_agenda(by=world.chair, meeting=meeting, seen=meeting.version)
    with pytest.raises(StaleVersion):
        freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version + 1)
    meeting.refresh_from_db()
    freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version)
    with pytest.raises(ValidationError) as refused:
        freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version)
    assert refused.value.code == "state"


def test_an_amended_agenda_is_the_next_number_and_says_what_changed(world):
    meeting, item = ready(world)
    freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version)
    with pytest.raises(ValidationError) as refused:
        issue_amended(by=world.coordinator, meeting=meeting, seen=meeting.version)
    assert refused.value.messages == ["Nothing has changed since the agenda was issued."]
    urgent = listed(world, meeting, type="urgent", presenter=world.coordinator, agencies=[world.housing_agency])
    verbs.order_items(by=world.coordinator, meeting=meeting, order=[urgent.pk, item.pk])
    assert [change["change"] for change in pending_changes(meeting)] == ["added"]
    Letter.objects.all().delete()
    issue = issue_amended(by=world.coordinator, meeting=meeting, seen=meeting.version, despite_warnings=True)
    assert (issue.number, meeting.agenda_number) == (2, 2)
    assert issue.changes == [{"change": "added", "item": str(urgent.pk), "reference": urgent.listing.case.reference}]
    assert issue.content["overridden"] == ["research_outstanding"]
    assert recorded("agenda.amended")[0].detail == {"number": 2, "overridden": ["research_outstanding"]}
    assert {letter.subject for letter in Letter.objects.all()} == {"Aberwenlli MARAC: agenda changed"}
    verbs.remove_item(by=world.coordinator, item=item, reason="later", seen=item.version + 1)
    assert [change["change"] for change in pending_changes(meeting)] == ["removed"]
