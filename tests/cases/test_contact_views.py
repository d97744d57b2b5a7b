"""The page on which contact with the victim is recorded and corrected."""

from cases.models import Draft, VictimContact
from tests.audit.ledger import recorded
from tests.cases.referrals import sent, victim_of

MADE = {"made": "yes", "day_day": "2", "day_month": "1", "day_year": "2026", "time": "10:30", "way": "Text",
        "wishes": "New locks."}  # fmt: skip


def address(referral, rest="record/") -> str:
    return f"/referrals/{referral.pk}/contact/{rest}"


def test_contact_is_recorded_and_stands_on_the_referral(world, as_member):
    referral = sent(world)
    client = as_member(world.idva)
    assert client.post(address(referral), MADE).status_code == 302
    page = client.get(f"/referrals/{referral.pk}/").content.decode()
    assert "Contact made" in page and "2 January 2026, 10:30" in page and "New locks." in page
    assert recorded("contact.recorded")[0].thing_kind == "cases.victimcontact"


def test_the_guard_stands_above_the_form(world, as_member):
    referral = sent(world, victim={"safe_to_call": "yes", "safe_number": "07700 900456", "safe_times": "Before 15:00"})
    page = as_member(world.idva).get(address(referral)).content.decode()
    assert page.index("Before 15:00") < page.index("Show the number") < page.index("Was contact")


SAFE, OTHER = "07700 900456", "01632 960789"


def number_of(party) -> str:
    return f"/people/{party.pk}/number/"


def victim_with_numbers(world, **more):
    referral = sent(world, victim={"safe_to_call": "no", "safe_number": SAFE, "phone": OTHER}, **more)
    return referral, victim_of(referral)


def test_no_page_of_a_referral_holds_a_number(world, as_member):
    referral, _victim = victim_with_numbers(world, perpetrator={"phone": "01632 960456"})
    for member, paths in {
        world.idva: [f"/referrals/{referral.pk}/", address(referral)],
        world.coordinator: [
            f"/screening/{referral.pk}/",
            f"/screening/{referral.pk}/people/",
            f"/referrals/{referral.pk}/",
        ],
    }.items():
        for path in paths:
            page = as_member(member).get(path).content.decode()
            assert [n for n in (SAFE, OTHER, "01632 960456") if n in page] == []
        assert "Show the number" in as_member(member).get(f"/referrals/{referral.pk}/").content.decode()


def test_a_number_is_shown_when_asked_for_and_each_time_recorded(world, as_member):
    _referral, victim = victim_with_numbers(world)
    client = as_member(world.idva)
    page = client.post(number_of(victim)).content.decode()
    assert page.index("Do not call.") < page.index(SAFE) < page.index("not known to be safe") < page.index(OTHER)
    part = client.post(number_of(victim), headers={"HX-Request": "true"}).content.decode()
    assert (part.startswith(f'<div id="number-{victim.pk}"'), SAFE in part, "<html" in part) == (True, True, False)
    events = recorded("number.shown")
    assert [(e.member_id, e.thing_id, e.reason) for e in events] == [(world.idva.pk, victim.pk, "referral")] * 2
    assert client.get(number_of(victim)).status_code == 405


def test_a_number_is_shown_to_those_who_see_the_referral_whole_alone(world, as_member):
    _referral, victim = victim_with_numbers(world)
    given = {
        name: as_member(getattr(world, name)).post(number_of(victim)).status_code
        for name in ("referrer", "housing", "idva", "coordinator", "chair", "health", "police", "auditor")
    }
    seen = dict.fromkeys(("referrer", "housing", "idva", "coordinator", "chair"), 200)
    assert given == seen | dict.fromkeys(("health", "police", "auditor"), 404)
    world.bar(referral=victim.referral, member=world.idva)
    assert as_member(world.idva).post(number_of(victim)).status_code == 404


def test_an_agency_asked_to_research_a_case_is_shown_no_number_until_it_signed(world, as_member):
    case = world.make_case(agency=world.police_agency, by=world.police, asked=[world.health_agency])
    victim = case.parties.get(capacity="victim")
    client = as_member(world.health)
    assert client.post(number_of(victim)).status_code == 404
    world.involve(case, world.health_agency, stage="meeting", member=world.health)
    assert "07700 900123" in client.post(number_of(victim)).content.decode()


def test_somebody_without_a_number_has_none(world, as_member):
    party = victim_of(sent(world))
    assert "No number was given." in as_member(world.idva).post(number_of(party)).content.decode()


def test_what_is_not_said_is_asked_for_at_the_field_and_what_was_typed_is_kept(world, as_member):
    referral = sent(world)
    client = as_member(world.idva)
    answer = client.post(address(referral), {**MADE, "wishes": "", "way": "By text at noon"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_wishes-error"' in page and "By text at noon" in page
    assert "By text at noon" in client.get(address(referral)).content.decode()
    assert client.post(address(referral), {**MADE, "day_year": "2999"}).status_code == 422
    assert client.post(address(referral), {"time": "half past"}).status_code == 422
    assert not VictimContact.objects.exists()
    client.post(address(referral), MADE)
    assert not Draft.objects.exists()


def test_a_record_is_corrected_and_a_stale_correction_shows_both(world, as_member):
    referral = sent(world)
    client = as_member(world.idva)
    client.post(address(referral), MADE)
    contact = VictimContact.objects.get()
    change = address(referral, f"{contact.pk}/change/")
    assert 'value="10:30"' in client.get(change).content.decode()
    assert client.post(change, {**MADE, "version": 1, "wishes": "To move."}).status_code == 302
    answer = client.post(change, {**MADE, "version": 1, "wishes": "To stay."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "To move." in page and "To stay." in page and 'name="version" value="2"' in page
    assert as_member(world.coordinator).get(change).status_code == 403
    assert as_member(world.housing).get(change).status_code == 404
