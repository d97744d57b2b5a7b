"""The chain rule: what a set of chosen bases must hold together so that a decision can be approved.

A power or duty; an Article 6 basis or one under Part 3; for special category data a condition of Article 9 and
Schedule 1, or of Schedule 8; for offence data under UK GDPR a condition of Article 10 unless the discloser acts under
official authority; for confidential information a ground of common law; Article 8; an appropriate policy document
where a condition needs one; and no stop.
"""

from django.utils.translation import gettext as _

from partnership.lawful.matching import is_among, is_special, misfits
from partnership.models import LegalBasis

Type, Health = LegalBasis.Type, LegalBasis.Health
GATE = ("C1", "C2", "C3")
OFFICIAL = ("police", "probation", "prison")
SPARED = "S1-10"  # of the policy document, towards a competent authority: DPA 2018 Sch 1 para 10(2)


def gaps_of(rows: list[LegalBasis], facts, *, art8: bool) -> list[str]:
    """Everything that the chosen *rows* lack for *facts* (a `partnership.lawful.Facts`), in plain words."""
    found = [*_stopped(rows), *_unfit(rows, facts)]
    if not facts.personal:
        return found
    fit = [row for row in rows if not list(misfits(row, facts)) and row.is_valid(facts.on)]
    for ask in (_power, _basis, _special, _offence, _confidence, _article_8, _victim, _needs, _policy):
        found += ask(fit, facts, art8)
    return found


def _stopped(rows):
    return [
        _("%(label)s (%(code)s, %(citation)s) may not be disclosed: take it out first.")
        % {"label": row.label, "code": row.code, "citation": row.citation}
        for row in rows
        if row.is_a(Type.STOP)
    ]


def _unfit(rows, facts):
    sentences = {
        "regimes": _("is of the other regime"),
        "disclosers": _("is not open to %(agency)s") % {"agency": facts.discloser.name},
        "not_disclosers": _("is not open to %(agency)s") % {"agency": facts.discloser.name},
        "recipients": _("reaches none of the recipients"),
        "health": _("never covers health or care data"),
        "only_when": _("is not for this kind of information"),
        "ages": _("is not for people of this age"),
    }
    for row in rows:
        why = [sentences[name] for name in misfits(row, facts)]
        if not row.is_valid(facts.on):
            why.insert(0, _("is not in force on the day of the decision"))
        if why and not row.is_a(Type.STOP):
            reasons = "; ".join(dict.fromkeys(why))
            yield _("%(code)s, %(label)s: %(why)s.") % {"code": row.code, "label": row.label, "why": reasons}


def _power(rows, facts, _art8):
    powers = [row for row in rows if row.is_a(Type.POWER, Type.DUTY)]
    if not powers:
        return [_("Choose the power or duty to share.")]
    found = [
        _("No power or duty that you chose reaches %(agency)s.") % {"agency": recipient.name}
        for recipient in facts.recipients
        if not any(not row.recipients or is_among(recipient, row.recipients) for row in powers)
    ]
    if facts.health and all(row.health not in (Health.YES, Health.GATED) for row in powers):
        found.append(_("No power or duty that you chose covers health or care data."))
    return found


def _basis(rows, facts, _art8):
    if facts.regime == "part3":
        return [] if _has(rows, Type.PART_3) else [_("Choose the basis under Part 3 of the Data Protection Act 2018.")]
    return [] if _has(rows, Type.ARTICLE_6) else [_("Choose the Article 6 basis.")]


def _special(rows, facts, _art8):
    if not is_special(facts):
        return []
    if facts.regime == "part3":
        met = _has(rows, Type.SCHEDULE_8)
        return [] if met else [_("Sensitive information: choose a condition of Schedule 8.")]
    return [] if _has(rows, Type.ARTICLE_9) else [_("Special category information: choose an Article 9 condition.")]


def _offence(rows, facts, _art8):
    official = facts.discloser.kind in OFFICIAL
    if not facts.offence or facts.regime == "part3" or official or _has(rows, Type.ARTICLE_10):
        return []
    return [_("Information about offences: choose a condition of Schedule 1 for Article 10.")]


def _confidence(rows, facts, _art8):
    powers = [row for row in rows if row.is_a(Type.POWER, Type.DUTY)]
    found = []
    if facts.confidential and not any(row.is_a(Type.COMMON_LAW) for row in rows):
        found.append(_("Confidential information: choose the ground on which confidence gives way."))
    gated = [row for row in powers if row.health == Health.GATED]
    alone = gated and not any(row.health == Health.YES for row in powers)
    if facts.health and alone and not any(row.code in GATE for row in rows):
        found.append(
            _("%(code)s covers health or care data only with consent (C1), public interest (C2) or law (C3).")
            % {"code": gated[0].code}
        )
    return found


def _article_8(rows, facts, art8):
    if art8 or _has(rows, Type.ARTICLE_8):
        return []
    return [_("Answer why this is lawful, necessary, the least intrusive way and fair (Article 8).")]


def _victim(rows, facts, _art8):
    asked = facts.victim_material and any(recipient.kind == "police" for recipient in facts.recipients)
    if not asked or any(row.code == "P19" for row in rows):
        return []
    return [_("Material about a victim that the police ask for needs a victim information request (P19).")]


def _needs(rows, facts, _art8):
    words = {
        Type.DUTY: _("a duty"),
        Type.POWER: _("a power"),
        Type.SCHEDULE_1: _("a condition of Schedule 1 Part 2"),
        Type.SCHEDULE_8: _("a condition of Schedule 8"),
    }
    return [
        _("%(code)s, %(label)s, also needs %(what)s.")
        % {
            "code": row.code,
            "label": row.label,
            "what": _(" or ").join(str(words.get(need, Type(need).label)) for need in row.needs),
        }
        for row in rows
        if row.needs and not _has(rows, *row.needs)
    ]


def _policy(rows, facts, _art8):
    to_competent = facts.recipients and all(recipient.kind in OFFICIAL for recipient in facts.recipients)
    wanting = [row for row in rows if row.policy_document and not (row.code == SPARED and to_competent)]
    if facts.policy or not wanting:
        return []
    shown = {"codes": ", ".join(row.code for row in wanting)}
    words = _("%(codes)s: an appropriate policy document is needed, and the protocol in force names none.")
    return [words % shown]


def _has(rows, *types) -> bool:
    return any(row.is_a(*types) for row in rows)
