"""Closing a case to agencies that may be told of it no more, where the panel hears people on their consent."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cases.models import Action, Case, Involvement
from cases.models.access import Stage
from cases.rules.merits import is_asked
from cases.schemes import schemes
from cases.workflow.access import end_involvement, limit_involvement
from cases.workflow.progress import CONSENT, end_untold
from meetings.rules.hearing import OPENING, may_be_told
from partnership.models import Member
from partnership.roles import DESK_ROLES

TOLD = (Stage.RESEARCH, Stage.MEETING, Stage.ACTION, Stage.AFTER)
AHEAD = (Stage.RESEARCH, Stage.ACTION, Stage.AFTER)  # a sitting ends before the day does, and asks by itself
KEPT = (Stage.ACTION, Stage.AFTER)  # by whoever treats the person, and was never told of them
AT_ONCE = 200


@transaction.atomic
def close_to_untold(*, by, case_id) -> None:
    """End the sight of the case for whom no consent, and no decision on the merits, covers any more.

    What they undertook ends with it, as no longer possible; what they took part in is closed to them.  Where the end is
    known, sight ends then.  Called when what a person decided changes, when the agenda is frozen, and when an item
    begins and its meeting ends.  The panel's desk keeps the case.  A panel that does not hear people on their consent
    is left alone.
    """
    case = Case.objects.with_key().select_related("panel").get(pk=case_id)
    if not is_asked(case.panel):
        return
    live, treating = list(_told_of(case)), set(_treating(case))
    actions = list(
        Action.objects.with_key().select_related("agency", "member", "case__panel").unfinished().filter(case=case)
    )
    told = may_be_told(case, {each.agency_id for each in [*live, *actions]}, by=by)
    for each in live:
        if each.stage in KEPT and each.agency_id in treating:
            continue
        if each.agency_id not in told:
            end_involvement(by=by, involvement=each, why="settled")
        elif told[each.agency_id] != each.until and each.stage in AHEAD:
            limit_involvement(by=by, involvement=each, until=told[each.agency_id], why="settled")
    for action in actions:
        if action.agency_id not in told and action.agency_id not in treating:
            end_untold(action=action)


def end_untold_actions(now=None) -> int:
    """End the actions of agencies whose sight of the case has ended with a consent by itself; on how many cases."""
    now = now or timezone.now()
    asking = [code for code, scheme in schemes().items() if scheme.has("written_consent")]
    owner = {"case": OuterRef("case"), "agency": OuterRef("agency"), "stage": Stage.ACTION}
    gone = Action.objects.unfinished().filter(
        Exists(Involvement.objects.filter(**owner, until__lte=now)),
        ~Exists(Involvement.objects.live(now).filter(**owner)),
        case__panel__scheme__in=asking,
    )
    cases = list(gone.order_by("case").values_list("case", flat=True).distinct()[:AT_ONCE])
    for case_id in cases:
        close_to_untold(by=CONSENT, case_id=case_id)
    return len(cases)


def _treating(case):
    """The agencies that treat the person, or did: they know of them whatever is agreed."""
    own = Involvement.objects.filter(case=case, track__isnull=False, why__in=OPENING)
    return own.order_by().values_list("agency", flat=True)


def _told_of(case):
    """Who was told of *case* by the group; an agency that has an episode of its own has that besides."""
    desk = Member.objects.holding(*DESK_ROLES, panel=case.panel_id).values("pk")
    told = Involvement.objects.live().filter(case=case, stage__in=TOLD, track__isnull=True)
    told = told.exclude(holder=Involvement.Holder.DESK)
    return told.exclude(holder=Involvement.Holder.MEMBER, member__in=desk)
