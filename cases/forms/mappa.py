"""What the responsible authority says of a case and MAPPA."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import MappaPointer
from cases.rules.mappa import leading, to_name
from core.forms import Form
from partnership.models import Agency

NOT_SAID = [("", _("Not said"))]


class MappaForm(Form):
    """Linked or not, level, whom to ask, and who else may read it."""

    mark_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    linked = forms.ChoiceField(
        label=_("Is the case linked to MAPPA?"), choices=MappaPointer.Linked.choices, widget=forms.RadioSelect
    )
    level = forms.ChoiceField(label=_("Level"), choices=[*NOT_SAID, *MappaPointer.Level.choices], required=False)
    lead = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Lead agency"), required=False, empty_label=_("Choose an agency")
    )
    contact = forms.CharField(
        label=_("Whom to ask there"),
        required=False,
        max_length=200,
        help_text=_("One line: a name, a telephone number, an e-mail address. No minutes are kept here."),
    )
    named = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=_("Agencies with a duty to co-operate that may read this, too (if any)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data=None, *, case, pointer=None):
        super().__init__(data, initial=_initial(pointer))
        self.fields["lead"].queryset = leading(case.panel)
        self.fields["named"].queryset = to_name(case)
        if not self.fields["named"].queryset.exists():
            del self.fields["named"]

    @property
    def said(self) -> dict:
        """What was typed, as the verb takes it."""
        typed = dict(self.cleaned_data)
        return {"seen": typed.pop("version") or 0, **typed, "named": list(typed.get("named", ()))}

    def go_on_from(self, version: int) -> None:
        """Keep what was typed; the next save is over *version*."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


def _initial(pointer) -> dict:
    if pointer is None:
        return {"version": 0}
    names = ("version", "linked", "level", "contact")
    said = {name: getattr(pointer, name) for name in names}
    return {**said, "lead": pointer.lead_id, "named": [agency.pk for agency in pointer.named.all()]}
