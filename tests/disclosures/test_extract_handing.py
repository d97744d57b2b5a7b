"""An extract read over by its maker, tested by another, handed over, opened, recalled."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.models import StaleVersion
from disclosures.models import Extract, ExtractHanding, ExtractText
from disclosures.owed_extracts import recalled
from disclosures.rules import extracting as rules
from disclosures.workflow import extract as verbs
from tests.audit.ledger import recorded
from tests.disclosures.extracting import (
    NO_TO_ALL,
    Stage,
    ask,
    business_of,
    case_of,
    handed,
    passed,
    settle,
)
from tests.world import make_agency


@pytest.fixture
def case(world):
    return case_of(world)


@pytest.fixture
def maker(world):
    """The housing agency's liaison officer, whose agency is asked about the case."""
    return world.liaison_officer


@pytest.fixture
def tester(world):
    return world.coordinator


@pytest.fixture
def business(world):
    return business_of(world)


# reading over and testing -----------------------------------------------------------------------------------------
def test_words_that_still_name_somebody_need_a_second_look(world, case, maker):
    extract = ask(world, maker, case)
    text = ExtractText.objects.with_key().select_related("extract").get(extract=extract)
    text.extract = extract
    with pytest.raises(ValidationError) as refusal:
        verbs.settle_text(by=maker, text=text, words="Mair called.", left_out=False, sure=False, seen=text.version)
    assert list(refusal.value.message_dict) == ["words"]
    verbs.settle_text(by=maker, text=text, words="She called.", left_out=False, sure=False, seen=text.version)
    assert text.settled_at


def test_two_writers_of_one_text(world, case, maker):
    extract = ask(world, maker, case)
    text = ExtractText.objects.with_key().get(extract=extract)
    other = ExtractText.objects.with_key().get(extract=extract)
    text.extract = other.extract = extract
    seen = text.version
    verbs.settle_text(by=maker, text=text, words="She called.", left_out=False, sure=True, seen=seen)
    with pytest.raises(StaleVersion):
        verbs.settle_text(by=maker, text=other, words="He called.", left_out=False, sure=True, seen=seen)


def test_it_is_not_confirmed_before_every_text_is_settled(world, case, maker):
    extract = ask(world, maker, case)
    with pytest.raises(ValidationError) as refusal:
        verbs.confirm_extract(by=maker, extract=extract, seen=extract.version)
    assert refusal.value.messages == ["Settle every text first: 1 are left."]


def test_only_its_maker_reads_it_over(world, case, maker, tester):
    extract = ask(world, maker, case)
    with pytest.raises(PermissionDenied):
        verbs.confirm_extract(by=tester, extract=extract, seen=extract.version)


def test_the_maker_does_not_test(world, case, maker):
    extract = ask(world, maker, case)
    settle(extract, maker)
    verbs.confirm_extract(by=maker, extract=extract, seen=extract.version)
    with pytest.raises(PermissionDenied):
        verbs.test_extract(
            by=maker, extract=extract, answers=NO_TO_ALL, words="Fine.", passed=True, seen=extract.version
        )


