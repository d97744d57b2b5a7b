"""Originators are asked, and what is answered: drafted, checked by another, sent; row, history, audit, letter."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from audit.models import Event
from core.models import Notice
from disclosures.models import Answer, AnswerPaper, Consultation, MatchedItem, Redaction
from disclosures.rules.address import is_in_answer
from disclosures.workflow import answer as answers
from disclosures.workflow import consultation as consultations
from disclosures.workflow import outside as verbs
from disclosures.workflow.printing import make_answer
from partnership.models import LegalBasis
from tests.disclosures.outsiders import DAY, Outsiders, entries, fresh, run
from tests.disclosures.test_address import hide
from tests.valid_html import problems

TODAY = timezone.localdate


@pytest.fixture
def cast(world):
    return Outsiders(world)


def reason(row) -> str:
    return row.history.order_by("-history_date", "-history_id").first().history_change_reason


def events(thing) -> list[str]:
    return list(Event.objects.filter(thing_id=thing.pk).order_by("id").values_list("name", flat=True))


# consultation
def test_each_originator_is_asked_once_by_a_letter_without_names(cast):
    cast.hear()
    Notice.objects.all().delete()
    request = cast.consulted()
    asked = list(Consultation.objects.order_by("agency__name").values_list("agency__name", "is_hidden", "due_on"))
    assert asked == [("Aberwenlli Homes", True, TODAY() + 7 * DAY), ("Wenlli Health", True, TODAY() + 7 * DAY)]
    assert sorted(Notice.objects.values_list("address", flat=True)) == sorted(
        [cast.housing_officer.email, cast.health_officer.email]
    )
    told = Event.objects.filter(name="consultation.asked")
    assert sorted(r["name"] for event in told for r in event.recipients) == ["Lleucu Liaison", "Lowri Liaison"]
    run(request)
    assert Consultation.objects.count() == 2


def answer(cast, by, **more):
    consultation = Consultation.objects.to_answer(by).select_related("agency", "request").get()
    return consultations.answer_consultation(
        by=by, consultation=consultation, seen=consultation.version, **({"view": "agrees"} | more)
    )


def test_an_originator_answers_with_view_grounds_and_reasons(cast):
    cast.hear()
    cast.consulted()
    given = answer(cast, cast.health_officer, view="objects", exemptions=["E16"], reasons="It names her sister.")
    assert (given.view, given.exemptions, given.reasons) == ("objects", ["E16"], "It names her sister.")
    assert given.answered_by == cast.health_officer
    assert reason(given) == "consultation.answered"
    assert Event.objects.get(name="consultation.answered").detail == {"view": "objects", "grounds": ["E16"]}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"view": "objects", "reasons": "Harm."}, "exemptions"),
        ({"view": "objects", "exemptions": ["s40"], "reasons": "Harm."}, "exemptions"),  # not of this kind
        ({"view": "objects", "exemptions": ["E45"], "reasons": "Harm."}, "exemptions"),  # of the other regime
        ({"view": "itself"}, "reasons"),
        ({"view": "agrees"}, "view"),  # hidden from the handler: the agency answers for it itself
        ({"view": "limits", "exemptions": ["E16"], "reasons": "Part."}, "view"),
    ],
)
def test_what_an_originator_must_say(cast, typed, field):
    cast.hear()
    cast.consulted()
    with pytest.raises(ValidationError) as refusal:
        answer(cast, cast.health_officer, **typed)
    assert list(refusal.value.message_dict) == [field]


def test_only_the_originators_officer_answers(cast):
    cast.hear()
    cast.consulted()
    hers = Consultation.objects.to_answer(cast.health_officer).select_related("agency", "request").get()
    for other in (cast.housing_officer, cast.handler, cast.world.health):
        with pytest.raises(PermissionDenied):
            consultations.answer_consultation(by=other, consultation=hers, seen=1, view="nothing", reasons="No.")


def test_agencies_are_reminded_once_a_day(cast):
    cast.hear()
    cast.consulted()
    Notice.objects.all().delete()
    due = timezone.now() + 7 * DAY
    assert consultations.remind_of_consultations() == 0
    assert consultations.remind_of_consultations(now=due) == 2
    assert Notice.objects.count() == 2
    assert consultations.remind_of_consultations(now=due) == 0


# the answer
@pytest.fixture
def drafted(cast):
    """Housing's officer handles it and sees what housing said; health agreed to what the handler sees of it."""
    cast.hear()
    request = cast.consulted(by=cast.housing_officer)
    colleague = cast.officer("Cai Colleague", cast.world.housing_agency)
    verbs.name_member(by=cast.housing_officer, request=request, member=colleague)
    draft = answers.save_answer(by=cast.housing_officer, request=request, kind="information", words="Here it is.")
    mine = MatchedItem.objects.of_request(cast.housing_officer)
    item, referral = mine.get(entry__isnull=False), mine.get(entry__isnull=True)
    answers.redact(
        by=cast.housing_officer,
        answer=answer_row(draft),
        item=referral,
        outcome="withheld",
        exemptions=["E02"],
        reasons="A risk.",
    )
    cast.colleague, cast.item, cast.draft, cast.request = colleague, item, answer_row(draft), request
    return cast


