"""The one way in which a form over a sealed row is opened and saved: draft offered, errors kept, clashes shown."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm, ChoiceField, ModelChoiceField
from django.forms.utils import ErrorDict
from django.urls import reverse

from cases.models import Draft
from cases.workflow import drafts
from cases.workflow.merging import Clash


@dataclass
class Writing:
    """A form being written: what to draw, and whether it was saved."""

    form: Any
    part: str
    about: Any
    draft: Draft | None = None
    theirs: dict = field(default_factory=dict)
    saved: Any = None
    status: int = 200

    @property
    def draft_url(self) -> str:
        """Where the form's autosave goes."""
        return reverse("cases:keep_draft", args=[self.about._meta.label_lower, self.about.pk, self.part])

    @property
    def drop_url(self) -> str:
        """Where the draft is dropped."""
        return reverse("cases:drop_draft", args=[self.about._meta.label_lower, self.about.pk, self.part])

    @property
    def clashes(self) -> list[dict]:
        """What a colleague saved in the fields that clash: label and text."""
        return [
            {
                "label": self.form.fields[name].label if name in self.form.fields else name,
                "text": _chosen(self.form.fields.get(name), value) or _shown(value),
            }
            for name, value in self.theirs.items()
        ]


def open_form(request, make, *, about, part: str) -> Writing:
    """The form as it is saved, or as the member left it unsaved; *make* takes what a Django form takes."""
    draft = drafts.draft_of(request.member, about, part)
    form = unchecked(make(drafts.typed_before(draft))) if draft else make()
    return Writing(form, part, about, draft=draft)


def save_form(request, make, save, *, about, part: str) -> Writing:
    """The posted form handed to *save* (which takes the form); on any refusal the form with everything typed.

    What was refused is kept as a draft, so that it can be resumed.
    """
    form = make(request.POST)
    writing = Writing(form, part, about)
    if form.is_valid():
        try:
            writing.saved = save(form)
        except Clash as clash:
            writing.form = make(initial={**clash.merged, "version": clash.record.version})
            writing.theirs, writing.status = clash.theirs, 409
        except ValidationError as error:
            _give_errors(form, error)
        else:
            drafts.drop_draft(by=request.member, about=about, part=part)
            return writing
    writing.status = writing.status if writing.theirs else 422
    try:
        drafts.keep_draft(by=request.member, about=about, part=part, typed=request.POST)
    except ValidationError:
        pass  # too long to keep; it is still on the page
    return writing


def unchecked(form: BaseForm) -> BaseForm:
    """A form that shows what was typed without saying yet what is wrong with it."""
    form.__dict__["_errors"] = ErrorDict()
    form.cleaned_data = {}
    return form


def _give_errors(form, error: ValidationError) -> None:
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)


def _chosen(field, value) -> str:
    """The words of a choice, or the name of a row that was chosen; nothing for what was typed."""
    if isinstance(value, Model):
        return str(getattr(value, "name", value))
    if isinstance(field, ChoiceField) and not isinstance(field, ModelChoiceField):
        if isinstance(value, list):
            return ", ".join(str(dict(field.choices).get(part, part)) for part in value)
        return str(dict(field.choices).get(value, ""))
    return ""


def _shown(value) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{number}: {(given or {}).get('answer', '')}" for number, given in value.items())
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)
