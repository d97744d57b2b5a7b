"""A case (one victim and the same perpetrators), its parties, and its listings at meetings."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedDateField, SealedField, SealedJSONField


class CaseQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Cases with a live involvement of *member* and no bar."""
        return self.with_key().filter(opened(member, case="pk", with_tracks=True), ~barred(member, case="pk"))

    def open(self):
        return self.filter(state=Case.State.OPEN)

    def with_road(self, member):
        """Join what tells by which road *member* comes to the case (`cases.rules.case.road`), and how wide it opens."""
        from cases.models.action import Action
        from cases.models.mappa import named_on, responsible_on
        from cases.models.track import Track

        unfinished = Action.objects.unfinished().filter(case=OuterRef("pk"))
        waiting = Listing.objects.waiting().filter(case=OuterRef("pk"))
        return self.annotate(
            has_own_action=Exists(unfinished.filter(agency_id=member.agency_id)),
            has_open_action=Exists(unfinished),
            has_running_track=Exists(Track.objects.running().filter(case=OuterRef("pk"), closed_to_desk=False)),
            is_listed=Exists(waiting),
            awaits_first_step=Exists(_accepted_and_left()),
            opens_for_research=opened(member, case="pk", stages=[Stage.RESEARCH]),
            opens_in_meeting=opened(member, case="pk", stages=[Stage.MEETING]),
            opens_at_desk=opened(member, case="pk", stages=[Stage.DESK]),
            opens_to_manage=opened(member, case="pk", stages=[Stage.MANAGING], with_tracks=True),
            is_responsible=models.ExpressionWrapper(
                responsible_on(member, case="pk"), output_field=models.BooleanField()
            ),
            opens_mappa=models.ExpressionWrapper(
                responsible_on(member, case="pk") | named_on(member, case="pk"), output_field=models.BooleanField()
            ),
        )


def _accepted_and_left():
    """Accepted referrals of an outer case after which nobody listed it, agreed an action or began a track yet.

    One that came off the agenda unheard waits to be listed again, and counts as never listed.
    A track that is closed to the desk does not count: what the desk is asked would tell that there is one.
    """
    from cases.models.action import Action
    from cases.models.referral import Referral
    from cases.models.track import Track

    here, since = {"case": OuterRef("case")}, OuterRef("decided_at")
    return Referral.objects.filter(
        ~Exists(Listing.objects.taken_up().filter(**here, created_at__gte=since)),
        ~Exists(Action.objects.filter(**here, agreed_at__gte=since)),
        ~Exists(Track.objects.filter(**here, opened_at__gte=since, closed_to_desk=False)),
        case=OuterRef("pk"),
        state=Referral.State.ACCEPTED,
    )


