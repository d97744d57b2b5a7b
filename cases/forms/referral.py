"""The sections of a referral as forms, made from what the scheme says is in them; starting, leaving out, withdrawing.

Nothing is required while a referral is written: what is missing is said all at once before it is sent.
"""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import modelform_factory
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.items import ItemsForm, initial_of, items_form
from cases.models import Checklist, Party, Referral
from cases.schemes import Section, scheme_of
from core.forms import DateField, Form, LongTextField, ModelForm, PhoneField, PostcodeField
from core.sealing import SealedDateField, SealedField, SealedJSONField
from partnership.models import Agency, Member, Panel
from partnership.roles import Permission, Role, roles_with

SHORT, LONG = 200, 10_000
LONG_TEXTS = frozenset(
    {
        "judgement_reasons",
        "summary",
        "recent_incidents",
        "injuries",
        "frequency",
        "background",
        "reported",
        "barriers",
        "substance_use",
        "mental_health",
        "risks_victim",
        "risks_children",
        "risks_perpetrator",
        "risks_staff",
        "support_in_place",
        "animals",
        "markers",
        "orders",
        "bail",
        "offender_management",
        "court",
        "police_contact_how",
        "not_aware_reason",
        "no_consent_reason",
        "lawful_basis_words",
        "narrative",
        "afraid_of",
        "safe_people",
        "unsafe_people",
        "safe_third_contact",
        "safe_times",
        "safe_method",
        "address",
        "current_address",
        "access_needs",
        "weapons",
        "visit_warning",
        "lives_with",
        "immigration",
    }
)
SMALL_ROWS = frozenset(
    {"address", "current_address", "safe_times", "safe_method", "lives_with", "access_needs", "immigration"}
)
PHONES = frozenset({"phone", "safe_number", "contact_phone"})
PAST = frozenset(
    {"birth_date", "incident_on", "claimed_repeat_on", "manager_signed_on", "assessed_on", "other_marac_on"}
)
HINTS = {
    "aliases": gettext_lazy("Other names and other spellings, one on each line. Agencies search by them."),
    "other_birth_dates": gettext_lazy("One on each line, like 7 March 1990 or 7/3/1990."),
    "birth_date": gettext_lazy("For example, 27 3 1990"),
    "safe_times": gettext_lazy("For example, weekdays before 15:00"),
    "safe_method": gettext_lazy("Text, voicemail, withheld number; what to say if somebody else answers"),
    "works_for": gettext_lazy("If so, nobody at that agency sees this referral."),
    "judgement_reasons": gettext_lazy("Needed for professional judgement: what makes you think the risk is high?"),
    "claimed_repeat_reference": gettext_lazy("As on the earlier letter; “not known” if you do not have it"),
    "lawful_basis_words": gettext_lazy("What you hope sharing will achieve, and why less would not do"),
    "risks_staff": gettext_lazy("What staff who visit or meet either of them should know"),
    "summary": gettext_lazy("What happened, when and where, and why you are worried now"),
}


HEADINGS = {
    "given_name": gettext_lazy("Name and birth"),
    "ethnicity": gettext_lazy("For equality monitoring"),
    "relationship": gettext_lazy("Relationships"),
    "address": gettext_lazy("Where they live"),
    "relationship_status": gettext_lazy("Circumstances"),
    "language": gettext_lazy("Language and needs"),
    "occupation": gettext_lazy("Work"),
    "weapons": gettext_lazy("Risk to visitors"),
    "crime_reference": gettext_lazy("What the police know"),
    "wants_police_contact": gettext_lazy("Contact by the police"),
}


