"""Signing in: password, then code; waking a session that rested too long; signing out."""

import time

from django.conf import settings
from django.contrib import messages
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnership import idle
from partnership.access import locked_too, public
from partnership.forms.sign_in import CodeForm, SignInForm, UnlockForm
from partnership.models import Member, MemberSession
from partnership.sign_in import keeping
from partnership.views.doing import done, shown
from partnership.workflow import sign_in as verbs

BETWEEN_PASSWORD_AND_CODE_SECONDS = 10 * 60


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@public
def sign_in(request):
    """Work e-mail and password."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(_safe(request, request.GET.get("next", "")))
        return show_sign_in(request, next=request.GET.get("next", ""))
    form = SignInForm(request.POST)
    if not form.is_valid() or not done(form, _password_step, request, form.cleaned_data):
        return show_sign_in(request, form=form)
    if form.cleaned_data["kept"]:
        return _show_code(request, CodeForm(initial=_carried(form)))
    return redirect("partnership:sign_in_code")


def _password_step(request, typed: dict) -> None:
    member = verbs.check_password(request, email=typed["email"], password=typed["password"])
    request.session["signing_in"] = {
        "member": str(member.pk),
        "until": time.time() + BETWEEN_PASSWORD_AND_CODE_SECONDS,
        "next": typed["next"],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@public
def sign_in_code(request):
    """The one-time code, after the password."""
    member = _half_way(request)
    if member is None:
        return redirect("partnership:sign_in")
    if request.method != "POST":
        return _show_code(request, CodeForm(initial={"next": request.session["signing_in"]["next"]}))
    form = CodeForm(request.POST)
    if not form.is_valid() or not done(form, verbs.check_code, request, member=member, code=form.cleaned_data["code"]):
        return _show_code(request, form)
    verbs.sign_in(request, member=member)
    return _go_on(request, member, form.cleaned_data)


def _half_way(request) -> Member | None:
    """The member whose password was right in this session a few minutes ago."""
    half = request.session.get("signing_in")
    if not half or half["until"] < time.time():
        return None
    return Member.objects.active().select_related("agency__partnership").filter(pk=half["member"]).first()


def _go_on(request, member, typed: dict):
    if kept := keeping.kept_for(typed["kept"], member) if typed["kept"] else None:
        return render(request, "partnership/kept.html", {"kept": kept})
    if typed["kept"]:
        messages.info(request, _("What was typed before belongs to somebody else’s session and was not kept."))
    return redirect(_safe(request, typed["next"]))


def show_sign_in(request, *, form=None, kept: str = "", next: str = ""):
    """The sign-in page; *kept* is what was posted too late."""
    form = form or SignInForm(initial={"kept": kept, "next": next})
    context = {"form": form, "has_kept": _has_kept(form), "is_demonstration": settings.DEMONSTRATION}
    return shown(request, "partnership/sign_in.html", context)


def _show_code(request, form):
    return shown(request, "partnership/sign_in_code.html", {"form": form, "has_kept": _has_kept(form)})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@locked_too
def unlock(request):
    """Password and code, or the code alone, for a session that rested too long; then on with the same page."""
    if not request.session.row.lock:
        return JsonResponse({"locked": False}) if _is_script(request) else redirect(_safe(request, _next_of(request)))
    if request.method != "POST":
        return show_unlock(request, next=request.GET.get("next", ""))
    form = UnlockForm(request.POST, code_only=_code_only(request))
    if not form.is_valid() or not done(
        form, verbs.wake, request, password=form.cleaned_data.get("password"), code=form.cleaned_data["code"]
    ):
        return show_unlock(request, form=form)
    request.session_is_locked = False
    if _is_script(request):
        return JsonResponse({"locked": False})
    return _go_on(request, request.user, form.cleaned_data)


def show_unlock(request, *, form=None, kept: str = "", next: str = ""):
    """The page (or for a script, its form alone) that a waiting session shows."""
    form = form or UnlockForm(code_only=_code_only(request), initial={"kept": kept, "next": next})
    name = "partnership/_unlock.html" if _is_script(request) else "partnership/unlock.html"
    context = {
        "form": form,
        "code_only": _code_only(request),
        "has_kept": _has_kept(form),
        "is_script": _is_script(request),
    }
    return shown(request, name, context)


def _code_only(request) -> bool:
    session = request.session.row
    return session is not None and session.lock == MemberSession.Lock.CODE


@require_safe
@locked_too
def session_clock(request):
    """How long this session may still rest, for the warning; asking is not activity."""
    return _clock(request)


@require_POST
@locked_too
def stay(request):
    """“Stay signed in”, and the sign that somebody is typing."""
    if not request.session.row.lock:
        idle.stamp(request.session.row)
    return _clock(request)


def _clock(request):
    left = idle.seconds_left(request.session.row, request.user)
    return JsonResponse(
        {
            "seconds": left,
            "warning": idle.WARNING_SECONDS,
            "locked": left == 0,
            "member": str(request.user.pk),
            "csrf": get_token(request),
        }
    )


@require_POST
@locked_too
def sign_out(request):
    """End this session."""
    verbs.sign_out(request, by=request.user)
    messages.success(request, _("You are signed out."))
    return redirect("partnership:sign_in")


def _carried(form) -> dict:
    return {name: form.cleaned_data[name] for name in ("kept", "next")}


def _has_kept(form) -> bool:
    return bool(form["kept"].value())


def _next_of(request) -> str:
    return request.POST.get("next", "") or request.GET.get("next", "")


def _safe(request, path: str) -> str:
    """*path* if it is one of ours, else the home page."""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(
        path, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return path if is_ours else "/"


def _is_script(request) -> bool:
    return request.headers.get("X-Requested-With") == "session"
