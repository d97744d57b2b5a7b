"""The page on which contact with the victim is recorded and corrected."""

from cases.models import Draft, VictimContact
from tests.audit.ledger import recorded
from tests.cases.referrals import sent

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
    assert page.count("07700 900456") == 1
    assert page.index("Before 15:00") < page.index("<details") < page.index("07700 900456") < page.index("Was contact")


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