class LinesField(forms.CharField):
    """Several short texts, one on each line, as a list."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, **kwargs)

    def prepare_value(self, value):
        """A list as lines; what was typed as it was typed."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        """The lines that say something, without doubles."""
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        return list(dict.fromkeys(filter(None, lines)))


class DatesField(LinesField):
    """Several dates, one on each line, as a list of `YYYY-MM-DD`."""

    def prepare_value(self, value):
        """Kept dates as people write them."""
        if isinstance(value, list):
            return "\n".join("/".join(str(int(part)) for part in reversed(date.split("-"))) for date in value)
        return value

    def clean(self, value):
        """Each line as a date; refused with the line that is none."""
        dates, reader = [], DateField(required=False, latest=timezone.localdate)
        for line in super().clean(value):
            parts = re.split(r"[\s/.,-]+", line.strip())
            try:
                if len(parts) != 3:
                    raise ValidationError("")
                dates.append(reader.clean(parts).isoformat())
            except ValidationError:
                raise ValidationError(
                    _("“%(line)s” is not a date in the past. Write day, month and year, like 7 March 1990.")
                    % {"line": line[:30]}
                ) from None
        return dates


def written(field: models.Field, **kwargs):
    """The form field for one column of a referral, party or checklist."""
    if not isinstance(field, SealedField):
        return _plain_field(field, **kwargs)
    common = {"label": capfirst(field.verbose_name), "required": False, "help_text": HINTS.get(field.name, "")}
    if isinstance(field, SealedDateField):
        return DateField(latest=timezone.localdate, **common)
    if isinstance(field, SealedJSONField):
        return DatesField(**common) if field.name == "other_birth_dates" else LinesField(**common)
    if field.name in PHONES:
        return PhoneField(**common)
    if field.name == "postcode":
        return PostcodeField(**common)
    if field.name in LONG_TEXTS:
        return LongTextField(rows=3 if field.name in SMALL_ROWS else 5, max_length=LONG, **common)
    return forms.CharField(max_length=SHORT, **common)


def _plain_field(field: models.Field, **kwargs):
    common = {"label": capfirst(field.verbose_name), "required": False, "help_text": HINTS.get(field.name, "")}
    if field.name == "lawful_basis":
        return forms.ChoiceField(widget=forms.RadioSelect, **common)
    if isinstance(field, models.DateField):
        return DateField(latest=timezone.localdate, **common)
    if isinstance(field, models.PositiveSmallIntegerField):
        return forms.IntegerField(
            min_value=1, max_value=999, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **common
        )
    if field.choices:
        choices = [choice for choice in field.choices if choice[0] != ""]
        widget = forms.RadioSelect if len(choices) <= 4 else forms.Select
        empty = [] if widget is forms.RadioSelect else [("", _("Not answered"))]
        return forms.ChoiceField(choices=empty + choices, widget=widget, **common)
    if field.name in PHONES:
        return PhoneField(max_length=field.max_length, **common)
    if isinstance(field, models.ForeignKey):
        return forms.ModelChoiceField(Agency.objects.none(), empty_label=_("No, or not known"), **common)
    if isinstance(field, models.BooleanField):
        return forms.BooleanField(**common)
    return field.formfield(**{**kwargs, **common})


class PartForm(ModelForm):
    """One section of one row.  The verb writes it: the row is not touched here."""

    mark_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    def __init__(self, *args, referral: Referral, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", getattr(self.instance, "version", 0))
        scheme = scheme_of(referral.panel)
        for name, bound in self.fields.items():
            bound.label, bound.help_text = scheme.labels.get(name, bound.label), scheme.hints.get(name, bound.help_text)
        if "works_for" in self.fields:
            self.fields["works_for"].queryset = Agency.objects.visible_to(member)
        if "lawful_basis" in self.fields:
            bases = scheme.bases_for(referral.agency.kind)
            self.fields["lawful_basis"].choices = [(basis.code, basis.name) for basis in bases]

    def _post_clean(self):
        pass

    def grouped(self):
        """The visible fields, each with the heading that begins with it, and whether its choices stand in one line."""
        for bound in self.visible_fields():
            yield {"heading": HEADINGS.get(bound.name, ""), "bound": bound, "inline": bound.name != "lawful_basis"}

    @property
    def seen(self) -> int:
        """The version that the writer had open."""
        return self.cleaned_data.get("version") or 0

    @property
    def typed(self) -> dict:
        """What was typed, by column."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ChecklistForm(PartForm):
    """The risk checklist, item by item; the questions are the publisher's and are not shown."""

    ANSWERS = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("unknown", gettext_lazy("Don’t know")))

    def __init__(self, *args, referral, **kwargs):
        super().__init__(*args, referral=referral, **kwargs)
        self.numbers = range(1, referral.panel.instrument_items + 1)
        answers = self.instance.answers if self.instance.pk and self.instance.key_id else {}
        for number in self.numbers:
            given = self.initial.get("answers", answers).get(str(number), {})
            label = _("Question %(number)s") % {"number": number}
            self.fields[f"answer_{number}"] = forms.ChoiceField(
                choices=self.ANSWERS, widget=forms.RadioSelect, required=False, label=label, initial=given.get("answer")
            )
            self.fields[f"source_{number}"] = forms.CharField(
                max_length=SHORT, required=False, label=_("Who said so, if not the victim"), initial=given.get("source")
            )
            self.fields[f"comment_{number}"] = forms.CharField(
                max_length=2000, required=False, label=_("Comment"), initial=given.get("comment")
            )

    def items(self):
        """The questions' fields, one triple each, with their number."""
        for number in self.numbers:
            yield {
                "number": number,
                "answer": self[f"answer_{number}"],
                "source": self[f"source_{number}"],
                "comment": self[f"comment_{number}"],
            }

    @property
    def typed(self) -> dict:
        """The columns, with the answers gathered in one."""
        answers = {}
        for number in self.numbers:
            parts = {part: self.cleaned_data.get(f"{part}_{number}", "") for part in ("answer", "source", "comment")}
            if any(parts.values()):
                answers[str(number)] = parts
        columns = {name: self.cleaned_data[name] for name in self._meta.fields}
        return {**columns, "answers": answers}


