"""An extract from the question to the recall: who may, what is in it, what never is."""

import csv
import datetime
import io
import json

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.models import StaleVersion
from disclosures import documents_of_extracts as documents
from disclosures.models import Extract, ExtractHanding, ExtractText, PropertyCount
from disclosures.owed_extracts import recalled
from disclosures.rules import extracting as rules
from disclosures.workflow import extract as verbs
from disclosures.workflow.extract_paper import press, print_extract
from disclosures.workflow.gathering import gather_extract, recover_extracts
from partnership.models import Signatory
from partnership.roles import Role
from tests.audit.ledger import recorded
from tests.valid_html import problems as html_problems
from tests.world import make_agency, make_member

Stage, Scope, Profile = Extract.Stage, Extract.Scope, Extract.Profile
NO_TO_ALL = dict.fromkeys(rules.QUESTIONS, "no")
PLANTED = ("Mair", "Gwynedd", "Prydderch", "Huw", "Ddychmygol", "7XX", "900123", "1990", "AB-2026", "R-0")


@pytest.fixture
def case(world):
    case = world.make_case(asked=[world.housing_agency, world.health_agency], children=[("Non", "O’Gwynedd")])
    listing = world.list_case(world.make_meeting(), case).listing
    said = "Mair said that Huw Prydderch rings from 07700 900123."
    world.make_entry(listing, world.housing_agency, world.housing, text=said)
    world.make_entry(listing, world.health_agency, world.health, text="Mair O’Gwynedd was seen on 7 March 2026.")
    return case


@pytest.fixture
def maker(world):
    """The housing agency's liaison officer, whose agency is asked about the case."""
    return world.liaison_officer


@pytest.fixture
def tester(world):
    return world.coordinator


@pytest.fixture
def business(world):
    """A tier-2 signatory with a representative."""
    agency = make_agency(world.partnership, "Wenlli Chamber", "other", signatory=False)
    Signatory.objects.create(agency=agency, tier=2, since=timezone.now() - datetime.timedelta(days=9))
    agency.member = make_member("Bryn Business", agency, Role.REPRESENTATIVE, panel=world.panel)
    return agency


def fresh(extract) -> Extract:
    return (
        Extract.objects.with_key()
        .select_related("panel", "asked_by__agency", "agency", "tested_by__agency")
        .get(pk=extract.pk)
    )


def ask(world, by, case=None, *, profile=Profile.OPERATIONAL, scope=Scope.CASE, **more) -> Extract:
    extract = verbs.ask_extract(
        by=by, panel=world.panel, profile=profile, scope=scope, case=case, purpose="Where repeats happen.", **more
    )
    gather_extract.func(str(extract.pk))
    return fresh(extract)


def settle(extract, by, words=None):
    for text in ExtractText.objects.with_key().filter(extract=extract).select_related("extract__key"):
        text.extract = extract
        verbs.settle_text(by=by, text=text, words=words or text.words, left_out=False, sure=True, seen=text.version)


def passed(world, maker, tester, case) -> Extract:
    extract = ask(world, maker, case)
    settle(extract, maker)
    verbs.confirm_extract(by=maker, extract=extract, seen=extract.version)
    verbs.test_extract(
        by=tester, extract=extract, answers=NO_TO_ALL, words="Searched.", passed=True, seen=extract.version
    )
    print_extract.func(str(extract.paper.pk))
    return fresh(extract)


def handed(world, maker, tester, case, agency) -> ExtractHanding:
    extract = passed(world, maker, tester, case)
    (handing,) = verbs.hand_over(by=maker, extract=extract, agencies=[agency])
    return ExtractHanding.objects.select_related("extract__key", "agency").get(pk=handing.pk)


# gathering -----------------------------------------------------------------------------------------------------------
def test_a_case_becomes_codes_and_bands(world, case, maker):
    day = timezone.localdate()
    PropertyCount.objects.create(postcode="QZ4 7XX", properties=4, counted_on=day)
    extract = ask(world, maker, case)
    assert extract.stage == Stage.READING
    assert [(row["part"], row["age"], row["area"], row["received"]) for row in extract.content["rows"]] == [
        ("victim", "35–44", "QZ4 7XX", f"{day:%Y-%m}"),
        ("perpetrator", "35–44", "QZ4 7XX", f"{day:%Y-%m}"),
        ("child", "35–44", "QZ4 7XX", f"{day:%Y-%m}"),
    ]
    assert extract.history.first().history_change_reason == "gathered"
    event = recorded("extract.gathered")[-1]
    assert event.detail == {"profile": "operational", "scope": "case", "cases": 1}


