"""Who sees a referral, by state and cast: rows and pages alike."""

import pytest

from cases.models import Checklist, Party, Referral
from cases.workflow.screening import accept_referral, decline_referral, return_referral
from tests.cases.referrals import sent, whole

CAST = ("referrer", "housing", "housing_deputy", "liaison_officer", "idva", "coordinator", "chair", "police", "health",
        "children", "auditor", "administrator")  # fmt: skip
OWN = {"referrer", "housing", "housing_deputy", "liaison_officer"}
TOLD = OWN | {"idva", "coordinator", "chair"}


def draft(world):
    return whole(world)


def returned(world):
    referral = sent(world)
    return_referral(by=world.coordinator, referral=referral, missing=["risks"], words="More.")
    return referral


def declined(world):
    referral = sent(world)
    decline_referral(by=world.coordinator, referral=referral, words="No.")
    return referral


def became_a_case(world):
    referral = sent(world)
    accept_referral(by=world.coordinator, referral=referral, repeat="new")
    return referral


def listed_and_asked(world):
    referral = sent(world)
    case = accept_referral(by=world.coordinator, referral=referral, repeat="new")
    world.list_case(world.make_meeting(), case, asked=[world.police_agency, world.health_agency])
    return referral


SEEN = [(draft, OWN), (sent, TOLD), (returned, TOLD), (declined, TOLD), (became_a_case, TOLD), (listed_and_asked, TOLD)]


@pytest.mark.parametrize(("make", "seeing"), SEEN, ids=[make.__name__ for make, _seeing in SEEN])
def test_who_sees_the_whole_referral(world, make, seeing):
    referral = make(world)
    for model, column in ((Referral, "pk"), (Party, "referral"), (Checklist, "referral")):
        asked = {"police", "health"} if make is listed_and_asked and model is Party else set()
        found = {
            who
            for who in CAST
            if model.objects.visible_to(getattr(world, who)).filter(**{column: referral.pk}).exists()
        }
        assert found == seeing | asked


PAGES = ["/referrals/{pk}/", "/referrals/{pk}/contact/record/", "/screening/{pk}/", "/screening/{pk}/people/"]
EXPECTED = {
    "referrer": [200, 403, 403, 403],
    "housing": [200, 200, 403, 403],
    "idva": [200, 200, 403, 403],
    "coordinator": [200, 200, 200, 200],
    "chair": [200, 403, 403, 403],
    "police": [404, 404, 403, 403],
    "health": [404, 404, 403, 403],
    "liaison_officer": [403, 403, 403, 403],
    "auditor": [403, 403, 403, 403],
    "administrator": [403, 403, 403, 403],
}


@pytest.mark.parametrize("who", EXPECTED)
def test_who_opens_which_page_of_a_sent_referral(world, as_member, who):
    referral = sent(world)
    client = as_member(getattr(world, who))
    assert [client.get(page.format(pk=referral.pk)).status_code for page in PAGES] == EXPECTED[who]


def test_a_barred_agency_sees_nothing_by_any_road(world, as_member):
    referral = sent(world)
    client = as_member(world.idva)
    assert referral.reference in client.get("/referrals/").content.decode()
    world.bar(referral=referral, agency=world.idva_agency)
    assert referral.reference not in client.get("/referrals/").content.decode()
    for page in ("", "contact/record/", "victim/", "submit/", "withdraw/"):
        assert client.get(f"/referrals/{referral.pk}/{page}").status_code == 404
    answer = client.post(f"/drafts/cases.referral/{referral.pk}/contact:new/", {"wishes": "x"})
    assert answer.status_code == 404


def test_the_desk_sees_no_draft_and_a_colleague_does(world, as_member):
    referral = whole(world)
    assert as_member(world.coordinator).get(f"/referrals/{referral.pk}/").status_code == 404
    assert as_member(world.housing).get(f"/referrals/{referral.pk}/").status_code == 200


def test_what_is_sent_is_not_opened_for_writing(world, as_member):
    referral = sent(world)
    client = as_member(world.referrer)
    for page in ("victim/", "perpetrators/", "perpetrators/add/", "checklist/", "leave-out/", "submit/"):
        assert client.get(f"/referrals/{referral.pk}/{page}").status_code == 404
