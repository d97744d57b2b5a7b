"""The wording of a consent form, one row per scheme, number and language; written only by the command that loads it."""

import datetime
from dataclasses import dataclass

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet


class ConsentFormQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """What is asked is no secret: every form, for everybody."""
        return self.all()

    def in_use(self, at: datetime.datetime | None = None):
        """Forms that may be given to somebody at *at* (default now): published, not replaced."""
        at = at or timezone.now()
        return self.filter(Q(retired_at__isnull=True) | Q(retired_at__gt=at), published_at__lte=at)

    def languages_of(self, panel) -> list[str]:
        """The languages in which *panel*'s scheme has a form, English first."""
        found = self.in_use().filter(scheme=panel.scheme).order_by().values_list("language", flat=True).distinct()
        return sorted(found, key=lambda language: (language != "en", language))

    def for_panel(self, panel, language: str = "en"):
        """The form of *panel*'s scheme in *language*, the newest number first."""
        return self.in_use().filter(scheme=panel.scheme, language=language).order_by("-number")


LANGUAGES = {"en": "English", "cy": "Cymraeg"}  # each in its own tongue, as people look for it


@dataclass(frozen=True)
class Question:
    """Something that the form asks, answered yes or no.

    *apart*: asked for its own sake, and not part of whether consent was given in full (NDTMS).  *gated*: the types of
    agency whose entries of this category rest on consent.
    """

    code: str
    label: str
    words: str = ""
    apart: bool = False
    gated: tuple[str, ...] = ()


class ConsentForm(Record):
    """One version of the words that a person agrees to, of one scheme and in one language.

    Somebody signed these words: a published form never changes, it is replaced by one with the next number.
    `texts` maps a heading's code to its words; `categories` and `purposes` are what is answered yes or no.
    """

    HEADINGS = (
        "title",
        "about",
        "agencies",
        "categories",
        "purposes",
        "limits",
        "without",
        "withdrawing",
        "rights",
        "declaration",
        "worker",
    )

    scheme = models.CharField(_("scheme"), max_length=20)
    number = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=8, default="en")
    edition = models.DateField()
    privacy_notice = models.CharField(_("version of the privacy notice"), max_length=20)
    asked_of = models.JSONField(_("parts on the case that are asked"), default=list)
    episodes = models.JSONField(_("kinds of tracks of which one form holds for one"), default=list)
    desk_sees = models.BooleanField(_("the coordinator sees what was recorded"), default=False)
    texts = models.JSONField(default=dict)
    categories = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    history = History()
    objects = ConsentFormQuerySet.as_manager()

    class Meta:
        ordering = ["scheme", "-number", "language"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number", "language"], name="one_consent_form_of_a_number"),
            models.CheckConstraint(
                name="consent_form_retired_after",
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("published_at")),
            ),
        ]

    def __str__(self):
        return f"{self.scheme} {self.number} {self.language}"

    def questions(self, kind: str) -> list[Question]:
        """What the form asks of one kind, in order: "category" or "purpose"."""
        rows = self.categories if kind == "category" else self.purposes
        return [Question(**{**row, "gated": tuple(row.get("gated", ()))}) for row in rows]

    def label_of(self, kind: str, code: str) -> str:
        """The words of one question; its code where the form asks no such thing."""
        return next((question.label for question in self.questions(kind) if question.code == code), code)
