"""Who may answer a research request, and what holds of an answer."""

from cases import gates
from cases.models import Entry, Party
from cases.models.access import Stage, opened
from meetings.models import Agreement, Meeting, Return
from meetings.rules.calendar import may_happen
from partnership.roles import Permission


def may_answer(member, answer: Return) -> bool:
    """Whether *member* answers for the agency of *answer*: researches for it, until the meeting has ended.

    Once the meeting is in session, only having signed for it.  *answer* has `request.meeting` joined.
    """
    return member.agency_id == answer.request.agency_id and may_research(member, answer.request.meeting)


def may_research(member, meeting: Meeting) -> bool:
    """Whether *member* answers research requests of *meeting* now."""
    if not may_happen("answer", meeting) or not member.may(Permission.RESEARCH, meeting.panel_id):
        return False
    if meeting.state != Meeting.State.IN_SESSION:
        return True
    return Agreement.objects.filter(meeting=meeting, member=member).exists()


def may_chase(member, meeting: Meeting) -> bool:
    """Whether *member* sends and chases the requests of *meeting*."""
    return member.may(Permission.KEEP_AGENDA, meeting.panel_id)


def own_returns(member, meeting: Meeting):
    """The returns of *member*'s agency for what still stands on *meeting*'s agenda, in its order."""
    return (
        Return.objects.visible_to(member)
        .asked()
        .filter(request__meeting=meeting, request__agency_id=member.agency_id, listing__item__removed_at__isnull=True)
        .filter(opened(member, case="listing__case", listing="listing", stages=[Stage.RESEARCH, Stage.MEETING]))
        .select_related(
            "key", "request__meeting", "listing__key", "listing__case__key", "listing__referral__key", "listing__item"
        )
        .order_by("listing__item__position", "pk")
    )


def is_late(moment, meeting: Meeting, *, asked_at) -> bool:
    """Whether what was said at *moment* came when the research was due already, or the agenda frozen.

    Never where it was *asked_at* a later instant, as of a case that was added afterwards; nor what was said in the
    sitting itself.
    """
    limit = min(meeting.research_due_at, meeting.frozen_at or meeting.research_due_at)
    if moment is None or moment <= limit or asked_at > limit:
        return False
    return meeting.opened_at is None or moment < meeting.opened_at


def needs_lawful_basis(answer: Return) -> bool:
    """Whether the return must say on which ground it shares: the victim refused consent."""
    referral = answer.listing.referral
    return referral is not None and referral.consents == Party.YesNo.NO


def rests_on_consent(panel, agency) -> bool:
    """Whether some of what *agency* says on *panel* rests on consent: then that it knows somebody is of that kind.

    What it says of people it says entry by entry, and its answer tells nobody else whom it knows.
    """
    return bool(gates.gated(panel, agency))


def readable(member, answers: list[Return]) -> list[Return]:
    """Those of *answers*, all visible to *member*, that say something *member* may read.

    They are given, and do not rest on the consent of another agency's clients.  *answers* are of one meeting, and have
    `request.agency` and `request.meeting.panel` joined.
    """
    given, closed = [answer for answer in answers if answer.state != Return.State.OUTSTANDING], {}
    for request in (answer.request for answer in given):
        if request.agency.kind not in closed:
            closed[request.agency.kind] = rests_on_consent(request.meeting.panel, request.agency)
    own = member.agency_id
    return [each for each in given if each.request.agency_id == own or not closed[each.request.agency.kind]]


def may_read_comment(member, answer: Return) -> bool:
    """Whether *member* reads what *answer* says to the coordinator: the own agency, and the panel's desk."""
    return answer.request.agency_id == member.agency_id or answer.request.meeting.panel_id in member.desk_panels()


def entries_of(member, listings) -> list[Entry]:
    """The entries of *member*'s own agency for *listings*."""
    return list(
        Entry.objects.visible_to(member)
        .filter(listing__in=listings, agency_id=member.agency_id)
        .select_related("key", "party__key", "written_by")
        .order_by("written_at", "pk")
    )


def draftable(member, answer_id) -> Return | None:
    """The return about which *member* may keep a draft: the own agency's, while it may be answered."""
    found = Return.objects.visible_to(member).select_related("key", "request__meeting").filter(pk=answer_id).first()
    return found if found and may_answer(member, found) else None
