"""Who may handle a request from outside, and who answers a consultation on it."""

from disclosures.models import Consultation
from partnership.models import Member
from partnership.roles import Permission, Role, roles_with
from partnership.rules import liaison_officers


def handlers(member, *, but=None):
    """Members of the partnership of *member* who handle requests, without the agency whose id is *but*."""
    able = Member.objects.visible_to(member).holding(*(Role(r) for r in roles_with(Permission.HANDLE_OUTSIDE_REQUESTS)))
    return able.exclude(agency_id=but).select_related("agency") if but else able.select_related("agency")


def answerers(consultation: Consultation) -> tuple[list[Member], set]:
    """The officers of the agency asked who see *consultation*, and the ids of those who are kept away from it."""
    officers = liaison_officers(consultation.agency)
    away = {
        officer.pk
        for officer in officers
        if not Consultation.objects.to_answer(officer).filter(pk=consultation.pk).exists()
    }
    return [officer for officer in officers if officer.pk not in away], away
