"""The form of one entry: what is known, of whom, how sure, and how far it may go."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cases.models import Entry, Party
from core.forms import DateField, Form, LongTextField
from partnership.models import Agency

LONGEST = 20_000


class EntryForm(Form):
    """What the agency knows about one person or the case, or what it proposes to do."""

    mark_optional = False

    kind = forms.ChoiceField(
        label=gettext_lazy("What this is"),
        choices=Entry.Kind.choices,
        widget=forms.RadioSelect,
        initial=Entry.Kind.INFORMATION,
    )
    party = forms.ModelChoiceField(
        Party.objects.none(),
        label=gettext_lazy("About"),
        required=False,
        empty_label=gettext_lazy("The case as a whole"),
    )
    heading = forms.ChoiceField(label=gettext_lazy("Heading"), initial=Entry.Heading.INVOLVEMENT)
    text = LongTextField(
        label=gettext_lazy("What is known, or proposed"),
        max_length=LONGEST,
        rows=5,
        help_text=gettext_lazy("Only what is relevant to the risk, and no more than is needed."),
    )
    nature = forms.ChoiceField(
        label=gettext_lazy("How sure it is"),
        choices=Entry.Nature.choices,
        widget=forms.RadioSelect,
        initial=Entry.Nature.FACT,
    )
    grade = forms.ChoiceField(
        label=gettext_lazy("Reliability"),
        choices=[("", gettext_lazy("Only for intelligence")), *Entry.Grade.choices],
        required=False,
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Intelligence needs its reliability, source and date: they stand beside it on screen and in the minutes."
        ),
    )
    known_on = DateField(label=gettext_lazy("Date of the fact"), required=False, latest=timezone.localdate)
    reach = forms.ChoiceField(
        label=gettext_lazy("How far it may go"),
        choices=Entry.Reach.choices,
        widget=forms.RadioSelect,
        initial=Entry.Reach.SAY,
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Kind of information"),
        required=False,
        help_text=gettext_lazy(
            "What is of a kind that your agency holds on consent reaches only whom the person named."
        ),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Shared because"),
        choices=[
            ("", gettext_lazy("As usual for this kind of information")),
            ("consent", gettext_lazy("The person consents to it")),
            *Entry.Ground.choices,
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    ground_words = LongTextField(
        label=gettext_lazy("Which law or order, or why it is not held in confidence"),
        max_length=LONGEST,
        rows=2,
        required=False,
        help_text=gettext_lazy(
            "Only where it is shared without consent. Any other reason goes through the disclosure desk."
        ),
    )
    left_out = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("Not for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nobody of these agencies will see it, the chair or coordinator included."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    next = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)

    def __init__(self, *args, scheme, parties, others, categories=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.asks_category = bool(categories)
        self.fields["category"].choices = [("", gettext_lazy("None of these")), *categories]
        for name in () if self.asks_category else ("category", "basis", "ground_words"):
            del self.fields[name]
        headings = dict(Entry.Heading.choices)
        self.fields["heading"].choices = [(code, headings[code]) for code in scheme.headings]
        by_id = {party.pk: party for party in parties}
        self.fields["party"].queryset = Party.objects.with_key().filter(pk__in=by_id)
        self.fields["party"].label_from_instance = lambda party: f"{party.name} ({party.get_capacity_display()})"
        self.offered = [agency.pk for agency in others]
        self.fields["left_out"].queryset = Agency.objects.filter(pk__in=self.offered)

    def ticked(self) -> set:
        """The ids of the agencies that are ticked as it stands, sent or not: of those offered alone."""
        chosen = {str(getattr(value, "pk", value)) for value in self["left_out"].value() or ()}
        return {pk for pk in self.offered if str(pk) in chosen}

    def said(self) -> dict:
        """What the verb takes."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "next", "basis")}
        if self.asks_category:
            basis = self.cleaned_data["basis"]
            said["on_consent"] = {"": None, "consent": True}.get(basis, False)
            said["ground"] = basis if basis in Entry.Ground.values else ""
        return said

    def typed_about(self):
        """The person and the category that stand in the form, sent or not: what consent is asked about."""
        party, category = self["party"].value(), self["category"].value()
        people = {str(each.pk): each for each in self.fields["party"].queryset}
        return people.get(str(party or "")), str(category or "")

    @staticmethod
    def of(entry: Entry, left_out) -> dict:
        """What *entry* has now, as the form's initial values."""
        names = ("kind", "heading", "text", "nature", "grade", "source", "known_on", "reach", "version")
        names = (*names, "category", "ground_words")
        basis = "consent" if entry.on_consent else entry.ground
        return {name: getattr(entry, name) for name in names} | {
            "party": entry.party_id,
            "left_out": list(left_out),
            "basis": basis,
        }
