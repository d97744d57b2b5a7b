"""What the record of a decision says on one page: everything it was decided on, and no word of what was released.

The words that leave, their sources and their gaps are sealed by themselves and destroyed before the decision is: no
paper may keep them, so it says of each piece of which kind it was alone.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from consent.models import Consent
from consent.rules.reach import categories
from core.templatetags.confer import when
from disclosures.models import DecisionItem, DecisionRecipient, Dissent, codes
from disclosures.rules.as_decided import known
from disclosures.rules.release import USE_DAYS
from partnership.models import LegalBasis
from partnership.post.press import moment_words


def record_facts(decision) -> dict:
    """*decision* (its request's panel and agencies joined), shared or not, as plain values; no released words."""
    disclosure = decision.disclosure
    return {
        "number": disclosure.number,
        "asked_by": _asked_by(disclosure),
        "received": _at(disclosure.received_at),
        "purpose": disclosure.purpose,
        "question": disclosure.question,
        "originator": decision.originator.name,
        "outcome": str(decision.outcome_words),
        "reason": str(decision.get_reason_code_display()),
        "reasons": decision.reason,
        "decided": _at(decision.decided_at),
        "decided_by": decision.decided_by.name if decision.decided_by else _("Nobody answered in time"),
        "verified": _("with a one-time code") if decision.verified_at else "",
        "way": str(decision.get_way_display()),
        "review": _with(decision.get_review_display(), decision.review_words) if decision.review else "",
        "emergency": decision.emergency_reason,
        "verbal_approval": decision.verbal_approval,
        "conditions": condition_words(decision),
        "destroy": destroy_words(decision.destroy_on, decision),
        "pieces": _pieces(decision),
        "address": f"{decision.address_by.name}, {_at(decision.address_at)}" if decision.address_by_id else "",
        "recipients": _recipients(decision),
        "dissents": _dissents(decision),
        **_stood(decision),
        **_grounds(decision),
    }


def _stood(decision) -> dict:
    """Protocol, regimes and consent as they stood when it was decided, never as they stand today."""
    then = known(decision)
    regimes = [str(then["regime"])]
    if then["recipient_regime"]:
        regimes.append(_("received under %(regime)s") % {"regime": then["recipient_regime"]})
    return {
        "protocol": str(then["protocol"] or _("No protocol in force")),
        "regimes": "; ".join(regimes),
        "consent_then": str(then["consent"]),
    }


def _grounds(decision) -> dict:
    """Law, Caldicott, consent, what the person was told and said, and the balance struck."""
    labels = dict(LegalBasis.objects.filter(code__in=decision.bases).order_by().values_list("code", "label"))
    return {
        "bases": [f"{code} – {labels.get(code, '')}".rstrip(" –") for code in decision.bases],
        "special": codes.labels(codes.Special.choices, decision.special),
        "third_party": _origin(decision) if decision.third_party else "",
        "confidential": decision.confidential_words if decision.confidential else "",
        "caldicott": _caldicott(decision),
        "caldicott_words": decision.caldicott_words or decision.caldicott_not,
        "principles": codes.labels(codes.PRINCIPLES, decision.caldicott_principles),
        "principles_note": decision.caldicott_note,
        "consent": _with(decision.get_no_consent_display(), decision.no_consent_words) if decision.no_consent else "",
        "override": override_facts(decision),
        "told": _with(decision.get_told_display(), decision.told_words) if decision.told else "",
        "representations": _representations(decision),
        "grounds": codes.labels(codes.Override.choices, decision.overrides),
        "public_interest": decision.public_interest,
        "aims": codes.labels(codes.AIMS, decision.aims),
        "necessary": decision.necessary,
        "less": decision.less,
        "balance": decision.balance,
        "protect": decision.protect,
        "advice": codes.labels(codes.ADVISERS, decision.advice),
        "advice_words": decision.advice_words,
    }


def _origin(decision) -> str:
    """Whose information it is besides, and which of its liaison officers agreed on which day (field 13)."""
    agency = decision.third_party_agency.name if decision.third_party_agency else ""
    answer = str(decision.get_third_party_answer_display()) if decision.third_party_answer else ""
    day = when(decision.third_party_on) if decision.third_party_on else ""
    said = ", ".join(filter(None, [_with(answer, decision.third_party_name), day]))
    return ". ".join(filter(None, [agency, said, decision.third_party_words]))


def _representations(decision) -> str:
    """Whether the person was asked for their view, and what they said, or why they were not (field 32)."""
    if decision.representations is None:
        return decision.representations_words
    return _with(_("Yes") if decision.representations else _("No"), decision.representations_words)


def _pieces(decision) -> list[str]:
    """Of each piece that leaves how sure it is, how reliable and as of when; how many were withheld."""
    items = list(DecisionItem.objects.with_key().filter(decision=decision).in_order()) if decision.shares else []
    found = [
        ", ".join(
            filter(
                None,
                [
                    str(item.get_nature_display()),
                    str(item.get_grade_display()),
                    _("as known on %(day)s") % {"day": when(item.known_on)} if item.known_on else "",
                ],
            )
        )
        for item in items
        if not item.withheld
    ]
    withheld = sum(item.withheld for item in items)
    return [*found, *([_("Withheld: %(count)s") % {"count": withheld}] if withheld else [])]


def _recipients(decision) -> list[dict]:
    """To whom it went, why each needs it, and what became of it; whoever heard it in a meeting has no release."""
    rows = DecisionRecipient.objects.with_key().filter(decision=decision).select_related("key", "member", "agency")
    needs = {row.member_id: row.need for row in rows if row.member_id}
    releases = decision.releases.select_related("agency", "member").order_by("member__name", "pk")
    return [
        {
            "name": release.member.name,
            "agency": release.agency.name,
            "need": needs.get(release.member_id, ""),
            "number": release.number,
            "state": str(release.get_state_display()),
            "confirmed": _at(release.confirmed_at) or _kept(release),
        }
        for release in releases
    ]


def _kept(release) -> str:
    """On which lawful basis of its own its recipient keeps *release*; empty where on none."""
    return _("Kept on another lawful basis: %(code)s") % {"code": release.own_basis} if release.own_basis else ""


def _dissents(decision) -> list[str]:
    """Who disagrees, since when and why; how it ended (field 45)."""
    rows = Dissent.objects.with_key().filter(decision=decision).select_related("key", "agency").order_by("raised_at")
    return [
        " ".join(
            filter(
                None,
                [
                    f"{row.agency.name}, {_at(row.raised_at)}: {row.words}",
                    f"{row.get_ending_display()}, {_at(row.ended_at)}. {row.ending_words}" if row.ended_at else "",
                ],
            )
        ).strip()
        for row in rows
    ]


def override_facts(decision) -> dict:
    """How *decision* goes without consent: who, for whom, of which kind, on which grounds and why they outweigh, until
    when; the consent as it stood, as the originator's own agency had recorded it.  Empty where it overrides none.

    What was missing by the records of other agencies is not said: a refusal is itself confidential.
    """
    found = decision.consent_overrides.select_related(
        "agency", "entry", "allowance", "made_by", "reviewed_by"
    ).order_by("made_at", "pk")
    rows = list(found) if decision.decided_at and decision.shares else []
    if not rows:
        return {}
    first, labels = rows[0], dict(categories(decision.disclosure.panel))
    ended = [row.ended_at for row in rows]
    return {
        "by": f"{first.made_by.name}, {decision.originator.name}",
        "on": _at(first.made_at),
        "agencies": sorted({row.agency.name for row in rows}),
        "kinds": sorted({str(labels.get(row.category, "")) for row in rows} - {""}),
        "consent": _as_it_stood(rows) or _("Your agency has recorded none in Confer"),
        "grounds": codes.labels(codes.Override.choices, decision.overrides),
        "why": decision.public_interest,
        "told": _with(decision.get_told_display(), decision.told_words),
        "caldicott": _caldicott(decision),
        "review": when(first.review_on),
        "reviewed": f"{_at(first.reviewed_at)}, {first.reviewed_by.name}" if first.reviewed_at else "",
        "ended": _at(max(ended)) if all(ended) else "",
        "changed": sorted({row.agency.name for row in rows if row.is_outdated}),
    }


def _as_it_stood(rows) -> str:
    """The states, in words, of the consents behind *rows* in the versions that were overridden."""
    wanted = {(row.consent_id, row.consent_version) for row in rows if row.consent_id}
    past = Consent.history.filter(id__in=[pk for pk, _version in wanted]).values_list("id", "version", "state")
    words = dict(Consent.State.choices)
    return "; ".join(sorted({str(words[state]) for pk, version, state in past if (pk, version) in wanted}))


def condition_words(decision) -> list[str]:
    """The conditions of *decision* as sentences, its own words last."""
    listed = codes.labels(codes.Condition.choices, decision.conditions)
    return [*listed, *([decision.conditions_words] if decision.conditions_words else [])]


def destroy_words(day, decision) -> str:
    """The event of *decision* and the latest *day*, as far as there are any."""
    event = str(decision.get_destroy_event_display()) if decision.destroy_event else ""
    if decision.destroy_event == codes.DestroyEvent.PURPOSE_MET:
        latest = when(day) if day else _("%(days)s days after receipt") % {"days": USE_DAYS}
        return _("%(event)s, at the latest %(latest)s") % {"event": event, "latest": latest}
    return when(day) if day else event


def _asked_by(disclosure) -> str:
    Way = disclosure.Way
    if disclosure.way == Way.MERITS:
        return _("Nobody: decided on the merits, put forward by %(name)s") % {"name": disclosure.requested_by.name}
    is_own = disclosure.way == Way.OWN
    nobody = _("Nobody: of the agency’s own accord") if is_own else _("The meeting of the panel")
    return _who(disclosure.requested_by, disclosure.agency) or nobody


def _caldicott(decision) -> str:
    if not decision.caldicott:
        return ""
    day = when(decision.caldicott_on) if decision.caldicott_on else ""
    return ", ".join(filter(None, [decision.caldicott_name, str(decision.get_caldicott_display()), day]))


def _who(member, agency) -> str:
    return f"{member.name}, {agency.name}" if member and agency else ""


def _with(label, words: str) -> str:
    """*label*, and after it what was written with it."""
    return ": ".join(filter(None, [str(label), words]))


def _at(moment) -> str:
    return moment_words(timezone.localtime(moment)) if moment else ""
