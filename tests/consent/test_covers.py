"""Consent × what is asked of it, as a table: whether a use is covered, and if not exactly what is missing."""

import datetime

import pytest
from django.utils import timezone

from cases.models import Subject
from consent.models import Consent
from consent.rules.covers import covering, gap
from consent.rules.ends import age_on, lapses_at, last_day, phase, years_after
from tests.consent.asking import make_consent, make_episode

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
NOW = timezone.now


def ask(world, case, **more):
    """The gap’s code for the plainest use, with what *more* asks instead; empty where it is covered."""
    use = {
        "giving": world.health_agency,
        "receiving": world.housing_agency,
        "category": "treatment",
        "purpose": "panel",
        "track": None,
        "at": NOW(),
    } | more
    held = list(Consent.objects.on_case(case))
    found = gap(held, **use)
    assert (covering(held, **use) is None) == (found is not None)
    return found.code if found else ""


@pytest.fixture
def case(world):
    return world.make_case(asked=[world.health_agency, world.housing_agency])


# what the consent is; what is asked of it; what is missing
TABLE = [
    ("given", {}, {}, ""),
    ("in part, and this is in it", {"state": "given_part", "no": ["housing"]}, {}, ""),
    ("in part, and this is not", {"state": "given_part", "no": ["treatment"]}, {}, "category"),
    ("a category that was not asked", {}, {"category": "mental_health"}, "category"),
    ("no category at all", {}, {"category": ""}, "category"),
    ("a purpose answered no", {"no": ["panel"]}, {}, "purpose"),
    ("a purpose that was left", {}, {"purpose": "intelligence"}, "purpose"),
    ("NDTMS says nothing about the panel", {"purposes": ["ndtms"]}, {}, "purpose"),
    ("another agency gives", {"gives": []}, {}, "giving"),
    ("another agency receives", {"receives": []}, {}, "receiving"),
    ("who gives is not who may receive", {"gives": [], "receives": []}, {}, "giving"),
    ("ended yesterday", {"days_ago": 366}, {}, "expired"),
    ("the first instant", {"days_ago": 0}, {}, ""),
    ("before it began", {"days_ago": 0}, {"at": -DAY}, "not_yet"),
    ("withdrawn", {"state": "withdrawn", "withdrawn_at": -HOUR}, {}, "withdrawn"),
    ("before it was withdrawn", {"state": "withdrawn", "withdrawn_at": -HOUR}, {"at": -2 * HOUR}, ""),
    ("replaced", {"state": "superseded", "superseded_at": -HOUR}, {}, "superseded"),
    ("before it was replaced", {"state": "superseded", "superseded_at": -HOUR}, {"at": -2 * HOUR}, ""),
    ("refused", {"state": "refused"}, {}, "refused"),
    ("being asked", {"state": "requested"}, {}, "requested"),
    ("not asked", {"state": "not_sought"}, {}, "not_sought"),
    ("cannot, and nothing decided", {"state": "cannot_consent"}, {}, "cannot_consent"),
    ("cannot, a parent agrees", {"state": "cannot_consent", "ground": "parental"}, {}, ""),
    ("cannot, best interests", {"state": "cannot_consent", "ground": "best_interests"}, {}, ""),
    ("a parent agrees to less", {"state": "cannot_consent", "ground": "parental", "no": ["panel"]}, {}, "purpose"),
]  # fmt: skip


