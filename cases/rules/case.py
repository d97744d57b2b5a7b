"""What holds of a case as a whole."""

from django.db.models import Max, Q
from django.utils import timezone

from cases.models import Bar
from partnership.roles import Permission


def road(case) -> str:
    """The code of the road by which the member comes to *case* (fetched `with_road`); empty where none applies."""
    if case.opens_in_meeting:
        return "agenda_item"
    if case.has_own_action:
        return "own_action"
    if case.opens_for_research:
        return "research"
    if case.opens_to_manage:
        return "managing"
    if case.opens_at_desk and case.is_listed:
        return "agenda_item"
    if case.opens_at_desk and (case.has_open_action or case.has_running_track):
        return "supervision"
    if case.opens_at_desk and case.awaits_first_step and case.state == case.State.OPEN:
        return "referral"
    return ""


def may_see_contact(case) -> bool:
    """Whether the member of `with_road` sees safe contact and circumstances: at the desk, or signed in the meeting."""
    return case.opens_at_desk or case.opens_in_meeting


IDENTITY = frozenset(
    {
        *("capacity", "superseded_at", "given_name", "family_name", "aliases", "birth_date", "other_birth_dates"),
        *("gender", "gender_identity", "address", "postcode", "current_address", "address_confidential"),
        *("deceased", "died_on"),
        *("visit_warning", "school", "lives_with", "relationship", "relationship_to_perpetrator"),
    }
)


def told_of_people(member, case) -> frozenset[str] | None:
    """The columns of a person that the history of *case* tells *member*: what the page shows; None means all."""
    return None if may_see_contact(case) else IDENTITY


def told_of_entries(entries, member, case):
    """Those of *entries* whose history *member* is told: the own agency's, and at the desk all.

    What an entry said before may have been kept from those who read it now.
    """
    return entries if case.opens_at_desk else entries.filter(agency_id=member.agency_id)


def entries_closed_until(member, case) -> dict:
    """Until when entries of *case* were kept from *member*, in person or through the agency, by their ids.

    The author who lets them read it now shows what it says now, and not what it said before.
    """
    ended = Bar.objects.filter(Q(member=member.pk) | Q(agency=member.agency_id), until__lte=timezone.now())
    found = ended.filter(entry__case=case).values_list("entry").annotate(last=Max("until"))
    return dict(found.order_by())


def may_keep(member, case) -> bool:
    """Whether *member* may close, reopen or correct *case*."""
    return member.may(Permission.KEEP_CASE, case.panel_id)


def why_not_closed(case) -> list[str]:
    """Everything that keeps *case* open, as codes: waiting for a meeting, actions unfinished or unaccepted, tracks."""
    actions = list(case.actions.values_list("state", "accepted_at"))
    reasons = []
    if case.listings.waiting().exists():
        reasons.append("listed")
    if any(state in ("open", "in_progress") for state, _accepted in actions):
        reasons.append("actions")
    if any(state not in ("open", "in_progress", "superseded") and accepted is None for state, accepted in actions):
        reasons.append("acceptance")
    if case.tracks.filter(ended_at__isnull=True, closed_to_desk=False).exists():  # others are unknown to who closes
        reasons.append("tracks")
    return reasons
