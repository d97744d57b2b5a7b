"""A case from which somebody is barred appears on no road: facts, stored documents, letters, pages."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from core.stored import stored_files
from meetings.documents import facts_of
from meetings.models import Document, Letter
from meetings.workflow.documents import ask_document, read_document, reader_of
from meetings.workflow.letters import propose_letters, send_letters
from tests.meetings.papers import approve, fresh, held, make, post, words

Kind = Document.Kind
WHOLE = [Kind.AGENDA, Kind.PLAN, Kind.MINUTES]
OF_AGENCY = [Kind.AGENCY_AGENDA, Kind.AGENCY_PLAN, Kind.AGENCY_MINUTES]
SECRETS = ["Gwynedd0", "Prydderch0", "Change the locks, 0.", "school gate, 1.", "surgery, 1.", "wants to move, 1."]
PLAIN = {"agenda": "Gwynedd1", "plan": "Change the locks, 1.", "minutes": "school gate, 2."}


@pytest.fixture
def meeting(world):
    meeting, items = held(world, cases=2)
    approve(world, meeting, items)
    return meeting


def bar_first(world, meeting, what: str, **whom):
    """A bar of *what* (case, listing, referral) on the first item."""
    item = meeting.items.in_order().first()
    thing = {
        "case": item.listing.case,
        "listing": item.listing,
        "referral": item.listing.case.referrals.get(),
    }[what]
    world.bar(**{what: thing}, **whom)
    return item.listing.case


@pytest.mark.parametrize("what", ["case", "listing"])
def test_nothing_of_a_barred_case_appears_on_any_road(world, as_member, meeting, settings, tmp_path, what):
    settings.EMAIL_HOST, settings.MAIL_SPOOL = "", tmp_path / "spool"
    case = bar_first(world, meeting, what, agency=world.housing_agency)
    secrets = [*SECRETS, case.reference]
    said = []
    for kind in OF_AGENCY:
        document = make(ask_document(by=world.coordinator, meeting=meeting, kind=kind, agency=world.housing_agency))
        assert document.state == "ready"
        assert case.pk not in document.cases.values_list("pk", flat=True)
        printed = words(stored_files().read(document.key.material(), document.pk))
        assert PLAIN[kind.removeprefix("agency_")] in printed
        said += [str(facts_of(document, reader_of(document))), printed]
        # from the page, as a member of the agency
        browser = as_member(world.housing)
        said.append(browser.get(reverse("meetings:documents", args=[meeting.pk])).content.decode())
        answer = browser.get(reverse("meetings:document_file", args=[document.pk]))
        said += [words(answer.content), str(answer.headers)]
    for kind in ("agenda", "plan", "minutes"):
        (letter,) = [
            p for p in propose_letters(meeting, kind, by=world.coordinator) if p.agency == world.housing_agency
        ]
        (sent,) = send_letters(
            by=world.coordinator,
            meeting=meeting,
            kind=kind,
            chosen={letter.name: "pdf"},
            batch=sent_batch(kind),
        )
        make(sent.document)
        assert post(sent).state == "sent"
        page = as_member(world.housing).get(reverse("meetings:agency_letter", args=[sent.pk]))
        said.append(page.content.decode())
    said += [path.read_text() for path in settings.MAIL_SPOOL.iterdir()]
    assert [(secret, text[:80]) for secret in secrets for text in said if secret in text] == []


def sent_batch(kind):
    import uuid

    return uuid.uuid5(uuid.NAMESPACE_URL, kind)


@pytest.mark.parametrize("what", ["case", "listing", "referral"])
@pytest.mark.parametrize("whom", ["member", "agency"])
def test_a_document_made_before_the_bar_is_closed_to_whom_it_binds(world, as_member, meeting, what, whom):
    documents = [make(ask_document(by=world.coordinator, meeting=meeting, kind=kind)) for kind in WHOLE]
    documents += [
        make(ask_document(by=world.coordinator, meeting=meeting, kind=kind, agency=world.police_agency))
        for kind in (Kind.AGENCY_AGENDA, Kind.AGENCY_MINUTES)
    ]
    assert Document.objects.visible_to(world.chair).count() == 5
    bar_first(
        world, meeting, what, **({"member": world.chair} if whom == "member" else {"agency": world.police_agency})
    )
    assert list(Document.objects.visible_to(world.chair)) == []
    assert Document.objects.visible_to(world.coordinator).count() == 5
    assert Document.objects.visible_to(world.police).count() == (2 if whom == "member" else 0)
    browser = as_member(world.chair)
    for document in documents:
        assert browser.get(reverse("meetings:document_file", args=[document.pk])).status_code == 404
        with pytest.raises(PermissionDenied):
            read_document(by=world.chair, document=document)
    assert "Download" not in browser.get(reverse("meetings:documents", args=[meeting.pk])).content.decode()


@pytest.mark.parametrize("kind", WHOLE)
def test_a_barred_desk_member_makes_a_whole_document_without_the_case(world, meeting, kind):
    case = bar_first(world, meeting, "case", member=world.chair)
    document = make(ask_document(by=world.chair, meeting=meeting, kind=kind))
    printed = words(stored_files().read(document.key.material(), document.pk))
    assert [secret for secret in (*SECRETS, case.reference) if secret in printed] == []
    assert PLAIN[kind] in printed
    assert list(Document.objects.visible_to(world.chair)) == [document]


def test_an_excluded_agency_finds_the_entry_in_no_minutes(world, meeting):
    entry = meeting.items.in_order().first().listing.entries.get()
    whole = make(ask_document(by=world.coordinator, meeting=meeting, kind=Kind.MINUTES))
    world.bar(entry=entry, agency=world.police_agency, reason="excluded")
    own = make(
        ask_document(by=world.coordinator, meeting=meeting, kind=Kind.AGENCY_MINUTES, agency=world.police_agency)
    )
    printed = words(stored_files().read(own.key.material(), own.pk))
    assert "surgery, 1." not in printed
    assert "surgery, 2." in printed
    assert list(Document.objects.visible_to(world.chair)) == [own]
    assert whole.entries.filter(pk=entry.pk).exists()


def test_an_uninvolved_agency_finds_nobody_elses_documents_or_letters(world, as_member, meeting):
    document = make(
        ask_document(by=world.coordinator, meeting=meeting, kind=Kind.AGENCY_PLAN, agency=world.housing_agency)
    )
    (letter,) = [p for p in propose_letters(meeting, "plan", by=world.coordinator) if p.agency == world.housing_agency]
    (sent,) = send_letters(
        by=world.coordinator, meeting=meeting, kind="plan", chosen={letter.name: "pdf"}, batch=sent_batch("x")
    )
    browser = as_member(world.health)
    for name, pk in (("document_file", document.pk), ("agency_letter", sent.pk)):
        assert browser.get(reverse(f"meetings:{name}", args=[pk])).status_code == 404
    assert browser.post(reverse("meetings:show_passphrase", args=[sent.pk])).status_code == 404
    assert browser.post(reverse("meetings:decide_letter", args=[sent.pk]), {"do": "withdraw"}).status_code == 403
    assert list(Letter.objects.visible_to(world.health)) == []
    assert fresh(sent).state == "queued"
