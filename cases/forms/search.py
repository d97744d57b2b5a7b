"""What a member types to find somebody."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class SearchForm(Form):
    """Whom to look for.  At least a reference, a family name, or a given name with a date of birth."""

    reference = forms.CharField(label=_("Case or referral reference"), required=False, max_length=24)
    given_name = forms.CharField(label=_("Given names"), required=False, max_length=80)
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=80)
    birth_date = forms.DateField(label=_("Date of birth"), required=False)

    def clean(self):
        """Refuse a search that could only be answered with everybody."""
        typed = super().clean()
        enough = (
            typed.get("reference") or typed.get("family_name") or (typed.get("given_name") and typed.get("birth_date"))
        )
        if not enough and not self.errors:
            raise forms.ValidationError(
                _("Enter a reference, or a family name, or a given name together with a date of birth.")
            )
        return typed
