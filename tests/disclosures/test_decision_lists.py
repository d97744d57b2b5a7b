"""The lists: desk, register, requests of a case; filtered and searched, in pages, one and three rows."""

import pytest
from django.urls import reverse

from core import pages
from disclosures.models import Release
from tests.disclosures.asking import Asking

QUERIES = {"desk": 12, "register": 6, "requests": 7, "tab": 9, "decision": 18}


@pytest.fixture
def asking(world):
    return Asking(world)


def text(response):
    return response.content.decode()


def test_the_agencys_list_says_of_which_case_and_who_asked_and_the_tab_of_the_case_who(asking, as_member):
    number = asking.ask().number
    client = as_member(asking.world.housing_deputy)
    for url, said in {
        reverse("disclosures:requests"): [number, asking.case.reference, "Harri Housing"],
        reverse("disclosures:case_requests", args=[asking.case.pk]): [number, "Harri Housing"],
    }.items():
        row = text(client.get(url)).split("<tbody")[1].split("</tr>")[0]
        assert [word for word in said if word not in row] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_the_same_queries_for_one_row_and_three(asking, as_member, rows, django_assert_num_queries):
    w = asking.world
    for _number in range(rows):
        disclosure = asking.ask(w.health_agency, w.police_agency)
        asking.decided(asking.decision(disclosure))
        asking.ask(w.health_agency)
    for name, member in {
        "desk": asking.health_officer,
        "register": asking.health_officer,
        "requests": w.housing,
    }.items():
        client = as_member(member)
        url = reverse(f"disclosures:{name}")
        client.get(url)
        with django_assert_num_queries(QUERIES[name]):
            assert client.get(url).status_code == 200


def test_the_register_is_narrowed_by_codes_in_an_opaque_address(asking, as_member):
    w = asking.world
    shared = asking.ask()
    asking.decided(asking.decision(shared))
    waiting = asking.ask(urgency="urgent")
    client = as_member(asking.health_officer)
    url = reverse("disclosures:register")
    for typed, there, gone in [
        ({"state": "decided"}, shared, waiting),
        ({"outcome": "share"}, shared, waiting),
        ({"urgency": "urgent"}, waiting, shared),
        ({"state": "waiting", "agency": str(w.housing_agency.pk)}, waiting, shared),
    ]:
        answer = client.post(url, typed)
        assert answer.url.startswith(url + "?filter=")
        page = text(client.get(answer.url))
        assert (there.number in page, gone.number in page) == (True, False)
    release = Release.objects.get()
    for number, rows in {
        waiting.number: [waiting.number],
        release.number.lower(): [shared.number],
        asking.case.reference: [waiting.number, shared.number],
        "D-ZZ": [],
    }.items():
        page = client.get(client.post(url, {"number": number}).url)
        assert [decision.disclosure.number for decision in page.context["page"].rows] == rows
    refused = client.post(url, {"number": "Mair's"})
    assert (refused.status_code, "A number has letters, digits and hyphens." in text(refused)) == (422, True)
    refused = client.post(url, {"state": "everything"})
    assert (refused.status_code, text(refused).count('<details class="govuk-details" open')) == (422, 1)
    assert shared.number in text(client.get(url + "?filter=forged"))


def test_a_decision_is_found_by_its_number(asking, as_member):
    decision = asking.decision(asking.ask())
    client = as_member(asking.health_officer)
    url = reverse("disclosures:find_decision")
    found = client.post(url, {"number": decision.disclosure.number.lower()})
    assert found.url == reverse("disclosures:decision", args=[decision.pk])
    assert client.post(url, {"number": "D-AB-1999-0001"}).url == reverse("disclosures:desk")
    assert as_member(asking.police_officer).post(url, {"number": decision.disclosure.number}).url == reverse(
        "disclosures:desk"
    )


def test_the_home_page_says_what_waits(asking, as_member):
    w = asking.world
    asking.ask(urgency="emergency")
    asking.draft()
    assert "Request for information to decide" in text(as_member(asking.health_officer).get("/"))
    assert "Emergency: information of your agency is asked for" in text(as_member(w.health).get("/"))
    assert "Request for information to send" in text(as_member(w.housing).get("/"))


def test_the_tab_of_a_case_shows_requests_in_pages(asking, as_member, monkeypatch):
    monkeypatch.setattr(pages.Page.__init__, "__kwdefaults__", {"size": 2, "parameter": "at"})
    w = asking.world
    w.list_case(w.make_meeting(), asking.case)
    numbers = [asking.ask().number for _number in range(3)]
    url = reverse("disclosures:case_requests", args=[asking.case.pk])
    for member, name in ((w.housing, "own"), (w.coordinator, "others")):
        client = as_member(member)
        first = client.get(url).context[name]
        second = client.get(url + first.next_url).context[name]
        assert [[row.number for row in page] for page in (first, second)] == [numbers[:0:-1], numbers[:1]]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tab_and_the_decision_take_the_same_queries_for_one_and_three(
    asking, as_member, rows, django_assert_num_queries
):
    w = asking.world
    w.list_case(w.make_meeting(), asking.case, asked=[w.housing_agency])
    for _number in range(rows):
        disclosure = asking.ask(w.health_agency, w.police_agency)
        decision = asking.decided(asking.decision(disclosure))
    urls = {
        reverse("disclosures:case_requests", args=[asking.case.pk]): (w.housing, QUERIES["tab"]),
        reverse("disclosures:decision", args=[decision.pk]): (asking.health_officer, QUERIES["decision"]),
    }
    for url, (member, queries) in urls.items():
        client = as_member(member)
        client.get(url)
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200
