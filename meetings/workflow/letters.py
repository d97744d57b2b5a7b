"""Letters as people deal with them: proposed, sent, withdrawn, decided on, sent again.  The wire is in `dispatch`."""

import uuid
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cases.models import Action, Bar
from core.recording import record
from meetings.models import Document, Letter, Meeting, ResearchRequest
from meetings.rules import documents as document_rules
from meetings.rules import letters as rules
from meetings.rules.agenda import central_agencies
from meetings.workflow.dispatch import post_office
from meetings.workflow.documents import ask_document
from partnership.models import Agency, Member
from partnership.post import rules as post
from partnership.roles import Permission, Role

State = Letter.State
KINDS = rules.KINDS


@dataclass
class Proposed:
    """One letter as it would be sent: shown, with its address, before anything is."""

    agency: Agency
    address: str
    way: str
    member: Member | None = None
    is_central: bool = True
    is_kept_away: bool = False
    count: int | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the form calls it; another address is another recipient."""
        return f"{self.agency.pk}:{self.address}"

    def problems_by(self, way: str) -> list[str]:
        """What keeps it from leaving in that way, as sentences."""
        found = post.problems(self.agency, self.address, way, may_receive=self.is_central)
        if self.is_kept_away:
            found.append(
                _("%(name)s is kept away from a case of this meeting, and %(agency)s has no address for letters.")
                % {"name": self.member.name, "agency": self.agency.name}
            )
        return found

    @property
    def is_suggested(self) -> bool:
        """Whether it is ticked to begin with: it may leave, and there is something in it."""
        return not self.problems and self.count != 0


def propose_letters(meeting, kind: str, *, by) -> list[Proposed]:
    """A letter for every agency that was asked about the meeting or has an action from it, at its address for letters.

    Where an agency has none, its representatives on the panel are written to instead.  For action plans each says how
    many actions (as far as *by* may know) the agency has.
    """
    actions = Action.objects.visible_to(by).filter(listing__item__meeting=meeting)
    actions = actions.exclude(state=Action.State.SUPERSEDED).order_by()
    counts = dict(actions.values_list("agency").annotate(count=Count("pk", distinct=True)))
    asked = set(ResearchRequest.objects.filter(meeting=meeting).values_list("agency", flat=True))
    agencies = list(Agency.objects.filter(pk__in=asked | counts.keys()).order_by("name"))
    central = {agency.pk for agency in central_agencies(agencies)}
    proposed = []
    for agency, address, member in _mailboxes(meeting, agencies):
        way = post.best_way(agency)
        letter = Proposed(agency, address, way, member, agency.pk in central)
        letter.count = counts.get(agency.pk, 0) if kind == "plan" else None
        proposed.append(letter)
    away = _kept_away(meeting, [letter.member.pk for letter in proposed if letter.member])
    for letter in proposed:
        letter.is_kept_away = letter.member is not None and letter.member.pk in away
        letter.problems = letter.problems_by(letter.way)
    return proposed


def _kept_away(meeting, members) -> set:
    """Ids of those of *members* who are barred in person from a case of *meeting*: their own mailbox gets no copy."""
    listings = meeting.items.values("listing")
    cases = meeting.items.values("listing__case")
    bars = Bar.objects.live().filter(member__in=members)
    of_meeting = Q(listing__in=listings) | Q(case__in=cases) | Q(referral__case__in=cases) | Q(entry__case__in=cases)
    return set(bars.filter(of_meeting).values_list("member_id", flat=True))


def _mailboxes(meeting, agencies):
    without = [agency.pk for agency in agencies if not agency.plan_address]
    representatives: dict = {}
    found = Member.objects.holding(Role.REPRESENTATIVE, panel=meeting.panel_id).filter(agency__in=without)
    for member in found.select_related("agency").order_by("name", "pk"):
        representatives.setdefault(member.agency_id, []).append(member)
    for agency in agencies:
        if agency.plan_address:
            yield agency, agency.plan_address, None
        elif agency.pk in representatives:
            yield from ((agency, member.email, member) for member in representatives[agency.pk])
        else:
            yield agency, "", None


@transaction.atomic
def send_letters(*, by, meeting, kind: str, chosen: dict[str, str], batch: uuid.UUID) -> list[Letter]:
    """Queue one letter per chosen recipient, each with its agency's own document.

    *kind* is "plan", "minutes" or "agenda"; *chosen* maps `Proposed.name` to a way; *batch* is the form's own id, so
    that a double click sends once.  Refused as a whole, with every problem listed, where one letter may not leave.
    Each letter is recorded as a disclosure with its recipient.
    """
    if not by.may(Permission.SEND, meeting.panel_id) or kind not in KINDS:
        raise PermissionDenied
    # Whoever comes second with the same batch waits here, and then finds the letters of the first.
    meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("panel").get(pk=meeting.pk)
    already = list(Letter.objects.with_key().filter(batch=batch).select_related("document"))
    if already:
        return _same(already, meeting, kind, chosen)
    if not document_rules.is_ripe(meeting, KINDS[kind]):
        raise ValidationError(_("This document can be made once the meeting has come so far."))
    proposed = {letter.name: letter for letter in propose_letters(meeting, kind, by=by)}
    if not chosen:
        raise ValidationError(_("Select at least one recipient."))
    if not chosen.keys() <= proposed.keys():
        raise ValidationError(_("The recipients changed since you opened the page. Look at them again."))
    refusals = [sentence for name, way in chosen.items() for sentence in proposed[name].problems_by(way)]
    if refusals:
        raise ValidationError(list(dict.fromkeys(refusals)))
    made: dict = {}
    queued = []
    for name, way in chosen.items():
        letter = proposed[name]
        if letter.agency.pk not in made:
            made[letter.agency.pk] = ask_document(by=by, meeting=meeting, kind=KINDS[kind], agency=letter.agency)
        queued.append(_queue(by=by, document=made[letter.agency.pk], to=letter, way=way, batch=batch))
    return queued


def _same(already: list[Letter], meeting, kind: str, chosen: dict[str, str]) -> list[Letter]:
    """The letters of the first click, where this is the second; another choice is another sending."""
    before = {f"{letter.agency_id}:{letter.address}": letter.way for letter in already}
    kinds = {(letter.document.meeting_id, letter.document.kind) for letter in already}
    if before != {name: str(way) for name, way in chosen.items()} or kinds != {(meeting.pk, KINDS[kind])}:
        raise ValidationError(_("This form was already sent. Open the page again to send other letters."))
    return already


@transaction.atomic
def decide_unknown(*, by, letter: Letter, arrived: bool, seen: int) -> Letter:
    """The coordinator settles a letter of which nobody knows: it arrived, or it is withdrawn."""
    if letter.state != State.UNKNOWN:
        raise ValidationError(_("This letter is no longer one that nobody knows of. Look at it again."))
    return _decide(by=by, letter=letter, state=State.SENT if arrived else State.WITHDRAWN, seen=seen)


@transaction.atomic
def withdraw_letter(*, by, letter: Letter, seen: int) -> Letter:
    """Take back a letter that has not left."""
    return _decide(by=by, letter=letter, state=State.WITHDRAWN, seen=seen)


@transaction.atomic
def send_again(*, by, letter: Letter, seen: int | None = None) -> Letter:
    """Send a new letter in place of one that failed, is unknown or was withdrawn; a second click changes nothing.

    To the same address, under today's rules; with a document made anew where the old one failed or holds what the
    recipient may no longer see.  Version-checked by *seen*.
    """
    if not rules.may_decide(by, letter):
        raise PermissionDenied
    letter = post_office.locked(letter)
    if letter.replacement:
        return letter.replacement
    if not post.may_resend(letter):
        raise ValidationError(_("This letter is not one that is sent again."))
    way = post.way_today(letter.agency, letter.way)
    refusals = post.problems(letter.agency, letter.address, way)
    if refusals:
        raise ValidationError(refusals)
    if letter.state == State.UNKNOWN:
        _decide(by=by, letter=letter, state=State.WITHDRAWN, seen=letter.version if seen is None else seen)
    document = letter.document
    if document.state == Document.State.FAILED or rules.closed_content(letter):
        document = ask_document(by=by, meeting=letter.meeting, kind=document.kind, agency=letter.agency)
    to = Proposed(letter.agency, letter.address, way, letter.member)
    return _queue(by=by, document=document, to=to, way=way, replaces=letter)


def show_passphrase(*, by, letter: Letter) -> str:
    """The passphrase of an encrypted PDF, to a signed-in member of the agency or the desk; recorded each time.

    Only to who may open the document itself, and once it has left.
    """
    if not Document.objects.visible_to(by).filter(pk=letter.document_id).exists():
        raise PermissionDenied
    if not document_rules.is_open_to(by, letter.document):
        raise ValidationError(_("Your agency is not a tier 1 signatory of the information sharing protocol now."))
    if not post.may_show_passphrase(letter):
        raise ValidationError(_("This letter has no passphrase to show."))
    record(
        "letter.passphrase_shown",
        by=by,
        thing=letter,
        panel_id=letter.meeting.panel_id,
        recipients=[{"kind": "member", "id": str(by.pk), "name": by.name, "address": by.email}],
    )
    return letter.passphrase


def _queue(*, by, document: Document, to: Proposed, way: str, batch=None, replaces=None) -> Letter:
    return post_office.queue(
        by=by,
        agency=to.agency,
        member=to.member,
        address=to.address,
        way=way,
        meeting=document.meeting,
        document=document,
        batch=batch,
        replaces=replaces,
        detail={"kind": str(document.kind), "again": replaces is not None},
    )


def _decide(*, by, letter: Letter, state: str, seen: int) -> Letter:
    if not rules.may_decide(by, letter):
        raise PermissionDenied
    return post_office.decide(by=by, letter=letter, state=state, seen=seen)