@pytest.mark.parametrize(("consent", "asked", "missing"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_a_consent_covers(world, case, consent, asked, missing):
    given = {name: NOW() + value if isinstance(value, datetime.timedelta) else value for name, value in consent.items()}
    make_consent(world, case, **given)
    at = {"at": NOW() + asked["at"]} if "at" in asked else {}
    assert ask(world, case, **{**asked, **at}) == missing


def test_without_any_consent_none_is_recorded(world, case):
    assert ask(world, case) == "none"


def test_consent_of_another_episode_is_none_for_this_one(world, case):
    first, second = make_episode(case), make_episode(case)
    make_consent(world, case, track=first)
    assert ask(world, case, track=first) == ""
    assert ask(world, case, track=second.pk) == "episode"
    assert ask(world, case) == "episode"


def test_consent_ends_with_its_episode(world, case):
    episode = make_episode(case, ended_at=NOW() - HOUR)
    make_consent(world, case, track=episode)
    assert ask(world, case, track=episode) == "expired"
    assert ask(world, case, track=episode, at=NOW() - 2 * HOUR) == ""


def test_a_refusal_in_this_episode_is_not_hidden_by_a_consent_in_another(world, case):
    first, second = make_episode(case), make_episode(case)
    make_consent(world, case, track=first)
    make_consent(world, case, track=second, state="refused")
    assert ask(world, case, track=second) == "refused"


def test_a_later_refusal_wins_whichever_agency_asked(world, case):
    make_consent(world, case, days_ago=10)
    make_consent(world, case, by=world.housing, state="refused", days_ago=5)
    assert ask(world, case) == "refused"
    assert ask(world, case, at=NOW() - 7 * DAY) == ""


def test_a_consent_after_a_refusal_counts(world, case):
    make_consent(world, case, by=world.housing, state="refused", days_ago=10)
    make_consent(world, case, days_ago=5)
    assert ask(world, case) == ""


def test_one_persons_refusal_says_nothing_about_another(world, case):
    make_consent(world, case, days_ago=10)
    other = Subject.objects.get(pk=case.parties.get(capacity="perpetrator").subject_id)
    make_consent(world, case, state="refused", days_ago=5, by=world.housing)
    Consent.objects.filter(state="refused").update(subject=other)
    assert ask(world, case) == ""


def test_what_was_taken_back_in_part_is_missing_from_then_on(world, case):
    consent = make_consent(world, case)
    consent.agencies.filter(agency=world.housing_agency).update(until=NOW() - HOUR)
    consent.answers.filter(code="attendance").update(until=NOW() - HOUR)
    assert ask(world, case) == "withdrawn_in_part"
    assert ask(world, case, receiving=world.police_agency) == ""
    assert ask(world, case, receiving=world.police_agency, category="attendance") == "withdrawn_in_part"
    assert ask(world, case, at=NOW() - 2 * HOUR) == ""


def test_the_consent_that_comes_nearest_speaks(world, case):
    make_consent(world, case, receives=[], days_ago=3)
    make_consent(world, case, state="requested", by=world.housing)
    make_consent(world, case, no=["panel"], days_ago=9)
    assert ask(world, case) == "purpose"


def test_every_gap_has_its_words(world, case):
    make_consent(world, case, no=["housing"])
    held = list(Consent.objects.on_case(case))
    use = {"giving": world.health_agency, "receiving": world.housing_agency, "track": None, "at": NOW()}
    assert str(gap(held, category="housing", purpose="panel", **use)) == "Consent was not given for this: Housing."
    assert str(gap(held, category="treatment", purpose="intelligence", **use)) == (
        "Consent was not given for this: Police intelligence."
    )
    assert str(gap([], category="treatment", purpose="panel", **use)) == "No consent is recorded."


def test_any_number_of_consents_is_read_with_three_queries(world, case, django_assert_num_queries):
    for number in (1, 3):
        while Consent.objects.count() < number:
            make_consent(world, case)
        with django_assert_num_queries(3):
            ask(world, case, purpose="intelligence")


# how long it holds
D = datetime.date


@pytest.mark.parametrize(
    ("starts", "born", "chosen", "ends"),
    [
        (D(2026, 3, 10), None, None, D(2027, 3, 9)),
        (D(2024, 2, 29), None, None, D(2025, 2, 28)),
        (D(2026, 3, 10), D(1990, 6, 1), None, D(2027, 3, 9)),
        (D(2026, 3, 10), D(2008, 6, 1), None, D(2026, 5, 31)),
        (D(2026, 3, 10), D(2008, 3, 10), None, D(2027, 3, 9)),
        (D(2026, 3, 10), D(2008, 3, 11), None, D(2026, 3, 10)),
        (D(2026, 3, 10), D(2012, 6, 1), None, D(2027, 3, 9)),
        (D(2026, 2, 1), D(2008, 2, 29), None, D(2026, 2, 28)),
        (D(2026, 3, 10), None, D(2026, 4, 1), D(2026, 4, 1)),
        (D(2026, 3, 10), D(2008, 6, 1), D(2026, 7, 1), D(2026, 5, 31)),
    ],
)
def test_the_last_day(starts, born, chosen, ends):
    assert last_day(starts, born=born, chosen=chosen) == ends


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (D(2008, 6, 1), D(2026, 5, 31), 17),
        (D(2008, 6, 1), D(2026, 6, 1), 18),
        (D(2008, 2, 29), D(2026, 2, 28), 17),
        (D(2008, 2, 29), D(2026, 3, 1), 18),
        (None, D(2026, 3, 1), None),
    ],
)
def test_age(born, day, age):
    assert age_on(born, day) == age


def test_the_last_day_is_whole_in_london(world, case):
    """30 March 2026 is summer time: the consent lapses at 23:00 UTC."""
    consent = make_consent(world, case)
    consent.ends_on = D(2026, 3, 30)
    assert lapses_at(consent) == datetime.datetime(2026, 3, 30, 23, tzinfo=datetime.UTC)
    consent.ends_on = D(2026, 11, 20)
    assert lapses_at(consent) == datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("days_left", "is_now"), [(31, "given_full"), (30, "review_due"), (0, "review_due"), (-1, "expired")]
)
def test_the_clock_makes_review_due_and_ended(world, case, days_left, is_now):
    consent = make_consent(world, case)
    consent.ends_on = timezone.localdate() + days_left * DAY
    assert phase(consent) == is_now


def test_a_year_after_a_leap_day():
    assert years_after(D(2024, 2, 29), 1) == D(2025, 3, 1)
    assert years_after(D(2024, 2, 29), 4) == D(2028, 2, 29)
