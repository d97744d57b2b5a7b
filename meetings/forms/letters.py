"""Choosing to whom letters go, and in which way each."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from meetings.models import Letter

WAYS = [
    (Letter.Way.SMIME, _("Encrypted mail (S/MIME)")),
    (Letter.Way.PDF, _("Encrypted PDF")),
    (Letter.Way.NOTICE, _("Notice only")),
]


class SendForm(Form):
    """One tick and one way per proposed recipient; `batch` is the form's own id, by which a double click sends once."""

    batch = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.MultipleChoiceField(
        label=_("Recipients"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={
            "invalid_choice": _("The recipients changed since you opened the page. Look at them again."),
        },
    )

    def __init__(self, *args, proposed, **kwargs):
        kwargs.setdefault(
            "initial", {"batch": uuid.uuid4(), "to": [letter.name for letter in proposed if letter.is_suggested]}
        )
        super().__init__(*args, **kwargs)
        self.proposed = proposed
        self.fields["to"].choices = [(letter.name, letter.agency.name) for letter in proposed]
        for letter in proposed:
            self.fields[_way(letter)] = forms.ChoiceField(choices=WAYS, required=False, initial=letter.way)

    @property
    def rows(self) -> list[dict]:
        """Each proposed letter with what is ticked and chosen now."""
        ticked = self["to"].value() or []
        return [
            {
                "letter": letter,
                "index": index,
                "is_ticked": letter.name in ticked,
                "way_name": _way(letter),
                "way": self[_way(letter)].value() or letter.way,
            }
            for index, letter in enumerate(self.proposed)
        ]

    def chosen(self) -> dict[str, str]:
        """The ticked recipients by name, each with its way."""
        return {
            letter.name: self.cleaned_data.get(_way(letter)) or letter.way
            for letter in self.proposed
            if letter.name in self.cleaned_data["to"]
        }


def _way(letter) -> str:
    return f"way-{letter.name}"
