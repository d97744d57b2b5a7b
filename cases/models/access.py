"""Access is a row: `Involvement` opens, `Bar` closes and always wins.

Every `visible_to` of this app and of the apps above is made from the two functions `opened` and `barred`, so that
page, search, count, document and letter answer alike.  Rows are written only through `cases.workflow.access`.
Neither opens anything to an agency that has no standing under the protocol at the instant of asking.
"""

from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.compiled import Compiled, Slot
from core.history import History
from core.models import Record, RecordQuerySet
from partnership.models import Signatory
from partnership.roles import Permission


class Stage(models.TextChoices):
    """How much an involvement opens."""

    REFERRAL = "referral", _("made the referral")
    INFORMED = "informed", _("told at once")
    RESEARCH = "research", _("asked to research")
    MEETING = "meeting", _("signed in the meeting")
    ACTION = "action", _("has an action")
    MANAGING = "managing", _("manages the case")
    AFTER = "after", _("took part")
    DESK = "desk", _("panel’s desk")


class InvolvementQuerySet(RecordQuerySet):
    def of(self, member, at=None):
        """Live involvements that *member* holds: in person, through the agency, or at the panel's desk.

        What was opened in person ends with the role on the panel, and with the agency for which the member held it.
        None of them counts unless the agency is a tier-1 signatory at this instant; a guest's, in its one case.
        """
        held = Q(holder=Involvement.Holder.MEMBER, member_id=member.pk) | Q(holder=Involvement.Holder.AGENCY)
        by_role = Q(panel_id__in=member.panels_with(Permission.VIEW_CASE)) | Q(
            stage=Stage.REFERRAL, panel_id__in=member.panels_with(Permission.REFER)
        )
        return self.live(at).filter(
            held & by_role & Q(agency_id=member.agency_id)
            | Q(holder=Involvement.Holder.DESK, panel_id__in=member.desk_panels()),
            stands(member, at) | Q(case__in=guest_cases(member, at)),
        )


def stands(reader, at=None) -> Exists:
    """That the agency of *reader* (member or `AgencyItself`) is a tier-1 signatory at *at*; the same for every row."""
    return Exists(Signatory.objects.central(at).filter(agency_id=reader.agency_id))


def guest_cases(reader, at=None):
    """Ids of the cases for which the agency of *reader* is an out-of-area guest at *at* (guidance 2.2.4)."""
    return Signatory.objects.guests(at).filter(agency_id=reader.agency_id).values("only_case")


class Involvement(Record):
    """That a holder may see a case (or, before there is one, a referral): at which stage, since, until, why.

    One that names a *track* opens that track, the case and its people, and nothing else of it.

    The agency and role of the holder are copied, so that it stays true when people move.
    """

    class Holder(models.TextChoices):
        AGENCY = "agency", _("an agency")
        MEMBER = "member", _("one member")
        DESK = "desk", _("the panel’s desk")

    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="involvements")
    referral = models.ForeignKey("cases.Referral", on_delete=models.CASCADE, null=True, related_name="involvements")
    listing = models.ForeignKey("cases.Listing", on_delete=models.CASCADE, null=True, related_name="involvements")
    track = models.ForeignKey("cases.Track", on_delete=models.CASCADE, null=True, related_name="involvements")
    holder = models.CharField(max_length=8, choices=Holder)
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=40)

    history = History()
    objects = InvolvementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="involvement_in_case_or_referral",
                condition=Q(case__isnull=False) | Q(referral__isnull=False),
            ),
            models.CheckConstraint(
                name="involvement_holder_named",
                condition=Q(holder="agency", agency__isnull=False, member__isnull=True)
                | Q(holder="member", member__isnull=False, agency__isnull=False)
                | Q(holder="desk", member__isnull=True, agency__isnull=True),
            ),
        ]
        indexes = [
            # Case and holder together: by the agency alone a list would walk all its involvements for each case.
            models.Index(fields=["case", "agency"]),
            models.Index(fields=["referral", "agency"]),
            models.Index(fields=["agency", "stage"]),
            models.Index(fields=["member", "stage"]),
        ]


class BarQuerySet(RecordQuerySet):
    def against(self, member, at=None):
        """Live bars that bind *member*, by name or through the agency."""
        return self.live(at).filter(Q(member_id=member.pk) | Q(agency_id=member.agency_id))

    def on(self, listing):
        """Bars that keep somebody from the whole of *listing*: its own and its case's."""
        return self.filter(Q(listing=listing) | Q(case_id=listing.case_id))


