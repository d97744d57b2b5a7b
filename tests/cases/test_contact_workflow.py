"""Contact with the victim: who records it, what is asked for, who sees it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.models import VictimContact
from cases.workflow.contact import change_contact, record_contact
from cases.workflow.merging import Clash
from cases.workflow.screening import accept_referral
from tests.audit.ledger import recorded
from tests.cases.referrals import begin, sent

MADE = {"made": True, "way": "Text, then a call", "wishes": "To stay in her home.", "not_made_reason": ""}


def typed(**more):
    return {**MADE, "happened_at": timezone.now() - datetime.timedelta(hours=1), **more}


def test_the_idva_records_contact_and_the_victims_wishes(world):
    contact = record_contact(by=world.idva, referral=sent(world), typed=typed())
    contact = VictimContact.objects.visible_to(world.coordinator).get(pk=contact.pk)
    assert (contact.agency, contact.recorded_by, contact.wishes) == (
        world.idva_agency, world.idva, "To stay in her home.")  # fmt: skip
    assert contact.history.get().history_change_reason == "recorded"
    assert recorded("contact.recorded")[0].detail == {"made": True}


def test_the_idva_and_the_desk_see_it_and_the_referrer_does_not(world):
    record_contact(by=world.idva, referral=sent(world), typed=typed())
    seen = {
        who: VictimContact.objects.visible_to(getattr(world, who)).exists()
        for who in ("idva", "coordinator", "chair", "referrer", "housing", "police", "health", "auditor")
    }
    assert seen == {
        "idva": True, "coordinator": True, "chair": True, "referrer": False, "housing": False, "police": False,
        "health": False, "auditor": False,
    }  # fmt: skip


def test_it_stands_on_the_agenda_for_those_who_signed(world):
    referral = sent(world)
    record_contact(by=world.idva, referral=referral, typed=typed())
    case = accept_referral(by=world.coordinator, referral=referral, repeat="new")
    meeting = world.make_meeting()
    world.list_case(meeting, case, asked=[world.police_agency])
    assert not VictimContact.objects.visible_to(world.police).exists()
    world.sign(meeting, world.police)
    assert VictimContact.objects.visible_to(world.police).exists()


@pytest.mark.parametrize("who", ["police", "health", "referrer", "auditor", "administrator", "chair"])
def test_others_record_nothing(world, who):
    with pytest.raises(PermissionDenied):
        record_contact(by=getattr(world, who), referral=sent(world), typed=typed())


def test_the_coordinator_and_the_referring_agency_may_record_too(world):
    referral = sent(world)
    for member in (world.coordinator, world.housing):
        record_contact(by=member, referral=referral, typed=typed())
    assert VictimContact.objects.count() == 2


def test_nothing_is_recorded_on_a_draft(world):
    with pytest.raises(PermissionDenied):
        record_contact(by=world.housing, referral=begin(world), typed=typed())


REFUSED = [
    ({"way": ""}, ["way"]),
    ({"wishes": ""}, ["wishes"]),
    ({"made": False}, ["not_made_reason"]),
    ({"way": "", "wishes": ""}, ["way", "wishes"]),
]


@pytest.mark.parametrize(("said", "fields"), REFUSED)
def test_what_is_not_said_is_asked_for(world, said, fields):
    with pytest.raises(ValidationError) as refused:
        record_contact(by=world.idva, referral=sent(world), typed=typed(**said))
    assert sorted(refused.value.error_dict) == fields


def test_contact_lies_in_the_past(world):
    with pytest.raises(ValidationError, match="in the past"):
        later = typed(happened_at=timezone.now() + datetime.timedelta(hours=1))
        record_contact(by=world.idva, referral=sent(world), typed=later)


def test_a_record_is_corrected_by_its_own_agency_and_two_lose_nothing(world):
    contact = record_contact(by=world.idva, referral=sent(world), typed=typed())
    contact = VictimContact.objects.visible_to(world.idva).select_related("referral__panel").get()
    same = {"made": True, "happened_at": contact.happened_at, "way": contact.way, "not_made_reason": ""}
    change_contact(by=world.idva, contact=contact, typed={**same, "wishes": "New locks."}, seen=1)
    with pytest.raises(Clash) as clash:
        change_contact(by=world.idva, contact=contact, typed={**same, "wishes": "To move."}, seen=1)
    assert clash.value.theirs == {"wishes": "New locks."}
    assert len(recorded("contact.changed")) == 1
    with pytest.raises(PermissionDenied):
        change_contact(by=world.coordinator, contact=contact, typed={**same, "wishes": "No."}, seen=2)


def test_who_is_barred_sees_no_contact(world):
    referral = sent(world)
    record_contact(by=world.idva, referral=referral, typed=typed())
    world.bar(referral=referral, agency=world.idva_agency)
    assert not VictimContact.objects.visible_to(world.idva).exists()
    with pytest.raises(PermissionDenied):
        record_contact(by=world.idva, referral=referral, typed=typed())
