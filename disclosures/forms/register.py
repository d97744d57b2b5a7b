"""What the register is narrowed by: codes and days alone, so that its address may hold them."""

from django import forms
from django.core import signing
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form
from disclosures.models import Decision, Disclosure, codes

SALT = "disclosures.register"
ANY = ("", _("Any"))


class RegisterForm(Form):
    """Filters of the register."""

    mark_optional = False

    number = forms.CharField(
        label=_("Number"),
        help_text=_("Of a request, a release or a case; its beginning is enough"),
        max_length=40,
        required=False,
        validators=[RegexValidator(r"^[A-Za-z0-9-]+$", _("A number has letters, digits and hyphens."))],
    )
    state = forms.ChoiceField(label=_("State"), choices=[ANY, *Decision.State.choices], required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[ANY, *codes.Outcome.choices], required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=[ANY, *Disclosure.Urgency.choices], required=False)
    agency = forms.ModelChoiceField(None, label=_("Asked by"), required=False, empty_label=_("Any"))
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("Until"), required=False)

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies

    def clean_number(self) -> str:
        return self.cleaned_data["number"].upper()

    def opaque(self) -> str:
        """The filters as an address may hold them."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return self.sealed(**{name: str(getattr(value, "pk", value)) for name, value in given.items()})

    @staticmethod
    def sealed(**given: str) -> str:
        """The filters *given* (codes, an agency's id, days as ISO) as an address may hold them."""
        return signing.dumps(given, salt=SALT)

    @staticmethod
    def plain(opaque: str) -> dict:
        """The filters of an address; none where it is not ours."""
        try:
            return signing.loads(opaque, salt=SALT)
        except signing.BadSignature:
            return {}
