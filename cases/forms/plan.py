"""One step of the plan about a person: under which pathway, what, by which agency, until when."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, LongTextField
from partnership.models import Agency


class PlanStepForm(Form):
    """A step is an action of the agency that owns it, which finds it among its actions."""

    pathway = forms.ChoiceField(label=_("Pathway"), widget=forms.RadioSelect)
    text = LongTextField(label=_("What is to be done"), max_length=4000, rows=3)
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Owner"), empty_label=_("Select an agency"))
    person_named = forms.CharField(label=_("Who there"), max_length=120, required=False)
    due_on = DateField(label=_("By"), earliest=timezone.localdate)

    def __init__(self, *args, scheme, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pathway"].choices = scheme.pathways
        self.fields["agency"].queryset = Agency.objects.visible_to(member).central()
