"""Contact with the victim, as it is recorded."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, LongTextField, TimeField, YesNoField


class ContactForm(Form):
    """Made or not, when, by which safe way, and what the victim wants."""

    mark_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    made = YesNoField(label=_("Was contact made?"))
    day = DateField(label=_("Date"), latest=timezone.localdate)
    time = TimeField(label=_("Time"), help_text=_("For example, 14:30"))
    way = LongTextField(label=_("By which safe way"), required=False, rows=2, max_length=2000)
    wishes = LongTextField(
        label=_("What the victim wants"),
        required=False,
        max_length=10_000,
        help_text=_("In their own words where you can. It stands on the agenda."),
    )
    not_made_reason = LongTextField(label=_("Why contact was not made"), required=False, rows=3, max_length=10_000)

    def __init__(self, *args, contact=None, **kwargs):
        if contact is not None and "initial" not in kwargs:
            when = timezone.localtime(contact.happened_at)
            kwargs["initial"] = {
                "version": contact.version,
                "made": contact.made,
                "day": when.date(),
                "time": when.time(),
                "way": contact.way,
                "wishes": contact.wishes,
                "not_made_reason": contact.not_made_reason,
            }
        super().__init__(*args, **kwargs)

    @property
    def seen(self) -> int:
        """The version that the writer had open."""
        return self.cleaned_data.get("version") or 0

    @property
    def typed(self) -> dict:
        """What was typed, as the verb takes it."""
        said = self.cleaned_data
        when = datetime.datetime.combine(said["day"], said["time"], tzinfo=timezone.get_current_timezone())
        return {"happened_at": when, **{name: said[name] for name in ("made", "way", "wishes", "not_made_reason")}}
