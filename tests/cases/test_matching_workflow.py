"""Possible matches, linking, undoing, telling apart; and the keys by which people are found."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from cases.models import DistinctPair, Party, SearchKey, Subject
from cases.workflow.matching import (
    index_subject,
    link_party,
    possible_matches,
    tell_apart,
    unlink_party,
    waiting_matches,
)
from cases.workflow.screening import accept_referral
from core import search
from partnership.models import Panel, RoleGrant
from tests.audit.ledger import recorded, recorded_names
from tests.cases.referrals import PERPETRATOR, VICTIM, accepted, found, sent

BORN = VICTIM["birth_date"]


def parties_of(referral) -> list[Party]:
    rows = Party.objects.with_key().select_related("subject__key").in_order().filter(referral=referral)
    for party in rows:
        party.referral = referral
    return list(rows)


def victim(referral) -> Party:
    return next(party for party in parties_of(referral) if party.capacity == "victim")


def names(by, referral) -> list[str]:
    """Who is offered for the victim of *referral*."""
    party = victim(referral)
    return [candidate.subject.name for candidate in possible_matches(by=by, parties=[party])[party.pk]]


def subject_named(name) -> Subject:
    return next(subject for subject in Subject.objects.with_key() if subject.name == name)


def test_the_same_victim_and_perpetrator_are_offered_to_the_coordinator(world):
    accepted(world)
    again = sent(world, victim={"given_name": "Sian", "family_name": "ONeill"})
    offered = possible_matches(by=world.coordinator, parties=parties_of(again))
    assert {party.capacity: [c.subject.name for c in offered[party.pk]] for party in parties_of(again)} == {
        "victim": ["Siân O’Neill"],
        "perpetrator": ["Huw Prydderch"],
    }
    candidate = offered[victim(again).pk][0]
    assert (candidate.agreement.given, candidate.agreement.family, candidate.agreement.date) == (
        "exact",
        "exact",
        "same",
    )
    assert [party.case.reference[:2] for party in candidate.parties] == ["AB"]


def test_nobody_else_is_offered_anybody(world):
    accepted(world)
    again = sent(world)
    for member in (world.referrer, world.housing, world.idva, world.chair, world.auditor):
        assert possible_matches(by=member, parties=parties_of(again)) == {p.pk: [] for p in parties_of(again)}


def test_nobody_from_another_panel_or_from_behind_a_bar_is_offered(world):
    case = accepted(world)
    again = sent(world)
    bar = world.bar(case=case, member=world.coordinator)
    assert names(world.coordinator, again) == []
    bar.delete()
    assert names(world.coordinator, again) == ["Siân O’Neill"]
    other = Panel.objects.create(partnership=world.partnership, name="Another MARAC")
    RoleGrant.objects.filter(member=world.coordinator).update(panel=other)
    from partnership.models import Member

    coordinator = Member.objects.get(pk=world.coordinator.pk)
    assert possible_matches(by=coordinator, parties=parties_of(again)) == {p.pk: [] for p in parties_of(again)}


def test_at_most_five_are_offered_the_likeliest_first(world):
    for day in range(1, 8):
        accepted(world, victim={"birth_date": datetime.date(1970, 1, day)})
    accepted(world, victim={"birth_date": datetime.date(1990, 7, 3)})
    accepted(world)
    again = sent(world)
    offered = possible_matches(by=world.coordinator, parties=[victim(again)])[victim(again).pk]
    assert len(offered) == 5
    assert [c.agreement.date for c in offered] == ["same", "swapped", "different", "different", "different"]


def test_the_number_of_queries_does_not_depend_on_the_number_of_people(world, django_assert_num_queries):
    accepted(world)
    one = sent(world)
    people = parties_of(one)[:1]
    world.coordinator.grants  # read by the gate before any verb
    with django_assert_num_queries(4):
        possible_matches(by=world.coordinator, parties=people)
    for number in range(4):
        accepted(world, victim={"given_name": f"Siân {number}"})
    many = parties_of(sent(world, children=[{"given_name": "Cai", "family_name": "O’Neill"}] * 3))
    with django_assert_num_queries(4):
        possible_matches(by=world.coordinator, parties=many)


def test_linking_is_recorded_and_can_be_undone(world):
    accepted(world)
    known = subject_named("Siân O’Neill")
    again = sent(world, victim={"given_name": "Shân", "family_name": "Nîl", "aliases": ["Siân O’Neill"]})
    party = victim(again)
    link_party(by=world.coordinator, party=party, subject=known)
    party = victim(again)
    assert (party.subject, party.linked_by) == (known, world.coordinator)
    assert party.history.order_by("-history_id").first().history_change_reason == "linked"
    assert recorded("person.linked")[0].things == [f"cases.subject:{known.pk}"]
    assert recorded("person.linked")[0].operation == "combination"

    unlink_party(by=world.coordinator, party=party)
    party = victim(again)
    assert (party.subject, party.linked_by) == (None, None)
    assert recorded_names()[-1] == "person.unlinked"
    with pytest.raises(ValidationError, match="not linked"):
        unlink_party(by=world.coordinator, party=party)


def test_after_acceptance_a_link_gives_the_keys_and_undoing_takes_them_back(world):
    accepted(world)
    known = subject_named("Siân O’Neill")
    before = set(SearchKey.objects.filter(subject=known).values_list("digest", flat=True))
    other = sent(world, victim={"given_name": "Shân", "family_name": "Nîl"})
    accept_referral(by=world.coordinator, referral=other, repeat="new")
    party = victim(other)
    own = party.subject
    assert own != known
    link_party(by=world.coordinator, party=party, subject=known)
    spelled = search.digest(("name", "shan nil"))
    assert SearchKey.objects.filter(subject=known, digest=spelled).exists()
    assert not SearchKey.objects.filter(subject=own).exists()

    unlink_party(by=world.coordinator, party=victim(other))
    assert victim(other).subject == own
    assert SearchKey.objects.filter(subject=own, digest=spelled).exists()
    assert set(SearchKey.objects.filter(subject=known).values_list("digest", flat=True)) == before


def test_undoing_a_link_made_before_acceptance_makes_a_person_of_their_own(world):
    accepted(world)
    known = subject_named("Siân O’Neill")
    again = sent(world)
    case = accept_referral(by=world.coordinator, referral=again, matches={victim(again).pk: known}, repeat="new")
    unlink_party(by=world.coordinator, party=victim(again))
    party = victim(again)
    assert party.subject not in (None, known)
    assert (party.subject.name, party.case) == ("Siân O’Neill", case)


def test_not_the_same_person_is_remembered(world):
    accepted(world)
    again = sent(world)
    party, known = victim(again), subject_named("Siân O’Neill")
    tell_apart(by=world.coordinator, party=party, subject=known)
    tell_apart(by=world.coordinator, party=party, subject=known)
    assert DistinctPair.objects.get().decided_by == world.coordinator
    assert recorded_names().count("person.told_apart") == 1
    assert names(world.coordinator, again) == []


@pytest.mark.parametrize("who", ["referrer", "housing", "chair", "idva", "auditor", "administrator"])
def test_only_the_coordinator_links(world, who):
    accepted(world)
    known, party, by = subject_named("Siân O’Neill"), victim(sent(world)), getattr(world, who)
    for verb in (link_party, tell_apart):
        with pytest.raises(PermissionDenied):
            verb(by=by, party=party, subject=known)
    with pytest.raises(PermissionDenied):
        unlink_party(by=by, party=party)


def test_a_person_out_of_the_coordinators_sight_is_not_linked(world):
    case = accepted(world)
    known, party = subject_named("Siân O’Neill"), victim(sent(world))
    world.bar(case=case, agency=world.council)
    with pytest.raises(PermissionDenied):
        link_party(by=world.coordinator, party=party, subject=known)


def test_the_index_says_what_is_known_now_and_nothing_else(world):
    accepted(world)
    known = subject_named("Huw Prydderch")
    asked = search.kept_forms(PERPETRATOR["given_name"], PERPETRATOR["family_name"], [PERPETRATOR["birth_date"]])
    kept = {bytes(key.digest) for key in SearchKey.objects.filter(subject=known)}
    assert kept == set(search.digests(asked))
    index_subject(known)
    assert {bytes(key.digest) for key in SearchKey.objects.filter(subject=known)} == kept
    person = Party.objects.with_key().get(subject=known)
    person.family_name = "Morgan"
    person.save()
    known = Subject.objects.with_key().get(pk=known.pk)
    known.family_name = "Morgan"
    known.save()
    index_subject(known)
    now = {bytes(key.digest) for key in SearchKey.objects.filter(subject=known)}
    assert search.digest(("family", "morgan")) in now
    assert search.digest(("family", "prydderch")) not in now


def test_a_referral_that_waits_is_in_no_index(world):
    sent(world)
    assert SearchKey.objects.count() == 0
    assert found(sent(world), world.coordinator).case is None


def test_two_people_of_one_referral_are_not_one(world):
    accepted(world)
    known = subject_named("Siân O’Neill")
    again = sent(world, children=[{"given_name": "Sian", "family_name": "O’Neill"}])
    link_party(by=world.coordinator, party=victim(again), subject=known)
    child = next(party for party in parties_of(again) if party.capacity == "child")
    with pytest.raises(ValidationError, match="already linked"):
        link_party(by=world.coordinator, party=child, subject=known)


def test_a_link_on_one_case_sets_the_earlier_record_aside_and_undoing_brings_it_back(world):
    case = accepted(world)
    people = {p.capacity: p for p in Party.objects.with_key().select_related("subject__key").filter(case=case)}
    again = sent(world)
    matches = {p.pk: people[p.capacity].subject for p in parties_of(again)}
    assert accept_referral(by=world.coordinator, referral=again, matches=matches, repeat="repeat") == case
    earlier = Party.objects.get(pk=people["victim"].pk)
    assert earlier.superseded_at is not None
    unlink_party(by=world.coordinator, party=victim(again))
    assert Party.objects.get(pk=earlier.pk).superseded_at is None


def test_a_person_is_shown_and_compared_by_the_cases_in_sight_alone(world):
    """Known on a barred case by one name, on an open one by another: only the second is shown, or compared."""
    hidden = accepted(world)
    known = subject_named("Siân O’Neill")
    other = sent(world, victim={"given_name": "Siwan", "family_name": "Tudur", "aliases": ["Lili Wen"]})
    accept_referral(by=world.coordinator, referral=other, matches={victim(other).pk: known}, repeat="new")
    world.bar(case=hidden, member=world.coordinator)
    assert names(world.coordinator, sent(world)) == []
    again = victim(sent(world, victim={"given_name": "Siwan", "family_name": "Tudur"}))
    candidate = possible_matches(by=world.coordinator, parties=[again])[again.pk][0]
    assert (candidate.subject, candidate.shown.name, candidate.shown.aliases) == (known, "Siwan Tudur", ["Lili Wen"])
    assert [str(p.case_id) for p in candidate.parties] == [str(victim(other).case_id)]


def test_whom_somebody_is_linked_to_is_named_as_a_case_in_sight_has_it(world, as_member):
    hidden = accepted(world)
    known = subject_named("Siân O’Neill")
    again = sent(world, victim={"given_name": "Siwan", "family_name": "Tudur"})
    link_party(by=world.coordinator, party=victim(again), subject=known)
    page = as_member(world.coordinator).get(reverse("cases:matches", args=[again.pk])).content.decode()
    assert ("Linked to Siân O’Neill" in page, "Linked to somebody" in page) == (True, False)
    world.bar(case=hidden, member=world.coordinator)
    client = as_member(world.coordinator)
    page = client.get(reverse("cases:matches", args=[again.pk])).content.decode()
    assert [word for word in ("O’Neill", "Linked", "Undo") if word in page] == []
    unlink = reverse("cases:unlink_person", args=[again.pk, victim(again).pk])
    assert "This person is not linked." in client.post(unlink, follow=True).content.decode()
    assert victim(again).subject == known


def waiting(by, referral) -> dict:
    """Who waits too and may be one of *referral*'s people: part → [(name, reference)]."""
    offered = waiting_matches(by=by, parties=parties_of(referral))
    return {
        party.capacity: [(match.party.name, match.party.referral.reference) for match in offered[party.pk]]
        for party in parties_of(referral)
    }


