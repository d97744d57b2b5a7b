"""The invented casework: the same from the same seed, true to its figures, invented throughout, and readable."""

import dataclasses
import re
from collections import Counter
from datetime import date, datetime
from itertools import pairwise

import pytest

from config.demonstration.corpus import plan
from config.demonstration.corpus.grammar import phrases
from config.demonstration.corpus.names import PUBLIC_FIGURES

TODAY = date(2026, 11, 21)
DRAMA = re.compile(r"^(07700 900|01632 960)\d{3}$")
PHONE = re.compile(r"\b0\d{3,4} ?\d{3} ?\d{3,4}\b")
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")


@pytest.fixture(scope="module")
def town():
    return plan(7, today=TODAY)


@pytest.fixture(scope="module")
def village():
    return plan(7, today=TODAY, small=True)


def strings(record):
    """Every string in a plan, however deep."""
    if isinstance(record, str):
        yield record
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            yield from strings(getattr(record, field.name))
    elif isinstance(record, dict):
        yield from (text for value in record.values() for text in strings(value))
    elif isinstance(record, list | tuple):
        yield from (text for value in record for text in strings(value))


def narrative(town):
    """Every sentence field that people wrote, beyond a few words."""
    texts = set()
    for referral in town.referrals.values():
        for name in [
            "summary",
            "incident",
            "history",
            "risks",
            "triggers",
            "wishes",
            "support",
            "judgement",
            "unaware_reason",
            "no_consent_reason",
        ]:
            texts.add(getattr(referral, name))
    for listing in town.listings.values():
        texts |= {
            listing.summary,
            listing.voice,
            listing.risk_summary,
            listing.perpetrator_line,
            listing.perpetrator_considered,
        }
        texts |= {
            text
            for action in listing.actions
            for text in (action.text, action.outcome, action.evidence, action.reason, action.safe_wording)
        }
        texts |= {entry.text for each in listing.returns for entry in each.entries}
        texts |= {entry.proposed_action for each in listing.returns for entry in each.entries}
    return texts - {""}


def heard(town):
    return [listing for listing in town.listings.values() if listing.heard]


def share(found, everything):
    return len(list(found)) / len(everything)


def test_one_seed_gives_one_plan_and_another_seed_another(village):
    assert plan(7, today=TODAY, small=True) == village
    assert plan(8, today=TODAY, small=True) != village


def test_three_years_hold_1200_ordinary_listings_and_twelve_urgent_ones(town):
    kinds = Counter(town.meetings[listing.meeting].kind for listing in heard(town))
    assert kinds == {"ordinary": 1200, "urgent": 12}
    assert Counter((meeting.kind, meeting.held) for meeting in town.meetings.values()) == {
        ("ordinary", True): 75,
        ("urgent", True): 12,
        ("ordinary", False): 4,
    }


def test_the_figures_of_a_real_conference(town):
    listings = heard(town)
    referrals = [town.referrals[listing.referral] for listing in listings]
    day = {listing.key: town.meetings[listing.meeting].on for listing in listings}
    victims = [town.people[referral.victim] for referral in referrals]
    ages = [victim.age_on(day[listing.key]) for victim, listing in zip(victims, listings, strict=True)]
    children = [
        sum(town.people[child.person].age_on(day[listing.key]) < 18 for child in town.cases[listing.case].children)
        for listing in listings
    ]
    actions = [action for listing in listings for action in listing.actions]
    figures = {
        "police": (share((r for r in referrals if r.source == "police"), referrals), 0.635, 0.665),
        "repeat": (share((r for r in referrals if r.repeat), referrals), 0.31, 0.335),
        "children": (sum(children) / len(listings), 1.13, 1.4),
        "with children": (share(filter(None, children), listings), 0.55, 0.65),
        "minority": (share((v for v in victims if v.minority), victims), 0.135, 0.185),
        "male": (share((v for v in victims if v.gender == "male"), victims), 0.05, 0.08),
        "disabled": (share((v for v in victims if v.disabled), victims), 0.08, 0.13),
        "lgbt": (share((v for v in victims if v.lgbt), victims), 0.008, 0.026),
        "16-17": (share((a for a in ages if a < 18), ages), 0.005, 0.025),
        "65 and over": (share((a for a in ages if a >= 65), ages), 0.02, 0.08),
        "aliases": (share((p for p in town.people.values() if p.aliases), town.people), 0.13, 0.17),
        "actions": (len(actions) / len(listings), 4.5, 5.5),
        "late": (share((a for a in actions if a.late), actions), 0.08, 0.12),
        "not possible": (share((a for a in actions if a.status == "no_longer_possible"), actions), 0.02, 0.04),
        "not done": (share((a for a in actions if a.status == "not_done"), actions), 0.01, 0.03),
        "returns": (sum(len(listing.returns) for listing in listings), 16500, 17000),
    }
    assert {name: value for name, (value, low, high) in figures.items() if not low <= value <= high} == {}
    assert (min(ages) >= 16, max(ages) <= 87) == (True, True)
    assert {2 <= len(listing.actions) <= 12 for listing in listings if listing.decision == "actions"} == {True}