class Case(SealedRecord, VersionedRecord):
    """What the panel hears: the same victim and the same perpetrators, whenever they are referred again.

    Closes with its last action and reopens on a new incident, never by itself.  Its `key` seals its referrals'
    narrative, its parties and its actions.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="cases")
    reference = models.CharField(_("reference"), max_length=24)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    restricted = models.BooleanField(_("restricted"), default=False)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panel", "reference"], name="one_case_of_a_reference"),
            models.CheckConstraint(
                name="case_closed_has_when",
                condition=Q(state="open", closed_at__isnull=True) | Q(state="closed", closed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["panel", "state", "opened_at"])]

    def __str__(self):
        return self.reference


def told_of(member):
    """That an outer party is no reporter, or one the panel was told of, or *member* is of the desk or the referrer."""
    from cases.models.naming import Naming

    desk = opened(member, case="case", stages=[Stage.DESK])
    return (
        ~Q(capacity=Party.Capacity.REPORTER)
        | opened(member, referral="referral", stages=[Stage.REFERRAL, Stage.DESK])
        | desk
        | Exists(Naming.objects.standing().filter(party=OuterRef("pk")))
    )


class PartyQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """People on cases and referrals that *member* may see; of referrals after one's own part in a case, nobody.

        A reporter is seen by the desk and by the agency that refers alone, until the desk tells the panel.
        """
        return self.with_key().filter(
            Q(case__isnull=False) & opened(member, case="case", accepted="referral__decided_at", with_tracks=True)
            | opened(member, referral="referral"),
            told_of(member),
            ~barred(member, case="case", referral="referral"),
        )

    def spoken_of(self):
        """Without reporters, told of or not: they are on no agenda, in no research, minutes, request or document."""
        return self.exclude(capacity=Party.Capacity.REPORTER)

    def standing_in(self, referral):
        """Those that *referral* names; not who was taken off it and is kept on account of a hold."""
        return self.filter(referral=referral).exclude(case__isnull=True, superseded_at__isnull=False)

    def current(self):
        """Without those that a later referral of the same case has replaced."""
        return self.filter(superseded_at__isnull=True)

    def in_order(self):
        return self.order_by("position", "created_at", "pk")


class Party(SealedRecord, VersionedRecord):
    """A person as one referral names them, and their part in its case.

    Sealed with the referral's key (its future case's).  `subject` is the person: made new when the referral is
    accepted, or one whom the coordinator recognised before or after; only then are `linked_at` and `linked_by` set.
    """

    class Capacity(models.TextChoices):
        VICTIM = "victim", _("Victim")
        PERPETRATOR = "perpetrator", _("Alleged perpetrator")
        CHILD = "child", _("Child")
        OTHER = "other", _("Other adult")
        OFFENDER = "offender", _("Offender")
        CLIENT = "client", _("Client")
        REPORTER = "reporter", _("Reporter")
        COMPLAINANT = "complainant", _("Complainant")
        WITNESS = "witness", _("Witness")
        ASSOCIATE = "associate", _("Associate")

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")
        UNKNOWN = "unknown", _("Not known")

    class Ethnicity(models.TextChoices):
        ASIAN = "asian", _("Asian or Asian British")
        BLACK = "black", _("Black, Black British, Caribbean or African")
        MIXED = "mixed", _("Mixed or multiple")
        WHITE_BRITISH = "white_british", _("White British")
        WHITE_OTHER = "white_other", _("White other")
        OTHER = "other", _("Other")
        UNKNOWN = "unknown", _("Not known")

    class YesNo(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNKNOWN = "unknown", _("Not known")

    referral = models.ForeignKey("cases.Referral", on_delete=models.CASCADE, related_name="parties")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="parties")
    subject = models.ForeignKey("cases.Subject", on_delete=models.PROTECT, null=True, related_name="parties")
    linked_at = models.DateTimeField(null=True)
    linked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True)
    capacity = models.CharField(max_length=12, choices=Capacity)
    position = models.PositiveSmallIntegerField(default=0)

    # identity
    given_name = SealedField(_("given names"))
    family_name = SealedField(_("family name"))
    aliases = SealedJSONField(_("aliases and other spellings"))
    birth_date = SealedDateField(_("date of birth"))
    other_birth_dates = SealedJSONField(_("other dates of birth in use"))
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, blank=True)
    gender_identity = SealedField(_("gender identity, if different"))
    ethnicity = models.CharField(_("ethnicity"), max_length=14, choices=Ethnicity, blank=True)
    disabled = models.CharField(_("disabled"), max_length=8, choices=YesNo, blank=True)
    lgbt = models.CharField(_("LGBT+"), max_length=8, choices=YesNo, blank=True)

    names = SealedJSONField(_("other names, with when and whether they are shown"))
    deceased = models.BooleanField(_("has died"), default=False)
    died_on = SealedDateField(_("date of death"))
    death_source = SealedField(_("who says that they have died"))

    # where and how
    address = SealedField(_("home address"))
    postcode = SealedField(_("postcode"))
    current_address = SealedField(_("where they are staying now, if different"))
    former_addresses = SealedJSONField(_("addresses that have ended, with until when"))
    address_confidential = models.BooleanField(_("the address is confidential"), default=False)
    phone = SealedField(_("telephone"))

    # safe contact (a victim's)
    safe_to_call = models.CharField(_("safe to call"), max_length=8, choices=YesNo, blank=True)
    safe_number = SealedField(_("safe number"))
    safe_times = SealedField(_("safe times"))
    safe_method = SealedField(_("safe ways: text, voicemail, withheld number"))
    safe_people = SealedField(_("who is safe to talk to"))
    unsafe_people = SealedField(_("who is not safe to talk to"))
    safe_third_contact = SealedField(_("a safe third person to reach them through"))
    afraid_of = SealedField(_("who they are afraid of"))

    # circumstances
    relationship = SealedField(_("relationship to the victim"))
    relationship_to_perpetrator = SealedField(_("relationship to the alleged perpetrator"))
    relationship_status = SealedField(_("relationship status"))
    lives_with = SealedField(_("lives with"))
    school = SealedField(_("school or nursery"))
    language = SealedField(_("first language"))
    interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    access_needs = SealedField(_("access and other needs"))
    immigration = SealedField(_("immigration status or no recourse to public funds"))
    pregnant = models.CharField(_("pregnant"), max_length=8, choices=YesNo, blank=True)
    gp = SealedField(_("GP surgery"))
    occupation = SealedField(_("occupation"))
    workplace = SealedField(_("workplace"))
    works_for = models.ForeignKey(
        "partnership.Agency",
        verbose_name=_("works for a member agency"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    tenancy = SealedField(_("tenancy or ownership"))
    weapons = SealedField(_("access to weapons"))
    visit_warning = SealedField(_("warning for visiting staff"))

    history = History()
    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("parties")
        constraints = [
            models.CheckConstraint(
                name="party_linked_both",
                condition=Q(linked_at__isnull=True, linked_by__isnull=True)
                | Q(linked_at__isnull=False, linked_by__isnull=False, subject__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["case", "capacity"])]

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class ListingQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Listings of visible cases at which *member* is involved, without a bar on case or listing."""
        return self.with_key().filter(
            opened(member, case="case", listing="pk"), ~barred(member, case="case", listing="pk")
        )

    def waiting(self):
        """Listings that a meeting has still to hear."""
        return self.filter(ended_on__isnull=True)

    def taken_up(self):
        """Listings that a meeting heard, or has still to hear."""
        return self.filter(Q(ended_on__isnull=True) | Q(heard_on__isnull=False))


