"""Referrals: why a person is brought to the panel, and the risk checklist that goes with it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from cases.models.case import Case, Party
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField, SealedJSONField


def _whole(member, *, referral: str, case: str) -> tuple:
    """The conditions on which *member* sees a referral whole, of an outer row with these columns."""
    return (
        opened(member, referral=referral, stages=[Stage.REFERRAL, Stage.INFORMED, Stage.DESK]),
        ~barred(member, referral=referral, case=case),
    )


class ReferralQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The whole referral: for the referrer's agency, those told at once, and the desk; save bars.

        A draft is seen by the agency that writes it alone.
        """
        return self.with_key().filter(*_whole(member, referral="pk", case="case"))

    def brief_for(self, member):
        """Reason and summary, for members of agencies that research or hear the case, or took part in hearing it."""
        return self.with_key().filter(
            opened(member, case="case", accepted="decided_at") | opened(member, referral="pk"),
            ~barred(member, referral="pk", case="case"),
        )

    def told_at_once(self, member):
        """Others' referrals that the agency of *member* sees because it is told at once."""
        return (
            self.visible_to(member)
            .filter(opened(member, referral="pk", stages=[Stage.INFORMED]))
            .exclude(agency_id=member.agency_id)
        )

    def waiting(self):
        return self.filter(state=Referral.State.SUBMITTED)


class Referral(SealedRecord, VersionedRecord):
    """One agency's request that the panel hear a victim and the alleged perpetrators.

    `key` is its future case's from the first save.  Awareness and consent are separate facts: MARAC needs neither,
    and records both.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for screening")
        RETURNED = "returned", _("Returned for more information")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class RepeatAnswer(models.TextChoices):
        UNANSWERED = "", _("Not yet confirmed")
        REPEAT = "repeat", _("Repeat")
        NEW = "new", _("Not a repeat")

    YesNo = Party.YesNo

    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="referrals")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="referrals")
    reference = models.CharField(_("reference"), max_length=24)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    decision_reason = SealedField(_("reason"))
    missing = SealedJSONField(_("what is missing"))

    # who refers
    contact_name = models.CharField(_("contact name"), max_length=120, blank=True)
    contact_job_title = models.CharField(_("job title"), max_length=120, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    manager_name = models.CharField(_("manager who signs off"), max_length=120, blank=True)
    manager_signed_on = models.DateField(_("signed off on"), null=True, blank=True)

    # why: four routes
    visible_high_risk = models.BooleanField(_("visible high risk"), default=False)
    professional_judgement = models.BooleanField(_("professional judgement"), default=False)
    judgement_reasons = SealedField(_("reasons for the professional judgement"))
    potential_escalation = models.BooleanField(_("potential escalation"), default=False)
    escalation_count = models.PositiveSmallIntegerField(_("number of incidents"), null=True, blank=True)
    escalation_months = models.PositiveSmallIntegerField(_("within months"), null=True, blank=True)
    claimed_repeat = models.BooleanField(_("repeat"), default=False)
    claimed_repeat_on = models.DateField(_("date last listed"), null=True, blank=True)
    claimed_repeat_reference = SealedField(_("case number last time"))
    repeat = models.CharField(max_length=8, choices=RepeatAnswer, blank=True)
    repeat_confirmed_at = models.DateTimeField(null=True)
    repeat_confirmed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    repeat_explanation = SealedField(_("why it is, or is not, a repeat"))

    # what happened
    incident_on = models.DateField(_("date of the latest incident"), null=True, blank=True)
    summary = SealedField(_("summary"))
    recent_incidents = SealedField(_("recent incidents"))
    injuries = SealedField(_("injuries and medical help"))
    frequency = SealedField(_("how often, and whether it is getting worse"))
    background = SealedField(_("background"))
    reported = SealedField(_("reported to the police, and what came of it"))
    barriers = SealedField(_("barriers to seeking help"))
    substance_use = SealedField(_("alcohol and drugs"))
    mental_health = SealedField(_("mental health"))
    risks_victim = SealedField(_("risks and triggers: victim"))
    risks_children = SealedField(_("risks and triggers: children"))
    risks_perpetrator = SealedField(_("risks and triggers: alleged perpetrator"))
    risks_staff = SealedField(_("risks to staff"))
    support_in_place = SealedField(_("support in place"))
    animals = SealedField(_("pets and other animals"))

    # what the scheme asks beyond these columns: its items' codes and plain values
    details = SealedJSONField(_("details"), shape=dict)

    # police block
    crime_reference = SealedField(_("crime reference"))
    officer = SealedField(_("officer in the case"))
    offence = SealedField(_("offence"))
    markers = SealedField(_("police markers"))
    orders = SealedField(_("orders: non-molestation, restraining, protection"))
    bail = SealedField(_("bail conditions"))
    offender_management = SealedField(_("offender management"))
    court = SealedField(_("charges, court and sentence"))
    wants_police_contact = models.CharField(_("wants police contact"), max_length=8, choices=YesNo, blank=True)
    police_contact_how = SealedField(_("how the police may make contact"))

    # aware, consent, ground
    aware = models.CharField(_("the victim knows of this referral"), max_length=8, choices=YesNo, blank=True)
    not_aware_reason = SealedField(_("why the victim has not been told"))
    consents = models.CharField(_("the victim agrees to this referral"), max_length=8, choices=YesNo, blank=True)
    no_consent_reason = SealedField(_("why it goes on without agreement"))
    lawful_basis = models.CharField(_("lawful basis claimed"), max_length=20, blank=True)
    lawful_basis_words = SealedField(_("why sharing is necessary"))
    other_marac = models.CharField(_("referred to another MARAC"), max_length=8, choices=YesNo, blank=True)
    other_marac_where = SealedField(_("where"))
    other_marac_on = models.DateField(_("when"), null=True, blank=True)

    history = History()
    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panel", "reference"], name="one_referral_of_a_reference"),
            models.CheckConstraint(
                name="referral_submitted_both",
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_accepted_has_case", condition=~Q(state="accepted") | Q(case__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["panel", "state", "submitted_at"])]

    def __str__(self):
        return self.reference


class ChecklistQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Checklists of referrals that *member* may see whole."""
        return self.with_key().filter(*_whole(member, referral="referral", case="referral__case"))


class Checklist(SealedRecord, VersionedRecord):
    """The answers to a risk checklist, item by item, and the score computed from them.

    `answers` maps the item's number to ``{"answer": "yes" | "no" | "unknown", "source": str, "comment": str}``.
    The instrument's questions are its publisher's and are not kept here.
    """

    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, related_name="checklist")
    instrument = models.CharField(_("instrument"), max_length=60)
    instrument_version = models.CharField(_("version"), max_length=20, blank=True)
    assessed_on = models.DateField(_("date"), null=True, blank=True)
    assessor = models.CharField(_("assessor"), max_length=120, blank=True)
    answers = SealedJSONField(_("answers"), shape=dict)
    narrative = SealedField(_("professional’s own words"))
    score = models.PositiveSmallIntegerField(_("score"), default=0)
    unanswered = models.PositiveSmallIntegerField(_("not answered"), default=0)
    unknown = models.PositiveSmallIntegerField(_("answered “don’t know”"), default=0)

    history = History()
    objects = ChecklistQuerySet.as_manager()

    def count(self, items: int) -> None:
        """Compute the score and the gaps of an instrument of *items* questions from the answers."""
        given = [answer.get("answer") for answer in self.answers.values()]
        self.score = given.count("yes")
        self.unknown = given.count("unknown")
        self.unanswered = items - sum(1 for answer in given if answer)
