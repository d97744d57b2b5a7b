"""Who may handle a request from outside."""

from partnership.models import Member
from partnership.roles import Permission, Role, roles_with


def handlers(member, *, but=None):
    """Members of the partnership of *member* who handle requests, without the agency whose id is *but*."""
    able = Member.objects.visible_to(member).holding(*(Role(r) for r in roles_with(Permission.HANDLE_OUTSIDE_REQUESTS)))
    return able.exclude(agency_id=but).select_related("agency") if but else able.select_related("agency")
