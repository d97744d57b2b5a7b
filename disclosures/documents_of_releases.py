"""What the papers of disclosures say: a decision's record on one page, and what was released."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.models import Consent
from consent.rules.reach import categories
from core.templatetags.confer import when
from disclosures.models import Decision, DisclosurePaper, ReleaseItem, codes
from disclosures.rules import release as rules
from disclosures.rules.resting import shut
from partnership.models import LegalBasis
from partnership.post.press import moment_words

Kind = DisclosurePaper.Kind
TEMPLATES = {
    Kind.RECORD: "disclosures/document/record.html",
    Kind.RELEASE: "disclosures/document/release.html",
}


def facts_of(paper) -> dict:
    """The facts of *paper* as plain values; `PermissionDenied` where whoever it is for may not have it any more."""
    if paper.kind == Kind.RELEASE:
        return release_facts(paper.release)
    if not Decision.objects.visible_to(paper.asked_by).filter(pk=paper.decision_id).exists():
        raise PermissionDenied
    return record_facts(paper.decision)


def title_of(paper) -> str:
    """A title without anybody's name: it stands in the file's metadata."""
    if paper.kind == Kind.RELEASE:
        return _("Released information %(number)s") % {"number": paper.release.number}
    return _("Record of a decision, %(number)s") % {"number": paper.decision.disclosure.number}


def handling(paper) -> str:
    """The handling text under the marking."""
    if paper.kind == Kind.RELEASE:
        return _("For the named recipient alone. Do not pass on; destroy by the day stated and confirm it.")
    return _("Confidential to the agency that decided.")


def release_facts(release) -> dict:
    """Exactly the approved pieces in the words that leave, the conditions, and by when they are destroyed."""
    if shut(release) or not rules.is_open_to(release.member, release):
        raise PermissionDenied
    decision = release.decision
    items = ReleaseItem.objects.visible_to(release.member).filter(release=release).in_order()
    return {
        "number": release.number,
        "recipient": release.member.name,
        "agency": release.agency.name,
        "originator": decision.originator.name,
        "released": moment_words(timezone.localtime(release.released_at)),
        "conditions": condition_words(decision),
        "destroy": destroy_words_of(release),
        "items": [item_words(item) for item in items],
    }


def record_facts(decision) -> dict:
    """The decision, shared or not, on one page: who asked, on which grounds, what kind, to whom; no released words."""
    disclosure = decision.disclosure
    labels = dict(LegalBasis.objects.filter(code__in=decision.bases).order_by().values_list("code", "label"))
    releases = decision.releases.select_related("agency", "member").order_by("member__name", "pk")
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
        "review": str(decision.get_review_display()) if decision.review else "",
        "bases": [f"{code} – {labels.get(code, '')}".rstrip(" –") for code in decision.bases],
        "special": [str(codes.Special(code).label) for code in decision.special if code in codes.Special.values],
        "caldicott": _caldicott(decision),
        "consent": str(decision.get_no_consent_display()) if decision.no_consent else "",
        "override": override_facts(decision),
        "told": str(decision.get_told_display()) if decision.told else "",
        "necessary": decision.necessary,
        "balance": decision.balance,
        "conditions": condition_words(decision),
        "destroy": _destroy_words(decision.destroy_on, decision),
        "recipients": [
            {
                "name": release.member.name,
                "agency": release.agency.name,
                "number": release.number,
                "state": str(release.get_state_display()),
                "confirmed": _at(release.confirmed_at) or _kept(release),
            }
            for release in releases
        ],
    }


def _kept(release) -> str:
    """On which lawful basis of its own its recipient keeps *release*; empty where on none."""
    return _("Kept on another lawful basis: %(code)s") % {"code": release.own_basis} if release.own_basis else ""


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
    grounds = [str(codes.Override(code).label) for code in decision.overrides if code in codes.Override.values]
    ended = [row.ended_at for row in rows]
    return {
        "by": f"{first.made_by.name}, {decision.originator.name}",
        "on": _at(first.made_at),
        "agencies": sorted({row.agency.name for row in rows}),
        "kinds": sorted({str(labels.get(row.category, "")) for row in rows} - {""}),
        "consent": _as_it_stood(rows) or _("Your agency has recorded none in Confer"),
        "grounds": grounds,
        "why": decision.public_interest,
        "told": ": ".join(filter(None, [str(decision.get_told_display()), decision.told_words])),
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
    listed = [str(codes.Condition(code).label) for code in decision.conditions if code in codes.Condition.values]
    return [*listed, *([decision.conditions_words] if decision.conditions_words else [])]


def _asked_by(disclosure) -> str:
    Way = disclosure.Way
    if disclosure.way == Way.MERITS:
        return _("Nobody: decided on the merits, put forward by %(name)s") % {"name": disclosure.requested_by.name}
    is_own = disclosure.way == Way.OWN
    nobody = _("Nobody: of the agency’s own accord") if is_own else _("The meeting of the panel")
    return _who(disclosure.requested_by, disclosure.agency) or nobody


def destroy_words_of(release) -> str:
    """By when *release* is to be destroyed, as a reader takes it."""
    return _destroy_words(release.destroy_on, release.decision)


def item_words(item) -> dict:
    """One released piece as the recipient reads it."""
    return {
        "words": item.words,
        "nature": str(item.get_nature_display()),
        "grade": str(item.get_grade_display()),
        "known_on": when(item.known_on) if item.known_on else "",
        "gaps": item.gaps,
    }


def _destroy_words(day, decision) -> str:
    """The event of *decision* and the latest *day*, as far as there are any."""
    event = str(decision.get_destroy_event_display()) if decision.destroy_event else ""
    if decision.destroy_event == codes.DestroyEvent.PURPOSE_MET:
        latest = when(day) if day else _("%(days)s days after receipt") % {"days": rules.USE_DAYS}
        return _("%(event)s, at the latest %(latest)s") % {"event": event, "latest": latest}
    return when(day) if day else event


def _caldicott(decision) -> str:
    if not decision.caldicott:
        return ""
    day = when(decision.caldicott_on) if decision.caldicott_on else ""
    return ", ".join(filter(None, [decision.caldicott_name, str(decision.get_caldicott_display()), day]))


def _who(member, agency) -> str:
    return f"{member.name}, {agency.name}" if member and agency else ""


def _at(moment) -> str:
    return moment_words(timezone.localtime(moment)) if moment else ""
