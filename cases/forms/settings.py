"""What an administrator sets for one panel beyond the settings that all kinds have: the scheme's numbers and states."""

from django import forms
from django.utils.translation import gettext as _

from cases.forms.items import field_for
from cases.schemes import Scheme, scheme_of
from cases.schemes.items import Item
from cases.schemes.settings import number_of
from core.forms import Form
from partnership.models import Panel

CLOCK = 260  # working days at the most between two reviews


class SchemeSettingsForm(Form):
    """The numbers of *scheme* and the states of its settable tracks, as *panel* has them."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data=None, *, panel: Panel, scheme: Scheme):
        self.panel, self.scheme, self.theirs = panel, scheme, []
        asked = {}
        for number in scheme.numbers:
            item = Item(
                "number", number.label, "number", required=True, hint=number.hint, least=number.least, most=number.most
            )
            asked[number.code] = _begin_with(field_for(item), number_of(scheme, panel, number.code))
        for kind, state in self._states():
            asked |= _of_state(f"{kind.code}-{state.code}", state)
        self.base_fields = {**type(self).base_fields, **asked}
        super().__init__(data, initial={"version": panel.version})

    def _states(self):
        settable = [kind for kind in self.scheme.tracks if kind.settable]
        return [(kind, state) for kind in settable for state in kind.states if not state.final]

    @property
    def groups(self) -> list[dict]:
        """The fields of each state under its present words, for the page."""
        parts = ("words", "meaning", "clock")
        return [
            {"title": f"{kind.name}: {state.words}", "fields": [self[f"{kind.code}-{state.code}-{p}"] for p in parts]}
            for kind, state in self._states()
        ]

    @property
    def numbers(self) -> list:
        """The fields of the numbers."""
        return [self[number.code] for number in self.scheme.numbers]

    @property
    def settings(self) -> dict:
        """What was typed, as `Panel.scheme_settings` keeps it."""
        typed, states = self.cleaned_data, {}
        for kind, state in self._states():
            said = {part: typed[f"{kind.code}-{state.code}-{part}"] for part in ("words", "meaning", "clock")}
            states.setdefault(kind.code, {})[state.code] = said
        return {"numbers": {number.code: typed[number.code] for number in self.scheme.numbers}, "states": states}

    def offer_merge(self) -> None:
        """Show what somebody saved meanwhile beside what was typed, and let the next save be over it."""
        now = Panel.objects.get(pk=self.panel.pk)
        saved = SchemeSettingsForm(panel=now, scheme=scheme_of(now))
        for name, field in self.fields.items():
            theirs = saved[name].initial
            if name != "version" and field.has_changed(theirs, self[name].data):
                self.theirs.append((field.label, str(theirs if theirs not in (None, "") else "–")))
        self.data = self.data.copy()
        self.data["version"] = str(now.version)


def _of_state(name: str, state) -> dict[str, forms.Field]:
    """The fields of one state: its word, what it means, and after how long it is looked at again."""
    clock = Item(
        "clock",
        _("Looked at again after, working days"),
        "number",
        hint=_("Empty: nothing is due"),
        least=1,
        most=CLOCK,
    )
    meaning = forms.CharField(label=_("What it means"), max_length=200, required=False)
    return {
        f"{name}-words": _begin_with(forms.CharField(label=_("Word"), max_length=40), state.words),
        f"{name}-meaning": _begin_with(meaning, state.meaning),
        f"{name}-clock": _begin_with(field_for(clock), state.clock),
    }


def _begin_with(field: forms.Field, initial) -> forms.Field:
    field.initial = initial
    return field
