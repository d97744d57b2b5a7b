"""How long a session may rest.  Apps above may lend more (a signed meeting); the longest time wins."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from partnership.models import MemberSession

WARNING_SECONDS = 120
STAMP_EVERY = timedelta(seconds=30)

Lender = Callable[..., int | None]

_lenders: list[Lender] = []


def register(lender: Lender) -> None:
    """Let *lender* (member → minutes or None) lengthen the idle time; it is asked when the default has run out."""
    if lender not in _lenders:
        _lenders.append(lender)


def default_minutes() -> int:
    """The idle time outside a meeting (setting `IDLE_MINUTES`)."""
    return settings.IDLE_MINUTES


def lent_minutes(member) -> int | None:
    """The longest idle time that an app lends *member* now, in minutes; None where none does."""
    return max((minutes for lender in _lenders if (minutes := lender(member))), default=None)


def rested(session: MemberSession) -> timedelta:
    """How long ago the session's member last did something."""
    return timezone.now() - session.last_seen_at


def lock_due(session: MemberSession, member) -> str:
    """What the session must wait for now: "" (nothing), "code" or "sign_in" (`MemberSession.Lock`)."""
    if session.lock:
        return session.lock
    rest = rested(session)
    if rest <= timedelta(minutes=default_minutes()):
        return MemberSession.Lock.NONE
    lent = lent_minutes(member)
    if lent is None or lent <= default_minutes():
        return MemberSession.Lock.SIGN_IN
    return MemberSession.Lock.NONE if rest <= timedelta(minutes=lent) else MemberSession.Lock.CODE


def seconds_left(session: MemberSession, member) -> int:
    """Seconds until the session will be locked, nought when it is."""
    if lock_due(session, member):
        return 0
    allowed = timedelta(minutes=max(default_minutes(), lent_minutes(member) or 0))
    return max(0, int((allowed - rested(session)).total_seconds()))


def stamp(session: MemberSession) -> None:
    """Note that the member did something; written at most twice a minute, and never over a lock."""
    if rested(session) < STAMP_EVERY:
        return
    now = timezone.now()
    MemberSession.objects.filter(pk=session.pk, lock="", last_seen_at__lt=now).update(last_seen_at=now)
    session.last_seen_at = now


def lock(session: MemberSession, how: str) -> None:
    """Let the session wait for *how* until `unlock`."""
    if session.lock != how:
        MemberSession.objects.filter(pk=session.pk).update(lock=how)
        session.lock = how


def unlock(session: MemberSession) -> None:
    """The member has shown who they are: go on."""
    now = timezone.now()
    MemberSession.objects.filter(pk=session.pk).update(lock="", last_seen_at=now)
    session.lock, session.last_seen_at = "", now