def test_the_special_cases(town):
    listings = list(town.listings.values())
    assert share((r for r in town.referrals.values() if r.consent == "refused"), [1]) == 20
    assert sum(listing.kind == "restricted" for listing in listings) == 6
    assert (
        sum(listing.kind == "transfer" for listing in listings)
        + sum(bool(listing.transferred_to) for listing in listings)
        == 30
    )
    assert {r.state for r in town.referrals.values()} == {"draft", "submitted", "returned", "declined", "accepted"}
    assert 5 <= sum(0 <= (case.flag_until - TODAY).days <= 21 for case in town.cases.values()) <= 30
    assert {person.variant for person in town.people.values()} >= {"phonetic", "swapped_birth_date", "near_birth_date"}
    assert all(town.people[person.variant_of].key for person in town.people.values() if person.variant_of)


def test_a_repeat_is_the_same_pair_within_twelve_months_of_the_last_referral(town):
    for case in town.cases.values():
        referrals = [town.referrals[key] for key in case.referrals]
        assert [r.submitted_at for r in referrals] == sorted(r.submitted_at for r in referrals)
        for before, after in pairwise(referrals):
            days = (after.submitted_at.date() - before.submitted_at.date()).days
            assert (after.repeat, after.previous_referral_on) == (days <= 365, before.submitted_at.date())
        assert not referrals[0].repeat


def test_the_score_is_the_number_of_yes_answers_and_fits_the_route(town):
    for referral in town.referrals.values():
        if referral.state != "draft":
            assert [answer.number for answer in referral.answers] == list(range(1, 25))
            assert sum(answer.answer == "yes" for answer in referral.answers) == referral.score
            assert (referral.score >= 14) or referral.route != "visible_high_risk"
            assert bool(referral.judgement) == (referral.route == "professional_judgement")


def test_nothing_has_happened_after_today(town):
    moments = [r.submitted_at for r in town.referrals.values()] + [r.screened_at for r in town.referrals.values()]
    moments += [each.answered_at for listing in town.listings.values() for each in listing.returns]
    moments += [r.contact.at for r in town.referrals.values() if r.contact]
    assert max(filter(None, moments)) < datetime(2026, 11, 21)
    closed = [action.closed_on for listing in town.listings.values() for action in listing.actions if action.closed_on]
    assert max(closed) <= TODAY


def test_meetings_fall_on_weekdays_but_for_the_one_today(town):
    assert {meeting.on.weekday() < 5 for meeting in town.meetings.values() if meeting.on != TODAY} == {True}
    assert [meeting.state for meeting in town.meetings.values() if meeting.on == TODAY] == ["agenda_frozen"]


def test_christmas_is_busy_and_august_quiet(town):
    sizes = {month: [] for month in range(1, 13)}
    for meeting in town.meetings.values():
        if meeting.held and meeting.kind == "ordinary":
            sizes[meeting.on.month].append(len(meeting.listings))
    average = {month: sum(counts) / len(counts) for month, counts in sizes.items()}
    assert (min(average, key=average.get), max(average, key=average.get) in {12, 1}) == (8, True)


