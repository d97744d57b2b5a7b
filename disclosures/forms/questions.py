"""One form per page of the seven questions; `FORMS` maps the page's code to its form.

A form gives `said()`: what `workflow.decision.answer` takes.  What must be given before approval is not asked here:
a page can be left half answered and taken up again.
"""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, LongTextField, YesNoField
from disclosures.models import codes
from disclosures.rules import decision as rules
from partnership.models import LegalBasis

LONGEST = 5_000
LONGEST_NEED = 300
NEED = "need-"
USUAL_CONDITIONS = [codes.Condition.PURPOSE, codes.Condition.ONWARD]
Type = LegalBasis.Type
BASIS_GROUPS = (
    ("powers", _("Power or duty to share"), (Type.POWER, Type.DUTY)),
    ("grounds", _("Data protection basis"), (Type.ARTICLE_6, Type.PART_3)),
    (
        "conditions",
        _("Condition for sensitive or offence information"),
        (Type.ARTICLE_9, Type.SCHEDULE_1, Type.ARTICLE_10, Type.PART_3_SENSITIVE, Type.SCHEDULE_8),
    ),
    ("confidence", _("Ground on which confidence gives way"), (Type.COMMON_LAW,)),
)


def checkboxes(label, choices, **more):
    """Several of *choices*."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **more
    )


def radios(label, choices, **more):
    """One of *choices*, or none yet."""
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect, **more)


def prose(label, rows=3, **more):
    return LongTextField(label=label, required=False, max_length=LONGEST, rows=rows, **more)


class QuestionForm(Form):
    """A page of the path; carries the version that its writer saw."""

    mark_optional = False
    hidden = ("version",)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, decision, **kwargs):
        self.decision = decision
        known = {name: getattr(decision, name, None) for name in self.base_fields}
        kwargs["initial"] = known | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    @property
    def seen(self) -> int:
        return self.cleaned_data.get("version") or 0

    def said(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name not in self.hidden}


class PurposeForm(QuestionForm):
    """1. Is there a clear and legitimate purpose?"""

    purpose_is_good = YesNoField(
        label=_("Is the purpose clear and legitimate?"),
        help_text=_("No: the decision ends here, with your reasons."),
    )
    held = YesNoField(
        label=_("Does your agency hold any of it?"),
        help_text=_("No: the decision ends here, as “no information held”."),
    )

    def __init__(self, *args, decision, **kwargs):
        kwargs.setdefault("initial", {"held": decision.outcome != codes.Outcome.NOTHING})
        super().__init__(*args, decision=decision, **kwargs)

    def said(self) -> dict:
        given = self.cleaned_data
        outcome = self.decision.outcome
        if given["held"] is False:
            outcome = codes.Outcome.NOTHING
        elif given["purpose_is_good"] is False:
            outcome = codes.Outcome.REFUSE
        elif outcome == codes.Outcome.NOTHING:
            outcome = ""
        return {"purpose_is_good": given["purpose_is_good"], "outcome": outcome}


class NatureForm(QuestionForm):
    """2. Does the information identify a person, and of which kind is it?"""

    identifies = radios(_("Can somebody be recognised from it?"), codes.Identifies.choices)
    tested_words = prose(_("Who tested that nobody can be recognised, and how?"), rows=2)
    special = checkboxes(_("Does it hold any of these?"), codes.Special.choices)
    offence = YesNoField(label=_("Is it about offences or alleged offences?"), required=False)
    victim_material = YesNoField(label=_("Is it material about a victim that others gave?"), required=False)
    counselling_notes = YesNoField(label=_("Is it a victim’s counselling or therapy notes?"), required=False)
    third_party = YesNoField(label=_("Did any of it come from another agency?"), required=False)
    third_party_agency = forms.ModelChoiceField(
        None, label=_("Which agency?"), required=False, empty_label=_("One that is not in this list")
    )
    third_party_answer = radios(_("Does its liaison officer agree that it is passed on?"), codes.OriginAnswer.choices)
    third_party_name = forms.CharField(label=_("Who answered"), required=False, max_length=120)
    third_party_on = DateField(label=_("Answered on"), required=False, latest=timezone.localdate)
    third_party_words = prose(_("Limits, or the name of an agency that is not in the list"), rows=2)
    stops = checkboxes(
        _("Stop: is any of this so?"),
        codes.Stop.choices,
        help_text=_("What is ticked here never leaves through Confer."),
    )

    def __init__(self, *args, decision, agencies, **kwargs):
        super().__init__(*args, decision=decision, **kwargs)
        self.fields["third_party_agency"].queryset = agencies
        self.fields["third_party_agency"].label_from_instance = lambda agency: agency.name


class ConfidenceForm(QuestionForm):
    """3. Is the information confidential?"""

    confidential = YesNoField(label=_("Was it given in confidence, or would people expect it to be kept so?"))
    confidential_words = prose(_("To whom is confidence owed, and why may it give way?"))


class CaldicottForm(QuestionForm):
    """3, for health and care: the Caldicott Guardian's view and the eight principles."""

    caldicott_name = forms.CharField(label=_("Caldicott Guardian asked"), required=False, max_length=120)
    caldicott_on = DateField(label=_("Asked on"), required=False, latest=timezone.localdate)
    caldicott = radios(_("Advice"), codes.Advice.choices)
    caldicott_words = prose(_("What they said: limits, or why not"))
    caldicott_principles = checkboxes(_("The eight Caldicott principles: which are met?"), codes.PRINCIPLES)
    caldicott_note = prose(_("Note on those that are not"), rows=2)
    caldicott_not = prose(_("In an emergency only: why the Guardian could not be asked"), rows=2)

    def __init__(self, *args, decision, guardian, **kwargs):
        super().__init__(*args, decision=decision, **kwargs)
        if "caldicott" not in decision.steps_done:  # who holds the office stands there to be changed
            self.initial["caldicott_name"] = decision.caldicott_name or guardian


