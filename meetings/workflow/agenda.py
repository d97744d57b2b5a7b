"""What can happen to an agenda: listing, taking off, ordering, presenters, who is asked."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Involvement, Listing, Referral
from cases.models.access import Stage
from cases.workflow.access import end_involvement
from cases.workflow.case import involve_agencies
from cases.workflow.listing import end_listing
from core.history import noting
from core.models import Key
from core.recording import record
from meetings.emails import notices
from meetings.models import AgendaItem, Meeting
from meetings.rules import agenda as rules
from meetings.rules import calendar
from meetings.rules.hearing import NOBODY, is_for_nobody_else, may_be_told
from meetings.rules.reasons import require_reason
from meetings.workflow.research import extend_research, release_returns
from partnership.roles import Permission


@transaction.atomic
def open_agenda(*, by, meeting: Meeting, seen: int) -> Meeting:
    """Let cases be listed: PLANNED becomes AGENDA_OPEN.  Records agenda.opened."""
    _require_keeper(by, meeting)
    calendar.require("open_agenda", meeting)
    meeting.state = Meeting.State.AGENDA_OPEN
    noting(meeting, by=by, reason="agenda.opened").save_over(seen)
    record("agenda.opened", by=by, thing=meeting, panel_id=meeting.panel_id)
    return meeting


@transaction.atomic
def list_case(
    *,
    by,
    meeting: Meeting,
    case,
    referral,
    type: str,
    transferred_from: str = "",
    agencies=None,
    presenter=None,
    minutes: int | None = None,
) -> AgendaItem:
    """Put *case* at the end of *meeting*'s agenda because of *referral*, as a `Listing.Type`.

    The listing has a key of its own.  Each of *agencies* (default: the panel's that are tier-1 signatories at this
    instant and not barred, as employers of the people are; none by default where it is, or was last, restricted) may
    research it from now on; requests that were sent are extended.
    Records agenda.listed.  Refused where the referral is not accepted, the case waits at a meeting already, or the
    agenda is frozen (or the meeting in session) and the case not urgent; and where nobody may be told of it
    (`meetings.rules.hearing`).  Whoever records the meeting may list too: a
    deferral is a listing.
    """
    if not (by.may(Permission.KEEP_AGENDA, meeting.panel_id) or by.may(Permission.RECORD_MEETING, meeting.panel_id)):
        raise PermissionDenied
    Case.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()  # two listings of one case wait in line
    _require_listable(meeting, case, referral, type)
    if is_for_nobody_else(case, meeting.panel.agencies.values_list("pk", flat=True), by=by):
        raise ValidationError(NOBODY)
    if meeting.state == Meeting.State.PLANNED and meeting.kind == Meeting.Kind.ORDINARY:
        meeting.state = Meeting.State.AGENDA_OPEN
        noting(meeting, by=by, reason="agenda.opened").save_over(meeting.version)
        record("agenda.opened", by=by, thing=meeting, panel_id=meeting.panel_id)
    chosen = _agencies_for(meeting.panel, case, referral, type, agencies, by=by)
    listing = Listing(
        key=Key.objects.mint(Key.Kind.LISTING),
        case=case,
        referral=referral,
        type=type,
        transferred_from=transferred_from,
    )
    noting(listing, by=by, reason="agenda.listed").save(force_insert=True)
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem(
        key=listing.key, meeting=meeting, listing=listing, position=last + 1, presenter=presenter, minutes=minutes
    )
    noting(item, by=by, reason="agenda.listed").save(force_insert=True)
    until = may_be_told(case, [agency.pk for agency in chosen], by=by)
    involve_agencies(by=by, case=case, listing=listing, agencies=chosen, until=until)
    record(
        "agenda.listed",
        by=by,
        thing=item,
        case_id=case.pk,
        panel_id=meeting.panel_id,
        detail={"type": str(type), "agencies": len(chosen)},
    )
    extend_research(by=by, meeting=meeting, item=item, agencies=chosen)
    if presenter is not None:
        _ask_presenter(item, by=by)
    return item


@transaction.atomic
def remove_item(*, by, item: AgendaItem, reason: str, seen: int, words: str = "") -> AgendaItem:
    """Take *item* off the agenda because of *reason* (an `AgendaItem.Removal`); its referral waits to be listed again.

    *words* are sealed with the listing's key, and needed for another reason.  What was opened for research, and to
    who signed already, closes.  Records agenda.removed.
    """
    _require_keeper(by, item.meeting)
    calendar.require("keep_agenda", item.meeting)
    reason, words = require_reason(
        AgendaItem.Removal, reason, words, missing=_("Select why the case comes off the agenda")
    )
    return release_item(by=by, item=item, reason=reason, words=words, seen=seen)


@transaction.atomic
def release_item(*, by, item: AgendaItem, reason: str, words: str = "", seen: int | None = None) -> AgendaItem:
    """The part of taking off that a cancelled meeting shares: the item ends, and with it what was opened for it."""
    item.removed_at, item.removed_by = timezone.now(), by
    item.removed_reason, item.removed_words = reason, words
    noting(item, by=by, reason="agenda.removed").save_over(item.version if seen is None else seen)
    end_listing(by=by, listing=item.listing, why="agenda.removed")
    _end(by=by, listings=[item.listing_id], stages=[Stage.RESEARCH, Stage.MEETING], why="agenda.removed")
    record(
        "agenda.removed",
        by=by,
        thing=item,
        case_id=item.listing.case_id,
        panel_id=item.meeting.panel_id,
        reason=reason,
    )
    return item


@transaction.atomic
def order_items(*, by, meeting: Meeting, order: list) -> None:
    """Put the items into the *order* of ids that *by* saw; items hidden from *by* keep their places.

    Records agenda.ordered once.  Refused where the agenda has other items by now.
    """
    _require_keeper(by, meeting)
    calendar.require("keep_agenda", meeting)
    standing = list(meeting.items.standing().in_order())
    seen = set(AgendaItem.objects.visible_to(by).filter(meeting=meeting).standing().values_list("pk", flat=True))
    wanted = [str(pk) for pk in order]
    if sorted(wanted) != sorted(str(pk) for pk in seen):
        raise ValidationError(_("The agenda has changed meanwhile. Look at it again and put it in order then."))
    by_id = {str(item.pk): item for item in standing}
    coming = iter(wanted)
    arranged = [by_id[next(coming)] if item.pk in seen else item for item in standing]
    moved = [(place, item) for place, item in enumerate(arranged, 1) if item.position != place]
    for place, item in moved:
        item.position = place
        noting(item, by=by, reason="agenda.ordered").save_over(item.version)
    if moved:
        record("agenda.ordered", by=by, thing=meeting, panel_id=meeting.panel_id, detail={"moved": len(moved)})


@transaction.atomic
def move_item(*, by, item: AgendaItem, to: int) -> None:
    """Put *item* at place *to* (from 1) among the items that *by* sees; beyond either end means the end."""
    seen = AgendaItem.objects.visible_to(by).filter(meeting=item.meeting).standing().in_order()
    order = [pk for pk in seen.values_list("pk", flat=True) if pk != item.pk]
    order.insert(max(to - 1, 0), item.pk)
    order_items(by=by, meeting=item.meeting, order=order)


@transaction.atomic
def change_item(
    *,
    by,
    item: AgendaItem,
    seen: int,
    type: str,
    transferred_from: str = "",
    minutes: int | None = None,
    presenter=None,
) -> AgendaItem:
    """Save listing type, transfer-from area, minutes and presenter over the version *seen*.

    A new presenter is asked by letter to confirm.  Records agenda.item_changed.
    """
    _require_keeper(by, item.meeting)
    calendar.require("keep_agenda", item.meeting)
    listing = item.listing
    if presenter is not None and presenter not in rules.may_present(item.meeting, listing):
        raise ValidationError({"presenter": _("This member cannot see the case, so cannot present it.")})
    if (listing.type, listing.transferred_from) != (type, transferred_from):
        listing.type, listing.transferred_from = type, transferred_from
        noting(listing, by=by, reason="agenda.item_changed").save(force_update=True)
    is_new = presenter is not None and presenter.pk != item.presenter_id
    if is_new or presenter is None:
        item.presenter_confirmed_at = None
    item.presenter, item.minutes = presenter, minutes
    noting(item, by=by, reason="agenda.item_changed").save_over(seen)
    record(
        "agenda.item_changed",
        by=by,
        thing=item,
        case_id=listing.case_id,
        panel_id=item.meeting.panel_id,
        detail={"type": str(type)},
    )
    if is_new:
        _ask_presenter(item, by=by)
    return item


@transaction.atomic
def confirm_presenter(*, by, item: AgendaItem) -> AgendaItem:
    """Note that the presenter presents: said by the presenter, or by the coordinator who heard it from them.

    Records agenda.presenter_confirmed.
    """
    if item.presenter_id is None:
        raise ValidationError(_("Choose a presenter first."))
    if by.pk != item.presenter_id:
        _require_keeper(by, item.meeting)
    calendar.require("keep_agenda", item.meeting)
    if item.presenter_confirmed_at is None:
        item.presenter_confirmed_at = timezone.now()
        noting(item, by=by, reason="agenda.presenter_confirmed").save_over(item.version)
        record(
            "agenda.presenter_confirmed",
            by=by,
            thing=item,
            case_id=item.listing.case_id,
            panel_id=item.meeting.panel_id,
        )
    return item


@transaction.atomic
def decline_presenter(*, by, item: AgendaItem) -> AgendaItem:
    """Note that the chosen presenter does not present; the item has none then.  Records agenda.item_changed."""
    if by.pk != item.presenter_id:
        _require_keeper(by, item.meeting)
    calendar.require("keep_agenda", item.meeting)
    item.presenter, item.presenter_confirmed_at = None, None
    noting(item, by=by, reason="agenda.presenter_declined").save_over(item.version)
    record(
        "agenda.item_changed",
        by=by,
        thing=item,
        case_id=item.listing.case_id,
        panel_id=item.meeting.panel_id,
        reason="presenter_declined",
    )
    return item


@transaction.atomic
def ask_agency(*, by, item: AgendaItem, agency) -> None:
    """Let *agency* research *item*'s case too; its request is extended where requests were sent.

    Refused unless it is a tier-1 signatory at this instant and not barred.
    """
    _require_keeper(by, item.meeting)
    calendar.require("keep_agenda", item.meeting)
    if not rules.central_agencies([agency], case_id=item.listing.case_id):
        raise ValidationError(_("%(agency)s is not a tier 1 signatory of the protocol now.") % {"agency": agency})
    if agency.pk in rules.barred_agencies(item.listing.case, item.listing.referral):
        raise ValidationError(_("%(agency)s is barred from this case.") % {"agency": agency})
    until = may_be_told(item.listing.case, [agency.pk], by=by)
    if agency.pk not in until:
        raise ValidationError(_("%(agency)s may not be told of this case.") % {"agency": agency})
    involve_agencies(by=by, case=item.listing.case, listing=item.listing, agencies=[agency], until=until)
    extend_research(by=by, meeting=item.meeting, item=item, agencies=[agency])


@transaction.atomic
def release_agency(*, by, meeting: Meeting, agency, item: AgendaItem | None = None) -> int:
    """Ask *agency* no longer, about *item* or about the whole list; what was opened for its research closes.

    The number of cases closed to it.  Records agenda.agency_released.
    """
    _require_keeper(by, meeting)
    calendar.require("keep_agenda", meeting)
    listings = [item.listing_id] if item else list(meeting.items.standing().values_list("listing_id", flat=True))
    ended = _end(by=by, listings=listings, stages=[Stage.RESEARCH], why="agenda.agency_released", agency=agency)
    release_returns(by=by, meeting=meeting, agency=agency, listings=listings)
    record("agenda.agency_released", by=by, thing=agency, panel_id=meeting.panel_id, detail={"cases": ended})
    return ended


def _end(*, by, listings, stages, why: str, agency=None) -> int:
    live = Involvement.objects.live().filter(listing__in=listings, stage__in=stages)
    if agency is not None:
        live = live.filter(agency=agency)
    involvements = list(live)
    for involvement in involvements:
        end_involvement(by=by, involvement=involvement, why=why)
    return len(involvements)


def _require_keeper(by, meeting: Meeting) -> None:
    if not calendar.may_keep_agenda(by, meeting):
        raise PermissionDenied


def _require_listable(meeting: Meeting, case, referral, type: str) -> None:
    calendar.require("list", meeting)
    if meeting.state in calendar.URGENT_ONLY and type != Listing.Type.URGENT:
        raise ValidationError({"type": _("The agenda is frozen: only an urgent case can be added.")})
    if referral is None or referral.state != Referral.State.ACCEPTED or referral.case_id != case.pk:
        raise ValidationError(_("The referral has not been accepted for this case."))
    if meeting.panel_id != case.panel_id:
        raise ValidationError(_("The case belongs to another panel."))
    places = calendar.BEFORE_SESSION | {Meeting.State.IN_SESSION}
    waiting = AgendaItem.objects.standing().filter(listing__case=case, meeting__state__in=places)
    for item in waiting.exclude(state=AgendaItem.State.HEARD).select_related("meeting"):
        when = timezone.localtime(item.meeting.starts_at)
        raise ValidationError(
            _("The case is listed already, for the meeting of %(day)s.") % {"day": f"{when:%-d %B %Y}"}
        )


def _agencies_for(panel, case, referral, type: str, agencies, *, by) -> list:
    if agencies is None:
        is_restricted = type == Listing.Type.RESTRICTED or rules.is_restricted(case)
        return [] if is_restricted else rules.agencies_to_ask(panel, case, referral, by=by)
    barred = rules.barred_agencies(case, referral)
    found = [agency for agency in rules.central_agencies(agencies, case_id=case.pk) if agency.pk not in barred]
    told = may_be_told(case, [agency.pk for agency in found], by=by)
    return [agency for agency in found if agency.pk in told]


def _ask_presenter(item: AgendaItem, *, by) -> None:
    """The coordinator who presents in person has confirmed by choosing; anybody else gets a letter."""
    if item.presenter_id == by.pk:
        confirm_presenter(by=by, item=item)
        return
    told = notices.presenter_asked(item.meeting, item.presenter, by=by)
    record(
        "agenda.presenter_chosen",
        by=by,
        thing=item,
        case_id=item.listing.case_id,
        panel_id=item.meeting.panel_id,
        detail={"letters": len(told)},
    )
