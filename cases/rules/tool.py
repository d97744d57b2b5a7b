"""Which tools against anti-social behaviour may be used on one day, about one person, by one agency; and why not.

The law itself is data (`cases/reference/asb_tools.toml`); here is only how its rows are matched.
"""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Party
from cases.models.tool import Nation, Need, Tool
from cases.rules.supply_values import age_on
from cases.schemes import scheme_of
from partnership.models import Agency

ADULT = 18
HARMS = frozenset({"violence", "threat", "risk"})  # without one of these nobody is kept out of their home


@dataclass(frozen=True)
class Situation:
    """What is known before a tool is chosen.

    *on*: the day of the decision; *nation*: a `Nation`; *agency*: who would use it; *age*: the person's, in whole
    years on that day, None where it is not known; *tried*: the codes of tools used on the case before; *assessed*:
    whether the written assessment of the respondent is there.
    """

    on: datetime.date
    nation: str
    agency: Agency
    age: int | None
    tried: frozenset[str] = frozenset()
    assessed: bool = False


@dataclass(frozen=True)
class Offer:
    """One tool, and every sentence that keeps it from being used; none: it is offered."""

    tool: Tool
    why_not: tuple[str, ...]

    @property
    def is_offered(self) -> bool:
        return not self.why_not

    @property
    def needs(self) -> list[str]:
        """What else it asks for, in words."""
        return [str(Need(need).label) for need in self.tool.needs]


def offers(situation: Situation) -> list[Offer]:
    """Every tool of the table in its order, each offered or with the reasons why not; one query."""
    tools = list(Tool.objects.in_order())
    names = {tool.code: tool.name for tool in tools}
    return [Offer(tool, tuple(why_not(tool, situation, names))) for tool in tools]


def without_a_day(scheme) -> list[Tool]:
    """The tools that are enacted and not offered because no day is known; none where *scheme* has no tools."""
    if not any(kind.page == "cases:tools" for kind in scheme.sheets):
        return []
    return list(Tool.objects.filter(in_force=False).in_order())


def why_not(tool: Tool, situation: Situation, names: dict[str, str]) -> list[str]:
    """Every sentence that keeps *tool* from being used; *names* are of the tools that it may come after."""
    return [
        *_not_law(tool, situation),
        *_not_of_age(tool, situation.age),
        *_not_theirs(tool, situation.agency),
        *_not_yet(tool, situation, names),
    ]


def _not_law(tool: Tool, situation: Situation) -> list[str]:
    begins, ends = tool.period(situation.nation)
    where = Nation(situation.nation).label
    if not tool.in_force:
        return [_("Enacted, but no day is known from which it may be used.")]
    if begins and situation.on < begins:
        return [_("Law in %(where)s only from %(day)s.") % {"where": where, "day": date_format(begins, "j F Y")}]
    if ends and situation.on > ends:
        return [_("No longer law in %(where)s since %(day)s.") % {"where": where, "day": date_format(ends, "j F Y")}]
    return []


def _not_of_age(tool: Tool, age: int | None) -> list[str]:
    if tool.youngest is None and tool.oldest is None:
        return []
    if age is None:
        return [_("It depends on the person’s age, which is not known.")]
    if tool.youngest is not None and age < tool.youngest:
        return [
            _("Only from the age of %(youngest)s; the person is %(age)s.") % {"youngest": tool.youngest, "age": age}
        ]
    if tool.oldest is not None and age > tool.oldest:
        return [_("Only up to the age of %(oldest)s; the person is %(age)s.") % {"oldest": tool.oldest, "age": age}]
    return []


def _not_theirs(tool: Tool, agency: Agency) -> list[str]:
    if not tool.users or {agency.kind, agency.legal_class} & set(tool.users):
        return []
    return [_("Not for %(agency)s to use.") % {"agency": agency.name}]


def _not_yet(tool: Tool, situation: Situation, names: dict[str, str]) -> list[str]:
    found = []
    if tool.after and not situation.tried & set(tool.after):
        first = ", ".join(names.get(code, code) for code in tool.after)
        found.append(_("First comes: %(first)s.") % {"first": first})
    if tool.assessment and not situation.assessed:
        found.append(_("First write the risk assessment of the person against whom it is applied for."))
    return found


def unmet(tool: Tool, answers: dict, age: int | None) -> list[str]:
    """What *tool* asks for that *answers*, to the items of a decision, do not give; *age* on the day of it."""
    found = []
    if tool.asks(Need.CONVICTION) and answers.get("convicted") != "yes":
        found.append(_("Only on conviction: say that there is one, or choose another tool."))
    if tool.asks(Need.ADMISSION) and answers.get("admitted") != "yes":
        found.append(_("Only where the person admits it: say so, or choose another tool."))
    if tool.asks(Need.YOUTH) and (age is None or age < ADULT) and not answers.get("youth_views"):
        found.append(_("The person is under 18: write what the youth justice service says."))
    if answers.get("excludes") == "yes":
        if not tool.asks(Need.EXCLUSION):
            found.append(_("This tool cannot keep anybody out of their home."))
        elif answers.get("harm") not in HARMS:
            found.append(
                _("Nobody is kept out of their home without violence, a threat of it, or a significant risk of harm.")
            )
    return found


def age_of(case, on: datetime.date) -> int | None:
    """How old, in whole years, the person that *case* is about is on *on*; None where that is not known; one query."""
    principal = scheme_of(case.panel).principal
    found = Party.objects.with_key().filter(case=case, capacity=principal).current().in_order().first()
    return age_on(found.birth_date, on) if found and found.birth_date else None
