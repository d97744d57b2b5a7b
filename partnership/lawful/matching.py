"""Does one lawful basis fit these facts?  One predicate per column of the reference table."""

from partnership.models import Agency, LegalBasis


def fits(row: LegalBasis, facts) -> bool:
    """Whether *row* may be chosen for *facts*, a `partnership.lawful.Facts`; its dates included."""
    return row.is_valid(facts.on) and not list(misfits(row, facts))


def misfits(row: LegalBasis, facts):
    """The columns in which *row* does not fit *facts*."""
    if facts.regime not in row.regimes:
        yield "regimes"
    if row.disclosers and not is_among(facts.discloser, row.disclosers):
        yield "disclosers"
    if is_among(facts.discloser, row.not_disclosers):
        yield "not_disclosers"
    if row.recipients and facts.recipients and not any(is_among(each, row.recipients) for each in facts.recipients):
        yield "recipients"
    if row.health == LegalBasis.Health.NO and facts.health:
        yield "health"
    if row.only_when and not any(_holds(word, facts) for word in row.only_when):
        yield "only_when"
    if not is_of_age(row, facts.ages):
        yield "ages"


def is_among(agency: Agency, words: list[str]) -> bool:
    """Whether the agency's kind or legal class is one of *words*."""
    return agency.kind in words or agency.legal_class in words


def is_of_age(row: LegalBasis, ages) -> bool:
    """Whether somebody is of an age for *row*; who is of unknown age may be, and so may nobody in particular."""
    least, most = row.youngest or 0, row.oldest if row.oldest is not None else 200
    return not ages or any(age is None or least <= age <= most for age in ages)


def is_special(facts) -> bool:
    """Whether it is special category data: health data always is."""
    return facts.special or facts.health


def _holds(word: str, facts) -> bool:
    fact = word.removeprefix("not ")
    said = is_special(facts) if fact == "special" else getattr(facts, fact)
    return said is not word.startswith("not ")
