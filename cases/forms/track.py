"""A move of a track, and its end, as forms; a sheet's form.  The items come from the scheme."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.items import ItemsForm, items_form
from cases.schemes.tracks import Move
from cases.workflow.track import WHY_ENDED
from core.forms import DateField, Form, LongTextField
from partnership.models import Agency

LONG = 10_000
SAY = {"required": gettext_lazy("Say in words why")}


class VersionedItemsForm(ItemsForm):
    """Items over a row that somebody else may save meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    @property
    def seen(self) -> int:
        """The version that the writer had open."""
        return self.cleaned_data.get("version") or 0


class MoveForm(VersionedItemsForm):
    """From which day a move holds, its reason and words; *people* are whom a new track may be about."""

    subject = forms.ChoiceField(label=gettext_lazy("Whom is it about?"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), widget=forms.RadioSelect)
    words = LongTextField(label=gettext_lazy("In words"), max_length=LONG, required=False, error_messages=SAY)
    effective_on = DateField(label=gettext_lazy("From which day"), latest=timezone.localdate)

    def __init__(self, *args, move: Move, people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].required = move.note == "must"
        self.initial.setdefault("effective_on", timezone.localdate())
        kept = {"reason": move.reasons, "words": move.note, "subject": people}
        for name in [name for name, wanted in kept.items() if not wanted]:
            del self.fields[name]
        for name in {"reason", "subject"} & set(self.fields):
            self.fields[name].choices = kept[name]

    @property
    def said(self) -> dict:
        """What the verb is told, besides the version and whom it is about."""
        typed = self.cleaned_data
        return {
            "details": self.details,
            "reason": typed.get("reason", ""),
            "words": typed.get("words", ""),
            "on": typed["effective_on"],
        }


def move_form(move: Move, member) -> type[MoveForm]:
    """The form of *move*, as *member* fills it in."""
    return items_form(move.items, base=MoveForm, agencies=Agency.objects.visible_to(member))


def sheet_form(items, member) -> type[VersionedItemsForm]:
    """The form of a sheet that asks *items*, as *member* fills it in."""
    return items_form(items, base=VersionedItemsForm, agencies=Agency.objects.visible_to(member))


class EndForm(Form):
    """Why a track ends outside the steps of its scheme."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), widget=forms.RadioSelect, choices=WHY_ENDED)
    words = LongTextField(label=gettext_lazy("In words"), max_length=LONG, error_messages=SAY)


def filter_form(panels, kinds):
    """The class of the form that narrows the list of cases by status; *kinds* are track kinds by code."""
    states = {state.code: state.words for kind in kinds.values() for state in kind.states if not state.final}
    everything = [("", _("All"))]
    fields = {
        "panel": forms.ChoiceField(
            label=_("Panel"), required=False, choices=everything + [(str(p.pk), p.name) for p in panels]
        ),
        "kind": forms.ChoiceField(
            label=_("Course"), required=False, choices=everything + [(code, k.name) for code, k in kinds.items()]
        ),
        "state": forms.ChoiceField(label=_("State"), required=False, choices=everything + list(states.items())),
    }
    for name in [name for name, field in fields.items() if len(field.choices) < 3]:
        del fields[name]
    return type(Form)("FilterForm", (Form,), {**fields, "mark_optional": False})
