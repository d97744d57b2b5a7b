"""A nomination to a PPO / IOM panel: what it lacks, what a score and intelligence are worth."""

import pytest
from django.core.exceptions import ValidationError

from cases.models import Sheet
from cases.rules.referral import missing_from
from cases.schemes import scheme_of
from cases.schemes.ppo import PPO
from cases.workflow.sheet import write_sheet
from tests.cases.ppo import (
    begun,
    nominated,
    ppo,  # noqa: F401
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("details", "codes"),
    [
        ({}, []),
        ({"grounds": []}, ["grounds"]),
        ({"grounds": ["positive_test"]}, ["positive_test_alone"]),
        ({"grounds": ["positive_test", "breach"]}, []),
        ({"score": 80}, ["model"]),
        ({"score": 80, "model": "OGRS", "model_version": "4", "scored_on": "2026-01-02"}, []),
    ],
)
def test_what_a_nomination_lacks(ppo, details, codes):  # noqa: F811
    referral = nominated(ppo, **details)
    assert [missing.code for missing in missing_from(referral, list(referral.parties.select_related("key")), None)] == (
        codes
    )


@pytest.mark.parametrize(
    ("score", "kept", "said"),
    [
        (None, {}, None),
        (75, {}, "The score 75 (OGRS, version 4) points to Fixed. The panel decides."),
        (50, {}, "The score 50 (OGRS, version 4) points to Flex. The panel decides."),
        (49, {}, "The score 49 (OGRS, version 4) is below both thresholds. The panel decides."),
        (75, {"numbers": {"fixed_from": 80}}, "The score 75 (OGRS, version 4) points to Flex. The panel decides."),
    ],
)
def test_a_score_advises_and_stops_nothing(ppo, score, kept, said):  # noqa: F811
    ppo.panel.scheme_settings = kept
    ppo.panel.save()
    details = {"score": score, "model": "OGRS", "model_version": "4", "scored_on": "2026-01-02"}
    referral = nominated(ppo, **details)
    found = scheme_of(referral.panel).weighs(referral, [], referral.details)
    assert [(str(wrong.words), wrong.stops) for wrong in found] == ([] if said is None else [(said, False)])


@pytest.mark.parametrize(
    ("reliability", "assessment", "standing_words"),
    [
        ("1", "b", "Corroborated"),
        ("3", "b", "Unverified"),
        ("1", "a", "Unverified"),
        ("2", "c", "Unverified"),
        ("1", "e", "Unverified"),
    ],
)
def test_intelligence_is_announced_with_its_standing_source_and_day(ppo, reliability, assessment, standing_words):  # noqa: F811
    data = {
        "text": "Seen with a van at night.",
        "source": str(ppo.police_agency.pk),
        "known_on": "2026-11-03",
        "reliability": reliability,
        "assessment": assessment,
        "handling": "p",
    }
    sheet = write_sheet(by=ppo.coordinator, case=begun(ppo), kind="intelligence", data=data)
    sheet = Sheet.objects.with_key().select_related("case__panel").get(pk=sheet.pk)
    assert sheet.title == f"{standing_words}, from Wenlli Police, 3 November 2026"
    assert sheet.counted == {}


def test_a_score_is_kept_with_model_and_version(ppo):  # noqa: F811
    data = {"model": "OGRS", "model_version": "4", "score": 78, "scored_on": "2026-11-03"}
    case = begun(ppo)
    sheet = write_sheet(by=ppo.coordinator, case=case, kind="score", data=data)
    assert sheet.kind_of.title_of(data) == "OGRS, version 4: 78 (advice)"
    with pytest.raises(ValidationError) as refusal:
        write_sheet(by=ppo.coordinator, case=case, kind="score", data={"model": "OGRS", "score": 78})
    assert sorted(refusal.value.message_dict) == ["model_version", "scored_on"]


def test_treatment_stands_behind_consent():
    gated = [item.code for kind in PPO.sheets for item in kind.items if item.consent]
    assert gated == ["treatment"]
