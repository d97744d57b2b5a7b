"""A referral that joined a case by a link since undone: what stays is said, and it may have a case of its own."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from cases.models import Bar, Case, Party, Referral
from cases.rules.parting import is_apart, why_not_parted
from cases.workflow.matching import unlink_party
from cases.workflow.parting import make_own_case
from cases.workflow.screening import accept_referral
from tests.audit.ledger import recorded, recorded_names
from tests.cases.referrals import accepted, sent

WHY = "Another woman of the same name."


def people(referral) -> dict:
    """The parties of *referral* by their part."""
    rows = Party.objects.with_key().select_related("subject__key", "referral__panel").filter(referral=referral)
    return {party.capacity: party for party in rows}


def again(referral) -> Referral:
    return Referral.objects.with_key().select_related("case", "panel").get(pk=referral.pk)


@pytest.fixture
def joined(world):
    """A referral that joined an earlier case because both of its people were linked."""
    case = accepted(world)
    known = {p.capacity: p.subject for p in Party.objects.select_related("subject__key").filter(case=case)}
    referral = sent(world)
    matches = {party.pk: known[part] for part, party in people(referral).items()}
    assert accept_referral(by=world.coordinator, referral=referral, matches=matches, repeat="repeat") == case
    return again(referral)


def unlink(world, referral, part="victim"):
    unlink_party(by=world.coordinator, party=people(referral)[part])
    return again(referral)


def test_a_referral_with_the_same_pair_stays(world, joined):
    first = joined.case.referrals.select_related("case", "panel").exclude(pk=joined.pk).get()
    assert (is_apart(joined), why_not_parted(joined)) == (False, ["same"])
    with pytest.raises(ValidationError, match="it opened that case"):
        make_own_case(by=world.coordinator, referral=joined, words=WHY)
    unlink(world, joined)
    assert (is_apart(first), is_apart(sent(world))) == (False, False)


@pytest.mark.parametrize("part", ["victim", "perpetrator"])
def test_it_gets_a_case_of_its_own_with_its_people(world, joined, part):
    earlier, referral = joined.case, unlink(world, joined, part)
    case = make_own_case(by=world.coordinator, referral=referral, words=WHY)
    referral = again(referral)
    assert (referral.case, referral.repeat, referral.repeat_explanation) == (case, "new", WHY)
    assert (case.key_id, case.state, case == earlier) == (referral.key_id, "open", False)
    on = lambda case: sorted(Party.objects.current().filter(case=case).values_list("capacity", "referral"))  # noqa: E731
    first = earlier.referrals.get()
    assert on(case) == [("perpetrator", referral.pk), ("victim", referral.pk)]
    assert on(earlier) == [("perpetrator", first.pk), ("victim", first.pk)]
    assert referral.history.first().history_change_reason == "own_case"
    event = recorded("referral.parted")[0]
    assert (event.operation, event.things) == ("alteration", [f"cases.case:{case.pk}", f"cases.case:{earlier.pk}"])
    assert not is_apart(referral)


def test_the_desk_sees_it_and_nobody_who_was_kept_away_sees_more(world, joined):
    world.bar(case=joined.case, agency=world.health_agency)
    world.involve(joined.case, world.children_agency)
    case = make_own_case(by=world.coordinator, referral=unlink(world, joined), words=WHY)
    seen = {
        name: Case.objects.visible_to(getattr(world, name)).filter(pk=case.pk).exists()
        for name in ("coordinator", "chair", "children", "health", "idva")
    }
    assert seen == {"coordinator": True, "chair": True, "children": False, "health": False, "idva": False}
    assert Bar.objects.live().get(case=case).agency == world.health_agency


def listed(world, joined):
    meeting = world.make_meeting()
    world.list_case(meeting, joined.case, asked=[world.housing_agency])


def spoken_of(world, joined):
    action = world.make_action(joined.case, world.housing_agency)
    action.party = people(joined)["perpetrator"]
    action.save()


@pytest.mark.parametrize(("happened", "reason"), [(listed, "listed"), (spoken_of, "spoken_of")])
def test_once_the_case_went_on_with_it_it_stays(world, joined, happened, reason):
    happened(world, joined)
    referral = unlink(world, joined)
    assert why_not_parted(referral) == [reason]
    with pytest.raises(ValidationError):
        make_own_case(by=world.coordinator, referral=referral, words=WHY)
    assert "referral.parted" not in recorded_names()


def test_why_is_asked(world, joined):
    with pytest.raises(ValidationError, match="Say why"):
        make_own_case(by=world.coordinator, referral=unlink(world, joined), words="  ")


@pytest.mark.parametrize("who", ["chair", "housing", "referrer", "idva", "auditor", "administrator"])
def test_only_the_coordinator_does_it(world, joined, who):
    with pytest.raises(PermissionDenied):
        make_own_case(by=getattr(world, who), referral=unlink(world, joined), words=WHY)


def test_the_page_says_what_stays_joined_and_offers_the_case(world, joined, as_member):
    client, old = as_member(world.coordinator), joined.case.reference
    page = reverse("cases:matches", args=[joined.pk])
    own = reverse("cases:own_case", args=[joined.pk])
    assert own not in client.get(page).content.decode()
    party = people(joined)["victim"]
    undone = client.post(reverse("cases:unlink_person", args=[joined.pk, party.pk]), follow=True)
    assert f"The referral itself is still part of case {old}." in undone.content.decode()
    assert own in undone.content.decode()
    refused = client.post(own, {"words": ""})
    assert (refused.status_code, again(joined).case.reference) == (422, old)
    done = client.post(own, {"words": WHY}, follow=True)
    assert f"The referral is now case {again(joined).case.reference}. Case {old} is as it was" in done.content.decode()
    assert own not in done.content.decode()
    assert "This referral stays where it is" in client.get(own).content.decode()
