"""What forms of every app are made of: GOV.UK widgets, British dates and times, and refusals that say what to type.

A form inherits from `Form` or `ModelForm` here; templates draw it with `{% error_summary form %}` and `{% field %}`.
"""

import datetime
import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms.utils import ErrorList
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EARLIEST_YEAR = 1880


class Speaking:
    """Mixed into a form: messages that name the field, three-part dates, and no HTML5 bubbles of the browser's own.

    `mark_optional = False` leaves out “(optional)”, for drafts where everything is.
    """

    mark_optional = True
    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            if type(field) is forms.DateField:
                field = self.fields[name] = _three_part(field)
            _speak(field, str(field.label or name.replace("_", " ").capitalize()))

    def add_error(self, field, error):
        """As Django’s; an id that is none at all is answered like one that is not among the choices."""
        chosen = self.fields.get(field) if field else None
        if isinstance(chosen, forms.ModelChoiceField) and getattr(error, "code", "") == "invalid":
            error = ValidationError(chosen.error_messages["invalid_choice"], code="invalid_choice")
        super().add_error(field, error)  # type: ignore[misc]


class Form(Speaking, forms.Form):
    """A form that is not about one row."""


class ModelForm(Speaking, forms.ModelForm):
    """A form about one row; the verb saves it, not the form."""


# --- fields
class DateInput(forms.MultiWidget):
    """Day, month and year in three boxes, each keeping what was typed."""

    template_name = "forms/date.html"

    def __init__(self, attrs=None):
        parts: dict[str, forms.Widget | type[forms.Widget]] = {"day": forms.TextInput(), "month": forms.TextInput()}
        parts["year"] = forms.TextInput()
        super().__init__(parts, attrs)

    def decompress(self, value):
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date):
            return [value.day, value.month, value.year]
        return [None, None, None]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        labels = ((_("Day"), 2), (_("Month"), 2), (_("Year"), 4))
        for part, (label, width) in zip(context["widget"]["subwidgets"], labels, strict=True):
            part["label"], part["width"] = label, width
        return context


class DateField(forms.Field):
    """A date typed in three parts; months as a number or a word, years with four digits.

    *earliest* and *latest* are dates, or callables giving one, beyond which the answer is refused.
    """

    widget = DateInput

    def __init__(self, *, earliest=None, latest=None, **kwargs):
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value):
        """The date that was typed, or None where nothing was."""
        if isinstance(value, datetime.datetime):
            return value.date()
        if value is None or isinstance(value, datetime.date):
            return value
        typed = [str(part or "").strip() for part in value]
        if not any(typed):
            return None
        missing = [name for name, part in zip((_("day"), _("month"), _("year")), typed, strict=True) if not part]
        if missing:
            parts = _(" and ").join(missing)
            raise ValidationError(
                _("%(label)s must include a %(parts)s") % {"label": self._name(), "parts": parts}, code="incomplete"
            )
        if len(_digits(typed[2])) != 4:
            raise ValidationError(
                _("%(label)s: the year must have four numbers, like 2026") % {"label": self._name()}, code="year"
            )
        try:
            date = datetime.date(int(_digits(typed[2])), _month(typed[1]), int(_digits(typed[0])))
        except (ValueError, OverflowError):
            date = None
        if date is None or date.year < EARLIEST_YEAR:
            raise ValidationError(_("%(label)s must be a real date") % {"label": self._name()}, code="invalid")
        return date

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        earliest, latest = _now(self.earliest), _now(self.latest)
        shown = {"label": self._name()}
        if earliest and value < earliest:
            shown["date"] = _written(earliest)
            raise ValidationError(_("%(label)s must be %(date)s or later") % shown, code="early")
        if latest and value > latest:
            shown["date"] = _written(latest)
            raise ValidationError(_("%(label)s must be %(date)s or earlier") % shown, code="late")

    def has_changed(self, initial, data):
        if self.disabled:
            return False
        try:
            return self.to_python(data) != self.to_python(_now(initial))
        except ValidationError:
            return True

    def _name(self) -> str:
        return str(self.label or _("The date"))


class TimeField(forms.TimeField):
    """A time of the 24-hour clock: 14:30, and also 14.30, 1430, 2:30pm."""

    width = "5"
    default_error_messages = {"invalid": gettext_lazy("Enter a time like 14:30")}

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M"))
        formats = ["%H:%M", "%H.%M", "%H%M", "%H:%M:%S", "%I:%M%p", "%I.%M%p", "%I%p"]
        super().__init__(input_formats=formats, **kwargs)

    def to_python(self, value):
        """The time that was typed, or None where nothing was."""
        if isinstance(value, str):
            value = re.sub(r"\s+", "", value).replace("a.m.", "am").replace("p.m.", "pm").upper()
            if re.fullmatch(r"\d{3}", value):
                value = "0" + value
        return super().to_python(value)


