"""The tab “Meetings” of the case page: where the case was heard, will be heard, and what was decided."""

from django.views.decorators.http import require_safe

from cases.views.frame import find_case, show_tab
from meetings.models import AgendaItem, ItemOutcome
from meetings.rules.reasons import may_read_words
from partnership.access import permission
from partnership.roles import Permission


@require_safe
@permission(Permission.VIEW_CASE)
def meetings(request, pk):
    """The case's listings, the newest first, each with its meeting, and its decision where the member may see it."""
    case = find_case(request, pk)
    items = list(
        AgendaItem.objects.visible_to(request.member)
        .filter(listing__case=case)
        .select_related("meeting__panel")
        .order_by("-meeting__starts_at")
    )
    outcomes = {
        outcome.item_id: outcome
        for outcome in ItemOutcome.objects.visible_to(request.member)
        .filter(item__in=[item.pk for item in items])
        .select_related("deferred_to")
    }
    for item in items:
        item.shown_outcome = outcomes.get(item.pk)
        item.reads_words = may_read_words(request.member, item.meeting.panel_id)
    return show_tab(request, case, "meetings", "meetings/case/_meetings.html", {"items": items}, things=items)
