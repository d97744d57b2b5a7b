"""Editing the minutes, proposing corrections, approving."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, LongTextField
from meetings.forms.reason import ReasonField, WordsField
from meetings.models import Minutes


class PartForm(Form):
    """One part of the minutes, over the version that its writer saw."""

    mark_optional = False
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = LongTextField(label=_("Text"), required=False, max_length=20000, rows=4)
    removed = forms.BooleanField(label=_("Leave this part out of the minutes"), required=False)


class CorrectionForm(Form):
    """How an agency's own words should read."""

    proposed = LongTextField(label=_("How your words should read"), max_length=20000, rows=4)
    reason = LongTextField(label=_("Why"), required=False, max_length=2000, rows=2)


class ApproveForm(Form):
    """The chair's approval."""

    early = forms.BooleanField(label=_("I approve before the agencies’ time to check has ended"), required=False)


class ChangeNoteForm(Form):
    """What a corrected version changes."""

    change_reason = ReasonField(Minutes.Change, label=_("What changes"), help_text=_("Stands on the minutes."))
    change_words = WordsField()
