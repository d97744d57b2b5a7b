"""Who marks that a member is close to a person of a case, and who remains at the desk."""

from cases.models import Bar, Case
from partnership.models import Member
from partnership.roles import DESK_ROLES, Permission


def may_mark(member, case: Case) -> bool:
    """Whether *member* marks and lifts conflicts on *case*: keeps its panel's cases, and sees it."""
    return (
        member.may(Permission.KEEP_CASE, case.panel_id) and Case.objects.visible_to(member).filter(pk=case.pk).exists()
    )


def desk_without(case: Case, member, *, whole_agency: bool) -> list[Member]:
    """The members of the desk of *case* who would still see it without *member*, or without their agency."""
    desk = Member.objects.holding(*DESK_ROLES, panel=case.panel_id).exclude(pk=member.pk)
    if whole_agency:
        desk = desk.exclude(agency=member.agency_id)
    barred = Bar.objects.live().filter(case=case)
    return list(
        desk.exclude(pk__in=barred.filter(member__isnull=False).values("member")).exclude(
            agency__in=barred.filter(agency__isnull=False).values("agency")
        )
    )
