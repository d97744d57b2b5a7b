"""The papers: the blank form, one consent as it was recorded, the forms of many to renew; who may take them out."""

import io
import re

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audit.models import Event
from cases.models import Party
from consent.documents import blank, facts_of, record_facts
from consent.models import Consent, ConsentPaper
from consent.workflow import printing
from consent.workflow.asking import request_consent
from consent.workflow.deciding import record_given
from consent.workflow.printing import ask_record, ask_renewals, print_consents, take_paper
from tests.consent.asking import make_consent, make_form, prepared, sign
from tests.valid_html import assert_valid

MONTHS = ("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin")
MONTHS += ("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr")


@pytest.fixture
def case(world, asking):
    make_form()
    return world.make_case(asked=[world.health_agency, world.housing_agency])


def made(paper) -> ConsentPaper:
    print_consents.func(str(paper.pk))
    return ConsentPaper.objects.with_key().get(pk=paper.pk)


def is_accessible(content: bytes, language="en-GB") -> bool:
    """Whether it says of itself that it is PDF/UA-1, is in the language, has a title and a structure."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        metadata = opened.open_metadata()
        return (
            metadata.get("pdfuaid:part") == "1"
            and str(opened.Root.Lang) == language
            and bool(metadata.get("dc:title"))
            and "/StructTreeRoot" in opened.Root
        )


def figures(content: bytes) -> list[str]:
    """What the pictures of a paper are called, for who cannot see them."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        return [
            str(each.get("/Alt"))
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]


def test_a_drawn_signature_is_printed_and_the_paper_is_accessible(world, case):
    consent = request_consent(by=world.health, case=case, party=case.parties.get(capacity="victim"))
    consent = sign(world, prepared(world, consent), "worker")
    consent = sign(world, consent, "person", method="drawn", strokes=[[[10, 20], [60, 80]], [[5, 5]]])
    consent = record_given(by=world.health, consent=consent, seen=consent.version)
    paper = made(ask_record(by=world.health, consent=consent))
    facts = facts_of(paper)
    assert [(each["whose"], each["path"]) for each in facts["signatures"]] == [
        ("The person", "M10 20L60 80M5 5L5 5"),
        ("The worker", ""),
    ]
    assert (facts["person"], facts["state"]) == ("Mair O’Gwynedd", "Given")
    assert paper.state == "ready"
    content = take_paper(by=world.health, paper=paper)
    assert (is_accessible(content), figures(content)) == (True, ["Drawn signature"])
    assert Event.objects.filter(name="consent_paper.exported").get().detail == {"kind": "record", "version": 1}


KNOWN = {"able_words": "She says it in her own words.", "interpreter": True, "language": "Polish"}


def test_the_record_says_who_it_is_and_how_it_is_known_that_they_can_decide(world, case):
    """Mental Capacity Act 2005 ss.1-4: capacity is about this decision, and how it was known stands with it."""
    facts = record_facts(Consent.objects.with_key().with_whole().get(pk=make_consent(world, case, **KNOWN).pk))
    names = ("person", "born", "able", "able_words", "interpreter", "language")
    assert {name: facts[name] for name in names} == {
        "person": "Mair O’Gwynedd",
        "born": "7 March 1990",
        "able": "Yes",
        "able_words": "She says it in her own words.",
        "interpreter": "Yes",
        "language": "Polish",
    }


@pytest.mark.parametrize(("interpreter", "said"), [(None, ""), (False, "No")])
def test_an_interpreter_is_said_as_it_was_answered(world, case, interpreter, said):
    consent = make_consent(world, case, interpreter=interpreter, language="Polish")
    facts = record_facts(Consent.objects.with_key().with_whole().get(pk=consent.pk))
    assert (facts["interpreter"], facts["language"]) == (said, "")


def test_the_page_says_the_same_once_it_is_decided(world, case, as_member):
    page = as_member(world.health).get(reverse("consent:consent", args=[make_consent(world, case, **KNOWN).pk]))
    assert_valid(page.content.decode())
    rows = dict(re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page.content.decode(), re.S))
    wanted = ("Date of birth", "Able to decide this", "Interpreter")
    assert {name: " ".join(re.sub("<[^>]*>", " ", rows[name]).split()) for name in wanted} == {
        "Date of birth": "7 March 1990",
        "Able to decide this": "Yes She says it in her own words.",
        "Interpreter": "Yes: Polish",
    }


