"""Partnerships, their agencies and signatories, and their panels with all settings."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet, VersionedRecord

CERTIFICATE_WARNING = datetime.timedelta(days=30)


class Partnership(Record, VersionedRecord):
    """A community safety partnership area: the frame of everything below it."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    place = models.CharField(_("place"), max_length=120, help_text=_("As the confidentiality statement names it"))
    protocol_name = models.CharField(_("information sharing protocol"), max_length=200)

    history = History()

    def __str__(self):
        return self.name


class AgencyQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The agencies of the member's partnership."""
        return self.filter(partnership_id=member.agency.partnership_id)

    def with_ending_certificates(self, at=None):
        """Agencies whose certificate expires within `CERTIFICATE_WARNING` of *at*, or has expired."""
        return self.filter(certificate_expires_at__lte=(at or timezone.now()) + CERTIFICATE_WARNING)

    def signatories(self, at=None):
        """Agencies that are signatories at *at* (default now), on either tier, guests too."""
        return self.filter(pk__in=Signatory.objects.live(at).values("agency"))

    def central(self, at=None):
        """Agencies that personal information may reach at *at* (default now): live on tier 1, and no guest."""
        return self.filter(pk__in=Signatory.objects.central(at).values("agency"))


class Agency(Record, VersionedRecord):
    """An organisation that shares, and answers for, information."""

    class Kind(models.TextChoices):
        POLICE = "police", _("Police")
        IDVA = "idva", _("Independent domestic violence advisory service")
        CHILDREN = "children", _("Children’s social care")
        ADULTS = "adults", _("Adult social care and safeguarding")
        PRIMARY_CARE = "primary_care", _("Primary care")
        ACUTE = "acute", _("Acute hospital trust")
        MENTAL_HEALTH = "mental_health", _("Mental health trust")
        PROBATION = "probation", _("Probation")
        HOUSING = "housing", _("Council housing")
        REGISTERED_PROVIDER = "registered_provider", _("Registered provider of social housing")
        SUBSTANCE = "substance", _("Substance misuse service")
        EDUCATION = "education", _("Education")
        MASH = "mash", _("Multi-agency safeguarding hub")
        VOLUNTARY = "voluntary", _("Voluntary sector")
        MINORITY = "minority", _("Specialist minority-ethnic service")
        LGBT = "lgbt", _("Specialist LGBT service")
        FIRE = "fire", _("Fire and rescue")
        COUNCIL = "council", _("Council")
        PRISON = "prison", _("Prison")
        YOUTH_JUSTICE = "youth_justice", _("Youth justice service")
        JOBCENTRE = "jobcentre", _("Jobcentre Plus")
        VICTIM_SUPPORT = "victim_support", _("Victim support service")
        OTHER = "other", _("Other")

    class LegalClass(models.TextChoices):
        RESPONSIBLE = "responsible_authority", _("Responsible authority")
        COOPERATING = "cooperating_body", _("Co-operating body")
        RELEVANT = "relevant_authority", _("Relevant authority")
        OTHER = "other_body", _("Other")

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agencies")
    name = models.CharField(_("name"), max_length=120)
    legal_class = models.CharField(
        _("legal class"),
        max_length=22,
        choices=LegalClass,
        default=LegalClass.OTHER,
        help_text=_("Crime and Disorder Act 1998; a responsible authority is asked before anybody joins"),
    )
    short_name = models.CharField(_("short name"), max_length=30)
    kind = models.CharField(_("type"), max_length=20, choices=Kind)
    ico_registration = models.CharField(_("ICO registration number"), max_length=12, blank=True)
    ico_expires_on = models.DateField(_("ICO registration expires on"), null=True, blank=True)
    secure_domains = models.JSONField(
        _("secure mail domains"), default=list, blank=True, help_text=_("Letters leave only to addresses in these")
    )
    plan_address = models.EmailField(_("address for letters"), blank=True)
    certificate = models.TextField(_("S/MIME certificate"), blank=True, help_text=_("PEM; RSA keys only"))
    certificate_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    certificate_warned_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = History()
    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("agencies")
        constraints = [models.UniqueConstraint(fields=["partnership", "name"], name="one_agency_of_a_name")]
        ordering = ["name"]

    def __str__(self):
        return self.name

    def usable_certificate(self, at=None) -> str:
        """The certificate (PEM) to encrypt to at *at* (default now); empty where there is none or it has expired."""
        at = at or timezone.now()
        expires_at = self.certificate_expires_at
        return self.certificate if self.certificate and expires_at and at < expires_at else ""

    def certificate_state(self, at=None) -> str:
        """ "none", "good", "ending" (within `CERTIFICATE_WARNING`) or "expired", at *at* (default now)."""
        at = at or timezone.now()
        if not self.certificate:
            return "none"
        if not self.usable_certificate(at):
            return "expired"
        return "ending" if self.certificate_expires_at - at <= CERTIFICATE_WARNING else "good"

    def is_central(self, at=None) -> bool:
        """Whether personal information may reach the agency at *at* (default now): live on tier 1, and no guest."""
        return self.signatures.central(at).exists()

    def end_of_standing(self) -> str:
        """That the agency's standing for personal information has ended, and when; empty while it stands."""
        standings = list(self.signatures.filter(tier=Signatory.Tier.CENTRAL).order_by("-since"))
        now = timezone.now()
        ends = [each.until for each in standings if each.until and each.until <= now]
        if any(each.since <= now and (each.until is None or each.until > now) for each in standings):
            return ""
        shown = {"agency": self.name}
        if not ends:
            return _("%(agency)s has no standing under the information sharing protocol.") % shown
        ended = timezone.localtime(max(ends))
        shown |= {"time": f"{ended:%H:%M}", "day": date_format(ended, "j F Y")}
        return _("The standing of %(agency)s under the protocol ended at %(time)s on %(day)s.") % shown

    def is_signatory(self, at=None) -> bool:
        """Whether the agency is a signatory of the protocol at *at* (default now); asked at the instant of use."""
        return self.signatures.live(at).exists()


class SignatoryQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The signatories of the member's partnership."""
        return self.filter(agency__partnership_id=member.agency.partnership_id)

    def central(self, at=None):
        """Standings on tier 1 at *at* (default now) that open the partnership's cases: no guest's."""
        return self.live(at).filter(tier=Signatory.Tier.CENTRAL, guest=False)

    def guests(self, at=None):
        """Live standings of out-of-area guests, each for its one case."""
        return self.live(at).filter(tier=Signatory.Tier.CENTRAL, guest=True)

    def past_review(self, on=None):
        """Central standings that hold and whose day of review has passed on *on* (default today)."""
        return self.central().filter(review_on__lt=on or timezone.localdate())

    def reaching(self, case_id, at=None):
        """Live standings by which an agency may be told of the case with this id: central, or a guest's for it."""
        of_case = Q(guest=True, only_case=case_id) if case_id else Q(pk__in=[])
        return self.live(at).filter(Q(guest=False) | of_case, tier=Signatory.Tier.CENTRAL)


class Signatory(Record, VersionedRecord):
    """An agency's standing under the information sharing protocol, from one instant until another.

    A standing that ends keeps its row; suspending, resuming, renewing and moving to another tier write a new one.
    An out-of-area guest (guidance 2.2.4) has one for one case and a limited time, where both protocols allow it.
    """

    class Tier(models.IntegerChoices):
        CENTRAL = 1, _("Tier 1: personal information")
        DEPERSONALISED = 2, _("Tier 2: depersonalised information only")

    class Began(models.TextChoices):
        JOINED = "joined", _("Joined")
        RENEWED = "renewed", _("Renewed")
        RESUMED = "resumed", _("Resumed after suspension")
        TIER = "tier", _("Moved to another tier")
        GUEST = "guest", _("Out-of-area guest")

    class Ended(models.TextChoices):
        SUSPENDED = "suspended", _("Suspended")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LAPSED = "lapsed", _("Lapsed")
        RENEWED = "renewed", _("Renewed")
        TIER = "tier", _("Moved to another tier")

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="signatures")
    protocol = models.ForeignKey(
        "partnership.Protocol", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier, default=Tier.CENTRAL)
    since = models.DateTimeField(_("from"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    began = models.CharField(max_length=10, choices=Began, default=Began.JOINED)
    ended = models.CharField(max_length=10, choices=Ended, blank=True)
    review_on = models.DateField(_("review by"), null=True, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=120, blank=True)
    signed_as = models.CharField(_("signed as"), max_length=120, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    guest = models.BooleanField(_("out-of-area guest"), default=False)
    only_case = models.UUIDField(_("for this case alone"), null=True, blank=True)
    home_area = models.CharField(_("home area"), max_length=120, blank=True)
    home_protocol = models.CharField(_("protocol of the home area"), max_length=200, blank=True)

    history = History()
    objects = SignatoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("signatories")
        constraints = [
            models.CheckConstraint(
                name="signatory_until_after_since", condition=Q(until__isnull=True) | Q(until__gt=models.F("since"))
            ),
            models.CheckConstraint(
                name="guest_for_one_case_and_a_time",
                condition=Q(guest=False, only_case__isnull=True)
                | Q(guest=True, only_case__isnull=False, until__isnull=False) & ~Q(home_protocol="") & ~Q(home_area=""),
            ),
        ]
        indexes = [models.Index(fields=["agency", "tier", "since"])]

    def __str__(self):
        return f"{self.agency_id} {self.get_tier_display()}"

    def is_live(self, at=None) -> bool:
        """Whether the standing holds at *at* (default now)."""
        at = at or timezone.now()
        return self.since <= at and (self.until is None or at < self.until)

    @property
    def state_words(self) -> str:
        """In a word or two how the standing is now."""
        if self.is_live():
            return _("Out-of-area guest") if self.guest else _("In force")
        if self.since > timezone.now():
            return _("Not yet")
        return self.get_ended_display() or _("Ended")

    @property
    def first_day(self) -> datetime.date:
        """The first day of the standing, in local time."""
        return timezone.localdate(self.since)

    @property
    def last_day(self) -> datetime.date | None:
        """The last whole day of the standing, in local time; None while it goes on."""
        return timezone.localdate(self.until - datetime.timedelta(seconds=1)) if self.until else None


class PanelQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The panels of the member's partnership: that they exist is no secret in it."""
        return self.filter(partnership_id=member.agency.partnership_id)


class Panel(Record, VersionedRecord):
    """One case meeting of the partnership and its settings, for instance its MARAC."""

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("Every week")
        FORTNIGHTLY = "fortnightly", _("Every two weeks")
        THREE_WEEKLY = "three_weekly", _("Every three weeks")
        MONTHLY = "monthly", _("Every month, on the same weekday of the month")

    class RepeatDefinition(models.TextChoices):
        CRIMINAL = "criminal", _("Conduct that would be criminal, between the same people")
        ANY = "any", _("Any instance of abuse between the same people")

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="panels")
    name = models.CharField(_("name"), max_length=120)
    scheme = models.CharField(_("scheme"), max_length=20, default="marac")
    scheme_settings = models.JSONField(_("what the scheme lets a panel set"), default=dict)
    reference_prefix = models.CharField(_("prefix of case references"), max_length=6, default="M")
    rhythm = models.CharField(_("meeting rhythm"), max_length=12, choices=Rhythm, default=Rhythm.FORTNIGHTLY)
    weekday = models.PositiveSmallIntegerField(_("weekday"), default=2, help_text=_("0 is Monday"))
    starts_at_time = models.TimeField(_("starts at"), default="09:30")
    place = models.CharField(_("usual place"), max_length=200, blank=True)
    link = models.URLField(_("usual video link"), blank=True)
    cutoff_working_days = models.PositiveSmallIntegerField(_("referral cut-off, working days before"), default=8)
    research_working_days = models.PositiveSmallIntegerField(_("research due, working days before"), default=2)
    minutes_per_case = models.PositiveSmallIntegerField(_("minutes per case"), default=12)
    repeat_months = models.PositiveSmallIntegerField(_("repeat window, months"), default=12)
    repeat_definition = models.CharField(
        _("repeat definition"), max_length=10, choices=RepeatDefinition, default=RepeatDefinition.ANY
    )
    threshold = models.PositiveSmallIntegerField(_("visible high risk: yes answers"), default=14)
    instrument = models.CharField(_("risk checklist"), max_length=60, default="DASH RIC")
    instrument_items = models.PositiveSmallIntegerField(_("questions in the checklist"), default=24)
    escalation_count = models.PositiveSmallIntegerField(_("potential escalation: incidents"), default=3)
    escalation_months = models.PositiveSmallIntegerField(_("potential escalation: within months"), default=12)
    escalation_police_only = models.BooleanField(_("count police-reported incidents only"), default=True)
    minimum_age = models.PositiveSmallIntegerField(_("youngest victim, years"), default=16)
    manager_sign_off = models.BooleanField(_("a manager signs off each referral"), default=False)
    meeting_idle_minutes = models.PositiveSmallIntegerField(_("idle time in a signed meeting, minutes"), default=90)
    told_at_once = models.ManyToManyField(
        Agency,
        verbose_name=_("agencies that see a referral at once"),
        related_name="+",
        blank=True,
        help_text=_("The IDVA service always does"),
    )
    agencies = models.ManyToManyField(Agency, verbose_name=_("agencies asked"), related_name="panels", blank=True)

    history = History()
    objects = PanelQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "name"], name="one_panel_of_a_name")]
        ordering = ["name"]

    def __str__(self):
        return self.name
