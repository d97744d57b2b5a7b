"""The sections of a consent that are written before anybody signs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.kept import KeptForm
from consent.models import Consent, ConsentAgency, ConsentAnswer
from consent.rules.complete import competence_words, is_child
from core.forms import DateField, LongTextField, YesNoField
from partnership.models import Agency

Side, Kind = ConsentAgency.Side, ConsentAnswer.Kind


class SectionForm(KeptForm):
    """One section: the verb takes what was typed as one mapping."""

    @property
    def given(self) -> dict:
        return {"typed": self.typed}


class PersonForm(SectionForm):
    """Whether the person can decide this, and what it took to ask them; for a child, what a parent says."""

    able = forms.ChoiceField(choices=Consent.Able.choices[1:], widget=forms.RadioSelect, required=False)
    able_words = LongTextField(
        label=_("How do you know?"),
        required=False,
        rows=4,
        max_length=2000,
        help_text=_("Whether they understand, remember, weigh it up, and can say what they decide"),
    )
    format = forms.ChoiceField(
        label=_("How was the form given?"), choices=Consent.Format.choices, widget=forms.RadioSelect, required=False
    )
    interpreter = YesNoField(label=_("Was an interpreter there?"), required=False)
    language = forms.CharField(label=_("Language"), required=False, max_length=60)
    parent_answer = forms.ChoiceField(
        label=_("What does a person with parental responsibility say?"),
        choices=Consent.Parent.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("It stands beside the child’s own answer, and does not replace it where the child can decide."),
    )
    parent_name = forms.CharField(label=_("Name of that person"), required=False, max_length=120)
    parent_words = LongTextField(
        label=_("What they said, or why they were not asked"), required=False, rows=3, max_length=2000
    )

    def __init__(self, data=None, *, consent, member, **kwargs):
        super().__init__(data, consent=consent, member=member, **kwargs)
        self.fields["able"].label = competence_words(consent)
        if not is_child(consent):
            for name in ("parent_answer", "parent_name", "parent_words"):
                del self.fields[name]


class AgenciesField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(queryset=None, widget=forms.CheckboxSelectMultiple, required=False, **kwargs)


class _AnswersForm(SectionForm):
    """Each question of one kind, answered yes or no; nothing is ticked beforehand."""

    kind: str

    def __init__(self, data=None, *, consent, member, **kwargs):
        super().__init__(data, consent=consent, member=member, **kwargs)
        given = {row.code: row.agreed for row in consent.answers.all() if row.kind == self.kind}
        for question in consent.form.questions(self.kind):
            field = YesNoField(label=question.label, required=False, help_text=question.words)
            self.fields[f"answer_{question.code}"] = field
            self.initial[f"answer_{question.code}"] = given.get(question.code)

    @property
    def questions(self) -> list:
        """The bound fields of the questions, in the form's order, without those that are asked apart."""
        return [self[f"answer_{each.code}"] for each in self.consent.form.questions(self.kind) if not each.apart]

    @property
    def asked_apart(self) -> list:
        """The bound fields of what is asked for its own sake."""
        return [self[f"answer_{each.code}"] for each in self.consent.form.questions(self.kind) if each.apart]

    @property
    def typed(self) -> dict:
        found = super().typed
        answers = {name[7:]: found.pop(name) for name in list(found) if name.startswith("answer_")}
        return {**found, self.kind: answers}


class SharingForm(_AnswersForm):
    """Which agencies give, which receive, and which information."""

    kind = Kind.CATEGORY
    gives = AgenciesField(label=_("Which agencies may give?"))
    receives = AgenciesField(label=_("Which agencies may receive?"))

    def __init__(self, data=None, *, consent, member, **kwargs):
        super().__init__(data, consent=consent, member=member, **kwargs)
        named = [row.agency_id for row in consent.agencies.all()]
        agencies = Agency.objects.visible_to(member)
        for name in Side.values:
            self.fields[name].queryset = agencies.central() | agencies.filter(pk__in=named)

    def written(self, consent):
        return {side: [row.agency_id for row in consent.agencies.all() if row.side == side] for side in Side.values}

    @property
    def typed(self) -> dict:
        found = super().typed
        return {**found, **{side: list(found[side]) for side in Side.values}}


class PurposesForm(_AnswersForm):
    """What for; and a last day, where the person chooses one."""

    kind = Kind.PURPOSE
    chosen_end_on = DateField(
        label=_("Last day, if the person chooses one"),
        required=False,
        help_text=_("Without one it holds for twelve months at the most."),
    )


class RightsForm(SectionForm):
    """What was read aloud and understood."""

    limits_explained = forms.BooleanField(label=_("When confidentiality may be broken"), required=False)
    without_explained = forms.BooleanField(label=_("What happens without consent"), required=False)
    withdrawing_explained = forms.BooleanField(label=_("That consent can be taken back, and how"), required=False)
    rights_explained = forms.BooleanField(label=_("Access, correction and complaint"), required=False)


FORMS = {"person": PersonForm, "sharing": SharingForm, "purposes": PurposesForm, "rights": RightsForm}
