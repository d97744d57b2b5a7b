"""The agency's pages and the coordinator's board: sight, keys' buttons, merging, and a fixed number of queries."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from cases.models import Entry
from cases.workflow.drafts import keep_draft
from meetings.models import PersonCheck, Return
from tests.audit.ledger import recorded
from tests.valid_html import assert_valid


def url(name, *args):
    return reverse(f"meetings:{name}", args=[getattr(arg, "pk", arg) for arg in args])


def text(response):
    return response.content.decode()


@pytest.fixture
def meeting(world):
    return world.make_meeting()


def listed(world, meeting, *asked, **more):
    return world.list_case(meeting, world.make_case(**more), asked=asked or [world.housing_agency])


def own(world, item, agency=None):
    return Return.objects.with_key().get(listing=item.listing, request__agency=agency or world.housing_agency)


def victim_of(item):
    return item.listing.case.parties.get(capacity="victim")


def check_url(world, item):
    return url("check_person", own(world, item), victim_of(item))


# the list ----------------------------------------------------------------------------------------------------------
def test_the_list_shows_what_is_asked_and_no_more(world, as_member, meeting):
    mine = listed(world, meeting, world.housing_agency, world.police_agency, victim=("Mair", "O’Gwynedd"))
    listed(world, meeting, world.police_agency, victim=("Siân", "Llewelyn"))
    world.make_entry(mine.listing, world.police_agency, world.police, text="Seen in custody.")
    world.make_entry(mine.listing, world.housing_agency, world.housing, text="Rent arrears.")
    response = as_member(world.housing).get(url("research", meeting))
    page = text(response)
    assert_valid(response.content)
    assert "Gwynedd" in page and "4 Lôn Ddychmygol" in page and "Threats at the door." in page
    assert "Rent arrears." in page
    assert "Llewelyn" not in page and "Seen in custody." not in page
    assert recorded("record.consulted")[-1].reason == "research"


@pytest.mark.parametrize("on", ["case", "listing"])
@pytest.mark.parametrize("whom", ["agency", "member"])
def test_a_bar_hides_the_case_and_its_return(world, as_member, meeting, on, whom):
    item = listed(world, meeting)
    barred = {whom: world.housing_agency if whom == "agency" else world.housing}
    world.bar(**{on: item.listing.case if on == "case" else item.listing}, **barred)
    client = as_member(world.housing)
    assert "Nothing to research" in text(client.get(url("research", meeting)))
    for name, args in (("return", []), ("nothing_known_of_case", []), ("reopen_return", [])):
        assert client.post(url(name, own(world, item), *args)).status_code == 404
    assert client.post(check_url(world, item), {"known": "known"}).status_code == 404
    assert ("Gwynedd" in text(as_member(world.housing_deputy).get(url("research", meeting)))) is (whom == "member")


def test_another_agencys_return_is_not_found(world, as_member, meeting):
    item = listed(world, meeting, world.housing_agency, world.police_agency)
    for name in ("coordinator", "chair", "health"):
        assert as_member(getattr(world, name)).get(url("return", own(world, item))).status_code == 404


@pytest.mark.parametrize("cases", [1, 3, 16])
def test_as_many_queries_for_a_long_list(world, as_member, meeting, django_assert_num_queries, cases):
    for _ in range(cases):
        item = listed(world, meeting)
        world.make_entry(item.listing, world.housing_agency, world.housing)
    client = as_member(world.housing)
    client.get(url("research", meeting))
    with django_assert_num_queries(14):
        page = client.get(url("research", meeting))
    assert text(page).count("data-research-case") == cases


# nothing known -----------------------------------------------------------------------------------------------------
def test_nothing_known_by_button(world, as_member, meeting):
    first, second, third = (listed(world, meeting) for _ in range(3))
    client = as_member(world.housing)
    client.post(url("nothing_known_of_person", own(world, first), victim_of(first)))
    assert PersonCheck.objects.get().known == "not_known"
    client.post(url("nothing_known_of_case", own(world, second)), {"seen": 1})
    assert (own(world, second).state, own(world, third).state) == ("nothing", "outstanding")
    answer = client.post(url("nothing_known_of_rest", meeting), follow=True)
    assert "2 cases answered: nothing known." in text(answer)
    assert {own(world, item).state for item in (first, second, third)} == {"nothing"}
    assert "nothing-rest" not in text(answer)
    client.post(url("reopen_return", own(world, second)))
    assert own(world, second).state == "outstanding"


def test_the_home_page_counts_what_is_outstanding(world, as_member, meeting):
    for _ in range(2):
        listed(world, meeting)
    client = as_member(world.housing)
    assert "Answer the research request for the meeting" in text(client.get("/"))
    client.post(url("nothing_known_of_rest", meeting))
    assert "Answer the research request" not in text(client.get("/"))


# one case ----------------------------------------------------------------------------------------------------------
def test_a_known_case_from_check_to_answer(world, as_member, meeting):
    item = listed(world, meeting)
    client, answer = as_member(world.housing), own(world, item)
    page = client.get(url("return", answer))
    assert_valid(page.content)
    for party in item.listing.case.parties.all():
        client.post(url("check_person", answer, party), {"known": "known", "accuracy": "correct", "version": 0})
    written = client.post(
        reverse("cases:write_entry", args=[item.listing.pk]),
        {
            "text": "Rent arrears since May.",
            "kind": "information",
            "heading": "involvement",
            "nature": "fact",
            "reach": "minute",
            "left_out": [],
            "next": url("return", answer),
        },
        follow=True,
    )
    assert "Rent arrears since May." in text(written)
    assert "Saved. It is seen by: Aberwenlli Homes (your agency)" in text(written)
    sent = client.post(url("return", answer), {"researcher": "Harri", "version": 1})
    assert sent.url == f"{url('research', meeting)}#case-{answer.pk}"
    assert (own(world, item).state, own(world, item).researcher) == ("answered", "Harri")


def test_a_refused_check_keeps_what_was_typed_and_says_where(world, as_member, meeting):
    item = listed(world, meeting)
    typed = {
        "known": "known",
        "accuracy": "different",
        "last_contact_on_day": "40",
        "last_contact_on_month": "1",
        "last_contact_on_year": "2026",
        "version": 0,
    }
    response = as_member(world.housing).post(check_url(world, item), typed)
    assert response.status_code == 422
    assert "Enter what your agency holds instead" in text(response)
    assert 'value="40"' in text(response)
    assert_valid(response.content)
    assert not PersonCheck.objects.exists()


def test_the_later_of_two_colleagues_sees_both_texts_and_merges(world, as_member, meeting):
    item = listed(world, meeting)
    there = check_url(world, item)
    said = {"known": "known", "accuracy": "different"}
    as_member(world.housing_deputy).post(there, said | {"correction": "Moved in May", "version": 0})
    client = as_member(world.housing)
    late = client.post(there, said | {"correction": "Lodger since June", "version": 0})
    assert late.status_code == 409
    assert "A colleague saved this while you were writing" in text(late)
    assert "Moved in May" in text(late) and "Lodger since June" in text(late)
    assert_valid(late.content)
    merged = said | {"correction": "Moved in May; lodger since June", "version": 1}
    assert client.post(there, merged).status_code == 302
    assert PersonCheck.objects.with_key().get().correction == "Moved in May; lodger since June"


def test_a_draft_is_offered_to_its_member_alone(world, as_member, meeting):
    item = listed(world, meeting)
    answer = own(world, item)
    kept = as_member(world.housing).post(
        reverse("cases:keep_draft", args=["cases.listing", item.listing.pk, "entry"]), {"text": "Half a sentence"}
    )
    assert kept.status_code == 200
    keep_draft(by=world.housing, about=answer, part="answer", typed=QueryDict("comment=Unsaved+words"))
    page = text(as_member(world.housing).get(url("return", answer)))
    assert "Half a sentence" in page and "Unsaved words" in page
    for member in (world.housing_deputy, world.coordinator):
        page = text(as_member(member).get(url("return", answer)))
        assert "Half a sentence" not in page and "Unsaved words" not in page


@pytest.mark.parametrize("name", ["police", "coordinator", "chair", "referrer"])
def test_nobody_else_keeps_a_draft_about_a_return(world, as_member, meeting, name):
    item = listed(world, meeting, world.housing_agency)
    there = reverse("cases:keep_draft", args=["meetings.return", own(world, item).pk, "answer"])
    assert as_member(getattr(world, name)).post(there, {"comment": "x"}).status_code == 404


def test_in_session_only_those_who_signed_answer(world, as_member, meeting):
    item = listed(world, meeting)
    meeting.state = "in_session"
    meeting.save()
    client = as_member(world.housing)
    assert client.post(check_url(world, item), {"known": "known", "version": 0}).status_code == 403
    world.sign(meeting, world.housing)
    assert client.post(check_url(world, item), {"known": "known", "version": 0}).status_code == 302


# the board ---------------------------------------------------------------------------------------------------------
def test_the_board_sends_and_chases(world, as_member, meeting):
    from meetings.workflow.agenda import list_case

    case = world.make_case()
    list_case(
        by=world.coordinator,
        meeting=meeting,
        case=case,
        referral=case.referrals.get(),
        type="full",
        agencies=[world.housing_agency, world.police_agency],
    )
    client = as_member(world.coordinator)
    page = client.get(url("board", meeting))
    assert "Send the research requests" in text(page) and "Not sent yet" in text(page)
    sent = client.post(url("send_research", meeting), follow=True)
    assert "The research requests are sent." in text(sent)
    assert "0 with information, 0 nothing known, 1 outstanding" in text(sent)
    chased = client.post(url("chase_research", meeting), {"agency": world.housing_agency.pk}, follow=True)
    assert text(chased).count("1 reminder,") == 1
    assert_valid(chased.content)
    again = client.post(url("send_research", meeting), follow=True)
    assert "Every agency has been asked about every case already." in text(again)


@pytest.mark.parametrize("name", ["police", "chair", "referrer", "auditor"])
def test_the_board_is_the_coordinators(world, as_member, meeting, name):
    client = as_member(getattr(world, name))
    assert client.get(url("board", meeting)).status_code == 403
    assert client.post(url("send_research", meeting)).status_code == 403


@pytest.mark.parametrize("cases", [1, 3, 16])
def test_the_board_reads_as_often_for_a_long_list(world, as_member, meeting, django_assert_num_queries, cases):
    for _ in range(cases):
        listed(world, meeting, world.housing_agency, world.police_agency, world.health_agency)
    client = as_member(world.coordinator)
    with django_assert_num_queries(9):
        client.get(url("board", meeting))


def test_the_board_leaves_out_a_case_that_is_closed_to_the_coordinator(world, as_member, meeting):
    item, closed = listed(world, meeting), listed(world, meeting)
    world.bar(case=closed.listing.case, agency=world.council)
    page = text(as_member(world.coordinator).get(url("board", meeting)))
    assert item.listing.case.reference in page and closed.listing.case.reference not in page
    assert "0 with information, 0 nothing known, 1 outstanding" in page


def test_no_word_of_an_entry_reaches_the_audit(world, as_member, meeting):
    item = listed(world, meeting)
    as_member(world.housing).post(
        reverse("cases:write_entry", args=[item.listing.pk]),
        {
            "text": "Zylphia Quennel owes rent",
            "kind": "information",
            "heading": "involvement",
            "nature": "fact",
            "reach": "say",
            "source": "Zylphia Quennel",
        },
    )
    assert Entry.objects.count() == 1
    for event in recorded("entry.written") + recorded("record.consulted"):
        assert "zylphia" not in str(event.__dict__).lower()
