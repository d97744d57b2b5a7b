"""May it happen, now, by this member?  Asked by the template (show the button) and by the verb (refuse the act)."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.mail import address_in_domains
from partnership.models import Agency, Attendee, Joining, LiaisonPost, Member, RoleGrant, Signatory
from partnership.roles import Permission, Role


def may_write_to(agency: Agency, address: str) -> bool:
    """Letters leave only to domains that the agency has registered."""
    return address_in_domains(address, agency.secure_domains)


def is_last_administrator(member: Member) -> bool:
    """Whether *member* is the only administrator of the partnership who can sign in."""
    administrators = Member.objects.visible_to(member).holding(Role.ADMINISTRATOR)
    return set(administrators.values_list("pk", flat=True)) == {member.pk}


def may_invite_again(member: Member) -> bool:
    """A member who cannot sign in yet, or who has left and comes back."""
    return not member.is_active


def may_mark_left(member: Member, *, by: Member) -> bool:
    """Not oneself, not twice, and never the last administrator."""
    return member.left_at is None and member.pk != by.pk and not is_last_administrator(member)


def may_reset_sign_in(member: Member, *, by: Member) -> bool:
    """Of a colleague who has enrolled and lost what they sign in with; one's own is on the account page."""
    return member.left_at is None and member.is_active and member.pk != by.pk


def may_end_role(grant: RoleGrant) -> bool:
    """A live grant, unless the partnership would be left without an administrator."""
    is_live = grant.until is None or grant.until > timezone.now()
    return is_live and not (grant.role == Role.ADMINISTRATOR and is_last_administrator(grant.member))


def may_decide(member: Member, agency: Agency, at=None) -> bool:
    """Whether *member* may decide on disclosure of *agency*'s information at *at* (default now).

    The role gives the permission, a live post of liaison officer or deputy says for which agency (guidance 2.2.1).
    """
    posts = LiaisonPost.objects.deciding(at).filter(member=member, agency=agency)
    return member.left_at is None and member.may(Permission.DECIDE_DISCLOSURE) and posts.exists()


def liaison_officers(agency: Agency, at=None) -> list[Member]:
    """The members who decide for *agency* at *at* (default now): liaison officers first, then their deputies."""
    posts = LiaisonPost.objects.deciding(at).filter(agency=agency, member__isnull=False, member__left_at__isnull=True)
    found = sorted(posts.select_related("member"), key=lambda post: (post.kind != LiaisonPost.Kind.OFFICER, post.since))
    return list(dict.fromkeys(post.member for post in found))


def authorities_asked(joining: Joining) -> list[Agency]:
    """The responsible authorities whose consent *joining* needs: tier-1 signatories now, without the joiner."""
    here = Agency.objects.filter(partnership=joining.agency.partnership_id, legal_class=Agency.LegalClass.RESPONSIBLE)
    return list(here.central().exclude(pk=joining.agency_id).order_by("name"))


def authorities_missing(joining: Joining) -> list[Agency]:
    """Those of them that have not agreed."""
    agreed = set(joining.consents.filter(agrees=True).values_list("authority", flat=True))
    return [agency for agency in authorities_asked(joining) if agency.pk not in agreed]


def is_authorised(member: Member, panel, at=None) -> bool:
    """Whether *member* may take part in meetings of *panel* at *at* (default now); others sign as observers."""
    return Attendee.objects.authorised(at).filter(member=member, panel=panel).exists()


def lapsed_of(agencies, on=None) -> dict:
    """What has run out of *agencies* on *on* (default today) though their standing holds: id → (code, sentence) pairs.

    The registration with the Information Commissioner, and the review of the standing.  One query.  Guidance §2.2.
    """
    on, agencies = on or timezone.localdate(), list(agencies)
    reviews = dict(Signatory.objects.past_review(on).filter(agency__in=agencies).values_list("agency", "review_on"))
    ico = _("The ICO registration of %(agency)s expired on %(day)s.")
    review = _("The review of the standing of %(agency)s was due by %(day)s and is not recorded.")
    found: dict = {}
    for agency in agencies:
        days = [("ico_expired", ico, agency.ico_expires_on), ("standing_review", review, reviews.get(agency.pk))]
        for code, words, day in days:
            if day and day < on:
                said = words % {"agency": agency, "day": date_format(day, "j F Y")}
                found.setdefault(agency.pk, []).append((code, said))
    return found
