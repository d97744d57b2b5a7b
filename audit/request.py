"""What the audit takes from the request: address, session and road, without the verbs handing it on."""

import hashlib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_request: ContextVar = ContextVar("audited_request", default=None)


@dataclass(frozen=True)
class Facts:
    """Where an act came from; empty for what the clock does."""

    address: str = ""
    session: str = ""
    road: str = ""


@contextmanager
def observing(request):
    """Let events written inside say that they came with *request*."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def facts() -> Facts:
    """The facts of the request being answered.

    The address is what `config.middleware.TrustedProxies` made of the forwarded ones.
    """
    request = _request.get()
    if request is None:
        return Facts()
    match = getattr(request, "resolver_match", None)
    return Facts(
        address=request.META.get("REMOTE_ADDR", "")[:45],
        session=session_digest(request),
        road=(match.view_name or "")[:100] if match else "",
    )


def session_digest(request) -> str:
    """Sixteen hexadecimal digits that tell sessions apart and open none."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""
