"""What went to one named recipient by one decision, from waiting for them until its destruction is confirmed."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Bar, Entry
from cases.models.access import FOR_CONSENT
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from disclosures.models import codes
from disclosures.models.decision import Decision
from disclosures.models.item import DecisionItem
from disclosures.models.sight import decides_for, stands, stands_on


class ReleaseQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The named recipient's, and its row (never its words) also the liaison officers' of both sides.

        Asked at this instant: nobody's whose agency is neither tier-1 signatory nor the case's guest, nor past a bar.
        """
        mine = self._named(member)
        answering = Q(decision__in=Decision.objects.visible_to(member).order_by().values("pk"))
        return (
            self.with_key()
            .select_related("decision__key", "decision__disclosure", "decision__originator", "agency", "member")
            .filter(
                mine | answering | Q(decides_for(member, "agency")), stands_on(member, "decision__disclosure__case")
            )
            .without_bars_against(member)
        )

    def of(self, member):
        """Those of which *member* is the recipient now: named, and still of the agency that was named."""
        return self.visible_to(member).filter(self._named(member))

    def openable_by(self, member):
        """Those whose words *member* may open now: the recipient, who acknowledged, before destruction or recall."""
        return self.of(member).filter(state=Release.State.OPEN, acknowledged_at__isnull=False)

    def owed_by(self, member):
        """Those that *member* was named for and has not confirmed, whatever their standing is now: without words.

        Who has left the protocol, or is kept away since, must still destroy what they have and say so.
        """
        return (
            self.with_key()
            .select_related("decision__key", "decision__disclosure", "decision__originator", "agency", "member")
            .filter(self._named(member), confirmed_at__isnull=True)
        )

    def held_by_agency_of(self, member):
        """Those to the agency for which *member* is liaison officer."""
        return self.visible_to(member).filter(decides_for(member, "agency"))

    def known_to_desk(self, member):
        """That something was released on the cases of the member's desk: numbers, agencies, dates and states alone."""
        return (
            self.filter(stands(member), decision__disclosure__panel_id__in=member.desk_panels())
            .select_related("decision__disclosure", "decision__originator", "agency")
            .without_bars_against(member)
        )

    def without_bars_against(self, member):
        """Releases on whose case, or on whose entries that still stand in them, no bar against *member* lies now.

        For want of consent nothing is closed that left by an override.
        """
        bars, case = Bar.objects.against(member), OuterRef("decision__disclosure__case")
        on_case = bars.filter(Q(case=case) | Q(referral__case=case) | Q(listing__case=case))
        of_entries = bars.filter(entry__isnull=False)
        shut = Q(entry__in=of_entries.exclude(reason__in=FOR_CONSENT).values("entry"))
        shut |= Q(entry__in=of_entries.values("entry"), override__isnull=True)
        on_entry = ReleaseItem.objects.filter(shut, release=OuterRef("pk"), taken_back_at__isnull=True)
        return self.exclude(Exists(on_case)).exclude(Exists(on_entry))

    def received(self):
        """Those that are, or may be, in somebody's hands: opened, told, or sent."""
        from disclosures.models.post import ReleaseLetter

        sent = ReleaseLetter.objects.filter(release=OuterRef("pk"), state__in=["sending", "sent", "unknown"])
        return self.filter(Q(first_opened_at__isnull=False) | Q(given_at__isnull=False) | Exists(sent))

    def unconfirmed(self):
        """Received, and not confirmed destroyed or returned, nor kept on a lawful basis of the recipient's own."""
        return self.received().filter(confirmed_at__isnull=True, own_basis="")

    def overdue(self, on=None):
        """Unconfirmed although the day by which to destroy it has passed, or although it was recalled."""
        on = on or timezone.localdate()
        return self.unconfirmed().filter(Q(destroy_on__lt=on) | Q(state=Release.State.RECALLED))

    def _named(self, member) -> Q:
        return Q(member_id=member.pk, agency_id=member.agency_id)


