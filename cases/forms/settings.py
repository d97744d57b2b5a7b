"""What an administrator sets for one panel beyond the settings that all kinds have: the scheme's numbers and states."""

from django import forms
from django.utils.translation import gettext as _

from cases.schemes import Scheme, scheme_of
from cases.schemes.settings import number_of
from core.forms import Form
from partnership.models import Panel

CLOCK = 260  # working days at the most between two reviews


class SchemeSettingsForm(Form):
    """The numbers of *scheme* and the states of its settable tracks, as *panel* has them."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data=None, *, panel: Panel, scheme: Scheme):
        self.panel, self.scheme, self.theirs = panel, scheme, []
        super().__init__(data, initial={"version": panel.version})
        for number in scheme.numbers:
            self.fields[number.code] = forms.IntegerField(
                label=number.label,
                help_text=number.hint,
                min_value=number.least,
                max_value=number.most,
                initial=number_of(scheme, panel, number.code),
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )
        for kind, state in self._states():
            self._ask_state(f"{kind.code}-{state.code}", state)

    def _states(self):
        settable = [kind for kind in self.scheme.tracks if kind.settable]
        return [(kind, state) for kind in settable for state in kind.states if not state.final]

    def _ask_state(self, name: str, state) -> None:
        self.fields[f"{name}-words"] = forms.CharField(label=_("Word"), max_length=40, initial=state.words)
        self.fields[f"{name}-meaning"] = forms.CharField(
            label=_("What it means"), max_length=200, initial=state.meaning, required=False
        )
        self.fields[f"{name}-clock"] = forms.IntegerField(
            label=_("Looked at again after, working days"),
            min_value=1,
            max_value=CLOCK,
            initial=state.clock,
            required=False,
            help_text=_("Empty: nothing is due"),
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        )

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
