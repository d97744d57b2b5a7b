"""What is typed into an answer to a request from outside, item by item, and into its second check."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, LongTextField
from disclosures.models import Answer, Consultation, Redaction
from disclosures.rules import exemptions as grounds
from disclosures.rules import outside as rules

LONGEST = 20_000


class AnswerForm(Form):
    """The answer as a whole."""

    mark_optional = False

    kind = forms.ChoiceField(label=_("What is answered?"), widget=forms.RadioSelect)
    words = LongTextField(
        label=_("Words of the answer"),
        required=False,
        max_length=LONGEST,
        help_text=_(
            "No names of meetings or schemes, no numbers of records, no dates of files. Not used where you "
            "neither confirm nor deny."
        ),
    )
    sections = forms.MultipleChoiceField(
        label=_("Grounds on which nothing is given"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reasoning = LongTextField(
        label=_("Harm and public interest"),
        required=False,
        max_length=LONGEST,
        rows=4,
        help_text=_("For the record; not part of the answer"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        offered = rules.answers_offered(request)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in offered]
        if Answer.Kind.REFUSAL in offered:
            self.fields["sections"].choices = grounds.offered(request.kind)
        else:
            del self.fields["sections"]


class RedactForm(Form):
    """What becomes of one item."""

    mark_optional = False

    outcome = forms.ChoiceField(
        label=_("What becomes of it?"), choices=Redaction.Outcome.choices, widget=forms.RadioSelect
    )
    words = LongTextField(
        label=_("What leaves"),
        required=False,
        max_length=LONGEST,
        rows=8,
        help_text=_("Take out what may not leave, and leave no mark where it stood"),
    )
    exemptions = forms.MultipleChoiceField(label=_("Grounds"), required=False, widget=forms.CheckboxSelectMultiple)
    reasons = LongTextField(label=_("Harm and public interest"), required=False, max_length=LONGEST, rows=3)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["exemptions"].choices = grounds.offered(request.kind)


class CheckForm(Form):
    """The second person passes the answer, or sends it back with words."""

    mark_optional = False

    do = forms.ChoiceField(
        label=_("Does the answer go out?"),
        choices=[("pass", _("Yes: it gives what it may, and nothing else")), ("back", _("No: back to its drafter"))],
        widget=forms.RadioSelect,
    )
    words = LongTextField(label=_("What must be changed"), required=False, max_length=LONGEST, rows=4)
    address_seen = forms.BooleanField(
        label=_("It holds a confidential address: I looked at it, and it may go to this requester"), required=False
    )


class ViewForm(Form):
    """What an originator says to the giving of what it holds."""

    mark_optional = False

    view = forms.ChoiceField(label=_("What is your agency’s view?"), widget=forms.RadioSelect)
    exemptions = forms.MultipleChoiceField(label=_("Grounds"), required=False, widget=forms.CheckboxSelectMultiple)
    reasons = LongTextField(label=_("Reasons"), required=False, max_length=LONGEST, rows=4)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, consultation, **kwargs):
        super().__init__(*args, **kwargs)
        left_out = {Consultation.View.AGREES, Consultation.View.LIMITS} if consultation.is_hidden else set()
        self.fields["view"].choices = [(v.value, v.label) for v in Consultation.View if v not in left_out]
        self.fields["exemptions"].choices = grounds.offered(consultation.request.kind)
