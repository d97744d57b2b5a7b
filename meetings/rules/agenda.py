"""What holds of an agenda: slots and finish, who is asked, what stands in the way of freezing, what changed since."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Bar, Involvement, Listing, Referral
from cases.models.access import Stage
from consent.rules.missing import uncovered
from meetings.models import AgendaItem, Meeting, Recusal, Return
from meetings.rules.hearing import may_be_told
from partnership.models import Agency, Attendee, Member, Protocol, Signatory
from partnership.roles import Permission, Role, roles_with
from partnership.rules import lapsed_of


@dataclass(frozen=True)
class Slot:
    """When an item is expected to be heard."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    minutes: int


@dataclass(frozen=True)
class Finding:
    """One thing that stands in the way of freezing; a *warning* may be overridden, which is recorded by its *code*."""

    code: str
    text: str
    item_id: object = None
    agency: Agency | None = None
    is_warning: bool = False


def minutes_of(item: AgendaItem, meeting: Meeting) -> int:
    """Minutes planned for *item*: its own, none for an alert, else the meeting's."""
    if item.minutes is not None:
        return item.minutes
    return 0 if item.listing.type == Listing.Type.ALERT else meeting.minutes_per_case


def slots(meeting: Meeting, items: list[AgendaItem]) -> dict:
    """The slot of each item by its id; *items* are all that stand, in order."""
    found, now = {}, meeting.starts_at
    for item in items:
        minutes = minutes_of(item, meeting)
        found[item.pk] = Slot(now, now + datetime.timedelta(minutes=minutes), minutes)
        now = found[item.pk].ends_at
    return found


def finish_of(meeting: Meeting, items: list[AgendaItem]) -> datetime.datetime:
    """When the last of *items* is expected to end."""
    return meeting.starts_at + datetime.timedelta(minutes=sum(minutes_of(item, meeting) for item in items))


def central_agencies(agencies, at=None, *, case_id=None) -> list[Agency]:
    """Those of *agencies* that are tier-1 signatories at *at* (default this instant), or the guest of *case_id*."""
    standing = set(Signatory.objects.reaching(case_id, at).values_list("agency_id", flat=True))
    return [agency for agency in agencies if agency.pk in standing]


def reached(items: list[AgendaItem], asked_of: dict) -> set:
    """Which of the agencies *asked_of* each listing may be told of it at this instant: (agency id, listing id).

    Tier-1 signatories of them all, an out-of-area guest of its one case.  One query.
    """
    standings = Signatory.objects.live().filter(tier=Signatory.Tier.CENTRAL)
    central, guests = set(), set()
    for agency_id, guest, only_case in standings.values_list("agency_id", "guest", "only_case"):
        (guests.add((agency_id, only_case)) if guest else central.add(agency_id))
    return {
        (agency.pk, item.listing_id)
        for item in items
        for agency in asked_of.get(item.listing_id, [])
        if agency.pk in central or (agency.pk, item.listing.case_id) in guests
    }


def agencies_to_ask(panel, case, referral, at=None, *, by) -> list[Agency]:
    """Whom a new listing of *case* asks: the panel's agencies, tier-1 signatories now, and guests of the case.

    Nobody barred, and nobody who may not be told (`meetings.rules.hearing`).
    """
    away = barred_agencies(case, referral)
    guests = Signatory.objects.guests(at).filter(only_case=case.pk).values("agency")
    agencies = Agency.objects.filter(Q(pk__in=panel.agencies.values("pk")) | Q(pk__in=guests))
    found = [agency for agency in central_agencies(agencies, at, case_id=case.pk) if agency.pk not in away]
    told = may_be_told(case, [agency.pk for agency in found], by=by)
    return [agency for agency in found if agency.pk in told]


def is_restricted(case) -> bool:
    """Whether *case* is kept to few: marked so, or listed so the last time; then nobody is asked by default."""
    last = Listing.objects.filter(case=case).order_by("-created_at").values_list("type", flat=True).first()
    return case.restricted or last == Listing.Type.RESTRICTED


def barred_agencies(case, referral=None) -> set:
    """Ids of agencies that are barred from *case* or *referral* now."""
    bars = Bar.objects.live().filter(agency__isnull=False)
    found = bars.filter(case=case)
    if referral is not None:
        found = found | bars.filter(referral=referral)
    return set(found.values_list("agency_id", flat=True))


def asked(items: list[AgendaItem]) -> dict:
    """Which agencies are asked for each listing now: listing id → agencies by name.  One query."""
    found = defaultdict(list)
    involvements = Involvement.objects.live().filter(
        listing__in=[item.listing_id for item in items], stage=Stage.RESEARCH, holder=Involvement.Holder.AGENCY
    )
    for involvement in involvements.select_related("agency").order_by("agency__name"):
        found[involvement.listing_id].append(involvement.agency)
    return found


