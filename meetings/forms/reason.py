"""The two fields of a reason: one of a list, which everybody may read, and words that stay at the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import LongTextField
from meetings.rules.reasons import LONGEST


class ReasonField(forms.ChoiceField):
    """One of a model's reasons, as radios; *without* are those that only a verb gives."""

    def __init__(self, choices, *, without=(), **kwargs):
        offered = [(value, label) for value, label in choices.choices if value not in without]
        kwargs.setdefault("help_text", _("Everybody who attends can read it."))
        super().__init__(choices=offered, widget=forms.RadioSelect, **kwargs)


class WordsField(LongTextField):
    """What the reason does not say; needed for another reason.  Sealed, and read at the desk alone."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("In words"))
        kwargs.setdefault(
            "help_text",
            _(
                "For another reason, or to say more. Read by the coordinator and the chair, and kept as long as the "
                "meeting: write nobody’s name."
            ),
        )
        super().__init__(required=False, max_length=LONGEST, rows=2, **kwargs)
