"""An ASB case review: what counts for the threshold, who chairs, who answers, what the letter may say."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from cases.models import Case, Involvement, Track
from cases.rules import track as rules
from cases.schemes.asb_review import RECOMMENDATION, REVIEW, months_before, qualifies
from cases.workflow.sheet import write_sheet
from tests.cases.review import (
    APPLIED,
    LETTER,
    WEIGHED,
    ahead,
    applied,
    complaint,
    fresh,
    letter,
    recommend,
    review_case,
    step,
)

DAY = datetime.timedelta(days=1)


def day(month: int, number: int, year: int = 2026) -> datetime.date:
    return datetime.date(year, month, number)


@pytest.mark.parametrize(
    ("made", "happened", "expected"),
    [
        (day(8, 31), day(8, 31), True),
        (day(2, 28), day(2, 28), True),
        (day(2, 27), day(2, 27), False),
        (day(9, 1), day(8, 31), False),
        (day(8, 30), day(7, 30), True),
        (day(8, 30), day(7, 29), False),
        (day(8, 30), day(8, 31), False),
    ],
)
def test_a_complaint_counts_within_a_month_of_what_happened_and_six_of_the_application(made, happened, expected):
    complaint = {"complained_on": made.isoformat(), "happened_on": happened.isoformat()}
    assert qualifies(complaint, APPLIED) is expected


@pytest.mark.parametrize(
    ("of", "months", "expected"),
    [(day(8, 31), 6, day(2, 28)), (day(1, 15), 1, day(12, 15, 2025)), (day(3, 31, 2028), 1, day(2, 29, 2028))],
)
def test_months_before(of, months, expected):
    assert months_before(of, months) == expected


# code: from which states, to which
BEFORE_THE_MEETING = "applied acknowledged threshold met gathering meeting"
TABLE = {
    "acknowledge": ("applied", "acknowledged"),
    "check": ("acknowledged", "threshold"),
    "not_met": ("threshold", "not_met"),
    "meet": ("threshold", "met"),
    "gather": ("met", "gathering"),
    "hear": ("gathering", "meeting"),
    "recommend": ("meeting", "recommended"),
    "send": ("recommended", "answering"),
    "inform": ("not_met meeting answering", "informed"),
    "appeal": ("not_met informed", "appeal"),
    "again": ("appeal", "threshold"),
    "close": ("informed appeal", "closed"),
    "withdraw": (BEFORE_THE_MEETING, "closed"),
    "apply": ("", ""),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", TABLE)
def test_each_step_of_a_review_follows_only_where_the_scheme_says_so(world, code):
    case = review_case(world)
    letter(world, case)
    answered = recommend(world, case)
    step(world.housing, answered, "refuse", reason="means", words="No money this year.")
    if code == "meet":
        for made in (day(8, 1), day(8, 2), day(8, 3)):
            complaint(world, case, made)
    more = {
        "not_met": {"reason": "few", "words": "One complaint."},
        "hear": {"details": {"chair": "Nia Independent", "chair_agency": str(world.health_agency.pk)}},
        "again": {"words": "Look at the noise again."},
        "withdraw": {"words": "She has moved."},
    }.get(code, {})
    track = applied(world, case)
    found = {}
    for state in REVIEW.states:
        Track.objects.filter(pk=track.pk).update(state=state.code, version=1)
        try:
            with transaction.atomic():
                step(world.coordinator, track, code, **more)
        except ValidationError:
            continue
        found[state.code] = fresh(track).state
        Track.objects.filter(pk=track.pk).update(ended_at=None, ended_by=None)
    sources, to = TABLE[code]
    assert found == dict.fromkeys(sources.split(), to)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("complaints", "weighed", "code", "expected"),
    [
        (2, False, "meet", ["2 of 3 complaints count. List the others, or weigh persistence, harm and what was done."]),
        (2, True, "meet", None),
        (3, False, "meet", None),
        (2, False, "not_met", None),
        (3, True, "not_met", ["3 complaints count: the threshold is met."]),
    ],
)
def test_three_complaints_are_always_enough_and_fewer_are_weighed(world, complaints, weighed, code, expected):
    case = review_case(world)
    track = applied(world, case, "threshold")
    complaint(world, case, day(1, 5))
    for number in range(complaints):
        complaint(world, case, day(8, 1) + number * DAY)
    if weighed:
        write_sheet(by=world.coordinator, case=case, kind="threshold", data=WEIGHED)
    more = {"reason": "few", "words": "Too few."} if code == "not_met" else {}
    try:
        step(world.coordinator, track, code, **more)
    except ValidationError as refusal:
        assert refusal.messages == expected
    else:
        assert expected is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chair", "may"), [("housing_agency", False), ("police_agency", False), ("health_agency", True)]
)
def test_nobody_chairs_whose_agency_dealt_with_a_complaint(world, chair, may):
    case = review_case(world)
    complaint(world, case, day(8, 1))
    complaint(world, case, day(3, 1), agency=world.police_agency)
    track = applied(world, case, "gathering")
    details = {"chair": "Nia Independent", "chair_agency": str(getattr(world, chair).pk)}
    if may:
        step(world.coordinator, track, "hear", details=details)
        assert fresh(track).state == "meeting"
        return
    with pytest.raises(ValidationError) as refusal:
        step(world.coordinator, track, "hear", details=details)
    assert refusal.value.messages == ["The chair’s agency dealt with a complaint: choose a chair from another."]


# code: from which states, to which, and what it says
ANSWERS = {
    "accept": ("made", "accepted", {"details": {"by_on": ahead(5)}}),
    "refuse": ("made", "refused", {"reason": "means", "words": "No money this year."}),
    "finish": ("accepted", "done", {"words": "The bins are moved."}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", [*ANSWERS, "recommend"])
def test_each_step_of_a_recommendation_follows_only_where_the_scheme_says_so(world, code):
    """Every state by every move; a recommendation is made anew and never moved to being made."""
    track = recommend(world, review_case(world))
    before, after, more = ANSWERS.get(code, ("", "", {"details": {"what": "Move the bins."}}))
    found = {}
    for state in RECOMMENDATION.states:
        Track.objects.filter(pk=track.pk).update(state=state.code, version=1, ended_at=None, ended_by=None)
        try:
            with transaction.atomic():
                step(world.coordinator if code == "recommend" else world.housing, track, code, **more)
        except ValidationError:
            continue
        found[state.code] = fresh(track).state
    assert found == ({before: after} if before else {})


@pytest.mark.django_db
def test_a_recommendation_is_answered_by_the_agency_it_is_made_to_and_opens_nothing_else(world):
    case = review_case(world)
    review, mine = applied(world, case), recommend(world, case)
    other = recommend(world, case, world.police_agency)
    assert set(Track.objects.visible_to(world.housing)) == {mine}
    assert list(Case.objects.visible_to(world.housing)) == [case]
    assert set(Track.objects.visible_to(world.coordinator)) == {review, mine, other}
    assert list(Involvement.objects.filter(agency=world.housing_agency, case=case).values_list("stage", "track")) == [
        ("managing", mine.pk)
    ]
    for member, track in ((world.housing, other), (world.police, mine), (world.housing, review)):
        code = "acknowledge" if track == review else "accept"
        with pytest.raises(PermissionDenied):
            step(member, track, code, details={"by_on": ahead(30)})
    step(world.housing, mine, "accept", details={"by_on": ahead(30)})
    step(world.housing, mine, "finish", words="The bins are moved.")
    assert [fresh(mine).state, fresh(other).state] == ["done", "made"]


@pytest.mark.django_db
def test_a_refusal_gives_its_reason_and_words(world):
    track = recommend(world, review_case(world))
    for more in ({"words": "No money."}, {"reason": "means"}):
        with pytest.raises(ValidationError):
            step(world.housing, track, "refuse", **more)
    refused = step(world.housing, track, "refuse", reason="means", words="No money.")
    assert (refused.after, refused.reason, fresh(track).is_running) == ("refused", "means", False)
    assert [move.code for move in RECOMMENDATION.moves_from("refused")] == []


@pytest.mark.django_db
def test_the_applicant_is_told_once_all_have_answered_and_the_letter_is_written(world):
    case = review_case(world)
    track, asked = applied(world, case, "answering"), recommend(world, case)
    missing = ["An agency has not answered its recommendation yet.", "Write the letter to the applicant first."]
    with pytest.raises(ValidationError) as refusal:
        step(world.coordinator, track, "inform")
    assert refusal.value.messages == missing
    step(world.housing, asked, "refuse", reason="means", words="No money.")
    letter(world, case)
    step(world.coordinator, track, "inform")
    assert fresh(track).state == "informed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "may"),
    [
        ("Mrs O’Gwynedd was heard.", True),
        ("Huw has been warned.", False),
        ("PRYDDERCH was seen.", False),
        ("Huwyn Street was patrolled.", True),
    ],
)
def test_the_letter_names_nobody_else(world, words, may):
    case = review_case(world)
    if may:
        assert letter(world, case, findings=words).data == {**LETTER, "findings": words}
        return
    with pytest.raises(ValidationError) as refusal:
        letter(world, case, findings=words)
    assert refusal.value.messages == [
        "The letter names somebody else on this case. The applicant is told of nobody else."
    ]


@pytest.mark.django_db
def test_the_clock_of_each_step_runs(world):
    case = review_case(world)
    due = []
    track = applied(world, case)
    for code in ("acknowledge", "check"):
        due.append(fresh(track).due_on)
        step(world.coordinator, track, code, on=APPLIED)
    assert [*due, fresh(track).due_on] == [day(9, 3), day(9, 2), day(9, 14)]
    assert rules.urgency(fresh(track), day(9, 15)) == "overdue"
