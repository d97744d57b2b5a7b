"""Asking about an interest, and recording one for somebody."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from meetings.forms.live import _member_words, people_of
from partnership.models import Member


class AboutForm(Form):
    """Whom the desk asks, or keeps away."""

    member = forms.ModelChoiceField(label=_("Member"), queryset=Member.objects.none(), empty_label=_("Choose a person"))
    whole_agency = forms.BooleanField(label=_("Keep the whole agency away"), required=False)

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = people_of(meeting)
        self.fields["member"].label_from_instance = _member_words