def test_without_a_count_only_the_outward_code_is_named(world, case, maker):
    assert {row["area"] for row in ask(world, maker, case).content["rows"]} == {"QZ4"}


def test_a_confidential_address_names_no_area(world, case, maker):
    for party in case.parties.select_related("key"):
        party.address_confidential = True
        party.save()
    assert {row["area"] for row in ask(world, maker, case).content["rows"]} == {""}


def test_texts_are_the_own_agencys_alone_and_without_names(world, case, maker):
    extract = ask(world, maker, case)
    (text,) = ExtractText.objects.with_key().filter(extract=extract)
    assert text.words == "[victim] said that [perpetrator] rings from [number]."


def test_nothing_planted_comes_out_anywhere(world, case, maker, tester):
    extract = passed(world, maker, tester, case)
    facts = documents.facts_of(extract)
    whole = json.dumps(facts, ensure_ascii=False) + documents.as_csv(extract) + json.dumps(extract.content)
    assert [word for word in PLANTED if word in whole.replace(extract.number, "")] == []


def test_the_pdf_names_nobody_and_is_stamped(world, case, maker, tester, as_member):
    extract = passed(world, maker, tester, case)
    answer = as_member(maker).get(reverse("disclosures:extract_pdf", args=[extract.pk]))
    with pikepdf.open(io.BytesIO(answer.content)) as opened:
        assert opened.Root.MarkInfo.Marked
    assert answer["Content-Disposition"] == f'attachment; filename="extract-{extract.pk.hex[:8]}.pdf"'
    assert recorded("extract.exported")[-1].detail == {"profile": "operational", "scope": "case", "file": "pdf"}


def test_many_cases_for_the_public_are_counts_alone(world, maker, tester):
    for _number in range(6):
        world.make_case(asked=[world.housing_agency])
    today = timezone.localdate()
    extract = ask(world, maker, profile=Profile.PUBLIC, scope=Scope.CASES, from_on=today, to_on=today)
    assert sorted(extract.content) == ["left_out", "tables"]
    table = extract.content["tables"][0]
    assert (table["name"], table["cells"][-1][-1]) == ("age_gender", 6)
    assert extract.case_count == 6


def test_fewer_than_five_cases_give_no_table(world, case, maker):
    today = timezone.localdate()
    extract = ask(world, maker, profile=Profile.PUBLIC, scope=Scope.CASES, from_on=today, to_on=today)
    assert extract.content == {"tables": [], "left_out": ["age_gender", "area_repeat", "ethnicity_children"]}


def test_a_case_out_of_the_makers_sight_is_not_counted(world, case, maker):
    world.make_case(asked=[world.health_agency])
    today = timezone.localdate()
    assert ask(world, maker, scope=Scope.CASES, from_on=today, to_on=today).case_count == 1


def test_chosen_entries_alone(world, case, maker):
    listing = case.listings.get()
    chosen = world.make_entry(listing, world.housing_agency, world.housing, text="The lock was changed.")
    extract = ask(world, maker, case, scope=Scope.ENTRIES, entries=[chosen])
    assert [text.words for text in ExtractText.objects.with_key().filter(extract=extract)] == ["The lock was changed."]


def test_another_agencys_entry_is_refused(world, case, maker):
    other = case.entries.get(agency=world.health_agency)
    with pytest.raises(PermissionDenied):
        ask(world, maker, case, scope=Scope.ENTRIES, entries=[other])


def test_a_maker_who_lost_the_role_gathers_nothing(world, case, maker):
    extract = verbs.ask_extract(
        by=maker, panel=world.panel, profile="operational", scope="case", case=case, purpose="For repeats."
    )
    maker.role_grants.update(until=timezone.now())
    with pytest.raises(PermissionDenied):
        gather_extract.func(str(extract.pk))
    assert fresh(extract).stage == Stage.FAILED


