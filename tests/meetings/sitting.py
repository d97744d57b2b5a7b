"""Builders of a sitting for the tests of the live meeting and its minutes: a meeting today, signed, opened, heard."""

import datetime

from django.utils import timezone

from meetings.models import AgendaItem, ItemNote, ItemOutcome
from meetings.workflow.live import close_item, end_meeting, open_meeting, start_item
from meetings.workflow.recording import save_decision, save_note, save_telling
from meetings.workflow.statement import sign_statement
from tests.again import made_again

Part = ItemNote.Part


def sign(meeting, *members):
    """*members* sign for *meeting* through the verb."""
    for member in members:
        sign_statement(by=member, meeting=meeting, number=1)


@made_again
def today(world, *, cases=1, asked=None, state="agenda_frozen", **more):
    """A frozen meeting that starts today, with *cases* items on which all agencies of the panel are asked."""
    asked = world.panel.agencies.all() if asked is None else asked
    meeting = world.make_meeting(state=state, starts_at=timezone.now(), **more)
    for _ in range(cases):
        world.list_case(meeting, world.make_case(), asked=asked)
    return meeting


def fresh(row):
    """*row* as the database has it, with what verbs need joined."""
    if isinstance(row, AgendaItem):
        return AgendaItem.objects.select_related(
            "listing__key",
            "listing__case__key",
            "listing__case__panel",
            "meeting__panel__partnership",
            "meeting__chair__agency",
        ).get(pk=row.pk)
    row.refresh_from_db()
    return row


@made_again
def opened(world, *members, cases=1, **more):
    """A meeting in session, signed by chair, coordinator and *members*; gives it and its first item, being heard."""
    meeting = today(world, cases=cases, **more)
    sign(meeting, world.chair, world.coordinator, *members)
    open_meeting(by=world.chair, meeting=fresh(meeting))
    item = fresh(meeting.items.in_order().first())
    start_item(by=world.chair, item=item)
    return meeting, fresh(item)


def write_whole(world, item, *, decision=ItemOutcome.Decision.NONE, reason="Already in a refuge."):
    """Everything that an item needs before it closes."""
    by = world.coordinator
    save_note(by=by, item=item, part=Part.SUMMARY, text="Summary of the harm.", seen=0)
    save_note(by=by, item=item, part=Part.VOICE, text="She wants to move.", given_by="Isla Idva", seen=0)
    save_note(by=by, item=item, part=Part.RISK_VICTIM, text="Strangulation last week.", seen=0)
    save_note(by=by, item=item, part=Part.PERPETRATOR_LINE, text="Considered, because remanded.", seen=0)
    outcome = save_decision(by=by, item=item, decision=decision, reason=reason, seen=0)
    save_telling(
        by=by,
        item=item,
        seen=outcome.version,
        teller=world.idva,
        tell_how="Call before noon.",
        tell_by=timezone.localdate() + datetime.timedelta(days=1),
    )


@made_again
def held(world, *members, **more):
    """A meeting that was held: its one item heard and the sitting ended."""
    meeting, item = opened(world, *members, **more)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    return fresh(meeting), fresh(item)
