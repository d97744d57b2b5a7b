"""The information sharing protocol: its versions and schedules, the posts of each agency, and the lawful bases."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet, VersionedRecord
from partnership.models.organisation import Agency, Partnership


class ProtocolQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Every version of the protocol of the member's partnership."""
        return self.filter(partnership_id=member.agency.partnership_id)

    def in_force(self, on: datetime.date | None = None):
        """The versions that have come into force by *on* (default today), the newest first: the first one rules."""
        return self.filter(in_force_from__lte=on or timezone.localdate()).order_by("-in_force_from", "-number")


class Protocol(Record, VersionedRecord):
    """One version of a partnership's information sharing protocol (guidance 2.2)."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="protocols")
    number = models.PositiveSmallIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=200)
    lead_controller = models.ForeignKey(
        Agency, verbose_name=_("lead controller"), on_delete=models.PROTECT, related_name="+"
    )
    in_force_from = models.DateField(_("in force from"))
    review_on = models.DateField(_("review by"))
    allows_guests = models.BooleanField(
        _("out-of-area agencies may come as guests"),
        default=False,
        help_text=_("For one case and a limited time, where their own protocol allows it too"),
    )
    dpia_reference = models.CharField(_("data protection impact assessment"), max_length=120, blank=True)
    policy_reference = models.CharField(_("appropriate policy document"), max_length=120, blank=True)

    history = History()
    objects = ProtocolQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="one_protocol_of_a_number"),
            models.CheckConstraint(
                name="protocol_review_after_start", condition=Q(review_on__gt=models.F("in_force_from"))
            ),
        ]

    def __str__(self):
        return _("%(name)s, version %(number)s") % {"name": self.name, "number": self.number}

    def is_past_review(self, on: datetime.date | None = None) -> bool:
        """Whether its review has lapsed on *on* (default today): the whole of the review day still counts."""
        return self.review_on < (on or timezone.localdate())


class ProtocolScheduleQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The schedules of the member's partnership."""
        return self.filter(protocol__partnership_id=member.agency.partnership_id)


class ProtocolSchedule(Record, VersionedRecord):
    """What one version of the protocol says about one scheme: which data, what for, on which bases, how, how long."""

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="schedules")
    scheme = models.CharField(_("scheme"), max_length=20)
    data_items = models.JSONField(_("data items"), default=list, help_text=_("Pairs of a code and a label"))
    purposes = models.JSONField(_("purposes"), default=list, help_text=_("One sentence each"))
    bases = models.JSONField(_("lawful bases"), default=list, help_text=_("Codes of the reference table"))
    methods = models.JSONField(_("methods"), default=list, help_text=_("One sentence each"))
    retention = models.TextField(_("retention"), max_length=2000)
    rights = models.TextField(_("individuals’ rights"), max_length=2000)

    history = History()
    objects = ProtocolScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["scheme"]
        constraints = [models.UniqueConstraint(fields=["protocol", "scheme"], name="one_schedule_of_a_scheme")]

    def __str__(self):
        return f"{self.protocol_id} {self.scheme}"

    @property
    def items(self) -> list[tuple[str, str]]:
        """The data items as choices: code and label."""
        return [(code, label) for code, label in self.data_items]


class LiaisonPostQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The posts of the member's partnership: whom to ask is known to all who work in it."""
        return self.filter(agency__partnership_id=member.agency.partnership_id)

    def deciding(self, at=None):
        """Live posts that decide on disclosure: liaison officers and their deputies."""
        return self.live(at).filter(kind__in=LiaisonPost.DECIDING)


