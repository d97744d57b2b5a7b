"""Bringing in a list, saying what it is, and deciding on its rows."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Supply, SupplyRow
from cases.rules.supply import kinds_of, may_be
from core.delimited import MOST_BYTES
from core.forms import DateField, Form, LongTextField, ModelForm
from partnership.forms.versioned import VersionedModelForm
from partnership.models import Agency, Panel

Choice, State = SupplyRow.Choice, SupplyRow.State
SUPPLIED = ("agency", "agency_name", "supplier", "contact", "supplied_on", "transfer", "information_class", "marking")
DESCRIBED = ("dataset", "period_from", "period_to", "explanations", "caveats", "coding", "coordinates")
NOBODY = gettext_lazy("Never name anybody whom the list is about: this stays when the rows are destroyed.")
FIELDS = {
    "agency_name": gettext_lazy("For example, a prison that is no member of the partnership."),
    "contact": gettext_lazy("At work, so that you can ask them about the list."),
    "explanations": NOBODY,
    "caveats": gettext_lazy(
        "For example, a column that is not complete, or what the list may not be used for. Never name anybody in it."
    ),
    "coding": gettext_lazy("For example, the codes that are used for ethnicity or for offences."),
    "coordinates": gettext_lazy("For example, from the address, to one metre; or the middle of the postcode."),
}


class SupplyForm:
    """What the two forms about a supply have in common: which agencies may be named, and that one is."""

    def _ask_agency(self, member):
        self.fields["agency"].queryset = Agency.objects.visible_to(member).order_by("name")
        self.fields["agency"].empty_label = _("Another, named below")

    def clean(self):
        """Some agency is named, and one only."""
        cleaned = super().clean()
        if (
            not cleaned.get("agency")
            and not cleaned.get("agency_name")
            and not {"agency", "agency_name"} & {*self.errors}
        ):
            self.add_error("agency", _("Select the agency that supplied the list, or enter its name"))
        if cleaned.get("agency"):
            cleaned["agency_name"] = ""
        return cleaned


def _asked(names) -> dict:
    """Fields and hints of the columns *names* for a form's Meta."""
    classes = {"supplied_on": DateField, "period_from": DateField, "period_to": DateField}
    prose = dict.fromkeys(("explanations", "caveats", "coding", "coordinates"), LongTextField)
    radios = dict.fromkeys(("transfer", "information_class", "marking"), forms.RadioSelect)
    return {
        "model": Supply,
        "fields": names,
        "field_classes": {name: kind for name, kind in (classes | prose).items() if name in names},
        "widgets": {name: widget for name, widget in radios.items() if name in names},
        "help_texts": {name: words for name, words in FIELDS.items() if name in names},
    }


class BringInForm(SupplyForm, ModelForm):
    """A list and who supplied it.  The file is read by its content; a browser forgets it with every refusal."""

    panel = forms.ModelChoiceField(Panel.objects.none(), label=gettext_lazy("Panel"), empty_label=None)
    kind = forms.ChoiceField(choices=(), label=gettext_lazy("Kind of list"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        help_text=gettext_lazy(
            "Comma-separated values (CSV) with a line of column names: at most 2 MB, 5,000 rows and 60 columns. "
            "Its name is not kept."
        ),
        error_messages={"required": gettext_lazy("Choose the file")},
    )

    class Meta:
        locals().update(_asked(("panel", "kind", *SUPPLIED)))

    def __init__(self, *args, member, panels, **kwargs):
        super().__init__(*args, **kwargs)
        self.panels = {panel.pk: panel for panel in panels}
        self.fields["panel"].queryset = Panel.objects.filter(pk__in=self.panels)
        self.fields["supplied_on"].latest = timezone.localdate
        self._ask_agency(member)
        taken = {kind for panel in panels for kind in kinds_of(panel)}
        self.fields["kind"].choices = [(kind, label) for kind, label in Supply.Kind.choices if kind in taken]
        self.fields["transfer"].choices = Supply.Transfer.choices
        if len(panels) == 1:
            self.fields["panel"].widget = forms.HiddenInput()
            self.fields["panel"].initial = panels[0].pk
        self.order_fields(["panel", "kind", "file", *SUPPLIED])

    def clean(self):
        """The kind is one that the panel takes."""
        cleaned = super().clean()
        panel, kind = cleaned.get("panel"), cleaned.get("kind")
        if panel and kind and kind not in kinds_of(panel):
            self.add_error("kind", _("%(panel)s takes no such list") % {"panel": panel.name})
        return cleaned

    def clean_file(self):
        """The content as bytes: nothing else of the file is looked at."""
        return self.cleaned_data["file"].read(MOST_BYTES + 1)

    def forget_file(self) -> None:
        """Say that the file must be chosen again, where something else was refused."""
        if "file" not in self.errors:
            self.add_error("file", _("Choose the file again: the page cannot keep it"))


class DescribeForm(SupplyForm, VersionedModelForm):
    """Everything that is recorded of a supply (guidance §3.4), and that a person says of it."""

    class Meta:
        locals().update(_asked((*DESCRIBED, *SUPPLIED)))

    def __init__(self, *args, member=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["supplied_on"].latest = timezone.localdate
        self.fields["transfer"].choices = Supply.Transfer.choices
        self._ask_agency(member)

    def over(self, row):
        """The same form over *row*, unwritten."""
        return type(self)(instance=row, member=self.member)


class RowsForm(Form):
    """The rows of one page, each with what may become of it."""

    mark_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, supply, rows, offers, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = supply.version
        self.rows = {f"line-{row.line}": row for row in rows if row.state != State.REFUSED}
        self.cases = {str(o.case.pk): o.case for found in offers.values() for o in found if o.case}
        for name, row in self.rows.items():
            self.fields[name] = forms.ChoiceField(
                choices=choices_of(supply, row, offers.get(row.pk, [])),
                label=_("What becomes of line %(line)s?") % {"line": row.line},
                widget=forms.RadioSelect,
                required=False,
                initial=chosen(row),
            )

    def bound_to(self, row):
        """The field of *row*."""
        return self[f"line-{row.line}"]

    @property
    def decided(self) -> dict:
        """What was decided: rows to a choice and, for an update, the case."""
        answers = {row: self.cleaned_data[name] for name, row in self.rows.items() if self.cleaned_data.get(name)}
        return {row: _split(answer, self.cases) for row, answer in answers.items()}


class AllForm(Form):
    """One decision for all rows of a state that are not decided yet."""

    state = forms.ChoiceField(choices=State.choices, widget=forms.HiddenInput)
    choice = forms.ChoiceField(choices=Choice.choices)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def choices_of(supply, row, offers) -> list[tuple[str, str]]:
    """What may become of *row*, given who of the panel it may be."""
    found = []
    if may_be(supply, row, Choice.UPDATE):
        cases = {offer.case.pk: offer.case for offer in offers if offer.case}
        words = _("Update case %(case)s")
        found += [(f"{Choice.UPDATE}:{pk}", words % {"case": case.reference}) for pk, case in cases.items()]
    return [*found, (Choice.NOMINATE, Choice.NOMINATE.label), (Choice.LEAVE, Choice.LEAVE.label)]


def chosen(row) -> str:
    """What was decided of *row*, as its field says it."""
    return f"{Choice.UPDATE}:{row.case_id}" if row.choice == Choice.UPDATE else row.choice


def _split(answer: str, cases: dict) -> tuple:
    choice, _colon, case = answer.partition(":")
    if case and case not in cases:
        raise ValidationError(_("That case is not offered any more."))
    return choice, cases.get(case)
