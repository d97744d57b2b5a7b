"""How a form's fields and errors are drawn. Registered by `core.templatetags.confer`."""

from django import forms
from django.forms import BoundField
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.MultiWidget, forms.SelectDateWidget)


def as_attributes(keywords: dict) -> dict:
    """Template keywords as HTML attributes: `hx_post` becomes `hx-post`; `True` is a bare attribute, `False` none."""
    return {name.replace("_", "-"): value for name, value in keywords.items() if value not in (False, None)}


def field(
    bound: BoundField,
    *,
    size: str = "",
    heading: bool = False,
    hide_label: bool = False,
    hint: str = "",
    width: str = "",
    rows: int | None = None,
    count: bool = False,
    inline: bool = False,
    small: bool = False,
    prefix: str = "",
    suffix: str = "",
    reveals: dict | None = None,
    **keywords,
) -> SafeString:
    """One field with label, hint, error and widget.

    *size* "s", "m", "l" of the label, *heading* makes it the page's h1; *hint* in place of the field's help text;
    *width* "2" to "30" characters; *rows* of a text area; *count* shows the characters left (the field has a
    `max_length`); *inline* and *small* for radios and checkboxes; `reveal_VALUE=form.other` shows another field once
    that answer is chosen (*reveals*: the same for many, by value); every other keyword becomes an attribute of the
    widget (`hx_post="…"`).
    """
    if bound.is_hidden:
        return mark_safe(str(bound))  # noqa: S308 (rendered and escaped by Django's own widget template)
    widget = bound.field.widget
    reveals = (reveals or {}) | {
        name.removeprefix("reveal_"): keywords.pop(name) for name in list(keywords) if name.startswith("reveal_")
    }
    hint = hint or str(bound.help_text)
    described = [f"{bound.auto_id}-hint"] * bool(hint) + [f"{bound.auto_id}-error"] * bool(bound.errors)
    max_length = getattr(bound.field, "max_length", None) if count else None
    count = max_length is not None
    is_group = isinstance(widget, GROUPS)
    attributes = as_attributes(keywords)
    attributes["class"] = _classes(bound, width, count, attributes.get("class", ""))
    if rows:
        attributes["rows"] = rows
    if not is_group:
        described += [f"{bound.auto_id}-info"] * count
        attributes["aria-describedby"] = " ".join(described) or False
    return render_to_string(
        "components/field.html",
        {
            "bound": bound,
            "id": bound.auto_id,
            "input_id": input_id(bound),
            "kind": _kind(widget),
            "is_group": is_group,
            "label": bound.label,
            "optional": _is_marked_optional(bound),
            "size": size,
            "heading": heading,
            "hide_label": hide_label,
            "hint": hint,
            "described": " ".join(described),
            "count": count,
            "max_length": max_length,
            "inline": inline,
            "small": small,
            "prefix": prefix,
            "suffix": suffix,
            "control": None if _is_choice(widget) else bound.as_widget(attrs=attributes),
            "items": _items(bound, attributes, reveals) if _is_choice(widget) else None,
        },
    )


def fields(form, *names: str) -> SafeString:
    """The fields called *names*, or all of them, in order, hidden ones included."""
    chosen = [form[name] for name in names] if names else list(form)
    return mark_safe("".join(field(bound) for bound in chosen))  # noqa: S308 (drawn above)


def error_summary(*forms_or_sets) -> SafeString:
    """“There is a problem”, with a link to each field that was refused; nothing where nothing was."""
    errors: list[dict] = []
    for given in forms_or_sets:
        for form in given.forms if isinstance(given, BaseFormSet) else [given]:
            errors += _errors(form)
        if isinstance(given, BaseFormSet):
            errors += [{"text": text, "href": ""} for text in given.non_form_errors()]
    return render_to_string("components/error_summary.html", {"errors": errors}) if errors else SafeString("")


def input_id(bound: BoundField) -> str:
    """The id of the first thing to type in or choose: where an error links to."""
    return f"{bound.auto_id}_0" if isinstance(bound.field.widget, GROUPS) else bound.auto_id


def _errors(form) -> list[dict]:
    if form is None or not form.is_bound:
        return []
    found = [{"text": text, "href": ""} for text in form.non_field_errors()]
    for bound in form:
        href = "" if bound.is_hidden else f"#{input_id(bound)}"
        found += [{"text": text, "href": href} for text in bound.errors]
    return found


def _is_choice(widget) -> bool:
    return isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def _kind(widget) -> str:
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.MultiWidget):
        return "date"
    return "input"


def _is_marked_optional(bound: BoundField) -> bool:
    mark = getattr(bound.form, "mark_optional", True) and getattr(bound.field, "mark_optional", True)
    return mark and not bound.field.required and not isinstance(bound.field.widget, forms.CheckboxInput)


def _classes(bound: BoundField, width: str, count: bool, more: str) -> str:
    widget = bound.field.widget
    name = "input"
    if isinstance(widget, forms.Textarea):
        name = "textarea"
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        name = "select"
    elif isinstance(widget, forms.CheckboxInput):
        name = "checkboxes__input"
    elif isinstance(widget, forms.FileInput):
        name = "file-upload"
    width = str(width or getattr(bound.field, "width", "") or "")
    chosen = [f"govuk-{name}", widget.attrs.get("class", ""), more]
    chosen += [f"govuk-input--width-{width}"] * (bool(width) and name == "input")
    chosen += [f"govuk-{name}--error"] * (bool(bound.errors) and name != "checkboxes__input")
    chosen += ["govuk-js-character-count"] * count
    return " ".join(part for part in chosen if part)


def _items(bound: BoundField, attributes: dict, reveals: dict) -> list[dict]:
    kind = _kind(bound.field.widget)
    hints = getattr(bound.field, "hints", {})
    drawn = []
    for subwidget in bound.subwidgets:
        data = subwidget.data
        value = str(data["value"])
        checked = bool(data["selected"])
        more = {name: text for name, text in attributes.items() if name not in ("class", "rows", "aria-describedby")}
        drawn.append(
            {
                "id": data["attrs"].get("id", ""),
                "name": data["name"],
                "value": value,
                "label": data["label"],
                "hint": hints.get(value, ""),
                "checked": checked,
                "type": "radio" if kind == "radios" else "checkbox",
                "attributes": {**bound.field.widget.attrs, **more},
                "reveal": reveals.get(value),
                "disabled": bound.field.disabled,
            }
        )
    return drawn
