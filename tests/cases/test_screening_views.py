"""The coordinator's pages: queue, one referral, decisions, people; and what members owe on the home page."""

import pytest

from cases.models import Case, DistinctPair, Party, Referral
from cases.owed import referrals as owed_for_referrals
from cases.workflow.contact import record_contact
from cases.workflow.screening import return_referral
from tests.audit.ledger import recorded
from tests.cases.referrals import accepted, begin, found, sent, victim_of
from tests.cases.test_contact_workflow import typed


def text(answer) -> str:
    return answer.content.decode()


def count(django_assert_max_num_queries, client, address) -> int:
    with django_assert_max_num_queries(200) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_the_queue_lists_what_waits_and_asks_as_often_for_three_as_for_one(
    world, as_member, django_assert_max_num_queries
):
    client = as_member(world.coordinator)
    assert "Nothing waits for screening" in text(client.get("/screening/"))
    first = sent(world)
    begin(world)
    one = count(django_assert_max_num_queries, client, "/screening/")
    others = [sent(world), sent(world)]
    assert count(django_assert_max_num_queries, client, "/screening/") == one
    page = text(client.get("/screening/"))
    places = [page.index(referral.reference) for referral in (first, *others)]
    assert places == sorted(places)
    assert "Siân" not in page
    assert recorded("list.consulted")[-1].things == [f"cases.referral:{r.pk}" for r in (first, *others)]


def test_one_referral_asks_as_often_for_many_people_as_for_one(world, as_member, django_assert_max_num_queries):
    accepted(world)
    few, many = sent(world), sent(world, children=[{"given_name": "Cai", "family_name": "O’Neill"}] * 4)
    client = as_member(world.coordinator)
    for rest in ("", "people/", "accept/"):
        assert count(django_assert_max_num_queries, client, f"/screening/{few.pk}/{rest}") == count(
            django_assert_max_num_queries, client, f"/screening/{many.pk}/{rest}"
        )


def test_matches_are_shown_to_the_coordinator_and_to_nobody_else(world, as_member):
    case = accepted(world)
    referral = sent(world, victim={"given_name": "Sian", "family_name": "ONeill"})
    page = text(as_member(world.coordinator).get(f"/screening/{referral.pk}/"))
    assert "Same name, same date of birth." in page and case.reference in page
    subject = Party.objects.get(case=case, capacity="victim").subject_id
    assert f"cases.subject:{subject}" in recorded("record.consulted")[-1].things
    for member in (world.referrer, world.housing, world.idva, world.chair):
        page = text(as_member(member).get(f"/referrals/{referral.pk}/"))
        assert "Same name" not in page and "Siân O’Neill" not in page


NOT_OFFERED = "That person is not offered here, or not any more."


def test_people_are_linked_told_apart_and_unlinked_by_plain_forms(world, as_member):
    case = accepted(world)
    referral = sent(world)
    known = Party.objects.get(case=case, capacity="victim").subject_id
    party = victim_of(referral)
    base = f"/screening/{referral.pk}/people/{party.pk}"
    client = as_member(world.coordinator)
    client.post(f"{base}/link/", {"subject": str(known)})
    assert victim_of(referral).subject_id == known
    assert "Linked to Siân O’Neill" in text(client.get(f"/screening/{referral.pk}/people/"))
    client.post(f"{base}/unlink/")
    assert victim_of(referral).subject_id is None
    assert "is not linked" in text(client.post(f"{base}/unlink/", follow=True))
    client.post(f"{base}/tell-apart/", {"subject": str(known)})
    assert DistinctPair.objects.get().first_id == known
    for verb in ("link", "tell-apart"):
        assert NOT_OFFERED in text(client.post(f"{base}/{verb}/", {"subject": str(known)}, follow=True))
    assert (victim_of(referral).subject_id, DistinctPair.objects.count()) == (None, 1)


