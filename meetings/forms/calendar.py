"""Forms of the calendar: a meeting, a series, another time, a cancellation."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, Form, TimeField
from meetings.forms.reason import ReasonField, WordsField
from meetings.models import Meeting
from meetings.rules import calendar as rules
from partnership.models import Member
from partnership.roles import Role


class WhenForm(Form):
    """A day and a time of Europe/London, together one instant: `starts_at`."""

    day = DateField(label=gettext_lazy("Date"), earliest=timezone.localdate)
    time = TimeField(label=gettext_lazy("Starts at"), help_text=gettext_lazy("24-hour clock, for example 09:30"))

    def clean(self):
        cleaned = super().clean()
        self.together(cleaned, "day", "time", "starts_at")
        return cleaned

    def together(self, cleaned: dict, day: str, time: str, name: str) -> None:
        """Put the instant of the fields *day* and *time* under *name*; nothing where either is missing."""
        cleaned[name] = None
        if cleaned.get(day) and cleaned.get(time):
            try:
                cleaned[name] = rules.at(cleaned[day], cleaned[time])
            except ValidationError as error:
                self.add_error(time, error)


class PlaceForm(WhenForm):
    """Where a meeting is, and who chairs it."""

    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    link = forms.URLField(label=gettext_lazy("Video link"), max_length=200, required=False, assume_scheme="https")
    chair = forms.ModelChoiceField(
        Member.objects.none(), label=gettext_lazy("Chair"), required=False, empty_label=gettext_lazy("Not named yet")
    )

    def __init__(self, *args, panel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chair"].queryset = Member.objects.holding(Role.CHAIR, panel=panel).order_by("name")


class PlanForm(PlaceForm):
    """One meeting.  Cut-off and research date are counted in working days unless typed."""

    minutes_per_case = forms.IntegerField(label=gettext_lazy("Minutes per case"), min_value=1, max_value=120)

    def said(self) -> dict:
        """What the verb takes."""
        names = ("starts_at", "place", "link", "chair", "minutes_per_case")
        return {name: self.cleaned_data[name] for name in names}


class EmergencyForm(PlanForm):
    """An emergency meeting, which needs a reason."""

    emergency_reason = ReasonField(Meeting.Emergency, label=gettext_lazy("Why the normal meeting cannot be awaited"))
    emergency_words = WordsField()

    def said(self) -> dict:
        return super().said() | {name: self.cleaned_data[name] for name in ("emergency_reason", "emergency_words")}


class ChangeForm(PlaceForm):
    """Place, chair, minutes, cut-off and research date of a planned meeting; its time is moved, not changed."""

    minutes_per_case = forms.IntegerField(label=gettext_lazy("Minutes per case"), min_value=1, max_value=120)
    cutoff_day = DateField(label=gettext_lazy("Referrals until"))
    cutoff_time = TimeField(label=gettext_lazy("Referrals until, time"))
    research_due_day = DateField(label=gettext_lazy("Research due"))
    research_due_time = TimeField(label=gettext_lazy("Research due, time"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["day"], self.fields["time"]

    def clean(self):
        cleaned = super().clean()
        self.together(cleaned, "cutoff_day", "cutoff_time", "cutoff_at")
        self.together(cleaned, "research_due_day", "research_due_time", "research_due_at")
        return cleaned

    def said(self) -> dict:
        """What the verb takes."""
        names = ("place", "link", "chair", "minutes_per_case", "cutoff_at", "research_due_at", "seen")
        return {name: self.cleaned_data[name] for name in names}

    @staticmethod
    def of(meeting) -> dict:
        """What *meeting* has now, as the form's initial values."""
        cutoff, due = timezone.localtime(meeting.cutoff_at), timezone.localtime(meeting.research_due_at)
        return {
            "place": meeting.place,
            "link": meeting.link,
            "chair": meeting.chair_id,
            "seen": meeting.version,
            "minutes_per_case": meeting.minutes_per_case,
            "cutoff_day": cutoff.date(),
            "cutoff_time": cutoff.time(),
            "research_due_day": due.date(),
            "research_due_time": due.time(),
        }


class MoveForm(WhenForm):
    """Another time, and perhaps another place."""

    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    link = forms.URLField(label=gettext_lazy("Video link"), max_length=200, required=False, assume_scheme="https")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def said(self) -> dict:
        """What the verb takes."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "place", "link", "seen")}


class CancelForm(Form):
    """Why a meeting does not take place."""

    reason = ReasonField(Meeting.Cancellation, label=gettext_lazy("Why the meeting is cancelled"))
    words = WordsField()
    seen = forms.IntegerField(widget=forms.HiddenInput)


class SeriesForm(PlaceForm):
    """A run of meetings in the panel's rhythm."""

    last_on = DateField(label=gettext_lazy("Last meeting no later than"), earliest=timezone.localdate)

    def __init__(self, *args, panel, **kwargs):
        super().__init__(*args, panel=panel, **kwargs)
        self.panel = panel
        self.fields["day"].label = _("First meeting")
        self.order_fields(["day", "last_on", "time"])

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("day"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last meeting must not lie before the first."))
        return cleaned

    def said(self) -> dict:
        """What the verb takes."""
        names = ("last_on", "time", "place", "link", "chair")
        return {name: self.cleaned_data[name] for name in names} | {"first_on": self.cleaned_data["day"]}
