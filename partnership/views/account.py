"""One's own account: password, authenticator, recovery codes, and where one is signed in."""

from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnership.access import permission
from partnership.finding import found_or_404
from partnership.forms.sign_in import AuthenticatorForm, ChangePasswordForm, PresentPasswordForm
from partnership.models import Authenticator, MemberSession, RecoveryCode
from partnership.roles import Permission
from partnership.views.doing import done, shown, typed
from partnership.views.enrolment import show_authenticator, show_codes
from partnership.workflow import sign_in as verbs

ENDED_SHOWN = 10


@require_safe
@permission(Permission.OWN_ACCOUNT)
def account(request):
    """What I am here, and what I sign in with."""
    codes = RecoveryCode.objects.filter(member=request.member, used_at__isnull=True).count()
    return render(request, "partnership/account.html", {"member": request.member, "codes_left": codes})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@permission(Permission.OWN_ACCOUNT)
def change_password(request):
    """Replace my password; my other sessions end."""
    form = ChangePasswordForm(typed(request), member=request.member)
    if form.is_valid() and done(
        form,
        verbs.change_password,
        request,
        by=request.member,
        old=form.cleaned_data["old"],
        new=form.cleaned_data["password"],
    ):
        messages.success(request, _("Your password is changed. Your other sessions have ended."))
        return redirect("partnership:account")
    return shown(request, "partnership/change_password.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@permission(Permission.OWN_ACCOUNT)
def new_authenticator(request):
    """Set up another authenticator; the one in use goes on until the new one has given a right code."""
    device = Authenticator.objects.with_key().filter(user=request.member, confirmed=False).first()
    if device is None or "begin" in request.POST:
        return _begin_authenticator(request)
    form = AuthenticatorForm(typed(request))
    if form.is_valid() and done(
        form, verbs.confirm_authenticator, device, by=request.member, code=form.cleaned_data["code"]
    ):
        messages.success(request, _("The new authenticator is in use. The earlier one no longer works."))
        return redirect("partnership:account")
    return show_authenticator(request, form, device, request.member, "new_authenticator")


def _begin_authenticator(request):
    form = PresentPasswordForm(request.POST if "begin" in request.POST else None)
    if form.is_valid() and _confirmed(request, form):
        verbs.begin_authenticator(request.member)
        return redirect("partnership:new_authenticator")
    return shown(request, "partnership/new_authenticator.html", {"form": form})


def _confirmed(request, form) -> bool:
    return done(form, verbs.confirm_password, request, by=request.member, password=form.cleaned_data["old"])


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@permission(Permission.OWN_ACCOUNT)
def recovery_codes(request):
    """Make new recovery codes; the earlier ones no longer work."""
    form = PresentPasswordForm(typed(request))
    if form.is_valid() and _confirmed(request, form):
        return show_codes(request, verbs.make_recovery_codes(by=request.member))
    return shown(request, "partnership/new_recovery_codes.html", {"form": form})


@require_safe
@permission(Permission.OWN_ACCOUNT)
def sessions(request):
    """Where I am signed in, and where I was lately."""
    mine = MemberSession.objects.of(request.member)
    context = {
        "open": mine.open(),
        "ended": mine.filter(ended_at__isnull=False).order_by("-ended_at")[:ENDED_SHOWN],
        "this": request.session.row.pk,
    }
    return render(request, "partnership/sessions.html", context)


@require_POST
@permission(Permission.OWN_ACCOUNT)
def end_session(request, pk):
    """End one of my sessions."""
    session = found_or_404(request, MemberSession.objects.of(request.member).open(), pk=pk)
    if session.pk == request.session.row.pk:
        verbs.sign_out(request, by=request.member)
        return redirect("partnership:sign_in")
    verbs.end_session(session, by=request.member)
    messages.success(request, _("That session has ended."))
    return redirect("partnership:sessions")


@require_POST
@permission(Permission.OWN_ACCOUNT)
def end_sessions(request):
    """Sign out everywhere, here too."""
    ended = verbs.end_all_sessions(request.member, by=request.member)
    logout(request)
    messages.success(
        request,
        ngettext(
            "You are signed out: %(count)s session has ended.",
            "You are signed out: %(count)s sessions have ended.",
            ended,
        )
        % {"count": ended},
    )
    return redirect("partnership:sign_in")
