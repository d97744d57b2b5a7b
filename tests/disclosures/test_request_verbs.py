"""Asking and withdrawing: row, history, audit, notice; standing at the instant; who is seen by whom."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit.models import Event
from cases.models import Party
from core.models import Notice
from disclosures.models import Decision, Disclosure, DisclosurePerson
from disclosures.workflow.request import ask, begin_request, withdraw
from partnership.models import LiaisonPost, Signatory
from tests.disclosures.asking import PURPOSE, Asking

NOW = timezone.now


@pytest.fixture
def asking(world):
    return Asking(world)


def test_asking_opens_one_decision_per_originator_and_tells_their_officers(asking):
    w = asking.world
    disclosure = asking.ask(w.health_agency, w.police_agency)
    assert (disclosure.state, disclosure.number[:2], disclosure.purpose) == ("asked", "D-", PURPOSE)
    assert sorted(d.originator.name for d in disclosure.decisions.select_related("originator")) == [
        "Wenlli Health",
        "Wenlli Police",
    ]
    assert set(disclosure.decisions.values_list("state", "requested_by")) == {("waiting", w.housing.pk)}
    people = DisclosurePerson.objects.visible_to(w.housing).filter(disclosure=disclosure)
    assert sorted((p.name, p.capacity) for p in people) == [
        ("Huw Prydderch", "perpetrator"),
        ("Mair O’Gwynedd", "victim"),
    ]
    assert disclosure.history.first().history_change_reason == "asked"
    event = Event.objects.get(name="disclosure.asked")
    assert [r["name"] for r in event.recipients] == ["Wenlli Health", "Wenlli Police"]
    assert event.detail == {"urgency": "routine", "categories": 0}
    assert set(Notice.objects.values_list("address", flat=True)) == {
        asking.health_officer.email,
        asking.health_deputy.email,
        asking.police_officer.email,
    }
    assert {n.subject for n in Notice.objects.all()} == {"A request for information waits"}


def test_numbers_follow_one_another(asking):
    first, second = asking.ask(), asking.ask(by=asking.world.housing)
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1


def test_a_draft_is_taken_up_again_and_is_its_writers_alone(asking):
    w = asking.world
    draft = asking.draft()
    assert asking.draft().pk == draft.pk
    assert list(Disclosure.objects.visible_to(w.housing)) == [draft]
    assert list(Disclosure.objects.visible_to(w.housing_deputy)) == []


def test_all_reasons_are_said_at_once(asking):
    draft = asking.draft()
    typed = asking.typed(purpose="Safeguarding", question="?", wanted="everything", due_at=NOW())
    with pytest.raises(ValidationError) as refusal:
        ask(by=asking.world.housing, disclosure=draft, originators=[], people=[], seen=1, **typed)
    assert sorted(refusal.value.message_dict) == ["due_at", "originators", "people", "purpose", "question", "wanted"]
    assert Decision.objects.count() == 0


def test_one_cannot_ask_for_a_colleague_who_began(asking):
    draft = asking.draft()
    with pytest.raises(PermissionDenied):
        ask(
            by=asking.world.housing_deputy,
            disclosure=draft,
            originators=[asking.world.health_agency],
            people=Party.objects.filter(case=asking.case),
            seen=1,
            **asking.typed(),
        )


@pytest.mark.parametrize("whose", ["requester", "originator"])
def test_standing_is_asked_at_the_instant(asking, whose):
    w = asking.world
    draft = asking.draft()
    people = list(Party.objects.visible_to(w.housing).filter(case=asking.case))
    agency = w.housing_agency if whose == "requester" else w.health_agency
    Signatory.objects.filter(agency=agency).update(until=NOW())
    with pytest.raises((PermissionDenied, ValidationError)) as refusal:
        ask(by=w.housing, disclosure=draft, originators=[w.health_agency], people=people, seen=1, **asking.typed())
    if whose == "originator":
        assert refusal.value.message_dict == {"originators": ["Wenlli Health cannot be asked about this case."]}
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("what", ["own", "barred", "tier two"])
def test_who_cannot_be_asked(asking, what):
    w = asking.world
    agency = w.health_agency
    if what == "own":
        agency = w.housing_agency
    elif what == "barred":
        w.bar(case=asking.case, agency=agency)
    else:
        Signatory.objects.filter(agency=agency).update(tier=2)
    with pytest.raises(ValidationError) as refusal:
        asking.ask(agency)
    assert "originators" in refusal.value.message_dict


def test_an_agency_whose_only_officer_asks_must_name_another_first(asking):
    """The liaison officer of the police asks; the police could only be answered by the one who asks."""
    w = asking.world
    LiaisonPost.objects.filter(agency=w.health_agency).exclude(member=asking.health_officer).delete()
    LiaisonPost.objects.filter(member=asking.health_officer).update(member=w.housing)
    with pytest.raises(ValidationError) as refusal:
        asking.ask()
    assert refusal.value.message_dict == {
        "originators": ["Wenlli Health has nobody who could decide: it must name a liaison officer first."]
    }


def test_withdrawn_it_waits_for_nobody(asking):
    w = asking.world
    disclosure = asking.ask(w.health_agency, w.police_agency)
    withdraw(by=w.housing_deputy, disclosure=disclosure)
    assert set(Decision.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert asking.again(disclosure).state == "withdrawn"
    assert disclosure.history.first().history_change_reason == "withdrawn"
    assert Event.objects.filter(name="disclosure.withdrawn").count() == 1
    with pytest.raises(PermissionDenied):
        withdraw(by=w.housing, disclosure=asking.again(disclosure))


def test_who_sees_a_request_and_its_decisions(asking):
    w = asking.world
    disclosure = asking.ask(w.health_agency, w.police_agency)
    sees = {}
    for name, member in {
        "housing": w.housing,
        "housing deputy": w.housing_deputy,
        "health officer": asking.health_officer,
        "health deputy": asking.health_deputy,
        "police officer": asking.police_officer,
        "health representative": w.health,
        "coordinator": w.coordinator,
        "auditor": w.auditor,
        "children": w.children,
        "housing officer": w.liaison_officer,
    }.items():
        decisions = Decision.objects.visible_to(member).select_related("originator")
        sees[name] = (
            Disclosure.objects.visible_to(member).filter(pk=disclosure.pk).exists(),
            [d.originator.name for d in decisions],
            Disclosure.objects.known_to_desk(member).filter(pk=disclosure.pk).exists(),
        )
    assert sees == {
        "housing": (True, [], False),
        "housing deputy": (True, [], False),
        "health officer": (True, ["Wenlli Health"], False),
        "health deputy": (True, ["Wenlli Health"], False),
        "police officer": (True, ["Wenlli Police"], False),
        "health representative": (False, [], False),
        "coordinator": (False, [], True),
        "auditor": (False, [], False),
        "children": (False, [], False),
        "housing officer": (True, [], False),
    }


@pytest.mark.parametrize("how", ["member barred", "agency barred", "post ended", "post to come", "agency left"])
def test_what_closes_a_decision_to_its_officer(asking, how):
    w, officer = asking.world, asking.health_officer
    disclosure = asking.ask()
    posts = LiaisonPost.objects.filter(member=officer)
    if how == "member barred":
        w.bar(case=asking.case, member=officer)
    elif how == "agency barred":
        w.bar(case=asking.case, agency=w.health_agency)
    elif how == "post ended":
        posts.update(until=NOW())
    elif how == "post to come":
        posts.update(since=NOW() + datetime.timedelta(days=1))
    else:
        Signatory.objects.filter(agency=w.health_agency).update(until=NOW())
    assert list(Decision.objects.visible_to(officer)) == []
    assert not Disclosure.objects.visible_to(officer).filter(pk=disclosure.pk).exists()


def test_an_auditor_or_stranger_cannot_begin(asking):
    w = asking.world
    for member in (w.auditor, w.administrator, w.referrer):
        with pytest.raises(PermissionDenied):
            begin_request(by=member, case=asking.case)
