"""Depersonalised extracts: what is made of cases and entries so that nobody can be told from it, and who has it."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Bar, Case, Entry
from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField, SealedJSONField
from disclosures.models.sight import stands
from disclosures.rules.coarsening import OPERATIONAL, PUBLIC
from partnership.models import Signatory
from partnership.post.paper import MadePaper
from partnership.roles import Permission


class PropertyCount(Record):
    """How many properties share a postcode, and when that was counted; reference data, of the area and of nobody."""

    postcode = models.CharField(max_length=8, unique=True)
    properties = models.PositiveIntegerField()
    counted_on = models.DateField()


class ExtractQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Made on a panel for which the member makes and tests extracts, without a bar on anything that it holds."""
        bars = Bar.objects.against(member).filter(
            Q(case=OuterRef("case")) | Q(referral__case=OuterRef("case")) | Q(listing__case=OuterRef("case"))
        )
        held = Extract.cases.through.objects.filter(Exists(bars), extract=OuterRef("pk"))
        said = ExtractText.objects.filter(
            extract=OuterRef("pk"), entry__in=Bar.objects.against(member).filter(entry__isnull=False).values("entry")
        )
        return self.with_key().filter(
            ~Exists(held),
            ~Exists(said),
            Q(stands(member)),
            panel_id__in=member.panels_with(Permission.MAKE_EXTRACT),
        )

    def underway(self):
        return self.filter(stage__in=[Extract.Stage.QUEUED, Extract.Stage.GATHERING])


