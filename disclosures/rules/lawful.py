"""The facts of one decision, as the lawful bases are asked with them; what the chain rule still lacks."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disclosures.models import Decision
from disclosures.models.codes import Identifies
from disclosures.rules.request import protocol_for
from partnership import lawful
from partnership.models import Agency, LegalBasis, Protocol

PART_3 = frozenset({Agency.Kind.POLICE, Agency.Kind.PROBATION, Agency.Kind.PRISON})
REGIMES = {"uk_gdpr": _("UK GDPR"), "part3": _("Part 3 of the Data Protection Act 2018 (law enforcement)")}
HEALTH = "health"
# What an ordinary decision rests on, first what fits best; only what is offered is ever chosen.
USUAL = {
    "uk_gdpr": ("P01", "A6e", "A6ea"),
    "part3": ("P01", "P24", "L35b"),
}
USUAL_SPECIAL = {"uk_gdpr": ("A9g", "S1-18"), "part3": ("L35s", "S8-4")}
ON_CONSENT = ("A6a", "L35a")
USUAL_OFFENCE = ("S1-10",)
USUAL_CONFIDENTIAL = ("C2",)


def regime_of(agency: Agency) -> str:
    """Under which law *agency* discloses: "part3" for competent authorities, else "uk_gdpr"."""
    return "part3" if agency.kind in PART_3 else "uk_gdpr"


def age_on(born: datetime.date | None, on: datetime.date) -> int | None:
    """Whole years from *born* to *on*; who is born on 29 February is a year older on 1 March."""
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def facts_of(
    decision: Decision, *, recipients, people, on: datetime.date | None = None, protocol: Protocol | None = None
) -> lawful.Facts:
    """The facts of *decision* for *recipients* (agencies) and *people* (`DisclosurePerson`), on *on* or today.

    *protocol* is the one in force, where it is known already.
    """
    on = on or timezone.localdate()
    protocol = protocol or protocol_for(decision.disclosure.panel, on)
    special = set(decision.special)
    personal = decision.identifies in ("", Identifies.PERSONAL)
    return lawful.Facts(
        discloser=decision.originator,
        recipients=tuple(recipients),
        on=on,
        regime=decision.regime or regime_of(decision.originator),
        ages=tuple(age_on(person.birth_date, on) for person in people),
        personal=personal,
        special=bool(special - {HEALTH}),
        health=HEALTH in special,
        offence=bool(decision.offence),
        confidential=bool(decision.confidential),
        victim_material=bool(decision.victim_material),
        depersonalised=not personal,
        policy=bool(protocol and protocol.policy_reference),
    )


def own_bases(agency: Agency, on: datetime.date | None = None) -> list:
    """The bases, other than consent, on which *agency* may keep what it received although the consent has ended."""
    kinds = (LegalBasis.Type.ARTICLE_6, LegalBasis.Type.PART_3)
    facts = lawful.Facts(agency, (), on or timezone.localdate(), regime=regime_of(agency))
    return [row for row in lawful.offered(facts) if row.is_a(*kinds) and row.code not in ON_CONSENT]


def usual_bases(facts: lawful.Facts, offered) -> list[str]:
    """The codes that an ordinary decision on *facts* rests on, of those *offered*."""
    wanted = [*USUAL[facts.regime]]
    if facts.special or facts.health:
        wanted += USUAL_SPECIAL[facts.regime]
    if facts.offence and facts.regime == "uk_gdpr":
        wanted += USUAL_OFFENCE
    if facts.confidential:
        wanted += USUAL_CONFIDENTIAL
    there = {basis.code for basis in offered}
    chosen = [code for code in wanted if code in there]
    if "A6e" in chosen and "A6ea" in chosen:
        chosen.remove("A6ea")
    return chosen


def has_article_8(decision: Decision) -> bool:
    """Whether the four short answers are given: aim, necessity, least intrusion, fair balance."""
    return bool(decision.aims and decision.necessary and decision.less and decision.balance)


def gaps_of(decision: Decision, facts: lawful.Facts) -> list[str]:
    """Everything that the chain rule still lacks, in plain words."""
    return lawful.gaps(decision.bases, facts, art8=has_article_8(decision))