class DetailsForm(ItemsForm):
    """What a scheme asks in one section, beyond the columns.  Nothing is required before it is sent."""

    mark_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    def __init__(self, *args, instance: Referral, referral: Referral, member: Member, initial=None, **kwargs):
        begun = {"details": instance.details, "version": instance.version} | (initial or {})
        super().__init__(
            *args, initial={**initial_of(self.items, begun["details"]), "version": begun["version"]}, **kwargs
        )
        for item in self.items:
            if item.kind == "agency":
                self.fields[item.code].queryset = Agency.objects.visible_to(member)

    @property
    def seen(self) -> int:
        """The version that the writer had open."""
        return self.cleaned_data.get("version") or 0

    @property
    def typed(self) -> dict:
        """The answers of this section, an empty one as None."""
        return {"details": {item.code: self.details.get(item.code) for item in self.items}}


def form_for(section: Section) -> type[PartForm] | type[DetailsForm]:
    """The form of *section*."""
    if section.of == "details":
        return items_form(section.items, base=DetailsForm, draft=True)
    model = {"referral": Referral, "checklist": Checklist}.get(section.of, Party)
    base = ChecklistForm if section.of == "checklist" else PartForm
    return modelform_factory(model, form=base, fields=list(section.fields), formfield_callback=written)


class PanelForm(Form):
    """To which panel."""

    panel = forms.ModelChoiceField(
        Panel.objects.none(), label=gettext_lazy("Which panel?"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args, panels, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["panel"].queryset = Panel.objects.filter(pk__in=[panel.pk for panel in panels])


class ExclusionForm(Form):
    """Whom to leave out: agencies told at once or asked by the panel, and single members who would see it."""

    mark_optional = False
    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("Agencies to leave out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Every member of the agency is left out, the chair too."),
    )
    members = forms.ModelMultipleChoiceField(
        Member.objects.none(),
        label=gettext_lazy("Single people to leave out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("For example, a relative or friend of somebody here."),
    )

    def __init__(self, *args, referral: Referral, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        seeing = roles_with(Permission.VIEW_CASE) | roles_with(Permission.REFER)
        people = (
            Member.objects.holding(*(Role(role) for role in seeing), panel=referral.panel)
            .filter(agency__partnership=referral.panel.partnership_id)
            .exclude(pk=member.pk)
            .select_related("agency")
        )
        self.fields["agencies"].queryset = Agency.objects.visible_to(member).exclude(pk=referral.agency_id)
        self.fields["members"].queryset = people.order_by("agency__name", "name")
        self.fields["members"].label_from_instance = lambda person: f"{person.name}, {person.agency.name}"


class WithdrawForm(Form):
    """Why a referral is taken back."""

    words = LongTextField(label=gettext_lazy("Why do you withdraw this referral?"), max_length=LONG)


class ReturnForm(Form):
    """What is missing, by section, and in the coordinator's words."""

    missing = forms.MultipleChoiceField(label=gettext_lazy("What is missing?"), widget=forms.CheckboxSelectMultiple)
    words = LongTextField(
        label=gettext_lazy("What do you need?"),
        max_length=LONG,
        help_text=gettext_lazy("The referrer’s agency reads this."),
    )

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["missing"].choices = [(section.code, section.title) for section in sections]


class DeclineForm(Form):
    """Why a referral is declined."""

    words = LongTextField(
        label=gettext_lazy("Why do you decline this referral?"),
        max_length=LONG,
        help_text=gettext_lazy("The referrer’s agency reads this."),
    )


class OwnCaseForm(Form):
    """Why a referral leaves the case that it joined."""

    words = LongTextField(label=gettext_lazy("Why does this referral have a case of its own?"), rows=4, max_length=LONG)


class AcceptForm(Form):
    """Repeat or not, confirmed by a person; not asked where the scheme knows no repeats."""

    repeat = forms.ChoiceField(
        label=gettext_lazy("Is this a repeat?"),
        widget=forms.RadioSelect,
        choices=[("repeat", gettext_lazy("Yes, a repeat")), ("new", gettext_lazy("No, not a repeat"))],
    )
    explanation = LongTextField(label=gettext_lazy("Anything to add"), required=False, rows=3, max_length=LONG)

    def __init__(self, *args, scheme, **kwargs):
        super().__init__(*args, **kwargs)
        if not scheme.has("repeats"):
            del self.fields["repeat"]
