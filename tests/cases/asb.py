"""An ASB panel for tests: its case, the table of tools, and what stands on the case before a tool is decided on."""

import datetime

from cases.models import Party, Sheet, Tool
from cases.models.access import Stage
from cases.rules.tool_file import read
from cases.workflow.sheet import write_sheet

TODAY = datetime.date(2026, 11, 2)
MATRIX = {
    "frequency": "weekly",
    "escalation": "worse",
    "severity": "threats",
    "hate": "no",
    "repeat_victim": "targeted",
    "vulnerability": "some",
    "effect": "severe",
    "support": "none",
}
ASSESSED = {
    "vulnerabilities": "He was in care until he was 17.",
    "risk_to_others": "He has threatened two households.",
    "alternatives": "A contract was kept for six weeks.",
}


def load_tools() -> None:
    """The whole table of tools as it comes with Confer."""
    Tool.objects.bulk_create(read().rows)


def asb_case(world, *agencies, born: datetime.date | None = datetime.date(1990, 3, 7)):
    """A case of an ASB panel that *agencies* manage; the alleged perpetrator is *born* then."""
    world.panel.scheme = "asb"
    world.panel.save()
    case = world.make_case()
    for agency in agencies:
        world.involve(case, agency, stage=Stage.MANAGING)
    person = Party.objects.with_key().get(case=case, capacity="perpetrator")
    person.birth_date = born
    person.save()
    return case


def decision(world, code: str, **more) -> dict:
    """The answers of a decision by the police on tool *code*, in England on `TODAY`."""
    return {
        "tool": code,
        "decided_on": TODAY.isoformat(),
        "agency": str(world.police_agency.pk),
        "nation": "england",
        "grounds": "Warnings did not last.",
        **more,
    }


def decided(world, case, code: str, **more) -> Sheet:
    """A decision on tool *code* written by the coordinator, as it stands."""
    sheet = write_sheet(by=world.coordinator, case=case, kind="tool", data=decision(world, code, **more))
    return Sheet.objects.with_key().get(pk=sheet.pk)


def assessed(world, case) -> Sheet:
    """The assessment of the respondent, written by the coordinator."""
    return write_sheet(by=world.coordinator, case=case, kind="assessment", data=ASSESSED)
