"""Decisions of an ASB panel on tools, and the assessment that comes before an order is applied for.

Which tool may be used is data (`cases/reference/asb_tools.toml`) and matched in `cases.rules.tool`.
"""

import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models.tool import Nation, Need, Tool
from cases.rules import tool as tools
from cases.schemes.items import Item
from cases.schemes.tracks import Facts, SheetKind
from partnership.models import Agency

ASSESSMENT = SheetKind(
    "assessment",
    _("Risk assessment of the person against whom an order is applied for"),
    (
        Item("vulnerabilities", _("What makes the person vulnerable"), "long", required=True),
        Item("risk_to_others", _("The risk that the person is to others"), "long", required=True),
        Item("alternatives", _("What else could be done, and why it would not do"), "long", required=True),
        Item("other_matters", _("Anything else that matters"), "long"),
    ),
    hint=_("Written before an order is applied for: Crime and Policing Act 2026."),
)
# A tool decided on: which and by whom is settled on the page of tools; what the form asks is the rest.
SETTLED = ("tool", "decided_on", "agency", "nation")
ASKED_BY = {
    "convicted": Need.CONVICTION,
    "admitted": Need.ADMISSION,
    "youth_views": Need.YOUTH,
    "excludes": Need.EXCLUSION,
    "harm": Need.EXCLUSION,
}
TOOL = SheetKind(
    "tool",
    _("Decisions on tools"),
    (
        Item("name", _("Tool"), asked=False),
        Item("law", _("Law"), asked=False),
        Item("tool", _("Code in the table of tools"), "choice", required=True, asked=False, counted=True),
        Item("formal", _("Formal"), "yes_no", asked=False, counted=True),
        Item("unconfirmed", _("Not yet checked by a solicitor"), "yes_no", asked=False),
        Item("decided_on", _("Decided on"), "date", required=True, asked=False, counted=True),
        Item("agency", _("By which agency"), "agency", required=True, asked=False),
        Item("nation", _("Where"), "choice", Nation.choices, required=True, asked=False, counted=True),
        Item("grounds", _("Grounds"), "long", required=True, hint=_("Why this, why now, why less would not do")),
        Item("consulted", _("Who was consulted, and what they said"), "long"),
        Item("convicted", _("Is there a conviction?"), "yes_no"),
        Item("admitted", _("Does the person admit it?"), "yes_no"),
        Item("youth_views", _("What the youth justice service says"), "long"),
        Item("excludes", _("Would it keep the person out of their home?"), "yes_no"),
        Item(
            "harm",
            _("What it rests on, if so"),
            "choice",
            (
                ("violence", _("Violence")),
                ("threat", _("A threat of violence")),
                ("risk", _("A significant risk of harm")),
                ("none", _("None of these")),
            ),
        ),
        Item(
            "outcome",
            _("What came of it"),
            "choice",
            (
                ("waiting", _("Not yet known")),
                ("made", _("Made, issued or agreed")),
                ("refused", _("Refused or not agreed")),
                ("breached", _("Breached")),
                ("ended", _("Ended")),
            ),
            counted=True,
        ),
        Item("outcome_words", _("In words"), "long"),
        Item("expires_on", _("Runs until"), "date"),
    ),
    many=True,
    due="expires_on",
    page="cases:tools",
    title=lambda data: data.get("name", ""),
    stops=lambda facts: unlawful(facts),
    adds=lambda data: _as_it_is(data),
)


def _as_it_is(data: dict) -> dict:
    """The name and law of the chosen tool as they are in the table, kept with the decision; nothing once they are."""
    found = None if data.get("name") else Tool.objects.filter(code=data.get("tool", "")).first()
    if found is None:
        return {}
    yes_no = {True: "yes", False: "no"}
    unconfirmed = {} if found.confirmed else {"unconfirmed": "yes"}
    return {"name": found.name, "law": found.law, "formal": yes_no[found.formal], **unconfirmed}


def situation(case, sheets, *, on: datetime.date, agency: Agency, nation: str) -> tools.Situation:
    """What is known of *case* before a tool is chosen, its *sheets* by kind being those there are."""
    decided = [sheet.data for sheet in sheets if sheet.kind == "tool"]
    tried = frozenset(data["tool"] for data in decided if data["decided_on"] <= on.isoformat())
    return tools.Situation(
        on=on,
        nation=nation,
        agency=agency,
        age=tools.age_of(case, on),
        tried=tried,
        assessed=any(sheet.kind == "assessment" for sheet in sheets),
    )


def unlawful(facts: Facts) -> list[str]:
    """Why the tool of a decision may not be used; what was decided before is only asked what the tool asks for."""
    data = facts.details
    found = Tool.objects.filter(code=data["tool"]).first()
    if found is None:
        return [gettext("This tool is not in the table.")]
    on = datetime.date.fromisoformat(data["decided_on"])
    agency = Agency.objects.filter(pk=data["agency"], partnership=facts.case.panel.partnership_id).first()
    if agency is None:
        return [gettext("This agency is not of the partnership.")]
    known = situation(facts.case, facts.sheets, on=on, agency=agency, nation=data["nation"])
    stopped = []
    if any(facts.before.get(code) != data[code] for code in SETTLED):
        names = dict(Tool.objects.values_list("code", "name"))
        stopped = tools.why_not(found, known, names)
    return stopped + tools.unmet(found, data, known.age)


def questions(tool: Tool) -> tuple[Item, ...]:
    """What is asked of a new decision on *tool*: what bears on it alone."""
    later = ("outcome", "outcome_words")
    return tuple(
        item
        for item in TOOL.items
        if item.asked and item.code not in later and (item.code not in ASKED_BY or tool.asks(ASKED_BY[item.code]))
    )
