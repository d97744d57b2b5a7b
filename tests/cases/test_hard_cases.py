"""What a careless system gets wrong: counter-allegations, twins, father and son, hard names, many rows."""

import datetime

import pytest
from django.urls import reverse
from django.utils.html import escape

from cases.models import Found, Party, Subject
from cases.workflow.matching import index_subject, link_party, possible_matches, tell_apart
from cases.workflow.screening import accept_referral
from tests.audit.ledger import recorded
from tests.cases.referrals import accepted, sent

# of the case against her and nothing else: none may be read by those who know the other case alone
SECRET = {"given_name": "Siân", "family_name": "O’Neill", "aliases": ["Lili Wen"], "weapons": "A kitchen knife"}
TABS = ("case", "case_referrals", "case_entries", "case_actions", "case_history")


def people(referral) -> dict:
    rows = Party.objects.with_key().select_related("subject__key").filter(referral=referral)
    found = {}
    for party in rows:
        party.referral = referral
        found[party.capacity] = party
    return found


def page(client, name, *args) -> str:
    return client.get(reverse(f"cases:{name}", args=args)).content.decode()


@pytest.fixture
def counter(world):
    """She is the victim in one case, which health researches; he says that she hit him, and housing researches that."""
    hers = accepted(world, by=world.police)
    subjects = {p.capacity: p.subject for p in Party.objects.select_related("subject__key").filter(case=hers)}
    his = sent(
        world,
        by=world.children,
        victim={"given_name": "Huw", "family_name": "Prydderch", "birth_date": datetime.date(1988, 11, 2)},
        perpetrator={**SECRET, "birth_date": datetime.date(1990, 3, 7)},
    )
    swapped = {"victim": "perpetrator", "perpetrator": "victim"}
    matches = {party.pk: subjects[swapped[part]] for part, party in people(his).items()}
    case = accept_referral(by=world.coordinator, referral=his, matches=matches, repeat="new")
    world.list_case(world.make_meeting(), hers, asked=[world.health_agency])
    world.list_case(world.make_meeting(), case, asked=[world.housing_agency])
    return hers, case


def test_a_counter_allegation_is_a_case_of_its_own(counter):
    """The same two people the other way round are not the same victim and the same perpetrator."""
    hers, his = counter
    assert hers != his
    assert set(hers.parties.values_list("subject")) == set(his.parties.values_list("subject"))
    assert {p.capacity: p.superseded_at for p in hers.parties.all()} == {"victim": None, "perpetrator": None}


@pytest.mark.parametrize(("who", "which"), [("health", 0), ("housing", 1)])
def test_an_agency_on_one_case_finds_no_hint_of_the_other(world, as_member, counter, who, which):
    seen, hidden = counter[which], counter[1 - which]
    client = as_member(getattr(world, who))
    hints = [hidden.reference, str(hidden.pk), hidden.referrals.get().reference]
    hints += [str(pk) for pk in Subject.objects.values_list("pk", flat=True)]
    if which == 0:
        hints += ["Lili Wen", "kitchen knife"]
    pages = [page(client, tab, seen.pk) for tab in TABS] + [page(client, "list"), page(client, "actions")]
    for typed in ({"family_name": "O'Neill"}, {"family_name": "Prydderch"}, {"reference": hidden.reference}):
        pages.append(client.post(reverse("cases:search"), typed, follow=True).content.decode())
    assert [hint for hint in hints for text in pages if hint in text] == []
    assert [page(client, tab, hidden.pk).count(hidden.reference) for tab in TABS] == [0] * len(TABS)
    found = Found.objects.order_by("created_at")
    assert [len(row.people) for row in found] == [1, 1, 0]


def test_an_agency_on_one_case_is_not_found_by_what_the_other_alone_says(world, as_member, counter):
    found = as_member(world.health).post(reverse("cases:search"), {"family_name": "Wen"}, follow=True)
    assert (found.context["people"], recorded("search.made")[-1].detail["found"]) == ([], 0)
    found = as_member(world.housing).post(reverse("cases:search"), {"family_name": "Wen"}, follow=True)
    assert [p.case for p in found.context["people"]] == [counter[1]]


