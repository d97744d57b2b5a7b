"""Signing, and what is recorded of a consent in one small form each."""

import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.forms.begin import PartyField
from consent.forms.drawing import DrawingField
from consent.forms.kept import KeptForm
from consent.models import Consent, ConsentAgency, ConsentAnswer, Signature, Withdrawal
from consent.rules.complete import content_of
from core.forms import DateField, Form, LongTextField, TimeField

LONDON = ZoneInfo("Europe/London")
Side, Kind = ConsentAgency.Side, ConsentAnswer.Kind


def _with_instant(found: dict) -> dict:
    """*found* with the instant in London of its day and time; refused where it is ahead."""
    if found.get("from_on") and found.get("from_time"):
        found["from_at"] = datetime.datetime.combine(found["from_on"], found["from_time"], tzinfo=LONDON)
        if found["from_at"] > timezone.now():
            raise ValidationError({"from_time": _("The time must be in the past.")})
    return found


class SignatureForm(KeptForm):
    """One signature: drawn, typed before a witness, or on paper, under what the page reads out (its digest)."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    name = forms.CharField(label=_("Name of who signs"), max_length=120)
    method = forms.ChoiceField(label=_("How is it signed?"), choices=Signature.Method.choices, widget=forms.RadioSelect)
    strokes = DrawingField(label=_("Signature"))
    witness = forms.CharField(label=_("Who saw the name being typed?"), max_length=120, required=False)
    paper_kept = forms.CharField(label=_("Where is the signed paper kept?"), max_length=200, required=False)
    signed_on = DateField(label=_("Signed on"), initial=timezone.localdate, latest=timezone.localdate)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)

    def __init__(self, data=None, *, consent, member, **kwargs):
        super().__init__(data, consent=consent, member=member, **kwargs)
        self.initial["content"] = content_of(consent)

    def written(self, consent):
        return {}

    @property
    def typed(self):
        return {name: value for name, value in super().typed.items() if name != "content"}

    def be_over(self, consent):
        """What was drawn stays only under what it was drawn under; everything else that was typed stays."""
        super().be_over(consent)
        content = content_of(consent)
        if self.data.get("content") != content:
            self.data["content"], self.data["strokes"] = content, ""
            self.add_error(
                None, _("What is signed has changed. Read it out as it stands now, and let them sign again.")
            )


class RefusedForm(KeptForm):
    words = LongTextField(
        label=_("What the person said"),
        required=False,
        rows=4,
        max_length=2000,
        help_text=_("Only your agency reads this. Refusing is never held against anybody."),
    )

    def written(self, consent):
        return {}


class CannotForm(KeptForm):
    cannot_reason = forms.ChoiceField(
        label=_("Why can the person not decide?"), choices=Consent.Cannot.choices, widget=forms.RadioSelect
    )
    ground = forms.ChoiceField(
        label=_("On which ground does it go on?"),
        choices=[("", _("Nothing is decided: nothing is shared")), *Consent.Ground.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    words = LongTextField(
        label=_("What the person wants as far as they can, and who decided what, why"), rows=5, max_length=4000
    )

    def written(self, consent):
        return {}


class SupersedeForm(KeptForm):
    words = LongTextField(label=_("Why is this record set aside?"), rows=3, max_length=2000)

    def written(self, consent):
        return {}


class CopyForm(KeptForm):
    copy_given_on = DateField(label=_("On which day?"), latest=timezone.localdate)
    copy_given_how = forms.ChoiceField(label=_("How?"), choices=Consent.Copy.choices, widget=forms.RadioSelect)

    @property
    def typed(self):
        return {"on": self.cleaned_data["copy_given_on"], "how": self.cleaned_data["copy_given_how"]}

    def written(self, consent):
        return {
            "copy_given_on": consent.copy_given_on or timezone.localdate(),
            "copy_given_how": consent.copy_given_how,
        }


class PassOnForm(Form):
    """That somebody on the case takes consent back, said to whom they did not give it."""

    mark_optional = False
    party = PartyField(label=_("Who takes consent back?"), queryset=None, widget=forms.RadioSelect, empty_label=None)
    from_on = DateField(label=_("On which day did they say so?"), latest=timezone.localdate)
    from_time = TimeField(label=_("At what time?"), help_text=_("Nothing is shared from this moment on."))
    how = forms.ChoiceField(label=_("How did they say so?"), choices=Withdrawal.How.choices, widget=forms.RadioSelect)
    words = LongTextField(
        label=_("What they said"), required=False, rows=3, max_length=2000, help_text=_("Nobody has to give a reason.")
    )

    def __init__(self, data=None, *, people, **kwargs):
        now = timezone.localtime()
        super().__init__(data, initial={"from_on": now.date(), "from_time": now.time()}, **kwargs)
        self.fields["party"].queryset = people

    def clean(self):
        return _with_instant(super().clean())

    @property
    def typed(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("party", "from_at", "how", "words")}


class WithdrawForm(KeptForm):
    """All of it, or what; from when; how the person said so.  It asks no reason."""

    extent = forms.ChoiceField(
        label=_("What does the person take back?"),
        choices=[("whole", _("All of it")), ("part", _("A part of it"))],
        widget=forms.RadioSelect,
    )
    gives = forms.MultipleChoiceField(
        label=_("Agencies that may give no more"), required=False, widget=forms.CheckboxSelectMultiple
    )
    receives = forms.MultipleChoiceField(
        label=_("Agencies that may receive no more"), required=False, widget=forms.CheckboxSelectMultiple
    )
    category = forms.MultipleChoiceField(
        label=_("Information that is shared no more"), required=False, widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.MultipleChoiceField(
        label=_("Purposes for which nothing is shared any more"), required=False, widget=forms.CheckboxSelectMultiple
    )
    from_on = DateField(label=_("On which day did they say so?"), latest=timezone.localdate)
    from_time = TimeField(label=_("At what time?"), help_text=_("Nothing is shared from this moment on."))
    how = forms.ChoiceField(label=_("How did they say so?"), choices=Withdrawal.How.choices, widget=forms.RadioSelect)
    words = LongTextField(
        label=_("What they said"), required=False, rows=3, max_length=2000, help_text=_("Nobody has to give a reason.")
    )

    def __init__(self, data=None, *, consent, member, **kwargs):
        super().__init__(data, consent=consent, member=member, **kwargs)
        for side in Side.values:
            rows = [row for row in consent.agencies.all() if row.side == side and row.until is None]
            self.fields[side].choices = sorted(
                ((str(row.agency_id), row.agency.name) for row in rows), key=lambda choice: choice[1]
            )
        for kind in Kind.values:
            yes = {row.code for row in consent.answers.all() if row.kind == kind and row.agreed and row.until is None}
            asked = consent.form.questions(kind)
            self.fields[kind].choices = [(each.code, each.label) for each in asked if each.code in yes]

    def written(self, consent):
        now = timezone.localtime()
        return {"from_on": now.date(), "from_time": now.time()}

    def clean(self):
        return _with_instant(super().clean())

    @property
    def typed(self):
        found = self.cleaned_data
        names = (*Side.values, *Kind.values)
        what = None if found["extent"] == "whole" else {name: found[name] for name in names if found[name]}
        return {"what": what, "from_at": found["from_at"], "how": found["how"], "words": found["words"]}
