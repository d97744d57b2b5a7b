"""What a recipient says of a release, and what the originator's liaison officer says about those that are out."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, LongTextField
from disclosures.models import NoticeReceipt, Release, ReleaseNotice
from disclosures.workflow.recall import BY_HAND

Ending, How = Release.Ending, Release.How


class _Seen(Form):
    """A form over one version of a release."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class AcknowledgeForm(_Seen):
    accepted = forms.BooleanField(label=_("I accept these conditions"), required=False)


class UseForm(_Seen):
    used = forms.ChoiceField(
        label=_("Was it used for its purpose?"), choices=Release.Use.choices, widget=forms.RadioSelect
    )
    words = LongTextField(
        label=_("What came of it"),
        required=False,
        rows=4,
        max_length=2000,
        help_text=_("Needed unless the answer is yes"),
    )


class ConfirmForm(_Seen):
    ending = forms.ChoiceField(
        label=_("What became of it?"), choices=Ending.choices, widget=forms.RadioSelect, initial=Ending.DESTROYED
    )
    how = forms.ChoiceField(label=_("How?"), choices=How.choices, widget=forms.RadioSelect)
    on = DateField(label=_("On which day?"), initial=timezone.localdate, latest=timezone.localdate)


class ExtendForm(_Seen):
    until = DateField(label=_("Keep it until"), earliest=timezone.localdate)
    reason = forms.ChoiceField(label=_("Why"), choices=Release.Extension.choices, widget=forms.RadioSelect)
    words = LongTextField(label=_("In your own words"), rows=3, max_length=1000)


class WarnForm(Form):
    """A correction or a recall."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(reason.value, reason.label) for reason in ReleaseNotice.Reason if reason in BY_HAND],
        widget=forms.RadioSelect,
    )
    words = LongTextField(
        label=_("What must whoever has it know and do?"),
        rows=5,
        max_length=2000,
        help_text=_("Only who received it reads this. The letter says that something waits, and nothing else."),
    )


class ReceiptForm(_Seen):
    done = forms.ChoiceField(
        label=_("What did you do with every copy?"), choices=NoticeReceipt.Done.choices, widget=forms.RadioSelect
    )
    basis = forms.ChoiceField(
        label=_("The other lawful basis"), required=False, help_text=_("Only where your agency keeps it")
    )
    basis_words = LongTextField(
        label=_("Why it applies, and why it is necessary to keep it"), required=False, rows=3, max_length=2000
    )

    def __init__(self, *args, bases, **kwargs):
        """*bases*: the `LegalBasis` rows on which it may stay; none where it must go."""
        super().__init__(*args, **kwargs)
        if bases:
            labels = [(row.code, f"{row.code} {row.label} ({row.citation})") for row in bases]
            self.fields["basis"].choices = [("", _("Select a basis")), *labels]
            return
        del self.fields["basis"], self.fields["basis_words"]
        self.fields["done"].choices = [choice for choice in NoticeReceipt.Done.choices if choice[0] != "other_basis"]
