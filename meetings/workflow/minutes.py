"""Minutes: drafted, edited part by part, checked by the agencies, approved once, corrected by a new version."""

import hashlib
import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.models import StaleVersion
from core.recording import record
from disclosures.workflow.minutes import fall_due_with_minutes
from meetings.models import AgendaItem, Correction, Meeting, Minutes, MinutesItem
from meetings.rules import minutes as rules
from meetings.rules.reasons import require_reason
from meetings.workflow.drafting import header, parts_of
from meetings.workflow.passing import hold_back, unread_items

State = Minutes.State


@transaction.atomic
def draft_minutes(*, by, meeting: Meeting) -> Minutes:
    """Draft the minutes of *meeting* from what may be minuted, or draft them again.

    Parts that a person wrote or removed stay as that person left them; the others are made anew.  Refused before
    the meeting has ended, and once the agencies check.
    """
    if not rules.may_draft(by, meeting):
        raise PermissionDenied
    _wait_in_line(meeting)
    minutes = meeting.minutes.exclude(state=State.REPLACED).order_by("-number").first()
    if minutes is None:
        minutes = Minutes(
            key_id=meeting.key_id,
            meeting=meeting,
            drafted_at=timezone.now(),
            drafted_by=by,
            header=header(meeting),
        )
        noting(minutes, by=by, reason="drafted").save(force_insert=True)
    elif minutes.state == State.DRAFT:
        minutes.header, minutes.drafted_at, minutes.drafted_by = header(meeting), timezone.now(), by
        noting(minutes, by=by, reason="drafted").save_over(minutes.version)
    else:
        raise ValidationError(_("These minutes are with the agencies or approved: they are not drafted again."))
    _draft_items(by, meeting, minutes)
    record("minutes.drafted", by=by, thing=minutes, panel_id=meeting.panel_id, detail={"number": minutes.number})
    return minutes


@transaction.atomic
def edit_part(*, by, minutes_item: MinutesItem, key: str, text: str, seen: int, removed: bool = False) -> dict:
    """Write the part *key* of one item over that part's version *seen*; from now on drafting leaves it alone.

    `StaleVersion` where somebody wrote the same part in between; writers of different parts do not meet.
    *removed* takes the part out of the minutes.  Returns the part.
    """
    row = _locked(minutes_item)
    if not rules.may_draft(by, row.minutes.meeting):
        raise PermissionDenied
    _require_open(row.minutes)
    content = [dict(part) for part in row.content]
    part = next((part for part in content if part["key"] == key), None)
    if part is None:
        raise ValidationError(_("This part is no longer in the draft. Open the minutes anew."), code="stale")
    if part["version"] != seen:
        raise StaleVersion(row)
    part |= {"text": text.strip(), "version": seen + 1, "written": True, "removed": removed}
    row.content, row.written = content, True
    row.passed_at = row.passed_by = None  # what was read was another text
    noting(row, by=by, reason="edited").save_over(row.version)
    record(
        "minutes.edited",
        by=by,
        thing=row,
        case_id=row.case_id,
        panel_id=row.minutes.meeting.panel_id,
        detail={"part": part["part"], "removed": removed},
    )
    return part


@transaction.atomic
def send_for_check(*, by, minutes: Minutes, until=None) -> Minutes:
    """Give each agency its own words to check until *until* (default in five days)."""
    if not rules.may_draft(by, minutes.meeting):
        raise PermissionDenied
    if minutes.state != State.DRAFT:
        raise ValidationError(_("These minutes are no longer a draft."))
    minutes.state, minutes.check_until = State.CHECK, until or rules.check_until()
    noting(minutes, by=by, reason="check").save_over(minutes.version)
    _follow(by, minutes.meeting, Meeting.State.MINUTES_CHECK)
    agencies = sorted(
        {
            (p["agency_id"], p["agency"])
            for row in minutes.items.select_related("key")
            for p in row.content
            if p["agency_id"]
        }
    )
    record(
        "minutes.sent_for_check",
        by=by,
        thing=minutes,
        panel_id=minutes.meeting.panel_id,
        recipients=[{"kind": "agency", "id": pk, "name": name} for pk, name in agencies],
    )
    return minutes


