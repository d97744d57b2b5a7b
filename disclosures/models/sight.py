"""Who sees a request and a decision: every `visible_to` of this app is made from these."""

from django.db.models import Exists, OuterRef, Q

from cases.models.access import barred, opened
from partnership.models import LiaisonPost, Signatory
from partnership.roles import Permission


def decides_for(member, agency: str) -> Q:
    """*member* holds a live post as liaison officer, or deputy, of the outer row's *agency*.

    The agencies stand in a list of their own, so that the rows are found by the agency's index.
    """
    posts = LiaisonPost.objects.deciding().filter(member_id=member.pk)
    return Q(**{f"{agency}__in": posts.values("agency")})


def stands(member):
    """`Exists` of a live tier-1 standing (no guest's) of the member's agency; asked once, the same for every row."""
    return Exists(Signatory.objects.central().filter(agency_id=member.agency_id))


def stands_on(member, case: str):
    """As `stands`; or the member's agency is now an out-of-area guest for the outer row's *case* (guidance 2.2.4)."""
    return Exists(Signatory.objects.reaching(OuterRef(case)).filter(agency_id=member.agency_id))


def asks(member, prefix: str = "") -> Q:
    """The request is the member's own agency's, about a case that it sees; a draft its writer's alone."""
    own = Q(**{f"{prefix}agency_id": member.agency_id}) & Q(opened(member, case=f"{prefix}case"))
    return own & (~Q(**{f"{prefix}state": "draft"}) | Q(**{f"{prefix}requested_by_id": member.pk}))


def answers(member, prefix: str = "") -> Q:
    """The decision is for the member to take: as liaison officer of the originator, or at once in an emergency."""
    panels = member.panels_with(Permission.DECIDE_DISCLOSURE)
    officer = Q(decides_for(member, "originator"), **{f"{prefix}panel_id__in": panels})
    colleagues = member.panels_with(Permission.ASK_DISCLOSURE)
    emergency = (Q(state="waiting") | Q(decided_by_id=member.pk)) & Q(
        originator_id=member.agency_id,
        **{f"{prefix}urgency": "emergency", f"{prefix}panel_id__in": colleagues},
    )
    return (officer | emergency) & Q(stands_on(member, f"{prefix}case"))


def kept_away(member, case: str):
    """`Exists` of a bar against *member* on the outer row's *case*."""
    return barred(member, case=case)
