"""A scheme about an offender, with no victim in it, and its case brought along by the verbs.

It asks one item of its own, knows reporters, and records less at a meeting than a MARAC.
"""

import datetime

import pytest
from django.utils import timezone

from cases.models import Party, Referral
from cases.schemes import Basis, Missing, Note, Part, Scheme, Section, Words, schemes
from cases.schemes.items import Item
from cases.workflow.referral import add_party, save_part, start_referral, submit_referral
from cases.workflow.screening import accept_referral

Capacity = Party.Capacity
IDENTITY = ("given_name", "family_name", "aliases", "birth_date")


def wants(referral, parties, details):
    if details.get("cohort") != "free":
        return []
    return [] if any(p.capacity == Capacity.ASSOCIATE for p in parties) else [
        Missing("associate", "associates", "Add an associate")
    ]  # fmt: skip


OFFENDERS = Scheme(
    "offenders",
    "Offender panel",
    (
        Section("about-you", "About you", "referral", ("contact_name", "contact_phone", "contact_email")),
        Section("offender", "The offender", "principal", (*IDENTITY, "address", "postcode", "relationship")),
        Section("associates", "Associates", "people", IDENTITY, capacity=Capacity.ASSOCIATE, one="associate"),
        Section("reporters", "Reporters", "people", (*IDENTITY, "phone"), capacity=Capacity.REPORTER, one="reporter"),
        Section("why", "Why you refer", "referral", ("summary",)),
        Section(
            "cohort",
            "Cohort",
            "details",
            items=(
                Item("cohort", "Cohort", "choice", (("fixed", "Fixed"), ("free", "Free")), required=True),
                Item("release_on", "Release date", "date"),
            ),
        ),
        Section("basis", "Lawful basis", "referral", ("lawful_basis", "lawful_basis_words")),
    ),
    bases=(Basis("A6e", "Public task"),),
    parts=(
        Part(Capacity.OFFENDER, "Offender", "Offenders", conflict=True, briefed=True),
        Part(Capacity.ASSOCIATE, "Associate", "Associates", briefed=True),
        Part(Capacity.REPORTER, "Reporter", "Reporters"),
    ),
    notes=(
        Note("summary", "Summary", wanted="Write the summary."),
        Note("progress", "Progress since last time", wanted="Say what went better or worse."),
        Note("risk_community", "Risk: the community", risk=True),
    ),
    features=frozenset({"telling"}),
    wants=wants,
    risks=(("community", "The community"), ("person", "The offender")),
    decisions=("actions", "none", "deferred"),
    listings=("full", "urgent", "restricted"),
    words=Words(tell_whom="Who tells the offender"),
    labels={"relationship": "Relationships"},
    statement="What is said here is for reducing reoffending in {place}, and stays here.",
)
OFFENDER = {
    "given_name": "Gethin",
    "family_name": "Llwynog",
    "birth_date": datetime.date(1994, 5, 2),
    "address": "2 Lôn Fach",
}
WHY = {
    "contact_name": "Rhys O’Referrer",
    "contact_phone": "01632 960001",
    "contact_email": "rhys@aberwenlli-homes.example",
    "summary": "Three thefts from sheds.",
    "lawful_basis": "A6e",
    "lawful_basis_words": "To stop the thefts.",
}
REPORTER = {"given_name": "Nesta", "family_name": "Cymydog"}


@pytest.fixture
def offenders(world, monkeypatch):
    """The world, whose panel is about offenders."""
    monkeypatch.setitem(schemes(), OFFENDERS.code, OFFENDERS)
    world.panel.scheme, world.panel.name = OFFENDERS.code, "Aberwenlli Offender Panel"
    world.panel.save()
    world.statement.delete()
    return world


def fresh(referral) -> Referral:
    return Referral.objects.with_key().select_related("panel", "agency", "written_by").get(pk=referral.pk)


def whole(world, *, reporters=1, **typed) -> Referral:
    """A draft with all that is needed, with *reporters* people who told of it; *typed* are other answers to items."""
    by = world.referrer
    referral = fresh(start_referral(by=by, panel=world.panel))
    person = referral.parties.get()
    person = Party.objects.with_key().get(pk=person.pk)
    save_part(by=by, referral=referral, row=person, typed=OFFENDER, seen=person.version)
    for _number in range(reporters):
        add_party(by=by, referral=referral, capacity=Capacity.REPORTER, typed=REPORTER)
    row = save_part(by=by, referral=referral, row=referral, typed=WHY, seen=referral.version)
    details = {"cohort": "fixed", "release_on": None, **typed}
    save_part(by=by, referral=referral, row=row, typed={"details": details}, seen=row.version)
    return fresh(referral)


def sent(world, **more) -> Referral:
    """A whole referral, submitted."""
    referral = whole(world, **more)
    submit_referral(by=world.referrer, referral=referral)
    return fresh(referral)


def accepted(world, **more):
    """The case of a whole referral, and the referral."""
    referral = sent(world, **more)
    return accept_referral(by=world.coordinator, referral=referral), fresh(referral)


def tomorrow() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=1)
