"""The design system's parts as template tags; `docs/components.md` is the cheat-sheet.

Loaded into every template. What a form field looks like is in `core.templatetags.confer_fields`.
"""

import datetime

from django import template
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.template.defaultfilters import date as format_date
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags import confer_fields

register = template.Library()
register.simple_tag(confer_fields.field, name="field")
register.simple_tag(confer_fields.fields, name="fields")
register.simple_tag(confer_fields.error_summary, name="error_summary")

COLOURS = {"grey", "green", "teal", "turquoise", "blue", "purple", "magenta", "pink", "red", "orange", "yellow"}
KINDS = {
    "information": gettext_lazy("Information"),
    "success": gettext_lazy("Success"),
    "warning": gettext_lazy("Warning"),
    "error": gettext_lazy("Error"),
}
LEVELS = {"debug": "information", "info": "information"}


def _part(part: str, /, **context) -> SafeString:
    return render_to_string(f"components/{part}.html", context)


def _trimmed(content: SafeString) -> SafeString:
    return mark_safe(content.strip())  # noqa: S308 (already rendered and escaped)


# --- words and times
@register.filter
def when(value) -> str:
    """A date as 21 November 2026, a moment as 21 November 2026, 14:30, a time as 14:30; nothing for nothing."""
    if not value:
        return ""
    if isinstance(value, datetime.datetime):
        return format_date(timezone.localtime(value) if timezone.is_aware(value) else value, "j F Y, H:i")
    return format_date(value, "H:i" if isinstance(value, datetime.time) else "j F Y")


@register.simple_tag
def at(value) -> str:
    """*value* as `when` writes it, in a <time> that machines read too."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), when(value)) if value else ""


@register.simple_tag
def named_url(name: str, *args) -> str:
    """The address called *name*, or nothing where no app serves it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def title_prefix(context) -> str:
    """“Error: ” before the page's title where a form on the page was refused."""
    return _("Error: ") if any(_is_refused(value) for value in context.flatten().values()) else ""


def _is_refused(value) -> bool:
    if isinstance(value, BaseForm | BaseFormSet):
        return value.is_bound and not value.is_valid()
    if isinstance(value, list | tuple):
        return any(isinstance(part, BaseForm | BaseFormSet) and _is_refused(part) for part in value)
    return False


# --- small parts
@register.simple_tag
def button(text, *, kind: str = "", href: str = "", name: str = "", value: str = "", once: bool = True, **attributes):
    """A button that submits its form, or with *href* a link that looks like one.

    *kind* is "secondary", "warning" or nothing; *once* ignores a double click.
    """
    return _part(
        "button",
        text=text,
        kind=kind,
        href=href,
        name=name,
        value=value,
        once=once,
        attributes=confer_fields.as_attributes(attributes),
    )


@register.simple_tag
def tag(text, colour: str = "blue") -> str:
    """A status: always its word, and a colour beside it."""
    if colour not in COLOURS:
        raise ValueError(f"There is no tag colour “{colour}”; there are {', '.join(sorted(COLOURS))}.")
    style = "" if colour == "blue" else f" govuk-tag--{colour}"
    return format_html('<strong class="govuk-tag{}">{}</strong>', style, text)


@register.simple_tag
def back(href: str, text: str = "") -> str:
    """The way back, for the block `beforeContent`."""
    return _part("back", href=href, text=text or _("Back"))


@register.simple_tag
def marking(text: str = "OFFICIAL-SENSITIVE", handling: str = "") -> str:
    """The protective marking, for the block `marking`."""
    return _part("marking", text=text, handling=handling)


@register.simple_tag
def who_sees(who) -> str:
    """“Who can see this: …”; *who* is a text or a list of texts, empty meaning everyone on the case."""
    names = [who] if isinstance(who, str) else [str(name) for name in who or []]
    return _part("who_sees", who=", ".join(name for name in names if name))


@register.simple_tag(takes_context=True)
def tabs(context, items, label: str = "", target: str = ""):
    """Tabs that are addresses: *items* are dicts of `label`, `url`, `current`, and perhaps `count`.

    With *target* (the id of the part that the tabs replace) htmx fetches the part alone.
    """
    return _part("tabs", items=items, label=label or _("Sections"), target=target)


@register.simple_tag
def pagination(page) -> str:
    """Earlier and later; *page* has `previous_url` and `next_url` (`core.pages.Page`)."""
    return _part("pagination", page=page)


# --- parts around a text
@register.simple_block_tag
def inset(content):
    """A text set apart."""
    return format_html('<div class="govuk-inset-text">{}</div>', content)


@register.simple_block_tag
def warning(content):
    """A text of consequence, with the exclamation mark."""
    return _part("warning", content=content)


@register.simple_block_tag
def details(content, summary, open: bool = False):
    """A text behind its *summary*."""
    return _part("details", content=content, summary=summary, open=open)


@register.simple_block_tag
def alert(content, kind: str, title):
    """A notice of *kind* information, success, warning or error, with its *title*."""
    kind = LEVELS.get(kind, kind)
    return _part("alert", content=_trimmed(content), kind=kind, kind_name=KINDS[kind], title=title)


@register.simple_tag
def message_alert(message) -> str:
    """One of Django's messages as a notice that can be dismissed."""
    kind = LEVELS.get(message.level_tag, message.level_tag)
    return _part("alert", kind=kind, kind_name=KINDS[kind], title=message.message, dismissible=True)


@register.simple_block_tag
def nothing(content, title):
    """An empty state: what would be here, and in the block what to do about it."""
    return _part("nothing", content=_trimmed(content), title=title)


@register.simple_block_tag
def table(content, caption, *, stack: bool = False, hide_caption: bool = False, size: str = "m", id: str = ""):
    """A table around its <thead> and <tbody>; scrolls within itself where the window is narrow.

    With *stack*, each row becomes a block on a phone, and a cell's `data-label` its heading.
    """
    return _part(
        "table",
        content=content,
        caption=caption,
        stack=stack,
        hide_caption=hide_caption,
        size=size,
        id=id or slugify(caption) or "table",
    )


@register.simple_block_tag
def summary_list(content, *, borders: bool = True):
    """Facts as key and value, each from a {% row %}."""
    style = "" if borders else " govuk-summary-list--no-border"
    return format_html('<dl class="govuk-summary-list{}">{}</dl>', style, content)


@register.simple_block_tag
def row(content, key, *, href: str = "", action: str = ""):
    """One fact of a {% summary_list %}; with *href*, a link whose visible word is *action*."""
    return _part("row", content=_trimmed(content), key=key, href=href, action=action or _("Change"))


@register.simple_block_tag
def card(content, title, *, level: int = 2):
    """A summary card around a {% summary_list %}."""
    return _part("card", content=content, title=title, level=level)


@register.simple_block_tag
def timeline(content):
    """What happened, latest first, each from a {% moment %}."""
    return format_html('<div class="moj-timeline">{}</div>', content)


@register.simple_block_tag
def moment(content, title, at, by: str = "", *, level: int = 2):
    """One entry of a {% timeline %}: *title*, when (*at*), *by* whom."""
    return _part("moment", content=_trimmed(content), title=title, at=at, by=by, level=level)