class Release(SealedRecord, VersionedRecord):
    """One decision to one named recipient.  What was approved is copied into `ReleaseItem`s under `words_key`.

    The recipient acknowledges the conditions (a gate), opens, says what it served, and confirms destruction.  What is
    said of its use is sealed with the request's key; it stands, as do codes, dates and states, when `words_key` is
    destroyed and every word that left with it.  Guidance §2.4.2.5 and Box 1; fields 40, 47–50.

    What ends while its case is held is closed: nobody opens it, its words stay, and `ends_as` says what it becomes when
    the last hold ends.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for acknowledgement")
        OPEN = "open", _("Acknowledged")
        GIVEN = "given", _("Spoken")
        RECALLED = "recalled", _("Recalled")
        DESTROYED = "destroyed", _("Destroyed")
        LAPSED = "lapsed", _("Never acknowledged")
        KEPT = "kept", _("Closed")  # nobody opens it; its words go when the last hold on its case ends

    class Use(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("In part")
        NO = "no", _("No")

    class Ending(models.TextChoices):
        DESTROYED = "destroyed", _("Destroyed")
        RETURNED = "returned", _("Returned to the agency it came from")

    class How(models.TextChoices):
        NO_COPY = "no_copy", _("No copy was made outside Confer")
        ERASED = "erased", _("Files and mail were erased")
        SHREDDED = "shredded", _("Paper was shredded")
        BOTH = "both", _("Files and mail were erased, paper was shredded")
        NOTES = "notes", _("Notes of what was said were destroyed")
        HANDED_BACK = "handed_back", _("Handed back")

    class Extension(models.TextChoices):
        STILL_NEEDED = "still_needed", _("Still needed for its purpose")
        COURT = "court", _("Needed for court proceedings")
        HOLD = "hold", _("Held back by an inquiry, claim or request")

    GONE = (State.DESTROYED, State.LAPSED)  # its words are no more
    ENDED = (*GONE, State.KEPT)

    number = models.CharField(_("number"), max_length=40, unique=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="releases")
    words_key = models.ForeignKey("core.Key", on_delete=models.PROTECT, related_name="+", editable=False)
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=8, choices=codes.Method)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    ends_as = models.CharField(max_length=10, choices=State, blank=True)  # what it becomes once nothing holds it
    released_at = models.DateTimeField()
    released_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    first_opened_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    printed_at = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)

    used = models.CharField(_("used for its purpose"), max_length=6, choices=Use, blank=True)
    used_words = SealedField(_("what came of it"))
    reported_at = models.DateTimeField(null=True)
    destroy_on = models.DateField(_("destroy by"), null=True)
    extended_at = models.DateTimeField(null=True)
    extended_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    extension = models.CharField(max_length=12, choices=Extension, blank=True)
    extension_words = SealedField(_("why it is kept longer"))
    asked_at = models.DateTimeField(null=True)
    asked_until = models.DateField(null=True)
    asked_reason = models.CharField(max_length=12, choices=Extension, blank=True)
    asked_words = SealedField(_("why the recipient asks to keep it longer"))
    reminded_on = models.DateField(null=True)
    escalated_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    own_basis = models.CharField(_("lawful basis on which the recipient keeps it"), max_length=8, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    how = models.CharField(_("how"), max_length=12, choices=How, blank=True)
    ended_on = models.DateField(_("on"), null=True)

    history = History(excluded_fields=["last_opened_at"])
    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "member"], name="one_release_of_a_decision_to_a_member"),
            models.CheckConstraint(
                name="release_opened_was_acknowledged",
                condition=Q(first_opened_at__isnull=True, printed_at__isnull=True, exported_at__isnull=True)
                | Q(acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="release_acknowledged_by_its_recipient",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by=F("member")),
            ),
            models.CheckConstraint(
                name="release_given_has_who",
                condition=Q(given_at__isnull=True, given_by__isnull=True)
                | Q(given_at__isnull=False, given_by__isnull=False),
            ),
            models.CheckConstraint(
                name="release_confirmed_has_what",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, ending="", how="")
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, ended_on__isnull=False)
                & ~Q(ending="")
                & ~Q(how=""),
            ),
            models.CheckConstraint(
                name="release_destroyed_has_when",
                condition=~Q(state__in=["destroyed", "lapsed"]) | Q(destroyed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="release_kept_says_what_it_becomes",
                condition=Q(state="kept", ends_as__in=["destroyed", "lapsed"]) | ~Q(state="kept") & Q(ends_as=""),
            ),
            models.CheckConstraint(
                name="release_extended_has_why",
                condition=Q(extended_at__isnull=True, extended_by__isnull=True, extension="")
                | Q(extended_at__isnull=False, extended_by__isnull=False) & ~Q(extension=""),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "state"]),
            models.Index(fields=["agency", "state"]),
            models.Index(fields=["state", "destroy_on"]),
            models.Index(fields=["decision", "state"]),
        ]

    def __str__(self):
        return self.number

    @property
    def is_over(self) -> bool:
        """Whether nothing can be opened by it any more."""
        return self.state == self.State.RECALLED or self.state in self.ENDED

    @property
    def acknowledged_at_or_given(self) -> bool:
        """Whether its recipient has had something to destroy."""
        return self.acknowledged_at is not None or self.given_at is not None


class ReleaseItemQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The words, to whom may open their release now; not what was taken back."""
        openable = Release.objects.openable_by(member).order_by().values("pk")
        return self.with_key().standing().filter(release__in=openable)

    def standing(self):
        """What was not taken back."""
        return self.filter(taken_back_at__isnull=True)

    def in_order(self):
        return self.order_by("position", "pk")


class ReleaseItem(SealedRecord):
    """One approved piece as it left: the redacted words, with their nature, grade and currency.  Never changed.

    It may be taken back, alone, when the consent that it rested on has ended, or the *override* by which it left
    without: the entry's bar, and later changes to the entry, do not touch what was approved for that use.  Of what was
    spoken in a meeting it says which entry was heard, and holds no words.  `key` is the release's `words_key`.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(DecisionItem, on_delete=models.SET_NULL, null=True, related_name="+")
    entry = models.ForeignKey("cases.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    override = models.ForeignKey(
        "disclosures.ConsentOverride", on_delete=models.SET_NULL, null=True, related_name="pieces"
    )
    position = models.PositiveSmallIntegerField(default=0)
    category = models.CharField(max_length=40, blank=True)
    words = SealedField(_("what left"))
    nature = models.CharField(max_length=12, choices=Entry.Nature)
    grade = models.CharField(max_length=10, choices=DecisionItem.Grade)
    known_on = models.DateField(null=True)
    gaps = SealedField(_("what is not known"))
    taken_back_at = models.DateTimeField(null=True)

    objects = ReleaseItemQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["release", "position"])]
