"""What an administrator can do about members: invite, change, give and end roles, mark as left, unlock, reset."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import record
from partnership import emails, rules
from partnership.models import (
    Agency,
    Authenticator,
    Invitation,
    Member,
    MemberManager,
    MemberSession,
    RecoveryCode,
    RoleGrant,
)
from partnership.models.sign_in import digest_of
from partnership.roles import PARTNERSHIP_WIDE, Role
from partnership.sign_in import lockout
from partnership.workflow.sign_in import end_all_sessions


def invite(*, by, agency: Agency, name: str, email: str, job_title: str = "", phone: str = "", roles=()) -> Member:
    """A new member of *agency* with *roles* (pairs of `Role` and panel or None), and a letter with the link to enrol.

    Refuses an address outside the agency's registered domains or known already.  Records member.invited, role.granted.
    """
    email = MemberManager.normalise(email)
    _check_address(agency, email)
    known = Member.objects.filter(email=email).first()
    if known is not None:
        raise ValidationError({"email": _address_known(known)})
    member = Member(agency=agency, name=name, email=email, job_title=job_title, phone=phone)
    member.set_unusable_password()
    with transaction.atomic():
        noting(member, by=by, reason="member.invited").save(force_insert=True)
        for role, panel in roles:
            grant_role(member, by=by, role=role, panel=panel)
        _send_invitation(member, by=by)
    return member


def invite_again(member: Member, *, by) -> None:
    """A new link for a member who has not enrolled, or who left and returns; an earlier link no longer works.

    Records member.invited.
    """
    if not rules.may_invite_again(member):
        raise ValidationError(_("This member has enrolled already."))
    _check_address(member.agency, member.email)
    with transaction.atomic():
        if member.left_at:
            member.left_at = member.enrolled_at = None
            noting(member, by=by, reason="member.returned").save_over(member.version)
        _send_invitation(member, by=by)


def make_invitation(member: Member, *, by) -> str:
    """The token of a new single-use link for *member*; earlier open ones are revoked.  Records member.invited.

    *by* may be a `SystemActor`.  The token is nowhere else: only its hash is stored.
    """
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        Invitation.objects.open(now).filter(member=member).update(revoked_at=now)
        invitation = Invitation.objects.create(
            member=member,
            digest=digest_of(token),
            made_by=by if isinstance(by, Member) else None,
            expires_at=now + timedelta(hours=settings.INVITATION_HOURS),
        )
        record("member.invited", by=by, thing=member, things=[invitation])
    return token


def _send_invitation(member: Member, *, by) -> None:
    token = make_invitation(member, by=by)
    invitation = Invitation.objects.select_related("member").get(digest=digest_of(token))
    transaction.on_commit(lambda: _send(invitation, token))


def _send(invitation: Invitation, token: str) -> None:
    """Sent once what it speaks of is certain; a failure stands on the member's page and can be tried anew."""
    if emails.send_invitation(invitation, token):
        invitation.sent_at = timezone.now()
    else:
        invitation.failed_at = timezone.now()
    invitation.save(update_fields=["sent_at", "failed_at"])


def _check_address(agency: Agency, email: str) -> None:
    if not rules.may_write_to(agency, email):
        domains = ", ".join(agency.secure_domains) or _("none")
        raise ValidationError(
            {
                "email": _(
                    "Letters leave only to mail domains that the agency has registered (%(domains)s). "
                    "Use an address in one of them, or register the domain first."
                )
                % {"domains": domains}
            }
        )


def _address_known(member: Member) -> str:
    if member.left_at:
        return _("A member with this address has left. Open their page to invite them again.")
    return _("There is a member with this address already.")


def change_member(member: Member, *, by: Member, seen: int, **changes) -> None:
    """Save name, job title, telephone, address and agency of *member* over the version *seen*.

    A new address ends what was sent to the old one.  Records member.changed.
    """
    stored = Member.objects.select_related("agency").get(pk=member.pk)
    if "email" in changes:
        changes["email"] = MemberManager.normalise(changes["email"])
    for name, value in changes.items():
        setattr(member, name, value)
    changed = sorted(name for name, value in changes.items() if getattr(stored, name) != value)
    if {"email", "agency"} & set(changed):
        _check_address(member.agency, member.email)
    try:
        with transaction.atomic():
            noting(member, by=by, reason="member.changed").save_over(seen)
            if "email" in changed:
                Invitation.objects.open().filter(member=member).update(revoked_at=timezone.now())
            record("member.changed", by=by, thing=member, detail={"fields": changed})
    except IntegrityError as error:
        raise ValidationError({"email": _("There is a member with this address already.")}) from error


