"""Whom to ask, in which episode; or that somebody is not asked, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.models import Consent, ConsentForm
from consent.models.form import LANGUAGES
from consent.rules.sight import people_to_ask
from consent.workflow.asking import episodes_of
from core.forms import Form, LongTextField


class PartyField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return f"{obj.name}, {obj.get_capacity_display()}"


class EpisodeField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        from core.templatetags.confer import when

        return f"{obj.kind_of.name}, {when(obj.since)}: {obj.state_of.words}"


class BeginForm(Form):
    mark_optional = False
    party = PartyField(label=_("Who is asked?"), queryset=None, widget=forms.RadioSelect, empty_label=None)
    track = EpisodeField(
        label=_("In which episode?"), queryset=None, required=False, widget=forms.RadioSelect, empty_label=None
    )
    language = forms.ChoiceField(label=_("In which language is the form?"), widget=forms.RadioSelect)
    way = forms.ChoiceField(
        label=_("What happens?"),
        choices=[("ask", _("The person is asked")), ("not", _("The person is not asked"))],
        widget=forms.RadioSelect,
    )
    not_sought_reason = forms.ChoiceField(
        label=_("Why is the person not asked?"),
        choices=[("", _("Choose")), *Consent.NotSought.choices],
        required=False,
    )
    words = LongTextField(label=_("In your own words"), required=False, rows=3, max_length=2000)

    def __init__(self, data=None, *, case, member, form: ConsentForm, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["party"].queryset = people_to_ask(member, case, form)
        self.fields["track"].queryset = episodes_of(member, case, form).select_related("case__panel")
        languages = ConsentForm.objects.languages_of(case.panel)
        self.fields["language"].choices = [(code, LANGUAGES.get(code, code)) for code in languages]
        if len(languages) < 2:
            del self.fields["language"]
        if not self.fields["track"].queryset.exists():
            del self.fields["track"]
