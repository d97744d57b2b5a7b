"""The default of every view: signed in, verified, awake.  Views opt out by the decorators of `partnership.access`."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from partnership import idle
from partnership.access import refuse
from partnership.models import MemberSession
from partnership.models.sign_in import digest_of
from partnership.sign_in import keeping

POLL_HEADER = "X-Confer-Poll"


def is_poll(request) -> bool:
    """Whether the browser asks by itself; a poll is not activity."""
    return request.headers.get(POLL_HEADER) == "1"


def is_fragment(request) -> bool:
    """Whether a script asks for a part of a page, and not a browser for a page."""
    asked_by_script = request.headers.get("X-Requested-With") == "session"
    return bool(request.headers.get("HX-Request")) or asked_by_script or request.headers.get("Sec-Fetch-Mode") == "cors"


class SignedIn(LoginRequiredMiddleware):
    """Nobody gets further without signing in; a part of a page leads the whole page there."""

    def handle_no_permission(self, request, view_func):
        sign_in = resolve_url(self.get_login_url(view_func))
        kept = _kept_for_ended_session(request) if request.method == "POST" else ""
        if is_fragment(request) and kept:
            return _locked()  # leading the page away would lose what was typed in it
        if is_fragment(request):
            return HttpResponseClientRedirect(_with_next(sign_in, _page_of(request)))
        if kept:
            from partnership.views.sign_in import show_sign_in

            return show_sign_in(request, kept=kept)
        return redirect(_with_next(sign_in, request.get_full_path() if request.method == "GET" else "/"))


class Awake:
    """A session that rested too long waits for its member's code; one without recovery codes has them made first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.session_is_locked = request.navigation_is_hidden = False
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        session = request.session.row
        due = MemberSession.Lock.SIGN_IN
        if session is not None and "verified_at" in request.session:
            due = idle.lock_due(session, request.user)
        if due:
            return self._wait(request, view, session, due)
        request.navigation_is_hidden = request.user.enrolled_at is None
        if getattr(view, "locked_too", False):
            return None
        if not is_poll(request):
            idle.stamp(session)
        if request.user.enrolled_at is None:
            return _lead(request, reverse("partnership:enrol_recovery_codes"))
        return None

    def _wait(self, request, view, session, due):
        request.session_is_locked = request.navigation_is_hidden = True
        if session is not None:
            idle.lock(session, due)
        if getattr(view, "locked_too", False):
            return None
        if is_fragment(request):
            return _locked()
        if request.method == "POST":
            from partnership.views.sign_in import show_unlock

            return show_unlock(request, kept=keeping.keep(request, request.user.pk))
        return redirect(_with_next(reverse("partnership:unlock"), request.get_full_path()))


class Refusals:
    """A rule that refuses by raising `PermissionDenied` gets the page and the record of the gate's refusal."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, PermissionDenied) and request.user.is_authenticated:
            return refuse(request)
        return None


def _locked() -> HttpResponse:
    """The answer at which the page covers itself and asks who is there (`static/session.mjs`)."""
    return HttpResponse(status=401, headers={"HX-Trigger": "confer:locked"})


def _lead(request, where: str):
    return HttpResponseClientRedirect(where) if is_fragment(request) else redirect(where)


def _with_next(url: str, path: str) -> str:
    return f"{url}?{urlencode({REDIRECT_FIELD_NAME: path})}" if path not in ("", "/") else url


def _page_of(request) -> str:
    """The path of the page that asks for a part, as htmx tells it; nothing where it tells no address."""
    try:
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return ""
    return f"{shown.path}?{shown.query}" if shown.query else shown.path


def _kept_for_ended_session(request) -> str:
    """What was posted, bound to the member whose ended session posted it; nothing for strangers and leavers."""

    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    owner = (
        MemberSession.objects.filter(digest=digest_of(key), member__left_at__isnull=True)
        .values_list("member_id", flat=True)
        .first()
    )
    return keeping.keep(request, owner) if owner else ""
