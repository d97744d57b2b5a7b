"""Who reads that a case is linked to MAPPA, who says so, and which agencies may be named."""

from cases.models import Case
from cases.models.mappa import RESPONSIBLE
from partnership.models import Agency, Signatory
from partnership.roles import Permission

Kind = Agency.Kind
DUTY = (
    *(Kind.YOUTH_JUSTICE, Kind.JOBCENTRE, Kind.EDUCATION, Kind.CHILDREN, Kind.ADULTS, Kind.MASH, Kind.COUNCIL),
    *(Kind.HOUSING, Kind.REGISTERED_PROVIDER, Kind.PRIMARY_CARE, Kind.ACUTE, Kind.MENTAL_HEALTH),
)


def find_mappa_case(member):
    """The cases on which *member* reads the pointer, also while there is none; to others there is no such page."""
    found = Case.objects.visible_to(member).with_road(member).select_related("panel", "key")
    return found.filter(opens_mappa=True)


def may_read(member, case) -> bool:
    """Whether *member* is offered the page on *case*, fetched `with_road`."""
    return getattr(case, "opens_mappa", False)


def may_set(member, case) -> bool:
    """Whether *member* says it of *case* (of `find_mappa_case`): of the responsible authority, the case open."""
    return case.is_responsible and case.state == Case.State.OPEN and member.may(Permission.MANAGE_CASE, case.panel_id)


def leading(panel):
    """The agencies that may lead: of the responsible authority in the panel's partnership."""
    return Agency.objects.filter(partnership=panel.partnership_id, kind__in=RESPONSIBLE).order_by("name")


def to_name(case):
    """The agencies on *case* with a duty to co-operate, which may be named."""
    on_it = case.involvements.live().filter(track__isnull=True, agency__isnull=False).values("agency")
    standing = Signatory.objects.central().values("agency")
    return Agency.objects.filter(pk__in=on_it, kind__in=DUTY).filter(pk__in=standing).order_by("name")
