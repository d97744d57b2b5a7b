"""What is written at an item: notes, decision, who is told.  Each part has a version of its own."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import gates
from cases.schemes import scheme_of
from core.history import noting
from core.models import StaleVersion
from core.recording import record
from meetings.models import AgendaItem, ItemNote, ItemOutcome, Meeting
from meetings.rules import live as rules
from meetings.rules.recusal import kept_away
from meetings.rules.statement import has_signed
from meetings.workflow.presence import item_changed

Decision = ItemOutcome.Decision
DECISION_FIELDS = ("decision", "reason", "deferred_to", "transferred_to")
TELLING_FIELDS = ("teller", "tell_agency", "tell_by", "tell_how", "not_to_tell_reason")


@transaction.atomic
def save_note(*, by, item: AgendaItem, part: str, text: str, seen: int, given_by: str = "") -> ItemNote:
    """Write one part of the record of *item* over the version *seen* (0: nothing was there).

    `StaleVersion` carries the writer's own text where somebody else saved in between.  Recorded as an alteration.
    """
    require_recorder(by, item)
    note = ItemNote.objects.with_key().filter(item=item, part=part).first()
    now = timezone.now()
    if note is None:
        note = ItemNote(key=item.listing.key, item=item, part=part)
    note.text, note.given_by, note.written_by, note.written_at = text.strip(), given_by.strip(), by, now
    _save(note, by=by, seen=seen, reason="recorded")
    record(
        "note.recorded",
        by=by,
        thing=note,
        case_id=item.listing.case_id,
        panel_id=item.meeting.panel_id,
        detail={"part": str(part)},
    )
    item_changed(item)
    return note


@transaction.atomic
def save_decision(
    *, by, item: AgendaItem, decision: str, seen: int, reason: str = "", deferred_to=None, transferred_to: str = ""
) -> ItemOutcome:
    """Record the decision on *item*; a deferral names its reason and a coming meeting, a transfer its area."""
    require_recorder(by, item)
    _check_decision(item, decision, reason, deferred_to, transferred_to)
    outcome = _outcome(item)
    seen = _seen_of_part(outcome, seen, DECISION_FIELDS)
    outcome.decision, outcome.reason = decision, reason.strip()
    outcome.deferred_to = deferred_to if decision == Decision.DEFERRED else None
    outcome.transferred_to = transferred_to.strip() if decision == Decision.TRANSFERRED else ""
    outcome.decided_by, outcome.decided_at = (by, timezone.now()) if decision else (None, None)
    _save(outcome, by=by, seen=seen, reason="decided")
    record(
        "item.decided",
        by=by,
        thing=outcome,
        case_id=item.listing.case_id,
        panel_id=item.meeting.panel_id,
        detail={"decision": str(decision)},
    )
    item_changed(item)
    return outcome


@transaction.atomic
def save_telling(
    *,
    by,
    item: AgendaItem,
    seen: int,
    teller=None,
    tell_agency=None,
    tell_by: datetime.date | None = None,
    tell_how: str = "",
    not_to_tell_reason: str = "",
) -> ItemOutcome:
    """Record who tells the person whom the case is about what was agreed, by when and how, or why nobody does."""
    require_recorder(by, item)
    if not_to_tell_reason.strip() and (teller or tell_agency):
        raise ValidationError({"not_to_tell_reason": scheme_of(item.meeting.panel).words.tell_both})
    members, agencies = kept_away(item.listing)
    if (teller and (teller.pk in members or teller.agency_id in agencies)) or (
        tell_agency and tell_agency.pk in agencies
    ):
        raise ValidationError({"teller": _("They stay away from this case and cannot be named.")})
    told_by = tell_agency or (teller.agency if teller else None)
    if told_by and not gates.may_be_told(by=by, case=item.listing.case, agency=told_by):
        sentence = _("%(agency)s may not be told of this case.")
        raise ValidationError({"teller": sentence % {"agency": told_by.name}})
    outcome = _outcome(item)
    seen = _seen_of_part(outcome, seen, TELLING_FIELDS)
    outcome.teller, outcome.tell_agency = teller, told_by
    outcome.tell_by, outcome.tell_how = tell_by, tell_how.strip()
    outcome.not_to_tell_reason = not_to_tell_reason.strip()
    _save(outcome, by=by, seen=seen, reason="telling")
    record("item.telling_recorded", by=by, thing=outcome, case_id=item.listing.case_id, panel_id=item.meeting.panel_id)
    item_changed(item)
    return outcome


@transaction.atomic
def mark_told(*, by, outcome: ItemOutcome, seen: int) -> ItemOutcome:
    """Note that they were told, by whom and when: the person or agency named, or the desk."""
    item = outcome.item
    named = by.pk == outcome.teller_id or by.agency_id == outcome.tell_agency_id
    desk = item.meeting.panel_id in by.desk_panels()
    members, agencies = kept_away(item.listing)
    if by.pk in members or by.agency_id in agencies or not (named or desk):
        raise PermissionDenied
    if outcome.told_at:
        return outcome
    outcome.told_at, outcome.told_by = timezone.now(), by
    noting(outcome, by=by, reason="told").save_over(seen)
    record("victim.told", by=by, thing=outcome, case_id=item.listing.case_id, panel_id=item.meeting.panel_id)
    item_changed(item)
    return outcome


def require_recorder(by, item: AgendaItem) -> None:
    """Refuse whoever may not write on *item* now: role, signature, bar, or a sitting that is not open."""
    members, agencies = kept_away(item.listing)
    if not rules.may_record(by, item.meeting) or by.pk in members or by.agency_id in agencies:
        raise PermissionDenied
    if not has_signed(by, item.meeting):
        raise PermissionDenied


def _outcome(item: AgendaItem) -> ItemOutcome:
    found = ItemOutcome.objects.with_key().filter(item=item).first()
    return found or ItemOutcome(key=item.listing.key, item=item)


def _seen_of_part(outcome: ItemOutcome, seen: int, fields: tuple[str, ...]) -> int:
    """The version to save over: decision and telling stand in one row, and one is not stale because of the other.

    Where *fields* still say what they said in the version *seen* (0: nothing), the newest version counts as seen.
    """
    if outcome._state.adding or outcome.version == seen:
        return seen
    was = outcome.history.select_related("key").filter(version=seen).first() if seen else ItemOutcome()
    columns = [ItemOutcome._meta.get_field(name).attname for name in fields]
    same = was is not None and all(getattr(was, name) == getattr(outcome, name) for name in columns)
    return outcome.version if same else seen


def _save(row, *, by, seen: int, reason: str) -> None:
    """Save a part over the version *seen*; the first save of a part that somebody else began is stale, too."""
    noting(row, by=by, reason=reason)
    if not row._state.adding:
        row.save_over(seen)
    elif seen:
        raise StaleVersion(row)
    else:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise StaleVersion(row) from error


def _check_decision(item, decision, reason, deferred_to, transferred_to) -> None:
    if decision == Decision.DEFERRED:
        errors = {}
        if not reason.strip():
            errors["reason"] = _("Say why the case is deferred.")
        if deferred_to is None:
            errors["deferred_to"] = _("Name the meeting to which the case is deferred.")
        elif not _takes_cases(deferred_to, item.meeting):
            errors["deferred_to"] = _("Choose a coming meeting of this panel.")
        if errors:
            raise ValidationError(errors)
    if decision == Decision.TRANSFERRED and not transferred_to.strip():
        raise ValidationError({"transferred_to": _("Name the area to which the case is transferred.")})


def _takes_cases(meeting: Meeting, now: Meeting) -> bool:
    states = (Meeting.State.PLANNED, Meeting.State.AGENDA_OPEN, Meeting.State.AGENDA_FROZEN)
    return meeting.panel_id == now.panel_id and meeting.pk != now.pk and meeting.state in states
