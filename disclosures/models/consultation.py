"""What was found about the person of a request from outside, and what each originator says to it.

Two walls meet here.  An originator's liaison officers see their own agency's items and never another's.  The handler
sees an item only where they may see the thing itself; of a consultation about what they may not know they see nothing.
"""

import functools
import operator

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Action, Case, Entry, Referral
from cases.models.access import barred
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from disclosures.models.outside import OutsideRequest
from disclosures.models.sight import decides_for, stands
from disclosures.rules.passages import seen_by
from partnership.roles import Permission


def kept_from(member):
    """`Exists` of a bar against *member* on what the outer item is."""
    return barred(member, case="case", referral="referral", entry="entry")


class ConsultationQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Whoever answers for the agency asked; on the request's side only what the handler put or may know of."""
        return self.with_key().filter(Q(self._answers(member)) | self._asks(member))

    def to_answer(self, member):
        """Those that *member* answers for their agency, or has answered."""
        return self.with_key().filter(self._answers(member))

    def of_request(self, member):
        """Those that the request's own side sees."""
        return self.with_key().filter(self._asks(member))

    def waiting(self):
        return self.filter(answered_at__isnull=True, ended_at__isnull=True)

    @staticmethod
    def _answers(member) -> Q:
        decides = Q(decides_for(member, "agency")) & Q(stands(member))
        if not member.may(Permission.DECIDE_DISCLOSURE):
            decides = Q(pk__in=[])
        items = MatchedItem.objects.filter(consultation=OuterRef("pk"))
        all_barred = Exists(items) & ~Exists(items.filter(~kept_from(member)))
        return decides & ~Q(all_barred) & ~Q(request__about_agency_id=member.agency_id)

    @staticmethod
    def _asks(member) -> Q:
        mine = Q(request__in=OutsideRequest.objects.visible_to(member).order_by().values("pk"))
        seen = MatchedItem.objects.of_request(member).filter(consultation=OuterRef("pk"))
        return mine & Q(is_hidden=False) & (Q(road=Consultation.Road.HAND) | Exists(seen.order_by().values("pk")))


