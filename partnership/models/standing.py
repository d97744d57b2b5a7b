"""Joining the protocol, leaving it, and who may attend for an agency (guidance 2.2.4 and Box 1)."""

import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet, VersionedRecord
from partnership.models.organisation import Agency, Panel, Signatory


class JoiningQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The joinings of the member's partnership."""
        return self.filter(agency__partnership_id=member.agency.partnership_id)

    def open(self):
        return self.filter(closed_at__isnull=True)

    def waiting_for(self, agency_ids):
        """Open ones that one of these responsible authorities has not answered."""
        answered = JoiningConsent.objects.filter(joining=OuterRef("pk"), authority__in=agency_ids)
        return self.open().exclude(agency__in=agency_ids).exclude(Exists(answered))


class Joining(Record, VersionedRecord):
    """That an agency wishes to join the protocol, or to move to tier 1; every responsible authority is asked."""

    class Outcome(models.TextChoices):
        SIGNED = "signed", _("Signed")
        REFUSED = "refused", _("Refused by a responsible authority")
        DROPPED = "dropped", _("Not pursued")

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="joinings")
    protocol = models.ForeignKey("partnership.Protocol", on_delete=models.PROTECT, null=True, related_name="+")
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Signatory.Tier, default=Signatory.Tier.CENTRAL)
    opened_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)

    history = History()
    objects = JoiningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency"], condition=Q(closed_at__isnull=True), name="one_open_joining"),
            models.CheckConstraint(
                name="joining_closed_with_outcome",
                condition=Q(closed_at__isnull=True, outcome="") | Q(closed_at__isnull=False) & ~Q(outcome=""),
            ),
        ]


class JoiningConsentQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The answers of the member's partnership."""
        return self.filter(joining__agency__partnership_id=member.agency.partnership_id)


class JoiningConsent(Record):
    """One responsible authority's answer: given in Confer by its liaison officer, or recorded from a document."""

    joining = models.ForeignKey(Joining, on_delete=models.CASCADE, related_name="consents")
    authority = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField(_("answer"))
    answered_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField(_("given on"), default=timezone.localdate)
    document = models.CharField(_("document"), max_length=120, blank=True)

    history = History()
    objects = JoiningConsentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["joining", "authority"], name="one_consent_of_an_authority")]


class ExitTaskQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The tasks of the member's partnership."""
        return self.filter(agency__partnership_id=member.agency.partnership_id)

    def open(self):
        return self.filter(closed_at__isnull=True)


class ExitTask(Record, VersionedRecord):
    """That an agency whose standing ended destroys or returns what it holds, until it confirms."""

    class How(models.TextChoices):
        DESTROYED = "destroyed", _("Destroyed")
        RETURNED = "returned", _("Returned")
        BOTH = "both", _("Part destroyed, part returned")
        NOTHING = "nothing", _("Nothing was held")
        RESUMED = "resumed", _("Not needed: the agency is a signatory again")

    DAYS = datetime.timedelta(days=30)

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="exit_tasks")
    signatory = models.OneToOneField(Signatory, on_delete=models.CASCADE, related_name="exit_task")
    due_on = models.DateField(_("due by"))
    closed_at = models.DateTimeField(null=True)
    how = models.CharField(_("how"), max_length=10, choices=How, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    confirmed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = ExitTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exit_closed_says_how",
                condition=Q(closed_at__isnull=True, how="") | Q(closed_at__isnull=False) & ~Q(how=""),
            )
        ]


class AttendeeQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The authorised attendees of the member's partnership."""
        return self.filter(member__agency__partnership_id=member.agency.partnership_id)

    def authorised(self, at=None):
        """Live rows of members who were trained, declared and vetted: who signs takes part."""
        at = at or timezone.now()
        day = timezone.localdate(at)
        return self.live(at).filter(trained_on__lte=day, declared_on__lte=day, vetted_on__lte=day)


class Attendee(Record, VersionedRecord):
    """That a member may attend a panel for the agency: trained, declared and vetted when.  Who signed the protocol for
    an agency is seldom who attends (guidance, Box 1)."""

    member = models.ForeignKey("partnership.Member", on_delete=models.CASCADE, related_name="attends")
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="attendees")
    trained_on = models.DateField(_("trained on"), null=True, blank=True)
    declared_on = models.DateField(_("signed the declaration on"), null=True, blank=True)
    vetted_on = models.DateField(_("vetted on"), null=True, blank=True)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    history = History()
    objects = AttendeeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "panel"], condition=Q(until__isnull=True), name="one_live_attendee"
            ),
            models.CheckConstraint(
                name="attendee_until_after_since", condition=Q(until__isnull=True) | Q(until__gt=models.F("since"))
            ),
        ]
        indexes = [models.Index(fields=["panel", "member"])]
