"""Reporters: who told the panel of it, and is named to nobody but the desk and the agency that refers.

The rows themselves are withheld (`Party.objects.visible_to`); where people of a case are listed for a meeting, this
stands in place of a reporter, also before those who may see the row.  schemes-and-law.md §1.4.
"""

from collections import Counter
from dataclasses import dataclass
from string import ascii_uppercase

from django.utils.translation import gettext as _

from cases.models import Case, Party
from partnership.roles import Permission

REPORTER = Party.Capacity.REPORTER


def may_name(member, party) -> bool:
    """Whether *member* decides if the panel is told who the reporter *party* is: the desk, while the case is open."""
    return (
        party.capacity == REPORTER
        and party.case is not None
        and party.case.state == Case.State.OPEN
        and member.may(Permission.KEEP_CASE, party.case.panel_id)
        and Case.objects.visible_to(member).with_road(member).filter(pk=party.case_id, opens_at_desk=True).exists()
    )


@dataclass(frozen=True)
class Withheld:
    """Somebody of whom no more is told than that there is one: “Reporter A”."""

    name: str
    capacity: str = REPORTER

    @property
    def get_capacity_display(self) -> str:
        """The part they play."""
        return _("identity withheld")


def reporters_of(scheme, cases) -> dict:
    """What stands for the reporters on each of *cases* (ids) of *scheme*, by the case's id: nobody's name.

    One query, and none where the scheme knows no reporters.
    """
    if scheme.part(REPORTER) is None:
        return {}
    found = Party.objects.current().filter(case__in=list(cases), capacity=REPORTER).order_by()
    return {case: stand_ins(count) for case, count in Counter(found.values_list("case_id", flat=True)).items()}


def stand_ins(count: int) -> list[Withheld]:
    """“Reporter A”, “Reporter B” and so on, *count* of them."""
    letters = [ascii_uppercase[n] if n < 26 else str(n + 1) for n in range(count)]
    return [Withheld(_("Reporter %(letter)s") % {"letter": letter}) for letter in letters]
