"""Which lawful bases fit these facts, and what a chosen set of them still lacks.

The law itself is data (`partnership/reference/legal_bases.toml`); here is only how its rows are matched and chained.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from partnership.lawful.chain import gaps_of
from partnership.lawful.matching import fits
from partnership.models import Agency, LegalBasis

__all__ = ["Facts", "exemptions", "gaps", "offered", "stops"]


@dataclass(frozen=True)
class Facts:
    """What is known of one sharing of information by one agency.

    *on* the day of the decision; *regime* the discloser's, "uk_gdpr" or "part3"; *ages* in whole years of those it is
    about, None for an unknown one; *personal* it identifies somebody, and *depersonalised* that it was tested not to;
    *special* Article 9 data (under Part 3: sensitive processing), *health* health or care data, *offence* data about
    offences, *confidential* owed a duty of confidence, *victim_material* third-party material about a victim;
    *policy* the protocol in force names an appropriate policy document.
    """

    discloser: Agency
    recipients: tuple[Agency, ...]
    on: datetime.date
    regime: str = "uk_gdpr"
    ages: tuple[int | None, ...] = ()
    personal: bool = True
    special: bool = False
    health: bool = False
    offence: bool = False
    confidential: bool = False
    victim_material: bool = False
    depersonalised: bool = False
    policy: bool = True


_NO_CHOICE = (LegalBasis.Type.EXEMPTION, LegalBasis.Type.STOP)


def offered(facts: Facts) -> list[LegalBasis]:
    """The bases that may be chosen for *facts*, in the order of the reference file; one query."""
    return [row for row in LegalBasis.objects.valid(facts.on) if not row.is_a(*_NO_CHOICE) and fits(row, facts)]


def stops(on: datetime.date | None = None) -> list[LegalBasis]:
    """What must never leave through Confer, or only past a special exception: asked before anything else."""
    return [row for row in LegalBasis.objects.valid(on) if row.is_a(LegalBasis.Type.STOP)]


def exemptions(regime: str, on: datetime.date | None = None) -> list[LegalBasis]:
    """Exemptions from people's rights under *regime* ("uk_gdpr" or "part3") on *on* (default today)."""
    rows = LegalBasis.objects.valid(on)
    return [row for row in rows if row.is_a(LegalBasis.Type.EXEMPTION) and regime in row.regimes]


def gaps(chosen: Iterable[str], facts: Facts, *, art8: bool) -> list[str]:
    """Everything that a decision on the codes *chosen* still lacks, in plain words; empty when it can be approved.

    *art8*: the four short answers on Article 8 are given, or the aim is among the codes.  One query.
    """
    chosen = list(dict.fromkeys(chosen))
    rows = {row.code: row for row in LegalBasis.objects.filter(code__in=chosen)}
    unknown = [
        _("“%(code)s” is not in the table of lawful bases.") % {"code": code} for code in chosen if code not in rows
    ]
    return unknown + gaps_of([rows[code] for code in chosen if code in rows], facts, art8=art8)
