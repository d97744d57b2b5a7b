"""Proposing, sending, deciding and opening letters: the verbs and their pages."""

import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from core import home
from core.models import StaleVersion
from meetings.models import Document, Letter
from meetings.workflow import letters as verbs
from tests.audit.ledger import recorded
from tests.meetings.papers import approve, fresh, held, make
from tests.valid_html import problems as html_problems

HOUSING, IDVA, HEALTH = (
    "marac@aberwenlli-homes.example",
    "marac@haven-advocates.example",
    "marac@wenlli-health.example",
)


@pytest.fixture
def meeting(world):
    meeting, items = held(world)
    approve(world, meeting, items)
    return meeting


def name_of(agency, address=None) -> str:
    return f"{agency.pk}:{address or agency.plan_address}"


def send(world, meeting, *agencies, way="pdf", kind="plan", batch=None, by=None):
    return verbs.send_letters(
        by=by or world.coordinator,
        meeting=meeting,
        kind=kind,
        chosen={name_of(agency): way for agency in agencies or [world.housing_agency]},
        batch=batch or uuid.uuid4(),
    )


def settle(letter, state, failure="") -> Letter:
    """*letter* as if the worker had left it in *state*."""
    letter = fresh(letter)
    letter.state, letter.failure, letter.settled_at = state, failure, timezone.now()
    letter.sending_at = timezone.now()
    letter.save()
    return fresh(letter)


# proposing ----------------------------------------------------------------------------------------------------------
def test_every_agency_that_was_asked_or_has_an_action_is_proposed(world, meeting):
    item = meeting.items.get()
    world.make_action(item.listing.case, world.council, text="Write.", listing=item.listing)
    world.council.plan_address = ""
    world.council.save()
    proposed = verbs.propose_letters(meeting, "plan", by=world.coordinator)
    assert [(p.agency.name, p.address, p.way, p.count, p.is_suggested) for p in proposed] == [
        ("Aberwenlli Council", "", "pdf", 1, False),
        ("Aberwenlli Homes", HOUSING, "pdf", 1, True),
        ("Children’s Services", "marac@childrens-services.example", "pdf", 0, False),
        ("Haven Advocates", IDVA, "pdf", 0, False),
        ("Wenlli Health", HEALTH, "pdf", 0, False),
        ("Wenlli Police", "marac@wenlli-police.example", "pdf", 0, False),
        ("Wenlli Probation", "marac@wenlli-probation.example", "pdf", 0, False),
    ]
    assert proposed[0].problems == ["Aberwenlli Council has no address for letters."]


def test_without_an_address_the_representatives_are_written_to_but_nobody_kept_away(world, meeting):
    world.housing_agency.plan_address = ""
    world.housing_agency.save()
    found = [
        p for p in verbs.propose_letters(meeting, "plan", by=world.coordinator) if p.agency == world.housing_agency
    ]
    assert [(p.address, p.member, p.problems) for p in found] == [(world.housing.email, world.housing, [])]
    world.bar(case=meeting.items.get().listing.case, member=world.housing)
    found = [
        p for p in verbs.propose_letters(meeting, "plan", by=world.coordinator) if p.agency == world.housing_agency
    ]
    assert [p.problems for p in found] == [
        ["Harri Housing is kept away from a case of this meeting, and Aberwenlli Homes has no address for letters."]
    ]


def test_proposing_takes_the_same_queries_for_one_agency_and_seven(world, django_assert_num_queries):
    one = held(world, asked=[world.housing_agency])[0]
    seven = held(world, cases=3)[0]
    assert world.coordinator.grants
    for meeting in (one, seven):
        with django_assert_num_queries(4):
            verbs.propose_letters(meeting, "plan", by=world.coordinator)


# sending ------------------------------------------------------------------------------------------------------------
def test_sending_queues_a_letter_and_a_document_each_and_records_the_disclosure(world, meeting):
    letters = send(world, meeting, world.housing_agency, world.idva_agency)
    assert [(fresh(each).state, each.address, each.document.kind, each.document.agency) for each in letters] == [
        ("queued", HOUSING, "agency_plan", world.housing_agency),
        ("queued", IDVA, "agency_plan", world.idva_agency),
    ]
    assert [row.history_change_reason for row in letters[0].history.all()] == ["queued"]
    events = recorded("letter.queued")
    assert [(event.operation, event.member_name, event.recipients[0]["address"]) for event in events] == [
        ("disclosure", "Cerys Coordinator", HOUSING),
        ("disclosure", "Cerys Coordinator", IDVA),
    ]
    assert re.fullmatch(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){5}", fresh(letters[0]).passphrase)