class ConsentForm(QuestionForm):
    """4. Is there consent, and what do they know?"""

    no_consent = radios(_("Consent"), codes.NoConsent.choices)
    no_consent_words = prose(_("Why is it shared without consent?"), rows=2)
    told = radios(_("Is the person told that it is shared?"), codes.Told.choices)
    told_words = prose(_("What they were told, or why not"), rows=2)
    representations = YesNoField(label=_("Were they asked for their view first?"), required=False)
    representations_words = prose(_("What they said, or why they were not asked"), rows=2)


class LawForm(QuestionForm):
    """5. Is there enough public interest, and a lawful basis?  Only bases that may be chosen are offered."""

    hidden = ("version", *(name for name, _label, _types in BASIS_GROUPS))
    overrides = checkboxes(_("What outweighs privacy here?"), codes.Override.choices)
    public_interest = prose(_("How serious, how near, and why is sharing proportionate?"))
    protect = prose(_("Who would be at risk if it became known, and how are they protected?"), rows=2)
    aims = checkboxes(_("Which aim does it serve (Article 8)?"), codes.AIMS)
    necessary = prose(_("Why is it necessary?"), rows=2)
    less = prose(_("Would less, or depersonalised information, do?"), rows=2)
    balance = prose(_("Why is it fair to those it is about?"), rows=2)

    def __init__(self, *args, decision, offered, usual, **kwargs):
        super().__init__(*args, decision=decision, **kwargs)
        chosen = decision.bases or ([] if "law" in decision.steps_done else usual)
        for name, label, types in BASIS_GROUPS:
            rows = [row for row in offered if row.is_a(*types)]
            if not rows:
                continue
            self.fields[name] = checkboxes(label, [(row.code, f"{row.code} {row.label}") for row in rows])
            self.fields[name].hints = {
                row.code: " ".join(filter(None, (row.citation + ".", row.guard))) for row in rows
            }
            self.initial[name] = [row.code for row in rows if row.code in chosen]

    def basis_fields(self):
        """The bound fields of bases that are offered."""
        return [self[name] for name, _label, _types in BASIS_GROUPS if name in self.fields]

    def chosen(self) -> list[str]:
        """The codes that are ticked, in the order of the table."""
        found = [code for name, _label, _types in BASIS_GROUPS for code in self.cleaned_data.get(name, [])]
        return list(dict.fromkeys(found))

    def said(self) -> dict:
        return super().said() | {"bases": self.chosen()}