def test_returns_beyond_their_retention_keep_the_answer_and_no_text(town):
    old = [
        each
        for listing in heard(town)
        if town.meetings[listing.meeting].on < date(2026, 10, 1)
        for each in listing.returns
    ]
    assert {(bool(each.entries), each.destroyed) for each in old if each.answer == "known"} == {(False, True)}


def test_a_barred_agency_is_not_asked_and_owns_no_action(town):
    for listing in town.listings.values():
        if listing.barred_agency:
            assert listing.barred_agency not in {each.agency for each in listing.returns}
            assert listing.barred_agency not in {action.agency for action in listing.actions}


def test_every_heard_case_says_something_of_the_perpetrator(town):
    full = [listing for listing in heard(town) if listing.decision in {"actions", "transferred"}]
    assert {bool(each.perpetrator_line) != bool(each.perpetrator_considered) for each in full} == {True}


def test_numbers_postcodes_and_mail_are_none_that_could_be_real(town):
    phones = [person.phone for person in town.people.values() if person.phone] + [
        member.phone for member in town.members.values()
    ]
    phones += [agency.phone for agency in town.agencies.values()]
    assert [phone for phone in phones if not DRAMA.match(phone)] == []
    found = [text for text in strings(town) if PHONE.search(text) or POSTCODE.search(text) or "@" in text]
    assert [number for text in found for number in PHONE.findall(text) if not DRAMA.match(number)] == []
    assert [code for text in found for code in POSTCODE.findall(text) if not code.startswith("QZ")] == []
    assert [text for text in found if "@" in text and not text.endswith(".example")] == []


def test_no_one_in_the_public_eye_and_no_two_agencies_of_one_number(town):
    assert [person.name for person in town.people.values() if (person.given, person.family) in PUBLIC_FIGURES] == []
    assert len({agency.ico_registration for agency in town.agencies.values()}) == len(town.agencies) == 14
    assert {bool(re.fullmatch(r"Z\d{7}", agency.ico_registration)) for agency in town.agencies.values()} == {True}


@pytest.mark.parametrize(
    "fault", [r"  ", r"[{}\[\]|]", r" [.,;:]", r"\.\.", r"=>", r"\bNone\b", r"\b(an? ){2}", r"\ba [aeio]", r"'s's"]
)
def test_the_texts_hold_no_slip(town, fault):
    assert [text for text in narrative(town) if re.search(fault, text)] == []


def test_the_texts_begin_and_end_as_sentences(town):
    texts = narrative(town)
    assert [text for text in texts if text[-1] not in '.!?"'] == []
    assert [
        text
        for text in texts
        if not (text[0].isupper() or text[0].isdigit() or text[0] == '"' or text[:3] in {"al-", "el-"})
    ] == []


def test_long_texts_are_hardly_ever_said_twice_in_one_meeting(town):
    for meeting in town.meetings.values():
        said = Counter(
            text for key in meeting.listings for text in casework(town, town.listings[key]) if len(text) > 60
        )
        assert sum(count - 1 for count in said.values()) <= 0.02 * sum(said.values())


def casework(town, listing):
    """What was written of one case at one meeting; words for the victim and formulas are alike on purpose."""
    referral = town.referrals[listing.referral]
    yield from (referral.summary, referral.incident, referral.history, referral.risks)
    yield from (listing.summary, listing.voice, listing.risk_summary)
    yield from (text for action in listing.actions for text in (action.text, action.evidence))
    yield from (entry.text for each in listing.returns for entry in each.entries)


def test_every_phrase_can_be_reached_and_no_instrument_is_copied():
    texts = [template for section in phrases().values() for template in section]
    assert len(texts) > 500
    assert not any("?" in part for template in texts for part in template.parts if isinstance(part, str))


def test_the_small_plan_has_ten_cases_and_the_eight_accounts(village):
    assert (len(village.cases), len(village.members)) == (10, 8)
    roles = [
        "coordinator",
        "chair",
        "representative",
        "deputy",
        "referrer",
        "liaison_officer",
        "auditor",
        "administrator",
    ]
    assert sorted(member.account for member in village.members.values()) == sorted(roles)
