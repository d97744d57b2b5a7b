"""The sitting: opening it, stepping from item to item, ending it, issuing its actions."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Action, Involvement, Listing
from cases.models.access import Stage
from cases.rules.merits import is_asked
from cases.workflow.access import end_involvement, involve
from cases.workflow.listing import end_listing, go_back, hear
from consent.workflow.settle import settle
from core.history import noting
from core.recording import record
from meetings.models import AgendaItem, Attendance, ItemOutcome, Meeting, Return
from meetings.rules import calendar
from meetings.rules import live as rules
from meetings.rules.recusal import kept_away, leaders
from meetings.rules.statement import agencies_let_in, has_signed
from meetings.workflow.attendance import is_present
from meetings.workflow.hearing import close_to_untold
from meetings.workflow.presence import disclose, hearers, item_changed, record_heard
from meetings.workflow.statement import open_item_to_signed
from partnership.models import Signatory

State = AgendaItem.State


@transaction.atomic
def open_meeting(*, by, meeting: Meeting) -> Meeting:
    """Open the sitting: items are heard from now on.  Refused before its day, unfrozen, or unsigned by *by*."""
    if meeting.state == Meeting.State.IN_SESSION:
        return meeting
    if not rules.may_open(by, meeting):
        raise PermissionDenied
    if not has_signed(by, meeting):
        raise ValidationError(_("Sign the confidentiality statement before you open the meeting."))
    meeting.state, meeting.opened_at, meeting.opened_by = Meeting.State.IN_SESSION, timezone.now(), by
    noting(meeting, by=by, reason="opened").save_over(meeting.version)
    record("meeting.opened", by=by, thing=meeting, panel_id=meeting.panel_id)
    return meeting


@transaction.atomic
def start_item(*, by, item: AgendaItem, leader=None) -> AgendaItem:
    """Begin (or go back to) hearing *item*; the guards of the agenda are asked again.

    Everybody present, signed and not kept away hears it: each opening is a disclosure with them as recipients.
    Members of an agency that is no longer a tier-1 signatory lose it, and consent is asked for what rests on it.
    *leader* leads it; by default the chair, and
    where the chair stays away or is absent, *by*.  Refused while another item is open.
    """
    meeting = item.meeting
    _require_runner(by, item)
    if item.state == State.OPEN:
        return item
    if item.removed_at:
        raise ValidationError(_("This case was taken off the agenda."))
    if AgendaItem.objects.filter(meeting=meeting, state=State.OPEN).exists():
        raise ValidationError(_("Another matter is being discussed. Close or leave it first."))
    _require_gone(meeting)
    item.led_by = _leader(by, item, leader)
    open_item_to_signed(by=by, item=item)
    close_to_unfit(by=by, item=item)
    settle(by=by, cases=[item.listing.case_id])
    if is_asked(item.listing.case.panel):
        close_to_untold(by=by, case_id=item.listing.case_id)
    item.state, item.started_at, item.ended_at = State.OPEN, timezone.now(), None
    noting(item, by=by, reason="opened").save_over(item.version)
    go_back(by=by, listing=item.listing)
    _point_to(by, meeting, item)
    item_changed(item)
    disclose(by=by, item=item, to=hearers(item))
    return item


@transaction.atomic
def leave_item(*, by, item: AgendaItem) -> AgendaItem:
    """Put *item* aside without closing it: it waits to be heard again."""
    _require_runner(by, item)
    return _stop(by, item, State.WAITING, reason="left")


@transaction.atomic
def close_item(*, by, item: AgendaItem) -> AgendaItem:
    """Close *item*: it was heard.  Refused with everything that is missing at once; a deferral needs less.

    A deferred case is listed at the meeting that was named, with its reason on this one; heard after all, it comes off
    the agenda to which it was put off before.
    """
    _require_runner(by, item)
    if item.state != State.OPEN:
        raise ValidationError(_("This item is not being heard."))
    outcome = ItemOutcome.objects.with_key().filter(item=item).select_related("key", "deferred_to").first()
    notes = {note.part: note for note in item.notes.select_related("key")}
    actions = list(Action.objects.with_key().filter(listing=item.listing))
    lacking = rules.missing(item, notes=notes, outcome=outcome, actions=actions)
    if lacking:
        raise ValidationError([ValidationError(sentence, code=part) for part, sentence in lacking])
    item = _stop(by, item, State.HEARD, reason="closed")
    if outcome.decision == ItemOutcome.Decision.DEFERRED:
        end_listing(by=by, listing=item.listing, why="deferred")
        _take_back(by, item, reason=AgendaItem.Removal.LATER, but=outcome.deferred_to)
        _defer(by, item, outcome)
    else:
        _take_back(by, item, reason=AgendaItem.Removal.HEARD)
        hear(by=by, listing=item.listing, on=timezone.localdate(item.started_at))
    record(
        "item.closed",
        by=by,
        thing=item,
        case_id=item.listing.case_id,
        panel_id=item.meeting.panel_id,
        detail={"decision": str(outcome.decision)},
    )
    return item


@transaction.atomic
def end_meeting(*, by, meeting: Meeting) -> Meeting:
    """End the sitting: time out for all who are present, and the raw entries close to members.

    Refused with the list of items that were not closed; what was not reached is deferred.  Agencies that took part
    in an item keep it at the stage “took part”: their own words and actions now, the minutes once approved.
    """
    if not rules.may_run(by, meeting) or not has_signed(by, meeting):
        raise PermissionDenied
    unheard = [
        i
        for i in meeting.items.standing().in_order().select_related("listing")
        if i.state != State.HEARD and not (rules.is_alert_only(i) and i.state == State.WAITING)
    ]
    if unheard:
        raise ValidationError(
            [
                _("Item %(number)s is still open.") % {"number": i.position}
                if i.state == State.OPEN
                else _("Item %(number)s was not heard: hear it, or defer it to another meeting.")
                % {"number": i.position}
                for i in unheard
            ]
        )
    now = timezone.now()
    meeting.state, meeting.ended_at, meeting.ended_by = Meeting.State.MINUTES_DRAFT, now, by
    meeting.current_item = None
    noting(meeting, by=by, reason="ended").save_over(meeting.version)
    record("meeting.ended", by=by, thing=meeting, panel_id=meeting.panel_id)
    for attendance in Attendance.objects.present().filter(meeting=meeting):
        attendance.left_at = now
        noting(attendance, by=by, reason="meeting_ended").save_over(attendance.version)
    _close_to_members(by, meeting)
    for listing in Listing.objects.waiting().filter(item__meeting=meeting, item__removed_at__isnull=True):
        end_listing(by=by, listing=listing, why="meeting_ended")
    return meeting


@transaction.atomic
def issue_actions(*, by, meeting: Meeting) -> int:
    """Issue the actions that were agreed so far: they stand on their agencies' home pages from now on.

    In the room or afterwards, as often as there are new ones; returns how many were issued.
    """
    if not rules.may_record(by, meeting) or not has_signed(by, meeting):
        raise PermissionDenied
    waiting = list(Action.objects.visible_to(by).filter(listing__item__meeting=meeting, issued_at__isnull=True))
    now = timezone.now()
    for action in waiting:
        action.issued_at = now
        noting(action, by=by, reason="issued").save_over(action.version)
    meeting.actions_issued_at = now
    noting(meeting, by=by, reason="actions_issued").save_over(meeting.version)
    record(
        "actions.issued",
        by=by,
        thing=meeting,
        panel_id=meeting.panel_id,
        things=[a.pk for a in waiting],
        detail={"count": len(waiting)},
    )
    return len(waiting)


def _require_gone(meeting: Meeting) -> None:
    """Nothing is said before the people of an agency whose standing ended have left the room."""
    staying = Attendance.objects.filter(meeting=meeting).overstaying().select_related("agency")
    agencies = {line.agency: line.stood_until for line in staying}
    if agencies:
        raise ValidationError([standing_ended(agency, until) for agency, until in agencies.items()])


def standing_ended(agency, until) -> str:
    """That the standing of *agency* ended, when, and what the chair has to do."""
    shown = {"agency": agency.name, "time": f"{timezone.localtime(until):%H:%M}" if until else "–"}
    return (
        _("The standing of %(agency)s under the protocol ended at %(time)s. Confirm that its people have left.") % shown
    )


def close_to_unfit(*, by, item: AgendaItem) -> None:
    """End the sight of the meeting of *item* for signed members whose agency is no tier-1 signatory at this instant."""
    fit = Signatory.objects.central().values("agency")
    guest = Signatory.objects.guests().filter(agency=OuterRef("agency"), only_case=OuterRef("case"))
    unfit = (
        Involvement.objects.live()
        .filter(listing__item__meeting=item.meeting_id, stage=Stage.MEETING, holder=Involvement.Holder.MEMBER)
        .exclude(agency__in=fit)
        .exclude(Exists(guest))
    )
    for involvement in unfit:
        end_involvement(by=by, involvement=involvement, why="not_signatory")


def _require_runner(by, item: AgendaItem) -> None:
    """The sitting is led by those who signed, are present, and are not kept away from this item."""
    members, agencies = kept_away(item.listing)
    if not rules.may_run(by, item.meeting) or by.pk in members or by.agency_id in agencies:
        raise PermissionDenied
    if not is_present(by, item.meeting):
        raise ValidationError(_("Only somebody who signed and is in the meeting can lead it."))


def _leader(by, item: AgendaItem, leader):
    able = leaders(item)
    if leader is not None and leader not in able:
        raise ValidationError(_("%(name)s cannot lead this item.") % {"name": leader.name})
    if leader is None:
        leader = next((member for member in able if member.pk == item.meeting.chair_id), by)
    return leader


def _point_to(by, meeting: Meeting, item: AgendaItem | None) -> None:
    meeting.current_item = item
    noting(meeting, by=by, reason="item" if item else "no_item").save_over(meeting.version)


def _stop(by, item: AgendaItem, state: str, *, reason: str) -> AgendaItem:
    if item.state != State.OPEN:
        raise ValidationError(_("This item is not being heard."))
    now = timezone.now()
    item.spent_seconds = rules.seconds_on(item, now)
    item.state, item.ended_at = state, now if state == State.HEARD else None
    noting(item, by=by, reason=reason).save_over(item.version)
    _point_to(by, item.meeting, None)
    item_changed(item)
    record_heard(by=by, item=item)
    return item


def _defer(by, item: AgendaItem, outcome: ItemOutcome) -> None:
    from meetings.workflow.agenda import list_case

    to, listing = outcome.deferred_to, item.listing
    if to.items.standing().filter(listing__case=listing.case_id).exists():
        return
    frozen = to.state == Meeting.State.AGENDA_FROZEN
    list_case(
        by=by,
        meeting=to,
        case=listing.case,
        referral=listing.referral,
        presenter=item.presenter if _may_present(item) else None,
        type=Listing.Type.URGENT if frozen else listing.type,
        transferred_from=listing.transferred_from,
    )


def _take_back(by, item: AgendaItem, *, reason: str, but: Meeting | None = None) -> None:
    """Take the case of *item* off the meetings to which an earlier closing put it off, save *but*."""
    from meetings.workflow.agenda import release_item

    named = ItemOutcome.history.filter(item=item.pk, decision=ItemOutcome.Decision.DEFERRED).values("deferred_to")
    waiting = AgendaItem.objects.standing().filter(
        meeting__in=named,
        meeting__state__in=calendar.BEFORE_SESSION,
        listing__case=item.listing.case_id,
        listing__referral=item.listing.referral_id,
        state=State.WAITING,
    )
    for place in waiting.exclude(meeting=but).select_related("key", "listing__key", "listing__case__panel", "meeting"):
        release_item(by=by, item=place, reason=reason)


def _may_present(item: AgendaItem) -> bool:
    """Whether the presenter of *item* is still here, and nothing keeps them from its case by now."""
    members, agencies = kept_away(item.listing)
    presenter = item.presenter
    if presenter is None or not presenter.is_active or presenter.left_at:
        return False
    return presenter.pk not in members and presenter.agency_id not in agencies


def _close_to_members(by, meeting: Meeting) -> None:
    """End what was opened for the meeting, to those who signed and to agencies asked for research.

    Agencies that heard an item, or answered with information about it, keep it as having taken part: their words may
    stand in its minutes.  The one that tells the victim still finds whom to tell.  Where an item opened to those asked
    alone, the agency of a chair or coordinator who was there beside them keeps nothing.
    """
    items = meeting.items.standing().select_related("listing__case__panel")
    for item in items:
        _members, barred_agencies = kept_away(item.listing)
        agencies = {
            a.attendance.agency
            for a in item.attended.select_related("attendance__agency")
            if a.attendance.member_id and not a.attendance.is_observer
        }
        answered = Return.objects.filter(listing=item.listing, state=Return.State.ANSWERED, released_at__isnull=True)
        agencies |= {answer.request.agency for answer in answered.select_related("request__agency")}
        let_in = agencies_let_in(item.listing)
        agencies = {agency for agency in agencies if let_in is None or agency.pk in let_in}
        for agency in sorted(agencies, key=lambda agency: agency.name):
            if agency.pk not in barred_agencies:
                involve(
                    by=by,
                    panel=item.listing.case.panel,
                    case=item.listing.case,
                    listing=item.listing,
                    agency=agency,
                    stage=Stage.AFTER,
                    why="took_part",
                )
        _keep_for_telling(by, item, {agency.pk for agency in agencies} | barred_agencies)
    stages = [Stage.RESEARCH, Stage.MEETING]
    live = Involvement.objects.live().filter(listing__item__meeting=meeting, stage__in=stages)
    for involvement in live:
        end_involvement(by=by, involvement=involvement, why="meeting_ended")
    if is_asked(meeting.panel):
        for case_id in dict.fromkeys(item.listing.case_id for item in items):
            close_to_untold(by=by, case_id=case_id)


def _keep_for_telling(by, item: AgendaItem, but: set) -> None:
    """Let the agency that tells the victim, unless it is in *but* (ids), find the case although it was not there."""
    untold = ItemOutcome.objects.filter(item=item, tell_agency__isnull=False, told_at__isnull=True)
    outcome = untold.exclude(tell_agency__in=but).select_related("tell_agency").first()
    if outcome:
        involve(
            by=by,
            panel=item.listing.case.panel,
            case=item.listing.case,
            listing=item.listing,
            agency=outcome.tell_agency,
            stage=Stage.ACTION,
            why="tells_victim",
        )
