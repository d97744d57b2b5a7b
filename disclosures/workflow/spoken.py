"""What was spoken at a meeting item: one decision record per originator, from what the meeting already knows."""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Bar, Entry, Party, ReferenceCounter
from cases.workflow.reference import next_reference
from core.history import noting
from core.models import Key
from core.recording import record
from disclosures.models import Decision, DecisionRecipient, Disclosure, DisclosurePerson
from disclosures.models.codes import Condition, DestroyEvent, Identifies, Method, NoConsent, Outcome, Reason
from disclosures.rules import lawful as law

CONDITIONS = (Condition.PURPOSE, Condition.ONWARD, Condition.RIGHTS)


@transaction.atomic
def record_spoken(*, by, listing, recipients, entries=None, at=None) -> Disclosure | None:
    """Record that the entries of *listing* were open at a meeting item to *recipients*, as the meeting knows them.

    *recipients* are dicts with `agency`, `member` (rows or None) and `observer` (a name, for who signed on paper).
    One request of the panel's, one decision per originator whose information was opened (the agency it came from, where
    another said it), decided by who gave the latest of it; who hears one's own agency is no recipient of it.  Called
    when the item ends; a second hearing of the same listing writes another record.  The number of queries does not grow
    with entries, agencies or hearers.
    Nothing (None) where nobody's entries were open.  Data Protection Act 2018 s.62(5); guidance Box 1.
    """
    opened = Entry.objects.with_key().select_related("agency", "origin", "written_by").filter(listing=listing)
    if entries is not None:
        opened = opened.filter(pk__in=[getattr(entry, "pk", entry) for entry in entries])
    given: dict = {}
    for entry in opened.filter(withdrawn_at__isnull=True).order_by("written_at", "pk"):
        given.setdefault(entry.origin_id or entry.agency_id, []).append(entry)
    if not given:
        return None
    now = at or timezone.now()
    closed = _closed_to([entry for own in given.values() for entry in own])
    given = _heard_at_all(given, recipients, closed)
    if not given:
        return None
    disclosure = _request_of_meeting(by, listing, now)
    decisions = {agency: _decision(disclosure, own, now) for agency, own in given.items()}
    Key.objects.bulk_create(decision.words_key for decision in decisions.values())
    Decision.objects.bulk_create(decisions.values())
    DecisionRecipient.objects.bulk_create(
        DecisionRecipient(
            key=disclosure.key,
            decision=decision,
            agency=hearer.get("agency") if hearer.get("member") else None,
            member=hearer.get("member"),
            observer="" if hearer.get("member") else hearer.get("observer", ""),
        )
        for agency, decision in decisions.items()
        for hearer in recipients
        if any(_hears(hearer, entry, closed) for entry in given[agency])
    )
    _record(by, disclosure, decisions, recipients, given)
    return disclosure


def _closed_to(entries) -> dict:
    """From whom each of *entries* is kept: entry id → ids of agencies and members; one query."""
    found: dict = defaultdict(set)
    bars = Bar.objects.live().filter(entry__in=[entry.pk for entry in entries])
    for entry, agency, member in bars.values_list("entry", "agency", "member"):
        found[entry] |= {agency, member} - {None}
    return found


def _hears(hearer: dict, entry: Entry, closed: dict) -> bool:
    """Whether *hearer* receives *entry*: not its own people, nor who is kept from it.

    An observer hears what does not rest on consent: no consent names somebody who belongs to no agency.
    """
    member = hearer.get("member")
    if member is None:
        return not entry.on_consent
    own = {entry.agency_id, entry.origin_id}
    return member.agency_id not in own and not {member.pk, member.agency_id} & closed.get(entry.pk, set())


def _heard_at_all(given: dict, recipients, closed: dict) -> dict:
    """*given* without what rests on consent and nobody who was there might have."""
    found: dict = {}
    for agency, entries in given.items():
        heard = [e for e in entries if not e.on_consent or any(_hears(hearer, e, closed) for hearer in recipients)]
        if heard:
            found[agency] = heard
    return found


def _request_of_meeting(by, listing, now) -> Disclosure:
    case = listing.case
    disclosure = Disclosure(
        key=Key.objects.mint(Key.Kind.DISCLOSURE),
        panel=case.panel,
        scheme=case.panel.scheme,
        number=next_reference(case.panel, ReferenceCounter.Kind.DISCLOSURE, at=now),
        way=Disclosure.Way.MEETING,
        state=Disclosure.State.CLOSED,
        case=case,
        listing=listing,
        received_at=now,
        ended_at=now,
        purpose=_("Heard at a meeting of the panel."),
    )
    noting(disclosure, by=by, reason="spoken").save(force_insert=True)
    DisclosurePerson.objects.bulk_create(
        DisclosurePerson(
            key=disclosure.key,
            disclosure=disclosure,
            party=party,
            capacity=party.capacity,
            name=party.name,
            birth_date=party.birth_date,
        )
        for party in Party.objects.with_key().current().spoken_of().filter(referral=listing.referral_id)
    )
    return disclosure


def _decision(disclosure: Disclosure, entries: list[Entry], now) -> Decision:
    """Unsaved: what the agency's own entries and the signed statement say of its decision."""
    latest = entries[-1]
    originator = latest.origin or latest.agency
    return Decision(
        key=disclosure.key,
        disclosure=disclosure,
        originator=originator,
        words_key=Key.new(Key.Kind.RELEASE),
        state=Decision.State.DECIDED,
        way=Decision.Way.MEETING,
        purpose_is_good=True,
        identifies=Identifies.PERSONAL,
        confidential=True,
        no_consent=NoConsent.GIVEN if all(entry.on_consent for entry in entries) else NoConsent.NOT_BASIS,
        regime=law.regime_of(originator),
        method=Method.MEETING,
        conditions=list(CONDITIONS),
        destroy_event=DestroyEvent.MINUTES,
        outcome=Outcome.SHARE,
        reason_code=Reason.PREVENT_CRIME,
        reason=_why(entries),
        standing={"entries": [str(entry.pk) for entry in entries]},
        decided_at=now,
        decided_by=latest.written_by,
    )


def _why(entries: list[Entry]) -> str:
    """The statement that was signed, and who said it where the originator did not."""
    signed = _("Shared at the item under the statement that all who heard it signed.")
    others = sorted({entry.agency.name for entry in entries if entry.origin_id})
    if not others:
        return signed
    said = _("Said by %(agencies)s, to whom this agency had given it: its liaison officer was not asked before.")
    return f"{signed} {said % {'agencies': '; '.join(others)}}"


def _record(by, disclosure, decisions, recipients, given) -> None:
    heard = [
        {
            "kind": "member",
            "id": str(hearer["member"].pk),
            "name": hearer["member"].name,
            "address": hearer["agency"].name,
        }
        if hearer.get("member")
        else {"kind": "observer", "name": hearer.get("observer", "")}
        for hearer in recipients
    ]
    record(
        "decision.spoken",
        by=by,
        thing=disclosure,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        recipients=heard,
        things=[decision.pk for decision in decisions.values()],
        detail={"number": disclosure.number, "originators": len(given)},
    )
