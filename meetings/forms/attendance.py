"""The attendance sheet: observers and apologies."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, YesNoField
from meetings.forms.live import _member_words, people_of
from partnership.models import Agency, Member


class ObserverForm(Form):
    """Somebody who watches: named, and signed on paper or not."""

    name = forms.CharField(label=_("Observer’s name"), max_length=120)
    organisation = forms.CharField(label=_("Organisation"), max_length=120)
    signed = YesNoField(label=_("Have they signed the statement on paper?"))


class ApologiesForm(Form):
    """Somebody who cannot come, and whether their information did."""

    member = forms.ModelChoiceField(
        label=_("Member"), queryset=Member.objects.none(), required=False, empty_label=_("Somebody without an account")
    )
    agency = forms.ModelChoiceField(
        label=_("Agency"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("Choose an agency"),
        help_text=_("For somebody without an account"),
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    information_sent = YesNoField(label=_("Was information sent?"))
    received_on = DateField(label=_("Received on"), required=False)

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = people_of(meeting)
        self.fields["member"].label_from_instance = _member_words
        self.fields["agency"].queryset = Agency.objects.filter(partnership=meeting.panel.partnership_id)

    def clean(self):
        given = super().clean()
        if not given.get("member") and not (given.get("agency") and given.get("name")):
            self.add_error("name", _("Choose a member, or enter the agency and name of somebody without an account"))
        if given.get("member"):
            given["agency"], given["name"] = given["member"].agency, ""
        return given
