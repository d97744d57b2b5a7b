"""Who may record contact with the victim, and whose telephone number a member may ask to be shown."""

from collections.abc import Callable

from django.db.models import Q

from cases.models import Party, Referral
from cases.models.access import Stage, opened
from cases.schemes import scheme_of
from partnership.roles import Permission

WHOLE = (Stage.REFERRAL, Stage.INFORMED, Stage.DESK)
_errands: list[Callable] = []


def register_errand(cases_of: Callable) -> None:
    """Let members reach the people of further cases: *cases_of* takes a member and gives a queryset of cases' ids."""
    _errands.append(cases_of)


def reachable_by(member):
    """The parties whose telephone numbers *member* may be shown, one by one and recorded.

    Of referrals that the member sees whole; of cases at the desk, or once signed in the meeting; and where the member
    has an errand to the victim.  Never past a bar.
    """
    reach = Q(opened(member, referral="referral", stages=WHOLE))
    reach |= Q(opened(member, case="case", stages=[Stage.DESK, Stage.MEETING]))
    for cases_of in _errands:
        reach |= Q(case__in=cases_of(member))
    return Party.objects.visible_to(member).filter(reach)


def may_record_contact(member, referral) -> bool:
    """Whether *member* may record contact on *referral*, found through `visible_to` and sent: told at once, the desk,
    or the referrer's agency."""
    if referral.state in (Referral.State.DRAFT, Referral.State.WITHDRAWN, Referral.State.DECLINED):
        return False
    if not scheme_of(referral.panel).has("contact") or not member.may(Permission.CONTACT_VICTIM, referral.panel_id):
        return False
    return Referral.objects.visible_to(member).filter(pk=referral.pk).exists()


def may_change_contact(member, contact) -> bool:
    """Whether *member* may correct *contact*: the own agency's."""
    return contact.agency_id == member.agency_id and member.may(Permission.CONTACT_VICTIM, contact.referral.panel_id)
