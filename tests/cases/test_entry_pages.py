"""The pages of entries: writing, changing by two, withdrawing; who is refused."""

import pytest
from django.urls import reverse

from cases.models import Bar, Entry
from cases.workflow.entry import write_entry
from tests.valid_html import assert_valid

SAID = {
    "text": "Repairs asked for twice.",
    "kind": "information",
    "heading": "involvement",
    "nature": "fact",
    "reach": "say",
}

INTELLIGENCE = {"nature": "intelligence", "grade": "untested", "source": "A neighbour"}
INTELLIGENCE |= {"known_on_day": 3, "known_on_month": 11, "known_on_year": 2025}


def text(response):
    return response.content.decode()


@pytest.fixture
def listing(world):
    return world.list_case(
        world.make_meeting(), world.make_case(), asked=[world.housing_agency, world.health_agency]
    ).listing


@pytest.fixture
def entry(world, listing):
    return write_entry(by=world.housing, listing=listing, text="Repairs asked for twice.")


def write_url(listing):
    return reverse("cases:write_entry", args=[listing.pk])


def change_url(entry):
    return reverse("cases:change_entry", args=[entry.pk])


def test_writing_and_telling_who_sees_it(world, as_member, listing):
    client = as_member(world.housing)
    page = client.get(write_url(listing))
    assert_valid(page.content)
    assert "once signed for the meeting: Wenlli Health" in text(page)
    saved = client.post(write_url(listing), SAID | {"left_out": [world.health_agency.pk]}, follow=True)
    assert "Saved. It is seen by: Aberwenlli Homes (your agency); the panel’s desk:" in text(saved)
    assert "once signed for the meeting" not in text(saved).split("Saved. It is seen by:")[1].split("</div>")[0]
    assert Bar.objects.get(entry=Entry.objects.get()).agency == world.health_agency


def test_an_empty_entry_is_refused_with_everything_typed_kept(world, as_member, listing):
    refused = as_member(world.housing).post(write_url(listing), SAID | {"text": "", "source": "Tenancy file"})
    assert refused.status_code == 422
    assert "Enter what is known, or proposed" in text(refused)
    assert "Tenancy file" in text(refused)
    assert_valid(refused.content)


def test_two_tabs_of_one_member(world, as_member, entry):
    client = as_member(world.housing)
    client.post(change_url(entry), SAID | {"text": "In the first tab.", "version": 1})
    late = client.post(change_url(entry), SAID | {"text": "In the second tab.", "version": 1})
    assert late.status_code == 409
    assert "In the first tab." in text(late) and "In the second tab." in text(late)
    assert 'name="version" value="2"' in text(late)
    assert_valid(late.content)
    client.post(change_url(entry), SAID | {"text": "In both tabs.", "version": 2})
    assert Entry.objects.with_key().get().text == "In both tabs."


def test_a_clash_of_choices_is_shown_in_words(world, as_member, entry):
    client = as_member(world.housing)
    client.post(change_url(entry), SAID | {"nature": "opinion", "left_out": [world.health_agency.pk], "version": 1})
    late = client.post(change_url(entry), SAID | INTELLIGENCE | {"version": 1})
    assert late.status_code == 409
    said = text(late).split('id="clash"')[1].split("<form")[0]
    assert "Opinion" in said and "Wenlli Health" in said
    assert f'value="{world.health_agency.pk}"' in text(late)
    assert_valid(late.content)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("housing", 200),
        ("housing_deputy", 200),
        ("coordinator", 403),
        ("chair", 403),
        ("health", 404),
        ("police", 404),
        ("referrer", 403),
        ("liaison_officer", 403),
        ("auditor", 403),
    ],
)
def test_who_opens_the_form_of_an_entry(world, as_member, entry, name, status):
    assert as_member(getattr(world, name)).get(change_url(entry)).status_code == status


@pytest.mark.parametrize(("name", "status"), [("housing", 200), ("health", 200), ("police", 404), ("coordinator", 403)])
def test_who_opens_the_form_of_a_new_entry(world, as_member, listing, name, status):
    assert as_member(getattr(world, name)).get(write_url(listing)).status_code == status


def test_withdrawing(world, as_member, entry):
    client = as_member(world.housing)
    there = reverse("cases:withdraw_entry", args=[entry.pk])
    stale = client.post(there, {"version": 9}, follow=True)
    assert "A colleague changed this entry while you were looking." in text(stale)
    client.post(there, {"version": 1})
    assert client.get(change_url(entry)).status_code == 404


