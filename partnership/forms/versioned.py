"""A form over a row that somebody else may change meanwhile: nothing typed is lost, nothing is overwritten unseen."""

from django import forms

from core.forms import ModelForm


class VersionedModelForm(ModelForm):
    """Carries the version that its writer saw.

    After a stale save, `offer_merge` keeps what was typed and shows what the other wrote; the next save is over theirs.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.theirs: list[tuple[str, str]] = []

    @property
    def seen(self) -> int:
        """The version that the writer saw when they began."""
        return self.cleaned_data.get("version") or 0

    def offer_merge(self) -> None:
        """Show the row as it is now beside what was typed, and let the next save be over it."""
        current = type(self.instance)._default_manager.get(pk=self.instance.pk)
        saved = self.over(current)
        for name in self.changed_against(saved):
            self.theirs.append((self.fields[name].label, _as_text(saved, name)))
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)

    def over(self, row):
        """The same form over *row*, unwritten; a form that takes more than a row says here what."""
        return type(self)(instance=row)

    def changed_against(self, saved) -> list[str]:
        """The names of the fields in which what was typed differs from the row as it is now."""
        return [
            name
            for name in self.fields
            if name != "version"
            and self.fields[name].has_changed(saved.get_initial_for_field(saved.fields[name], name), self[name].data)
        ]


def _as_text(form, name: str) -> str:
    value = form.get_initial_for_field(form.fields[name], name)
    if name in form.instance.__dict__ and hasattr(form.instance, f"get_{name}_display"):
        return str(getattr(form.instance, f"get_{name}_display")())
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value if value not in (None, "") else "–")
