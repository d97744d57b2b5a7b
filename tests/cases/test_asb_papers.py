"""What an ASB panel and a case review print and count: no reporter, nobody but the applicant, no small number."""

import csv
import datetime
import io
import subprocess

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from cases.models import Sheet, Step
from cases.models.access import Stage
from cases.owed_asb import recommendations
from cases.rules.review_counts import COUNTED, counts, published, years
from cases.workflow.reporter import name_reporter
from cases.workflow.track import open_track
from tests.cases.asb import accepted, decided, load_tools
from tests.cases.review import APPLIED, applied, complaint, letter, recommend, review_case, step
from tests.cases.test_asb_reporter import reporter
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    done = subprocess.run(["pdftotext", "-", "-"], input=response.content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_the_record_of_a_case_tells_its_course_and_decisions_and_no_reporter(world):
    load_tools()
    case = accepted(world)
    world.involve(case, world.health_agency, stage=Stage.MANAGING)
    name_reporter(by=world.coordinator, party=reporter(case), says="agrees", words="A witness is needed.")
    open_track(by=world.coordinator, case=case, kind="response", move="report", words="Named by two streets.")
    decided(world, case, "cpw")
    for member in (world.coordinator, world.health):
        printed = text_of(sign_in(Client(), member).get(reverse("cases:case_record", args=[case.pk])))
        there = (
            case.reference,
            "Gethin Llwynog",
            "Reporter A",
            "Community protection warning",
            "Named by two streets.",
        )
        assert [words for words in there if words not in printed] == []
        assert [words for words in ("Cymydog-Quirke", "Zebedeia") if words in printed] == []
    assert Event.objects.filter(name="record.exported", case_id=case.pk).count() == 2


def test_the_letter_names_the_applicant_alone_and_a_review_prints_it(world):
    case = review_case(world)
    sheet = letter(world, case)
    url = reverse("cases:review_letter", args=[sheet.pk])
    printed = text_of(sign_in(Client(), world.coordinator).get(url))
    there = ("Mair O’Gwynedd", "4 Lôn Ddychmygol", case.reference, "The noise was heard by two officers.")
    assert [words for words in there if words not in printed] == []
    assert [words for words in ("Huw", "Prydderch", world.coordinator.name) if words in printed] == []
    assert Event.objects.get(name="review_letter.exported").thing_id == sheet.pk
    assert sign_in(Client(), world.housing).get(url).status_code == 403


@pytest.mark.parametrize(("number", "expected"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5"), (61, "61")])
def test_a_small_number_is_not_published(number, expected):
    assert published(number) == expected


def reviewed(world):
    """Six applications of one year, one of the year before; two recommendations, one accepted, one refused."""
    case = review_case(world)
    track = applied(world, case)
    first = track.steps.with_key().get()
    for number in range(5):
        _repeat(first, APPLIED - datetime.timedelta(days=number))
    _repeat(first, datetime.date(2025, 12, 31))
    for code in ("acknowledge", "check"):
        step(world.coordinator, track, code, on=APPLIED)
    step(world.coordinator, track, "not_met", reason="few", words="One complaint.", on=APPLIED)
    for code, more in (
        ("accept", {"details": {"by_on": "2027-01-01"}}),
        ("refuse", {"reason": "power", "words": "No."}),
    ):
        step(world.housing, recommend(world, case), code, **more)
    Step.objects.filter(track__kind="recommendation").update(effective_on=APPLIED)
    return case


def _repeat(earlier: Step, on: datetime.date) -> None:
    Step(
        key=earlier.key,
        track_id=earlier.track_id,
        move=earlier.move,
        after=earlier.after,
        at=earlier.at,
        effective_on=on,
    ).save()


def test_a_year_is_counted_by_what_was_done_in_it(world, django_assert_num_queries):
    reviewed(world)
    member = type(world.coordinator).objects.get(pk=world.coordinator.pk)
    assert years(member)[-2:] == [2026, 2025]
    with django_assert_num_queries(1):
        found = {code: number for code, _words, number in counts(member, 2026)}
    expected = {"applications": 6, "not_met": 1, "recommendations": 2, "accepted": 1, "refused": 1}
    assert found == {code: expected.get(code, 0) for code, *_more in COUNTED}
    assert {code: number for code, _words, number in counts(member, 2025) if number} == {"applications": 1}


def test_the_counts_are_shown_and_taken_out_as_they_are_published(world):
    reviewed(world)
    client = sign_in(Client(), world.coordinator)
    page = client.get(reverse("cases:review_counts"), {"year": "2026"})
    assert page.context["rows"][0] == {
        "words": "Applications for a case review",
        "number": 6,
        "published": "6",
    }
    answer = client.get(reverse("cases:review_counts_csv"), {"year": "2026"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[:3] == [
        ["What was counted", "2026"],
        ["Applications for a case review", "6"],
        ["Times the threshold was not met", "fewer than 5"],
    ]
    assert Event.objects.get(name="reviews.exported").detail == {"year": 2026}
    assert sign_in(Client(), world.housing).get(reverse("cases:review_counts")).status_code == 403


def test_a_panel_without_case_reviews_has_no_counts(world):
    assert sign_in(Client(), world.coordinator).get(reverse("cases:review_counts")).status_code == 404


@pytest.mark.parametrize(("answered", "expected"), [(False, 1), (True, 0)])
def test_the_home_page_of_an_agency_tells_of_a_recommendation_until_it_is_answered(world, answered, expected):
    case = review_case(world)
    track = recommend(world, case)
    if answered:
        step(world.housing, track, "refuse", reason="power", words="No.")
    again = type(world.housing).objects
    owed = {
        name: recommendations(again.get(pk=getattr(world, name).pk)) for name in ("housing", "police", "coordinator")
    }
    assert {name: [each.count for each in found] for name, found in owed.items()} == {
        "housing": [expected],
        "police": [0],
        "coordinator": [0],
    }


def test_a_form_without_a_paper_is_not_printed(world):
    case = review_case(world)
    sheet = complaint(world, case, APPLIED)
    url = reverse("cases:review_letter", args=[sheet.pk])
    assert sign_in(Client(), world.coordinator).get(url).status_code == 404
    assert Sheet.objects.count() == 1
