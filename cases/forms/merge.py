"""What is said when two records are found to be of one person: proposing, deciding, undoing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, LongTextField

LONG = 4000


class ProposeForm(Form):
    """Why it is one person; and, where they were told apart before, that this is known."""

    words = LongTextField(label=_("Why do you think that it is one person?"), rows=4, max_length=LONG)
    although_distinct = forms.BooleanField(
        label=_("They were found to be two people before, and I know why that was wrong"), required=False
    )

    def __init__(self, *args, told_apart: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not told_apart:
            del self.fields["although_distinct"]


class DecideForm(Form):
    """What the second person decides, and why."""

    do = forms.ChoiceField(
        label=_("Are they one person?"),
        widget=forms.RadioSelect,
        choices=[("approve", _("Yes, combine the two records")), ("refuse", _("No"))],
    )
    words = LongTextField(label=_("Why?"), rows=3, max_length=LONG, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self):
        typed = super().clean()
        if typed.get("do") == "refuse" and not typed.get("words", "").strip():
            self.add_error("words", _("Give the reason."))
        return typed


class WithdrawForm(Form):
    """The proposer takes the proposal back."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class UndoForm(Form):
    """Why the two records are parted again."""

    words = LongTextField(label=_("Why are they two people?"), rows=3, max_length=LONG)
    seen = forms.IntegerField(widget=forms.HiddenInput)
