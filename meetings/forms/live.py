"""What is typed at an item: notes, decision, telling, actions, and what a representative says in the room."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Entry
from cases.schemes import Note, scheme_of
from core.forms import DateField, Form, LongTextField
from meetings.models import ItemOutcome, Meeting
from partnership.models import Agency, Member
from partnership.roles import Permission, roles_with

ACTION_DAYS = 7


class Versioned(Form):
    """A form over a version that its writer has seen (0: nothing was there)."""

    mark_optional = False
    seen = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)


class NoteForm(Versioned):
    """One part of the record."""

    text = LongTextField(label=_("Text"), required=False, max_length=20000, rows=3)
    given_by = forms.CharField(label=_("Who gave it"), required=False, max_length=160)

    def __init__(self, *args, of: Note, **kwargs):
        super().__init__(*args, auto_id=f"{of.part}_%s", **kwargs)
        self.fields["text"].label = of.name


class DecisionForm(Versioned):
    """What the meeting decides."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    deferred_to = forms.ModelChoiceField(
        label=_("To which meeting"), queryset=Meeting.objects.none(), required=False, empty_label=_("Choose a meeting")
    )
    transferred_to = forms.CharField(label=_("To which area"), max_length=120, required=False)
    reason = LongTextField(
        label=_("Reason"),
        required=False,
        max_length=4000,
        rows=2,
        help_text=_("Needed where the case is deferred or no action is agreed"),
    )

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        states = (Meeting.State.PLANNED, Meeting.State.AGENDA_OPEN, Meeting.State.AGENDA_FROZEN)
        offered = scheme_of(meeting.panel).decisions
        self.fields["decision"].choices = [
            (code, words) for code, words in ItemOutcome.Decision.choices if code and (not offered or code in offered)
        ]
        coming = Meeting.objects.filter(panel_id=meeting.panel_id, state__in=states).exclude(pk=meeting.pk)
        self.fields["deferred_to"].queryset = coming.order_by("starts_at")
        self.fields["deferred_to"].label_from_instance = _meeting_words


class TellingForm(Versioned):
    """Who tells the person whom the case is about what was agreed, by when, how safely."""

    teller = forms.ModelChoiceField(
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("Choose a person"),
    )
    tell_by = DateField(label=_("By when"), required=False)
    tell_how = LongTextField(required=False, max_length=4000, rows=2)
    not_to_tell_reason = LongTextField(required=False, max_length=4000, rows=2)

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        words = scheme_of(meeting.panel).words
        labels = {"teller": words.tell_whom, "tell_how": words.tell_how, "not_to_tell_reason": words.tell_why_not}
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["teller"].queryset = people_of(meeting)
        self.fields["teller"].label_from_instance = _member_words


class ActionForm(Versioned):
    """An action: who does what by when, and whose risk it addresses."""

    text = LongTextField(label=_("Action"), max_length=4000, rows=2)
    agency = forms.ModelChoiceField(
        label=_("Owning agency"), queryset=Agency.objects.none(), empty_label=_("Choose an agency")
    )
    member = forms.ModelChoiceField(
        label=_("Person"), queryset=Member.objects.none(), required=False, empty_label=_("Nobody named")
    )
    person_named = forms.CharField(label=_("Or somebody without an account"), max_length=120, required=False)
    due_on = DateField(label=_("Due"))
    risk = forms.ChoiceField(label=_("Whose risk"))
    safe_words = forms.CharField(max_length=1000, required=False)

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        scheme = scheme_of(meeting.panel)
        self.fields["risk"].choices, self.fields["risk"].initial = scheme.risks, scheme.risks[0][0]
        self.fields["safe_words"].label = scheme.words.safe_words
        self.fields["agency"].queryset = Agency.objects.filter(partnership=meeting.panel.partnership_id).central()
        self.fields["agency"].label_from_instance = lambda agency: agency.short_name
        self.fields["member"].queryset = people_of(meeting)
        self.fields["member"].label_from_instance = _member_words


class SayForm(Form):
    """What a representative adds while the item is heard; of which kind only where the panel asks for consent."""

    mark_optional = False
    text = LongTextField(label=_("What your agency knows, or proposes"), max_length=8000, rows=3)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Entry.Kind.choices, initial=Entry.Kind.INFORMATION, widget=forms.RadioSelect
    )
    nature = forms.ChoiceField(
        label=_("Fact, opinion or intelligence"),
        choices=Entry.Nature.choices,
        initial=Entry.Nature.FACT,
        widget=forms.Select,
    )
    grade = forms.ChoiceField(
        label=_("Reliability"), choices=[("", _("Select")), *Entry.Grade.choices], required=False, widget=forms.Select
    )
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    known_on = DateField(label=_("Date"), required=False, latest=timezone.localdate)
    reach = forms.ChoiceField(
        label=_("How far it may go"), choices=Entry.Reach.choices, initial=Entry.Reach.SAY, widget=forms.RadioSelect
    )
    category = forms.ChoiceField(
        label=_("Kind of information"),
        required=False,
        help_text=_("What is of a kind that your agency holds on consent reaches only whom the person named."),
    )

    origin = forms.ModelChoiceField(
        label=_("Which agency gave it to yours"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("None: it is our own"),
        help_text=_("It is recorded as theirs, and goes no further without their liaison officer’s agreement."),
    )

    def __init__(self, *args, member, categories=(), **kwargs):
        super().__init__(*args, **kwargs)
        others = Agency.objects.visible_to(member).exclude(pk=member.agency_id).order_by("short_name")
        self.fields["origin"].queryset = others
        self.fields["origin"].label_from_instance = lambda agency: agency.short_name
        self.fields["category"].choices = [("", _("None of these")), *categories]
        if not categories:
            del self.fields["category"]


class StartForm(Form):
    """Who leads an item whose chair stays away."""

    leader = forms.ModelChoiceField(
        label=_("Who leads this item"), queryset=Member.objects.none(), required=False, empty_label=None
    )

    def __init__(self, *args, leaders=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = Member.objects.filter(pk__in=[m.pk for m in leaders]).select_related("agency")
        self.fields["leader"].label_from_instance = _member_words


def people_of(meeting):
    """The members who may be named in *meeting*: those who hold a role on its panel that does actions."""
    from partnership.models import RoleGrant

    doing = [str(role) for role in roles_with(Permission.DO_ACTION)]
    grants = RoleGrant.objects.live().filter(panel=meeting.panel_id, role__in=doing)
    return (
        Member.objects.active()
        .filter(pk__in=grants.values("member"))
        .select_related("agency")
        .order_by("agency__name", "name")
    )


def default_due(today=None) -> datetime.date:
    """When an action is due unless somebody says otherwise: in a week, on a working day."""
    due = (today or timezone.localdate()) + datetime.timedelta(days=ACTION_DAYS)
    return due + datetime.timedelta(days=max(0, 7 - due.weekday()) if due.weekday() > 4 else 0)


def default_telling(today=None) -> datetime.date:
    """By when the victim is told unless somebody says otherwise: the next working day."""
    day = (today or timezone.localdate()) + datetime.timedelta(days=1)
    return day + datetime.timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def _meeting_words(meeting) -> str:
    return f"{timezone.localtime(meeting.starts_at):%-d %B %Y, %H:%M} ({meeting.get_state_display()})"


def _member_words(member) -> str:
    return f"{member.name} ({member.agency.short_name})"
