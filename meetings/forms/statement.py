"""Signing the confidentiality statement, and writing a new version of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, LongTextField
from meetings.models import Attendance


class SignForm(Form):
    """The signature for one meeting."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(label=_("How do you attend?"), choices=Attendance.Mode.choices, widget=forms.RadioSelect)
    agree = forms.BooleanField(
        label=_("I have read the statement and agree to it for this meeting"),
        error_messages={"required": _("Tick the box to sign. Without your signature nothing of the meeting opens.")},
    )


class StatementForm(Form):
    """A new version of a panel's statement."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    text = LongTextField(
        label=_("Statement"),
        rows=24,
        max_length=20000,
        help_text=_(
            "{place}, {protocol} and {panel} are filled in when it is shown. A line that begins with * is a "
            "point of a list; an empty line ends a paragraph."
        ),
    )