def answer_row(found) -> Answer:
    rows = Answer.objects.with_key().select_related("request__key", "request__handler", "request__received_by")
    return rows.get(pk=found.pk)


def give(cast, outcome="whole", **more):
    return answers.redact(by=cast.housing_officer, answer=cast.draft, item=cast.item, outcome=outcome, **more)


@pytest.mark.parametrize("page", ["outside", "draft_answer", "redact_item", "check_answer"])
def test_grounds_are_read_in_words_and_one_out_of_force_keeps_its_own(drafted, as_member, page):
    cast = drafted
    theirs = answer(cast, cast.health_officer, view="objects", exemptions=["E02", "E16"], reasons="A part.")
    Consultation.objects.filter(pk=theirs.pk).update(is_hidden=False)
    give(cast, "part", words="Arrears.", exemptions=["E16"], reasons="The rest is about a neighbour.")
    if page in ("outside", "redact_item"):
        MatchedItem.objects.filter(pk=cast.item.pk).update(consultation=theirs)
    LegalBasis.objects.filter(code="E02").update(in_force=False)
    if page == "check_answer":
        answers.offer(by=cast.housing_officer, answer=cast.draft)
    ids = [cast.request.pk, cast.item.pk] if page == "redact_item" else [cast.request.pk]
    client = as_member(cast.colleague if page == "check_answer" else cast.housing_officer)
    content = client.get(reverse(f"disclosures:{page}", args=ids)).content.decode()
    words = [f"{row.code}: {row.label} ({row.citation})" for row in LegalBasis.objects.filter(code__in=["E02", "E16"])]
    assert [text for text in words if escape(text) not in content] == []
    assert "(E" not in content
    assert problems(content) == []


def test_an_answer_goes_its_way(drafted):
    cast = drafted
    give(cast, "part", words="Arrears.", exemptions=["E16"], reasons="The rest is about a neighbour.")
    answers.offer(by=cast.housing_officer, answer=cast.draft)
    assert fresh(cast.request).state == "check"
    assert list(Notice.objects.order_by("created_at").values_list("address", flat=True))[-1] == cast.colleague.email
    paper = answers.pass_check(by=cast.colleague, answer=answer_row(cast.draft))
    make_answer.func(str(paper.pk))
    paper = AnswerPaper.objects.visible_to(cast.housing_officer).get()
    assert paper.state == "ready"
    assert answers.read_paper(by=cast.housing_officer, paper=paper)[:5] == b"%PDF-"
    answers.send(by=cast.housing_officer, answer=answer_row(cast.draft), method="post")
    request = fresh(cast.request)
    assert (request.state, request.due_on) == ("sent", None)
    verbs.close_request(by=cast.housing_officer, request=request, ending="answered")
    assert fresh(request).state == "closed"
    assert events(cast.draft) == [
        "answer.drafted",
        "answer.drafted",
        "answer.drafted",
        "answer.offered",
        "answer.checked",
        "answer.sent",
    ]


def test_the_second_person_is_another_and_named(drafted):
    cast = drafted
    give(cast)
    answers.offer(by=cast.housing_officer, answer=cast.draft)
    for wrong in (cast.housing_officer, cast.world.housing):
        with pytest.raises(PermissionDenied):
            answers.pass_check(by=wrong, answer=answer_row(cast.draft))
    row = answer_row(cast.draft)
    row.checked_at, row.checked_by = timezone.now(), row.drafted_by
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_who_does_not_see_everything_does_not_check_it(drafted):
    cast = drafted
    give(cast)
    verbs.name_member(by=cast.housing_officer, request=fresh(cast.request), member=cast.second)
    answers.offer(by=cast.housing_officer, answer=answer_row(cast.draft))
    with pytest.raises(ValidationError):
        answers.pass_check(by=cast.second, answer=answer_row(cast.draft))


def test_an_answer_comes_back_and_goes_again(drafted):
    cast = drafted
    give(cast)
    answers.offer(by=cast.housing_officer, answer=cast.draft)
    answers.send_back(by=cast.colleague, answer=answer_row(cast.draft), words="Leave out the month.")
    assert fresh(cast.request).state == "draft"
    again = answers.open_answer(cast.request)
    assert (again.number, again.words) == (2, "Here it is.")
    assert [row.outcome for row in Redaction.objects.filter(answer=again).order_by("outcome")] == [
        "whole",
        "withheld",
    ]
    assert answer_row(cast.draft).returned_words == "Leave out the month."


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"outcome": "part", "exemptions": ["E16"], "reasons": "Harm."}, "words"),
        ({"outcome": "part", "words": "Arrears.", "reasons": "Harm."}, "exemptions"),
        ({"outcome": "withheld", "exemptions": ["E16"]}, "reasons"),
        ({"outcome": "withheld", "exemptions": ["s31"], "reasons": "Harm."}, "exemptions"),
        ({"outcome": "part", "words": "Said at the MARAC.", "exemptions": ["E16"], "reasons": "Harm."}, "words"),
        ({"outcome": "part", "words": "See AB-2026-0001.", "exemptions": ["E16"], "reasons": "Harm."}, "words"),
        ({"outcome": "burnt"}, "outcome"),
    ],
)
def test_what_a_redaction_must_say(drafted, typed, field):
    with pytest.raises(ValidationError) as refusal:
        give(drafted, **typed)
    assert list(refusal.value.message_dict) == [field]


