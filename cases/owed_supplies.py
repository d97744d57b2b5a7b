"""Lists that wait for the coordinator who brought them in, for the home page."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import ngettext

from cases.models import Supply
from cases.rules.supply import panels_for
from cases.workflow.supply_ending import WAITS
from core.home import Owed


def supplies(member) -> list[Owed]:
    """The member's own lists whose rows wait, by the moment at which they are destroyed."""
    if not panels_for(member):
        return []
    mine = Supply.objects.visible_to(member).waiting().filter(brought_by=member.pk).order_by()
    found = mine.aggregate(count=Count("pk"), first=Min("created_at"))
    return [
        Owed(
            what=ngettext("List brought in to decide on", "Lists brought in to decide on", found["count"]),
            count=found["count"],
            due=found["first"] + WAITS if found["first"] else None,
            url=reverse("cases:supplies"),
            kind="decision",
        )
    ]
