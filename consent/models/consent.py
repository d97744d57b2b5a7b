"""A consent: what one person answered about sharing, asked by one agency, on one case and in one episode of it."""

import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from cases.models.track import seen_with
from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from partnership.roles import Permission

REVIEW_DAYS = datetime.timedelta(days=30)


class ConsentQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Those that the member's own agency recorded, and at the desk those whose form lets the coordinator see.

        Only for who keeps consents on the panel and sees the case without a bar.  A refusal is itself confidential.
        """
        at_desk = Q(opened(member, case="case", stages=[Stage.DESK]), form__desk_sees=True)
        outside_episodes = Q(track__isnull=True) & Q(opened(member, case="case", with_tracks=True))
        return self.with_key().filter(
            Q(agency_id=member.agency_id) | at_desk,
            outside_episodes | seen_with(member, track="track"),
            ~barred(member, case="case"),
            panel_id__in=member.panels_with(Permission.KEEP_CONSENT),
        )

    def with_answers(self):
        """Join all that `consent.rules.covers` reads: three queries, whatever the number."""
        return self.select_related("form", "track").prefetch_related("agencies", "answers")

    def with_whole(self):
        """Join all that a consent's own page, its rules and its papers read."""
        return self.select_related(
            "form", "track", "party__key", "agency", "panel", "case__key", "case__panel", "decided_by"
        ).prefetch_related("agencies__agency", "answers", "signatures__key", "withdrawals__key")

    def on_case(self, case):
        """Every consent on *case*, whoever sees it: for rules and for settling who is barred, never for a page."""
        return self.with_key().filter(case=case).with_answers().order_by("created_at", "pk")

    def decided(self):
        """Those by which somebody holds something: given, in full or part, or decided for a person who cannot."""
        return self.filter(Q(state__in=Consent.GIVEN) | Q(state=Consent.State.CANNOT) & ~Q(ground=""))

    def ending(self, on: datetime.date | None = None):
        """Decided ones to renew on *on* (default today): they end within 30 days or have ended, of open cases and
        running episodes, and nobody has begun to ask again."""
        on = on or timezone.localdate()
        replaced = Consent.objects.filter(renews=OuterRef("pk")).exclude(state=Consent.State.SUPERSEDED)
        return (
            self.decided()
            .filter(ends_on__lte=on + REVIEW_DAYS, case__state="open", track__ended_at__isnull=True)
            .exclude(Exists(replaced))
        )


