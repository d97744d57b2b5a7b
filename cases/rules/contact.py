"""Who may record contact with the victim."""

from cases.models import Referral
from partnership.roles import Permission


def may_record_contact(member, referral) -> bool:
    """Whether *member* may record contact on *referral*, found through `visible_to` and sent: told at once, the desk,
    or the referrer's agency."""
    if referral.state in (Referral.State.DRAFT, Referral.State.WITHDRAWN, Referral.State.DECLINED):
        return False
    if not member.may(Permission.CONTACT_VICTIM, referral.panel_id):
        return False
    return Referral.objects.visible_to(member).filter(pk=referral.pk).exists()


def may_change_contact(member, contact) -> bool:
    """Whether *member* may correct *contact*: the own agency's."""
    return contact.agency_id == member.agency_id and member.may(Permission.CONTACT_VICTIM, contact.referral.panel_id)
