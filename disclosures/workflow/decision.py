"""Preparing a decision: what the system knows, the answers to its questions, its pieces and recipients."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Entry
from cases.workflow.drafts import drop_draft
from cases.workflow.merging import Clash, merge
from core.history import noting
from core.recording import record
from disclosures.emails import ask_to_agree
from disclosures.models import Decision, DecisionItem, DecisionRecipient, DisclosurePerson
from disclosures.models.codes import Condition, Identifies, NoConsent
from disclosures.rules import decision as rules
from disclosures.rules import lawful as law
from disclosures.rules.consent import state_of
from disclosures.rules.path import STEPS
from disclosures.rules.request import protocol_for
from partnership.models import Signatory

QUESTIONS: dict[str, tuple[str, ...]] = {
    "purpose": ("purpose_is_good", "outcome"),
    "nature": (
        "identifies",
        "special",
        "offence",
        "victim_material",
        "counselling_notes",
        "third_party",
        "third_party_agency",
        "third_party_answer",
        "third_party_name",
        "third_party_on",
        "third_party_words",
        "stops",
        "tested_words",
    ),
    "confidence": ("confidential", "confidential_words"),
    "caldicott": (
        "caldicott",
        "caldicott_name",
        "caldicott_on",
        "caldicott_words",
        "caldicott_not",
        "caldicott_principles",
        "caldicott_note",
    ),
    "consent": (
        "no_consent",
        "no_consent_words",
        "told",
        "told_words",
        "representations",
        "representations_words",
    ),
    "law": ("overrides", "public_interest", "protect", "bases", "aims", "necessary", "less", "balance"),
    "release": ("method", "conditions", "conditions_words", "destroy_on", "destroy_event"),
    "record": (
        "outcome",
        "reason_code",
        "reason",
        "advice",
        "advice_words",
        "reviewer",
        "defer_until",
        "review_on",
    ),
}
# Codes, never words, that the originator's last decision lends to the next.
LENT = ("method", "conditions", "destroy_event", "aims", "overrides", "no_consent", "told")
USUAL_CONDITIONS = (Condition.PURPOSE, Condition.ONWARD, Condition.VERIFY, Condition.RIGHTS)


@transaction.atomic
def begin_decision(*, by, decision: Decision) -> Decision:
    """Fill what the system knows into a waiting decision, once: protocol, tiers, regimes, consent, usual answers.

    Codes of the originator's last decision are lent; words never, they may be about somebody else.
    """
    _require_preparer(by, decision)
    if decision.begun_at:
        return decision
    decision.begun_at, decision.begun_by = timezone.now(), by
    decision.purpose_is_good, decision.identifies = True, Identifies.PERSONAL
    decision.special = ["health"] if rules.health_agency(decision.originator) else []
    decision.confidential = True
    decision.no_consent = NoConsent.NOT_BASIS
    decision.conditions, decision.destroy_event = list(USUAL_CONDITIONS), "purpose_met"
    last = _last_of(decision)
    for name in LENT:
        if last is not None and getattr(last, name):
            setattr(decision, name, getattr(last, name))
    decision.no_consent = state_of(decision).answer or decision.no_consent
    know(decision)
    noting(decision, by=by, reason="begun").save_over(decision.version)
    disclosure = decision.disclosure
    if disclosure.agency_id:
        DecisionRecipient(
            key=disclosure.key, decision=decision, agency_id=disclosure.agency_id, member_id=disclosure.requested_by_id
        ).save(force_insert=True)
    _offer_merits(decision)
    _offer_entries(decision)
    record("decision.begun", by=by, thing=decision, case_id=disclosure.case_id, panel_id=disclosure.panel_id)
    return decision


@transaction.atomic
def answer(*, by, decision: Decision, step: str, seen: int, **typed) -> Decision:
    """Write the answers of one page, *typed* of `QUESTIONS[step]`, over the version *seen*.

    The page counts as answered from now on.  What a colleague answered on other pages meanwhile stays; where both
    answered the same, `Clash` holds both and nothing is saved.
    """
    _require_preparer(by, decision)
    merged = merge(decision, seen, {name: typed[name] for name in QUESTIONS[step] if name in typed})
    if merged.clashes:
        raise Clash(decision, merged)
    for name, value in merged.values.items():
        setattr(decision, name, value)
    if step == "record":
        decision.review, decision.reviewed_at, decision.reviewed_by = "", None, None  # to what was said before
    if step == "nature":
        decision.health = "health" in decision.special
    if step == "purpose" and decision.purpose_is_good and decision.outcome != "nothing":
        decision.outcome = decision.outcome if "record" in decision.steps_done else ""
    decision.steps_done = [code for code in STEPS if code == step or code in decision.steps_done]
    know(decision)
    noting(decision, by=by, reason=f"answered:{step}").save_over(decision.version)
    drop_draft(by=by, about=decision, part=step)
    record(
        "decision.prepared",
        by=by,
        thing=decision,
        case_id=decision.disclosure.case_id,
        panel_id=decision.disclosure.panel_id,
        detail={"question": step},
    )
    if step == "record" and decision.outcome == "detrimental" and decision.reviewer_id:
        ask_to_agree(decision)
    return decision


@transaction.atomic
def choose_pieces(*, by, decision: Decision, pieces: list[dict]) -> list[DecisionItem]:
    """Let exactly *pieces* be what is considered for release, in this order, in place of those before.

    A piece is a dict of `entry` (one of the originator's own on the case, or None), `original`, `words` (what leaves;
    empty: withheld), `nature`, `source`, `grade`, `known_on`, `gaps`, `category`, `party`.
    """
    _require_preparer(by, decision)
    own = {entry.pk: entry for entry in own_entries(decision)}
    decision.items.all().delete()
    made = []
    for position, piece in enumerate(pieces):
        entry = piece.pop("entry", None)
        if entry is not None and entry not in own:
            raise ValidationError(_("Only your agency’s own entries on this case can be shared."))
        item = DecisionItem(key=decision.words_key, decision=decision, entry=own.get(entry), position=position, **piece)
        if item.entry:
            item.category = item.category or item.entry.category
            item.party_id = item.party_id or item.entry.party_id
        item.words = item.words.strip()
        item.withheld = item.withheld or not item.words
        item.save(force_insert=True)
        made.append(item)
    return made


@transaction.atomic
def choose_recipients(*, by, decision: Decision, recipients: list[tuple]) -> list[DecisionRecipient]:
    """Let exactly these members receive, each with the reason why that person needs it: pairs of member and words."""
    _require_preparer(by, decision)
    decision.recipients.all().delete()
    made = [
        DecisionRecipient(
            key=decision.disclosure.key, decision=decision, agency_id=member.agency_id, member=member, need=need
        )
        for member, need in recipients
    ]
    for recipient in made:
        recipient.save(force_insert=True)
    return made


def own_entries(decision: Decision):
    """The originator's own entries on the case: what it may share of what it has said here."""
    return (
        Entry.objects.with_key()
        .filter(case=decision.disclosure.case_id, agency=decision.originator_id, withdrawn_at__isnull=True)
        .filter(kind=Entry.Kind.INFORMATION)
        .order_by("-written_at", "pk")
    )


