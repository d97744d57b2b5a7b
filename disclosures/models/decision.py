"""One originator's recorded answer to one request.  Append-only: a change is a new decision that supersedes."""

import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from disclosures.models import codes
from disclosures.models.disclosure import Disclosure
from disclosures.models.sight import answers, kept_away, stands_on
from partnership.models import LiaisonPost


def _midnight(day: str, later=datetime.timedelta()):
    return timezone.make_aware(datetime.datetime.combine(datetime.date.fromisoformat(day) + later, datetime.time.min))


class DecisionQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The originator's alone: its liaison officers' and, in an emergency, its members who may release at once."""
        return (
            self.with_key()
            .select_related("disclosure__key")
            .filter(answers(member, "disclosure__"), ~kept_away(member, "disclosure__case"))
        )

    def known_to_posts(self, member):
        """What *member* is told of as data protection officer or safeguarding lead: numbers, dates and states alone.

        To the former what was escalated, released in an emergency or disagreed with; to the latter what is urgent, or
        was escalated, where a child may be at risk.  Fetched without keys: no word of it can be opened.
        """
        posts = LiaisonPost.objects.live().filter(member_id=member.pk)
        officer = Q(originator__in=posts.filter(kind=LiaisonPost.Kind.DPO).values("agency"))
        lead = Q(originator__in=posts.filter(kind=LiaisonPost.Kind.SAFEGUARDING).values("agency"))
        escalated = Q(escalated_at__isnull=False)
        grave = escalated | Q(way="emergency") | Exists(Dissent.objects.filter(decision=OuterRef("pk")))
        child = Q(disclosure__child_safeguarding=True) & (escalated | ~Q(disclosure__urgency="routine"))
        return (
            self.select_related("disclosure", "originator")
            .filter(officer & grave | lead & child, stands_on(member, "disclosure__case"))
            .exclude(kept_away(member, "disclosure__case"))
        )

    def to_agree(self, member):
        """Those that wait for *member*, named at the originator, to agree that sharing is more detrimental."""
        return (
            self.with_key()
            .select_related("disclosure__key", "originator")
            .filter(stands_on(member, "disclosure__case"), ~kept_away(member, "disclosure__case"))
            .filter(reviewer=member.pk, state="waiting", outcome="detrimental", originator_id=member.agency_id)
        )

    def narrowed(self, wanted: dict):
        """Those of the codes, the asking agency's id and the days as ISO (received *since*, *until*) in *wanted*.

        Its *number* is how the number of the request, of one of its releases, or of its case begins.
        """
        columns = {name: name for name in ("state", "outcome")}
        columns |= {"urgency": "disclosure__urgency", "agency": "disclosure__agency"}
        found = self.filter(**{column: wanted[name] for name, column in columns.items() if wanted.get(name)})
        if number := wanted.get("number"):
            of_release = Exists(Decision.objects.filter(pk=OuterRef("pk"), releases__number__startswith=number))
            of_case = Q(disclosure__case__reference__startswith=number)
            found = found.filter(Q(disclosure__number__startswith=number) | of_case | of_release)
        if wanted.get("since"):
            found = found.filter(created_at__gte=_midnight(wanted["since"]))
        if wanted.get("until"):
            found = found.filter(created_at__lt=_midnight(wanted["until"], datetime.timedelta(days=1)))
        return found

    def waiting(self):
        return self.filter(state=Decision.State.WAITING)

    def decided(self):
        return self.filter(state=Decision.State.DECIDED)

    def before(self, decision):
        """What its originator has decided on the same request, and *decision* would supersede."""
        return self.decided().filter(disclosure=decision.disclosure_id, originator=decision.originator_id)

    def first_ones(self):
        """Those by which their originator supersedes nothing."""
        stands = Decision.objects.decided().filter(disclosure=OuterRef("disclosure"), originator=OuterRef("originator"))
        return self.exclude(Exists(stands))

    def overdue(self, now):
        """Waiting beyond the moment by which they were needed."""
        return self.waiting().filter(due_at__lte=now)

    def to_review(self):
        """Emergency releases that no liaison officer has reviewed."""
        return self.decided().filter(way=Decision.Way.EMERGENCY, reviewed_at__isnull=True)


class Decision(SealedRecord, VersionedRecord):
    """What one originating agency decided on one request, on which grounds, by whom; shared or not.

    While it waits, its liaison officers fill it in along the seven questions; decided, it never changes but in what
    comes after (review, dissent, supersession).  Narrative is sealed with the request's key; the words that leave are
    sealed with `words_key`, so that they can be destroyed while the decision and its reasons stand.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DECIDED = "decided", _("Decided")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Way(models.TextChoices):
        ORDINARY = "ordinary", _("Liaison officer’s decision")
        EMERGENCY = "emergency", _("Emergency release")
        MEETING = "meeting", _("Spoken in a meeting")

    class Review(models.TextChoices):
        RATIFIED = "ratified", _("Ratified")
        RECALLED = "recalled", _("Recalled")
        AGREED = "agreed", _("Agreed that sharing is more detrimental to the child")

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="decisions")
    originator = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    words_key = models.ForeignKey("core.Key", on_delete=models.PROTECT, related_name="+", editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    way = models.CharField(max_length=10, choices=Way, default=Way.ORDINARY)
    due_at = models.DateTimeField(_("needed by"), null=True)
    begun_at = models.DateTimeField(null=True)
    begun_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    steps_done = models.JSONField(default=list)

    # 1 and 2: nature of the information
    purpose_is_good = models.BooleanField(null=True)
    identifies = models.CharField(max_length=16, choices=codes.Identifies, blank=True)
    special = models.JSONField(default=list)
    offence = models.BooleanField(null=True)
    victim_material = models.BooleanField(null=True)
    health = models.BooleanField(null=True)
    counselling_notes = models.BooleanField(null=True)
    third_party = models.BooleanField(null=True)
    third_party_agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    third_party_answer = models.CharField(max_length=10, choices=codes.OriginAnswer, blank=True)
    third_party_name = SealedField(_("liaison officer who answered"))
    third_party_on = models.DateField(_("answered on"), null=True)
    third_party_words = SealedField(_("an agency that is not in Confer, limits"))
    stops = models.JSONField(default=list)
    tested_words = SealedField(_("how it was tested"))

    # 3: confidence, and health
    confidential = models.BooleanField(null=True)
    confidential_words = SealedField(_("why it is confidential"))
    caldicott = models.CharField(max_length=10, choices=codes.Advice, blank=True)
    caldicott_name = SealedField(_("Caldicott Guardian"))
    caldicott_on = models.DateField(null=True)
    caldicott_words = SealedField(_("advice"))
    caldicott_not = SealedField(_("why not, in an emergency"))
    caldicott_principles = models.JSONField(default=list)
    caldicott_note = SealedField(_("note on the principles"))

    # 4: consent and what the person knows
    consent_state = models.CharField(max_length=40, blank=True)
    no_consent = models.CharField(max_length=14, choices=codes.NoConsent, blank=True)
    no_consent_words = SealedField(_("why"))
    told = models.CharField(max_length=14, choices=codes.Told, blank=True)
    told_words = SealedField(_("what they were told, or why not"))
    representations = models.BooleanField(null=True)
    representations_words = SealedField(_("what they said, or why they were not asked"))

    # 5: public interest and the law
    overrides = models.JSONField(default=list)
    public_interest = SealedField(_("seriousness, imminence, proportionality"))
    protect = SealedField(_("who would be at risk, and which identities are protected"))
    regime = models.CharField(max_length=8, blank=True)
    recipient_regime = models.CharField(max_length=8, blank=True)
    standing = models.JSONField(default=dict)
    bases = models.JSONField(default=list)
    aims = models.JSONField(default=list)
    necessary = SealedField(_("why it is necessary"))
    less = SealedField(_("whether less would do"))
    balance = SealedField(_("the fair balance"))

    # 6: what, to whom, how
    method = models.CharField(max_length=8, choices=codes.Method, default=codes.Method.SYSTEM)
    conditions = models.JSONField(default=list)
    conditions_words = SealedField(_("other conditions"))
    destroy_on = models.DateField(_("destroy by"), null=True)
    destroy_event = models.CharField(max_length=12, choices=codes.DestroyEvent, blank=True)
    address_at = models.DateTimeField(_("confidential address looked at"), null=True)
    address_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    # 7: the record
    outcome = models.CharField(max_length=14, choices=codes.Outcome, blank=True)
    reason_code = models.CharField(max_length=18, choices=codes.Reason, blank=True)
    reason = SealedField(_("reasons"))
    advice = models.JSONField(default=list)
    advice_words = SealedField(_("advice taken"))
    reviewer = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    defer_until = models.DateField(null=True)
    review_on = models.DateField(null=True)
    review_told_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)

    # emergency
    emergency_reason = SealedField(_("why it could not wait"))
    verbal_approval = SealedField(_("who agreed by word of mouth"))
    review_due_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    review = models.CharField(max_length=8, choices=Review, blank=True)
    review_words = SealedField(_("what the review found"))

    # after
    escalated_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="supersedes")

    history = History()
    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="decision_not_by_requester",
                condition=Q(requested_by__isnull=True)
                | (Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")))
                & (Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("requested_by"))),
            ),
            models.CheckConstraint(
                name="decision_decided_has_who_and_when",
                condition=Q(state__in=["waiting", "withdrawn"], decided_at__isnull=True, decided_by__isnull=True)
                | Q(state__in=["decided", "superseded"], decided_at__isnull=False)
                & ~Q(outcome="")
                & ~Q(reason_code="")
                & (Q(decided_by__isnull=False) | Q(outcome="no_answer")),
            ),
            models.CheckConstraint(
                name="decision_reviewed_has_who",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, review="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                & (Q(way="emergency") & ~Q(review__in=["", "agreed"]) | Q(outcome="detrimental", review="agreed")),
            ),
            models.CheckConstraint(
                name="decision_review_by_another",
                condition=Q(way="meeting")
                | (Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("decided_by")))
                & (Q(reviewer__isnull=True) | ~Q(reviewer=F("decided_by"))),
            ),
            models.CheckConstraint(
                name="decision_detrimental_has_reviewer",
                condition=~Q(outcome="detrimental") | Q(state__in=["waiting", "withdrawn"]) | Q(reviewer__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_address_seen_by_another",
                condition=Q(address_at__isnull=True, address_by__isnull=True)
                | Q(address_at__isnull=False, address_by__isnull=False)
                & (Q(decided_by__isnull=True) | ~Q(decided_by=F("address_by"))),
            ),
            models.CheckConstraint(
                name="decision_superseded_has_successor",
                condition=Q(superseded_at__isnull=True, superseded_by__isnull=True) & ~Q(state="superseded")
                | Q(superseded_at__isnull=False, superseded_by__isnull=False, state="superseded"),
            ),
            models.UniqueConstraint(
                fields=["disclosure", "originator"],
                condition=Q(state="waiting"),
                name="one_waiting_decision_per_originator",
            ),
            models.UniqueConstraint(
                fields=["disclosure", "originator"],
                condition=Q(state="decided"),
                name="one_live_decision_per_originator",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"]),
            models.Index(fields=["originator", "created_at"]),
            models.Index(fields=["originator", "state", "due_at"]),
            models.Index(fields=["originator", "outcome", "decided_at"]),
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["outcome", "decided_at"]),
            models.Index(
                fields=["review_due_at"],
                condition=Q(way="emergency", reviewed_at__isnull=True),
                name="emergency_to_review",
            ),
        ]

    def __str__(self):
        return f"decision {self.pk}"

    @property
    def shares(self) -> bool:
        """Whether anything leaves by it."""
        return self.outcome in codes.SHARING

    @property
    def outcome_words(self) -> str:
        """What was decided; while it waits, what is chosen."""
        if self.decided_at is None:
            return self.get_outcome_display()
        return codes.DECIDED.get(self.outcome, self.get_outcome_display())


class DissentQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Who dissents, and the originator."""
        own = Q(agency_id=member.agency_id) & Q(decision__disclosure__in=Disclosure.objects.visible_to(member))
        return self.with_key().filter(
            own | Q(decision__in=Decision.objects.visible_to(member)), ~kept_away(member, "decision__disclosure__case")
        )


class Dissent(SealedRecord):
    """That an agency disagrees with a decision, to whom it was taken, and how it ended."""

    class Ending(models.TextChoices):
        STANDS = "stands", _("The decision stands")
        CHANGED = "changed", _("The decision was changed")
        WITHDRAWN = "withdrawn", _("The dissent was withdrawn")

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="dissents")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    raised_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    words = SealedField(_("why the agency disagrees"))
    escalated_to = models.CharField(max_length=12, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    ending_words = SealedField(_("how it ended"))

    history = History()
    objects = DissentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "agency"], condition=Q(ended_at__isnull=True), name="one_open_dissent_of_an_agency"
            ),
            models.CheckConstraint(
                name="dissent_ended_has_who",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ending="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ending=""),
            ),
        ]
