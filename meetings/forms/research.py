"""Forms of research: what the agency holds of one person, and its answer for a case."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.schemes import scheme_of
from core.forms import DateField, Form, LongTextField
from meetings.models import PersonCheck, Return
from meetings.rules import research as rules

Known, Accuracy = PersonCheck.Known, PersonCheck.Accuracy


class CheckForm(Form):
    """Whether one person is known, and whether what was sent about them is right."""

    mark_optional = False

    known = forms.ChoiceField(
        label=gettext_lazy("Known to your agency"),
        widget=forms.RadioSelect,
        choices=[(Known.KNOWN, Known.KNOWN.label), (Known.NOT_KNOWN, Known.NOT_KNOWN.label)],
    )
    accuracy = forms.ChoiceField(
        label=gettext_lazy("Names, date of birth, addresses, aliases"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(Accuracy.CORRECT, Accuracy.CORRECT.label), (Accuracy.DIFFERENT, Accuracy.DIFFERENT.label)],
    )
    correction = LongTextField(label=gettext_lazy("What you hold instead"), required=False, max_length=2000, rows=2)
    last_contact_on = DateField(
        label=gettext_lazy("Last contact or sighting"), required=False, latest=timezone.localdate
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("accuracy") == Accuracy.DIFFERENT and not cleaned.get("correction"):
            self.add_error("correction", _("Enter what your agency holds instead"))
        return cleaned

    def said(self) -> dict:
        """What the verb takes."""
        names = ("known", "accuracy", "correction", "last_contact_on")
        return {name: self.cleaned_data[name] for name in names} | {"seen": self.cleaned_data["version"] or 0}

    @staticmethod
    def of(check: PersonCheck | None) -> dict:
        """What *check* has now, as the form's initial values."""
        if check is None:
            return {"version": 0}
        return {
            name: getattr(check, name) for name in ("known", "accuracy", "correction", "last_contact_on", "version")
        }


class ReturnForm(Form):
    """The agency's answer for one case."""

    mark_optional = False

    researcher = forms.CharField(label=gettext_lazy("Researched by"), max_length=120, required=False)
    involved_worker = forms.CharField(label=gettext_lazy("Named worker involved"), max_length=120, required=False)
    lawful_basis = forms.ChoiceField(
        label=gettext_lazy("Lawful basis for sharing"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "The victim did not agree to sharing, so your agency must say on which ground it shares."
        ),
    )
    comment = LongTextField(
        label=gettext_lazy("Anything else for the coordinator"),
        required=False,
        max_length=4000,
        rows=2,
        help_text=gettext_lazy("Read by the coordinator and the chair, and by nobody of another agency."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, answer: Return, **kwargs):
        super().__init__(*args, **kwargs)
        if rules.needs_lawful_basis(answer):
            bases = scheme_of(answer.request.meeting.panel).bases_for(answer.request.agency.kind)
            self.fields["lawful_basis"].choices = [(basis.code, basis.name) for basis in bases]
        else:
            del self.fields["lawful_basis"]
        if rules.rests_on_consent(answer.request.meeting.panel, answer.request.agency):
            del self.fields["comment"]  # entries alone ask whether the person consents

    def said(self) -> dict:
        """What the verb takes."""
        names = [name for name in self.fields if name != "version"]
        return {name: self.cleaned_data[name] for name in names} | {"seen": self.cleaned_data["version"] or 0}

    @staticmethod
    def of(answer: Return, member) -> dict:
        """What *answer* has now; the researcher is *member* until somebody says otherwise."""
        names = ("involved_worker", "lawful_basis", "comment", "version")
        return {name: getattr(answer, name) for name in names} | {"researcher": answer.researcher or member.name}
