"""Who is in the room, what they signed, and from which items they stay away."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.access import barred
from core.history import History
from core.models import Record, RecordQuerySet, VersionedRecord
from partnership.models import Signatory
from partnership.roles import Permission


class StatementQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The statements of the panels of the member's partnership: what is signed is no secret in it."""
        return self.filter(panel__partnership_id=member.agency.partnership_id)

    def in_force(self, panel, at=None):
        """The newest version of *panel* whose time has come at *at* (default now), or None."""
        return self.filter(panel=panel, in_force_from__lte=at or timezone.now()).order_by("-number").first()


class Statement(Record):
    """A version of the panel's confidentiality statement; the text in force is the newest whose time has come."""

    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="statements")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("statement"))
    in_force_from = models.DateTimeField()
    made_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "number"], name="one_statement_of_a_number")]


class AttendanceQuerySet(RecordQuerySet):
    def visible_to(self, member):
        return self.filter(meeting__panel_id__in=member.panels_with(Permission.ATTEND))

    def present(self):
        return self.filter(arrived_at__isnull=False, left_at__isnull=True, apologies=False)

    def with_standing(self):
        """With `stands`, whether the line's agency is a tier-1 signatory or guest now, and `stood_until`."""
        standings = Signatory.objects.filter(agency=OuterRef("agency"), tier=Signatory.Tier.CENTRAL)
        ended = standings.filter(until__lte=timezone.now()).order_by("-until").values("until")[:1]
        return self.annotate(stands=Exists(standings.live()), stood_until=Subquery(ended))

    def overstaying(self):
        """Members present though the standing of their agency has ended."""
        return self.present().with_standing().filter(member__isnull=False, stands=False)


class Attendance(Record, VersionedRecord):
    """One person's line on the attendance sheet: a member, or an observer who sees nothing in Confer."""

    class Capacity(models.TextChoices):
        MEMBER = "member", _("Representative")
        DEPUTY = "deputy", _("Deputy")
        CHAIR = "chair", _("Chair")
        MINUTES = "minutes", _("Coordinator, taking minutes")
        PRESENTER = "presenter", _("Presenting one case")
        OBSERVER = "observer", _("Observer")

    class Mode(models.TextChoices):
        ROOM = "room", _("In the room")
        REMOTE = "remote", _("Remote")

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    observer_name = models.CharField(_("observer’s name"), max_length=120, blank=True)
    observer_organisation = models.CharField(_("observer’s organisation"), max_length=120, blank=True)
    observer_signed = models.BooleanField(_("observer signed the statement"), default=False)
    capacity = models.CharField(_("role"), max_length=10, choices=Capacity, default=Capacity.MEMBER)
    mode = models.CharField(_("in the room or remote"), max_length=6, choices=Mode, default=Mode.ROOM)
    arrived_at = models.DateTimeField(_("time in"), null=True)
    left_at = models.DateTimeField(_("time out"), null=True)
    apologies = models.BooleanField(_("apologies"), default=False)
    information_sent = models.BooleanField(_("information sent"), default=False)
    information_received_on = models.DateField(_("information received on"), null=True, blank=True)

    history = History()
    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "member"], condition=Q(member__isnull=False), name="one_attendance_per_member"
            ),
            models.CheckConstraint(
                name="attendance_member_or_observer",
                condition=Q(member__isnull=False) | Q(capacity="observer") | Q(apologies=True),
            ),
        ]

    @property
    def is_observer(self) -> bool:
        """Whether they observe: somebody without an account, or a member who is no authorised attendee."""
        return self.capacity == self.Capacity.OBSERVER

    @property
    def name(self) -> str:
        return self.member.name if self.member_id else self.observer_name

    @property
    def organisation(self) -> str:
        return self.agency.name if self.agency_id else self.observer_organisation


class Agreement(Record):
    """That a member signed the statement for one meeting: when, and which version of the text."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="agreements")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="agreements")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="one_agreement_per_meeting")]


class RecusalQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """One's own, and the desk's on items from which the member is not barred."""
        own = Q(member_id=member.pk) | Q(agency_id=member.agency_id, whole_agency=True)
        desk = Q(item__meeting__panel_id__in=member.desk_panels()) & ~barred(
            member, case="item__listing__case", listing="item__listing"
        )
        return self.filter(own | desk)

    def standing(self):
        """Those by which somebody stays away."""
        return self.filter(state=Recusal.State.RECUSED)


class Recusal(Record, VersionedRecord):
    """A declared interest in one item, and what was decided about it.  The bar itself is a `cases.Bar`."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for an answer")
        NONE = "none", _("No interest")
        RECUSED = "recused", _("Stays away")

    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.CASCADE, related_name="recusals")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    whole_agency = models.BooleanField(_("the whole agency"), default=False)
    state = models.CharField(max_length=8, choices=State, default=State.RECUSED)
    asked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField(null=True)
    declared_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    bar = models.ForeignKey("cases.Bar", on_delete=models.SET_NULL, null=True, related_name="+")

    history = History()
    objects = RecusalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="one_recusal_per_member")]


class ItemAttendance(Record):
    """Who was present and signed while an item was heard: the recipients of what was said, and “cases attended”."""

    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.CASCADE, related_name="attended")
    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="items")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "attendance"], name="one_item_attendance")]
