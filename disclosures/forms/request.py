"""The form of a request: who, what, why, by when."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from core.forms import DateField, Form, LongTextField, TimeField
from core.working_days import working_days_after
from disclosures.models import Disclosure
from disclosures.rules import request as rules

Urgency = Disclosure.Urgency
LONGEST = 5_000
END_OF_DAY = datetime.time(17, 0)
NOTHING_ASKED = _("Say what you ask for.")


class RequestForm(Form):
    """What is asked, of whom, about whom, for what, by when."""

    people = forms.ModelMultipleChoiceField(
        Party.objects.none(),
        label=_("About whom"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Select whom you ask about")},
    )
    originators = forms.ModelMultipleChoiceField(
        None,
        label=_("Which agencies do you ask?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each decides by itself and does not learn what the others answer."),
        error_messages={"required": _("Select the agencies that you ask")},
    )
    categories = forms.MultipleChoiceField(
        label=_("What do you ask for?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    wanted = LongTextField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST,
        rows=3,
        help_text=_("Name what you need. “Everything” is refused."),
    )
    from_on = DateField(
        label=_("From"),
        latest=timezone.localdate,
        help_text=_("The period you ask about"),
        error_messages={"required": _("Enter the day from which you ask")},
    )
    to_on = DateField(label=_("Until"), required=False, help_text=_("Left empty: until today"))
    purpose_code = forms.ChoiceField(label=_("Purpose under the protocol"), required=False, widget=forms.RadioSelect)
    purpose = LongTextField(
        label=_("What will you do with it?"),
        max_length=LONGEST,
        rows=4,
        help_text=_("In your own words: what is to be decided or done, and for whom."),
    )
    question = LongTextField(
        label=_("Which question will it answer?"),
        max_length=LONGEST,
        rows=2,
        help_text=_("For instance: has he been seen at the address since June?"),
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.ROUTINE
    )
    due_on = DateField(label=_("Needed by"), earliest=timezone.localdate)
    due_time = TimeField(label=_("At"), required=False, initial=END_OF_DAY)
    child_safeguarding = forms.BooleanField(label=_("A child may be at risk"), required=False)
    recurrence = forms.ChoiceField(
        label=_("Once or recurring"),
        choices=Disclosure.Recurrence.choices,
        widget=forms.RadioSelect,
        initial=Disclosure.Recurrence.ONCE,
    )
    recurrence_words = forms.CharField(label=_("When it recurs"), required=False, max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, parties, originators, schedule, **kwargs):
        super().__init__(*args, **kwargs)
        self.schedule = schedule
        self.fields["people"].queryset = Party.objects.with_key().filter(pk__in=[party.pk for party in parties])
        self.fields["people"].label_from_instance = lambda party: f"{party.name} ({party.get_capacity_display()})"
        self.fields["originators"].queryset = originators
        self.fields["categories"].choices = schedule.items if schedule else []
        self.fields["purpose_code"].choices = (
            [(f"{schedule.protocol.number}.{number}", sentence) for number, sentence in enumerate(schedule.purposes, 1)]
            if schedule
            else []
        )
        for name in ("categories", "purpose_code"):
            if not self.fields[name].choices:
                del self.fields[name]
        self.fields["recurrence_words"].mark_optional = False
        self.fields["wanted"].required = "categories" not in self.fields
        self.fields["wanted"].error_messages["required"] = NOTHING_ASKED
        self.initial.setdefault("due_on", working_days_after(timezone.localdate(), 5))
        self.initial.setdefault("version", 1)

    def clean_purpose(self):
        return self._checked("purpose", rules.purpose_problems(self.cleaned_data["purpose"]))

    def clean_question(self):
        found = rules.question_problems(self.cleaned_data["question"], self.cleaned_data.get("purpose", ""))
        return self._checked("question", found)

    def clean_wanted(self):
        return self._checked("wanted", rules.wanted_problems(self.cleaned_data["wanted"]))

    def clean(self):
        """Something is asked for; a recurring request says when; the moment is made of day and time."""
        given = super().clean()
        if not given.get("categories") and not given.get("wanted", "").strip() and "wanted" not in self.errors:
            self.add_error("wanted", NOTHING_ASKED)
        recurrence, words = given.get("recurrence", ""), given.get("recurrence_words") or ""
        for name, sentence in rules.recurrence_problems(recurrence, words, self.schedule).items():
            self.add_error(name, sentence)
        if given.get("due_on"):
            time = given.get("due_time") or END_OF_DAY
            given["due_at"] = timezone.make_aware(datetime.datetime.combine(given["due_on"], time))
            if given["due_at"] <= timezone.now():
                self.add_error("due_on", _("Choose a time to come by which you need the answer."))
        if given.get("from_on") and given.get("to_on") and given["to_on"] < given["from_on"]:
            self.add_error("to_on", _("The last day cannot be before the first."))
        return given

    def said(self) -> dict:
        """What the verb `ask` takes."""
        given = self.cleaned_data
        typed = {name: given.get(name) for name in ("people", "originators", "wanted", "from_on", "to_on", "purpose")}
        typed |= {name: given[name] for name in ("question", "recurrence", "recurrence_words", "due_at", "urgency")}
        return typed | {
            "categories": list(given.get("categories") or []),
            "purpose_code": given.get("purpose_code") or "",
            "child_safeguarding": given["child_safeguarding"],
        }

    def _checked(self, name, found):
        if found:
            raise forms.ValidationError(found)
        return self.cleaned_data[name]


class FindCaseForm(Form):
    """Which case to ask about, by its reference."""

    reference = forms.CharField(
        label=_("Reference of the case"), max_length=24, help_text=_("For instance AB-2026-0412")
    )


class DissentForm(Form):
    """Why the own agency disagrees with an answer."""

    words = LongTextField(label=_("Why does your agency disagree?"), max_length=LONGEST, rows=3)
