"""An ASB panel for tests: its case, the table of tools, and what stands on the case before a tool is decided on."""

import datetime

from cases.models import Case, Party, Referral, Sheet, Tool
from cases.models.access import Stage
from cases.rules.tool_file import read
from cases.workflow.referral import add_party, save_part, start_referral, submit_referral
from cases.workflow.screening import accept_referral
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


PERPETRATOR = {
    "given_name": "Gethin",
    "family_name": "Llwynog",
    "birth_date": datetime.date(1994, 5, 2),
    "address": "2 Lôn Fach",
}
VICTIM = {"given_name": "Mair", "family_name": "O’Gwynedd", "birth_date": datetime.date(1950, 1, 9)}
REPORTER = {"given_name": "Zebedeia", "family_name": "Cymydog-Quirke", "phone": "01632 960777"}
WHY = {
    "contact_name": "Rhys O’Referrer",
    "contact_phone": "01632 960001",
    "contact_email": "rhys@aberwenlli-homes.example",
    "incident_on": datetime.date(2026, 10, 30),
    "summary": "Shouting and damage on the landing, most nights.",
    "lawful_basis": "A6e",
    "lawful_basis_words": "To stop the harm.",
}
HISTORY = {"tried": "Two warnings.", "against_victim": "no"}


def referred(world, *, reporters: int = 1, victims: int = 1):
    """A referral with everything that an ASB panel asks, submitted by the referrer of housing."""
    world.panel.scheme, by = "asb", world.referrer
    world.panel.save()
    referral = _fresh(start_referral(by=by, panel=world.panel))
    person = Party.objects.with_key().get(referral=referral)
    save_part(by=by, referral=referral, row=person, typed=PERPETRATOR, seen=person.version)
    for capacity, typed, count in (("victim", VICTIM, victims), ("reporter", REPORTER, reporters)):
        for _number in range(count):
            add_party(by=by, referral=referral, capacity=capacity, typed=typed)
    row = save_part(by=by, referral=referral, row=referral, typed=WHY, seen=referral.version)
    save_part(by=by, referral=referral, row=row, typed={"details": {**MATRIX, **HISTORY}}, seen=row.version)
    return _fresh(referral)


def accepted(world, **more):
    """The case of such a referral, as the coordinator finds it."""
    referral = referred(world, **more)
    submit_referral(by=world.referrer, referral=referral)
    case = accept_referral(by=world.coordinator, referral=_fresh(referral))
    return Case.objects.with_key().select_related("panel").get(pk=case.pk)


def _fresh(referral) -> Referral:
    return Referral.objects.with_key().select_related("panel", "agency", "written_by").get(pk=referral.pk)
