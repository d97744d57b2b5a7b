"""Closing a case to agencies that may be told of it no more, where the panel hears people on their consent."""

from django.db import transaction

from cases.models import Case, Involvement
from cases.models.access import Stage
from cases.rules.merits import is_asked
from cases.workflow.access import end_involvement, limit_involvement
from meetings.rules.hearing import may_be_told
from partnership.models import Member
from partnership.roles import DESK_ROLES

HEARING = (Stage.RESEARCH, Stage.MEETING)


@transaction.atomic
def close_to_untold(*, by, case_id) -> None:
    """End the sight of the case's listings for whom no consent, and no decision on the merits, covers any more.

    Called when what a person decided changes, when the agenda is frozen and when the item begins.  The panel's desk
    keeps the case.  A panel that does not hear people on their consent is left alone.
    """
    case = Case.objects.with_key().select_related("panel").get(pk=case_id)
    if not is_asked(case.panel):
        return
    desk = Member.objects.holding(*DESK_ROLES, panel=case.panel_id).values("pk")
    heard = Involvement.objects.live().filter(case=case, listing__isnull=False, stage__in=HEARING)
    live = list(heard.exclude(holder=Involvement.Holder.MEMBER, member__in=desk))
    told = may_be_told(case, {each.agency_id for each in live}, by=by)
    for each in live:
        if each.agency_id not in told:
            end_involvement(by=by, involvement=each, why="settled")
        elif told[each.agency_id] != each.until and each.stage == Stage.RESEARCH:
            limit_involvement(by=by, involvement=each, until=told[each.agency_id], why="settled")
