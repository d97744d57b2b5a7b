"""What was to leave a meeting on paper while consent is withdrawn: not made, not read, not sent, and told as such."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from cases.models import Entry
from consent.workflow.ending import withdraw
from consent.workflow.settle import settle
from core.stored import stored_files
from meetings.workflow.documents import ask_document, read_document
from meetings.workflow.letters import propose_letters, send_letters
from tests.audit.ledger import recorded
from tests.consent.asking import make_consent, make_form
from tests.meetings.papers import approve, fresh, held, make, post, words

SAID = "Seen at the surgery, 1."


@pytest.fixture
def meeting(world, asking, settings, tmp_path):
    """Approved minutes with a passage of health's that rests on a consent which names housing."""
    settings.EMAIL_HOST, settings.MAIL_SPOOL = "", tmp_path / "spool"
    meeting, items = held(world)
    approve(world, meeting, items)
    case = items[0].listing.case
    party = case.parties.get(capacity="victim")
    make_form()
    Entry.objects.update(on_consent=True, category="treatment", party=party)
    meeting.consent = make_consent(world, case, receives=[world.housing_agency])
    settle(by=world.health, cases=[case])
    return meeting


def take_back(world, meeting) -> None:
    withdraw(by=world.health, consent=meeting.consent, how="phone", words="", seen=meeting.consent.version)


def letter_to_housing(world, meeting):
    proposed = propose_letters(meeting, "minutes", by=world.coordinator)
    chosen = {each.name: "pdf" for each in proposed if each.agency == world.housing_agency}
    (letter,) = send_letters(by=world.coordinator, meeting=meeting, kind="minutes", chosen=chosen, batch=uuid.uuid4())
    return fresh(letter)


def printed(document) -> str:
    return words(stored_files().read(document.key.material(), document.pk))


def test_a_letter_that_waits_is_not_sent_and_says_so(world, meeting, settings):
    letter = letter_to_housing(world, meeting)
    assert SAID in printed(make(letter.document))
    take_back(world, meeting)
    letter = post(letter)
    sentence = (
        "The document holds something that Aberwenlli Homes or this recipient may no longer see. Nothing was sent."
    )
    assert (letter.state, letter.failure) == ("failed", sentence)
    assert (recorded("letter.sent"), settings.MAIL_SPOOL.exists()) == ([], False)


def test_a_document_that_waits_is_made_without_it_and_its_letter_leaves(world, meeting):
    letter = letter_to_housing(world, meeting)
    take_back(world, meeting)
    document = make(letter.document)
    assert (document.state, SAID in printed(document), document.entries.count()) == ("ready", False, 0)
    assert post(letter).state == "sent"


def test_a_document_that_is_made_is_not_read_any_more(world, meeting):
    given = {"meeting": meeting, "kind": "agency_minutes", "agency": world.housing_agency}
    document = make(ask_document(by=world.housing, **given))
    assert read_document(by=world.housing, document=document)[:5] == b"%PDF-"
    take_back(world, meeting)
    with pytest.raises(PermissionDenied):
        read_document(by=world.housing, document=document)
    assert len(recorded("document.exported")) == 1