def test_a_double_click_sends_once(world, meeting):
    batch = uuid.uuid4()
    first = send(world, meeting, batch=batch)
    assert send(world, meeting, batch=batch) == first
    assert (Letter.objects.count(), Document.objects.count(), len(recorded("letter.queued"))) == (1, 1, 1)
    with pytest.raises(ValidationError, match="This form was already sent"):
        send(world, meeting, world.housing_agency, world.idva_agency, batch=batch)
    with pytest.raises(ValidationError, match="This form was already sent"):
        send(world, held(world)[0], batch=batch)


def test_sending_is_refused_as_a_whole_with_every_sentence(world, meeting):
    world.housing_agency.secure_domains = []
    world.housing_agency.save()
    world.idva_agency.signatures.update(until=timezone.now())
    with pytest.raises(ValidationError) as refusal:
        verbs.send_letters(
            by=world.coordinator,
            meeting=meeting,
            kind="plan",
            chosen={
                name_of(world.housing_agency): "pdf",
                name_of(world.idva_agency): "smime",
                name_of(world.health_agency): "pdf",
            },
            batch=uuid.uuid4(),
        )
    assert refusal.value.messages == [
        f"{HOUSING} is not in a secure mail domain that Aberwenlli Homes has registered. Nothing is sent to it.",
        "Haven Advocates is not a tier 1 signatory of the information sharing protocol now.",
        "Haven Advocates has no certificate that is valid now.",
    ]
    assert (Letter.objects.count(), Document.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["chair", "housing", "auditor", "administrator", "liaison_officer"])
def test_only_the_coordinator_sends(world, meeting, who):
    with pytest.raises(PermissionDenied):
        send(world, meeting, by=getattr(world, who))


def test_an_unknown_recipient_or_none_is_refused(world, meeting):
    for chosen in ({}, {f"{world.housing_agency.pk}:evil@evil.example": "pdf"}):
        with pytest.raises(ValidationError):
            verbs.send_letters(by=world.coordinator, meeting=meeting, kind="plan", chosen=chosen, batch=uuid.uuid4())
    assert Letter.objects.count() == 0


def test_the_page_shows_addresses_before_anything_is_sent_and_keeps_choices_on_a_refusal(world, as_member, meeting):
    url = reverse("meetings:send_letters", args=[meeting.pk, "minutes"])
    browser = as_member(world.coordinator)
    page = browser.get(url)
    assert page.status_code == 200
    html = page.content.decode()
    assert [address in html for address in (HOUSING, IDVA, HEALTH)] == [True] * 3
    assert html_problems(html) == []
    batch = str(page.context["form"]["batch"].value())
    data = {
        "batch": batch,
        "to": [name_of(world.idva_agency), name_of(world.health_agency)],
        f"way-{name_of(world.idva_agency)}": "smime",
        f"way-{name_of(world.health_agency)}": "notice",
    }
    refused = browser.post(url, data)
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "Haven Advocates has no certificate that is valid now." in html
    assert [(row["letter"].agency.name, row["way"]) for row in refused.context["form"].rows if row["is_ticked"]] == [
        ("Haven Advocates", "smime"),
        ("Wenlli Health", "notice"),
    ]
    assert html_problems(html) == []
    data[f"way-{name_of(world.idva_agency)}"] = "pdf"
    for _click in range(2):
        sent = browser.post(url, data)
        assert (sent.status_code, sent["Location"]) == (302, reverse("meetings:meeting_letters", args=[meeting.pk]))
    assert sorted(Letter.objects.values_list("address", "way")) == [(IDVA, "pdf"), (HEALTH, "notice")]
    assert as_member(world.housing).get(url).status_code == 403


def test_what_is_not_ripe_is_not_sent(world, as_member):
    meeting = world.make_meeting(state="agenda_open")
    page = as_member(world.coordinator).get(reverse("meetings:send_letters", args=[meeting.pk, "minutes"]))
    assert "This document can be made once the meeting has come so far." in page.content.decode()
    assert browser_status(as_member, world, meeting) == 404


def browser_status(as_member, world, meeting):
    return as_member(world.coordinator).get(reverse("meetings:send_letters", args=[meeting.pk, "gossip"])).status_code


