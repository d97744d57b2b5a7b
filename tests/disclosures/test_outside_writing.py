"""The answer to a request from outside as it is written: kept while typed, nothing of two tabs lost."""

import pytest
from django.urls import reverse

from cases.models import Draft
from cases.workflow.merging import Clash
from disclosures.models import Answer, MatchedItem, Redaction
from disclosures.rules import outside as rules
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


# what leaves of one item ----------------------------------------------------------------------------------------------
def decided(cast, request, **given) -> tuple[Answer, MatchedItem, dict]:
    """An answer, its item of housing, and what was decided first: given in part."""
    by = cast.housing_officer
    answer = answers.save_answer(by=by, request=fresh(request), kind="information", words=FIRST)
    item = MatchedItem.objects.of_request(by).get(agency=by.agency, entry__isnull=False)
    part = {
        "outcome": "part",
        "words": FIRST,
        "exemptions": ["E16"],
        "reasons": "About her neighbour.",
    } | given
    answers.redact(by=by, answer=answer, item=item, **part)
    return answer, item, part


def test_a_stale_decision_on_an_item_keeps_both_texts(cast, request_, as_member):
    client, by = as_member(cast.housing_officer), cast.housing_officer
    answer, item, part = decided(cast, request_)
    page = url("redact_item", request_.pk, item.pk)
    seen = client.get(page).context["form"]["version"].value()
    answers.redact(by=by, answer=answer, item=item, **part | {"words": THEIRS}, seen=seen)
    late = part | {"words": MINE, "version": seen}
    shown = client.post(page, late)
    assert (shown.status_code, shown.context["form"]["words"].value()) == (409, MINE)
    assert [clash["text"] for clash in shown.context["writing"].clashes] == [THEIRS]
    assert Redaction.objects.with_key().get().words == THEIRS
    late["version"] = shown.context["form"]["version"].value()
    assert client.post(page, late).status_code == 302
    row = Redaction.objects.with_key().get()
    assert (row.words, row.version, row.decided_by) == (MINE, 3, by)
    assert list(row.history.values_list("history_change_reason", flat=True)) == ["answer.drafted"] * 3


def test_one_item_leads_to_the_next_of_which_nothing_is_said_yet(cast, request_, as_member):
    client, by = as_member(cast.housing_officer), cast.housing_officer
    answers.save_answer(by=by, request=fresh(request_), kind="information", words=FIRST)
    listed = client.get(url("draft_answer", request_.pk)).context["rows"]
    assert len(listed) == 2
    pages = [url("redact_item", request_.pk, row["item"].pk) for row in listed]
    given = {"outcome": "other_person", "do": "next"}
    assert client.post(pages[1], given).url == pages[0]
    assert client.post(pages[0], given).url == url("draft_answer", request_.pk)
    assert client.post(pages[0], given | {"do": "", "version": 1}).url == url("draft_answer", request_.pk)


STALE = {
    "another field": ({"reasons": "Weighed."}, {"words": MINE}, ("part", MINE, "Weighed.", [])),
    "the same words": ({"words": MINE}, {"words": MINE}, ("part", MINE, "About her neighbour.", [])),
    "both the words": ({"words": THEIRS}, {"words": MINE}, ("part", THEIRS, "About her neighbour.", ["words"])),
    "withheld, and its words changed": (
        {"words": THEIRS},
        {"outcome": "withheld", "words": MINE},
        ("part", THEIRS, "About her neighbour.", ["words"]),
    ),
    "each another outcome": (
        {"outcome": "withheld"},
        {"outcome": "other_person"},
        ("withheld", "", "About her neighbour.", ["outcome"]),
    ),
}


@pytest.mark.parametrize("name", STALE)
def test_two_tabs_on_one_item(cast, request_, name):
    theirs, mine, (outcome, words, reasons, clashes) = STALE[name]
    answer, item, part = decided(cast, request_)
    save = lambda given: answers.redact(by=cast.housing_officer, answer=answer, item=item, seen=1, **part | given)  # noqa: E731
    save(theirs)
    clashing = []
    try:
        save(mine)
    except Clash as clash:
        clashing = list(clash.theirs)
        assert {name: clash.merged[name] for name in mine} == mine
    row = Redaction.objects.with_key().get()
    assert (row.outcome, row.words, row.reasons, clashing) == (outcome, words, reasons, clashes)


def test_two_who_decide_on_an_item_first_see_each_others_words(cast, request_):
    answer, item, part = decided(cast, request_)
    with pytest.raises(Clash) as clash:
        answers.redact(by=cast.housing_officer, answer=answer, item=item, seen=0, **part | {"words": MINE})
    assert (clash.value.theirs, clash.value.merged["words"]) == ({"words": FIRST}, MINE)


def test_who_decided_on_an_item_or_drafted_before_does_not_check(cast, request_):
    """The request went from one handler to another, and both worked on the answer: neither is its second person."""
    first, then, third = cast.housing_officer, cast.handler, cast.second
    answers.save_answer(by=first, request=fresh(request_), kind="neither", reasoning="Weighed.")
    verbs.hand_over(by=first, request=fresh(request_), to=then)
    answer = answers.save_answer(by=then, request=fresh(request_), kind="neither", reasoning="Weighed again.")
    answer.request = fresh(request_)
    answers.offer(by=then, answer=answer)
    answer = Answer.objects.with_key().get()
    request = fresh(request_)
    assert [rules.may_check(who, request, answer) for who in (first, then, third)] == [False, False, True]
    item = MatchedItem.objects.filter(request=request).first()
    Redaction(key=answer.key, answer=answer, item=item, outcome="other_person", decided_by=third).save()
    assert rules.may_check(third, request, answer) is False


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
