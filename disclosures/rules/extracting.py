"""What an extract says of people and cases: codes and bands, made from rows that its maker sees; and who may do what.

The order of cases says nothing: it is drawn by lot.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from cases.rules.matching import typed_dates
from cases.schemes import scheme_of
from disclosures.models.extract import Extract
from disclosures.rules.coarsening import age_band, age_on, area, bands, outward, period
from disclosures.rules.masking import Named
from disclosures.rules.suppression import TooFew, suppressed
from partnership.roles import Permission

Stage, Scope, Profile = Extract.Stage, Extract.Scope, Extract.Profile
UNKNOWN = "unknown"
YES, NO = "yes", "no"
PEOPLE = tuple(Party.Capacity)  # in the order in which a case names them

# What a motivated intruder would try: each must be answered "no" for the extract to pass.
QUESTIONS = {
    "press": _("Could somebody be recognised with the local news, social media or an internet search?"),
    "neighbour": _("Would a neighbour, relative or colleague recognise somebody in it?"),
    "join": _("Could it be joined with other data that a recipient holds, such as crime or client references?"),
    "rare": _("Does anybody stand out by something rare: an age, an illness, an event, a place?"),
    "texts": _("Do the texts hold a name, nickname, place, workplace, school or exact date?"),
    "before": _("Would it, with extracts handed over before, tell more than either does?"),
}


@dataclass(frozen=True)
class Fact:
    """What one table counts: its name, its rows and columns (codes), and what of a case falls where."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def may_make(member, panel) -> bool:
    return member.may(Permission.MAKE_EXTRACT, panel) and member.agency.is_central()


def may_read_over(member, extract) -> bool:
    """The maker, until it is confirmed."""
    return extract.stage == Stage.READING and extract.asked_by_id == member.pk


def may_see_content(member, extract) -> bool:
    """What was gathered: its maker alone until it is read over, for the machine may have left a name in it."""
    return extract.gathered_at is not None and (extract.stage != Stage.READING or extract.asked_by_id == member.pk)


def may_test(member, extract) -> bool:
    """Another than the maker, once it is confirmed (two people, as the constraint says)."""
    return extract.stage == Stage.CHECKING and extract.asked_by_id != member.pk


def may_hand(member, extract) -> bool:
    return extract.stage == Stage.PASSED and member.may(Permission.MAKE_EXTRACT, extract.panel_id)


def may_recall(member, extract) -> bool:
    return extract.stage in (Stage.CHECKING, Stage.PASSED) and member.may(Permission.MAKE_EXTRACT, extract.panel_id)


def is_open_to(handing) -> bool:
    """Whether its recipient may open it: undertaken, and not called back."""
    return handing.undertaken_at is not None and handing.extract.stage == Stage.PASSED


def known_as(parties: Iterable) -> list[Named]:
    """What the people of a case are known by, for the proposal of what to take out."""
    return [
        Named(
            part=party.capacity,
            names=(party.given_name, party.family_name, *(party.aliases or [])),
            addresses=tuple(filter(None, _places(party))),
            birth_dates=tuple(filter(None, (party.birth_date, *typed_dates(party.other_birth_dates)))),
        )
        for party in parties
    ]


def _places(party) -> list[str]:
    left = [one["address"] for one in party.former_addresses or ()]
    return [party.address, *left, party.current_address, party.school, party.workplace]


def named(people) -> list:
    """*people* in order, without reporters."""
    told = [party for party in people if party.capacity != Party.Capacity.REPORTER]
    return sorted(told, key=lambda party: (PEOPLE.index(party.capacity), party.position))


def people_rows(cases: Mapping, profile: str, counts: Mapping) -> list[dict]:
    """One row a person, by codes and bands.  *cases*: of each case id its people (parties with their referral)."""
    drawn = list(cases)
    random.SystemRandom().shuffle(drawn)
    rows = []
    for number, case_id in enumerate(drawn, 1):
        for person, party in enumerate(named(cases[case_id]), 1):
            day = _received(party.referral)
            rows.append(
                {
                    "case": number,
                    "person": person,
                    "part": party.capacity,
                    "gender": party.gender or UNKNOWN,
                    "age": age_band(age_on(party.birth_date, day), profile),
                    "area": "" if party.address_confidential else area(party.postcode, profile, counts, day),
                    "received": period(day, profile),
                    "repeat": _repeat(party.referral),
                }
            )
    return rows


def tables(cases: Mapping, profile: str) -> tuple[list[dict], list[str]]:
    """Counted tables with what is small left out, and the names of those that could not be given at all.

    They share no total but that of all cases, so that none says what another leaves out.
    """
    given, left_out = [], []
    for fact in _facts(cases, profile):
        counted = Counter(fact.pairs)
        try:
            cells = suppressed([[counted[row, column] for column in fact.columns] for row in fact.rows])
        except TooFew:
            left_out.append(fact.name)
        else:
            given.append({"name": fact.name, "rows": fact.rows, "columns": fact.columns, "cells": cells})
    return given, left_out


def _facts(cases: Mapping, profile: str) -> list[Fact]:
    victims = [
        (principal, people) for people in cases.values() if (principal := next(filter(_is_principal, people), None))
    ]
    ages = (*bands(profile), UNKNOWN)
    genders = (*(str(value) for value in Party.Gender),)
    places = sorted({_place(victim) for victim, _people in victims})
    ethnic = (*(str(value) for value in Party.Ethnicity),)
    return [
        Fact(
            "age_gender",
            ages,
            genders,
            tuple(
                (age_band(age_on(v.birth_date, _received(v.referral)), profile) or UNKNOWN, v.gender or UNKNOWN)
                for v, _people in victims
            ),
        ),
        Fact(
            "area_repeat",
            tuple(places),
            (YES, NO, UNKNOWN),
            tuple((_place(v), _repeat(v.referral)) for v, _p in victims),
        ),
        Fact(
            "ethnicity_children",
            ethnic,
            (YES, NO),
            tuple(
                (v.ethnicity or UNKNOWN, YES if any(p.capacity == Party.Capacity.CHILD for p in people) else NO)
                for v, people in victims
            ),
        ),
    ]


def _is_principal(party) -> bool:
    return party.capacity == scheme_of(party.referral.panel).principal


def _place(victim) -> str:
    return "" if victim.address_confidential else outward(victim.postcode)


def _received(referral):
    return timezone.localdate(referral.submitted_at or referral.created_at)


def _repeat(referral) -> str:
    return {"repeat": YES, "new": NO}.get(referral.repeat, UNKNOWN)