@transaction.atomic
def propose_correction(*, by, minutes_item: MinutesItem, key: str, proposed: str, reason: str = "") -> Correction:
    """*by*'s agency proposes other words for its own part *key*; nobody else's words can be touched."""
    row = _locked(minutes_item)
    minutes = row.minutes
    part = next((part for part in row.content if part["key"] == key and not part.get("removed")), None)
    if (
        part is None
        or part["agency_id"] != str(by.agency_id)
        or not by.may("propose_correction", minutes.meeting.panel_id)
    ):
        raise PermissionDenied
    if minutes.state != State.CHECK:
        raise ValidationError(_("Corrections are taken while the minutes are being checked."))
    if not proposed.strip():
        raise ValidationError({"proposed": _("Write how your words should read.")})
    if proposed.strip() == part["text"]:
        raise ValidationError({"proposed": _("This is what the draft already says.")})
    correction = Correction(
        key=row.key,
        minutes_item=row,
        part=key,
        agency=by.agency,
        original=part["text"],
        proposed=proposed.strip(),
        reason=reason.strip(),
        proposed_at=timezone.now(),
        proposed_by=by,
    )
    noting(correction, by=by, reason="proposed").save(force_insert=True)
    record(
        "minutes.correction_proposed",
        by=by,
        thing=correction,
        case_id=row.case_id,
        panel_id=minutes.meeting.panel_id,
    )
    return correction


@transaction.atomic
def decide_correction(*, by, correction: Correction, accept: bool, seen: int) -> Correction:
    """The desk accepts a correction, which then stands in the minutes, or leaves the draft as it is."""
    row = _locked(correction.minutes_item)
    if not rules.may_draft(by, row.minutes.meeting):
        raise PermissionDenied
    _require_open(row.minutes)
    if correction.state != Correction.State.PROPOSED:
        raise ValidationError(_("This correction was already decided."))
    correction.state = Correction.State.ACCEPTED if accept else Correction.State.REJECTED
    correction.decided_at, correction.decided_by = timezone.now(), by
    noting(correction, by=by, reason=correction.state).save_over(seen)
    record(
        "minutes.correction_decided",
        by=by,
        thing=correction,
        case_id=row.case_id,
        panel_id=row.minutes.meeting.panel_id,
        detail={"accepted": accept},
    )
    if accept:
        part = next(part for part in row.content if part["key"] == correction.part)
        edit_part(by=by, minutes_item=row, key=correction.part, text=correction.proposed, seen=part["version"])
    return correction


@transaction.atomic
def approve_minutes(*, by, minutes: Minutes, early: bool = False) -> Minutes:
    """The chair approves *minutes*, once; refused with everything that is missing.

    *early* says that the chair does not wait for the end of the agencies' check.  Approved minutes are immutable; a
    version before is replaced.  They are then open to the agencies that took part, without the items and entries from
    which they are barred; what was to be destroyed with the minutes is due.

    What the chair is kept away from was read and passed by somebody of the desk who is not (`pass_item`).  Where there
    is nobody, the item is held back: it is shown to nobody until a corrected version brings it.
    """
    minutes = Minutes.objects.select_for_update(of=("self",)).select_related("meeting__panel").get(pk=minutes.pk)
    if minutes.state in (State.APPROVED, State.REPLACED):
        raise ValidationError(_("These minutes were already approved."))
    if not rules.may_approve(by, minutes):
        raise PermissionDenied
    lacking = rules.missing(minutes)
    if minutes.state == State.CHECK and timezone.now() < minutes.check_until and not early:
        lacking.append(_("The agencies may still check their words. Say that you approve early, or wait."))
    kept_away, unread = unread_items(by, minutes)
    lacking += unread
    if lacking:
        raise ValidationError(lacking)
    hold_back(kept_away, by=by)
    for before in minutes.meeting.minutes.filter(state=State.APPROVED):
        before.state = State.REPLACED
        noting(before, by=by, reason="replaced").save_over(before.version)
    minutes.digest = digest_of(minutes)
    minutes.state, minutes.approved_at, minutes.approved_by = State.APPROVED, timezone.now(), by
    noting(minutes, by=by, reason="approved").save_over(minutes.version)
    _follow(by, minutes.meeting, Meeting.State.APPROVED)
    record(
        "minutes.approved",
        by=by,
        thing=minutes,
        panel_id=minutes.meeting.panel_id,
        detail={"number": minutes.number, "early": early} | ({"held_back": len(kept_away)} if kept_away else {}),
    )
    fall_due_with_minutes(
        by=by,
        panel_id=minutes.meeting.panel_id,
        listings=minutes.meeting.items.standing().values_list("listing", flat=True),
        until=minutes.meeting.ended_at or minutes.approved_at,
    )
    return minutes


