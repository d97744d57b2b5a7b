"""The gate of every view: which permission it asks for, and what happens to those who lack it.

Each view carries exactly one of the decorators here; a test walks the URLs and fails on a view without.  Signed-in and
verified by one-time password is the default of `partnership.middleware`; nothing here opens a row.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.recording import record
from partnership.models import Member
from partnership.roles import Permission

PUBLIC = "public"
LOCKED_TOO = "locked_too"

View = Callable[..., HttpResponse]


class MemberRequest(HttpRequest):
    """A request behind the gate: `member` is the signed-in member (the same object as `user`)."""

    member: Member
    user: Member


def permission(needed: Permission, *, panel: str | None = None) -> Callable[[View], View]:
    """Let only members through who carry *needed*; others get the refused page (403), and the audit an event.

    *panel* names the URL argument that holds a panel's id where the permission must be held on that panel; without it
    any panel will do, and the view narrows with `visible_to`.  Sets `request.member`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            request.member = request.user
            if not request.member.may(needed, kwargs.get(panel) if panel else None):
                return refuse(request, needed)
            return view(request, *args, **kwargs)

        guarded.permission = needed
        return guarded

    return decorate


def public(view: View) -> View:
    """Let everybody through, signed in or not."""

    @wraps(view)
    def open_view(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.member = request.user if request.user.is_authenticated else None
        return view(request, *args, **kwargs)

    open_view.permission = PUBLIC
    return login_not_required(open_view)


def locked_too(view: View) -> View:
    """Let signed-in members through even while their session waits for a code (sign-out, unlock, session clock)."""

    @wraps(view)
    def waiting_view(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.member = request.user
        return view(request, *args, **kwargs)

    waiting_view.permission = LOCKED_TOO
    waiting_view.locked_too = True
    return waiting_view


def refuse(request: HttpRequest, needed: Permission | str = "") -> HttpResponse:
    """The refused page for the signed-in member, recorded in a transaction of its own before it is shown."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    with transaction.atomic():
        record("access.refused", by=request.user, reason=str(needed), detail={"view": view})
    name = "partnership/_refused.html" if request.headers.get("HX-Request") else "partnership/refused.html"
    return render(request, name, {"needed": needed}, status=403)
