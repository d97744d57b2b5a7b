"""Asking for an extract, settling its texts, testing it, handing it over."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, Form, LongTextField
from disclosures.models import Extract
from disclosures.rules.extracting import QUESTIONS

Scope, Profile = Extract.Scope, Extract.Profile
YES_NO = [("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))]


class AskExtractForm(Form):
    """Of what, by which profile, what for.  *case* is offered where the asker comes from one; *entries* its own."""

    scope = forms.ChoiceField(label=gettext_lazy("Make it of"), widget=forms.RadioSelect)
    entries = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Entries"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    panel = forms.ModelChoiceField(label=gettext_lazy("Panel"), queryset=None, required=False)
    from_on = DateField(label=gettext_lazy("Cases opened from"), required=False, latest=timezone.localdate)
    to_on = DateField(label=gettext_lazy("Cases opened until"), required=False, latest=timezone.localdate)
    profile = forms.ChoiceField(label=gettext_lazy("Profile"), choices=Profile, widget=forms.RadioSelect)
    purpose = LongTextField(label=gettext_lazy("What is it for?"), max_length=2000, rows=3)

    def __init__(self, *args, panels, case=None, entries=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case
        scopes = [Scope.CASE, Scope.ENTRIES] if case else [Scope.CASES]
        self.fields["scope"].choices = [(scope.value, scope.label) for scope in scopes]
        self.fields["panel"].queryset = panels
        if case:
            for name in ("panel", "from_on", "to_on"):
                del self.fields[name]
            self.fields["entries"].queryset = entries
            self.fields["entries"].mark_optional = False
            self.fields["entries"].label_from_instance = _entry_label
        else:
            del self.fields["entries"], self.fields["scope"]
            for name in ("panel", "from_on", "to_on"):
                self.fields[name].required = True
            for name in ("from_on", "to_on"):
                self.fields[name].error_messages["required"] = _("Enter a date.")
            self.fields["panel"].empty_label = None if len(panels) == 1 else ""
        hints = {
            Profile.OPERATIONAL.value: _("Month and age band; a postcode only where at least four homes share it."),
            Profile.PUBLIC.value: _(
                "First half of the postcode, wide bands; of many cases counts alone, none under five."
            ),
        }
        self.fields["profile"].hints = hints

    def clean(self):
        typed = super().clean()
        if self.case:
            if typed.get("scope") == Scope.ENTRIES and not typed.get("entries") and "entries" not in self.errors:
                self.add_error("entries", _("Choose at least one entry."))
            return typed
        begin, end = typed.get("from_on"), typed.get("to_on")
        if begin and end and end < begin:
            self.add_error("to_on", _("The last day must not be before the first."))
        return typed

    def asked(self, panel) -> dict:
        """What the verb takes."""
        typed = self.cleaned_data
        return {
            "panel": panel or typed["panel"],
            "scope": typed.get("scope") or Scope.CASES,
            "profile": typed["profile"],
            "purpose": typed["purpose"],
            "case": self.case,
            "entries": typed.get("entries") or (),
            "from_on": typed.get("from_on"),
            "to_on": typed.get("to_on"),
        }


def _entry_label(entry) -> str:
    text = " ".join(entry.text.split())
    return f"{entry.get_heading_display()}: {text[:120]}{'…' if len(text) > 120 else ''}"


class TextForm(Form):
    """One text without names; `theirs` is what another tab saved meanwhile."""

    theirs = None

    words = LongTextField(label=gettext_lazy("Text without names"), max_length=20000, rows=6, required=False)
    left_out = forms.BooleanField(label=gettext_lazy("Leave this text out"), required=False)
    sure = forms.BooleanField(label=gettext_lazy("I have looked again: nobody can be recognised by it"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 2)

    def offer_merge(self, saved) -> None:
        """Show *saved*, the row as it is now, beside what was typed, and let the next save be over it."""
        self.theirs, self.data = saved, self.data.copy()
        self.data[self.add_prefix("version")] = str(saved.version)


class TestForm(Form):
    """The motivated-intruder test, question by question."""

    words = LongTextField(label=gettext_lazy("How did you test it?"), max_length=4000, rows=4)
    passed = forms.ChoiceField(
        label=gettext_lazy("Does it pass?"),
        choices=[("yes", gettext_lazy("Yes: nobody can be told from it")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        questions = {
            name: forms.ChoiceField(
                label=words,
                choices=YES_NO,
                widget=forms.RadioSelect,
                error_messages={"required": _("Answer this question.")},
            )
            for name, words in QUESTIONS.items()
        }
        self.fields = {**questions, **self.fields}

    def given(self) -> dict:
        typed = self.cleaned_data
        return {
            "answers": {name: typed[name] for name in QUESTIONS},
            "words": typed["words"],
            "passed": typed["passed"] == "yes",
            "seen": typed["version"],
        }

    @property
    def questions(self):
        return [self[name] for name in QUESTIONS]


class HandForm(Form):
    """To whom; only signatories are offered."""

    agencies = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Hand it to"), queryset=None, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agencies"].queryset = agencies


class RecallForm(Form):
    because = forms.ChoiceField(label=gettext_lazy("Why?"), choices=Extract.Recall, widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 2)


class ReportForm(Form):
    words = LongTextField(
        label=gettext_lazy("How could somebody be recognised?"),
        help_text=gettext_lazy("Do not name anybody."),
        max_length=4000,
        rows=4,
    )