@transaction.atomic
def correct_approved(*, by, minutes: Minutes, change_reason: str, change_words: str = "") -> Minutes:
    """Begin the next version of approved *minutes*, saying what changes; the approved one stands until then.

    *change_reason* is a `Minutes.Change`; *change_words* are sealed with the meeting's key, and needed for another
    reason.  *minutes* has its key joined.
    """
    if not rules.may_draft(by, minutes.meeting):
        raise PermissionDenied
    _wait_in_line(minutes.meeting)
    if not Minutes.objects.filter(pk=minutes.pk, state=State.APPROVED).exists():
        raise ValidationError(_("Only approved minutes are corrected by a new version."))
    change_reason, change_words = require_reason(
        Minutes.Change,
        change_reason,
        change_words,
        fields=("change_reason", "change_words"),
        missing=_("Select what changes"),
    )
    if minutes.meeting.minutes.filter(state__in=rules.OPEN).exists():
        raise ValidationError(_("A corrected version is already being written."))
    version = Minutes(
        key=minutes.key,
        meeting=minutes.meeting,
        number=minutes.number + 1,
        drafted_at=timezone.now(),
        drafted_by=by,
        header=minutes.header,
        change_reason=change_reason,
        change_words=change_words,
    )
    noting(version, by=by, reason="corrected").save(force_insert=True)
    for row in minutes.items.select_related("key").order_by("position"):
        copy = MinutesItem(
            key=row.key,
            minutes=version,
            item_id=row.item_id,
            case_id=row.case_id,
            position=row.position,
            content=_kept(row.content),
            written=True,
        )
        noting(copy, by=by, reason="corrected").save(force_insert=True)
    record(
        "minutes.reopened",
        by=by,
        thing=version,
        panel_id=minutes.meeting.panel_id,
        reason=change_reason,
        detail={"number": version.number},
    )
    return version


def digest_of(minutes: Minutes) -> str:
    """SHA-256 of what *minutes* say, header and every item in order."""
    items = minutes.items.select_related("key").order_by("position", "pk")
    said = {"header": minutes.header, "number": minutes.number, "items": [[str(r.item_id), r.content] for r in items]}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _kept(content: list[dict]) -> list[dict]:
    """Parts for a corrected version: nothing is drafted over what was approved."""
    return [part | {"written": True} for part in content]


def _draft_items(by, meeting: Meeting, minutes: Minutes) -> None:
    rows = {row.item_id: row for row in minutes.items.select_related("key")}
    items = (
        meeting.items.standing()
        .filter(state=AgendaItem.State.HEARD)
        .in_order()
        .select_related("listing__case__key", "listing__referral__agency", "presenter", "led_by", "meeting")
    )
    for item in items:
        fresh, row = parts_of(item), rows.get(item.pk)
        if row is None:
            row = MinutesItem(
                key=item.listing.case.key,
                minutes=minutes,
                item=item,
                case=item.listing.case,
                position=item.position,
                content=fresh,
            )
            noting(row, by=by, reason="drafted").save(force_insert=True)
        else:
            content = merged(row.content, fresh)
            if content != row.content:
                row.passed_at = row.passed_by = None
            row.position, row.content = item.position, content
            noting(row, by=by, reason="drafted").save_over(row.version)


def merged(old: list[dict], fresh: list[dict]) -> list[dict]:
    """*fresh* parts in their order, each of *old* that a person wrote kept in its place; what they wrote never goes."""
    written = {part["key"]: part for part in old if part.get("written")}
    versions = {part["key"]: part for part in old}
    out = []
    for part in fresh:
        if part["key"] in written:
            out.append(written.pop(part["key"]))
        else:
            before = versions.get(part["key"])
            same = before and before["text"] == part["text"]
            out.append(part | {"version": before["version"] + (not same)} if before else part)
    return out + list(written.values())


def _locked(minutes_item: MinutesItem) -> MinutesItem:
    """The row as it is now.  Its minutes are held first: nobody approves or drafts while somebody writes."""
    Minutes.objects.select_for_update(of=("self",)).get(pk=minutes_item.minutes_id)
    return (
        MinutesItem.objects.select_for_update(of=("self",))
        .select_related("key", "minutes__meeting")
        .get(pk=minutes_item.pk)
    )


def _wait_in_line(meeting: Meeting) -> None:
    """Two who begin a version of the minutes of *meeting* at once do it one after the other."""
    Meeting.objects.select_for_update(of=("self",)).filter(pk=meeting.pk).first()


def _require_open(minutes: Minutes) -> None:
    if minutes.state not in rules.OPEN:
        raise ValidationError(_("Approved minutes do not change: write a corrected version."))


def _follow(by, meeting: Meeting, state: str) -> None:
    if meeting.state in (Meeting.State.APPROVED, Meeting.State.DISTRIBUTED, Meeting.State.SEALED):
        return
    meeting.state = state
    noting(meeting, by=by, reason=state).save_over(meeting.version)
