"""Actions: what one agency undertakes on a case, by when, and what came of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from cases.models.case import Case, Listing, Party
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField


class ActionQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The own agency's actions on a case it is involved in; all in the meeting, at the desk, and to who manages."""
        own = Q(agency_id=member.agency_id) & opened(member, case="case")
        all_of_case = opened(member, case="case", stages=[Stage.DESK, Stage.MEETING, Stage.MANAGING])
        return self.with_key().filter(own | all_of_case, ~barred(member, case="case", listing="listing"))

    def unfinished(self):
        return self.filter(state__in=[Action.State.OPEN, Action.State.IN_PROGRESS])

    def overdue(self, today):
        return self.unfinished().filter(due_on__lt=today)


class Action(SealedRecord, VersionedRecord):
    """An undertaking of one owning agency.  The panel owns none: responsibility stays with the agency.

    *pathway* is a code of the scheme's, where the action is a step of the plan about a person.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        IN_PROGRESS = "in_progress", _("In progress")
        DONE = "done", _("Done")
        NOT_POSSIBLE = "not_possible", _("No longer possible: circumstances changed")
        NOT_DONE = "not_done", _("Not done")
        REFUSED = "refused", _("Refused by the agency")
        SUPERSEDED = "superseded", _("Superseded")

    class Risk(models.TextChoices):
        VICTIM = "victim", _("Victim")
        CHILDREN = "children", _("Children")
        OTHERS = "others", _("Other adults")
        PERPETRATOR = "perpetrator", _("Alleged perpetrator")
        STAFF = "staff", _("Staff")
        PERSON = "person", _("The person")
        COMMUNITY = "community", _("The community")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="actions")
    listing = models.ForeignKey(Listing, on_delete=models.SET_NULL, null=True, related_name="actions")
    party = models.ForeignKey(Party, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    proposal = models.ForeignKey("cases.Entry", on_delete=models.SET_NULL, null=True, related_name="actions")
    number = models.PositiveSmallIntegerField(_("number"))
    risk = models.CharField(_("whose risk it addresses"), max_length=12, choices=Risk, default=Risk.VICTIM)
    pathway = models.CharField(_("pathway"), max_length=20, blank=True)
    text = SealedField(_("action"))
    safe_words = SealedField(_("words that are safe for the victim to hear"))
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="actions")
    member = models.ForeignKey(
        "partnership.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    person_named = models.CharField(_("person named"), max_length=120, blank=True)
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    outcome = SealedField(_("outcome"))
    evidence = SealedField(_("evidence"))
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    superseded_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="supersedes")
    superseded_words = SealedField(_("why it was replaced"))
    escalated_to = models.CharField(_("escalated to"), max_length=120, blank=True)
    escalated_at = models.DateTimeField(_("escalated on"), null=True)
    escalated_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    reminded_before_at = models.DateTimeField(null=True)
    reminded_after_at = models.DateTimeField(null=True)

    history = History()
    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_action_of_a_number"),
            models.CheckConstraint(
                name="action_ended_has_when",
                condition=Q(state__in=["open", "in_progress"], ended_at__isnull=True)
                | Q(~Q(state__in=["open", "in_progress"]), ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="action_escalated_to_whom_and_when",
                condition=Q(escalated_to="", escalated_at__isnull=True)
                | Q(~Q(escalated_to=""), escalated_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "due_on"]), models.Index(fields=["state", "due_on"])]