def test_the_way_back_stays_in_confer(world, as_member, listing):
    client = as_member(world.housing)
    there = client.post(write_url(listing), SAID | {"next": "https://elsewhere.example/"})
    assert there.url == reverse("cases:case_entries", args=[listing.case_id])
    there = client.post(write_url(listing), SAID | {"next": "/meetings/"})
    assert there.url == "/meetings/"


def who_will_see(response) -> str:
    return " ".join(text(response).split('<div id="_who_sees"')[1].split("</strong>")[1].split("</p>")[0].split())


HX = {"HX-Request": "true"}


@pytest.mark.parametrize("how", ["browser", "htmx"])
def test_who_will_see_an_entry_follows_the_boxes_before_it_is_saved(world, as_member, listing, how):
    client, headers = as_member(world.housing), HX if how == "htmx" else {}
    typed = SAID | {"text": "Half a sent", "check": "1"}
    open_to_all = who_will_see(client.get(write_url(listing)))
    told = [
        who_will_see(client.post(write_url(listing), typed | {"left_out": left_out}, headers=headers))
        for left_out in ([], [world.health_agency.pk], [world.health_agency.pk, world.police_agency.pk], ["", "nobody"])
    ]
    assert [("Wenlli Health" in words, "Dafydd Chair" in words) for words in told] == [
        (True, True),
        (False, True),
        (False, False),
        (True, True),
    ]
    assert (told[0], told[3]) == (open_to_all, open_to_all)
    assert not Entry.objects.exists()


def test_checking_keeps_what_was_typed_and_finds_no_fault_with_it(world, as_member, listing):
    page = as_member(world.housing).post(write_url(listing), {"check": "1", "source": "Tenancy file", "text": ""})
    assert (page.status_code, "Tenancy file" in text(page), "govuk-error-summary" in text(page)) == (200, True, False)
    assert "Check who will see this" in text(page)
    assert_valid(page.content)


def test_who_sees_it_is_the_same_on_the_page_and_alone(world, as_member, listing):
    client, typed = as_member(world.housing), SAID | {"check": "1", "left_out": [world.health_agency.pk]}
    page, part = client.post(write_url(listing), typed), client.post(write_url(listing), typed, headers=HX)
    assert text(part).startswith('<div id="_who_sees"') and text(part).strip() in text(page)


def test_a_changed_entry_says_who_sees_it_as_it_is_kept_and_as_it_is_ticked(world, as_member, entry):
    client = as_member(world.housing)
    client.post(change_url(entry), SAID | {"version": 1, "left_out": [world.health_agency.pk]})
    assert "Wenlli Health" not in who_will_see(client.get(change_url(entry)))
    assert "Wenlli Health" in who_will_see(client.post(change_url(entry), {"check": "1"}, headers=HX))
    refused = client.post(change_url(entry), SAID | {"text": "", "version": 2, "left_out": []})
    assert "Wenlli Health" in who_will_see(refused)
    assert Bar.objects.live().get(entry=entry).agency == world.health_agency


@pytest.mark.parametrize("number", [1, 3])
def test_checking_takes_as_many_queries_for_many_agencies_as_for_one(
    world, as_member, listing, django_assert_num_queries, number
):
    others = [world.children_agency, world.probation_agency, world.idva_agency][:number]
    for agency in others:
        world.involve(listing.case, agency, listing=listing)
    client = as_member(world.housing)
    typed = {"check": "1", "left_out": [agency.pk for agency in others]}
    client.post(write_url(listing), typed, headers=HX)
    with django_assert_num_queries(9):
        client.post(write_url(listing), typed, headers=HX)


def test_intelligence_is_asked_for_its_reliability_source_and_day_at_their_fields(world, as_member, listing):
    """Edge case 45."""
    client, address = as_member(world.housing), write_url(listing)
    refused = client.post(address, SAID | {"nature": "intelligence"})
    assert (refused.status_code, Entry.objects.count()) == (422, 0)
    for sentence in (
        "Select how reliable the intelligence is",
        "Enter where the intelligence comes from",
        "Enter the day of the intelligence",
    ):
        assert sentence in text(refused)
    assert_valid(refused.content)
    client.post(address, SAID | INTELLIGENCE)
    entry = Entry.objects.with_key().get()
    assert entry.unverified == "unverified, from A neighbour, 3 November 2025 (From an untested source)"
    page = text(client.get(reverse("cases:case_entries", args=[listing.case_id])))
    assert f"<strong>{entry.unverified}</strong>" in page
