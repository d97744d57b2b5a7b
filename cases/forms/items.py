"""A form made from the items of a scheme, and its answers read back as words.

`items_form` gives the form's class, `details_of` the answers as plain JSON (dates as `YYYY-MM-DD`, agencies as their
ids), `initial_of` what a form over kept answers begins with, `shown` what a page or document prints of them.
"""

import datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.schemes.items import Item
from core.forms import DateField, Form, LongTextField
from partnership.models import Agency

SHORT, LONG = 200, 10_000
RADIOS = 6  # more choices than this stand in a list
YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
UNKNOWN = (("unknown", gettext_lazy("Not known")),)


class ItemsForm(Form):
    """The base of a form of items; `items` is set on the class that `items_form` makes."""

    items: tuple[Item, ...] = ()

    @property
    def details(self) -> dict:
        """The answers, as plain JSON."""
        return details_of(self.items, self.cleaned_data)

    def grouped(self):
        """The items' fields, each with the heading that begins with it and whether its choices stand in one line."""
        return grouped(self, self.items)


def items_form(items, *, base: type[forms.BaseForm] = ItemsForm, agencies=None, draft: bool = False):
    """The class of a form that asks *items*, with what *base* asks before them.

    *agencies* is the queryset from which an item of kind "agency" is chosen (`Agency.objects.visible_to(member)`).
    With *draft* nothing is required: what is missing is said when it is sent (`cases.schemes.items.missing`).
    """
    items = tuple(item for item in items if item.asked)
    fields = {item.code: field_for(item, agencies=agencies, draft=draft) for item in items}
    return type(base)("ItemsForm", (base,), {**fields, "items": items})


def field_for(item: Item, *, agencies=None, draft: bool = False) -> forms.Field:
    """The form field that asks *item*."""
    common = {"label": item.label, "required": item.required and not draft, "help_text": item.hint}
    match item.kind:
        case "long":
            return LongTextField(max_length=LONG, **common)
        case "date":
            return DateField(
                error_messages={"required": _("Enter the date: “%(label)s”") % {"label": item.label}},
                latest=timezone.localdate if item.when == "past" else None,
                earliest=timezone.localdate if item.when == "future" else None,
                **common,
            )
        case "number":
            return _number(item, common)
        case "many":
            return forms.MultipleChoiceField(choices=item.options(), widget=forms.CheckboxSelectMultiple, **common)
        case "agency":
            found = Agency.objects.none() if agencies is None else agencies
            required = {"required": _("Select the agency: “%(label)s”") % {"label": item.label}}
            return forms.ModelChoiceField(found, empty_label=_("Select an agency"), error_messages=required, **common)
        case "choice" | "yes_no":
            return _one_of(item, common)
    return forms.CharField(max_length=SHORT, **common)


def _number(item: Item, common: dict) -> forms.IntegerField:
    sentence = _("%(label)s must be between %(least)s and %(most)s")
    shown_as = {"label": str(item.label).replace("%", "%%"), "least": item.least, "most": item.most}
    return forms.IntegerField(
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        validators=[
            MinValueValidator(item.least, message=sentence % shown_as),
            MaxValueValidator(item.most, message=sentence % shown_as),
        ],
        **common,
    )


def _one_of(item: Item, common: dict) -> forms.ChoiceField:
    choices = list(YES_NO + UNKNOWN * item.unknown) if item.kind == "yes_no" else item.options()
    if len(choices) <= RADIOS:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", _("Not answered")), *choices], **common)


def details_of(items, cleaned: dict) -> dict:
    """The answers to *items* in *cleaned* as plain JSON; what was left empty is left out."""
    details = {}
    for item in items:
        value = cleaned.get(item.code)
        if value in (None, "", []):
            continue
        if isinstance(value, datetime.date):
            value = value.isoformat()
        details[item.code] = str(value.pk) if isinstance(value, Agency) else value
    return details


def initial_of(items, details: dict) -> dict:
    """What a form over the kept *details* begins with."""
    initial = {item.code: details.get(item.code) for item in items}
    return {
        item.code: date_of(initial[item.code]) if item.kind == "date" else initial[item.code]
        for item in items
        if initial[item.code] is not None
    }


def date_of(kept) -> datetime.date | None:
    """The date of a kept ``YYYY-MM-DD``, or None."""
    try:
        return datetime.date.fromisoformat(kept) if kept else None
    except (TypeError, ValueError):
        return None


def shown(items, details: dict, *, agencies: dict | None = None) -> list[tuple[str, str]]:
    """The answers in *details* as ``(label, words)``, in the items' order, without what was left empty.

    *agencies* maps ids (text) to names (`agency_names`), for a page that shows many; without it one look is made,
    and only where an agency was answered.
    """
    answered = [item for item in items if details.get(item.code) not in (None, "", [])]
    if agencies is None:
        agencies = agency_names(details[item.code] for item in answered if item.kind == "agency")
    return [(str(item.label), _said(item, details[item.code], agencies)) for item in answered]


def agency_names(ids) -> dict[str, str]:
    """The names of the agencies of *ids* (text), by id; no look where there are none."""
    wanted = set(ids)
    found = Agency.objects.filter(pk__in=wanted).values_list("pk", "name") if wanted else ()
    return {str(pk): name for pk, name in found}


def grouped(form, items):
    """The fields of *items* on *form*, as `ItemsForm.grouped`."""
    for item in items:
        yield {"heading": item.heading, "bound": form[item.code], "inline": item.kind == "yes_no"}


def _said(item: Item, value, agencies: dict) -> str:
    if item.kind == "date":
        date = date_of(value)
        return date_format(date, "j F Y") if date else str(value)
    if item.kind == "yes_no":
        return str(dict(YES_NO + UNKNOWN).get(value, value))
    if item.kind == "agency":
        return agencies.get(value, _("an agency that is not here any more"))
    if item.kind == "many":
        return ", ".join(item.words_of(code) for code in value)
    return item.words_of(value) if item.kind == "choice" else str(value)
