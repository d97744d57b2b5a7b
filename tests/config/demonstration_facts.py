"""A database said without its ids, so that two that were made in different ways can be compared."""

from collections import Counter

from django.apps import apps
from django.db import models

from audit.models import Event
from cases.models import SearchKey
from core.sealing import SealedField, using_keys

LEFT_OUT = {"id", "key", "key_id", "history_id", "beat", "password", "panel", "digest", "salt", "mac"}
APPS = ("cases", "meetings")


def facts() -> dict[str, Counter]:
    """What stands in the tables of cases and meetings, their history and the audit: counts of facts by table."""
    labels = Labels()
    found = {}
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if hasattr(model, "instance_type") or not hasattr(model, "created_at"):
                continue
            found[model.__name__] = Counter(labels.facts(row) for row in labels.rows(model))
            if hasattr(model, "history"):
                found[f"history of {model.__name__}"] = Counter(labels.history(past) for past in model.history.all())
    found["SearchKey"] = Counter(
        (labels.of("subject", key.subject_id), key.kind, bytes(key.digest)) for key in SearchKey.objects.all()
    )
    found["Event"] = Counter(labels.event(event) for event in Event.objects.order_by("id"))
    return found


class Labels:
    """Names for rows that do not depend on their ids."""

    def __init__(self):
        self.known: dict = {}
        self.keys: dict = {}

    def rows(self, model):
        rows = model._default_manager.all()
        names = {field.name for field in model._meta.concrete_fields}
        return rows.select_related("key") if "key" in names else rows

    def of(self, name, pk):
        """A short description of the row with the id *pk*."""
        if pk is None:
            return None
        if not self.known:
            self._learn()
        return self.known.get(str(pk), "?")

    def _learn(self):
        from cases import models as cases
        from meetings import models as meetings
        from partnership import models as partnership

        def learn(rows, name):
            for row in rows:
                self.known[str(row.pk)] = f"{type(row).__name__} {name(row)}"

        known = self.known
        at = lambda pk: known.get(str(pk), "?")  # noqa: E731
        learn(partnership.Member.objects.all(), lambda m: m.email)
        learn(partnership.Agency.objects.all(), lambda a: a.name)
        learn(partnership.Panel.objects.all(), lambda p: p.name)
        learn(cases.Case.objects.all(), lambda c: c.reference)
        learn(cases.Referral.objects.all(), lambda r: r.reference)
        learn(cases.Subject.objects.with_key(), lambda s: f"{s.name} {s.birth_date}")
        learn(cases.Party.objects.all(), lambda p: f"{at(p.referral_id)} {p.position}")
        learn(cases.Checklist.objects.all(), lambda c: at(c.referral_id))
        learn(meetings.Series.objects.all(), lambda s: f"{s.first_on}")
        learn(meetings.Meeting.objects.all(), lambda m: f"{m.starts_at}")
        learn(meetings.Statement.objects.all(), lambda s: s.number)
        items = list(meetings.AgendaItem.objects.select_related("listing"))
        learn(
            [item.listing for item in items],
            lambda one: f"{at(one.case_id)} {at(next(i.meeting_id for i in items if i.listing_id == one.pk))}",
        )
        learn(items, lambda i: at(i.listing_id))
        learn(meetings.ResearchRequest.objects.all(), lambda r: f"{at(r.meeting_id)} {at(r.agency_id)}")
        learn(meetings.Return.objects.all(), lambda r: f"{at(r.request_id)} {at(r.listing_id)}")
        learn(cases.Entry.objects.with_key(), lambda e: f"{at(e.listing_id)} {at(e.agency_id)} {e.text}")
        learn(cases.Action.objects.all(), lambda a: f"{at(a.case_id)} {a.number}")
        learn(meetings.Attendance.objects.all(), lambda a: f"{at(a.meeting_id)} {at(a.member_id)} {a.observer_name}")
        learn(meetings.Minutes.objects.all(), lambda m: f"{at(m.meeting_id)} {m.number}")

    def facts(self, row):
        """Every column of *row*, with its references described."""
        return tuple(
            (field.name, self._value(row, field))
            for field in row._meta.concrete_fields
            if field.name not in LEFT_OUT and field.attname not in LEFT_OUT
        )

    def _value(self, row, field):
        value = getattr(row, field.attname)
        if isinstance(field, models.ForeignKey):
            return self.of(field.name, value)
        return self.plain(value)

    def plain(self, value):
        """A value that can be counted; ids inside of structures are described."""
        if isinstance(value, dict):
            return tuple((name, self.plain(inner)) for name, inner in value.items())
        if isinstance(value, list | tuple):
            return tuple(self.plain(inner) for inner in value)
        if isinstance(value, str) and len(value) >= 36:
            return self._without_ids(value)
        return value

    def _without_ids(self, text):
        start, _, pk = text.rpartition(":")
        found = self.of("", pk if start else text)
        return text if found == "?" and not _is_id(pk) else f"{start} {found}"

    def history(self, past):
        model = past.instance_type
        sealed = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if not sealed:
            told = self.facts(past)
        else:
            from core.models import Key

            key = self.keys.get(past.key_id) or self.keys.setdefault(past.key_id, Key.objects.get(pk=past.key_id))
            with using_keys(key):
                told = self.facts(past)
        return told

    def event(self, event):
        things = tuple(sorted(self._without_ids(thing) for thing in event.things))
        recipients = tuple(
            sorted((r.get("kind", ""), r.get("name", ""), r.get("address", "")) for r in event.recipients)
        )
        return (
            event.at,
            event.name,
            event.operation,
            event.thing_kind,
            self.of("", event.thing_id),
            self.of("", event.case_id),
            event.member_name,
            tuple(event.member_roles),
            event.agency_name,
            event.reason,
            self.plain(event.detail),
            things,
            recipients,
        )


def _is_id(text):
    return len(text) == 36 and text.count("-") == 4
