"""Releasing at once, and the review afterwards."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from core.forms import DateField, Form, LongTextField
from disclosures.forms.questions import BASIS_GROUPS, LawForm, prose, radios
from disclosures.models import Decision, codes
from disclosures.workflow.emergency import GROUNDS, GUARDIAN


class EmergencyForm(Form):
    """What leaves now, and why it could not wait."""

    words = LongTextField(label=_("What is released"), max_length=5_000, rows=5)
    health = forms.BooleanField(label=_("It is about somebody’s health or care"), required=False)
    category = forms.ChoiceField(
        label=_("Kind of information"),
        required=False,
        help_text=_(
            "What your agency holds on consent, and no consent covers, is released as an override, on your name and on "
            "the grounds below."
        ),
    )
    overrides = forms.MultipleChoiceField(
        label=_("Which danger makes it necessary?"),
        choices=codes.Override.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Say which danger makes it necessary.")},
    )
    reason = LongTextField(label=_("Why can it not wait for the liaison officer?"), max_length=5_000, rows=3)
    verbal_approval = forms.CharField(label=_("Who agreed by word of mouth, and when"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, categories=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("None of these")), *categories]
        if not categories:
            del self.fields["category"]


class OwnAccordForm(EmergencyForm):
    """An emergency release that nobody asked for: also about whom, to whom, and who agreed."""

    people = forms.ModelMultipleChoiceField(
        Party.objects.none(),
        label=_("About whom"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Select whom it is about")},
    )
    recipients = forms.ModelMultipleChoiceField(None, label=_("Who receives it?"), widget=forms.CheckboxSelectMultiple)
    verbal_approval = forms.CharField(
        label=_("Who agreed by word of mouth, and when"),
        max_length=200,
        help_text=_("If nobody could be reached, say whom you tried."),
    )
    version = None

    def __init__(self, *args, parties, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = Party.objects.with_key().filter(pk__in=[party.pk for party in parties])
        self.fields["people"].label_from_instance = lambda party: f"{party.name} ({party.get_capacity_display()})"
        self.fields["recipients"].queryset = members
        self.fields["recipients"].label_from_instance = lambda m: f"{m.name}, {m.agency.name}"


class ReviewForm(LawForm):
    """Ratify or recall; ratified, the law behind it is completed, of health data with the Caldicott Guardian's view."""

    hidden = ("version", "verdict", "words", *(name for name, _label, _types in BASIS_GROUPS))
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=Decision.Review.choices[:2],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select whether it is ratified or recalled")},
    )
    words = prose(_("What the review found"))
    caldicott_name = forms.CharField(label=_("Caldicott Guardian asked"), required=False, max_length=120)
    caldicott_on = DateField(label=_("Asked on"), required=False, latest=timezone.localdate)
    caldicott = radios(_("Advice"), codes.Advice.choices)
    caldicott_words = prose(_("What they said: limits, or why not"))
    overrides = public_interest = protect = None

    def __init__(self, *args, decision, **kwargs):
        super().__init__(*args, decision=decision, **kwargs)
        for name in GUARDIAN if not decision.health else ():
            del self.fields[name]

    @property
    def answers(self) -> dict:
        """The reviewer's answers, as the verb takes them."""
        return {name: self.cleaned_data[name] for name in (*GROUNDS, *GUARDIAN) if name in self.fields}
