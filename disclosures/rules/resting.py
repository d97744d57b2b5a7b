"""What of a decision rests on consent, and whether a consent in force covers it at this instant."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Bar, Entry
from cases.workflow.access import FOR_CONSENT
from consent.models import Consent
from consent.rules.reach import categories
from consent.workflow.settle import asked_of
from disclosures.models import Decision
from disclosures.models.codes import NoConsent

WITHOUT = (NoConsent.UNSAFE, NoConsent.PREJUDICE, NoConsent.IMPRACTICABLE, NoConsent.REFUSED, NoConsent.WITHDRAWN)
WITHOUT = (*WITHOUT, NoConsent.EXPIRED)


@dataclass(frozen=True)
class Uncovered:
    """An entry that rests on consent, an agency that is to receive it, and the code of what is missing."""

    entry: Entry
    agency: Any
    gap: str


def leaving(items) -> list:
    """The pieces that leave."""
    return [item for item in items if not item.withheld and item.words.strip()]


def uncovered(decision: Decision, items, recipients) -> list[Uncovered]:
    """Where a piece that leaves comes from an entry on consent that does not cover a recipient's agency now."""
    case_id = decision.disclosure.case_id
    ids = [item.entry_id for item in leaving(items) if item.entry_id]
    entries = list(Entry.objects.filter(pk__in=ids, on_consent=True)) if case_id and ids else []
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


def is_covered(decision: Decision, items, agency_id) -> bool:
    """Whether a consent in force lets the originator tell the agency each of *items*, by their entry or category.

    For a decision that says consent was given.  A piece of no category of the form needs one that was agreed.
    """
    case = decision.disclosure.case
    if case is None or agency_id == decision.originator_id:
        return case is not None
    asked, at = asked_of([case.pk])[case.pk], timezone.now()
    offered = [code for code, _words in categories(case.panel)]
    for item in leaving(items):
        wanted = [item.category] if item.category in offered else offered
        spoken_of = {"case_id": case.pk, "agency_id": decision.originator_id, "party_id": item.party_id}
        if not any(asked.gap(Entry(category=code, **spoken_of), agency_id, at) is None for code in wanted):
            return False
    return True


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
    if not decision.overrides:
        found.append(("law", _("Choose what outweighs that there is no consent.")))
    if not decision.public_interest.strip():
        found.append(("law", _("Say why it outweighs that there is no consent.")))
    if decision.review_on is None or decision.review_on < timezone.localdate():
        found.append(("record", _("Say on which day this override is looked at again.")))
    return found


def is_shut(release, entries) -> bool:
    """Whether a bar for want of consent keeps the agency of *release* from one of *entries* (ids) now."""
    bars = Bar.objects.live().filter(entry__in=entries, agency=release.agency_id, reason__in=FOR_CONSENT)
    return bars.exists()


def consent_behind(entry: Entry, originator_id) -> Consent | None:
    """The newest consent that the originator recorded of those of whom *entry* speaks: as it stands now."""
    held = Consent.objects.on_case(entry.case_id).filter(agency=originator_id)
    if entry.party_id:
        held = held.filter(subject__parties=entry.party_id)
    return held.last()
