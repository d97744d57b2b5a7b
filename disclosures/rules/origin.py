"""What another agency gave: it leaves only once that agency's liaison officer has agreed (guidance Box 1)."""

from django.utils.translation import gettext as _

from cases.models import Entry
from disclosures.models import Decision
from disclosures.models.codes import OriginAnswer
from partnership.models import Agency


def problems(decision: Decision, items) -> list[str]:
    """What keeps another agency's information from leaving with *decision*, of whose pieces *items* some may be."""
    found = [_unsaid(name) for name in _unnamed(decision, items)]
    if not decision.third_party:
        return found
    agency = decision.third_party_agency
    if agency is None and not decision.third_party_words.strip():
        return [*found, _("Some of it comes from another agency: say which.")]
    whose = agency.name if agency else _("that agency")
    if decision.third_party_answer != OriginAnswer.AGREED:
        words = _("It leaves only once the liaison officer of %(agency)s has agreed: ask them, or leave it out.")
        return [*found, words % {"agency": whose}]
    if not (decision.third_party_name.strip() and decision.third_party_on):
        found.append(_("Say which liaison officer of %(agency)s agreed, and on which day.") % {"agency": whose})
    return found


def origins_of(items) -> list[Agency]:
    """The agencies from which leaving entries came that another agency wrote down, by name."""
    entries = [item.entry_id for item in items if item.entry_id and not item.withheld]
    rows = Entry.objects.filter(pk__in=entries, origin__isnull=False) if entries else Entry.objects.none()
    return list(Agency.objects.filter(pk__in=rows.order_by().values("origin")).order_by("name"))


def _unnamed(decision: Decision, items) -> list[str]:
    """Those of the pieces' own origins that are not the agency that was named as asked."""
    named = decision.third_party_agency_id if decision.third_party else None
    return [agency.name for agency in origins_of(items) if agency.pk not in (named, decision.originator_id)]


def _unsaid(name: str) -> str:
    words = _("An entry that is to leave came from %(agency)s: name that agency and what it answered, or leave it out.")
    return words % {"agency": name}