class Consultation(SealedRecord, VersionedRecord):
    """One originating agency asked for its view on one request, by a day; its answer is a view with reasons.

    `is_hidden`: about items that the handler may not know of.  Then nobody on the request's side is ever shown it,
    and the agency itself answers for what it holds.  Guidance 2.2 and 2.4.2.4; Code of Practice under FOIA s.45.
    """

    class Road(models.TextChoices):
        HAND = "hand", _("asked by the handler")
        MATCH = "match", _("holds items about the person")

    class View(models.TextChoices):
        AGREES = "agrees", _("It may be given")
        LIMITS = "limits", _("Part of it may be given")
        OBJECTS = "objects", _("It must not be given")
        ITSELF = "itself", _("My agency answers the requester itself")
        NEITHER = "neither", _("Whether anything is held must be neither confirmed nor denied")
        NOTHING = "nothing", _("Nothing is held, or it is about somebody else")

    request = models.ForeignKey(OutsideRequest, on_delete=models.CASCADE, related_name="consultations")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    road = models.CharField(max_length=5, choices=Road)
    is_hidden = models.BooleanField(default=False, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("due"))
    question = SealedField(_("what is asked of the agency"))
    view = models.CharField(_("view"), max_length=8, choices=View, blank=True)
    exemptions = models.JSONField(_("exemptions"), default=list)
    reasons = SealedField(_("reasons"))
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    history = History()
    objects = ConsultationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "agency", "is_hidden"],
                condition=Q(road="match", ended_at__isnull=True),
                name="one_consultation_of_an_originator",
            ),
            models.CheckConstraint(
                name="consultation_answered_has_who_and_view",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, view="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(view=""),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "answered_at", "due_on"]),
            models.Index(fields=["request", "agency"]),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None and self.ended_at is None

    @property
    def is_late(self) -> bool:
        return self.is_waiting and self.due_on < timezone.localdate()


class MatchedItemQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The originator's liaison officers'; on the request's side only where the thing itself may be seen."""
        return self._joined().filter(self._originates(member) | self._asks(member))

    def of_request(self, member):
        """Those of the requests that *member* may know of, whose thing *member* may see by their own right."""
        return self._joined().filter(self._asks(member))

    def of_originator(self, member):
        """Those of the agency for which *member* answers."""
        return self._joined().filter(self._originates(member))

    def _joined(self):
        return self.select_related("key", "entry__key", "referral__key", "action__key", "agency", "case")

    @staticmethod
    def _originates(member) -> Q:
        decides = Q(decides_for(member, "agency")) & Q(stands(member)) & Q(consultation__isnull=False)
        if not member.may(Permission.DECIDE_DISCLOSURE):
            decides = Q(pk__in=[])
        return decides & ~Q(kept_from(member)) & ~Q(request__about_agency_id=member.agency_id)

    @staticmethod
    def _asks(member) -> Q:
        mine = Q(request__in=OutsideRequest.objects.visible_to(member).order_by().values("pk"))
        entries = Q(entry__in=Entry.objects.visible_to(member).order_by().values("pk"))
        on_case = Q(case__isnull=True) | Q(case__in=Case.objects.visible_to(member).order_by().values("pk"))
        referrals = Q(referral__in=Referral.objects.visible_to(member).order_by().values("pk")) & on_case
        actions = Q(action__in=Action.objects.visible_to(member).order_by().values("pk"))
        return mine & Q(is_hidden=False) & (entries | referrals | actions | seen_by(member))


def _one_of(*columns: str) -> Q:
    """Exactly one of *columns* is filled."""
    rows = [Q(**{f"{column}__isnull": column != filled for column in columns}) for filled in columns]
    return functools.reduce(operator.or_, rows)


class MatchedItem(SealedRecord):
    """One thing that may be about the person of a request: an agency's entry, referral, action or words in minutes.

    Of entries, referrals and actions it holds ids alone: their words stay where they are, under their own keys.  A
    passage of another app's page (`page` and the name of its `part`) is copied, under the key of its case.
    """

    request = models.ForeignKey(OutsideRequest, on_delete=models.CASCADE, related_name="items")
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, null=True, related_name="items")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="+")
    entry = models.ForeignKey("cases.Entry", on_delete=models.CASCADE, null=True, related_name="+")
    referral = models.ForeignKey("cases.Referral", on_delete=models.CASCADE, null=True, related_name="+")
    action = models.ForeignKey("cases.Action", on_delete=models.CASCADE, null=True, related_name="+")
    page = models.UUIDField(null=True, editable=False)
    part = models.CharField(max_length=60, blank=True, editable=False)
    passage = SealedField(_("what stands there"))
    written_on = models.DateField(null=True, editable=False)
    is_hidden = models.BooleanField(default=False, editable=False)

    objects = MatchedItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="matched_item_is_one_thing",
                condition=_one_of("entry", "referral", "action", "page"),
            ),
            models.UniqueConstraint(
                fields=["request", "entry"], condition=Q(entry__isnull=False), name="one_match_of_an_entry"
            ),
            models.UniqueConstraint(
                fields=["request", "referral"], condition=Q(referral__isnull=False), name="one_match_of_a_referral"
            ),
            models.UniqueConstraint(
                fields=["request", "action"], condition=Q(action__isnull=False), name="one_match_of_an_action"
            ),
            models.UniqueConstraint(
                fields=["request", "page", "part"], condition=Q(page__isnull=False), name="one_match_of_a_passage"
            ),
        ]
        indexes = [models.Index(fields=["request", "agency"])]

    @property
    def original(self) -> str:
        """What stands there, as its agency wrote it."""
        if self.entry_id:
            return self.entry.text
        if self.referral_id:
            return self.referral.summary
        if self.action_id:
            return "\n".join(filter(None, (self.action.text, self.action.outcome, self.action.evidence)))
        return self.passage

    @property
    def what(self) -> str:
        """What kind of thing it is."""
        if self.entry_id:
            return _("Withdrawn entry") if self.entry.withdrawn_at else _("Entry")
        return _("Referral") if self.referral_id else _("Action") if self.action_id else _("Minutes")

    @property
    def said_on(self):
        """The day on which it was written, or sent in."""
        if self.page:
            return self.written_on
        if self.action_id:
            return timezone.localdate(self.action.agreed_at)
        moment = self.entry.written_at if self.entry_id else self.referral.submitted_at
        return timezone.localdate(moment) if moment else None