def grant_role(member: Member, *, by, role: Role | str, panel=None) -> RoleGrant:
    """Give *role* on *panel* (None for a role of the whole partnership).  Records role.granted."""
    role = Role(role)
    if (panel is None) != (role in PARTNERSHIP_WIDE):
        raise ValidationError(
            {"panel": _("This role is for the whole partnership: choose no panel.")}
            if panel
            else {"panel": _("Select the panel for which this role is given.")}
        )
    if member.left_at:
        raise ValidationError(_("This member has left."))
    if member.role_grants.live().filter(role=role, panel=panel).exists():
        raise ValidationError({"role": _("%(name)s has this role already.") % {"name": member.name}})
    grant = RoleGrant(member=member, role=str(role), panel=panel, granted_by=by if isinstance(by, Member) else None)
    with transaction.atomic():
        noting(grant, by=by, reason="role.granted").save(force_insert=True)
        record("role.granted", by=by, thing=member, panel_id=grant.panel_id, detail={"role": str(role)})
    member.__dict__.pop("grants", None)
    return grant


def end_role(grant: RoleGrant, *, by: Member) -> None:
    """End the role now.  The last administrator's cannot be ended.  Records role.ended."""
    if not rules.may_end_role(grant):
        raise ValidationError(_("A partnership needs an administrator: give the role to somebody else first."))
    grant.until = timezone.now()
    with transaction.atomic():
        noting(grant, by=by, reason="role.ended").save_over(grant.version)
        record("role.ended", by=by, thing=grant.member, panel_id=grant.panel_id, detail={"role": grant.role})
    grant.member.__dict__.pop("grants", None)


def mark_left(member: Member, *, by: Member) -> None:
    """The member has left: sessions, roles and links end at once, password and authenticator are destroyed.

    What they did stays in history and audit.  Records member.left.
    """
    if not rules.may_mark_left(member, by=by):
        raise ValidationError(_("This member cannot be marked as having left."))
    now = timezone.now()
    with transaction.atomic():
        member.left_at, member.is_active = now, False
        member.set_unusable_password()
        noting(member, by=by, reason="member.left").save_over(member.version)
        for grant in member.role_grants.live(now):
            grant.until = now
            noting(grant, by=by, reason="member.left").save_over(grant.version)
        _forget_sign_in(member)
        end_all_sessions(member, by=by, why=MemberSession.Ended.LEFT)
        record("member.left", by=by, thing=member)


def reset_sign_in(member: Member, *, by: Member) -> None:
    """For a member who lost password, or authenticator and codes: all of it is destroyed and they are invited anew.

    Records member.sign_in_reset and member.invited.
    """
    if not rules.may_reset_sign_in(member, by=by):
        raise ValidationError(_("The sign-in of this member cannot be reset."))
    _check_address(member.agency, member.email)
    with transaction.atomic():
        member.is_active, member.enrolled_at = False, None
        member.set_unusable_password()
        noting(member, by=by, reason="member.sign_in_reset").save_over(member.version)
        _forget_sign_in(member)
        end_all_sessions(member, by=by, why=MemberSession.Ended.RESET)
        record("member.sign_in_reset", by=by, thing=member)
        _send_invitation(member, by=by)


def _forget_sign_in(member: Member) -> None:
    for device in Authenticator.objects.with_key().filter(user=member):
        device.destroy()
    RecoveryCode.objects.filter(member=member).delete()
    Invitation.objects.open().filter(member=member).update(revoked_at=timezone.now())


def unlock(member: Member, *, by: Member) -> None:
    """Forget the wrong attempts on the account, from every address.  Records member.unlocked."""
    with transaction.atomic():
        lockout.unlock(member.email)
        Authenticator.objects.filter(user=member).update(wrong_codes=0, wrong_at=None)
        record("member.unlocked", by=by, thing=member)