class Consent(SealedRecord, VersionedRecord):
    """Consent to share confidential information (common law), as one agency asked it of one person.

    It is no data-protection basis, and no agreement to a service.  Each has a key of its own: the proof outlives the
    case.  `track` is the treatment episode: a form holds for one.  Renewing makes a new record (`renews`).
    Information Sharing for Community Safety (2010) §3.1.1.1; Mental Capacity Act 2005 ss.1–4; Gillick [1986] AC 112.
    """

    class State(models.TextChoices):
        NOT_SOUGHT = "not_sought", _("Not asked")
        REQUESTED = "requested", _("Being asked")
        FULL = "given_full", _("Given")
        PART = "given_part", _("Given in part")
        REFUSED = "refused", _("Refused")
        CANNOT = "cannot_consent", _("Cannot consent")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SUPERSEDED = "superseded", _("Replaced")

    GIVEN = (State.FULL, State.PART)

    class Phase(models.TextChoices):
        """What the clock makes of a consent that holds."""

        REVIEW_DUE = "review_due", _("Review due")
        EXPIRED = "expired", _("Ended")

    class NotSought(models.TextChoices):
        UNSAFE = "unsafe", _("Asking would put somebody in danger")
        PREJUDICE = "prejudice", _("Asking would hinder preventing or detecting a crime")
        STATUTORY = "statutory", _("The law requires or allows this sharing without it")
        UNREACHED = "unreached", _("The person could not be reached yet")
        OTHER = "other", _("Another reason")

    class Able(models.TextChoices):
        UNKNOWN = "", _("Not yet considered")
        YES = "yes", _("Yes")
        NO = "no", _("No")

    class Format(models.TextChoices):
        PRINT = "print", _("Ordinary print")
        ALOUD = "aloud", _("Read aloud")
        LARGE = "large", _("Large print")
        EASY = "easy", _("Easy read")
        SIGNED = "signed", _("British Sign Language")
        OTHER = "other", _("Another way")

    class Parent(models.TextChoices):
        NOT_ASKED = "not_asked", _("Not asked")
        AGREES = "agrees", _("Agrees")
        REFUSES = "refuses", _("Does not agree")

    class Cannot(models.TextChoices):
        CAPACITY = "capacity", _("The person lacks capacity for this decision")
        AGE = "age", _("The child is not competent to decide this")

    class Ground(models.TextChoices):
        PARENTAL = "parental", _("Somebody with parental responsibility agrees")
        BEST_INTERESTS = "best_interests", _("It is in the person’s best interests")

    class Copy(models.TextChoices):
        PAPER = "paper", _("On paper, by hand")
        POST = "post", _("By post, to a safe address")
        SECURE_MAIL = "mail", _("By secure e-mail")
        DECLINED = "declined", _("Offered, and not wanted")

    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, null=True, related_name="consents")
    party = models.ForeignKey("cases.Party", on_delete=models.SET_NULL, null=True, related_name="+")
    subject = models.ForeignKey("cases.Subject", on_delete=models.PROTECT, related_name="+")
    track = models.ForeignKey("cases.Track", on_delete=models.SET_NULL, null=True, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey("consent.ConsentForm", on_delete=models.PROTECT, related_name="+")
    renews = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="renewals")
    state = models.CharField(max_length=14, choices=State, default=State.REQUESTED)

    # not sought
    not_sought_reason = models.CharField(_("why it is not asked"), max_length=10, choices=NotSought, blank=True)
    words = SealedField(_("in your own words"))

    # person and capacity
    able = models.CharField(_("able to decide this"), max_length=3, choices=Able, blank=True)
    able_words = SealedField(_("how you know"))
    interpreter = models.BooleanField(_("an interpreter was there"), null=True)
    language = SealedField(_("language"))
    format = models.CharField(_("how the form was given"), max_length=6, choices=Format, blank=True)
    parent_answer = models.CharField(
        _("what a person with parental responsibility says"), max_length=9, choices=Parent, blank=True
    )
    parent_name = SealedField(_("name of the person with parental responsibility"))
    parent_words = SealedField(_("what they said, or why they were not asked"))

    # limits and rights
    limits_explained = models.BooleanField(_("when confidentiality may be broken"), default=False)
    without_explained = models.BooleanField(_("what happens without consent"), default=False)
    withdrawing_explained = models.BooleanField(_("that consent can be taken back, and how"), default=False)
    rights_explained = models.BooleanField(_("access, correction and complaint"), default=False)

    # what was decided
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    chosen_end_on = models.DateField(_("last day, as the person chose"), null=True, blank=True)
    cannot_reason = models.CharField(_("why the person cannot decide"), max_length=8, choices=Cannot, blank=True)
    ground = models.CharField(_("on which ground it goes on"), max_length=14, choices=Ground, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    copy_given_on = models.DateField(_("copy given on"), null=True, blank=True)
    copy_given_how = models.CharField(_("how the copy was given"), max_length=8, choices=Copy, blank=True)

    history = History()
    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "subject", "agency"],
                condition=Q(state="requested", track__isnull=True),
                name="one_consent_asked_on_a_case",
            ),
            models.UniqueConstraint(
                fields=["case", "subject", "agency", "track"],
                condition=Q(state="requested", track__isnull=False),
                name="one_consent_asked_in_an_episode",
            ),
            models.CheckConstraint(
                name="consent_decided_both",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_given_from_until",
                condition=~Q(state__in=["given_full", "given_part"])
                | Q(decided_at__isnull=False, starts_on__isnull=False, ends_on__isnull=False, able="yes"),
            ),
            models.CheckConstraint(
                name="consent_decided_for_another_from_until",
                condition=~Q(state="cannot_consent")
                | Q(ground="")
                | Q(decided_at__isnull=False, starts_on__isnull=False, ends_on__isnull=False, able="no"),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_has_when",
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_superseded_has_when",
                condition=Q(state="superseded", superseded_at__isnull=False)
                | ~Q(state="superseded") & Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_not_sought_says_why", condition=~Q(state="not_sought") | ~Q(not_sought_reason="")
            ),
            models.CheckConstraint(
                name="consent_copy_on_and_how",
                condition=Q(copy_given_on__isnull=True, copy_given_how="")
                | Q(copy_given_on__isnull=False) & ~Q(copy_given_how=""),
            ),
        ]
        indexes = [
            models.Index(fields=["case", "state"]),
            models.Index(fields=["agency", "state", "ends_on"]),
        ]

    def __str__(self):
        return str(self.pk)

    @property
    def holds(self) -> bool:
        """Whether somebody decided that something may be shared; the clock, and what was taken back, apart."""
        return self.state in self.GIVEN or self.state == self.State.CANNOT and bool(self.ground)


class ConsentAgencyQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With their consent."""
        return self.filter(consent__in=Consent.objects.visible_to(member).order_by().values("pk"))


class ConsentAgency(Record):
    """An agency that the person named: that it may give, or that it may receive; until they took that back."""

    class Side(models.TextChoices):
        GIVES = "gives", _("May give")
        RECEIVES = "receives", _("May receive")

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="agencies")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Side)
    until = models.DateTimeField(null=True)

    objects = ConsentAgencyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consent", "agency", "side"], name="one_agency_on_a_side_of_a_consent")
        ]


class ConsentAnswerQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With their consent."""
        return self.filter(consent__in=Consent.objects.visible_to(member).order_by().values("pk"))


class ConsentAnswer(Record):
    """Yes or no to one category of information or one purpose; `until` is when a yes was taken back."""

    class Kind(models.TextChoices):
        CATEGORY = "category", _("Information")
        PURPOSE = "purpose", _("Purpose")

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=8, choices=Kind)
    code = models.CharField(max_length=30)
    agreed = models.BooleanField()
    until = models.DateTimeField(null=True)

    objects = ConsentAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consent", "kind", "code"], name="one_answer_to_a_question"),
            models.CheckConstraint(name="only_a_yes_is_taken_back", condition=Q(until__isnull=True) | Q(agreed=True)),
        ]