def may_present(meeting: Meeting, listing: Listing) -> list[Member]:
    """Members who may present *listing*: those who attend, of an agency that is asked or that referred, and the desk.

    Nobody barred in person or through the agency.
    """
    agencies = {agency.pk for agency in asked_for(listing)}
    if listing.referral_id:
        agencies.add(listing.referral.agency_id)
    barred = Bar.objects.live().filter(case=listing.case_id) | Bar.objects.live().filter(listing=listing)
    barred_members = {bar.member_id for bar in barred}
    barred_agencies = {bar.agency_id for bar in barred}
    attending = Member.objects.holding(*roles_with(Permission.ATTEND), panel=meeting.panel_id).select_related("agency")
    desk = set(
        Member.objects.holding(Role.COORDINATOR, Role.CHAIR, panel=meeting.panel_id).values_list("pk", flat=True)
    )
    return [
        member
        for member in attending.order_by("name")
        if (member.agency_id in agencies or member.pk in desk)
        and member.pk not in barred_members
        and member.agency_id not in barred_agencies
    ]


def asked_for(listing: Listing) -> list[Agency]:
    """The agencies asked about *listing* now, by name."""
    live = Involvement.objects.live().filter(listing=listing, stage=Stage.RESEARCH, holder=Involvement.Holder.AGENCY)
    return [row.agency for row in live.select_related("agency").order_by("agency__name")]


# What stands in the way of freezing --------------------------------------------------------------------------------
def findings(meeting: Meeting) -> list[Finding]:
    """Everything that stands in the way of freezing *meeting*'s agenda, all at once; failures before warnings.

    The guards of the base model at AGENDA_FROZEN: signatories, presenters, conflicts of interest, research, consent.
    """
    items = list(
        meeting.items.standing().in_order().select_related("listing__case", "listing__referral", "presenter__agency")
    )
    asked_of = asked(items)
    found = [
        *_of_meeting(meeting, items),
        *_of_protocol(meeting),
        *_of_agencies(items, asked_of),
        *_of_items(meeting, items),
        *_of_recusals(items),
        *_of_research(meeting, items, asked_of),
        *_of_consent(items, asked_of),
    ]
    return sorted(found, key=lambda finding: finding.is_warning)


def _of_meeting(meeting, items):
    if not items:
        yield Finding("empty", _("No case is listed."))
    if meeting.starts_at <= timezone.now():
        yield Finding("past", _("The meeting’s time has passed: move it first."))
    if meeting.chair_id is None:
        yield Finding("no_chair", _("No chair is named."))
    elif Role.CHAIR not in meeting.chair.roles_on(meeting.panel_id) or not meeting.chair.is_active:
        yield Finding("chair_left", _("%(name)s is not a chair of this panel any more.") % {"name": meeting.chair})
    if not meeting.place and not meeting.link:
        yield Finding("no_place", _("Neither a place nor a video link is given."))


def _of_protocol(meeting):
    protocol = Protocol.objects.in_force().filter(partnership=meeting.panel.partnership_id).first()
    if protocol is not None and protocol.is_past_review():
        shown = {"protocol": protocol, "day": date_format(protocol.review_on, "j F Y")}
        text = _("The review of %(protocol)s was due by %(day)s and is not recorded.") % shown
        yield Finding("protocol_review", text, is_warning=True)


def _of_agencies(items, asked_of):
    agencies = {agency.pk: agency for found in asked_of.values() for agency in found}
    wanted = {(agency.pk, listing) for listing, found in asked_of.items() for agency in found}
    unfit = {agency for agency, _listing in wanted - reached(items, asked_of)}
    overdue = lapsed_of(agencies.values())
    for agency in sorted(agencies.values(), key=lambda agency: agency.name):
        if agency.pk in unfit:
            text = _("%(agency)s is no longer a tier 1 signatory of the protocol.") % {"agency": agency}
            yield Finding("not_signatory", text, agency=agency)
        for code, text in overdue.get(agency.pk, []):
            yield Finding(code, text, agency=agency)


def _of_items(meeting, items):
    authorised = set(Attendee.objects.authorised().filter(panel=meeting.panel_id).values_list("member", flat=True))
    for item in items:
        shown = {"case": item.listing.case.reference}
        referral = item.listing.referral
        if referral is None or referral.state != Referral.State.ACCEPTED:
            yield Finding("not_accepted", _("%(case)s: its referral is not accepted.") % shown, item.pk)
        elif referral.consents == Referral.YesNo.NO and not referral.lawful_basis:
            text = _("%(case)s: the victim did not agree, and no lawful basis is recorded.") % shown
            yield Finding("no_basis", text, item.pk, is_warning=True)
        if item.listing.type == Listing.Type.ALERT:
            continue
        if item.presenter is None:
            yield Finding("no_presenter", _("%(case)s: nobody presents it.") % shown, item.pk)
        elif not item.presenter.is_active or item.presenter.left_at:
            yield Finding("presenter_left", _("%(case)s: its presenter has left.") % shown, item.pk)
        elif item.presenter_id not in authorised:
            shown["name"] = item.presenter
            text = _("%(case)s: %(name)s is no authorised attendee of this panel.") % shown
            yield Finding("presenter_unauthorised", text, item.pk)
        elif item.presenter_confirmed_at is None:
            shown["name"] = item.presenter
            yield Finding("presenter_unconfirmed", _("%(case)s: %(name)s has not confirmed.") % shown, item.pk)


