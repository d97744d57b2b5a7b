"""Who may draft, edit, check and approve minutes, what is still missing, and which parts a reader sees."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Bar
from meetings.models import AgendaItem, Correction, Meeting, Minutes, MinutesItem
from partnership.models import Member
from partnership.roles import Permission, roles_with

CHECK_DAYS = 5
AFTER_THE_MEETING = (
    Meeting.State.MINUTES_DRAFT,
    Meeting.State.MINUTES_CHECK,
    Meeting.State.APPROVED,
    Meeting.State.DISTRIBUTED,
)
OPEN = (Minutes.State.DRAFT, Minutes.State.CHECK)


def may_draft(member, meeting) -> bool:
    """Whether *member* drafts and edits minutes of *meeting*: the desk, once it has ended."""
    return meeting.state in AFTER_THE_MEETING and member.may(Permission.RECORD_MEETING, meeting.panel_id)


def may_approve(member, minutes) -> bool:
    """Whether *member* may approve *minutes*: who chairs, once."""
    return minutes.state in OPEN and member.may(Permission.APPROVE_MINUTES, minutes.meeting.panel_id)


def may_propose(member, minutes) -> bool:
    """Whether *member* may propose corrections now (to their own agency's words)."""
    return minutes.state == Minutes.State.CHECK and member.may(Permission.PROPOSE_CORRECTION, minutes.meeting.panel_id)


def check_until(now=None) -> datetime.datetime:
    """The default end of the agencies' check."""
    return (now or timezone.now()) + datetime.timedelta(days=CHECK_DAYS)


def may_pass(member, row) -> bool:
    """Whether *member*, who sees *row* (a `MinutesItem`), may pass it: the desk, while its minutes are open."""
    minutes = row.minutes
    return minutes.state in OPEN and member.may(Permission.RECORD_MEETING, minutes.meeting.panel_id)


def unread_by(approver, minutes):
    """The items of *minutes* that *approver* may not read."""
    seen = MinutesItem.objects.visible_to(approver).order_by()
    return minutes.items.exclude(pk__in=seen.values("pk"))


def readers_of(row) -> list:
    """The members of the desk who may read *row* and pass it."""
    panel = row.minutes.meeting.panel
    desk = Member.objects.holding(*roles_with(Permission.RECORD_MEETING), panel=panel)
    return [member for member in desk if MinutesItem.objects.visible_to(member).filter(pk=row.pk).exists()]


def missing(minutes) -> list[str]:
    """What keeps *minutes* from being approved, all at once."""
    found = []
    written = set(minutes.items.values_list("item_id", flat=True))
    for item in minutes.meeting.items.standing().filter(state=AgendaItem.State.HEARD).in_order():
        if item.pk not in written:
            found.append(_("Item %(number)s is not in the minutes: draft them again.") % {"number": item.position})
    waiting = Correction.objects.filter(minutes_item__minutes=minutes, state=Correction.State.PROPOSED).count()
    if waiting:
        found.append(_("%(count)s proposed corrections are not decided.") % {"count": waiting})
    if minutes.state == Minutes.State.DRAFT and minutes.number == 1:
        found.append(_("The agencies have not been given their words to check."))
    if minutes.number > 1 and not minutes.change_reason:
        found.append(_("Say what changed since the version before."))
    if not minutes.header.get("present"):
        found.append(_("The attendance is empty."))
    return found


def parts_for(minutes_items, member) -> dict:
    """The parts of each of *minutes_items* (fetched `visible_to` *member*) that *member* reads, by the row's id.

    While the agencies check, a member outside the desk reads their own agency's words alone; whoever an entry's
    author excluded never reads it.  Two queries, whatever the number of items.
    """
    entries = [part["entry_id"] for row in minutes_items for part in row.content if part.get("entry_id")]
    excluded = {str(pk) for pk in Bar.objects.against(member).filter(entry__in=entries).values_list("entry", flat=True)}
    desk = set(member.desk_panels())
    return {
        row.pk: [part for part in row.content if _reads(part, row, member, desk, excluded)] for row in minutes_items
    }


def _reads(part, row, member, desk, excluded) -> bool:
    if part.get("removed") or part.get("entry_id") in excluded:
        return False
    whole = row.minutes.state not in OPEN or row.minutes.meeting.panel_id in desk
    return whole or part.get("agency_id") == str(member.agency_id)


def parts_for_agency(minutes_items, agency) -> dict:
    """The parts of approved *minutes_items* for every member of *agency* (its copy of the minutes), by the row's id."""
    entries = [part["entry_id"] for row in minutes_items for part in row.content if part.get("entry_id")]
    excluded = {
        str(pk) for pk in Bar.objects.live().filter(agency=agency, entry__in=entries).values_list("entry", flat=True)
    }
    return {
        row.pk: [p for p in row.content if p.get("entry_id") not in excluded and not p.get("removed")]
        for row in minutes_items
    }
