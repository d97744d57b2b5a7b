"""What one agency's answer says beside its entries: whom it knows, whether what was sent is right, who works there."""

from dataclasses import dataclass, field

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.models import Entry, Party
from cases.schemes import scheme_of
from core.templatetags.confer import when
from meetings.models import PersonCheck, Return
from meetings.rules import research as rules
from meetings.views.kept import mark_kept
from partnership.access import permission
from partnership.roles import Permission

Known, Accuracy = PersonCheck.Known, PersonCheck.Accuracy
JOINED = ("key", "request__agency", "request__meeting__panel", "listing__case__key", "answered_by")


@dataclass
class Told:
    """One answer as a member reads it; *basis* in words, *comment* only where it is for them."""

    answer: Return
    checks: list[PersonCheck] = field(default_factory=list)
    basis: str = ""
    comment: str = ""

    @property
    def agency(self):
        return self.answer.request.agency

    @property
    def known(self) -> list[tuple[str, str]]:
        """Whom the agency knows: each name, and in words when it last saw them and whether what was sent is right."""
        return [(c.party.name, _marks(c)) for c in self.checks if c.known == Known.KNOWN]

    @property
    def not_known(self) -> list[str]:
        """The names of those whom it does not know."""
        return [check.party.name for check in self.checks if check.known == Known.NOT_KNOWN]

    @property
    def different(self) -> list[PersonCheck]:
        """Where it holds something else than was sent."""
        return [check for check in self.checks if check.accuracy == Accuracy.DIFFERENT]


def _marks(check: PersonCheck) -> str:
    words = [_("details correct")] if check.accuracy == Accuracy.CORRECT else []
    if check.last_contact_on:
        words.append(_("last contact or sighting %(day)s") % {"day": when(check.last_contact_on)})
    return ", ".join(words)


def told_by(member, answers: list[Return]) -> list[Told]:
    """What each of *answers*, all about one listing and visible to *member*, says beside its entries.

    Only those that are given and that *member* may read (`rules.readable`).  *answers* have `request.agency` and
    `request.meeting.panel` joined; one query whatever their number.
    """
    given = {answer.pk: Told(answer) for answer in rules.readable(member, answers)}
    people = Party.objects.visible_to(member).spoken_of()
    checks = (
        PersonCheck.objects.visible_to(member)
        .filter(answer__in=list(given), party__in=people.values("pk"))
        .select_related("key", "party__key")
        .order_by("party__position", "party__created_at", "pk")
    )
    for check in checks:
        given[check.answer_id].checks.append(check)
    for told in given.values():
        answer = told.answer
        told.basis = _basis(answer)
        told.comment = answer.comment if rules.may_read_comment(member, answer) else ""
    return list(given.values())


def _basis(answer: Return) -> str:
    bases = scheme_of(answer.request.meeting.panel).bases
    return next((str(basis.name) for basis in bases if basis.code == answer.lawful_basis), "")


@require_GET
@permission(Permission.ATTEND)
def answer(request, pk):
    """One agency's answer for one case, to be read: the desk's, and once signed for the meeting."""
    member = request.member
    found = find_or_404(request, Return.objects.visible_to(member).select_related(*JOINED), pk=pk)
    told = told_by(member, [found])
    if not told:
        raise Http404
    meeting = found.request.meeting
    context = {"meeting": meeting, "case": found.listing.case, "told": told[0]}
    context["entries"] = _entries(member, meeting, found)
    response = render(request, "meetings/research/answer.html", context)
    consulted(request, found.listing.case, reason="agenda_item", case_id=found.listing.case_id, things=[found])
    return response


def _entries(member, meeting, found: Return) -> list[Entry]:
    said = Entry.objects.visible_to(member).filter(listing=found.listing_id, agency=found.request.agency_id)
    entries = list(said.select_related("key", "agency", "party__key").order_by("written_at", "pk"))
    mark_kept(member, meeting, found.listing, entries)
    for entry in entries:
        entry.is_late = rules.is_late(entry.written_at, meeting, asked_at=found.listing.created_at)
    return entries