def _of_recusals(items):
    references = {item.pk: item.listing.case.reference for item in items}
    waiting = Recusal.objects.filter(item__in=items, state=Recusal.State.ASKED).select_related("member", "agency")
    for recusal in sorted(waiting, key=lambda recusal: references[recusal.item_id]):
        shown = {"case": references[recusal.item_id], "who": recusal.member or recusal.agency}
        text = _("%(case)s: %(who)s has not answered whether there is an interest.") % shown
        yield Finding("recusal_unanswered", text, recusal.item_id)


def _of_research(meeting, items, asked_of):
    if not items:
        return
    returns = Return.objects.asked().filter(listing__in=[item.listing_id for item in items])
    sent = set(returns.values_list("listing_id", "request__agency_id"))
    unsent = [item for item in items if any((item.listing_id, a.pk) not in sent for a in asked_of[item.listing_id])]
    if unsent:
        text = ngettext(
            "The research request has not been sent for one case.",
            "The research request has not been sent for %(count)d cases.",
            len(unsent),
        ) % {"count": len(unsent)}
        yield Finding("research_unsent", text)
    asked_now = {(item.listing_id, agency.pk) for item in items for agency in asked_of[item.listing_id]}
    outstanding = returns.filter(state=Return.State.OUTSTANDING).values_list("listing_id", "request__agency_id")
    waiting = len(asked_now & set(outstanding))
    if waiting:
        text = ngettext("One return has not been answered.", "%(count)d returns have not been answered.", waiting) % {
            "count": waiting
        }
        yield Finding("research_outstanding", text, is_warning=True)


def _of_consent(items, asked_of):
    """What rests on consent and would reach none of the agencies asked: that it is so, and not why, whose or of whom.

    A warning: a person who does not consent stops no meeting.
    """
    wanted = {item.listing_id: {agency.pk for agency in asked_of[item.listing_id]} for item in items}
    missing = uncovered(wanted)
    for item in items:
        if item.listing_id in missing:
            text = _("%(case)s: consent is missing for something that was to be shared.")
            yield Finding("no_consent", text % {"case": item.listing.case.reference}, item.pk, is_warning=True)


# Issues ------------------------------------------------------------------------------------------------------------
def content_of(meeting: Meeting, items: list[AgendaItem]) -> dict:
    """The agenda in ids and codes alone, as an issue keeps it."""
    return {
        "starts_at": meeting.starts_at.isoformat(),
        "chair": str(meeting.chair_id or ""),
        "items": [
            {
                "item": str(item.pk),
                "reference": item.listing.case.reference,
                "type": item.listing.type,
                "minutes": minutes_of(item, meeting),
                "presenter": str(item.presenter_id or ""),
            }
            for item in items
        ],
    }


def changes_between(before: dict, after: dict) -> list[dict]:
    """What *after* has that *before* had not, as ``{"change", "item", "reference"}``, in the order of the agenda.

    *change* is added, removed, type, minutes, presenter, order, time or chair.
    """
    was = {row["item"]: row for row in before["items"]}
    now = {row["item"]: row for row in after["items"]}
    found = [
        _change(name, {}) for key, name in (("starts_at", "time"), ("chair", "chair")) if before[key] != after[key]
    ]
    for key, row in now.items():
        if key not in was:
            found.append(_change("added", row))
            continue
        found += [_change(name, row) for name in ("type", "minutes", "presenter") if row[name] != was[key][name]]
    found += [_change("removed", row) for key, row in was.items() if key not in now]
    kept_before, kept_now = [key for key in was if key in now], [key for key in now if key in was]
    return found + [_change("order", now[key]) for key in _moved(kept_before, kept_now)]


def _moved(before: list, after: list) -> list:
    """The fewest of *after* that must have been moved, so that the rest keep their order (longest common run)."""
    rank = {key: place for place, key in enumerate(before)}
    best: list[list] = []
    for key in after:
        run = max((run for run in best if rank[run[-1]] < rank[key]), key=len, default=[])
        best.append([*run, key])
    kept = set(max(best, key=len, default=[]))
    return [key for key in after if key not in kept]


def _change(name: str, row: dict) -> dict:
    return {"change": name, "item": row.get("item", ""), "reference": row.get("reference", "")}
