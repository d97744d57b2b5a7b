"""Deciding that a panel is told who reported something."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Naming
from core.forms import Form, LongTextField


class NamingForm(Form):
    """What the reporter says of it, and why the panel needs to know."""

    says = forms.ChoiceField(label=_("What the reporter says"), choices=Naming.Says.choices, widget=forms.RadioSelect)
    words = LongTextField(
        label=_("Why the panel needs to know who it is"),
        max_length=10_000,
        help_text=_("Against the reporter’s wish, or unasked: what outweighs it, and how the reporter is kept safe."),
    )


class WithholdForm(Form):
    """The version that is withheld."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