class ReleaseForm(QuestionForm):
    """6. The right person, in the right way; the pieces are forms of their own (`PieceForm`)."""

    hidden = ("version", "recipients", "pieces_seen")
    pieces_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    recipients = forms.ModelMultipleChoiceField(
        None, label=_("Who receives it?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    method = radios(_("How?"), [choice for choice in codes.Method.choices if choice[0] in ("system", "mail", "spoken")])
    conditions = checkboxes(_("On which conditions?"), codes.Condition.choices)
    conditions_words = prose(_("Other conditions"), rows=2)
    destroy_event = radios(_("When is it destroyed?"), [("", _("On a day")), *codes.DestroyEvent.choices])
    destroy_on = DateField(label=_("At the latest on"), required=False, earliest=timezone.localdate)

    def __init__(self, *args, decision, members, chosen, mark, **kwargs):
        super().__init__(*args, decision=decision, **kwargs)
        self.initial["pieces_seen"] = mark
        self.fields["recipients"].queryset = members
        self.fields["recipients"].label_from_instance = lambda m: f"{m.name}, {m.job_title or m.agency.short_name}"
        self.initial["recipients"] = list(chosen)
        for receiver in members:
            label = _("Why does %(name)s need it?") % {"name": receiver.name}
            self.fields[_need(receiver)] = forms.CharField(label=label, required=False, max_length=LONGEST_NEED)
            self.initial[_need(receiver)] = chosen.get(receiver.pk, "")
        if "release" not in decision.steps_done:  # what is usual stands there to be taken away
            self.initial["recipients"] = list(chosen) or [decision.disclosure.requested_by_id]
            self.initial["conditions"] = decision.conditions or USUAL_CONDITIONS

    @property
    def needs(self) -> dict:
        """The field that says why somebody needs it, by who is to receive."""
        return {str(receiver.pk): self[_need(receiver)] for receiver in self.fields["recipients"].queryset}

    def receivers(self) -> list[tuple]:
        """Who is ticked, each with the reason why that person needs it."""
        return [(each, self.cleaned_data.get(_need(each), "").strip()) for each in self.cleaned_data["recipients"]]

    def said(self) -> dict:
        return {name: value for name, value in super().said().items() if not name.startswith(NEED)}


def _need(receiver) -> str:
    return f"{NEED}{receiver.pk}"


class PieceForm(Form):
    """One piece: as it is held, and beside it what leaves."""

    mark_optional = False

    share = forms.BooleanField(label=_("Share this"), required=False)
    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)
    original = prose(_("As your agency holds it"), rows=4)
    words = prose(_("What will be released"), rows=4, help_text=_("Leave out what they do not need."))
    nature = forms.ChoiceField(
        label=_("How sure it is"),
        choices=[("fact", _("Fact")), ("opinion", _("Opinion")), ("intelligence", _("Intelligence, not verified"))],
        required=False,
    )
    grade = forms.ChoiceField(
        label=_("Reliability"),
        choices=[
            ("confirmed", _("Confirmed")),
            ("reliable", _("From a reliable source, not confirmed")),
            ("untested", _("From an untested source")),
            ("doubtful", _("Doubtful")),
        ],
        required=False,
    )
    source = forms.CharField(label=_("Source"), required=False, max_length=300)
    known_on = DateField(label=_("As known on"), required=False, latest=timezone.localdate)
    gaps = forms.CharField(label=_("What is not known"), required=False, max_length=500)
    category = forms.ChoiceField(
        label=_("Kind of information"),
        required=False,
        help_text=_("What is of a kind that your agency holds on consent goes only to whom the person named."),
    )

    def __init__(self, *args, categories=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("None of these")), *categories]
        if not categories or self.initial.get("entry"):  # of an entry it is known
            del self.fields["category"]

    def clean(self):
        """A piece that is shared says what leaves; from an entry, the whole of it where nothing else was written."""
        given = super().clean()
        if given.get("share") and not given.get("words", "").strip():
            given["words"] = given.get("original", "")
        if given.get("share") and not given.get("words", "").strip():
            self.add_error("words", _("Write what will be released."))
        return given

    def said(self) -> dict | None:
        """What `choose_pieces` takes, or None for an empty line."""
        given = self.cleaned_data
        if not given.get("entry") and not (given.get("words") or given.get("original")):
            return None
        shares = given["share"] or (not given.get("entry") and bool(given.get("words")))
        return {
            "entry": given.get("entry"),
            "original": given.get("original") or given.get("words", ""),
            "words": given.get("words", "") if shares else "",
            "withheld": not shares,
            "nature": given.get("nature") or "fact",
            "grade": given.get("grade") or "confirmed",
            "source": given.get("source", ""),
            "known_on": given.get("known_on"),
            "gaps": given.get("gaps", ""),
            **({"category": given["category"]} if given.get("category") and not given.get("entry") else {}),
        }


