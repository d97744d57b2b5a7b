"""A referral laid out to be read: section by section, only what was said; telephone numbers never in plain sight."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.forms.items import shown as answers_shown
from cases.models import Party
from cases.rules.matching import typed_dates
from cases.schemes import scheme_of

GUARDED = frozenset(
    {
        "phone",
        "safe_number",
        "safe_to_call",
        "safe_times",
        "safe_method",
        "safe_people",
        "unsafe_people",
        "safe_third_contact",
    }
)


def laid_out(referral, parties, checklist) -> list[dict]:
    """Every section of *referral*: the facts or the people in it, nothing where nothing was said."""
    shown = []
    scheme = scheme_of(referral.panel)
    principal = next((p for p in parties if p.capacity == scheme.principal), None)
    for section in scheme.sections_for(referral.panel):
        block = {"section": section, "facts": [], "people": []}
        if section.of == "referral":
            block["facts"] = facts(referral, section.fields, scheme)
        elif section.of == "details":
            block["facts"] = [
                {"label": label, "text": text} for label, text in answers_shown(section.items, referral.details)
            ]
        elif section.of == "principal":
            block["facts"] = facts(principal, section.fields, scheme) if principal else []
        elif section.of == "people":
            block["people"] = [
                {"party": party, "facts": facts(party, section.fields, scheme)}
                for party in parties
                if party.capacity == section.capacity
            ]
        elif checklist:
            block["checklist"] = checklist
            block["facts"] = facts(checklist, section.fields, scheme)
        shown.append(block)
    return shown


def said_in(referral, checklist) -> list[dict]:
    """The sections of *referral* in which something was said, without the people, who stand on a page of their own."""
    return [block for block in laid_out(referral, (), checklist) if block["facts"] or block.get("checklist")]


def facts(row, names, scheme) -> list[dict]:
    """What *row* says in the fields *names*: the label of *scheme* and text, without what is empty or guarded."""
    found = []
    for name in names:
        if name in GUARDED and isinstance(row, Party):
            continue
        field = row._meta.get_field(name)
        text = _text(row, field)
        if text:
            found.append({"label": scheme.labels.get(name) or capfirst(field.verbose_name), "text": text})
    return found


def answers_of(checklist) -> list[dict]:
    """The answered questions of *checklist* in order: number, answer in words, source, comment."""
    return answers_in(checklist.answers)


def answers_in(answers: dict) -> list[dict]:
    """The same of *answers*, as `Checklist.answers` keeps them."""
    words = {"yes": _("Yes"), "no": _("No"), "unknown": _("Don’t know")}
    return [
        {
            "number": int(number),
            "answer": words.get(given.get("answer"), _("Not answered")),
            "code": given.get("answer"),
            "source": given.get("source", ""),
            "comment": given.get("comment", ""),
        }
        for number, given in sorted(answers.items(), key=lambda pair: int(pair[0]))
    ]


def _text(row, field) -> str:
    value = getattr(row, field.name)
    if value in (None, "", False) or value == []:
        return ""
    if value is True:
        return _("Yes")
    if field.name == "lawful_basis":
        return next((str(b.name) for b in scheme_of(row.panel).bases if b.code == value), value)
    if field.name == "other_birth_dates":
        return ", ".join(date_format(date, "j F Y") for date in typed_dates(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if hasattr(value, "isoformat"):
        return date_format(timezone.localtime(value) if hasattr(value, "hour") else value, "j F Y")
    return ", ".join(value) if isinstance(value, list) else str(value)