def test_the_forms_to_renew_are_one_file_with_the_agencies_named_and_no_answer(world, case):
    first = make_consent(world, case, days_ago=350)
    make_consent(world, world.make_case(asked=[world.health_agency]), days_ago=345)
    make_consent(world, case, by=world.housing, days_ago=350)
    paper = made(ask_renewals(by=world.health)[0])
    facts = facts_of(paper)
    assert [form["sides"] for form in facts["forms"]] == 2 * [
        [
            {"label": "May give", "names": ["Wenlli Health"]},
            {"label": "May receive", "names": ["Aberwenlli Homes", "Wenlli Police"]},
        ]
    ]
    assert facts["forms"][0]["reference"] == first.case.reference
    assert [(form["person"], form["born"]) for form in facts["forms"]] == 2 * [("Mair O’Gwynedd", "7 March 1990")]
    assert "answers" not in facts["forms"][0]
    assert (paper.state, paper.pages > 1, paper.key_id == first.key_id) == ("ready", True, False)
    assert is_accessible(take_paper(by=world.health, paper=paper))


def test_each_paper_is_in_the_language_of_its_form(world, case):
    welsh = make_form(language="cy")
    consent = make_consent(world, case, days_ago=350, form=welsh)
    record, forms = made(ask_record(by=world.health, consent=consent)), made(ask_renewals(by=world.health)[0])
    assert is_accessible(take_paper(by=world.health, paper=record), "cy")
    assert is_accessible(take_paper(by=world.health, paper=forms), "cy")
    assert is_accessible(blank(welsh), "cy")
    newer = make_form(language="cy", number=2)
    make_consent(world, case, days_ago=349, form=make_form(number=2))
    facts = facts_of(ask_renewals(by=world.health)[0])
    assert [(form["tag"], form["number"]) for form in facts["forms"]] == [("cy", newer.number), ("en-GB", 2)]
    day = facts["forms"][0]["until"]
    assert day == f"{consent.ends_on.day} {MONTHS[consent.ends_on.month - 1]} {consent.ends_on.year}"
    mixed = made(ask_renewals(by=world.health)[0])
    assert is_accessible(take_paper(by=world.health, paper=mixed))


def test_many_are_cut_into_files_that_are_made_one_by_one(world, case, monkeypatch):
    monkeypatch.setattr(printing, "MOST", 2)
    for days in (352, 351, 350):
        make_consent(world, case, days_ago=days)
    papers = ask_renewals(by=world.health)
    assert [(paper.number, paper.consents.count()) for paper in papers] == [(1, 2), (2, 1)]
    assert ask_renewals(by=world.health) == papers
    assert [paper.state for paper in map(made, papers)] == ["ready", "ready"]


def test_it_is_asked_for_once_while_it_is_being_made(world, case):
    consent = make_consent(world, case, days_ago=350)
    assert ask_record(by=world.health, consent=consent) == ask_record(by=world.health, consent=consent)
    assert ask_renewals(by=world.health) == ask_renewals(by=world.health)
    assert made(ask_record(by=world.health, consent=consent)).number == 1
    assert ask_record(by=world.health, consent=consent).number == 2


def test_nothing_due_is_nothing_to_print(world, case):
    make_consent(world, case)
    with pytest.raises(ValidationError) as refusal:
        ask_renewals(by=world.health)
    assert refusal.value.messages == ["No consent is due for review."]


def test_nobody_who_has_died_is_asked_again(world, case):
    make_consent(world, case, days_ago=350)
    Party.objects.update(deceased=True)
    with pytest.raises(ValidationError, match="No consent is due"):
        ask_renewals(by=world.health)


def test_a_paper_is_not_made_for_who_was_barred_meanwhile(world, case):
    paper = ask_record(by=world.health, consent=make_consent(world, case))
    world.bar(case=case, agency=world.health_agency)
    with pytest.raises(PermissionDenied):
        made(paper)
    assert ConsentPaper.objects.get().state == "failed"


def test_the_blank_form_is_about_nobody(world, case, as_member):
    content = blank(make_form(number=2))
    assert is_accessible(content)
    answer = as_member(world.health).get(reverse("consent:blank", args=[make_form(number=3).pk]))
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'inline; filename="consent-form-marac-3-en.pdf"',
    )


def test_the_file_names_nobody(world, case, as_member):
    paper = made(ask_record(by=world.health, consent=make_consent(world, case)))
    answer = as_member(world.health).get(reverse("consent:paper", args=[paper.pk]))
    assert re.fullmatch(r'inline; filename="consent-[0-9a-f-]{36}\.pdf"', answer["Content-Disposition"])
    assert as_member(world.housing).get(reverse("consent:paper", args=[paper.pk])).status_code == 404
