"""Research: one request per agency for the whole list, one return per agency and listing."""

from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Listing, Party
from cases.models.access import Stage, barred, guest_cases, opened, stands
from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField


class ResearchRequestQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The own agency's and the desk's, while the agency is a tier-1 signatory or a guest."""
        from partnership.roles import Permission

        return self.filter(
            Q(agency_id=member.agency_id, meeting__panel_id__in=member.panels_with(Permission.RESEARCH))
            | Q(meeting__panel_id__in=member.desk_panels()),
            stands(member) | Exists(guest_cases(member)),
        )


class ResearchRequest(Record, VersionedRecord):
    """That one agency was asked to research the whole list of one meeting."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="requests")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="research_requests")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    chased_at = models.DateTimeField(null=True)
    chased_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    chases = models.PositiveSmallIntegerField(default=0)

    history = History()
    objects = ResearchRequestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "agency"], name="one_request_per_agency")]


class ReturnQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The own agency's returns; all of them at the desk and once signed in the meeting."""
        own = Q(request__agency_id=member.agency_id) & opened(member, case="listing__case", listing="listing")
        desk = opened(member, case="listing__case", stages=[Stage.DESK])
        met = opened(member, case="listing__case", listing="listing", stages=[Stage.MEETING])
        return self.with_key().filter(own | desk | met, ~barred(member, case="listing__case", listing="listing"))

    def asked(self):
        """Without those that the agency is asked for no longer."""
        return self.filter(released_at__isnull=True)


class Return(SealedRecord, VersionedRecord):
    """One agency's answer for one listing.  What is known is in `cases.Entry`; this says whether, when, by whom."""

    class State(models.TextChoices):
        OUTSTANDING = "outstanding", _("Not answered")
        NOTHING_KNOWN = "nothing", _("Nothing known")
        ANSWERED = "answered", _("Answered")

    request = models.ForeignKey(
        ResearchRequest, verbose_name=_("agency asked"), on_delete=models.CASCADE, related_name="returns"
    )
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="returns")
    state = models.CharField(_("answer"), max_length=12, choices=State, default=State.OUTSTANDING)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    researcher = models.CharField(_("researched by"), max_length=120, blank=True)
    involved_worker = models.CharField(_("named worker"), max_length=120, blank=True)
    lawful_basis = models.CharField(_("lawful basis, where consent was refused"), max_length=20, blank=True)
    comment = SealedField(_("for the record"))
    released_at = models.DateTimeField(_("asked no longer since"), null=True)

    history = History()
    objects = ReturnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "listing"], name="one_return_per_listing"),
            models.CheckConstraint(
                name="return_answered_both",
                condition=Q(state="outstanding", answered_at__isnull=True)
                | Q(~Q(state="outstanding"), answered_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["listing", "state"])]


class PersonCheckQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The checks of visible returns."""
        return self.with_key().filter(answer__in=Return.objects.visible_to(member).values("pk"))


class PersonCheck(SealedRecord, VersionedRecord):
    """Whether one person is known to the agency, and whether the details that were sent are right."""

    class Known(models.TextChoices):
        UNANSWERED = "", _("Not answered")
        KNOWN = "known", _("Known")
        NOT_KNOWN = "not_known", _("Not known")

    class Accuracy(models.TextChoices):
        UNCHECKED = "", _("Not checked")
        CORRECT = "correct", _("Details are correct")
        DIFFERENT = "different", _("We hold something different")

    answer = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="checks")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    known = models.CharField(_("known"), max_length=10, choices=Known, blank=True)
    accuracy = models.CharField(_("details"), max_length=10, choices=Accuracy, blank=True)
    correction = SealedField(_("what we hold instead"))
    last_contact_on = models.DateField(_("last contact or sighting"), null=True, blank=True)

    history = History()
    objects = PersonCheckQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "party"], name="one_check_per_person")]
