"""Whom an entry is kept from, said beside it: the names to those who may know them, and to other readers that it is."""

from collections import defaultdict

from django.db.models import Q

from cases.models import Bar
from cases.rules.entry import closed_to
from meetings.models import Agreement
from meetings.rules.recusal import kept_away
from meetings.rules.statement import agencies_let_in, is_for, presenters_only
from partnership.models import Member
from partnership.roles import DESK_ROLES


def readers_of(meeting, listing) -> dict:
    """The agencies of those who signed for *meeting* and to whom *listing* is open: id → short name."""
    members, agencies = kept_away(listing)
    let_in, presenting = agencies_let_in(listing), presenters_only(meeting)
    signed = Agreement.objects.filter(meeting=meeting).select_related("agency").order_by("agency__name")
    if let_in is not None:
        desk = Member.objects.holding(*DESK_ROLES, panel=meeting.panel_id).values("pk")
        signed = signed.filter(Q(agency__in=let_in) | Q(member__in=desk))
    return {
        a.agency_id: a.agency.short_name
        for a in signed
        if a.member_id not in members and a.agency_id not in agencies and is_for(listing.item, a.member_id, presenting)
    }


def mark_kept(member, meeting, listing, entries) -> None:
    """Let each of *entries*, visible to *member*, know whom it is kept from, as far as *member* may know.

    `is_kept_from_some` holds for every reader: whom an author did not name sits in the same room, and hears what is
    read aloud.  `left_out` names them to the author's agency and the desk alone: who reads on behalf of another agency
    would learn from a name whom somebody fears.  `read_by` and `unread_by` tell the author's agency who of the room
    reads it still, and who does not where it rests on consent.  A fixed number of queries, whatever the entries.
    """
    left, is_desk = _left_out(entries), meeting.panel_id in member.desk_panels()
    own = [entry for entry in entries if entry.agency_id == member.agency_id and (left[entry.pk] or entry.on_consent)]
    readers, closed = (readers_of(meeting, listing), closed_to(own)) if own else ({}, {})
    for entry in entries:
        entry.is_kept_from_some = bool(left[entry.pk]) or entry.on_consent
        entry.left_out = left[entry.pk] if is_desk or entry.agency_id == member.agency_id else []
        shut = closed.get(entry.pk, set())
        is_own = entry.pk in {each.pk for each in own}
        entry.unread_by = [name for pk, name in readers.items() if pk in shut] if is_own and entry.on_consent else []
        entry.read_by = [name for pk, name in readers.items() if pk not in shut] if is_own and entry.left_out else []


def _left_out(entries) -> dict:
    """The short names of the agencies that each of *entries* is kept from by its author, by the entry's id."""
    found = defaultdict(list)
    bars = Bar.objects.live().filter(
        entry__in=[e.pk for e in entries], reason=Bar.Reason.EXCLUDED, agency__isnull=False
    )
    for entry_id, name in bars.order_by("agency__name").values_list("entry", "agency__short_name"):
        found[entry_id].append(name)
    return found
