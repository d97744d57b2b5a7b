"""Entries: one piece of what an agency knows, said for one listing."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from cases.models.case import Case, Listing, Party
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from partnership.models import Agency


class EntryQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The member's own agency's entries; others' once signed in the meeting, or at the desk; never past a bar.

        What rests on consent reaches another agency only once consent was asked for it (`settled_at`): of an agency
        that is newer than the answer nobody asked.
        """
        own = Q(agency_id=member.agency_id) & opened(member, case="case", listing="listing")
        desk = opened(member, case="case", stages=[Stage.DESK])
        met = opened(member, case="case", listing="listing", stages=[Stage.MEETING])
        asked = Exists(Agency.objects.filter(pk=member.agency_id, created_at__lte=OuterRef("settled_at")))
        return self.with_key().filter(
            own | (desk | met) & (Q(on_consent=False) | asked),
            ~barred(member, case="case", listing="listing", entry="pk"),
            withdrawn_at__isnull=True,
        )


class Entry(SealedRecord, VersionedRecord):
    """A fact, opinion or piece of intelligence about one party (or the case as a whole), or a proposed action.

    Belongs to the agency that said it (the originator) and carries how far it may go.  Sealed with the listing's key.
    *category* is what kind of information it is, where the panel asks people for consent; *on_consent*: it reaches
    other agencies because the person consents, and those alone whom the consent names.  Intelligence says its *grade*,
    source and day wherever it is shown (`unverified`).  *origin* is the agency that gave it to the one that says it,
    where it is not its own (guidance Box 1).
    """

    class Kind(models.TextChoices):
        INFORMATION = "information", _("Information")
        PROPOSAL = "proposal", _("Proposed action")

    class Heading(models.TextChoices):
        INVOLVEMENT = "involvement", _("Current involvement")
        CONTACT = "contact", _("Last contact or sighting")
        ATTITUDE = "attitude", _("Attitude, demeanour, recent changes")
        RISK = "risk", _("Risk indicators")
        PRIORITIES = "priorities", _("What the victim wants, fears and trusts")
        OFFENDING = "offending", _("Offending, arrests and intelligence")
        ENGAGEMENT = "engagement", _("Engagement and progress")
        NEEDS = "needs", _("Needs: home, work, health, money, family")
        DONE = "done", _("What the agency has already done")
        OTHER = "other", _("Other")

    class Nature(models.TextChoices):
        FACT = "fact", _("Fact")
        OPINION = "opinion", _("Opinion")
        INTELLIGENCE = "intelligence", _("Intelligence, not verified")

    class Grade(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        RELIABLE = "reliable", _("From a reliable source, not confirmed")
        UNTESTED = "untested", _("From an untested source")
        DOUBTFUL = "doubtful", _("Doubtful")

    class Reach(models.TextChoices):
        SAY = "say", _("May be said in the meeting only")
        MINUTE = "minute", _("May be minuted")

    class Ground(models.TextChoices):
        """Why an entry that would rest on consent does not: anything else goes through the disclosure desk."""

        LAW = "law", _("The law, or a court, requires it to be shared")
        OPEN = "open", _("It is not held in confidence")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="entries")
    party = models.ForeignKey(Party, on_delete=models.SET_NULL, null=True, blank=True, related_name="entries")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.INFORMATION)
    heading = models.CharField(_("heading"), max_length=12, choices=Heading, default=Heading.OTHER)
    text = SealedField(_("what is known"))
    origin = models.ForeignKey(
        Agency, verbose_name=_("agency it came from"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = SealedField(_("source"))
    known_on = models.DateField(_("date of the fact"), null=True, blank=True)
    nature = models.CharField(_("fact, opinion or intelligence"), max_length=12, choices=Nature, default=Nature.FACT)
    grade = models.CharField(_("reliability"), max_length=10, choices=Grade, blank=True)
    reach = models.CharField(_("how far it may go"), max_length=6, choices=Reach, default=Reach.SAY)
    category = models.CharField(_("kind of information"), max_length=30, blank=True)
    on_consent = models.BooleanField(_("rests on the person’s consent"), default=False)
    ground = models.CharField(_("why it needs no consent"), max_length=4, choices=Ground, blank=True)
    ground_words = SealedField(_("which law, or why not in confidence"))
    settled_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True)
    taken_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    taken_why = SealedField(_("why it is needed for this case"))

    history = History(excluded_fields=["settled_at"])
    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(fields=["listing", "agency"]),
            models.Index(fields=["case"], condition=Q(on_consent=True), name="entries_on_consent"),
        ]
        constraints = [
            models.CheckConstraint(name="entry_on_consent_or_ground", condition=Q(on_consent=False) | Q(ground=""))
        ]

    @property
    def unverified(self) -> str:
        """What stands with intelligence: “unverified, from X, 3 November 2026”, and its grade; empty for all else."""
        if self.nature != self.Nature.INTELLIGENCE:
            return ""
        parts = [gettext("unverified")]
        parts += [gettext("from %(source)s") % {"source": self.source}] if self.source else []
        parts += [date_format(self.known_on, "j F Y")] if self.known_on else []
        return ", ".join(parts) + (f" ({self.get_grade_display()})" if self.grade else "")
