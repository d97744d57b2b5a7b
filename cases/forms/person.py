"""What becomes known of the people of a case: names, death, a move, allegations between them, coming of age."""

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.models import Conflict, Party
from cases.rules.person import DONE, WHY_NAMED
from core.forms import DateField, Form, LongTextField, PostcodeField, YesNoField
from partnership.models import Agency, Member
from partnership.roles import Permission, roles_with

LONG = 4000
MINE = {
    Conflict.Relation.SELF: _("I am one of them"),
    Conflict.Relation.RELATED: _("I am related to one of them, or a partner or friend"),
    Conflict.Relation.COLLEAGUE: _("I work beside one of them, or manage them"),
    Conflict.Relation.NEIGHBOUR: _("I live near one of them, or know them otherwise"),
}


class SeenForm(Form):
    """A form that says which version its writer had open."""

    mark_optional = False
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class NameForm(SeenForm):
    """Another name of a person, since when, until when, and whether it may be shown."""

    given_name = forms.CharField(label=_("Given names"), required=False, max_length=120)
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=120)
    why = forms.ChoiceField(label=_("What kind of name it is"), choices=WHY_NAMED.items(), widget=forms.RadioSelect)
    from_on = DateField(label=_("Since (if known)"), required=False, latest=timezone.localdate)
    until_on = DateField(label=_("Until (if it ended)"), required=False, latest=timezone.localdate)
    shown = YesNoField(label=_("May those who see the case read it?"))


class NumberForm(SeenForm):
    """Which of the names goes."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1000)


class DeathForm(SeenForm):
    """That somebody has died, when, who says so."""

    died_on = DateField(label=_("Date of death (if known)"), required=False, latest=timezone.localdate)
    source = LongTextField(label=_("Who says so"), rows=2, max_length=LONG)
    hold = YesNoField(label=_("Is the case to be kept for a review of the death, or an inquest?"))


class MovedForm(SeenForm):
    """That somebody has moved: until when they lived there, and where they live now."""

    until_on = DateField(label=_("Last day at the address"), latest=timezone.localdate)
    address = LongTextField(label=_("Where they live now (if known)"), rows=3, max_length=LONG, required=False)
    postcode = PostcodeField(label=_("Postcode"), required=False)
    confidential = YesNoField(label=_("Is the new address confidential?"))


class AllegeForm(Form):
    """Who says that who harmed whom."""

    harmed = forms.ModelChoiceField(
        Party.objects.none(), label=_("Who is said to have been harmed"), empty_label=_("Choose a person")
    )
    against = forms.ModelChoiceField(
        Party.objects.none(), label=_("Who is said to have harmed them"), empty_label=_("Choose a person")
    )
    alleged_on = DateField(label=_("Day of the allegation"), latest=timezone.localdate)
    source = forms.CharField(label=_("Who says so"), max_length=300)
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Which agency brought it"), required=False, empty_label=_("None, or not known")
    )
    words = LongTextField(label=_("What is alleged"), rows=4, max_length=LONG)

    def __init__(self, *args, parties, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("harmed", "against"):
            _offer_people(self.fields[name], parties)
        self.fields["agency"].queryset = agencies


class AggressorForm(Form):
    """Who is assessed to be the primary aggressor, by whom, and on what."""

    party = forms.ModelChoiceField(
        Party.objects.none(), label=_("Primary aggressor"), required=False, empty_label=_("It cannot be told")
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency that assessed it"), empty_label=_("Choose an agency")
    )
    assessor = forms.CharField(label=_("Who assessed it"), max_length=120)
    assessed_on = DateField(label=_("Day of the assessment"), latest=timezone.localdate)
    words = LongTextField(label=_("What it rests on"), rows=4, max_length=LONG)

    def __init__(self, *args, parties, agencies, **kwargs):
        super().__init__(*args, prefix="aggressor", **kwargs)
        _offer_people(self.fields["party"], parties)
        self.fields["agency"].queryset = agencies


class MajorityForm(SeenForm):
    """What was done now that somebody is of age, and why the rest was not needed."""

    done = forms.MultipleChoiceField(
        label=_("What was done"), choices=DONE.items(), widget=forms.CheckboxSelectMultiple, required=False
    )
    words = LongTextField(label=_("What was not needed, and why"), rows=3, max_length=LONG, required=False)


class InterestForm(Form):
    """Who the member is to a person of the case."""

    relation = forms.ChoiceField(
        label=_("Who are you to the people of this case?"), choices=MINE.items(), widget=forms.RadioSelect
    )
    words = LongTextField(label=_("Anything that the coordinator should know"), rows=3, max_length=LONG, required=False)


class ConflictForm(InterestForm):
    """The desk marks somebody else."""

    relation = forms.ChoiceField(
        label=_("Who are they to a person of the case?"), choices=Conflict.Relation.choices, widget=forms.RadioSelect
    )
    member = forms.ModelChoiceField(Member.objects.none(), label=_("Member"), empty_label=_("Choose a person"))
    whole_agency = YesNoField(label=_("Is their whole agency to be kept from the case?"))
    senior = forms.ModelChoiceField(
        Member.objects.none(),
        label=_("Officer of their agency through whom it is settled"),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Asked by letter to telephone you; the letter says nothing about the case."),
    )
    field_order = ["member", "relation", "words", "whole_agency", "senior"]

    def __init__(self, *args, panel, but, **kwargs):
        super().__init__(*args, **kwargs)
        able = Member.objects.holding(*roles_with(Permission.VIEW_CASE), panel=panel).exclude(pk=but.pk)
        for name in ("member", "senior"):
            self.fields[name].queryset = able.select_related("agency").order_by("name")
            self.fields[name].label_from_instance = lambda member: f"{member.name} ({member.agency.short_name})"


class TakeOverForm(Form):
    """Which earlier entry of the own agency is said again for another case, and why."""

    entry = forms.ChoiceField(label=_("Entry"), widget=forms.RadioSelect)
    why = LongTextField(label=_("Why is it needed for this case?"), rows=3, max_length=LONG)

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["entry"].choices = [
            (str(entry.pk), f"{entry.case.reference}, {date_format(entry.written_at, 'j F Y')}: {entry.text}")
            for entry in entries
        ]


def _offer_people(field, parties) -> None:
    field.queryset = Party.objects.with_key().filter(pk__in=[party.pk for party in parties])
    field.label_from_instance = lambda party: f"{party.name} ({party.get_capacity_display()})"
