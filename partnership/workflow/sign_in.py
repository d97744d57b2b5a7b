"""Signing in and out, and what a member keeps for it: password, authenticator, recovery codes, sessions."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from axes.helpers import get_cool_off
from django.contrib import auth
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import SystemActor, record
from partnership import emails, idle
from partnership.models import Authenticator, Invitation, Member, MemberManager, MemberSession, RecoveryCode
from partnership.models.sign_in import RECOVERY_CODES
from partnership.sign_in import backend, lockout

DOOR = SystemActor("sign-in")
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def refusal() -> ValidationError:
    """The one answer to a wrong address, password or code, whether the account exists or not."""
    return ValidationError(_("The e-mail address or the password is not right."), code="refused")


def refused_code() -> ValidationError:
    return ValidationError(_("This code is not right, or has been used. Wait for the next one."), code="refused")


def locked_out() -> ValidationError:
    return ValidationError(
        _(
            "There were too many wrong attempts. "
            "Wait %(minutes)s minutes, or ask an administrator to unlock the account."
        ),
        code="locked",
        params={"minutes": int(get_cool_off().total_seconds() // 60)},
    )


# signing in ---------------------------------------------------------------------------------------------------------


def check_password(request: HttpRequest, *, email: str, password: str) -> Member:
    """The member whose *password* it is and who may go on to the code; raises the one refusal, and counts it.

    For an unknown or unready account the same is computed, counted, recorded and said.
    """
    email = MemberManager.normalise(email)
    if lockout.is_locked_out(request, email):
        raise locked_out()
    member = auth.authenticate(lockout.attempt_of(request), username=email, password=password)
    if member is not None and Authenticator.objects.filter(user=member, confirmed=True).exists():
        return member
    if member is not None:  # a right password alone opens nothing
        lockout.count_failure(request, email)
    _note_failure(request, email, "password")
    raise locked_out() if lockout.is_locked_out(request, email) else refusal()


def check_code(request: HttpRequest, *, member: Member, code: str) -> None:
    """Use up *code*, of the authenticator or a recovery code; a wrong one counts as a wrong password does."""
    if lockout.is_locked_out(request, member.email):
        raise locked_out()
    if _is_right_code(member, code):
        return
    lockout.count_failure(request, member.email)
    _note_failure(request, member.email, "code")
    raise locked_out() if lockout.is_locked_out(request, member.email) else refused_code()


def _is_right_code(member: Member, code: str) -> bool:
    plain = re.sub(r"[\s-]", "", code)
    if plain.isdigit():
        device = Authenticator.objects.confirmed_of(member)
        return device is not None and device.verify_token(plain)
    return _use_recovery_code(member, plain)


def _use_recovery_code(member: Member, code: str) -> bool:
    with transaction.atomic():
        mine = RecoveryCode.objects.filter(
            member=member, digest=RecoveryCode.digest_for(member, code), used_at__isnull=True
        )
        if not mine.update(used_at=timezone.now()):
            return False
        left = RecoveryCode.objects.filter(member=member, used_at__isnull=True).count()
        record("recovery_code.used", by=member, thing=member, detail={"left": left})
    return True


def _note_failure(request: HttpRequest, email: str, what: str) -> None:
    member = Member.objects.filter(email=email).select_related("agency").first()
    with transaction.atomic():
        record("member.sign_in_failed", by=DOOR, thing=member, detail={"what": what, "known": member is not None})
        if lockout.is_locked_out(request, email):
            record("member.locked_out", by=DOOR, thing=member, detail={"known": member is not None})


def sign_in(request: HttpRequest, *, member: Member) -> None:
    """Open a session for *member*, whose password and code were right.

    The session's key is new, its start, address and browser are kept for the member's own list.
    Records member.signed_in.
    """
    with transaction.atomic():
        auth.login(request, member, backend=backend.PATH)
        request.session.pop("signing_in", None)
        request.session["verified_at"] = timezone.now().isoformat()
        request.session.save()
        row = request.session.row
        row.started_at = row.last_seen_at = timezone.now()
        row.expires_at = row.started_at + timedelta(seconds=request.session.get_session_cookie_age())
        row.lock = MemberSession.Lock.NONE
        row.address = request.META.get("REMOTE_ADDR") or None
        row.browser = browser_family(request.headers.get("User-Agent", ""))
        row.save(update_fields=["started_at", "last_seen_at", "expires_at", "lock", "address", "browser"])
        record("member.signed_in", by=member, thing=member)


def wake(request: HttpRequest, *, password: str | None, code: str) -> None:
    """Let a session that rested too long go on, for its own member's code (and *password*, unless it waits for a code).

    Wrong ones count towards the lock-out.
    """
    member, session = request.user, request.session.row
    if session.lock == MemberSession.Lock.SIGN_IN:
        confirm_password(request, by=member, password=password or "", field="password")
    check_code(request, member=member, code=code)
    lockout.forget_failures(request, member.email)
    with transaction.atomic():
        idle.unlock(session)
        request.session["verified_at"] = timezone.now().isoformat()
        record("member.signed_in", by=member, thing=member, detail={"resumed": True})


def browser_family(agent: str) -> str:
    """Browser and system in two words, from a User-Agent header; enough to recognise one's own."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if browser and system else browser


# signing out --------------------------------------------------------------------------------------------------------


def sign_out(request: HttpRequest, *, by: Member) -> None:
    """End the session of the request.  Records member.signed_out."""
    with transaction.atomic():
        record("member.signed_out", by=by, thing=by)
        auth.logout(request)


