"""What a member types about an action."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Action
from cases.rules.action import ENDINGS
from core.forms import Form, LongTextField


class ReportForm(Form):
    """How an action goes on or ended; *seen* is the version that the writer had before them."""

    state = forms.ChoiceField(
        label=_("How does the action stand?"),
        choices=[(Action.State.IN_PROGRESS, _("In progress")), *((s, s.label) for s in Action.State if s in ENDINGS)],
        widget=forms.RadioSelect,
    )
    outcome = LongTextField(
        label=_("What came of it"),
        required=False,
        max_length=4000,
        help_text=_("Where it was not done, say why: circumstances changed, or what stood in the way"),
    )
    evidence = LongTextField(
        label=_("Evidence"),
        required=False,
        max_length=2000,
        rows=3,
        help_text=_("For instance a reference in your own agency’s records"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
