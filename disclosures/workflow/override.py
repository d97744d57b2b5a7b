"""Overriding that consent is absent, for one disclosure: the consent itself never changes."""

import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from cases.workflow.access import allow, end_allowance
from consent.workflow.settle import settle
from core.history import noting
from core.recording import record
from disclosures.models import Decision
from disclosures.models.override import ConsentOverride
from disclosures.rules import resting

LONDON = ZoneInfo("Europe/London")


def override_consent(decision: Decision, *, by, items, recipients) -> list[ConsentOverride]:
    """Let each recipient's agency have each entry of *decision* that no consent covers, for this use, until its end.

    Part of deciding (`workflow.approval.decide`), by the liaison officer who decides; grounds are the decision's.  It
    ends when the information is to be destroyed, or on its review day.  Recorded as consent.overridden for each.
    """
    made = [_override_one(decision, each, by=by) for each in resting.uncovered(decision, items, recipients)]
    if decision.disclosure.case_id:
        settle(by=by, cases=[decision.disclosure.case_id])
    return made


def end_overrides(decision: Decision, *, by, agencies) -> None:
    """End what *decision* let *agencies* (ids) have without consent: it was recalled, or another took its place."""
    live = ConsentOverride.objects.filter(decision=decision, agency__in=agencies, ended_at__isnull=True)
    ended = list(live.select_related("allowance__entry"))
    for override in ended:
        override.ended_at = timezone.now()
        noting(override, by=by, reason="ended").save(force_update=True)
        if override.allowance:
            end_allowance(by=by, allowance=override.allowance, why="override_ended")
    if ended and decision.disclosure.case_id:
        settle(by=by, cases=[decision.disclosure.case_id])


def _override_one(decision: Decision, each: resting.Uncovered, *, by) -> ConsentOverride:
    until = datetime.datetime.combine(_last_day(decision), datetime.time(), tzinfo=LONDON) + datetime.timedelta(days=1)
    consent = resting.consent_behind(each.entry, decision.originator_id)
    override = ConsentOverride(
        decision=decision,
        entry=each.entry,
        agency=each.agency,
        allowance=allow(by=by, entry=each.entry, agency=each.agency, why="override", until=until),
        consent=consent,
        consent_version=consent.version if consent else None,
        gap=each.gap,
        review_on=decision.review_on,
        made_at=timezone.now(),
        made_by=by,
    )
    noting(override, by=by, reason="overridden").save(force_insert=True)
    record(
        "consent.overridden",
        by=by,
        thing=override,
        case_id=decision.disclosure.case_id,
        panel_id=decision.disclosure.panel_id,
        recipients=[{"kind": "agency", "id": str(each.agency.pk), "name": each.agency.name}],
        detail={"number": decision.disclosure.number, "grounds": list(decision.overrides)},
    )
    return override


def _last_day(decision: Decision) -> datetime.date:
    return min(day for day in (decision.destroy_on, decision.review_on) if day)
