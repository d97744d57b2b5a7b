"""Requests from outside: who may know that one exists, how its clock runs, and how far it has come.

What is found about the person, and what becomes of it, is in `consultation` and `answer`.
"""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedDateField, SealedField, SealedJSONField
from disclosures.models.sight import stands


class OutsideRequestQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Its handler's and the named members' alone; nobody's of the agency that it complains about."""
        named = OutsideKnower.objects.live().filter(request=OuterRef("pk"), member_id=member.pk)
        return self.with_key().filter(
            Q(handler_id=member.pk) | Exists(named), ~Q(about_agency_id=member.agency_id), stands(member)
        )

    def open(self):
        return self.exclude(state=OutsideRequest.State.CLOSED)

    def late(self, on=None):
        """Open ones whose due date has passed."""
        running = self.exclude(state__in=[OutsideRequest.State.CLOSED, OutsideRequest.State.CLARIFY])
        return running.filter(due_on__lt=on or timezone.localdate())


class OutsideRequest(SealedRecord, VersionedRecord):
    """One request, complaint or order that came from outside the partnership to one of its agencies.

    The partnership itself is no authority: `received_by` is the one that must answer, `held_for` on whose behalf the
    information is held where that is another.  Kinds, states and dates stay in clear; who asks, about whom and what is
    sealed with the request's own key.
    """

    class Kind(models.TextChoices):
        FOI = "foi", _("Freedom of information")
        EIR = "eir", _("Environmental information")
        SUBJECT_ACCESS = "sar", _("Subject access (UK GDPR)")
        SUBJECT_ACCESS_3 = "sar_part3", _("Subject access (Part 3)")
        RECTIFICATION = "rectification", _("Rectification")
        ERASURE = "erasure", _("Erasure")
        OBJECTION = "objection", _("Objection")
        COMPLAINT = "complaint", _("Data protection complaint")
        COURT = "court", _("Court order or third party’s request")
        VICTIM = "victim", _("Victim information request")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        CLARIFY = "clarify", _("Clock stopped")
        SEARCH = "search", _("Search")
        CONSULT = "consult", _("Originators consulted")
        DRAFT = "draft", _("Answer being drafted")
        CHECK = "check", _("Second check")
        SENT = "sent", _("Sent")
        REVIEW = "review", _("Internal review")
        CLOSED = "closed", _("Closed")

    class Ending(models.TextChoices):
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn by the requester")
        NO_IDENTITY = "no_identity", _("Identity not shown, or no clarification came")
        OTHER_AUTHORITY = "other_authority", _("Passed to another authority")
        REPEATED = "repeated", _("Vexatious, manifestly unfounded or excessive")

    class Extension(models.TextChoices):
        COMPLEX = "complex", _("Complex, or several requests of the same person")
        PUBLIC_INTEREST = "public_interest", _("The public interest is being weighed")
        VOLUME = "volume", _("Complex and voluminous")

    class Check(models.TextChoices):
        SEEN = "seen", _("Identity document seen")
        KNOWN = "known", _("Known to the authority")
        REPRESENTATIVE = "representative", _("Representative, with authority to act")
        NOT_NEEDED = "not_needed", _("Not needed for this kind of request")

    partnership = models.ForeignKey("partnership.Partnership", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=16)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    state_before = models.CharField(max_length=8, choices=State, blank=True, editable=False)
    received_on = models.DateField(_("received on"))
    received_by = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    held_for = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    about_agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    handler = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")

    # who asks, about whom, for what
    requester_name = SealedField(_("name of the requester"))
    requester_contact = SealedField(_("how to reach the requester"))
    words = SealedField(_("what is asked"))
    given_name = SealedField(_("given names"))
    family_name = SealedField(_("family name"))
    birth_date = SealedDateField(_("date of birth"))
    aliases = SealedJSONField(_("other names"))
    identity_check = models.CharField(_("identity check"), max_length=14, choices=Check, blank=True)
    identity_checked_on = models.DateField(null=True)
    identity_words = SealedField(_("how identity was checked"))

    # the clock
    due_on = models.DateField(_("due"), null=True)
    asked_by_on = models.DateField(_("asked for by"), null=True)
    acknowledged_on = models.DateField(_("acknowledged on"), null=True)
    extension = models.CharField(_("extended"), max_length=16, choices=Extension, blank=True)
    extension_words = SealedField(_("why it was extended"))
    extended_at = models.DateTimeField(null=True)
    extended_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True)

    # search and what comes after
    scope = SealedField(_("what is searched, and why that is reasonable and proportionate"))
    searched_at = models.DateTimeField(null=True)
    searched_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    consult_by_on = models.DateField(null=True)
    review_asked_on = models.DateField(null=True)
    review_due_on = models.DateField(null=True)
    review_words = SealedField(_("what the internal review found"))
    ico_reference = models.CharField(_("ICO reference"), max_length=30, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    ending = models.CharField(max_length=16, choices=Ending, blank=True)
    ending_words = SealedField(_("how it ended"))

    history = History()
    objects = OutsideRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="one_outside_request_of_a_number"),
            models.CheckConstraint(
                name="outside_complaint_names_whom",
                condition=Q(kind="complaint") | Q(about_agency__isnull=True),
            ),
            models.CheckConstraint(
                name="outside_complaint_not_by_whom",
                condition=Q(about_agency__isnull=True) | ~Q(about_agency=F("received_by")),
            ),
            models.CheckConstraint(
                name="outside_extended_has_who_and_why",
                condition=Q(extended_at__isnull=True, extended_by__isnull=True, extension="")
                | Q(extended_at__isnull=False, extended_by__isnull=False) & ~Q(extension=""),
            ),
            models.CheckConstraint(
                name="outside_closed_has_who_and_how",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, ending="") & ~Q(state="closed")
                | Q(closed_at__isnull=False, closed_by__isnull=False, state="closed") & ~Q(ending=""),
            ),
        ]
        indexes = [
            models.Index(fields=["handler", "created_at"]),
            models.Index(fields=["state", "due_on"]),
        ]

    def __str__(self):
        return self.number

    @property
    def person(self) -> str:
        """The name of the person whom it is about; empty where it is about nobody."""
        return f"{self.given_name} {self.family_name}".strip()


class OutsideKnowerQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the request."""
        return self.filter(request__in=OutsideRequest.objects.visible_to(member))


class OutsideKnower(Record):
    """That a member, named by the handler, may know that a request exists; since when, until when."""

    request = models.ForeignKey(OutsideRequest, on_delete=models.CASCADE, related_name="knowers")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    named_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")

    history = History()
    objects = OutsideKnowerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "member"], condition=Q(until__isnull=True), name="one_live_knower"
            )
        ]
        indexes = [models.Index(fields=["member", "until"])]


class OutsidePauseQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the request."""
        return self.with_key().filter(request__in=OutsideRequest.objects.visible_to(member))


class OutsidePause(SealedRecord):
    """That the clock stood still: from the day on which something was asked until the day on which it came."""

    class Why(models.TextChoices):
        IDENTITY = "identity", _("Proof of identity was asked for")
        CLARIFICATION = "clarification", _("It was asked what is meant")

    request = models.ForeignKey(OutsideRequest, on_delete=models.CASCADE, related_name="pauses")
    why = models.CharField(max_length=14, choices=Why)
    since_on = models.DateField(_("asked on"))
    until_on = models.DateField(_("came on"), null=True)
    words = SealedField(_("what was asked"))
    set_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")

    history = History()
    objects = OutsidePauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(until_on__isnull=True), name="one_open_pause"),
            models.CheckConstraint(
                name="pause_ends_after_it_began",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")),
            ),
        ]


class VictimTestsQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the request."""
        return self.with_key().filter(request__in=OutsideRequest.objects.visible_to(member))


class VictimTests(SealedRecord, VersionedRecord):
    """What a victim information request must show before anything is searched (PCSC Act 2022 Part 2 Chapter 3A).

    Three tests; for counselling notes substantial probative value beside; and the notice to the victim, or why none.
    """

    class Notice(models.TextChoices):
        GIVEN = "given", _("The notice was given to the victim")
        REPRESENTATIVE = "representative", _("It was given to whoever acts for the victim")
        UNSAFE = "unsafe", _("Not given: it would be likely to cause serious harm to the victim or another")
        PREJUDICE = "prejudice", _("Not given: it would be likely to interfere with the investigation")
        IMPRACTICABLE = "impracticable", _("Not given: the victim cannot be found, or it cannot be done")

    request = models.OneToOneField(OutsideRequest, on_delete=models.CASCADE, related_name="tests")
    relevant = models.BooleanField(_("relevant to a reasonable line of enquiry"))
    necessary = models.BooleanField(_("necessary, and not to be had with less intrusion"))
    proportionate = models.BooleanField(_("proportionate, and no wider than the enquiry needs"))
    reasons = SealedField(_("how the three tests are met"))
    counselling = models.BooleanField(_("asks for counselling or therapy notes"))
    probative = SealedField(_("why they are likely to have substantial probative value"))
    notice = models.CharField(max_length=14, choices=Notice)
    notice_on = models.DateField(null=True)
    notice_words = SealedField(_("about the notice"))
    recorded_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")

    history = History()
    objects = VictimTestsQuerySet.as_manager()