# deciding -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "act", "after"),
    [
        ("unknown", "arrived", "sent"),
        ("unknown", "withdraw", "withdrawn"),
        ("failed", "withdraw", "withdrawn"),
        ("failed", "arrived", None),
        ("sent", "withdraw", None),
        ("sending", "withdraw", None),
        ("withdrawn", "arrived", None),
        ("sent", "again", None),
    ],
)
def test_decisions(world, as_member, meeting, state, act, after):
    (letter,) = send(world, meeting)
    letter = settle(letter, "failed")
    if state == "sending":
        letter.settled_at = None
    letter.state = state
    letter.save()
    browser = as_member(world.coordinator)
    browser.post(reverse("meetings:decide_letter", args=[letter.pk]), {"do": act, "seen": letter.version})
    assert fresh(letter).state == (after or state)
    assert len(recorded("letter.decided")) == (1 if after else 0)
    assert Letter.objects.count() == 1


def test_a_queued_letter_is_withdrawn_over_the_version_seen(world, meeting):
    (letter,) = send(world, meeting)
    stale = fresh(letter)
    verbs.withdraw_letter(by=world.coordinator, letter=fresh(letter), seen=1)
    with pytest.raises(StaleVersion):
        verbs.withdraw_letter(by=world.coordinator, letter=stale, seen=1)
    letter = fresh(letter)
    assert (letter.state, letter.settled_by) == ("withdrawn", world.coordinator)
    (event,) = recorded("letter.decided")
    assert event.detail == {"before": "queued", "after": "withdrawn"}
    make(letter.document)
    from meetings.workflow.dispatch import send_letter

    send_letter.call(str(letter.pk))
    assert fresh(letter).state == "withdrawn"


def test_a_letter_is_sent_again_as_a_new_one_and_once(world, meeting):
    (letter,) = send(world, meeting)
    make(letter.document)
    letter = settle(letter, "unknown")
    again = verbs.send_again(by=world.coordinator, letter=letter, seen=letter.version)
    assert verbs.send_again(by=world.coordinator, letter=letter, seen=letter.version) == again
    assert (fresh(letter).state, again.state, again.replaces) == ("withdrawn", "queued", letter)
    assert again.document == letter.document
    assert again.message_id != letter.message_id
    assert again.passphrase != letter.passphrase
    assert Letter.objects.count() == 2


def test_what_a_failed_document_carried_gets_a_new_document(world, meeting):
    (letter,) = send(world, meeting)
    Document.objects.filter(pk=letter.document_id).update(state="failed")
    letter = settle(letter, "failed")
    again = verbs.send_again(by=world.coordinator, letter=letter)
    assert (again.document.number, again.document.state) == (2, "queued")


def test_what_holds_a_barred_case_gets_a_new_document_without_it(world):
    meeting, items = held(world, cases=2)
    (letter,) = send(world, meeting)
    make(letter.document)
    letter = settle(letter, "failed")
    world.bar(case=items[0].listing.case, agency=world.housing_agency)
    again = verbs.send_again(by=world.coordinator, letter=letter)
    assert again.document != letter.document
    assert list(make(again.document).cases.all()) == [items[1].listing.case]


# lists --------------------------------------------------------------------------------------------------------------
def test_lists_count_filter_and_follow(world, as_member, meeting):
    letters = send(world, meeting, world.housing_agency, world.idva_agency, world.health_agency)
    settle(letters[0], "sent")
    settle(letters[1], "failed", "The mail server refused the recipient (550).")
    browser = as_member(world.coordinator)
    for url in (reverse("meetings:letters"), reverse("meetings:meeting_letters", args=[meeting.pk])):
        page = browser.get(url)
        assert [(name, count) for name, _words, count in page.context["shows"]] == [
            ("all", 3),
            ("decide", 1),
            ("underway", 1),
            ("sent", 1),
            ("withdrawn", 0),
        ]
        html = page.content.decode()
        assert html_problems(html) == []
        assert "The mail server refused the recipient (550)." in html
        poll = {"HX-Request": "true", "HX-Target": "_letters", "X-Confer-Poll": "1"}
        before = len(recorded())
        part = browser.get(url, headers=poll).content.decode()
        assert len(recorded()) == before
        assert part.startswith('<div id="_letters"')
        assert re.sub(r'value="[A-Za-z0-9]{64}"', "", part).strip() in re.sub(r'value="[A-Za-z0-9]{64}"', "", html)
        decide = browser.get(url + "?show=decide").context["page"].rows
        assert [letter.pk for letter in decide] == [letters[1].pk]
    assert as_member(world.chair).get(reverse("meetings:letters")).status_code == 403
    assert as_member(world.housing).get(reverse("meetings:meeting_letters", args=[meeting.pk])).status_code == 403


