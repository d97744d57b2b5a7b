"""Who is present while an item is heard: cases attended, the disclosure to them, and the beat that screens follow."""

from django.db.models import F

from cases.models import Entry
from core.recording import record
from disclosures.workflow.spoken import record_spoken
from meetings.models import AgendaItem, Agreement, Attendance, ItemAttendance, Meeting
from meetings.rules.recusal import DECLARABLE, kept_away
from meetings.rules.statement import agencies_let_in, is_for, is_let_in, presenters_only
from partnership.models import Signatory


def item_changed(item: AgendaItem) -> None:
    """Let the screens that follow *item* know that something of it changed.

    The beat is a signal and no content: it is outside of history, and counted by the database.
    """
    AgendaItem.objects.filter(pk=item.pk).update(beat=F("beat") + 1)


def room_changed(meeting: Meeting) -> None:
    """Let the screens of the whole meeting know that somebody came or went."""
    meeting.items.filter(state=AgendaItem.State.OPEN).update(beat=F("beat") + 1)


def hearers(item: AgendaItem) -> list[Attendance]:
    """Who is present, signed and not kept away from *item*: members of agencies that are tier-1 signatories at this
    instant, and observers who signed, in Confer or on paper; of those who came to present one case, its presenter."""
    members, agencies = kept_away(item.listing)
    signed = set(Agreement.objects.filter(meeting=item.meeting_id).values_list("member_id", flat=True))
    fit = set(Signatory.objects.reaching(item.listing.case_id).values_list("agency_id", flat=True))
    present = Attendance.objects.present().filter(meeting=item.meeting_id).select_related("member__agency", "agency")
    presenting = presenters_only(item.meeting)
    restricted = agencies_let_in(item.listing) is not None
    return [
        a
        for a in present
        if (a.observer_signed if a.is_observer else a.member_id in signed)
        and not (restricted and (a.is_observer or not is_let_in(item.listing, a.member)))
        and is_for(item, a.member_id, presenting)
        and a.member_id not in members
        and a.agency_id not in agencies
        and (a.member_id is None or a.agency_id in fit)
    ]


def disclose(*, by, item: AgendaItem, to: list[Attendance], event: str = "item.opened") -> None:
    """Record that what is known on *item* is open to *to*, and that they attend it.  DPA 2018 s.62(5)."""
    already = set(item.attended.values_list("attendance_id", flat=True))
    ItemAttendance.objects.bulk_create([ItemAttendance(item=item, attendance=a) for a in to if a.pk not in already])
    record(
        event,
        by=by,
        thing=item,
        case_id=item.listing.case_id,
        panel_id=item.meeting.panel_id,
        recipients=[recipient_of(a) for a in to],
        things=list(Entry.objects.filter(listing=item.listing, withdrawn_at__isnull=True).values_list("pk", flat=True)),
        detail={"listing": str(item.listing_id)},
    )


def record_heard(*, by, item: AgendaItem) -> None:
    """Record, as the hearing of *item* ends, whose entries were open to whom: a decision of each originator."""
    heard = item.attended.select_related("attendance__member__agency", "attendance__agency")
    record_spoken(
        by=by,
        listing=item.listing,
        recipients=[
            {
                "member": attendance.member,
                "agency": attendance.agency,
                "observer": ", ".join(filter(None, (attendance.observer_name, attendance.observer_organisation))),
            }
            for attendance in (row.attendance for row in heard)
        ],
    )


def join_open_item(*, by, meeting: Meeting, attendance: Attendance) -> None:
    """Somebody who came while an item is heard hears it from now on, unless kept away."""
    for item in meeting.items.filter(state=AgendaItem.State.OPEN).select_related("listing__case", "meeting"):
        if any(a.pk == attendance.pk for a in hearers(item)):
            disclose(by=by, item=item, to=[attendance], event="item.joined")


def lose_item(*, by, item: AgendaItem, member, whole_agency: bool) -> None:
    """Somebody who stays away from *item* no longer counts as attending it, unless it was heard."""
    _forget_attending(item, {"agency": member.agency_id} if whole_agency else {"member": member.pk})


def lose_case(*, by, case, member=None, agency=None) -> None:
    """*member*, or everybody of *agency*, is kept from *case*: the next poll of their screens finds its items gone."""
    whom = {"agency": agency.pk} if agency else {"member": member.pk}
    for item in _items_ahead(case):
        _forget_attending(item, whom)
        item_changed(item)


def regain_case(*, by, case, member=None, agency=None) -> None:
    """Open the items of *case* again to *member* or *agency*, where they signed and nothing else keeps them away."""
    for item in _items_ahead(case):
        _reopen(by=by, item=item, whom={"agency": agency.pk} if agency else {"member": member.pk})


def regain_item(*, by, item: AgendaItem, member, whole_agency: bool) -> None:
    """Open *item* again to those who signed and whom nothing keeps from it any longer."""
    _reopen(by=by, item=item, whom={"agency": member.agency_id} if whole_agency else {"member": member.pk})


def _items_ahead(case):
    """The items of *case* that are still to be heard, or are being heard."""
    found = AgendaItem.objects.standing().filter(listing__case=case, meeting__state__in=DECLARABLE)
    return found.select_related("listing__case", "meeting")


def _forget_attending(item: AgendaItem, whom: dict) -> None:
    if item.state == AgendaItem.State.WAITING:
        item.attended.filter(**{f"attendance__{name}": pk for name, pk in whom.items()}).delete()


def _reopen(*, by, item: AgendaItem, whom: dict) -> None:
    from meetings.workflow.statement import open_items_to

    if item.meeting.state not in (Meeting.State.AGENDA_FROZEN, Meeting.State.IN_SESSION):
        return
    signed = Agreement.objects.filter(meeting=item.meeting_id, **whom).select_related("member__agency")
    for agreement in signed:
        open_items_to(by=by, meeting=item.meeting, member=agreement.member)
        attendance = Attendance.objects.present().filter(meeting=item.meeting_id, member=agreement.member_id).first()
        if attendance:
            join_open_item(by=by, meeting=item.meeting, attendance=attendance)
    item_changed(item)


def recipient_of(attendance: Attendance) -> dict:
    """Who is there, as the audit keeps a recipient."""
    if attendance.member_id:
        return {
            "kind": "member",
            "id": str(attendance.member_id),
            "name": attendance.member.name,
            "address": attendance.agency.name,
        }
    return {
        "kind": "observer",
        "id": str(attendance.pk),
        "name": attendance.name,
        "address": attendance.organisation,
    }