class Listing(SealedRecord):
    """One case at one meeting: what is said at it (returns, entries, notes, drafts) has this key of its own.

    Raw returns go weeks after the minutes while the case lives; the meeting itself is known to the app above
    (`meetings.AgendaItem` points here).  Its place there ends (`ended_on`) when it was heard (`heard_on`), put off,
    taken off, or left as an alert when the meeting ended.
    """

    class Type(models.TextChoices):
        FULL = "full", _("Full")
        REPEAT = "repeat", _("Repeat")
        TRANSFER = "transfer", _("Transfer")
        URGENT = "urgent", _("Urgent")
        ALERT = "alert", _("Alert only")
        RESTRICTED = "restricted", _("Restricted")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="listings")
    referral = models.ForeignKey("cases.Referral", on_delete=models.RESTRICT, null=True, related_name="listings")
    type = models.CharField(_("listing type"), max_length=10, choices=Type, default=Type.FULL)
    transferred_from = models.CharField(_("transferred from"), max_length=120, blank=True)
    heard_on = models.DateField(_("heard on"), null=True)
    ended_on = models.DateField(_("waits no more since"), null=True)

    history = History()
    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="listing_heard_has_ended", condition=Q(heard_on__isnull=True) | Q(ended_on__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["case", "ended_on"])]
