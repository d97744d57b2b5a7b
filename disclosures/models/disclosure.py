"""A request: who asks whom for what, about whom in which part, why, by when.  What is answered is a `Decision`."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedDateField, SealedField
from disclosures.models.sight import answers, asks, kept_away, stands


class DisclosureQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Whole: the requester's side, and the liaison officers of those who were asked; never past a bar."""
        from disclosures.models.decision import Decision

        asked = Decision.objects.filter(answers(member, "disclosure__"), disclosure=OuterRef("pk"))
        return self.with_key().filter(asks(member) | Exists(asked), ~kept_away(member, "case"))

    def known_to_desk(self, member):
        """That there are requests on the cases of the member's desk: numbers, agencies, dates and states alone.

        Not what an agency decides on the merits: that there is no consent is nobody else's to know.
        """
        known = self.filter(stands(member), panel_id__in=member.desk_panels()).exclude(state="draft")
        known = known.exclude(way=Disclosure.Way.MERITS)
        return known.filter(~kept_away(member, "case"))

    def asked_by(self, member):
        """Those of the member's own agency."""
        return self.filter(agency_id=member.agency_id)


class Disclosure(SealedRecord, VersionedRecord):
    """One request for information that originators hold, what a meeting item opened, or an emergency release
    that nobody asked for (both without requester); or what an agency decided on the merits (*sheet*) and puts before
    its own liaison officer (without agency that asks; who put it is its requester).

    Its key seals every narrative of the request and of its decisions; codes, dates and states stay in clear and
    survive.  Information Sharing for Community Safety (2010) §2.2; ICO data sharing code, decision form.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ASKED = "asked", _("Asked")
        CLOSED = "closed", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Way(models.TextChoices):
        REQUEST = "request", _("Request")
        MEETING = "meeting", _("Spoken in a meeting")
        OWN = "own", _("Of the agency’s own accord")
        MERITS = "merits", _("Decided on the merits, without consent")

    class Urgency(models.TextChoices):
        ROUTINE = "routine", _("Routine")
        URGENT = "urgent", _("Urgent")
        EMERGENCY = "emergency", _("Emergency")

    class Recurrence(models.TextChoices):
        ONCE = "once", _("Once")
        RECURRING = "recurring", _("Recurring, as the protocol’s schedule provides")

    # Without requester where a meeting asks, or nobody; without case once the case has been destroyed.
    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=20)
    number = models.CharField(_("number"), max_length=24, blank=True)
    way = models.CharField(max_length=8, choices=Way, default=Way.REQUEST)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, null=True, related_name="+")
    listing = models.ForeignKey("cases.Listing", on_delete=models.SET_NULL, null=True, related_name="+")
    sheet = models.ForeignKey("cases.Sheet", on_delete=models.SET_NULL, null=True, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    position = models.CharField(_("position"), max_length=120, blank=True)
    asked = models.ManyToManyField("partnership.Agency", related_name="+", blank=True)

    received_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("needed by"), null=True)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    child_safeguarding = models.BooleanField(_("a child may be at risk"), default=False)
    categories = models.JSONField(_("information asked for"), default=list, blank=True)
    wanted = SealedField(_("in your own words"))
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("until"), null=True, blank=True)
    purpose_code = models.CharField(max_length=40, blank=True)
    purpose = SealedField(_("what it is for"))
    question = SealedField(_("which question it will answer"))
    recurrence = models.CharField(_("once or recurring"), max_length=10, choices=Recurrence, default=Recurrence.ONCE)
    recurrence_words = SealedField(_("when it recurs"))
    ended_at = models.DateTimeField(null=True)

    history = History()
    objects = DisclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "number"], condition=~Q(number=""), name="one_disclosure_of_a_number"
            ),
            models.CheckConstraint(
                name="disclosure_requested_has_who",
                condition=Q(way__in=["meeting", "own", "merits"]) | Q(agency__isnull=False, requested_by__isnull=False),
            ),
            models.CheckConstraint(
                name="disclosure_received_has_number",
                condition=Q(received_at__isnull=True, state__in=["draft", "withdrawn"])
                | Q(received_at__isnull=False) & ~Q(number="") & ~Q(state="draft"),
            ),
        ]
        indexes = [
            models.Index(fields=["panel", "created_at"]),
            models.Index(fields=["agency", "state"]),
            models.Index(fields=["case", "state"]),
            models.Index(fields=["number"]),
        ]

    def __str__(self):
        return self.number or str(self.pk)


class DisclosurePersonQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Those of requests that *member* sees whole."""
        seen = Disclosure.objects.visible_to(member).filter(pk=OuterRef("disclosure"))
        return self.with_key().filter(Exists(seen))


class DisclosurePerson(SealedRecord):
    """A person whom a request concerns, with their part on the case (Data Protection Act 2018 s.38(3)).

    Name and date of birth are copied under the request's key, for an originator has no sight of the case.
    """

    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="people")
    party = models.ForeignKey("cases.Party", on_delete=models.SET_NULL, null=True, related_name="+")
    capacity = models.CharField(max_length=12, choices=Party.Capacity)
    name = SealedField(_("name"))
    birth_date = SealedDateField(_("date of birth"))

    objects = DisclosurePersonQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disclosure", "party"], name="one_person_of_a_request")]