def test_two_referrals_that_wait_are_compared(world, as_member):
    one = sent(world)
    other = sent(world, by=world.police, perpetrator={"given_name": "Dai", "family_name": "Bevan"})
    again = {"victim": [("Siân O’Neill", one.reference)], "perpetrator": []}
    assert waiting(world.coordinator, other) == again
    page = as_member(world.coordinator).get(reverse("cases:screen_referral", args=[other.pk]))
    assert one.reference in page.content.decode()
    assert f"cases.party:{victim(one).pk}" in recorded("record.consulted")[-1].things
    accept_referral(by=world.coordinator, referral=one, repeat="new")
    assert waiting(world.coordinator, other) == {"victim": [], "perpetrator": []}
    assert names(world.coordinator, other) == ["Siân O’Neill"]


def test_who_waits_too_is_kept_from_all_but_the_coordinator_and_from_behind_a_bar(world):
    one, other = sent(world), sent(world, by=world.police)
    nobody = {"victim": [], "perpetrator": []}
    for member in (world.referrer, world.police, world.chair, world.idva, world.auditor):
        assert waiting(member, other) == nobody
    assert waiting(world.coordinator, other) != nobody
    world.bar(referral=one, member=world.coordinator)
    assert waiting(world.coordinator, other) == nobody