def test_the_coordinator_is_told_of_both_sides(world, counter):
    again = sent(world)
    offered = possible_matches(by=world.coordinator, parties=[people(again)["victim"]])
    (candidate,) = offered[people(again)["victim"].pk]
    assert sorted((p.case.reference, p.capacity) for p in candidate.parties) == sorted(
        [(counter[0].reference, "victim"), (counter[1].reference, "perpetrator")]
    )


TWINS = [
    {"given_name": "Cai", "family_name": "O’Neill", "birth_date": datetime.date(2019, 5, 4)},
    {"given_name": "Cain", "family_name": "O’Neill", "birth_date": datetime.date(2019, 5, 4)},
]


def test_twins_are_offered_each_as_both_and_linked_each_to_one(world):
    case = accepted(world, children=TWINS)
    known = {p.given_name: p.subject for p in Party.objects.with_key().select_related("subject__key").filter(case=case)}
    again = sent(world, children=TWINS)
    children = list(Party.objects.with_key().select_related("subject__key").filter(referral=again, capacity="child"))
    for child in children:
        child.referral = again
    offered = possible_matches(by=world.coordinator, parties=children)
    for child in children:
        names = [candidate.shown.given_name for candidate in offered[child.pk]]
        assert (names[0], sorted(names)) == (child.given_name, ["Cai", "Cain"])
        link_party(by=world.coordinator, party=child, subject=known[child.given_name])
    assert len({child.subject_id for child in children}) == 2


def test_father_and_son_of_one_name_are_told_apart_for_good(world):
    son = {"given_name": "Huw", "family_name": "Prydderch", "birth_date": datetime.date(2008, 2, 1)}
    case = accepted(world)
    father = Party.objects.select_related("subject__key").get(case=case, capacity="perpetrator").subject
    first = sent(world, perpetrator=son)
    party = people(first)["perpetrator"]
    (candidate,) = possible_matches(by=world.coordinator, parties=[party])[party.pk]
    assert (candidate.subject, candidate.agreement.date) == (father, "different")
    tell_apart(by=world.coordinator, party=party, subject=father)
    accept_referral(by=world.coordinator, referral=first, repeat="new")
    own = people(first)["perpetrator"].subject
    second = sent(world, perpetrator=son)
    party = people(second)["perpetrator"]
    likeliest = possible_matches(by=world.coordinator, parties=[party])[party.pk][0]
    assert likeliest.subject == own
    link_party(by=world.coordinator, party=party, subject=own)
    assert possible_matches(by=world.coordinator, parties=[party])[party.pk] == []


NAMES = ["O’Neill", "O'Neill", "D’Arcy-ap-Rhys", "<b>Rees</b>", "Llŷr & Mair", "{{ 7 }}", "Nguyễn", "\u202eRees"]


@pytest.mark.parametrize("family", NAMES)
def test_a_name_is_shown_as_it_was_written_and_harms_no_page(world, as_member, family):
    case = accepted(world, by=world.police, victim={"family_name": family})
    world.list_case(world.make_meeting(), case, asked=[world.housing_agency])
    shown = page(as_member(world.housing), "case", case.pk)
    assert f"Siân {escape(family)}" in shown
    assert family == escape(family) or f"Siân {family}" not in shown
    found = as_member(world.coordinator).post(reverse("cases:search"), {"family_name": family}, follow=True)
    assert found.status_code == 200


@pytest.mark.parametrize("family", ["O’Neill", "o'neill", "ONEILL", "O Neill", "O`Neill"])
def test_an_apostrophe_is_found_however_it_is_typed(world, as_member, family):
    accepted(world)
    found = as_member(world.coordinator).post(reverse("cases:search"), {"family_name": family}, follow=True)
    assert [party.name for party in found.context["people"]] == ["Siân O’Neill"]


def test_a_case_of_three_hundred_people_is_shown_and_found(world, as_member):
    case = world.make_case(children=[("Cai", f"Bach{chr(97 + n % 26)}{chr(97 + n // 26)}") for n in range(298)])
    world.list_case(world.make_meeting(), case, asked=[world.health_agency])
    assert page(as_member(world.health), "case", case.pk).count("Part in the case") == 300
    for subject in Subject.objects.with_key()[:60]:
        index_subject(subject)
    found = as_member(world.coordinator).post(reverse("cases:search"), {"family_name": "Bachaa"}, follow=True)
    assert found.status_code == 200 and len(found.context["people"]) <= 50
