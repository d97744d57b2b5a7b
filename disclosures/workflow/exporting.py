"""The register of decisions as a table: one line for each release, one for a decision that released nothing."""

from collections import Counter, defaultdict

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from core.recording import record
from core.sealing import as_stored
from disclosures.models import Decision, DecisionItem, DecisionRecipient, Dissent, Release
from partnership.roles import Permission

MOST = 20_000
DECISION = (
    "decision",
    "request",
    "scheme",
    "received",
    "needed_by",
    "urgency",
    "requesting_agency",
    "originating_agency",
    "categories",
    "way",
    "state",
    "outcome",
    "reason",
    "legal_bases",
    "protocol",
    "regime",
    "recipient_regime",
    "special_categories",
    "came_from",
    "came_from_answer",
    "consent_then",
    "consent",
    "told",
    "representations",
    "override",
    "caldicott",
    "caldicott_principles",
    "dissents",
    "decided",
    "decided_by",
    "review",
    "superseded_by",
    "pieces",
    "withheld",
    "method",
    "conditions",
)
RELEASE = (
    "release",
    "recipient_agency",
    "recipient",
    "need_given",
    "release_state",
    "released",
    "acknowledged",
    "first_opened",
    "last_opened",
    "printed",
    "exported",
    "used",
    "destroy_by",
    "extended",
    "recalled",
    "destroyed",
    "confirmed",
    "ending",
    "how",
)


class Beside:
    """What stands beside *decisions* in rows of its own, by decision: pieces, withheld, dissents, needs; three queries.

    No key is joined and no word opened: whether a reason was written is told by whether anything is sealed.
    """

    def __init__(self, decisions):
        self.pieces, self.dissents = defaultdict(list), defaultdict(list)
        self.withheld: Counter = Counter()
        items = DecisionItem.objects.filter(decision__in=decisions).in_order()
        for decision, nature, grade, withheld in items.values_list("decision", "nature", "grade", "withheld"):
            if withheld:
                self.withheld[decision] += 1
            else:
                self.pieces[decision].append(f"{nature}:{grade}")
        raised = Dissent.objects.filter(decision__in=decisions).order_by("raised_at", "pk")
        for decision, ending in raised.values_list("decision", "ending"):
            self.dissents[decision].append(ending or "open")
        rows = DecisionRecipient.objects.filter(decision__in=decisions, member__isnull=False)
        with as_stored():
            self.needs = {(row.decision_id, row.member_id) for row in rows if row.need.data}


@transaction.atomic
def export_register(*, by, wanted: dict | None = None) -> list[list[str]]:
    """Heading and lines of the decisions that *by* sees, the oldest first; recorded with every decision's id.

    *wanted* narrows them as it narrows the register's page (`DecisionQuerySet.narrowed`).

    Codes, dates, agencies and opaque ids: what survives when the words are destroyed; of what was written, whether it
    was.  The number of queries does not grow; at most 20,000 decisions.
    """
    if not by.may(Permission.EXPORT_DISCLOSURES):
        raise PermissionDenied
    found = Decision.objects.visible_to(by).filter(decided_at__isnull=False).narrowed(wanted or {})
    joined = found.select_related("disclosure__agency", "originator", "third_party_agency")
    decisions = list(joined.order_by("decided_at", "pk")[:MOST])
    released: dict = {}
    seen = Release.objects.visible_to(by).filter(decision__in=found.order_by().values("pk"))
    for release in seen.order_by("released_at", "number"):
        released.setdefault(release.decision_id, []).append(release)
    more = Beside(found.order_by().values("pk"))
    lines = [
        [*_decision(decision, more), *(_release(release, more) if release else [""] * len(RELEASE))]
        for decision in decisions
        for release in released.get(decision.pk, [None])
    ]
    record(
        "disclosures.exported",
        by=by,
        things=[("disclosures.decision", decision.pk) for decision in decisions],
        recipients=[{"kind": "member", "id": str(by.pk), "name": by.name, "address": by.email}],
        detail={"decisions": len(decisions), "lines": len(lines)},
    )
    return [[*DECISION, *RELEASE], *lines]


def _decision(decision: Decision, more: Beside) -> list[str]:
    disclosure = decision.disclosure
    return [
        str(decision.pk),
        disclosure.number,
        disclosure.scheme,
        _at(disclosure.received_at),
        _at(disclosure.due_at),
        disclosure.urgency,
        safe(disclosure.agency.short_name) if disclosure.agency else "",
        safe(decision.originator.short_name),
        " ".join(map(str, disclosure.categories)),
        decision.way,
        decision.state,
        decision.outcome,
        decision.reason_code,
        " ".join(decision.bases),
        str(decision.standing.get("protocol") or ""),
        decision.regime,
        decision.recipient_regime,
        " ".join(decision.special),
        safe(decision.third_party_agency.short_name) if decision.third_party_agency else "",
        decision.third_party_answer,
        decision.consent_state,
        decision.no_consent,
        decision.told,
        _asked(decision.representations),
        " ".join(decision.overrides),
        decision.caldicott,
        " ".join(decision.caldicott_principles),
        " ".join(more.dissents[decision.pk]),
        _at(decision.decided_at),
        str(decision.decided_by_id or ""),
        decision.review,
        str(decision.superseded_by_id or ""),
        " ".join(more.pieces[decision.pk]),
        str(more.withheld[decision.pk] or ""),
        decision.method,
        " ".join(decision.conditions),
    ]


def _release(release: Release, more: Beside) -> list[str]:
    return [
        release.number,
        safe(release.agency.short_name),
        str(release.member_id),
        _asked((release.decision_id, release.member_id) in more.needs),
        release.state,
        _at(release.released_at),
        _at(release.acknowledged_at or release.given_at),
        _at(release.first_opened_at),
        _at(release.last_opened_at),
        _at(release.printed_at),
        _at(release.exported_at),
        release.used,
        str(release.destroy_on or ""),
        release.extension,
        _at(release.recalled_at),
        _at(release.destroyed_at),
        _at(release.confirmed_at),
        release.ending,
        release.how,
    ]


def _asked(answer: bool | None) -> str:
    return "" if answer is None else "yes" if answer else "no"


def _at(moment) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


def safe(text: str) -> str:
    """*text* as a spreadsheet shows it: what begins like a formula is none."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
