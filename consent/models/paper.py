"""Printed consents: one as it was signed, or the forms of many whose review is due."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from consent.models.consent import Consent
from core.history import History
from partnership.post.paper import MadePaper, MadePaperQuerySet


class ConsentPaperQuerySet(MadePaperQuerySet):
    def visible_to(self, member):
        """One's own agency's, while every consent in it may be seen."""
        seen = Consent.objects.visible_to(member).order_by().values("pk")
        hidden = ConsentPaper.consents.through.objects.filter(consentpaper=OuterRef("pk")).exclude(consent__in=seen)
        held = ConsentPaper.consents.through.objects.filter(consentpaper=OuterRef("pk"))
        return self.with_key().filter(Exists(held), ~Exists(hidden), Q(agency_id=member.agency_id) | Q(kind="record"))


class ConsentPaper(MadePaper):
    """A consent as it was recorded (under its own key), or the forms to renew many (a key of its own)."""

    class Kind(models.TextChoices):
        RECORD = "record", _("Consent as it was recorded")
        RENEWALS = "renewals", _("Forms to renew")

    kind = models.CharField(max_length=8, choices=Kind)
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    consents = models.ManyToManyField(Consent, related_name="papers")

    history = History(excluded_fields=["progress", "making_at"])
    objects = ConsentPaperQuerySet.as_manager()
