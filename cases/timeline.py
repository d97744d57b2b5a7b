"""The history of a case as sentences: who changed what, from what to what.

Gathers the history rows of what the member may see; each app adds its models with `register`.  Bounded per model.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.items import shown as answers
from cases.schemes import scheme_of
from cases.views.referral_reading import answers_in
from core.sealing import SealedDateField, SealedJSONField

ROWS_PER_MODEL = 400
SIZE = 40
SILENT = {"id", "key", "created_at", "version", "case", "referral", "listing", "panel", "position", "seen_version"}
SILENT |= {"names"}  # what may not be shown is in it, and what may is on the page of the person
SILENT |= {"former_addresses"}  # what it says was in the address, whose own changes are told
SILENT |= {"linked_at"}  # that somebody is known elsewhere: only to who sees both, on the page of possible matches

NUMBERS = {"phone", "safe_number"}  # of parties: in no page, shown one by one (`cases.views.contact.show_number`)

CONFIDENTIAL = {"address", "postcode", "current_address"}  # told of nobody whose address is, or was, confidential

OWNERS = {"agency", "member", "works_for"}  # relations of which the history tells, by name

REASONS: dict[str, Any] = {
    "accepted": gettext_lazy("accepted"),
    "closed": gettext_lazy("closed"),
    "last_action": gettext_lazy("closed with its last action"),
    "new_incident": gettext_lazy("a new incident"),
    "closed_in_error": gettext_lazy("had been closed in error"),
    "sent_back": gettext_lazy("sent back to the agency"),
    "heard": gettext_lazy("heard"),
    "deferred": gettext_lazy("put off to another meeting"),
    "agenda.removed": gettext_lazy("taken off the agenda"),
    "meeting_ended": gettext_lazy("the meeting ended"),
    "gone_back": gettext_lazy("the meeting went back to it"),
    "superseded": gettext_lazy("replaced"),
    "escalated": gettext_lazy("taken above who answers for it"),
    "own_case": gettext_lazy("the referral has a case of its own"),
    "reminded_before": gettext_lazy("reminder before the date"),
    "reminded_after": gettext_lazy("reminder after the date"),
}


@dataclass(frozen=True)
class Source:
    """One model's part of the history; `register` says what each of these is."""

    label: Any
    rows: Callable[[Any, Any], Any]
    shown: Callable[[Any, Any], frozenset[str] | None]
    since: Callable[[Any, Any], dict]
    begins: frozenset[str]
    names: dict[str, Callable[[set], dict]]


@dataclass
class Change:
    """One line: *what* was changed *by* whom and *when*; *fields* are (name, before, after)."""

    when: datetime.datetime
    by: str
    what: str
    reason: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class TimelinePage:
    """A page of changes and the moment before which the next page begins."""

    changes: list[Change]
    next_before: str


_sources: list[Source] = []
_tellers: list[Callable[[Any, Any], Iterable[Change]]] = []


def register(
    label,
    rows: Callable[[Any, Any], Any],
    *,
    shown=lambda member, case: None,
    since=lambda member, case: {},
    begins=(),
    names=None,
) -> None:
    """Tell the history of what `rows(member, case)` gives, each row called *label*.

    `shown(member, case)` names the columns that the member's page of the row shows, where it does not show all.
    `since(member, case)` gives the moment before which the history of a row (by its id) is not told.
    *begins* names the columns of which the first value is told, too; *names* the relations that are told besides
    `OWNERS`, each with what gives the words for a set of its ids in one query.
    """
    source = Source(label=label, rows=rows, shown=shown, since=since, begins=frozenset(begins), names=names or {})
    _sources.append(source)


def tell(teller: Callable[[Any, Any], Iterable[Change]]) -> None:
    """Put into the history what `teller(member, case)` gives, of rows that never change and so have no history."""
    _tellers.append(teller)


def page_of(member, case, *, before: str = "") -> TimelinePage:
    """The latest changes on *case* before the moment *before* (ISO format), as *member* may know them."""
    try:
        limit = parse_datetime(before) if before else None
    except ValueError:
        limit = None
    if limit is not None and timezone.is_naive(limit):
        limit = None
    changes = [change for source in _sources for change in _changes(source, member, case)]
    changes += [change for teller in _tellers for change in teller(member, case)]
    changes = sorted((c for c in changes if limit is None or c.when < limit), key=lambda c: c.when, reverse=True)
    shown = changes[:SIZE]
    return TimelinePage(shown, shown[-1].when.isoformat() if len(changes) > SIZE else "")


