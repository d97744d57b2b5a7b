"""Who signed a consent and how, and what a person took back."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.consent import Consent
from core.models import RecordQuerySet, SealedRecord
from core.sealing import SealedField, SealedJSONField


class OfConsentQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With their consent."""
        return self.with_key().filter(consent__in=Consent.objects.visible_to(member).order_by().values("pk"))


class Signature(SealedRecord):
    """One signature under one state of the form: drawn on the screen, typed before a witness, or on paper.

    `digest` is of what was signed: when an answer changes afterwards the signature no longer counts.  Worker and
    person both sign (Information Sharing for Community Safety (2010) §3.1.1.1, DIP).
    """

    class Whose(models.TextChoices):
        WORKER = "worker", _("The worker")
        PERSON = "person", _("The person")
        PARENT = "parent", _("A person with parental responsibility")

    class Method(models.TextChoices):
        DRAWN = "drawn", _("Drawn on this screen")
        TYPED = "typed", _("Name typed before a witness")
        PAPER = "paper", _("Signed on paper")

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="signatures")
    whose = models.CharField(max_length=6, choices=Whose)
    method = models.CharField(_("how"), max_length=5, choices=Method)
    name = SealedField(_("name"))
    strokes = SealedJSONField(_("signature"))
    witness = SealedField(_("name of the witness"))
    place = SealedField(_("place"))
    paper_kept = SealedField(_("where the paper is kept"))
    signed_on = models.DateField(_("signed on"))
    digest = models.CharField(max_length=64)
    taken_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)

    objects = OfConsentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consent", "whose"], name="one_signature_of_one_person")]


class Withdrawal(SealedRecord):
    """That a person took consent back, wholly or in part, from which instant, and how they said so; never changed.

    `what` names the part by codes: ``{"gives": [agency ids], "receives": […], "category": [codes], "purpose": […]}``.
    """

    class How(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        PHONE = "phone", _("By telephone")
        WRITING = "writing", _("In writing")
        OTHERS = "others", _("Through somebody else")

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="withdrawals")
    from_at = models.DateTimeField(_("from"))
    whole = models.BooleanField(_("wholly"))
    what = models.JSONField(default=dict)
    how = models.CharField(_("how they said so"), max_length=9, choices=How)
    words = SealedField(_("what they said"))
    recorded_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = OfConsentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["consent", "recorded_at"])]