class LiaisonPost(Record, VersionedRecord):
    """Who holds one of the offices that an agency names under the protocol, since when, until when (guidance 2.2.1).

    The holder is a member of Confer, or somebody outside it by name and address.
    """

    class Kind(models.TextChoices):
        OFFICER = "officer", _("Designated liaison officer")
        DEPUTY = "deputy", _("Deputy liaison officer")
        CALDICOTT = "caldicott", _("Caldicott Guardian")
        DPO = "dpo", _("Data protection officer")
        SAFEGUARDING = "safeguarding", _("Safeguarding lead")

    DECIDING = (Kind.OFFICER, Kind.DEPUTY)

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="posts")
    kind = models.CharField(_("post"), max_length=12, choices=Kind)
    member = models.ForeignKey(
        "partnership.Member",
        verbose_name=_("member"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("work e-mail"), blank=True)
    since = models.DateTimeField(_("from"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    history = History()
    objects = LiaisonPostQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "since"]
        constraints = [
            models.CheckConstraint(
                name="post_has_a_holder",
                condition=Q(member__isnull=False) | (~Q(name="") & ~Q(email="")),
            ),
            models.CheckConstraint(
                name="post_until_after_since", condition=Q(until__isnull=True) | Q(until__gt=models.F("since"))
            ),
        ]
        indexes = [models.Index(fields=["member", "until"])]

    def __str__(self):
        return f"{self.get_kind_display()} {self.agency_id}"

    @property
    def holder(self) -> str:
        """The holder's name; join `member` before asking."""
        return self.member.name if self.member_id else self.name

    @property
    def address(self) -> str:
        """The holder's work address; join `member` before asking."""
        return self.member.email if self.member_id else self.email


class LegalBasisQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The law is the same for everybody."""
        return self.all()

    def valid(self, on: datetime.date | None = None):
        """Rows that are law on *on* (default today), in the order of the reference file."""
        on = on or timezone.localdate()
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        return self.filter(begun, Q(in_force=True), Q(valid_until__isnull=True) | Q(valid_until__gte=on)).order_by(
            "position"
        )


class LegalBasis(Record):
    """One power, duty, condition, ground, exemption or stop; written only by the command that loads the table.

    What the lists of codes mean stands at the head of `partnership/reference/legal_bases.toml`.
    """

    class Type(models.TextChoices):
        POWER = "PWR", _("Power")
        DUTY = "DUTY", _("Duty")
        ARTICLE_6 = "A6", _("Article 6 basis")
        ARTICLE_9 = "A9", _("Article 9 condition")
        SCHEDULE_1 = "S1", _("Schedule 1 condition")
        ARTICLE_10 = "A10", _("Article 10 condition")
        PART_3 = "P3", _("Part 3 basis")
        PART_3_SENSITIVE = "P3S", _("Part 3 sensitive processing")
        SCHEDULE_8 = "S8", _("Schedule 8 condition")
        COMMON_LAW = "CL", _("Common law of confidence")
        ARTICLE_8 = "H8", _("Article 8 aim")
        EXEMPTION = "EX", _("Exemption from rights")
        STOP = "STOP", _("Stop")

    class Health(models.TextChoices):
        YES = "yes", _("covers health and care data")
        GATED = "gated", _("covers health and care data once the confidence gate is met")
        INDIRECT = "indirect", _("does not cover health or care data by itself")
        NO = "no", _("never for health or care data")

    code = models.CharField(max_length=8, unique=True)
    position = models.PositiveSmallIntegerField()
    types = models.JSONField(default=list)
    label = models.CharField(max_length=160)
    citation = models.CharField(max_length=160)
    guard = models.CharField(max_length=400, blank=True)
    health = models.CharField(max_length=8, choices=Health, blank=True)
    regimes = models.JSONField(default=list)
    disclosers = models.JSONField(default=list)
    not_disclosers = models.JSONField(default=list)
    recipients = models.JSONField(default=list)
    only_when = models.JSONField(default=list)
    needs = models.JSONField(default=list)
    youngest = models.PositiveSmallIntegerField(null=True)
    oldest = models.PositiveSmallIntegerField(null=True)
    policy_document = models.BooleanField(default=False)
    confirmed = models.BooleanField(default=True)
    in_force = models.BooleanField(default=True)
    source = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    edition = models.DateField()

    history = History()
    objects = LegalBasisQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = _("legal bases")

    def __str__(self):
        return f"{self.code} {self.label}"

    def is_valid(self, on: datetime.date) -> bool:
        """Whether it is law on *on*."""
        return (
            self.in_force
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_until is None or self.valid_until >= on)
        )

    def is_a(self, *types) -> bool:
        """Whether it serves as one of *types* (see `Type`)."""
        return any(str(type) in self.types for type in types)
