"""The answer to a request from outside as it is written: kept while typed, nothing of two tabs lost."""

import pytest
from django.urls import reverse

from cases.models import Draft
from disclosures.models import Answer, MatchedItem, Redaction
from disclosures.workflow import answer as answers
from disclosures.workflow import outside as verbs
from tests.disclosures.outsiders import Outsiders, fresh

FIRST, MINE, THEIRS = "Here is what we hold.", "Here is what we hold of 2026.", "Here is a copy of what we hold."


@pytest.fixture
def cast(world):
    return Outsiders(world)


@pytest.fixture
def request_(cast):
    """A request that housing's officer answers, with what housing said to be seen."""
    cast.hear()
    return cast.consulted(by=cast.housing_officer)


def url(name, *args):
    return reverse(f"disclosures:{name}", args=args)


def keep(client, request, part, **typed):
    return client.post(reverse("cases:keep_draft", args=["disclosures.outsiderequest", request.pk, part]), typed)


def test_what_is_typed_is_kept_and_offered_again_until_it_is_saved(cast, request_, as_member):
    client = as_member(cast.housing_officer)
    assert keep(client, request_, "answer", kind="information", words=FIRST).status_code == 200
    page = client.get(url("draft_answer", request_.pk))
    assert (page.context["writing"].draft is None, page.context["form"]["words"].value()) == (False, FIRST)
    assert Answer.objects.count() == 0
    assert client.post(url("draft_answer", request_.pk), {"kind": "information", "words": FIRST}).status_code == 302
    assert (Draft.objects.count(), Answer.objects.with_key().get().words) == (0, FIRST)


@pytest.mark.parametrize("whose", ["second", "health_officer"])
def test_nobody_else_keeps_a_draft_of_it(cast, request_, as_member, whose):
    assert keep(as_member(getattr(cast, whose)), request_, "answer", words=FIRST).status_code == 404
    assert Draft.objects.count() == 0


def test_a_stale_save_keeps_both_texts(cast, request_, as_member):
    client = as_member(cast.housing_officer)
    save = lambda **given: answers.save_answer(by=cast.housing_officer, request=fresh(request_), **given)  # noqa: E731
    first = save(kind="information", words=FIRST)
    save(kind="information", words=THEIRS, seen=first.version)
    late = {"kind": "information", "words": MINE, "version": first.version}
    page = client.post(url("draft_answer", request_.pk), late)
    assert (page.status_code, page.context["form"]["words"].value()) == (409, MINE)
    assert [clash["text"] for clash in page.context["writing"].clashes] == [THEIRS]
    assert Answer.objects.with_key().get().words == THEIRS
    late["version"] = page.context["form"]["version"].value()
    assert client.post(url("draft_answer", request_.pk), late).status_code == 302
    assert Answer.objects.with_key().get().words == MINE


def test_two_tabs_that_changed_different_fields_do_not_clash(cast, request_):
    save = lambda **given: answers.save_answer(by=cast.housing_officer, request=fresh(request_), **given)  # noqa: E731
    first = save(kind="information", words=FIRST)
    save(kind="information", words=FIRST, reasoning="Weighed.", seen=first.version)
    save(kind="information", words=MINE, reasoning="", seen=first.version)
    row = Answer.objects.with_key().get()
    assert (row.words, row.reasoning) == (MINE, "Weighed.")


def test_what_leaves_of_an_item_is_kept_too_and_all_of_it_goes_with_the_second_check(cast, request_, as_member):
    client, by = as_member(cast.housing_officer), cast.housing_officer
    answer = answers.save_answer(by=by, request=fresh(request_), kind="information", words=FIRST)
    items = list(MatchedItem.objects.of_request(by).order_by("pk"))
    page = url("redact_item", request_.pk, items[0].pk)
    refused = client.post(page, {"outcome": "part", "words": MINE, "exemptions": []})
    assert (refused.status_code, Draft.objects.get().part) == (422, f"item:{items[0].pk}")
    assert client.get(page).context["form"]["words"].value() == MINE
    for item in items:
        answers.redact(by=by, answer=answer, item=item, outcome="whole")
    assert Redaction.objects.count() == len(items) > 0
    answer = Answer.objects.with_key().select_related("request__key").get()
    answer.request = fresh(request_)
    answers.offer(by=by, answer=answer)
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("act", ["handed over", "closed"])
def test_a_draft_goes_with_its_writer_and_with_the_request(cast, request_, as_member, act):
    keep(as_member(cast.housing_officer), request_, "answer", words=FIRST)
    row = fresh(request_)
    if act == "handed over":
        verbs.hand_over(by=cast.housing_officer, request=row, to=cast.handler)
    else:
        verbs.close_request(
            by=cast.housing_officer, request=row, ending="withdrawn", words="She wrote that she wants it no more."
        )
    assert Draft.objects.count() == 0