class Extract(SealedRecord, VersionedRecord):
    """A depersonalised extract: gathered by the worker with its maker's sight, read over by the maker, and tested.

    Nothing of the originals is kept in it: `content` holds what the profile leaves.  Who tests is not who made it.
    Information Sharing for Community Safety (2010) §3.2; ICO guidance on anonymisation (motivated intruder).
    """

    class Profile(models.TextChoices):
        OPERATIONAL = OPERATIONAL, _("Operational: for signatories of the protocol")
        PUBLIC = PUBLIC, _("Public: could be published")

    class Scope(models.TextChoices):
        CASE = "case", _("One case")
        ENTRIES = "entries", _("Chosen entries of one case")
        CASES = "cases", _("All cases of the panel opened in a time")

    class Stage(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        GATHERING = "gathering", _("Being gathered")
        FAILED = "failed", _("Failed")
        READING = "reading", _("To be read over")
        CHECKING = "checking", _("To be tested")
        PASSED = "passed", _("Passed the test")
        REJECTED = "rejected", _("Did not pass the test")
        RECALLED = "recalled", _("Recalled")

    class Recall(models.TextChoices):
        REIDENTIFIED = "reidentified", _("Somebody could be recognised in it")
        WRONG = "wrong", _("It was found to be wrong")
        MISUSED = "misused", _("It was used for something else")

    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=24)
    profile = models.CharField(_("profile"), max_length=12, choices=Profile)
    scope = models.CharField(_("of what"), max_length=8, choices=Scope)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    gathering_at = models.DateTimeField(null=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("until"), null=True, blank=True)
    asked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    purpose = SealedField(_("what it is for"))
    cases = models.ManyToManyField(Case, related_name="+")
    content = SealedJSONField(_("content"), shape=dict)
    case_count = models.PositiveIntegerField(default=0)
    gathered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    tested_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    tested_at = models.DateTimeField(null=True)
    test_answers = models.JSONField(default=dict)
    test_words = SealedField(_("how it was tested"))
    recalled_at = models.DateTimeField(null=True)
    recalled_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    recalled_because = models.CharField(max_length=14, choices=Recall, blank=True)

    history = History(excluded_fields=["progress", "gathering_at"])
    objects = ExtractQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panel", "number"], name="one_extract_of_a_number"),
            models.CheckConstraint(
                name="extract_tested_by_another", condition=Q(tested_by__isnull=True) | ~Q(tested_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="extract_tested_both",
                condition=Q(tested_at__isnull=True, tested_by__isnull=True)
                | Q(tested_at__isnull=False, tested_by__isnull=False),
            ),
            models.CheckConstraint(
                name="extract_passed_was_tested",
                condition=~Q(stage__in=["passed", "rejected"]) | Q(tested_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["panel", "created_at"])]

    def __str__(self):
        return self.number

    @property
    def is_underway(self) -> bool:
        return self.stage in (self.Stage.QUEUED, self.Stage.GATHERING)


class ExtractTextQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the extract."""
        seen = Extract.objects.visible_to(member).filter(pk=OuterRef("extract"))
        return self.with_key().filter(Exists(seen))

    def in_order(self):
        return self.order_by("position", "pk")


class ExtractText(SealedRecord, VersionedRecord):
    """One text of an extract without names: proposed by the machine, settled by the maker, or left out."""

    extract = models.ForeignKey(Extract, on_delete=models.CASCADE, related_name="texts")
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=12, choices=Entry.Heading)
    nature = models.CharField(max_length=12, choices=Entry.Nature)
    words = SealedField(_("text without names"))
    left_out = models.BooleanField(_("leave it out"), default=False)
    settled_at = models.DateTimeField(null=True)

    history = History()
    objects = ExtractTextQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["extract", "position"], name="one_extract_text_of_a_position")]


class ExtractHandingQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Those of extracts that the member makes or tests, and what the member's own agency was given.

        The own agency's tier does not matter; that it is a signatory now does.
        """
        mine = Extract.objects.visible_to(member).filter(pk=OuterRef("extract"))
        stands_at_all = Exists(Signatory.objects.live().filter(agency_id=member.agency_id, guest=False))
        received = Q(agency_id=member.agency_id, extract__panel_id__in=member.panels_with(Permission.READ_EXTRACT))
        return self.select_related("extract__key").filter(Exists(mine) | received & Q(stands_at_all))

    def owed_by(self, member):
        """What was recalled, and the member's agency has not confirmed as destroyed, whatever its standing is now.

        Who has left the protocol must still destroy what they have and say so; nothing of it opens.
        """
        reads = Q(extract__panel_id__in=member.panels_with(Permission.READ_EXTRACT))
        waits = Q(extract__stage=Extract.Stage.RECALLED, recall_seen_at__isnull=True)
        return self.select_related("extract__key").filter(reads & waits, agency_id=member.agency_id)


class ExtractHanding(Record, VersionedRecord):
    """An extract in one agency's hands: its undertaking, and whether what was called back is destroyed."""

    extract = models.ForeignKey(Extract, on_delete=models.CASCADE, related_name="handings")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    undertaken_at = models.DateTimeField(null=True)
    undertaken_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    recall_seen_at = models.DateTimeField(null=True)
    recall_seen_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = ExtractHandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["extract", "agency"], name="one_handing_of_an_extract"),
            models.CheckConstraint(
                name="undertaken_both",
                condition=Q(undertaken_at__isnull=True, undertaken_by__isnull=True)
                | Q(undertaken_at__isnull=False, undertaken_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["agency", "handed_at"])]


class ReidentificationQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the extract, and one's own report."""
        mine = Extract.objects.visible_to(member).filter(pk=OuterRef("handing__extract"))
        return self.with_key().filter(Exists(mine) | Q(reported_by_id=member.pk))


class Reidentification(SealedRecord):
    """A report that somebody could be recognised in an extract: an incident (Data Protection Act 2018 s.171)."""

    handing = models.ForeignKey(ExtractHanding, on_delete=models.CASCADE, related_name="reports")
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    words = SealedField(_("how"))

    objects = ReidentificationQuerySet.as_manager()


class ExtractPaperQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the extract; a recipient comes to it through its handing."""
        seen = Extract.objects.visible_to(member).filter(pk=OuterRef("extract"))
        return self.with_key().filter(Exists(seen))


class ExtractPaper(MadePaper):
    """The extract as a PDF, made once it has passed its test."""

    extract = models.OneToOneField(Extract, on_delete=models.CASCADE, related_name="paper")

    history = History(excluded_fields=["progress", "making_at"])
    objects = ExtractPaperQuerySet.as_manager()