class LongTextField(forms.CharField):
    """Prose in a text area; line ends become “\\n”."""

    def __init__(self, *, rows: int = 5, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value):
        """The text with one kind of line end."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class PhoneField(forms.CharField):
    """A telephone number as people write it: digits, spaces, + ( ) - and an extension."""

    width = "20"

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value):
        """The number with single spaces; refused unless a telephone could dial it."""
        value = re.sub(r"\s+", " ", super().clean(value))
        if not value:
            return value
        number = re.sub(r"(?i)\s*(?:ext|extension|x)\.?\s*\d{1,6}$", "", value)
        if re.search(r"[^\d\s()+.-]", number) or not 3 <= len(_digits(number)) <= 15:
            raise ValidationError(_("Enter a telephone number, like 01632 960 001 or +44 808 157 0192"), code="invalid")
        return value


class PostcodeField(forms.CharField):
    """A postcode, or the part of one that is known; kept in capitals with one space."""

    width = "10"

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 10)
        super().__init__(**kwargs)

    def clean(self, value):
        """The postcode in capitals; a whole one gets its space."""
        value = re.sub(r"\s+", "", super().clean(value)).upper()
        if not value:
            return value
        if not re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?(\d[A-Z]{2})?", value):
            raise ValidationError(_("Enter a postcode, like QZ4 7XX, or its first half"), code="invalid")
        return f"{value[:-3]} {value[-3:]}" if re.search(r"\d[A-Z]{2}$", value) and len(value) > 4 else value


class YesNoField(forms.TypedChoiceField):
    """A question answered Yes or No (`True`, `False`), and with *unknown* also Not known (`None`)."""

    def __init__(self, *, unknown: bool = False, **kwargs):
        choices = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
        choices += [("unknown", gettext_lazy("Not known"))] * unknown
        super().__init__(
            choices=choices, coerce={"yes": True, "no": False}.get, empty_value=None, widget=forms.RadioSelect, **kwargs
        )

    def prepare_value(self, value):
        """The radio that stands for *value*."""
        return {True: "yes", False: "no"}.get(value, value)


# --- words
def _three_part(field: forms.DateField) -> DateField:
    made = DateField(
        required=field.required,
        label=field.label,
        help_text=field.help_text,
        initial=field.initial,
        disabled=field.disabled,
    )
    made.error_messages |= {
        code: text for code, text in field.error_messages.items() if text != forms.DateField().error_messages.get(code)
    }
    return made


def _speak(field: forms.Field, label: str) -> None:
    """Give *field* messages that name it, unless its author gave some."""
    if field.label is None:
        field.label = label
    standard = {**_class_messages(field)}
    for code, text in _messages(field, label).items():
        if field.error_messages.get(code, standard.get(code)) == standard.get(code):
            field.error_messages[code] = text
    for validator in field.validators:
        if isinstance(validator, MaxLengthValidator):
            validator.message = _("%(label)s must be %%(limit_value)d characters or fewer; it has %%(show_value)d") % {
                "label": label.replace("%", "%%")
            }


def _class_messages(field: forms.Field) -> dict:
    messages: dict = {}
    for kind in reversed(type(field).__mro__):
        messages |= getattr(kind, "default_error_messages", {})
    return messages


def _messages(field: forms.Field, label: str) -> dict:
    is_choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    shown = {"label": label, "inside": _within(label)}
    if label.endswith("?"):
        required = _("Answer the question “%(label)s”")
    elif isinstance(field, forms.BooleanField):
        required = _("Tick “%(label)s” to go on")
    elif is_choice:
        required = _("Select %(inside)s")
    else:
        required = _("Enter %(inside)s")
    messages = {"required": required % shown}
    if isinstance(field, forms.EmailField):
        messages["invalid"] = _("Enter an email address in the correct format, like name@agency.example")
    elif isinstance(field, forms.IntegerField):
        messages["invalid"] = _("%(label)s must be a whole number") % shown
    if is_choice:
        messages["invalid_choice"] = _("%(label)s: select one of the answers listed") % shown
    return messages


def _within(label: str) -> str:
    """*label* as it reads inside a sentence: “Date of birth” becomes “date of birth”, “GP surgery” stays."""
    return label[0].lower() + label[1:] if len(label) > 1 and not label[1].isupper() and label[1] != " " else label


def _digits(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isdecimal())


def _month(text: str) -> int:
    word = text.lower()[:3]
    if text.isalpha() and word in MONTHS:
        return MONTHS.index(word) + 1
    return int(text)


def _now(value):
    return value() if callable(value) else value


def _written(date: datetime.date) -> str:
    from django.template.defaultfilters import date as format_date

    return format_date(date, "j F Y")


__all__ = [
    "DateField",
    "DateInput",
    "ErrorList",
    "Form",
    "LongTextField",
    "ModelForm",
    "PhoneField",
    "PostcodeField",
    "Speaking",
    "TimeField",
    "YesNoField",
]
