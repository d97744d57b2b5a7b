"""Overriding that consent is absent, for one disclosure: the consent itself never changes."""

import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Entry
from cases.workflow.access import allow, end_allowance
from consent.workflow.settle import settle
from core.history import noting
from core.recording import SystemActor, record
from disclosures.emails import tell_of_override
from disclosures.models import Decision
from disclosures.models.override import ConsentOverride
from disclosures.rules import decision as rules
from disclosures.rules import merits, resting

LONDON = ZoneInfo("Europe/London")
CLOCK = SystemActor("disclosure clock")
AT_ONCE = 200


def override_consent(decision: Decision, *, by, items, recipients) -> list[ConsentOverride]:
    """Let each recipient's agency have each entry of *decision* that no consent covers, for this use, until its end.

    Part of deciding (`workflow.approval.decide`), by the liaison officer who decides, or of an emergency release by
    whoever releases; grounds are the decision's.  It ends when the information is to be destroyed, or on its review
    day: for an emergency the day by which that is reviewed.  Where the panel decides on the merits, that decision
    stands behind each override, whatever is shared.  Recorded as consent.overridden for each.
    """
    sheets = merits.decided_on_merits(decision)
    missing = resting.uncovered(decision, items, recipients)
    made = [_override_one(decision, each, by=by, sheet=sheets.get(str(each.agency.pk))) for each in missing]
    entered, spoken = {each.agency_id for each in made}, Entry(case_id=decision.disclosure.case_id)
    for each in recipients:
        sheet = sheets.get(str(each.agency_id))
        if sheet and each.agency_id not in entered:
            made.append(_override_one(decision, resting.Uncovered(spoken, each.agency, "merits"), by=by, sheet=sheet))
            entered.add(each.agency_id)
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


@transaction.atomic
def look_again(*, by, decision: Decision) -> None:
    """A liaison officer of the originator looked again at what *decision* overrides: it ends with its day, as decided.

    To let it go on, they decide anew.  Refused before its time is near.  Recorded as consent.override_reviewed.
    """
    if not rules.may_look_again(by, decision):
        raise PermissionDenied
    due = list(decision.consent_overrides.to_look_at(rules.soon()).select_for_update(of=("self",)).order_by("pk"))
    if not due:
        raise ValidationError(_("There is nothing to look at again now."))
    mark_looked_at(due, by=by)
    _record("consent.override_reviewed", decision, by=by)


def mark_looked_at(overrides, *, by) -> None:
    """Write down that *by* looked again at *overrides*."""
    for override in overrides:
        override.reviewed_at, override.reviewed_by = timezone.now(), by
        noting(override, by=by, reason="looked_again").save(force_update=True)


def remind_of_overrides(now=None) -> int:
    """Tell the originator's liaison officers, once, of each decision whose overrides are to be looked at again today.

    How many decisions.
    """
    now = now or timezone.now()
    due = ConsentOverride.objects.to_look_at(timezone.localdate(now)).filter(reminded_at__isnull=True)
    return sum(
        _remind(pk, now)
        for pk in list(due.order_by("decision").values_list("decision", flat=True).distinct()[:AT_ONCE])
    )


@transaction.atomic
def _remind(decision_id, now) -> bool:
    waiting = ConsentOverride.objects.filter(decision=decision_id, reminded_at__isnull=True, ended_at__isnull=True)
    due = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for override in due:
        override.reminded_at = now
        noting(override, by=CLOCK, reason="reminded").save(force_update=True)
    if not due:  # another worker, a moment ago
        return False
    decision = Decision.objects.select_related("originator", "disclosure").get(pk=decision_id)
    _record("consent.override_due", decision, by=CLOCK)
    tell_of_override(decision.originator, case=decision.disclosure.case_id)
    return True


def _record(event: str, decision: Decision, *, by) -> None:
    disclosure = decision.disclosure
    about = {"case_id": disclosure.case_id, "panel_id": disclosure.panel_id}
    record(event, by=by, thing=decision, detail={"number": disclosure.number}, **about)


def _override_one(decision: Decision, each: resting.Uncovered, *, by, sheet=None) -> ConsentOverride:
    until = datetime.datetime.combine(_last_day(decision), datetime.time(), tzinfo=LONDON) + datetime.timedelta(days=1)
    consent = resting.consent_behind(each.entry, decision.originator_id)
    entry = None if each.entry._state.adding else each.entry
    override = ConsentOverride(
        decision=decision,
        entry=entry,
        agency=each.agency,
        sheet=sheet,
        allowance=allow(by=by, entry=entry, agency=each.agency, why="override", until=until) if entry else None,
        consent=consent,
        consent_version=consent.version if consent else None,
        category=each.entry.category,
        gap=each.gap,
        review_on=_review_day(decision),
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
    return min(day for day in (decision.destroy_on, _review_day(decision)) if day)


def _review_day(decision: Decision) -> datetime.date:
    return decision.review_on or timezone.localdate(decision.review_due_at)
