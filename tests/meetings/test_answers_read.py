"""What an agency's answer says beside its entries, and whom an entry is kept from: read by whom, and in which words."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from meetings.models import PersonCheck, Return
from meetings.workflow.live import end_meeting
from meetings.workflow.research import reopen_return, save_check
from tests.audit.ledger import recorded
from tests.meetings.sitting import close_item, fresh, opened, write_whole
from tests.signing_in import sign_in
from tests.valid_html import assert_valid


def answered(world, item, agency, by, **more):
    """The answer of *agency*: it knows the first person, holds something else of the second, not the others."""
    answer = Return.objects.with_key().get(listing=item.listing, request__agency=agency)
    said = [
        {"known": "known", "accuracy": "correct", "last_contact_on": datetime.date(2026, 5, 3)},
        {"known": "not_known", "accuracy": "different", "correction": "Spells it Gwyneth."},
    ]
    parties = item.listing.case.parties.spoken_of().in_order()
    for party, facts in zip(parties, [*said, *[{"known": "not_known"}] * 9], strict=False):
        PersonCheck(key=answer.key, answer=answer, party=party, **facts).save(force_insert=True)
    facts = {"researcher": "Rhodri Research", "involved_worker": "Wil Worker", "lawful_basis": "A6e"}
    for name, value in {"comment": "Ring me first.", **facts, **more}.items():
        setattr(answer, name, value)
    answer.state, answer.answered_at, answer.answered_by = "answered", answer.created_at, by
    answer.save()
    return answer


@pytest.fixture
def room(world):
    meeting, item = opened(world, world.idva, world.housing)
    return meeting, item, answered(world, item, world.housing_agency, world.housing)


def plain(response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def entries(member, meeting, item) -> str:
    address = reverse("meetings:live_item_part", args=[meeting.pk, item.pk, "entries"])
    return plain(sign_in(Client(), member).get(address))


def whole(member, answer):
    return sign_in(Client(), member).get(reverse("meetings:answer", args=[answer.pk]))


SAID = [
    "Gwynedd (details correct, last contact or sighting 3 May 2026).",
    "holds instead: Spells it Gwyneth.",
    "Not known: ",
    "Named worker: Wil Worker.",
    "Shares on the ground:",
]
ALONE = "To the panel’s desk alone: Ring me first."


@pytest.mark.parametrize(
    ("who", "with_comment"), [("idva", False), ("housing", True), ("chair", True), ("coordinator", True)]
)
def test_what_an_answer_says_is_read_by_who_signed_and_its_comment_by_the_desk(world, room, who, with_comment):
    meeting, item, answer = room
    response = whole(getattr(world, who), answer)
    assert_valid(response.content)
    for page in (entries(getattr(world, who), meeting, item), plain(response)):
        assert [each for each in SAID if each not in page] == []
        assert (ALONE in page) is with_comment
    assert "Rhodri Research" in plain(response)
    consulted = recorded("record.consulted")[-1]
    assert (consulted.reason, consulted.case_id) == ("agenda_item", item.listing.case_id)


@pytest.mark.parametrize("why", ["not signed", "barred", "agency barred", "ended"])
def test_nobody_else_reads_it(world, room, why):
    meeting, item, answer = room
    reader = world.health if why == "not signed" else world.idva
    if why == "barred":
        world.bar(listing=item.listing, member=reader, reason="recusal")
    elif why == "agency barred":
        world.bar(case=item.listing.case, agency=reader.agency)
    elif why == "ended":
        write_whole(world, item)
        close_item(by=world.chair, item=fresh(item))
        end_meeting(by=world.chair, meeting=fresh(meeting))
    assert whole(reader, answer).status_code == 404
    assert not PersonCheck.objects.visible_to(reader).exists()


def test_what_is_taken_back_is_read_no_more(world, room):
    meeting, item, answer = room
    reopen_return(by=world.housing, answer=answer, seen=answer.version)
    assert whole(world.chair, answer).status_code == 404
    assert "Wil Worker" not in entries(world.chair, meeting, item)


def test_an_agency_that_rests_on_consent_tells_nobody_whom_it_knows(world, room, monkeypatch):
    meeting, item, answer = room
    monkeypatch.setattr("cases.gates.gated", lambda panel, agency: {"treatment"} & {agency.kind and "treatment"})
    assert whole(world.chair, answer).status_code == 404
    assert "Wil Worker" not in entries(world.chair, meeting, item)
    assert whole(world.housing, answer).status_code == 200


def test_the_screen_follows_an_answer_and_reads_as_often_for_three(world, room, django_assert_num_queries):
    meeting, item, answer = room
    client = sign_in(Client(), world.idva)
    poll, part = reverse("meetings:live_now", args=[meeting.pk]), [meeting.pk, item.pk, "entries"]
    ask = {"path": f"{poll}?item={item.pk}"}
    mark = client.get(**ask, headers={"X-Confer-Poll": "1"}).headers["ETag"]
    victim = item.listing.case.parties.spoken_of().in_order().first()
    facts = {"known": "known", "accuracy": "correct", "last_contact_on": datetime.date(2026, 5, 4)}
    save_check(by=world.housing, answer=answer, party=victim, seen=1, **facts)
    assert client.get(**ask, headers={"X-Confer-Poll": "1", "If-None-Match": mark}).status_code == 200
    client.get(reverse("meetings:live_item_part", args=part))
    for number in (1, 3):
        if number == 3:
            answered(world, item, world.health_agency, world.health)
            answered(world, item, world.police_agency, world.police)
        with django_assert_num_queries(14):
            page = client.get(reverse("meetings:live_item_part", args=part)).content.decode()
        assert page.count("Wil Worker") == number


def test_each_answer_is_opened_from_the_board(world, room):
    meeting, _item, answer = room
    page = sign_in(Client(), world.coordinator).get(reverse("meetings:board", args=[meeting.pk])).content.decode()
    assert re.findall(r'href="(/[^"]*/answer/)"', page) == [reverse("meetings:answer", args=[answer.pk])]


CARE, KEPT, READ = "Not for every agency: speak with care.", "Kept from: Health.", "Read here by:"


@pytest.mark.parametrize(
    ("who", "said"), [("housing", [CARE, KEPT, READ]), ("chair", [CARE, KEPT]), ("idva", [CARE]), ("health", [])]
)
def test_who_learns_whom_an_entry_is_kept_from(world, who, said):
    meeting, item = opened(world, world.idva, world.housing, world.health)
    entry = world.make_entry(item.listing, world.housing_agency, world.housing, text="Lives above.")
    world.bar(agency=world.health_agency, entry=entry, reason="excluded")
    page = entries(getattr(world, who), meeting, item)
    kept = KEPT.replace("Health", world.health_agency.short_name)
    assert [each for each in (CARE, kept, READ) if each in page] == [kept if each == KEPT else each for each in said]
    assert ("Lives above." in page) is (who != "health")
