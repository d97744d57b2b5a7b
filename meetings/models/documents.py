"""Documents made from a meeting, and the letters that carry them."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Bar, Case, Entry
from cases.models.access import stands
from core.history import History
from partnership.post.letter import PostedLetter, PostedLetterQuerySet
from partnership.post.paper import MadePaper, MadePaperQuerySet
from partnership.roles import Permission


class DocumentQuerySet(MadePaperQuerySet):
    def visible_to(self, member):
        """The desk's documents, and those made for the member's agency; none that holds what is barred to them.

        After the meeting an agency's minutes and plan are open to it, and its agenda is not any more.  None is to
        members of an agency that is no tier-1 signatory at this instant, nor to a guest.
        """
        own = Q(agency_id=member.agency_id, meeting__panel_id__in=member.panels_with(Permission.MAKE_DOCUMENTS))
        closed = Q(kind=Document.Kind.AGENCY_AGENDA, meeting__ended_at__isnull=False)
        return (
            self.with_key()
            .filter(Q(meeting__panel_id__in=member.desk_panels()) | own & ~closed, stands(member))
            .without_bars_against(member)
        )

    def without_bars_against(self, reader):
        """Documents that hold no case and no entry from which *reader* (member or `AgencyItself`) is barred now."""
        bars = Bar.objects.against(reader)
        on_case = bars.filter(
            Q(case=OuterRef("case"))
            | Q(referral__case=OuterRef("case"))
            | Q(listing__case=OuterRef("case"), listing__item__meeting=OuterRef("document__meeting"))
        )
        held_cases = Document.cases.through.objects.filter(Exists(on_case), document=OuterRef("pk"))
        held_entries = Document.entries.through.objects.filter(
            document=OuterRef("pk"), entry__in=bars.filter(entry__isnull=False).values("entry")
        )
        return self.exclude(Exists(held_cases)).exclude(Exists(held_entries))


class Document(MadePaper):
    """A PDF of a meeting.  `cases` and `entries` are what it holds: who is barred from one is kept from all of it."""

    class Kind(models.TextChoices):
        AGENDA = "agenda", _("Agenda")
        MINUTES = "minutes", _("Minutes")
        PLAN = "plan", _("Action plan")
        AGENCY_PLAN = "agency_plan", _("Agency’s action plan")
        AGENCY_AGENDA = "agency_agenda", _("Agency’s agenda")
        AGENCY_MINUTES = "agency_minutes", _("Agency’s minutes")

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=16, choices=Kind)
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    cases = models.ManyToManyField(Case, related_name="+")
    entries = models.ManyToManyField(Entry, related_name="+")

    history = History(excluded_fields=["progress", "making_at"])
    objects = DocumentQuerySet.as_manager()

    class Meta(MadePaper.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "kind", "number"], condition=Q(agency__isnull=True), name="one_document_of_a_number"
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind", "agency", "number"],
                condition=Q(agency__isnull=False),
                name="one_agency_document_of_a_number",
            ),
            models.CheckConstraint(
                name="document_for_agency_or_desk",
                condition=Q(kind__in=["agency_agenda", "agency_plan", "agency_minutes"], agency__isnull=False)
                | Q(kind__in=["agenda", "plan", "minutes"], agency__isnull=True),
            ),
        ]
        indexes = [*MadePaper.Meta.indexes, models.Index(fields=["meeting", "kind"])]


class LetterQuerySet(PostedLetterQuerySet):
    def visible_to(self, member):
        """The desk's letters, and those to the member's own agency whose document the member may open."""
        own = Q(
            agency_id=member.agency_id,
            meeting__panel_id__in=member.panels_with(Permission.MAKE_DOCUMENTS),
            document__in=Document.objects.visible_to(member).order_by().values("pk"),
        )
        return self.with_key().filter(Q(meeting__panel_id__in=member.desk_panels()) | own, stands(member))


class Letter(PostedLetter):
    """A letter that carries a meeting's document to an agency."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="letters")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="letters")

    history = History(excluded_fields=["enqueued_at"])
    objects = LetterQuerySet.as_manager()

    class Meta(PostedLetter.Meta):
        indexes = [*PostedLetter.Meta.indexes, models.Index(fields=["meeting", "state"])]