def test_lists_take_the_same_queries_for_one_letter_and_three(world, as_member, meeting, django_assert_num_queries):
    browser = as_member(world.coordinator)
    browser.get(reverse("meetings:letters"))
    for agency in (world.housing_agency, world.idva_agency, world.health_agency):
        send(world, meeting, agency)
        if agency != world.idva_agency:
            with django_assert_num_queries(6):
                assert browser.get(reverse("meetings:letters")).status_code == 200


def test_the_home_page_tells_of_letters(world, meeting):
    (letter,) = send(world, meeting)
    make(letter.document)
    settle(letter, "failed")
    assert [row.url for row in home.owed_by(world.coordinator) if "letters" in row.url] == [
        "/meetings/letters/?show=decide"
    ]
    settle(letter, "sent")
    assert [row.url for row in home.owed_by(world.coordinator) if "letters" in row.url] == []
    assert [(row.count, row.kind) for row in home.owed_by(world.housing) if "letters" in row.url] == [(1, "letter")]
    assert [row.url for row in home.owed_by(world.health) if "letters" in row.url] == []
    world.bar(case=meeting.items.get().listing.case, member=world.housing)
    assert [row.url for row in home.owed_by(world.housing) if "letters" in row.url] == []


# the agency's page ----------------------------------------------------------------------------------------------------
def test_a_member_of_the_agency_sees_the_passphrase_each_time_it_is_asked_for(world, as_member, meeting):
    (letter,) = send(world, meeting)
    make(letter.document)
    letter = settle(letter, "sent")
    url, show = (reverse(f"meetings:{name}", args=[letter.pk]) for name in ("agency_letter", "show_passphrase"))
    browser = as_member(world.housing_deputy)
    page = browser.get(url)
    assert letter.passphrase not in page.content.decode()
    assert html_problems(page.content.decode()) == []
    for times in (1, 2):
        shown = browser.post(show)
        assert letter.passphrase in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert html_problems(shown.content.decode()) == []
        assert [event.member_name for event in recorded("letter.passphrase_shown")] == ["Dilys Deputy"] * times
    assert browser.get(show).status_code == 405
    file = browser.get(reverse("meetings:document_file", args=[letter.document_id]))
    assert file.content.startswith(b"%PDF-")
    assert html_problems(browser.get(reverse("meetings:agency_letters")).content.decode()) == []
    assert as_member(world.coordinator).post(show).status_code == 200


@pytest.mark.parametrize("state", ["queued", "failed", "withdrawn"])
def test_what_has_not_left_has_no_passphrase_to_show(world, as_member, meeting, state):
    (letter,) = send(world, meeting)
    make(letter.document)
    if state != "queued":
        letter = settle(letter, state)
    answer = as_member(world.housing).post(reverse("meetings:show_passphrase", args=[letter.pk]))
    assert answer.status_code == 302
    assert recorded("letter.passphrase_shown") == []


def test_an_agency_that_left_the_protocol_opens_nothing(world, as_member, meeting):
    (letter,) = send(world, meeting)
    make(letter.document)
    letter = settle(letter, "sent")
    world.housing_agency.signatures.update(until=timezone.now())
    browser = as_member(world.housing)
    for answer in (
        browser.get(reverse("meetings:agency_letter", args=[letter.pk])),
        browser.post(reverse("meetings:show_passphrase", args=[letter.pk])),
        browser.get(reverse("meetings:document_file", args=[letter.document_id])),
    ):
        assert answer.status_code == 404
    assert recorded("letter.passphrase_shown") + recorded("document.exported") == []


@pytest.mark.parametrize("whom", ["member", "agency"])
def test_who_is_barred_from_a_case_in_it_finds_no_such_letter(world, as_member, meeting, whom):
    (letter,) = send(world, meeting)
    make(letter.document)
    letter = settle(letter, "sent")
    world.bar(
        case=meeting.items.get().listing.case,
        **({"member": world.housing} if whom == "member" else {"agency": world.housing_agency}),
    )
    browser = as_member(world.housing)
    assert browser.get(reverse("meetings:agency_letter", args=[letter.pk])).status_code == 404
    assert browser.post(reverse("meetings:show_passphrase", args=[letter.pk])).status_code == 404
    assert browser.get(reverse("meetings:agency_letters")).context["page"].rows == []
