"""Contact with the victim before the meeting, and what the victim wants."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from cases.models.referral import Referral
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField


class VictimContactQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Own agency's contacts; the desk's; those told at once; all once signed in the meeting."""
        own = Q(agency_id=member.agency_id) & (
            opened(member, referral="referral") | opened(member, case="referral__case")
        )
        told = opened(member, referral="referral", stages=[Stage.INFORMED, Stage.DESK])
        met = opened(member, case="referral__case", stages=[Stage.DESK, Stage.MEETING])
        return self.with_key().filter(own | told | met, ~barred(member, case="referral__case", referral="referral"))


class VictimContact(SealedRecord, VersionedRecord):
    """One attempt to reach the victim: made or not, when, by which safe way, and the victim's wishes."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="contacts")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    made = models.BooleanField(_("contact was made"))
    happened_at = models.DateTimeField(_("when"))
    way = SealedField(_("by which safe way"))
    wishes = SealedField(_("what the victim wants"))
    not_made_reason = SealedField(_("why contact was not made"))

    history = History()
    objects = VictimContactQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["referral", "happened_at"])]