@pytest.mark.parametrize("subject", ["", "not-a-uuid", "00000000-0000-0000-0000-000000000000"])
def test_nobody_is_linked_who_was_not_offered(world, as_member, subject):
    accepted(world)
    referral = sent(world)
    for verb in ("link", "tell-apart"):
        address = f"/screening/{referral.pk}/people/{victim_of(referral).pk}/{verb}/"
        assert NOT_OFFERED in text(as_member(world.coordinator).post(address, {"subject": subject}, follow=True))
    assert (victim_of(referral).subject_id, DistinctPair.objects.exists()) == (None, False)


def test_a_person_of_another_referral_is_not_found(world, as_member):
    one, other = sent(world), sent(world)
    address = f"/screening/{one.pk}/people/{victim_of(other).pk}/unlink/"
    assert as_member(world.coordinator).post(address).status_code == 404


def test_accepting_asks_whether_it_is_a_repeat_and_says_so_at_the_field(world, as_member):
    referral = sent(world)
    client = as_member(world.coordinator)
    answer = client.post(f"/screening/{referral.pk}/accept/", {"explanation": "Kept."})
    assert answer.status_code == 422
    assert "Is this a repeat?" in text(answer) and "Kept." in text(answer)
    assert client.post(f"/screening/{referral.pk}/accept/", {"repeat": "new"}).status_code == 302
    assert Case.objects.count() == 1
    assert client.post(f"/screening/{referral.pk}/accept/", {"repeat": "new"}).status_code == 403
    assert Case.objects.count() == 1


def test_everything_that_stops_it_is_listed_at_once(world, as_member):
    referral = sent(world)
    Referral.objects.filter(pk=referral.pk).update(lawful_basis="A6ea", other_marac="")
    answer = as_member(world.coordinator).post(f"/screening/{referral.pk}/accept/", {"repeat": "new"})
    assert answer.status_code == 422
    assert "The lawful basis is not one" in text(answer) and "Say whether another MARAC" in text(answer)


def test_returning_and_declining_ask_for_words(world, as_member):
    referral = sent(world)
    client = as_member(world.coordinator)
    answer = client.post(f"/screening/{referral.pk}/return/", {"missing": ["risks"]})
    assert (answer.status_code, "Answer the question “What do you need?”" in text(answer)) == (422, True)
    assert client.post(f"/screening/{referral.pk}/return/", {"missing": ["x"], "words": "y"}).status_code == 422
    assert client.post(f"/screening/{referral.pk}/decline/", {"words": ""}).status_code == 422
    assert found(referral, world.coordinator).state == "submitted"
    client.post(f"/screening/{referral.pk}/return/", {"missing": ["risks"], "words": "Which triggers?"})
    assert found(referral, world.coordinator).state == "returned"
    assert client.get(f"/screening/{referral.pk}/").status_code == 200


def test_a_barred_coordinator_does_not_find_it(world, as_member):
    referral = sent(world)
    world.bar(referral=referral, member=world.coordinator)
    client = as_member(world.coordinator)
    assert referral.reference not in text(client.get("/screening/"))
    for rest in ("", "accept/", "return/", "decline/", "people/"):
        assert client.get(f"/screening/{referral.pk}/{rest}").status_code == 404


def test_the_home_page_says_what_is_owed(world):
    begin(world)
    waiting, back = sent(world), sent(world)
    return_referral(by=world.coordinator, referral=back, missing=["risks"], words="More.")

    def owed(member):
        return {row.kind + " " + str(row.what): row.count for row in owed_for_referrals(member) if row.count}

    assert owed(world.referrer) == {
        "referral Referral to finish": 1,
        "referral Referral returned for more information": 1,
    }
    assert owed(world.coordinator) == {"decision Referral to screen": 1}
    assert owed(world.idva) == {"contact Victim to contact before the meeting": 1}
    record_contact(by=world.idva, referral=waiting, typed=typed())
    assert owed(world.idva) == {}
    for member in (world.police, world.auditor, world.administrator):
        assert owed(member) == {}
