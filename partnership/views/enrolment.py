"""Accepting an invitation: a password, an authenticator, recovery codes; nothing else opens before."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from partnership.access import locked_too, public
from partnership.forms.sign_in import AuthenticatorForm, KeepCodesForm, NewPasswordForm
from partnership.models import Invitation
from partnership.sign_in.qr import otpauth_uri, qr_path
from partnership.views.doing import done, shown, typed
from partnership.workflow import sign_in as verbs


@require_safe
@sensitive_variables("token")
@public
def invitation(request, token: str):
    """The letter's link: on to the first step, whose address carries no secret.

    Opening it uses nothing up: the link works until the enrolment is complete, and then no more.
    """
    found = Invitation.objects.with_token(token)
    if found is None:
        return _over(request)
    request.session["enrolling"] = str(found.pk)
    return redirect("partnership:enrol_password")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@public
def enrol_password(request):
    """Choose a password."""
    found = verbs.enrolment(request.session.get("enrolling"))
    if found is None:
        return _over(request)
    member = found.invitation.member
    form = NewPasswordForm(typed(request), member=member)
    if form.is_valid():
        verbs.choose_first_password(found.invitation, password=form.cleaned_data["password"])
        return redirect("partnership:enrol_authenticator")
    return shown(request, "partnership/invitation.html", {"form": form, "member": member})


def _over(request):
    return render(request, "partnership/invitation_over.html", status=404)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@public
def enrol_authenticator(request):
    """Scan the code with an authenticator app, and type the first code."""
    found = verbs.enrolment(request.session.get("enrolling"))
    if found is None or found.device is None:
        return _over(request)
    form = AuthenticatorForm(typed(request))
    if form.is_valid() and done(form, verbs.complete_enrolment, request, found, code=form.cleaned_data["code"]):
        request.session.pop("enrolling", None)
        return show_codes(request, verbs.make_recovery_codes(by=request.user))
    return show_authenticator(request, form, found.device, found.invitation.member, "enrol_authenticator")


def show_authenticator(request, form, device, member, name: str):
    """The page with the code to scan, for the enrolment and for a new authenticator."""
    uri = otpauth_uri(member.email, device.secret_base32)
    secret = device.secret_base32
    context = {
        "form": form,
        "member": member,
        "qr": qr_path(uri),
        "uri": uri,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "is_enrolment": name == "enrol_authenticator",
    }
    return shown(request, "partnership/authenticator.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@locked_too
def enrol_recovery_codes(request):
    """Make recovery codes (again, where they were not kept), and say that they are kept."""
    if request.session_is_locked:
        return redirect("partnership:unlock")
    if request.user.enrolled_at is not None:  # later ones are made on the account page, against the password
        return redirect("home")
    if request.method == "POST" and "make" in request.POST:
        return show_codes(request, verbs.make_recovery_codes(by=request.user))
    form = KeepCodesForm(typed(request))
    if form.is_valid():
        try:
            verbs.keep_recovery_codes(by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("home")
    return shown(request, "partnership/recovery_codes_due.html", {"form": form})


def show_codes(request, codes: list[str]):
    """The codes, in clear, in this one answer."""
    context = {"codes": codes, "form": KeepCodesForm(), "is_enrolled": request.user.enrolled_at is not None}
    return render(request, "partnership/recovery_codes.html", context)
