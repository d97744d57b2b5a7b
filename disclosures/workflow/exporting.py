"""The register of decisions as a table: one line for each release, one for a decision that released nothing."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from core.recording import record
from disclosures.models import Decision, Release
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
    "regime",
    "special_categories",
    "override",
    "caldicott",
    "decided",
    "decided_by",
    "review",
    "superseded_by",
    "method",
    "conditions",
)
RELEASE = (
    "release",
    "recipient_agency",
    "recipient",
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


@transaction.atomic
def export_register(*, by, wanted: dict | None = None) -> list[list[str]]:
    """Heading and lines of the decisions that *by* sees, the oldest first; recorded with every decision's id.

    *wanted* narrows them as it narrows the register's page (`DecisionQuerySet.narrowed`).

    Codes, dates, agencies and opaque ids: what survives when the words are destroyed.  Three queries, at most 20,000
    decisions.
    """
    if not by.may(Permission.EXPORT_DISCLOSURES):
        raise PermissionDenied
    found = Decision.objects.visible_to(by).filter(decided_at__isnull=False).narrowed(wanted or {})
    decisions = list(found.select_related("disclosure__agency", "originator").order_by("decided_at", "pk")[:MOST])
    released: dict = {}
    seen = Release.objects.visible_to(by).filter(decision__in=found.order_by().values("pk"))
    for release in seen.order_by("released_at", "number"):
        released.setdefault(release.decision_id, []).append(release)
    lines = [
        [*_decision(decision), *(_release(release) if release else [""] * len(RELEASE))]
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


def _decision(decision: Decision) -> list[str]:
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
        decision.regime,
        " ".join(decision.special),
        " ".join(decision.overrides),
        decision.caldicott,
        _at(decision.decided_at),
        str(decision.decided_by_id or ""),
        decision.review,
        str(decision.superseded_by_id or ""),
        decision.method,
        " ".join(decision.conditions),
    ]


def _release(release: Release) -> list[str]:
    return [
        release.number,
        safe(release.agency.short_name),
        str(release.member_id),
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


def _at(moment) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


def safe(text: str) -> str:
    """*text* as a spreadsheet shows it: what begins like a formula is none."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