def test_the_people_of_one_referral_are_not_compared_with_each_other(world):
    twins = [{"given_name": "Siân", "family_name": "O’Neill", "birth_date": BORN}]
    assert waiting(world.coordinator, sent(world, children=twins)) == {"victim": [], "perpetrator": [], "child": []}


def test_comparing_with_who_waits_takes_one_query(world, django_assert_num_queries):
    sent(world)
    people = parties_of(sent(world))
    assert world.coordinator.grants  # read once a request
    with django_assert_num_queries(1):
        waiting_matches(by=world.coordinator, parties=people)
    for _number in range(3):
        sent(world)
    with django_assert_num_queries(1):
        waiting_matches(by=world.coordinator, parties=people)


def test_not_the_same_person_holds_for_the_next_referral_of_the_same_people(world):
    """Two of one name and birth date: told apart once, the next referral of either is not asked about the other."""
    accepted(world)
    first = subject_named("Siân O’Neill")
    other = sent(world)
    tell_apart(by=world.coordinator, party=victim(other), subject=first)
    accept_referral(by=world.coordinator, referral=other, repeat="new")
    second = victim(other).subject
    again = sent(world)

    def offered():
        found = possible_matches(by=world.coordinator, parties=[victim(again)])
        return [candidate.subject for candidate in found[victim(again).pk]]

    assert set(offered()) == {first, second}
    link_party(by=world.coordinator, party=victim(again), subject=second)
    assert offered() == []
    unlink_party(by=world.coordinator, party=victim(again))
    link_party(by=world.coordinator, party=victim(again), subject=first)
    assert offered() == []


def test_told_apart_twice_at_once_is_told_apart(world, as_member, monkeypatch):
    """Both have looked before either has written."""
    accepted(world)
    again = sent(world)
    party, known = victim(again), subject_named("Siân O’Neill")
    first = tell_apart(by=world.coordinator, party=party, subject=known)
    monkeypatch.setattr(type(DistinctPair.objects.all()), "first", lambda rows: None)
    assert tell_apart(by=world.coordinator, party=party, subject=known) == first
    assert recorded_names().count("person.told_apart") == 1