def _changes(source: Source, member, case) -> Iterable[Change]:
    queryset, shown = source.rows(member, case), source.shown(member, case)
    history = queryset.model.history.model
    joins = [name for name in ("key", "history_user") if any(f.name == name for f in history._meta.fields)]
    rows = (
        history.objects.filter(id__in=queryset.order_by().values("pk"))
        .select_related(*joins)
        .order_by("-history_date", "-history_id")[:ROWS_PER_MODEL]
    )
    by_record, since = defaultdict(list), source.since(member, case)
    for row in rows:
        if row.id not in since or row.history_date > since[row.id]:
            by_record[row.id].append(row)
    words = _words(source, queryset.model, by_record.values(), case)
    for versions in by_record.values():
        kept = CONFIDENTIAL if any(getattr(row, "address_confidential", False) for row in versions) else frozenset()
        for index, row in enumerate(versions):
            earlier = versions[index + 1] if index + 1 < len(versions) else None
            change = _change(source, queryset.model, earlier, row, shown, kept, words)
            if change:
                yield change


def _words(source: Source, model, records, case) -> dict[str, Any]:
    """What stands for a value, by column: the names of agencies and members, one look for each kind; lawful bases."""
    read = [row for rows in records for row in rows]
    scheme = scheme_of(case.panel)
    words: dict[str, Any] = {"lawful_basis": {basis.code: str(basis.name) for basis in scheme.bases}}
    words |= {"details": scheme.items, "labels": scheme.labels}
    named = [column for column in model._meta.concrete_fields if column.name in OWNERS]
    for owner in {column.related_model for column in named}:
        columns = [column for column in named if column.related_model is owner]
        ids = {getattr(row, column.attname) for row in read for column in columns} - {None}
        names = dict(owner._default_manager.filter(pk__in=ids).values_list("pk", "name"))
        words |= {column.name: names for column in columns}
    for name, look in source.names.items():
        ids = {getattr(row, model._meta.get_field(name).attname) for row in read} - {None}
        words[name] = look(ids) if ids else {}
    return words


def _change(source: Source, model, earlier, row, shown, kept, words) -> Change | None:
    fields = _differences(source, model, earlier, row, shown, kept, words)
    if earlier and not fields:
        return None
    verb = _("%(what)s changed") if earlier else _("%(what)s recorded")
    return Change(
        when=row.history_date,
        by=str(row.history_user) if row.history_user_id else row.history_actor or _("Confer"),
        what=verb % {"what": source.label},
        reason=str(REASONS.get(row.history_change_reason or "", "")),
        fields=fields,
    )


def _differences(source, model, earlier, row, shown, kept, words) -> list[tuple[str, str, str]]:
    found = []
    for column in model._meta.concrete_fields:
        told = column.name in {*OWNERS, *source.names} if column.is_relation else column.name not in SILENT
        if not told or not hasattr(row, column.attname) or earlier is None and column.name not in source.begins:
            continue
        if column.name in kept or shown is not None and column.name not in shown:
            continue
        before, after = getattr(earlier, column.attname, None), getattr(row, column.attname)
        if earlier is None and after in (None, ""):
            continue
        if column.name == "details":
            found += _items_said(words["details"], before or {}, after or {})
        elif column.name == "answers":
            found += _answers_said(before or {}, after or {})
        elif before != after:
            said = [_said(column, value, words.get(column.name, {})) for value in (before, after)]
            found.append((capfirst(str(words["labels"].get(column.name, column.verbose_name))), *said))
    return found


def _items_said(items, before: dict, after: dict) -> list[tuple[str, str, str]]:
    """Each item of a scheme that was answered otherwise than before."""
    was, now = dict(answers(items, before)), dict(answers(items, after))
    labels = [str(item.label) for item in items]
    changed = [label for label in labels if was.get(label) != now.get(label)]
    return [(label, was.get(label, _("nothing")), now.get(label, _("nothing"))) for label in changed]


def _answers_said(before: dict, after: dict) -> list[tuple[str, str, str]]:
    """Each question of a checklist that was answered otherwise than before, by its number."""
    was, now = ({answer["number"]: _in_words(answer) for answer in answers_in(each)} for each in (before, after))
    changed = [number for number in sorted({*was, *now}) if was.get(number) != now.get(number)]
    told = [(number, was.get(number, _("nothing")), now.get(number, _("nothing"))) for number in changed]
    return [(_("Question %(number)s") % {"number": number}, *words) for number, *words in told]


def _in_words(answer: dict) -> str:
    source = f" ({answer['source']})" if answer["source"] else ""
    return f"{answer['answer']}{source}" + (f": {answer['comment']}" if answer["comment"] else "")


def _said(column, value, words) -> str:
    from core.templatetags.confer import when

    if value in (None, "", [], {}):
        return _("nothing")
    if column.name in NUMBERS:
        return _("a number, not shown here")
    if column.is_relation or value in words:
        return words.get(value, _("somebody who is not known any more"))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(column, SealedDateField) or isinstance(value, datetime.date):
        return when(value)
    if isinstance(column, SealedJSONField) and isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)