def test_what_a_stopped_worker_left_is_gathered_again(world, case, maker):
    extract = verbs.ask_extract(
        by=maker, panel=world.panel, profile="operational", scope="case", case=case, purpose="For repeats."
    )
    Extract.objects.filter(pk=extract.pk).update(
        stage="gathering", gathering_at=timezone.now() - datetime.timedelta(minutes=11), attempts=1
    )
    assert recover_extracts() == 1
    assert fresh(extract).stage == Stage.QUEUED
    gather_extract.func(str(extract.pk))
    assert fresh(extract).stage == Stage.READING


def test_what_stops_its_worker_three_times_has_failed(world, case, maker):
    extract = verbs.ask_extract(
        by=maker, panel=world.panel, profile="operational", scope="case", case=case, purpose="For repeats."
    )
    Extract.objects.filter(pk=extract.pk).update(
        stage="gathering", gathering_at=timezone.now() - datetime.timedelta(minutes=11), attempts=3
    )
    recover_extracts()
    assert fresh(extract).stage == Stage.FAILED


# who may ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("coordinator", True),
        ("liaison_officer", True),
        ("chair", False),
        ("housing", False),
        ("referrer", False),
        ("auditor", False),
        ("administrator", False),
    ],
)
def test_who_may_make_one(world, who, may):
    assert rules.may_make(getattr(world, who), world.panel) is may


def test_nobody_makes_one_of_a_case_out_of_sight(world, maker):
    hidden = world.make_case(asked=[world.health_agency])
    with pytest.raises(PermissionDenied):
        ask(world, maker, hidden)


def test_who_is_barred_from_one_of_its_cases_does_not_see_it(world, case, maker):
    extract = ask(world, maker, case)
    assert Extract.objects.visible_to(world.coordinator).filter(pk=extract.pk).exists()
    world.bar(member=world.coordinator, case=case)
    assert not Extract.objects.visible_to(world.coordinator).filter(pk=extract.pk).exists()


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


# pages ------------------------------------------------------------------------------------------------------------
def test_pages_of_every_stage_are_valid_and_say_what_is_next(world, case, maker, tester, business, as_member):
    client = as_member(maker)
    page = client.get(reverse("disclosures:new_case_extract", args=[case.pk]))
    assert html_problems(page.content.decode()) == []
    answer = client.post(
        reverse("disclosures:new_case_extract", args=[case.pk]),
        {"scope": "case", "profile": "operational", "purpose": "Where repeats happen."},
    )
    extract = Extract.objects.get()
    assert answer["Location"] == reverse("disclosures:extract", args=[extract.pk])
    for act in (
        lambda: None,
        lambda: gather_extract.func(str(extract.pk)),
        lambda: settle(fresh(extract), maker),
        lambda: verbs.confirm_extract(by=maker, extract=fresh(extract), seen=fresh(extract).version),
    ):
        act()
        for member in (maker, tester):
            page = as_member(member).get(reverse("disclosures:extract", args=[extract.pk]))
            assert (page.status_code, html_problems(page.content.decode())) == (200, [])


def test_a_refused_text_keeps_what_was_typed(world, case, maker, as_member):
    extract = ask(world, maker, case)
    text = extract.texts.get()
    answer = as_member(maker).post(
        reverse("disclosures:settle_text", args=[text.pk]),
        {f"text-{text.position}-words": "Mair rang twice.", f"text-{text.position}-version": 2},
    )
    assert answer.status_code == 422
    assert b"Mair rang twice." in answer.content
    assert html_problems(answer.content.decode()) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same(world, case, maker, as_member, django_assert_num_queries, rows):
    for _number in range(rows):
        ask(world, maker, case)
    client = as_member(maker)
    client.get(reverse("disclosures:extracts"))
    with django_assert_num_queries(6):
        client.get(reverse("disclosures:extracts"))


@pytest.mark.parametrize("data", [{}, {"panel": "nonsense", "profile": "both"}, {"from_on_day": "1"}])
def test_a_bad_question_is_answered_at_its_fields(world, maker, as_member, data):
    answer = as_member(maker).post(reverse("disclosures:new_extract"), data)
    assert answer.status_code == 422
    assert html_problems(answer.content.decode()) == []


def test_the_press_knows_its_papers(world, case, maker, tester):
    extract = passed(world, maker, tester, case)
    assert press.joined().get(extract=extract).state == "ready"
