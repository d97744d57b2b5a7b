"""The answer to a request from outside: its redaction set, its second check, and the paper that is sent."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from disclosures.models.consultation import MatchedItem
from disclosures.models.outside import OutsideRequest
from partnership.post.paper import MadePaper, MadePaperQuerySet


class AnswerQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the request."""
        return self.with_key().filter(request__in=OutsideRequest.objects.visible_to(member).order_by().values("pk"))


class Answer(SealedRecord, VersionedRecord):
    """One version of what is answered, sealed with the request's key; checked by another person than who drafted it.

    What is neither confirmed nor denied has no words and no items of its own: the same paper for everybody.
    """

    class Kind(models.TextChoices):
        INFORMATION = "information", _("Information is given")
        REFUSAL = "refusal", _("Nothing is given, with reasons")
        NEITHER = "neither", _("Neither confirm nor deny")
        OUTCOME = "outcome", _("What was decided or done")

    class Method(models.TextChoices):
        POST = "post", _("Recorded post")
        SECURE_MAIL = "secure_mail", _("Secure mail")
        IN_PERSON = "in_person", _("Handed over in person")
        PORTAL = "portal", _("The authority’s own portal")

    request = models.ForeignKey(OutsideRequest, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    kind = models.CharField(_("answer"), max_length=12, choices=Kind)
    words = SealedField(_("words of the answer"))
    sections = models.JSONField(_("sections relied on"), default=list)
    reasoning = SealedField(_("harm and public interest"))
    drafted_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    address_seen_at = models.DateTimeField(_("confidential address looked at"), null=True)  # by who checked it
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    returned_words = SealedField(_("why it came back"))
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    sent_method = models.CharField(_("sent by"), max_length=12, choices=Method, blank=True)

    history = History()
    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="one_answer_of_a_number"),
            models.CheckConstraint(
                name="answer_checked_by_another",
                condition=Q(checked_at__isnull=True, checked_by__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False) & ~Q(checked_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="answer_sent_was_checked",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True, sent_method="")
                | Q(sent_at__isnull=False, sent_by__isnull=False, checked_at__isnull=False) & ~Q(sent_method=""),
            ),
            models.CheckConstraint(
                name="answer_that_says_nothing_has_no_grounds",
                condition=~Q(kind="neither") | Q(sections=[]),
            ),
        ]

    def was_written_by(self, member) -> bool:
        """Whether *member* drafted any of it, then or now, or decided on one of its items."""
        drafted = self.history.filter(drafted_by=member.pk).exists()
        return drafted or self.redactions.filter(decided_by=member).exists()

    @property
    def is_open(self) -> bool:
        """Whether its drafter may still change it."""
        return self.offered_at is None and self.checked_at is None and self.returned_at is None


class RedactionQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the item: on the request's side, where the thing itself may be seen."""
        return (
            self.with_key()
            .filter(item__in=MatchedItem.objects.of_request(member).order_by().values("pk"))
            .select_related(
                "item__key",
                "item__entry__key",
                "item__referral__key",
                "item__action__key",
                "item__agency",
                "item__case",
            )
        )


class Redaction(SealedRecord, VersionedRecord):
    """What becomes of one item in one answer: the words that leave, or the exemption under which it is withheld.

    Who decided on it does not check the answer.
    """

    class Outcome(models.TextChoices):
        WHOLE = "whole", _("Given as it is")
        PART = "part", _("Given with parts taken out")
        WITHHELD = "withheld", _("Withheld")
        OTHER_PERSON = "other_person", _("About somebody else")

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="redactions")
    item = models.ForeignKey(MatchedItem, on_delete=models.CASCADE, related_name="redactions")
    outcome = models.CharField(max_length=12, choices=Outcome)
    words = SealedField(_("what leaves"))
    exemptions = models.JSONField(_("exemptions"), default=list)
    reasons = SealedField(_("harm and public interest"))
    decided_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")

    history = History()
    objects = RedactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "item"], name="one_redaction_of_an_item"),
            models.CheckConstraint(
                name="redaction_withheld_has_grounds",
                condition=~Q(outcome__in=["withheld", "part"]) | ~Q(exemptions=[]),
            ),
        ]

    @property
    def leaves(self) -> bool:
        return self.outcome in (self.Outcome.WHOLE, self.Outcome.PART)


class AnswerPaperQuerySet(MadePaperQuerySet):
    def visible_to(self, member):
        """With the answer."""
        return self.with_key().filter(answer__in=Answer.objects.visible_to(member).order_by().values("pk"))


class AnswerPaper(MadePaper):
    """The checked answer as a PDF for the requester, sealed with the request's key; made by the worker."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="papers")

    history = History(excluded_fields=["progress", "making_at"])
    objects = AnswerPaperQuerySet.as_manager()

    class Meta(MadePaper.Meta):
        constraints = [models.UniqueConstraint(fields=["answer", "number"], name="one_answer_paper_of_a_number")]
