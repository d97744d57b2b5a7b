"""What an auditor may ask for: filters over the events, as codes and ids."""

import datetime
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit.models import Event
from core.forms import DateField, Form
from core.recording import Operation, declared_events, declared_reasons
from core.records import Record
from partnership.models import Agency, Member

_resolve: Callable | None = None


def resolve_references_by(resolver: Callable) -> None:
    """Let ``resolver(reference, member)`` turn a case's reference into its id, or `None` (the app of cases does)."""
    global _resolve
    _resolve = resolver


def _operations() -> list:
    return [("", _("Every operation")), *Operation.choices]


def _events() -> list:
    declared = [(name, event.words) for name, event in declared_events().items()]
    return [("", _("Every event")), *sorted(declared, key=lambda event: str(event[1]))]


def _kinds() -> list:
    """Every kind of record of our own."""
    kinds = [model._meta for model in apps.get_models() if issubclass(model, Record)]
    named = [(meta.label_lower, str(capfirst(meta.verbose_name))) for meta in kinds]
    return [("", _("Every kind")), *sorted(named, key=lambda kind: kind[1])]


def _reasons() -> list:
    return [("", _("Every reason")), *declared_reasons().items()]


class FilterForm(Form):
    """Filters over the events that *member* may see; all optional, all at once.

    Typed, they travel in the body of a POST; *coded*, as `address` gives them, they may stand in an address.
    """

    mark_optional = False

    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("To"), required=False)
    operation = forms.ChoiceField(label=_("Operation"), required=False, choices=_operations)
    name = forms.ChoiceField(label=_("Event"), required=False, choices=_events)
    member: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Member"), queryset=Member.objects.none(), required=False, empty_label=_("Everyone")
    )
    agency: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Agency"), queryset=Agency.objects.none(), required=False, empty_label=_("Every agency")
    )
    record = forms.CharField(
        label=_("Case or record"),
        required=False,
        max_length=60,
        help_text=_("A case’s reference, or the id of a case or another record"),
    )
    kind = forms.ChoiceField(label=_("Kind of record"), required=False, choices=_kinds)
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=_reasons)
    refusals = forms.BooleanField(label=_("Refusals only"), required=False)

    def __init__(self, *args, member, coded: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.reader, self.is_coded = member, coded
        offered = {
            "member": Member.objects.visible_to(member),
            "agency": Agency.objects.filter(partnership_id=member.agency.partnership_id),
        }
        for name, queryset in offered.items():
            cast(forms.ModelChoiceField, self.fields[name]).queryset = queryset

    def clean_record(self) -> UUID | None:
        """The id that was meant; refused where it is neither an id nor a reference."""
        typed = self.cleaned_data["record"]
        if not typed:
            return None
        try:
            return UUID(typed)
        except ValueError:
            found = _resolve(typed, self.reader) if _resolve and not self.is_coded else None
        if found is None:
            raise ValidationError(_("There is no case with this reference, and it is not the id of a record"))
        return found

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day must be the same as or after the first"))

    def chosen(self):
        """The events that the filters leave; none where a filter was refused."""
        events = Event.objects.visible_to(self.reader)
        if not self.is_bound:
            return events
        if not self.is_valid():
            return events.none()
        return self._filtered(events, self.cleaned_data)

    def codes(self) -> dict:
        """The filters as the audit keeps them."""
        chosen = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
        return {name: getattr(value, "pk", value) for name, value in chosen.items()}

    def address(self) -> str:
        """The valid filters as the query of an address: codes, days and ids, and not a word that was typed."""
        said = {}
        for name, value in self.cleaned_data.items():
            if isinstance(value, datetime.date):
                said |= {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}
            elif value:
                said[name] = "on" if value is True else getattr(value, "pk", value)
        return urlencode(said)

    def _filtered(self, events, wanted: dict):
        if wanted["since"]:
            events = events.filter(at__gte=_midnight(wanted["since"]))
        if wanted["until"]:
            events = events.filter(at__lt=_midnight(wanted["until"] + datetime.timedelta(days=1)))
        if wanted["refusals"]:
            events = events.filter(operation=Operation.REFUSAL)
        if wanted["record"]:
            events = events.about(wanted["record"])
        columns = {"operation": "operation", "name": "name", "kind": "thing_kind", "reason": "reason"}
        columns |= {"member": "member_id", "agency": "agency_id"}
        given = {column: getattr(wanted[name], "pk", wanted[name]) for name, column in columns.items() if wanted[name]}
        return events.filter(**given)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