def end_session(session: MemberSession, *, by: Member) -> None:
    """End one of one's own other sessions.  Records member.sessions_ended."""
    with transaction.atomic():
        ended = MemberSession.objects.filter(pk=session.pk, member=by).end(why=MemberSession.Ended.BY_MEMBER)
        record("member.sessions_ended", by=by, thing=by, detail={"count": ended})


def end_all_sessions(member: Member, *, by: Member, why: str = MemberSession.Ended.BY_MEMBER, spare=None) -> int:
    """End every session of *member* (save that with the id *spare*); the number ended.

    Records member.sessions_ended.
    """
    with transaction.atomic():
        ended = MemberSession.objects.filter(member=member).exclude(pk=spare).end(why=why)
        record("member.sessions_ended", by=by, thing=member, detail={"count": ended, "why": str(why)})
    return ended


# what one signs in with ---------------------------------------------------------------------------------------------


def confirm_password(request: HttpRequest, *, by: Member, password: str, field: str = "old") -> None:
    """Make sure that *by* is still who types; a wrong password counts towards the lock-out."""
    if lockout.is_locked_out(request, by.email):
        raise locked_out()
    if not by.check_password(password):
        lockout.count_failure(request, by.email)
        _note_failure(request, by.email, "password")
        raise ValidationError({field: _("This is not your present password.")})


def change_password(request: HttpRequest, *, by: Member, old: str, new: str) -> None:
    """Replace the password of *by*, end their other sessions and write to them.  Records password.changed."""
    confirm_password(request, by=by, password=old)
    with transaction.atomic():
        by.set_password(new)
        noting(by, by=by, reason="password.changed").save()
        auth.update_session_auth_hash(request, by)
        request.session.save()
        record("password.changed", by=by, thing=by)
        end_all_sessions(by, by=by, spare=request.session.row.pk)
        emails.tell_of_sign_in_change(by, "password")


def begin_authenticator(member: Member) -> Authenticator:
    """A new, unconfirmed authenticator for *member*; the one in use goes on until the new one is confirmed."""
    with transaction.atomic():
        return Authenticator.objects.begin(member)


def confirm_authenticator(device: Authenticator, *, by: Member, code: str) -> None:
    """Let *device* replace the one in use, once it has given the right *code*, and write to its member.

    Records authenticator.enrolled.
    """
    if not device.verify_token(re.sub(r"\s", "", code)):
        raise ValidationError({"code": _("This code is not right. Type the six digits that the app shows now.")})
    with transaction.atomic():
        for earlier in Authenticator.objects.with_key().filter(user=device.user_id, confirmed=True):
            earlier.destroy()
        Authenticator.objects.filter(pk=device.pk).update(confirmed=True)
        record("authenticator.enrolled", by=by, thing=by)
        if by.enrolled_at:
            emails.tell_of_sign_in_change(by, "authenticator")


def make_recovery_codes(*, by: Member) -> list[str]:
    """Ten new recovery codes for *by*, in clear this once; the earlier ones no longer work, and *by* is told by letter.

    Records recovery_codes.made.
    """
    codes = [_grouped("".join(secrets.choice(CODE_LETTERS) for _place in range(12))) for _code in range(RECOVERY_CODES)]
    with transaction.atomic():
        RecoveryCode.objects.filter(member=by).delete()
        for code in codes:
            RecoveryCode.objects.create(member=by, digest=RecoveryCode.digest_for(by, code))
        record("recovery_codes.made", by=by, thing=by, detail={"count": len(codes)})
        if by.enrolled_at:
            emails.tell_of_sign_in_change(by, "recovery codes")
    return codes


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


# enrolment ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Enrolment:
    """An invitation that is being accepted, and the authenticator it set up."""

    invitation: Invitation
    device: Authenticator | None


def enrolment(invitation_id) -> Enrolment | None:
    """The enrolment in progress of the open invitation *invitation_id*, or None."""
    invitation = (
        Invitation.objects.open().filter(pk=invitation_id).select_related("member__agency__partnership").first()
    )
    if invitation is None:
        return None
    device = Authenticator.objects.with_key().filter(user=invitation.member, confirmed=False).first()
    return Enrolment(invitation, device)


def choose_first_password(invitation: Invitation, *, password: str) -> None:
    """Set the invited member's password and a fresh authenticator; neither opens anything before the code is right."""
    member = invitation.member
    with transaction.atomic():
        member.set_password(password)
        noting(member, by=member, reason="password.changed").save()
        Authenticator.objects.begin(member)
        record("password.changed", by=member, thing=member)


def complete_enrolment(request: HttpRequest, found: Enrolment, *, code: str) -> None:
    """With the right *code*, use the invitation up, make the member active and sign them in.

    Recovery codes come next; until they are kept nothing else is reachable.  Records invitation.used.
    """
    member = found.invitation.member
    with transaction.atomic():
        confirm_authenticator(found.device, by=member, code=code)
        used = Invitation.objects.open().filter(pk=found.invitation.pk).update(used_at=timezone.now())
        if not used:
            raise ValidationError(_("This invitation has been used or withdrawn."))
        member.is_active = True
        noting(member, by=member, reason="invitation.used").save()
        record("invitation.used", by=member, thing=found.invitation)
        sign_in(request, member=member)


def keep_recovery_codes(*, by: Member) -> None:
    """*by* says that the codes are kept: the enrolment is complete, and they are told so by letter.

    Records member.enrolled, once.
    """
    if not RecoveryCode.objects.filter(member=by).exists():
        raise ValidationError(_("Make your recovery codes first."))
    if by.enrolled_at:
        return
    with transaction.atomic():
        by.enrolled_at = timezone.now()
        noting(by, by=by, reason="member.enrolled").save()
        record("member.enrolled", by=by, thing=by)
        emails.tell_of_sign_in_change(by, "everything")