def parts_of(decision: Decision) -> dict:
    """The pieces, recipients and people of *decision*, their keys joined: what `rules.decision.problems` takes."""
    return {
        "items": list(DecisionItem.objects.with_key().filter(decision=decision).in_order()),
        "recipients": list(
            DecisionRecipient.objects.with_key().filter(decision=decision).select_related("key", "member", "agency")
        ),
        "people": list(DisclosurePerson.objects.with_key().filter(disclosure=decision.disclosure_id)),
    }


def know(decision: Decision) -> None:
    """Write down what the system knows at this instant: regimes, standing of each side, protocol, consent.  Unsaved.

    Asked once more as the decision is taken: what stood then is what it keeps.
    """
    disclosure = decision.disclosure
    decision.regime = law.regime_of(decision.originator)
    if disclosure.agency_id:
        decision.recipient_regime = law.regime_of(disclosure.agency)
    decision.consent_state = state_of(decision).code
    protocol = protocol_for(disclosure.panel)
    tiers = dict(
        Signatory.objects.live()
        .filter(agency__in=[agency for agency in (decision.originator_id, disclosure.agency_id) if agency])
        .values_list("agency_id", "tier")
    )
    decision.standing = {
        "protocol": protocol.number if protocol else 0,
        "originator_tier": int(tiers.get(decision.originator_id, 0)),
        "requester_tier": int(tiers.get(disclosure.agency_id, 0)),
    }


def _last_of(decision: Decision) -> Decision | None:
    decided = Decision.objects.with_key().filter(originator=decision.originator_id, way=Decision.Way.ORDINARY)
    return decided.filter(state=Decision.State.DECIDED, outcome__in=rules.SHARING).order_by("-decided_at").first()


def _offer_entries(decision: Decision) -> None:
    for position, entry in enumerate(own_entries(decision)[:30]):
        DecisionItem(
            key=decision.words_key,
            decision=decision,
            entry=entry,
            party_id=entry.party_id,
            category=entry.category,
            position=position,
            original=entry.text,
            words="",
            withheld=True,
            nature=entry.nature,
            grade=entry.grade or DecisionItem.Grade.CONFIRMED,
            source=entry.source,
            known_on=entry.known_on,
        ).save(force_insert=True)


def _offer_merits(decision: Decision) -> None:
    """What was decided on the merits, as it would leave."""
    if decision.disclosure.way == decision.disclosure.Way.MERITS:
        words = decision.disclosure.wanted
        offered = DecisionItem(key=decision.words_key, decision=decision, original=words, words=words)
        offered.save(force_insert=True)


def _require_preparer(by, decision: Decision) -> None:
    if not rules.may_prepare(by, decision):
        raise PermissionDenied
