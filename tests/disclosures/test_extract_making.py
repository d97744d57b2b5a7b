"""An extract as it is gathered: who may make one, what is in it, what never is."""

import datetime
import io
import json

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from disclosures import documents_of_extracts as documents
from disclosures.models import Extract, ExtractText, PropertyCount
from disclosures.rules import extracting as rules
from disclosures.workflow import extract as verbs
from disclosures.workflow.gathering import gather_extract, recover_extracts
from tests.audit.ledger import recorded
from tests.disclosures.extracting import Profile, Scope, Stage, ask, case_of, fresh, passed

PLANTED = ("Mair", "Gwynedd", "Prydderch", "Huw", "Ddychmygol", "7XX", "900123", "1990", "AB-2026", "R-0")


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
