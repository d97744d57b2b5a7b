"""What the coordinator decides: rows, reasons in history, events, letters; repeats; and what is refused."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.models import Bar, Case, Involvement, Party, Referral, SearchKey, Subject
from cases.rules.repeat import months_between
from cases.workflow.case import reopen_case
from cases.workflow.matching import link_party
from cases.workflow.referral import save_part, submit_referral
from cases.workflow.screening import accept_referral, decline_referral, findings, pair_precedent, return_referral
from core.models import Notice
from partnership.models import Signatory
from tests.audit.ledger import recorded, recorded_names
from tests.cases.referrals import accepted, found, sent, victim_of

YEAR = timezone.localdate().year


def parties_of(referral) -> list[Party]:
    rows = list(Party.objects.with_key().select_related("subject__key").in_order().filter(referral=referral))
    for party in rows:
        party.referral = referral
    return rows


def same_people(world, referral) -> dict:
    """The subjects of the first case for the parties of *referral*, by capacity."""
    known = {p.capacity: p.subject for p in Party.objects.select_related("subject__key").filter(case__isnull=False)}
    return {p.pk: known[p.capacity] for p in parties_of(referral) if p.capacity in known}


def codes(referral, stops=None) -> list[str]:
    return [w.code for w in findings(referral, parties_of(referral)) if stops is None or w.stops is stops]


def test_accepting_makes_the_case_its_people_and_their_keys(world):
    referral = sent(world, children=[{"given_name": "Cai", "family_name": "O’Neill"}])
    Notice.objects.all().delete()
    case = accept_referral(by=world.coordinator, referral=referral, repeat="new", explanation="First time here.")
    assert (case.reference, case.state, case.key_id, case.restricted) == (
        f"AB-{YEAR}-0001", "open", referral.key_id, False)  # fmt: skip
    now = found(referral, world.referrer)
    assert (now.state, now.case, now.repeat, now.decided_by) == ("accepted", case, "new", world.coordinator)
    assert (now.repeat_confirmed_by, now.repeat_explanation) == (world.coordinator, "First time here.")
    assert now.history.order_by("-history_id").first().history_change_reason == "accepted"
    people = parties_of(referral)
    assert [(p.case, p.subject.name, p.linked_at) for p in people] == [
        (case, "Siân O’Neill", None),
        (case, "Huw Prydderch", None),
        (case, "Cai O’Neill", None),
    ]
    assert len({p.subject.key_id for p in people} | {case.key_id}) == 4
    assert all(SearchKey.objects.filter(subject=p.subject).exists() for p in people)
    assert [(i.holder, i.stage) for i in Involvement.objects.filter(case=case)] == [("desk", "desk")]
    event = recorded("referral.accepted")[0]
    assert (event.thing_id, event.case_id, event.detail) == (
        referral.pk,
        case.pk,
        {"repeat": False, "same_case": False},
    )
    assert [letter.address for letter in Notice.objects.all()] == [world.referrer.email]
    assert "Siân" not in Notice.objects.get().body


def test_agencies_do_not_see_the_case_before_it_is_listed(world):
    case = accepted(world)
    assert Case.objects.visible_to(world.coordinator).get() == case
    assert Case.objects.visible_to(world.chair).exists()
    for member in (world.housing, world.referrer, world.idva, world.police, world.health, world.auditor):
        assert not Case.objects.visible_to(member).exists()
        assert not Subject.objects.visible_to(member).exists()


def test_bars_of_the_referral_hold_for_the_case(world):
    referral = sent(world, perpetrator={"works_for": world.police_agency})
    case = accept_referral(by=world.coordinator, referral=referral, repeat="new")
    assert Case.objects.get().restricted
    assert {(b.reason, b.agency) for b in Bar.objects.filter(case=case)} == {("conflict", world.police_agency)}
    assert not Case.objects.visible_to(world.chair).exists()
    world.involve(case, world.police_agency)
    assert not Case.objects.visible_to(world.police).exists()


def test_it_is_refused_with_everything_that_stops_it(world):
    referral = sent(world)
    Referral.objects.filter(pk=referral.pk).update(lawful_basis="A6ea")
    Signatory.objects.filter(agency=world.housing_agency).update(until=timezone.now())
    with pytest.raises(ValidationError) as refused:
        accept_referral(by=world.coordinator, referral=referral, repeat="new")
    assert [error.code for error in refused.value.error_list] == ["not_signatory", "basis"]
    assert Case.objects.count() == 0


def test_everything_to_think_about_is_listed_too(world):
    referral = sent(world, consents="no", no_consent_reason="Danger.", perpetrator={"birth_date": None},
                    victim={"birth_date": timezone.localdate() - datetime.timedelta(days=15 * 365),
                            "safe_to_call": "unknown"})  # fmt: skip
    assert codes(referral) == [
        "too_young", "no_birth_date", "safe_to_call", "no_checklist", "no_perpetrator_risk", "no_consent", "no_contact",
    ]  # fmt: skip
    assert codes(referral, stops=True) == []


def test_a_person_says_whether_it_is_a_repeat(world):
    for answer in ("", "perhaps"):
        with pytest.raises(ValidationError, match="repeat"):
            accept_referral(by=world.coordinator, referral=sent(world), repeat=answer)


def test_the_same_pair_is_the_same_case_reopened_and_a_repeat_explained(world):
    case = accepted(world)
    first = Referral.objects.get()
    Referral.objects.filter(pk=first.pk).update(submitted_at=timezone.now() - datetime.timedelta(days=220))
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=timezone.now())
    again = sent(world, victim={"address": "9 Lôn Newydd"})
    people = same_people(world, again)
    assert accept_referral(by=world.coordinator, referral=again, matches=people, repeat="repeat") == case
    case = Case.objects.get()
    assert (case.state, case.closed_at) == ("open", None)
    now = found(again, world.coordinator)
    assert (now.repeat, now.case) == ("repeat", case)
    assert now.repeat_explanation.startswith("Not yet heard; last referral ")
    assert "7 months ago; same victim and same alleged perpetrator" in now.repeat_explanation
    current = Party.objects.visible_to(world.coordinator).filter(case=case).current()
    assert {(p.capacity, p.referral_id) for p in current} == {("victim", again.pk), ("perpetrator", again.pk)}
    assert [name for name in recorded_names() if name.startswith(("case.", "person.linked"))] == [
        "case.opened", "person.linked", "person.linked", "case.reopened",
    ]  # fmt: skip
    assert recorded("referral.accepted")[1].detail == {"repeat": True, "same_case": True}


def test_heard_is_said_where_it_was_heard_and_the_window_is_the_panels(world):
    case = accepted(world)
    meeting = world.make_meeting()
    listing = world.list_case(meeting, case).listing
    listing.heard_on = listing.ended_on = datetime.date(2026, 3, 12)
    listing.save()
    Referral.objects.update(submitted_at=timezone.make_aware(datetime.datetime(2026, 3, 2, 12)))
    again = sent(world)
    Referral.objects.filter(pk=again.pk).update(submitted_at=timezone.make_aware(datetime.datetime(2026, 10, 5, 12)))
    again = found(again, world.coordinator)
    for pk, subject in same_people(world, again).items():
        link_party(by=world.coordinator, party=next(p for p in parties_of(again) if p.pk == pk), subject=subject)
    explained = pair_precedent(world.coordinator, again, parties_of(again))
    assert explained.words == (
        f"Heard 12 March 2026; last referral 2 March 2026, 7 months ago; same victim and same alleged perpetrator "
        f"({case.reference})."
    )
    assert explained.is_within
    world.panel.repeat_months = 6
    again.panel = world.panel
    assert not pair_precedent(world.coordinator, again, parties_of(again)).is_within


def test_another_perpetrator_is_another_case_and_not_a_repeat_is_a_decision_too(world):
    accepted(world)
    again = sent(world, perpetrator={"given_name": "Gethin", "family_name": "Morgan"})
    people = {pk: s for pk, s in same_people(world, again).items() if s.name == "Siân O’Neill"}
    case = accept_referral(by=world.coordinator, referral=again, matches=people, repeat="new")
    assert case.reference == f"AB-{YEAR}-0002"
    now = found(again, world.coordinator)
    assert (now.repeat, now.repeat_confirmed_by) == ("new", world.coordinator)


MONTHS = [
    ((2026, 3, 2), (2026, 10, 5), 7),
    ((2026, 3, 12), (2026, 10, 5), 6),
    ((2025, 10, 5), (2026, 10, 5), 12),
    ((2025, 10, 6), (2026, 10, 5), 11),
    ((2026, 1, 31), (2026, 2, 28), 0),
    ((2026, 5, 1), (2026, 4, 1), 0),
]


@pytest.mark.parametrize(("start", "end", "months"), MONTHS)
def test_months_are_whole(start, end, months):
    assert months_between(datetime.date(*start), datetime.date(*end)) == months


def test_returning_says_what_is_missing_and_it_can_be_sent_again(world):
    referral = sent(world)
    Notice.objects.all().delete()
    return_referral(by=world.coordinator, referral=referral, missing=["risks", "victim"], words="Which triggers?")
    now = found(referral, world.referrer)
    assert (now.state, now.missing, now.decision_reason) == ("returned", ["risks", "victim"], "Which triggers?")
    assert now.history.order_by("-history_id").first().history_change_reason == "returned"
    assert recorded("referral.returned")[0].detail == {"sections": ["risks", "victim"]}
    assert [letter.address for letter in Notice.objects.all()] == [world.referrer.email]
    save_part(by=world.housing, referral=now, row=now, typed={"risks_victim": "Saturdays."}, seen=now.version)
    submit_referral(by=world.housing, referral=found(referral, world.housing))
    assert found(referral, world.coordinator).state == "submitted"
    assert recorded("referral.submitted")[1].detail == {"again": True}
    case = accept_referral(by=world.coordinator, referral=found(referral, world.coordinator), repeat="new")
    assert found(referral, world.coordinator).missing == []
    assert case.state == "open"


def test_declining_gives_the_reason_and_lets_people_go(world):
    accepted(world)
    referral = sent(world)
    person = next(p for p in parties_of(referral) if p.capacity == "victim")
    link_party(by=world.coordinator, party=person, subject=next(iter(same_people(world, referral).values())))
    Notice.objects.all().delete()
    decline_referral(by=world.coordinator, referral=referral, words="Not high risk.")
    now = found(referral, world.referrer)
    assert (now.state, now.decision_reason, now.case) == ("declined", "Not high risk.", None)
    assert victim_of(referral).subject is None
    assert recorded_names()[-1] == "referral.declined"
    assert [letter.address for letter in Notice.objects.all()] == [world.referrer.email]


def test_words_are_asked_for(world):
    referral = sent(world)
    for verb, more in (
        (return_referral, {"missing": ["risks"], "words": " "}),
        (return_referral, {"missing": [], "words": "More."}),
        (decline_referral, {"words": ""}),
    ):
        with pytest.raises(ValidationError):
            verb(by=world.coordinator, referral=referral, **more)
    assert found(referral, world.coordinator).state == "submitted"


DECISIONS = [
    (accept_referral, {"repeat": "new"}),
    (return_referral, {"missing": ["risks"], "words": "More."}),
    (decline_referral, {"words": "No."}),
]


@pytest.mark.parametrize(("verb", "more"), DECISIONS)
@pytest.mark.parametrize("who", ["referrer", "housing", "chair", "idva", "police", "auditor", "administrator"])
def test_only_the_coordinator_decides(world, who, verb, more):
    with pytest.raises(PermissionDenied):
        verb(by=getattr(world, who), referral=sent(world), **more)


@pytest.mark.parametrize(("verb", "more"), DECISIONS)
def test_what_is_decided_is_not_decided_again(world, verb, more):
    referral = sent(world)
    decline_referral(by=world.coordinator, referral=referral, words="No.")
    with pytest.raises(ValidationError, match="in the meantime"):
        verb(by=world.coordinator, referral=referral, **more)


def test_a_barred_coordinator_decides_nothing(world):
    referral = sent(world)
    world.bar(referral=referral, member=world.coordinator)
    with pytest.raises(PermissionDenied):
        accept_referral(by=world.coordinator, referral=referral, repeat="new")


def test_an_open_case_is_not_reopened(world):
    case = accepted(world)
    assert reopen_case(by=world.coordinator, case=case, reason="new_incident") == case
    assert recorded("case.reopened") == []