class Bar(Record):
    """That a member, or every member of an agency, does not see a case, a listing, a referral or one entry.

    Recusal, conflict, exclusion by the author, consent absent: whatever the reason, it wins over any involvement.
    """

    class Reason(models.TextChoices):
        RECUSAL = "recusal", _("declared an interest")
        CONFLICT = "conflict", _("conflict of interest")
        EXCLUDED = "excluded", _("excluded by the author")
        CONSENT = "consent", _("consent absent")
        LAPSED = "lapsed", _("consent ended")  # open to them until then

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="bars")
    referral = models.ForeignKey("cases.Referral", on_delete=models.CASCADE, null=True, related_name="bars")
    listing = models.ForeignKey("cases.Listing", on_delete=models.CASCADE, null=True, related_name="bars")
    entry = models.ForeignKey("cases.Entry", on_delete=models.CASCADE, null=True, related_name="bars")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    set_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = BarQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bar_of_one_thing",
                condition=Q(case__isnull=False, referral__isnull=True, listing__isnull=True, entry__isnull=True)
                | Q(case__isnull=True, referral__isnull=False, listing__isnull=True, entry__isnull=True)
                | Q(case__isnull=True, referral__isnull=True, listing__isnull=False, entry__isnull=True)
                | Q(case__isnull=True, referral__isnull=True, listing__isnull=True, entry__isnull=False),
            ),
            models.CheckConstraint(
                name="bar_against_one",
                condition=Q(agency__isnull=False, member__isnull=True) | Q(agency__isnull=True, member__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "until"]),
            models.Index(fields=["member", "until"]),
        ]


class Allowance(Record):
    """That one agency has one entry although no consent covers it, by a decision on that one use, from and until when.

    It is for the *version* of the entry on which was decided: whatever is changed in it later is not allowed.
    It bars nobody and opens nothing by itself: while it holds no bar for want of consent is written for that agency.
    """

    entry = models.ForeignKey("cases.Entry", on_delete=models.CASCADE, related_name="allowances")
    version = models.PositiveIntegerField(_("version of the entry"), default=1)
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=40)
    set_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = RecordQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["entry", "agency"])]


FOR_CONSENT = (Bar.Reason.CONSENT, Bar.Reason.LAPSED)
LOOKING_BACK = (Stage.ACTION, Stage.AFTER)


class Anybody:
    """Stands for the member of whom `opened` and `barred` are asked, while their SQL is compiled."""

    pk, agency_id = Slot("member", models.UUIDField()), Slot("agency", models.UUIDField())
    NOW = Slot("now", models.DateTimeField())
    PANELS = {Permission.VIEW_CASE: "viewing", Permission.REFER: "referring"}

    def panels_with(self, permission):
        return Slot(self.PANELS[permission], models.UUIDField())

    def desk_panels(self):
        return Slot("desk", models.UUIDField())


def facts_of(member) -> dict:
    """What fills the slots of `Anybody` for *member*, now."""
    panels = {name: member.panels_with(permission) for permission, name in Anybody.PANELS.items()}
    own = {"member": member.pk, "agency": member.agency_id, "desk": member.desk_panels()}
    return {**own, **panels, "now": timezone.now()}


@dataclass(frozen=True)
class Opening:
    """The involvements that `opened` asks for, but for whom and of which row: *columns* says what the row is asked."""

    columns: frozenset
    stages: tuple
    with_tracks: bool

    def __call__(self):
        found = Involvement.objects.of(Anybody(), Anybody.NOW)
        if "track" in self.columns:
            found = found.filter(track=Slot("track"))
        elif not self.with_tracks:
            found = found.filter(track__isnull=True)
        for name in self.columns & {"case", "referral"}:
            found = found.filter(**{name: Slot(name)})
        if "listing" in self.columns:
            found = found.filter(Q(listing=Slot("listing")) | Q(listing__isnull=True))
        if self.stages:
            found = found.filter(stage__in=self.stages)
        if "accepted" in self.columns:
            accepted = Slot("accepted")
            agreed_since = Q(case__actions__agency=F("agency"), case__actions__agreed_at__gte=accepted)
            found = found.filter(
                ~Q(stage__in=LOOKING_BACK) | Q(since__gte=accepted) | Q(stage=Stage.ACTION) & agreed_since
            )
        return found


def opened(
    member,
    *,
    case: str | None = None,
    referral: str | None = None,
    listing: str | None = None,
    stages=None,
    accepted: str | None = None,
    track: str | None = None,
    with_tracks: bool = False,
) -> Compiled:
    """That a live involvement of *member* opens the outer row.

    *case*, *referral*, *listing* name the outer row's columns; *stages* narrows to some `Stage`s.  An involvement
    with a listing opens that listing only (where *listing* is asked), one without opens all listings of the case.
    *accepted* names when the outer row's referral was accepted: who took part earlier, or has an action from then, is
    told nothing of a later referral of the same case, such as where the victim has fled to.
    An involvement that names a track counts only where that *track*, an outer column, is asked for, or with
    *with_tracks*: for the case itself and its people.
    """
    named = {"case": case, "referral": referral, "listing": listing, "accepted": accepted, "track": track}
    columns = {name: column for name, column in named.items() if column}
    asked = Opening(frozenset(columns), tuple(str(stage) for stage in stages or ()), with_tracks)
    return Compiled(asked, facts_of(member), **columns)


@dataclass(frozen=True)
class Barring:
    """The bars that `barred` asks for, but against whom and on which row."""

    columns: frozenset

    def __call__(self):
        conditions = Q()
        for name in sorted(self.columns):
            conditions |= Q(**{name: Slot(name)})
        return Bar.objects.against(Anybody(), Anybody.NOW).filter(conditions)


def barred(member, *, case=None, referral=None, listing=None, entry=None) -> Compiled:
    """That a live bar against *member* is on any of the named outer columns."""
    named = {"case": case, "referral": referral, "listing": listing, "entry": entry}
    columns = {name: column for name, column in named.items() if column}
    return Compiled(Barring(frozenset(columns)), facts_of(member), **columns)