def test_the_database_knows_that_two_people_test(world, case, maker):
    extract = ask(world, maker, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extract.objects.filter(pk=extract.pk).update(tested_by=maker, tested_at=timezone.now())


@pytest.mark.parametrize(
    ("answers", "words", "field"),
    [
        ({**NO_TO_ALL, "rare": ""}, "Searched.", "rare"),
        ({**NO_TO_ALL, "rare": "yes"}, "Searched.", "passed"),
        (NO_TO_ALL, "  ", "words"),
    ],
)
def test_a_test_that_cannot_pass(world, case, maker, tester, answers, words, field):
    extract = ask(world, maker, case)
    settle(extract, maker)
    verbs.confirm_extract(by=maker, extract=extract, seen=extract.version)
    with pytest.raises(ValidationError) as refusal:
        verbs.test_extract(by=tester, extract=extract, answers=answers, words=words, passed=True, seen=extract.version)
    assert list(refusal.value.message_dict) == [field]


def test_what_does_not_pass_is_handed_to_nobody(world, case, maker, tester, business):
    extract = ask(world, maker, case)
    settle(extract, maker)
    verbs.confirm_extract(by=maker, extract=extract, seen=extract.version)
    verbs.test_extract(
        by=tester, extract=extract, answers={**NO_TO_ALL, "texts": "yes"}, words="A street.", passed=False,
        seen=extract.version,
    )  # fmt: skip
    assert (extract.stage, recorded("extract.tested")[-1].detail["passed"]) == (Stage.REJECTED, False)
    with pytest.raises(PermissionDenied):
        verbs.hand_over(by=maker, extract=extract, agencies=[business])


# handing over -------------------------------------------------------------------------------------------------------
def test_a_tier_two_signatory_opens_it_after_its_undertaking_and_nothing_else(
    world, case, maker, tester, business, as_member
):
    handing = handed(world, maker, tester, case, business)
    event = recorded("extract.handed")[-1]
    assert [recipient["name"] for recipient in event.recipients] == ["Wenlli Chamber"]
    member, page = as_member(business.member), reverse("disclosures:handing", args=[handing.pk])
    assert b"35\xe2\x80\x9344" not in member.get(page).content
    assert member.get(reverse("disclosures:handing_csv", args=[handing.pk])).status_code == 403
    assert member.post(reverse("disclosures:undertake", args=[handing.pk])).status_code == 302
    assert b"35\xe2\x80\x9344" in member.get(page).content
    assert member.get(reverse("disclosures:extract", args=[handing.extract_id])).status_code == 403
    assert member.get(reverse("cases:case", args=[case.pk])).status_code == 404


def test_the_table_as_a_file(world, case, maker, tester, business, as_member):
    handing = handed(world, maker, tester, case, business)
    verbs.undertake(by=business.member, handing=handing)
    answer = as_member(business.member).get(reverse("disclosures:handing_csv", args=[handing.pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Case", "Person", "Part", "Gender", "Age", "Area", "Received", "Repeat"]
    assert [row[2] for row in rows[1:]] == ["Victim", "Alleged perpetrator", "Child"]


def test_an_agency_that_left_the_protocol_does_not_open_it(world, case, maker, tester, business):
    handing = handed(world, maker, tester, case, business)
    business.signatures.update(until=timezone.now())
    assert not ExtractHanding.objects.visible_to(business.member).filter(pk=handing.pk).exists()


def test_an_agency_that_left_confirms_what_was_recalled_and_opens_nothing(
    world, case, maker, tester, business, as_member
):
    handing = handed(world, maker, tester, case, business)
    verbs.undertake(by=business.member, handing=handing)
    verbs.recall_extract(by=tester, extract=handing.extract, because="wrong", seen=handing.extract.version)
    business.signatures.update(until=timezone.now())
    leaver = as_member(business.member)
    page, done, table = (
        reverse(f"disclosures:{name}", args=[handing.pk]) for name in ("handing", "see_recall", "handing_csv")
    )
    owed = [(row.what, row.count) for row in recalled(business.member)]
    assert owed == [("Recalled extract to destroy", 1)]
    assert recalled(world.health)[0].count == 0
    assert leaver.get(table).status_code == 404
    shown = leaver.get(page).context
    assert (shown["handing"], shown["facts"]) == (handing, None)
    listed = leaver.get(reverse("disclosures:extracts")).context["received"]
    assert [row.pk for row in listed] == [handing.pk]
    assert leaver.post(done).url == reverse("disclosures:extracts")
    handing.refresh_from_db()
    assert (handing.recall_seen_by, recorded("extract.destroyed")[-1].thing_id) == (business.member, handing.pk)
    assert [leaver.get(page).status_code, leaver.post(done).status_code] == [404, 404]


def test_it_is_handed_to_signatories_alone_and_to_each_once(world, case, maker, tester, business):
    extract = passed(world, maker, tester, case)
    stranger = make_agency(world.partnership, "No Signatory", "other", signatory=False)
    with pytest.raises(ValidationError) as refusal:
        verbs.hand_over(by=maker, extract=extract, agencies=[business, stranger])
    assert refusal.value.message_dict == {"agencies": ["No Signatory is not a signatory of the protocol now."]}
    assert len(verbs.hand_over(by=maker, extract=extract, agencies=[business])) == 1
    assert verbs.hand_over(by=maker, extract=extract, agencies=[business]) == []


def test_a_report_recalls_it_from_everyone(world, case, maker, tester, business):
    handing = handed(world, maker, tester, case, business)
    verbs.undertake(by=business.member, handing=handing)
    report = verbs.report_reidentification(by=business.member, handing=handing, words="By the rare event.")
    again = ExtractHanding.objects.select_related("extract__key").get(pk=handing.pk)
    assert (again.extract.stage, again.extract.recalled_because) == (Stage.RECALLED, "reidentified")
    assert not rules.is_open_to(again)
    assert report.words == "By the rare event."
    verbs.see_recall(by=business.member, handing=again)
    assert recorded("extract.destroyed")[-1].thing_id == handing.pk


def test_another_agency_undertakes_nothing(world, case, maker, tester, business):
    handing = handed(world, maker, tester, case, business)
    for verb in (verbs.undertake, verbs.see_recall):
        with pytest.raises(PermissionDenied):
            verb(by=world.health, handing=handing)
