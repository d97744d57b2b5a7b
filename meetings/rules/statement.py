"""When the confidentiality statement may be signed, and what a signature opens."""

from collections import defaultdict

from django.utils import timezone

from cases.models import Involvement, Listing
from cases.models.access import Stage
from cases.rules.merits import is_asked
from meetings.models import Agreement, Attendance, Meeting
from partnership.roles import Permission

SIGNABLE = (Meeting.State.AGENDA_FROZEN, Meeting.State.IN_SESSION)


def is_the_day(meeting) -> bool:
    """Whether the meeting's day has come: nobody signs, and no meeting opens, before it."""
    return timezone.localdate() >= timezone.localdate(meeting.starts_at)


def is_signable(meeting) -> bool:
    """Whether signatures are taken: on the day, once the agenda is frozen and until the meeting ends."""
    return meeting.state in SIGNABLE and is_the_day(meeting)


def is_central_signatory(agency, at=None) -> bool:
    """Whether *agency* may share personal information now: a live signature of tier 1, and no guest's."""
    return agency.is_central(at)


def is_expected(agency, meeting, at=None) -> bool:
    """Whether *agency* may sign for *meeting* now: a tier-1 signatory, or the guest of a case that is listed."""
    listed = meeting.items.standing().values("listing__case")
    return is_central_signatory(agency, at) or agency.signatures.guests(at).filter(only_case__in=listed).exists()


def has_signed(member, meeting) -> bool:
    """Whether *member* signed the statement for *meeting*."""
    return Agreement.objects.filter(meeting=meeting, member=member).exists()


def has_signed_as_observer(member, meeting) -> bool:
    """Whether *member*, who is no authorised attendee, signed and is present as an observer: no item opens."""
    return Attendance.objects.filter(meeting=meeting, member=member, observer_signed=True).exists()


def may_sign(member, meeting) -> bool:
    """Whether *member* may sign for *meeting* now; the agency's standing is asked again by the verb."""
    return is_signable(meeting) and member.may(Permission.ATTEND, meeting.panel_id)


def agencies_let_in(listing) -> set | None:
    """Ids of the agencies whose signed members a restricted *listing* opens to: those asked; None: to all who signed.

    The panel's desk sees it beside them (`desk_members`).  For cases of employees and conflicts; and wherever a panel
    hears people on their written consent, since those alone are asked who may be told (`meetings.rules.hearing`).
    """
    if listing.type != Listing.Type.RESTRICTED and not is_asked(listing.case.panel):
        return None
    asked = Involvement.objects.live().filter(listing=listing, stage=Stage.RESEARCH, agency__isnull=False)
    return set(asked.values_list("agency_id", flat=True))


def presenters_only(meeting) -> set:
    """Ids of the members who come to *meeting* to present one case, and for nothing else: they hear that item alone.

    Their agency is none of the panel's, and was asked about no other case of the list.
    """
    own = meeting.panel.agencies.values("pk")
    rows = meeting.items.standing().filter(presenter__isnull=False).exclude(presenter__agency__in=own)
    presented = defaultdict(list)
    for row in rows.select_related("presenter__agency"):
        presented[row.presenter].append(row.listing_id)
    if not presented:
        return set()
    asked = defaultdict(set)
    of_list = Involvement.objects.live().filter(listing__item__in=meeting.items.standing(), stage=Stage.RESEARCH)
    for agency, listing in of_list.values_list("agency", "listing"):
        asked[agency].add(listing)
    return {
        member.pk
        for member, listings in presented.items()
        if len(listings) == 1 and asked[member.agency_id] <= set(listings) and not _is_desk(member, meeting)
    }


def _is_desk(member, meeting) -> bool:
    return meeting.panel_id in member.desk_panels()


def is_for(item, member_id, presenting: set) -> bool:
    """Whether *item* is for a member, where *presenting* are those who come for the item that they present alone."""
    return member_id not in presenting or item.presenter_id == member_id


def is_let_in(listing, member) -> bool:
    """Whether *listing* opens to *member* once they have signed, bars apart."""
    agencies = agencies_let_in(listing)
    return agencies is None or member.agency_id in agencies or listing.case.panel_id in member.desk_panels()
