"""A form over a record that a colleague may change meanwhile: nothing typed is lost, nothing is overwritten unseen."""

from django import forms

from consent.models import Consent
from core.forms import Form


class KeptForm(Form):
    """Carries the version that its writer saw; over one consent (`with_whole`), for one member."""

    mark_optional = False
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data=None, *, consent: Consent, member, **kwargs):
        self.consent, self.member = consent, member
        self.theirs: list[tuple[str, str]] = []
        initial = {"seen": consent.version, **self.written(consent), **kwargs.pop("initial", {})}
        super().__init__(data, initial=initial, **kwargs)

    def written(self, consent: Consent) -> dict:
        """What stands in *consent* now, by field."""
        return {name: getattr(consent, name) for name in self.base_fields if hasattr(consent, name)}

    @property
    def typed(self) -> dict:
        """What was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def given(self) -> dict:
        """What the verb takes."""
        return self.typed

    @property
    def stands_alone(self) -> bool:
        """Whether nothing of it stands in the consent, so that what was typed goes over the record as it is now."""
        return not self.written(self.consent)

    def offer_merge(self) -> None:
        """After a stale save: what the other wrote, beside what was typed; the next save is over theirs."""
        current = Consent.objects.with_key().with_whole().get(pk=self.consent.pk)
        saved = type(self)(consent=current, member=self.member)
        for name, field in self.fields.items():
            if name in saved.written(current) and field.has_changed(saved.initial.get(name), self[name].data):
                self.theirs.append((str(field.label), _words(field, saved.initial.get(name))))
        self.be_over(current)

    def be_over(self, consent: Consent) -> None:
        """Let the next save be over *consent* as it is now."""
        self.data = self.data.copy()
        self.data["seen"] = str(consent.version)


def _words(field, value) -> str:
    choices = {str(code): str(label) for code, label in getattr(field, "choices", [])}
    if isinstance(value, list | tuple | set):
        return ", ".join(choices.get(str(part), str(part)) for part in value) or "–"
    if hasattr(field, "prepare_value"):
        value = field.prepare_value(value)
    return choices.get(str(value), "" if value is None else str(value)) or "–"