def test_nothing_goes_to_the_check_with_gaps(drafted):
    with pytest.raises(ValidationError) as refusal:
        answers.offer(by=drafted.housing_officer, answer=drafted.draft)
    assert refusal.value.messages == ["Say of every item what becomes of it."]
    give(drafted)
    answers.save_answer(
        by=drafted.housing_officer, request=fresh(drafted.request), kind="information", words="From the MARAC."
    )
    with pytest.raises(ValidationError) as refusal:
        answers.offer(by=drafted.housing_officer, answer=answer_row(drafted.draft))
    assert len(refusal.value.messages) == 1
    assert "MARAC" in refusal.value.messages[0]


def test_what_another_agency_said_leaves_only_as_it_agreed(cast):
    case = cast.hear()
    w = cast.world
    meeting = entries(case)["Wenlli Health"].listing.item.meeting
    w.involve(case, w.housing_agency, member=cast.housing_officer, stage="meeting")
    request = cast.consulted(by=cast.housing_officer)
    assert meeting.items.count() == 1
    items = {i.agency.name: i for i in MatchedItem.objects.of_request(cast.housing_officer).filter(entry__isnull=False)}
    assert set(items) == {"Aberwenlli Homes", "Wenlli Health"}
    draft = answer_row(answers.save_answer(by=cast.housing_officer, request=request, kind="information"))
    hers = items["Wenlli Health"]

    def may(outcome):
        item = MatchedItem.objects.of_request(cast.housing_officer).select_related("consultation").get(pk=hers.pk)
        grounds = {"words": "Seen.", "exemptions": ["E16"], "reasons": "A part."} if outcome == "part" else {}
        try:
            answers.redact(by=cast.housing_officer, answer=draft, item=item, outcome=outcome, **grounds)
        except ValidationError:
            return False
        return True

    assert (may("whole"), may("part")) == (False, False)  # no answer is no agreement
    given = answer(cast, cast.health_officer, view="limits", exemptions=["E16"], reasons="Not the day.")
    assert given.is_hidden is False
    assert (may("whole"), may("part")) == (False, True)
    Consultation.objects.filter(pk=given.pk).update(view="agrees")
    assert (may("whole"), may("part")) == (True, True)
    Consultation.objects.filter(pk=given.pk).update(view="objects")
    assert (may("whole"), may("part")) == (False, False)


def test_an_internal_review_answers_anew(drafted):
    cast = drafted
    give(cast)
    answers.offer(by=cast.housing_officer, answer=cast.draft)
    paper = answers.pass_check(by=cast.colleague, answer=answer_row(cast.draft))
    make_answer.func(str(paper.pk))
    answers.send(by=cast.housing_officer, answer=answer_row(cast.draft), method="post")
    request = fresh(cast.request)
    verbs.ask_review(by=cast.housing_officer, request=request, asked_on=TODAY())
    again = answers.answer_anew(by=cast.housing_officer, request=request, found="A day was missed.")
    assert (fresh(request).state, again.number, fresh(request).review_words) == ("draft", 2, "A day was missed.")


def test_an_answer_with_a_confidential_address_is_looked_at_by_who_checks_it(
    drafted, as_member, django_assert_num_queries
):
    cast = drafted
    hide(cast.item.case)
    give(cast, "part", words="Arrears at 12 Lôn Ddychmygol.", exemptions=["E16"], reasons="The rest is another’s.")
    answers.offer(by=cast.housing_officer, answer=cast.draft)
    client, url = as_member(cast.colleague), reverse("disclosures:check_answer", args=[cast.request.pk])
    page = client.get(url).content.decode()
    assert problems(page) == []
    assert 'name="address_seen"' in page
    refused = client.post(url, {"do": "pass"})
    assert (refused.status_code, refused.context["form"].errors) == (
        422,
        {"address_seen": ["Look at the confidential address, and say that it may go."]},
    )
    assert answer_row(cast.draft).checked_at is None
    assert client.post(url, {"do": "pass", "address_seen": "on"}).status_code == 302
    row = answer_row(cast.draft)
    assert (row.address_seen_at is not None, row.checked_by) == (True, cast.colleague)
    row.kind = "neither"
    with django_assert_num_queries(0):
        assert is_in_answer(cast.colleague, row) is False
