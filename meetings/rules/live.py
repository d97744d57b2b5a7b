"""Who may open, lead, record and end a meeting; what is still missing on an item, and what time is left."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Listing
from cases.schemes import scheme_of
from meetings.models import AgendaItem, ItemOutcome, Meeting
from meetings.rules.agenda import minutes_of
from meetings.rules.statement import is_central_signatory, is_the_day
from partnership.roles import Permission

RECORDABLE = (Meeting.State.IN_SESSION, Meeting.State.MINUTES_DRAFT)


def may_open(member, meeting) -> bool:
    """Whether *member* may open the sitting now."""
    return (
        meeting.state == Meeting.State.AGENDA_FROZEN
        and is_the_day(meeting)
        and member.may(Permission.RUN_MEETING, meeting.panel_id)
    )


def may_run(member, meeting) -> bool:
    """Whether *member* may step from item to item and end the sitting."""
    return meeting.state == Meeting.State.IN_SESSION and member.may(Permission.RUN_MEETING, meeting.panel_id)


def may_record(member, meeting) -> bool:
    """Whether *member* may write summary, risks, decision and actions: in session, until the minutes are checked."""
    return meeting.state in RECORDABLE and member.may(Permission.RECORD_MEETING, meeting.panel_id)


def is_before_first(items) -> bool:
    """Whether none of *items* was begun yet: then the meeting looks at what earlier ones left unfinished."""
    return all(item.state == AgendaItem.State.WAITING and not item.spent_seconds for item in items)


def is_alert_only(item) -> bool:
    """Whether the item is listed for flags alone and not discussed."""
    return item.listing.type == Listing.Type.ALERT


def missing(item, *, notes: dict, outcome, actions: list) -> list[tuple[str, str]]:
    """What keeps *item* from being closed, all at once, as (part, sentence).

    *notes* maps part to `ItemNote`; *outcome* an `ItemOutcome` or None; *actions* those agreed on its listing.
    A deferred item needs its reason and its next meeting alone: nothing was discussed to the end.
    """
    decision = outcome.decision if outcome else ""
    if decision == ItemOutcome.Decision.DEFERRED:
        return _missing_deferral(outcome)
    scheme = scheme_of(item.meeting.panel)
    summary, *discussed = scheme.notes
    found = _missing_note(summary, notes, actions)
    if not is_alert_only(item):
        found += _missing_discussion(scheme, discussed, notes, actions)
    if not decision:
        found.append(("outcome", _("Record the decision.")))
    if decision == ItemOutcome.Decision.ACTIONS and not actions:
        found.append(("actions", _("The decision is “actions agreed”, but there is no action.")))
    if decision == ItemOutcome.Decision.NONE and actions:
        found.append(("outcome", _("The decision is “no actions”, but there are actions.")))
    if decision == ItemOutcome.Decision.NONE and not outcome.reason:
        found.append(("outcome", _("Say why no action is needed.")))
    if decision == ItemOutcome.Decision.TRANSFERRED and not outcome.transferred_to:
        found.append(("outcome", _("Name the area to which the case is transferred.")))
    return found + (_missing_telling(scheme.words, outcome) if scheme.has("telling") else [])


def _missing_discussion(scheme, discussed, notes, actions) -> list:
    """The parts of *discussed*, in their order; of those about risk one is enough."""
    found, risks = [], [note.part for note in discussed if note.risk]
    for note in discussed:
        if not note.risk:
            found += _missing_note(note, notes, actions)
        elif note.part == risks[0] and not any(_has(notes, part) for part in risks):
            found.append(("risks", scheme.words.risk_wanted))
    return found


def _missing_note(note, notes, actions) -> list:
    if not _has(notes, note.part):
        instead = note.unless and any(action.risk == note.unless for action in actions)
        return [(note.part, note.wanted)] if note.wanted and not instead else []
    if note.asks_giver and not notes[note.part].given_by:
        return [(note.part, note.giver_wanted)]
    return []


def _missing_deferral(outcome) -> list:
    found = []
    if not outcome.reason:
        found.append(("outcome", _("Say why the case is deferred.")))
    if not outcome.deferred_to_id:
        found.append(("outcome", _("Name the meeting to which the case is deferred.")))
    return found


def _missing_telling(words, outcome) -> list:
    if outcome and outcome.not_to_tell_reason:
        return []
    if not outcome or not (outcome.teller_id or outcome.tell_agency_id):
        return [("telling", words.tell_missing)]
    found = []
    if not outcome.tell_by:
        found.append(("telling", words.tell_by_missing))
    if not outcome.tell_how:
        found.append(("telling", words.tell_how_missing))
    return found


def _has(notes, part) -> bool:
    return part in notes and bool(str(notes[part].text).strip())


def unfit_agencies(agencies) -> list[str]:
    """Names of those *agencies* that are no tier-1 signatory now; asked again at the start of each item."""
    return [agency.name for agency in agencies if not is_central_signatory(agency)]


def seconds_on(item, now=None) -> int:
    """How long *item* has been heard in all, in seconds."""
    now = now or timezone.now()
    running = (now - item.started_at).total_seconds() if item.state == AgendaItem.State.OPEN and item.started_at else 0
    return item.spent_seconds + max(0, int(running))


def slot_minutes(item, meeting) -> int:
    """The minutes planned for *item*."""
    return minutes_of(item, meeting)


def forecast(meeting, items, now=None) -> datetime.datetime:
    """When the meeting will end if every item still to be heard takes its slot."""
    now = now or timezone.now()
    left = 0
    for item in items:
        if item.state == AgendaItem.State.WAITING:
            left += slot_minutes(item, meeting) * 60
        elif item.state == AgendaItem.State.OPEN:
            left += max(0, slot_minutes(item, meeting) * 60 - seconds_on(item, now))
    begins = now if meeting.state == Meeting.State.IN_SESSION else max(now, meeting.starts_at)
    return begins + datetime.timedelta(seconds=left)
