"""The two append-only tables: events as they happen, and the blocks that close over them.

No foreign key leads to live data and no column names a subject: the audit outlives erasure without defeating it.
Triggers (`audit/triggers.py`) refuse to change or delete a row.
"""

import uuid

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.recording import Operation, declared_events, declared_reasons
from partnership.roles import PERMISSION_WORDS, ROLES, Permission, Role


def event_choices():
    """The declared event names; callable, so that a new event needs no migration."""
    return [(name, declared.words) for name, declared in sorted(declared_events().items())]


class AppendOnly(Exception):
    """Somebody tried to change or delete what stays."""


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses in Python what the triggers refuse in the database."""

    def update(self, **values):
        raise AppendOnly("The audit is not changed.")

    def delete(self):
        raise AppendOnly("The audit is not deleted.")


class AppendOnlyRow(models.Model):
    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly("The audit is not changed.")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnly("The audit is not deleted.")


class EventQuerySet(AppendOnlyQuerySet):
    def visible_to(self, member):
        """The partnership's events, and those of nobody's partnership, for those who may read the audit."""
        if not member.may(Permission.READ_AUDIT):
            return self.none()
        here = models.Q(partnership_id=member.agency.partnership_id)
        return self.filter(here | models.Q(partnership_id__isnull=True))

    def about(self, record_id):
        """Events of one case or record, whether it was the thing, its frame, or one of the things shown."""
        return self.annotate(all_things=Cast("things", models.TextField())).filter(
            models.Q(case_id=record_id) | models.Q(thing_id=record_id) | models.Q(all_things__contains=str(record_id))
        )


class Event(AppendOnlyRow):
    """That something was collected, altered, consulted, disclosed, combined, erased, or otherwise done.

    `mac` covers every other column but the id, which the database gives at the insert; the block's root covers both.
    """

    id = models.BigAutoField(primary_key=True)  # the partition key to come: docs/decisions
    at = models.DateTimeField(_("when"), default=timezone.now)
    operation = models.CharField(_("operation"), max_length=16, choices=Operation)
    name = models.CharField(_("event"), max_length=60, choices=event_choices)
    thing_kind = models.CharField(_("kind of thing"), max_length=60, blank=True)
    thing_id = models.UUIDField(_("thing"), null=True)
    case_id = models.UUIDField(_("case"), null=True)
    panel_id = models.UUIDField(_("panel"), null=True)
    partnership_id = models.UUIDField(_("partnership"), null=True)
    member_id = models.UUIDField(_("member"), null=True)
    member_name = models.CharField(_("member’s name then"), max_length=120, blank=True)
    member_roles = models.JSONField(_("member’s roles then"), default=list)
    agency_id = models.UUIDField(_("agency"), null=True)
    agency_name = models.CharField(_("agency’s name then"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    road = models.CharField(_("road"), max_length=100, blank=True, help_text=_("The name of the page or act"))
    recipients = models.JSONField(_("recipients"), default=list)
    things = models.JSONField(_("things shown or combined"), default=list, help_text=_("kind:id"))
    detail = models.JSONField(_("codes and counts"), default=dict)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    session = models.CharField(_("session"), max_length=16, blank=True, help_text=_("A digest of its key"))
    salt = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mac = models.CharField(max_length=64, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        indexes = [
            models.Index(fields=["at"], name="audit_event_at"),
            models.Index(fields=["operation", "id"], name="audit_event_operation"),
            models.Index(fields=["member_id", "id"], name="audit_event_member"),
            models.Index(fields=["thing_id", "session"], name="audit_event_thing"),
            models.Index(fields=["case_id", "id"], name="audit_event_case"),
        ]

    def __str__(self):
        return f"{self.name} {self.id}"

    @property
    def title(self) -> str:
        """The event's words; its name where no app declares it any more."""
        declared = declared_events().get(self.name)
        return str(declared.words) if declared else self.name

    @property
    def reason_words(self) -> str:
        """The reason's words (of a refusal: what was lacking); the code where it has none."""
        if self.operation == Operation.REFUSAL and self.reason in set(Permission):
            return str(PERMISSION_WORDS[Permission(self.reason)])
        return str(declared_reasons().get(self.reason, self.reason))

    @property
    def kind_words(self) -> str:
        """What the kind of thing is called; its code where there is no such kind any more."""
        try:
            return str(capfirst(apps.get_model(self.thing_kind)._meta.verbose_name))
        except (LookupError, ValueError):
            return self.thing_kind

    @property
    def who(self) -> str:
        """Member, agency and roles as they were."""
        if not self.member_name:
            return str(_("Nobody known"))
        roles = ", ".join(_role_words(role) for role in self.member_roles)
        named = ", ".join(part for part in (self.member_name, self.agency_name) if part)
        return f"{named} ({roles})" if roles else named


def _role_words(role: str) -> str:
    return str(ROLES[Role(role)].name) if role in set(Role) else role


class Block(AppendOnlyRow):
    """That the events of one range of ids stood so at `closed_at`; each block holds the hash of the one before."""

    number = models.BigIntegerField(primary_key=True)
    first_id = models.BigIntegerField(unique=True)
    last_id = models.BigIntegerField(unique=True)
    count = models.BigIntegerField(help_text=_("events in the range"))
    gaps = models.BigIntegerField(help_text=_("ids in the range that were given out and rolled back"))
    root = models.CharField(max_length=64, help_text=_("SHA-256 over id and MAC of each event, in order"))
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    closed_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        constraints = [
            models.CheckConstraint(
                name="block_counts_its_range",
                condition=models.Q(last_id=models.F("first_id") + models.F("count") + models.F("gaps") - 1),
            )
        ]

    def __str__(self):
        return str(self.number)