PieceFormSet = forms.formset_factory(PieceForm, extra=1, max_num=40, absolute_max=60)


class RecordForm(QuestionForm):
    """7. The decision and its reasons."""

    outcome = radios(_("Outcome"), [choice for choice in codes.Outcome.choices if choice[0] != "no_answer"])
    reason_code = radios(_("Main reason"), [c for c in codes.Reason.choices if c[0] not in ("no_answer", "emergency")])
    reason = prose(_("Reasons, in your own words"), rows=4, help_text=_("Whether you share or not."))
    advice = checkboxes(_("Advice taken"), codes.ADVISERS)
    advice_words = prose(_("What the advice was"), rows=2)
    reviewer = forms.ModelChoiceField(
        None, label=_("Reviewed by (where sharing would be more detrimental to the child)"), required=False
    )
    defer_until = DateField(label=_("Deferred until"), required=False)
    review_on = DateField(label=_("Look at it again on"), required=False)

    def __init__(self, *args, decision, reviewers, about_child, **kwargs):
        super().__init__(*args, decision=decision, **kwargs)
        self.fields["reviewer"].queryset = reviewers
        self.about_child = about_child
        if not about_child:
            self.fields["outcome"].choices = [c for c in self.fields["outcome"].choices if c[0] != "detrimental"]

    def clean(self):
        """An outcome with one possible reason has that reason."""
        given = super().clean()
        possible = rules.REASONS.get(given.get("outcome"), ())
        if given.get("outcome") and len(possible) == 1:
            given["reason_code"] = str(possible[0])
        elif given.get("reason_code") and possible and given["reason_code"] not in possible:
            self.add_error("reason_code", _("Choose a reason that fits the outcome."))
        return given


FORMS = {
    "purpose": PurposeForm,
    "nature": NatureForm,
    "confidence": ConfidenceForm,
    "caldicott": CaldicottForm,
    "consent": ConsentForm,
    "law": LawForm,
    "release": ReleaseForm,
    "record": RecordForm,
}


class ApproveForm(Form):
    """The fresh one-time code with which a decision is taken."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The six digits that your authenticator app shows now."),
        widget=forms.TextInput({"autocomplete": "one-time-code", "spellcheck": "false", "inputmode": "numeric"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
