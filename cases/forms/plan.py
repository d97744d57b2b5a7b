"""One step of the plan about a person: under which pathway, what, by which agency, until when."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Action
from core.forms import DateField, Form, LongTextField
from core.templatetags.confer import when
from partnership.models import Agency

FIELDS = ("pathway", "text", "agency", "person_named", "due_on")


class PlanStepForm(Form):
    """A step is an action of the agency that owns it, which finds it among its actions."""

    pathway = forms.ChoiceField(label=_("Pathway"), widget=forms.RadioSelect)
    text = LongTextField(label=_("What is to be done"), max_length=4000, rows=3)
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Owner"), empty_label=_("Select an agency"))
    person_named = forms.CharField(label=_("Who there"), max_length=120, required=False)
    due_on = DateField(label=_("Due date"), earliest=timezone.localdate)

    def __init__(self, *args, scheme, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pathway"].choices = scheme.pathways
        self.fields["agency"].queryset = Agency.objects.visible_to(member).central()


class ChangeStepForm(PlanStepForm):
    """The same over a step that is there; its day may stay where it is, also when it has gone by.

    After a stale save, `offer_merge` keeps what was typed beside what the other wrote; the next save is over theirs.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    due_on = DateField(label=_("By"))

    def __init__(self, *args, step: Action, **kwargs):
        super().__init__(*args, initial=_as_it_is(step) | {"version": step.version}, **kwargs)
        self.step, self.theirs = step, []

    @property
    def seen(self) -> int:
        """The version that the writer had open."""
        return self.cleaned_data.get("version") or 0

    @property
    def changes(self) -> dict:
        """What the verb is told."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def offer_merge(self) -> None:
        """Show the step as it is now beside what was typed, and let the next save be over it."""
        now = Action.objects.with_key().select_related("agency").get(pk=self.step.pk)
        for name, value in _as_it_is(now).items():
            if self.fields[name].has_changed(value, self[name].data):
                self.theirs.append((self.fields[name].label, self._in_words(name, value, now)))
        self.data = self.data.copy()
        self.data["version"] = str(now.version)

    def _in_words(self, name: str, value, now: Action) -> str:
        if name == "pathway":
            return str(dict(self.fields[name].choices).get(value, value))
        return when(value) if name == "due_on" else now.agency.name if name == "agency" else value or "–"


def _as_it_is(step: Action) -> dict:
    return {name: getattr(step, "agency_id" if name == "agency" else name) for name in FIELDS}
