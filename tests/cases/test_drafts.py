"""Drafts are bounded: the longest untouched go, of one's own alone."""

import datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from cases.models import Draft
from cases.workflow import drafts
from cases.workflow.drafts import keep_draft
from tests.cases.referrals import begin


def keep(by, about, part) -> Draft:
    return keep_draft(by=by, about=about, part=part, typed=QueryDict("summary=Threats."))


def parts(by, about=None) -> list[str]:
    """The parts of which *by* has drafts, the longest untouched first."""
    rows = Draft.objects.filter(member=by, **({"about_id": about.pk} if about else {}))
    return list(rows.order_by("updated_at").values_list("part", flat=True))


@pytest.fixture
def clock(monkeypatch):
    """Each draft is kept a minute after the one before."""
    start, count = timezone.now(), iter(range(1000))
    monkeypatch.setattr(drafts.timezone, "now", lambda: start + datetime.timedelta(minutes=next(count)))


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 4)
    monkeypatch.setattr(drafts, "MOST_OF_ONE", 3)


def test_the_bounds():
    assert (drafts.MOST, drafts.MOST_OF_ONE) == (60, 40)


def test_of_one_thing_the_longest_untouched_go(world, few, clock):
    referral = begin(world)
    for part in ("a", "b", "c"):
        keep(world.referrer, referral, part)
    keep(world.referrer, referral, "a")
    assert parts(world.referrer) == ["b", "c", "a"]
    keep(world.referrer, referral, "d")
    assert parts(world.referrer) == ["c", "a", "d"]


def test_of_one_member_the_longest_untouched_go(world, few, clock):
    one, other = begin(world), begin(world)
    for part in ("a", "b", "c"):
        keep(world.referrer, one, part)
    keep(world.referrer, other, "x")
    keep(world.referrer, other, "y")
    assert (parts(world.referrer, one), parts(world.referrer, other)) == (["b", "c"], ["x", "y"])


def test_nobody_elses_drafts_go(world, few, clock):
    referral = begin(world)
    keep(world.housing, referral, "a")
    for part in ("a", "b", "c", "d", "e"):
        keep(world.referrer, referral, part)
    assert (parts(world.housing), parts(world.referrer)) == (["a"], ["c", "d", "e"])
