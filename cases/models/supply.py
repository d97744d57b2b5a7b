"""Lists of people that another agency supplies: what is recorded of the supply, and its rows while they wait."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import stands
from cases.models.case import Case
from cases.models.referral import Referral
from cases.rules.supply_columns import labels
from cases.rules.supply_kinds import PPO, PRISON, YOI
from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField, SealedJSONField
from partnership.roles import Permission

DELIMITER_WORDS = (("comma", _("commas")), ("semicolon", _("semicolons")), ("tab", _("tabs")))


class SupplyQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The lists brought in for panels on which the member brings lists in; their rows are another matter."""
        return self.select_related("key").filter(
            Q(stands(member)), panel_id__in=member.panels_with(Permission.IMPORT_SUPPLY)
        )

    def waiting(self):
        """Those that still hold rows."""
        return self.filter(ended_at__isnull=True)


class Supply(Record, VersionedRecord):
    """One list as it was supplied: who supplied it, of what time, in which form, with which caveats.

    Information Sharing for Community Safety (2010) §3.4.  Nobody whom the list is about stands here: that is in the
    rows, sealed with `key`, which is destroyed when they have been imported, given up or waited for seven days.
    """

    class Kind(models.TextChoices):
        PRISON = PRISON, _("Prison releases")
        YOI = YOI, _("Releases from young offender institutions")
        PPO = PPO, _("Prolific and other priority offenders")

    class Stage(models.TextChoices):
        DESCRIBING = "describing", _("To be described")
        COMPARING = "comparing", _("Being compared")
        FAILED = "failed", _("Could not be compared")
        DECIDING = "deciding", _("To be decided")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        GIVEN_UP = "given_up", _("Given up")
        LAPSED = "lapsed", _("Lapsed after seven days")

    class Transfer(models.TextChoices):
        SECURE_MAIL = "secure_mail", _("Secure e-mail")
        PORTAL = "portal", _("Secure file transfer")
        MEDIA = "media", _("Encrypted disc or stick")
        HAND = "hand", _("By hand")
        OTHER = "other", _("Other")

    class InformationClass(models.TextChoices):
        PERSONAL = "personal", _("Personal")
        SENSITIVE = "sensitive", _("Sensitive personal (special category or offences)")

    class Marking(models.TextChoices):
        OFFICIAL = "official", _("OFFICIAL")
        SENSITIVE = "sensitive", _("OFFICIAL-SENSITIVE")

    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey("core.Key", on_delete=models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(_("kind of list"), max_length=8, choices=Kind)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DESCRIBING)
    brought_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    # who supplied what (§3.4)
    agency = models.ForeignKey(
        "partnership.Agency",
        verbose_name=_("agency that supplied it"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    agency_name = models.CharField(_("its name, if it is none of these"), max_length=120, blank=True)
    supplier = models.CharField(_("name of the person who supplied it"), max_length=120)
    contact = models.CharField(_("their telephone or e-mail"), max_length=200)
    dataset = models.CharField(_("name of the dataset"), max_length=120)
    period_from = models.DateField(_("covers the time from"), null=True, blank=True)
    period_to = models.DateField(_("covers the time to"), null=True, blank=True)
    supplied_on = models.DateField(_("date supplied"))
    transfer = models.CharField(_("how it was sent"), max_length=12, choices=Transfer)
    information_class = models.CharField(
        _("class of information"), max_length=10, choices=InformationClass, default=InformationClass.SENSITIVE
    )
    marking = models.CharField(_("marking"), max_length=10, choices=Marking, default=Marking.SENSITIVE)
    explanations = models.TextField(_("explanation of columns"), max_length=4000, blank=True)
    caveats = models.TextField(_("caveats and conditions of use"), max_length=4000, blank=True)
    coding = models.TextField(_("coding systems"), max_length=2000, blank=True)
    coordinates = models.TextField(_("how coordinates were determined"), max_length=2000, blank=True)

    # what the file itself says
    encoding = models.CharField(_("encoding"), max_length=12)
    delimiter = models.CharField(_("separated by"), max_length=10)
    columns = models.JSONField(_("columns"), default=list)
    lacking = models.JSONField(_("columns of the minimum dataset that it lacks"), default=list)
    unused = models.PositiveSmallIntegerField(_("columns that were not taken"), default=0)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    refused_count = models.PositiveIntegerField(_("rows that could not be taken"), default=0)
    header = SealedJSONField(_("column names of the file"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)

    # how far it has come, and what became of it
    progress = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    working_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    history = History(excluded_fields=["progress", "working_at"])
    objects = SupplyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("supplies")
        constraints = [
            models.CheckConstraint(
                name="supply_ended_by_its_stage",
                condition=Q(stage__in=["imported", "given_up", "lapsed"], ended_at__isnull=False)
                | ~Q(stage__in=["imported", "given_up", "lapsed"]) & Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="supply_of_some_agency", condition=Q(agency__isnull=False) | ~Q(agency_name="")
            ),
        ]
        indexes = [models.Index(fields=["panel", "created_at"]), models.Index(fields=["ended_at", "created_at"])]

    def __str__(self):
        return self.dataset

    @property
    def supplied_by(self) -> str:
        """The agency's name."""
        return self.agency.name if self.agency_id else self.agency_name

    @property
    def delimiter_words(self) -> str:
        """What parts the columns of the file, in words."""
        return str(dict(DELIMITER_WORDS)[self.delimiter])

    @property
    def column_words(self) -> str:
        """The columns that were taken, as a sentence names them."""
        return labels(self.columns)

    @property
    def is_underway(self) -> bool:
        """The worker has it."""
        return self.stage in (self.Stage.COMPARING, self.Stage.IMPORTING)


class SupplyRowQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The rows of lists that the member brought in: they were compared with that member's sight."""
        seen = Supply.objects.visible_to(member).filter(pk=OuterRef("supply"), brought_by=member.pk)
        return self.with_key().filter(Exists(seen))

    def chosen(self):
        """Those that do something when the list is imported."""
        return self.filter(choice__in=[SupplyRow.Choice.NOMINATE, SupplyRow.Choice.UPDATE])

    def undecided(self):
        """Those that still wait for the coordinator."""
        return self.filter(choice=SupplyRow.Choice.NONE).exclude(state=SupplyRow.State.REFUSED)


class SupplyRow(SealedRecord):
    """One row of a list while it waits for the coordinator, sealed with the list's key, and gone within seven days."""

    class State(models.TextChoices):
        NEW = "new", _("New person")
        POSSIBLE = "possible", _("Possible match")
        MANAGED = "managed", _("Already managed")
        REFUSED = "refused", _("Cannot be taken")

    class Choice(models.TextChoices):
        NONE = "", _("Not decided")
        NOMINATE = "nominate", _("Take as a nomination")
        UPDATE = "update", _("Update the case")
        LEAVE = "leave", _("Leave out")

    supply = models.ForeignKey(Supply, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    remarks = models.JSONField(default=list)
    choice = models.CharField(max_length=8, choices=Choice, blank=True)
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="+")
    nominated = models.ForeignKey(Referral, on_delete=models.SET_NULL, null=True, related_name="+")
    is_stopped = models.BooleanField(default=False)
    data = SealedJSONField(_("what was taken"), shape=dict)
    cells = SealedJSONField(_("what stood in the file"))
    stopped = SealedField(_("why it could not be imported"))

    objects = SupplyRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["supply", "line"], name="one_supply_row_of_a_line")]
        indexes = [models.Index(fields=["supply", "state", "line"])]
