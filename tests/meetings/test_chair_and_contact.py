"""The chair reads the victim's voice and records no contact: `docs/decisions/0043-the-chair-and-contact.md`."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import VictimContact
from cases.rules.contact import may_record_contact
from tests.meetings.sitting import opened
from tests.signing_in import sign_in


def test_the_chair_reads_contact_in_the_meeting_and_records_none(world):
    meeting, item = opened(world)
    referral = item.listing.referral
    VictimContact(
        key=referral.key,
        referral=referral,
        agency=world.idva_agency,
        recorded_by=world.idva,
        happened_at=timezone.now(),
        recorded_at=timezone.now(),
        made=True,
        wishes="She wants to stay near the school.",
    ).save(force_insert=True)
    assert VictimContact.objects.visible_to(world.chair).get().wishes == "She wants to stay near the school."
    page = sign_in(Client(), world.chair).get(f"/meetings/{meeting.pk}/live/{item.pk}/").content.decode()
    assert "She wants to stay near the school." in page
    assert [may_record_contact(member, referral) for member in (world.chair, world.coordinator)] == [False, True]


def test_the_administrator_finds_the_versions_of_the_statement_from_the_settings(world):
    client = sign_in(Client(), world.administrator)
    address = f"/meetings/statements/{world.panel.pk}/"
    assert f'href="{address}"' in client.get(reverse("partnership:partnership")).content.decode()
    assert client.get(address).status_code == 200
