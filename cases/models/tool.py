"""Tools against anti-social behaviour: what law or agreement allows whom to do about whom, and since when."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet


class Nation(models.TextChoices):
    ENGLAND = "england", _("England")
    WALES = "wales", _("Wales")


class Need(models.TextChoices):
    """What a tool asks for beside an age and an agency."""

    COURT = "court", _("a court decides")
    CONVICTION = "conviction", _("only on conviction of an offence")
    YOUTH = "youth", _("the views of the youth justice service, while the person is under 18")
    ADMISSION = "admission", _("the person admits it")
    EXCLUSION = "exclusion", _("excludes from home: only for violence, a threat of it, or a significant risk of harm")


class ToolQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The law is the same for everybody."""
        return self.all()

    def in_order(self):
        return self.order_by("position")


class Tool(Record):
    """One tool, written only by the command that loads the table (`cases/reference/asb_tools.toml` says each column).

    *users* are kinds or legal classes of agencies, none meaning any; *after* the codes of tools of which one must have
    been used before; *in_force* is false for what is enacted while no day is known from which it may be used.
    """

    code = models.CharField(max_length=20, unique=True)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    law = models.CharField(max_length=160, blank=True)
    formal = models.BooleanField(default=False)
    users = models.JSONField(default=list)
    youngest = models.PositiveSmallIntegerField(null=True)
    oldest = models.PositiveSmallIntegerField(null=True)
    after = models.JSONField(default=list)
    needs = models.JSONField(default=list)
    assessment = models.BooleanField(default=False)
    guard = models.CharField(max_length=400, blank=True)
    confirmed = models.BooleanField(default=True)
    in_force = models.BooleanField(default=True)
    england_from = models.DateField(null=True)
    england_until = models.DateField(null=True)
    wales_from = models.DateField(null=True)
    wales_until = models.DateField(null=True)
    source = models.CharField(max_length=60, blank=True)
    edition = models.DateField()

    history = History()
    objects = ToolQuerySet.as_manager()

    class Meta:
        ordering = ["position"]

    def __str__(self):
        return self.name

    def period(self, nation: str) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and the last day on which it may be used in *nation* (a `Nation`); None where it is open."""
        return getattr(self, f"{nation}_from"), getattr(self, f"{nation}_until")

    def asks(self, need: str) -> bool:
        """Whether it asks for *need* (a `Need`)."""
        return need in self.needs
