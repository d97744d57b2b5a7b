"""Signing in, enrolling and keeping one's own sign-in."""

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form

LONGEST_PASSWORD = 256


def _password(label, autocomplete: str, **kwargs) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})
    return forms.CharField(label=label, max_length=LONGEST_PASSWORD, strip=False, widget=widget, **kwargs)


def _code(label, hint, *, length: int = 20) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
    if length == 8:
        attributes |= {"inputmode": "numeric", "autocapitalize": "off"}
    return forms.CharField(label=label, help_text=hint, max_length=length, widget=forms.TextInput(attributes))


class SignInForm(Form):
    """Work e-mail and password."""

    email = forms.EmailField(
        label=gettext_lazy("Work e-mail"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username", "spellcheck": "false"}),
    )
    password = _password(gettext_lazy("Password"), "current-password")
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)


class CodeForm(Form):
    """The one-time code, or a recovery code in its place."""

    code = _code(
        gettext_lazy("Code"),
        gettext_lazy("The six digits that your authenticator app shows now. If you have lost it, a recovery code."),
    )
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)


class UnlockForm(CodeForm):
    """Password and code of the member whose session waits."""

    password = _password(gettext_lazy("Password"), "current-password")
    field_order = ["password", "code"]

    def __init__(self, *args, code_only: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if code_only:
            del self.fields["password"]


class NewPasswordForm(Form):
    """A new password, typed twice."""

    password = _password(gettext_lazy("Password"), "new-password")
    again = _password(gettext_lazy("Password again"), "new-password")

    def __init__(self, *args, member, **kwargs):
        self.member = member
        super().__init__(*args, **kwargs)
        self.rules = password_validators_help_texts()

    def clean(self):
        cleaned = super().clean()
        password, again = cleaned.get("password"), cleaned.get("again")
        if password:
            try:
                validate_password(password, self.member)
            except ValidationError as error:
                self.add_error("password", error)
        if password and again and password != again:
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned


class PresentPasswordForm(Form):
    """The present password, before something is changed that one signs in with."""

    old = _password(gettext_lazy("Your password"), "current-password")


class ChangePasswordForm(NewPasswordForm):
    """The present password, and a new one typed twice."""

    old = _password(gettext_lazy("Present password"), "current-password")
    field_order = ["old", "password", "again"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("New password")
        self.fields["again"].label = _("New password again")


class AuthenticatorForm(Form):
    """The first code of a new authenticator."""

    code = _code(gettext_lazy("Code"), gettext_lazy("The six digits that the app shows now."), length=8)


class KeepCodesForm(Form):
    """That the recovery codes are kept."""

    kept_safe = forms.BooleanField(label=gettext_lazy("I have printed or written down these codes"))
