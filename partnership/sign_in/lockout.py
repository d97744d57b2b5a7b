"""Lock-out by account and address together (django-axes); wrong passwords and wrong codes fill one count.

axes sees a bare stand-in of the request: it would otherwise store what was posted.
"""

from dataclasses import dataclass
from datetime import datetime

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import signals
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone

from partnership.models import MemberManager


@dataclass(frozen=True)
class Lock:
    """One address from which an account is locked, and until when."""

    address: str
    until: datetime


def attempt_of(request: HttpRequest) -> HttpRequest:
    """A request with the address of *request* and nothing else, for axes to count."""
    bare = HttpRequest()
    bare.META = {"REMOTE_ADDR": request.META.get("REMOTE_ADDR", ""), "HTTP_USER_AGENT": ""}
    bare.method, bare.path, bare.path_info = "POST", "/", "/"
    return bare


def is_locked_out(request: HttpRequest, email: str) -> bool:
    """Whether *email* is locked from the request's address."""
    return not AxesProxyHandler.is_allowed(attempt_of(request), _credentials(email))


def count_failure(request: HttpRequest, email: str) -> None:
    """Count a wrong code of *email* from the request's address, as a wrong password counts."""
    signals.user_login_failed.send(__name__, credentials=_credentials(email), request=attempt_of(request))


def forget_failures(request: HttpRequest, email: str) -> None:
    """Start the count of *email* from this address anew, after a whole sign-in."""
    AxesProxyHandler.reset_attempts(username=_account(email), ip_address=request.META.get("REMOTE_ADDR", ""))


def unlock(email: str) -> int:
    """Forget every failure of *email*, from wherever; the number of records forgotten."""
    return AxesProxyHandler.reset_attempts(username=_account(email))


def locks_of(email: str) -> list[Lock]:
    """From which addresses *email* is locked now."""
    rows = _locked().filter(username=_account(email))
    return [Lock(address=row["ip_address"], until=row["latest"] + get_cool_off()) for row in rows]


def locked_accounts() -> set[str]:
    """The e-mail addresses that are locked from anywhere."""
    return {row["username"] for row in _locked()}


def _locked():
    recent = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - get_cool_off())
    counted = recent.values("username", "ip_address").annotate(
        failures=Sum("failures_since_start"), latest=Max("attempt_time")
    )
    return counted.filter(failures__gte=settings.AXES_FAILURE_LIMIT).order_by("ip_address")


def _account(email: str) -> str:
    return MemberManager.normalise(email)[:255]


def _credentials(email: str) -> dict:
    return {"username": _account(email)}
