"""What of a decision rests on consent, and whether a consent in force covers it at this instant."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Bar, Entry
from cases.models.access import FOR_CONSENT
from consent.models import Consent
from consent.rules.reach import categories, gated
from consent.workflow.settle import asked_of
from disclosures.models import Decision, DecisionItem, ReleaseItem
from disclosures.models.codes import NoConsent

WITHOUT = (NoConsent.UNSAFE, NoConsent.PREJUDICE, NoConsent.IMPRACTICABLE, NoConsent.REFUSED, NoConsent.WITHDRAWN)
WITHOUT = (*WITHOUT, NoConsent.EXPIRED)


@dataclass(frozen=True)
class Uncovered:
    """An entry that rests on consent, an agency that is to receive it, and the code of what is missing.

    What came from no entry stands as one that was never saved.
    """

    entry: Entry
    agency: Any
    gap: str


def leaving(items) -> list:
    """The pieces that leave."""
    return [item for item in items if not item.withheld and item.words.strip()]


def uncovered(decision: Decision, items, recipients) -> list[Uncovered]:
    """Where a piece that leaves comes from an entry on consent that does not cover a recipient's agency now.

    The entry itself is named where the whole of it leaves.  Of what was shortened or put otherwise the words alone
    leave: it counts as typed.  What was typed counts where it is of a kind that the originator holds on consent, and
    the decision says why it goes without (`WITHOUT`).
    """
    case_id = decision.disclosure.case_id
    entries = [*_entries_on_consent(items), *_typed_on_consent(decision, items)] if case_id else []
    if not entries:
        return []
    asked, at = asked_of([case_id])[case_id], timezone.now()
    agencies = {each.agency_id: each.agency for each in recipients if each.agency_id}
    found = []
    for entry in entries:
        for agency_id, agency in agencies.items():
            gap = asked.gap(entry, agency_id, at) if agency_id != decision.originator_id else None
            if gap:
                found.append(Uncovered(entry, agency, gap.code))
    return found


def _entries_on_consent(items) -> list[Entry]:
    """The entries that leave whole, and one unsaved entry for each kind, and person, of what leaves of others."""
    pieces = {item.entry_id: item for item in leaving(items) if item.entry_id}
    found = list(Entry.objects.with_key().filter(pk__in=pieces, on_consent=True).order_by("pk")) if pieces else []
    whole = [entry for entry in found if leaves_whole(pieces[entry.pk], entry)]
    kinds = {(each.category, each.party_id, each.case_id, each.agency_id) for each in found if each not in whole}
    names = ("category", "party_id", "case_id", "agency_id")
    return [*whole, *(Entry(**dict(zip(names, kind, strict=True))) for kind in sorted(kinds, key=str))]


def leaves_whole(item: DecisionItem, entry: Entry) -> bool:
    """Whether *item* lets out all that *entry* says as it stands now: its words, its source and its day."""
    said = [(item.words, entry.text), (item.source, entry.source)]
    return item.known_on == entry.known_on and all(ours.split() == theirs.split() for ours, theirs in said)


def _typed_on_consent(decision: Decision, items) -> list[Entry]:
    """One unsaved entry for each kind, and person, of what leaves from no entry and is held on consent."""
    typed = {(each.category, each.party_id) for each in leaving(items) if not each.entry_id and each.category}
    if not typed or decision.no_consent not in WITHOUT:
        return []
    held = gated(decision.disclosure.panel, decision.originator)
    about = {"case_id": decision.disclosure.case_id, "agency_id": decision.originator_id}
    wanted = sorted((each for each in typed if each[0] in held), key=str)
    return [Entry(category=category, party_id=party, **about) for category, party in wanted]


def is_covered(decision: Decision, items, agency_id) -> bool:
    """Whether a consent in force lets the originator tell the agency each of *items*, by their entry or category.

    For a decision that says consent was given.  A piece of no category of the form needs one that was agreed.
    """
    return decision.disclosure.case is not None and not _not_covered(decision, leaving(items), agency_id)


def _not_covered(decision: Decision, items, agency_id) -> list:
    """Those of *items* that no consent in force covers for the agency; all, where the case is no more."""
    case, items = decision.disclosure.case, list(items)
    if case is None or not items or agency_id == decision.originator_id:
        return items if case is None else []
    asked, at = asked_of([case.pk])[case.pk], timezone.now()
    offered = [code for code, _words in categories(case.panel)]

    def covers(item) -> bool:
        wanted = [item.category] if item.category in offered else offered
        spoken_of = {"case_id": case.pk, "agency_id": decision.originator_id, "party_id": item.party_id}
        return any(asked.gap(Entry(category=code, **spoken_of), agency_id, at) is None for code in wanted)

    return [item for item in items if not covers(item)]


def problems(decision: Decision, items, recipients) -> list[tuple[str, str]]:
    """What an override still lacks, or why it cannot rest on consent, as (page, sentence)."""
    if decision.no_consent == NoConsent.GIVEN:
        agencies = {each.agency_id for each in recipients if each.agency_id}
        typed = [item for item in items if not item.entry_id]
        if uncovered(decision, items, recipients) or not all(is_covered(decision, typed, pk) for pk in agencies):
            return [("consent", _("No consent in force covers all of this for every recipient."))]
        return []
    return _of_override(decision) if uncovered(decision, items, recipients) else []


def _of_override(decision: Decision) -> list[tuple[str, str]]:
    found = []
    if decision.no_consent not in WITHOUT:
        found.append(
            ("consent", _("Some of it rests on consent, and none in force covers it: say why you go without."))
        )
    found += outweighing(decision)
    if decision.review_on is None or decision.review_on < timezone.localdate():
        found.append(("record", _("Say on which day this override is looked at again.")))
    return found


def outweighing(decision: Decision) -> list[tuple[str, str]]:
    """What is not written down of that it outweighs privacy, as (page, sentence).

    Common law (W v Egdell): serious harm or serious crime, and proportionate; fields 27 and 30 of the decision record.
    """
    found = []
    if not decision.overrides:
        found.append(("law", _("Choose what outweighs privacy here.")))
    if not decision.public_interest.strip():
        found.append(("law", _("Write down how serious it is, how near, and why sharing is proportionate.")))
    return found


def shut(release) -> list[ReleaseItem]:
    """What of *release* its agency may not have at this instant for want of consent; without what was taken back.

    A piece from an entry has the entry's bar, or left by an override and stays until that ends; one that was typed
    rests on consent where the decision says so.
    """
    pieces = list(ReleaseItem.objects.filter(release=release).standing())
    ended = set(over(ReleaseItem.objects.filter(release=release)).values_list("pk", flat=True))
    bars = Bar.objects.live().filter(agency=release.agency_id, reason__in=FOR_CONSENT)
    closed = set(
        bars.filter(entry__in=[each.entry_id for each in pieces if each.entry_id]).values_list("entry", flat=True)
    )
    typed = [each for each in pieces if not each.entry_id] if release.decision.no_consent == NoConsent.GIVEN else []
    said = list(DecisionItem.objects.filter(pk__in=[each.item_id for each in typed]))
    covered = {item.pk for item in said} - {item.pk for item in _not_covered(release.decision, said, release.agency_id)}
    lost = {each.pk for each in typed if each.item_id not in covered} | ended
    lost |= {each.pk for each in pieces if not each.override_id and each.entry_id in closed}
    return [each for each in pieces if each.pk in lost]


def over(pieces, on=None):
    """Of *pieces* (`ReleaseItem`s) those that left by an override which has ended by *on* (default today).

    Its last day is the day of its review, or the earlier one by which the information is destroyed.
    """
    on = on or timezone.localdate()
    past = Q(override__review_on__lt=on) | Q(override__decision__destroy_on__lt=on)
    return pieces.filter(Q(override__ended_at__isnull=False) | past, override__isnull=False)


def consent_behind(entry: Entry, originator_id) -> Consent | None:
    """The newest consent that the originator recorded of those of whom *entry* speaks: as it stands now."""
    held = Consent.objects.on_case(entry.case_id).filter(agency=originator_id)
    if entry.party_id:
        held = held.filter(subject__parties=entry.party_id)
    return held.last()
