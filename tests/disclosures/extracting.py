"""The cast of extracts: a case with what must not come out, its maker and tester, and an extract at each stage."""

import datetime

from django.utils import timezone

from disclosures.models import Extract, ExtractHanding, ExtractText
from disclosures.rules import extracting as rules
from disclosures.workflow import extract as verbs
from disclosures.workflow.extract_paper import print_extract
from disclosures.workflow.gathering import gather_extract
from partnership.models import Signatory
from partnership.roles import Role
from tests.world import make_agency, make_member

Stage, Scope, Profile = Extract.Stage, Extract.Scope, Extract.Profile
NO_TO_ALL = dict.fromkeys(rules.QUESTIONS, "no")


def case_of(world):
    """A case of which housing and health said something that names people."""
    case = world.make_case(asked=[world.housing_agency, world.health_agency], children=[("Non", "O’Gwynedd")])
    listing = world.list_case(world.make_meeting(), case).listing
    said = "Mair said that Huw Prydderch rings from 07700 900123."
    world.make_entry(listing, world.housing_agency, world.housing, text=said)
    world.make_entry(listing, world.health_agency, world.health, text="Mair O’Gwynedd was seen on 7 March 2026.")
    return case


def business_of(world):
    """A tier-2 signatory with a representative."""
    agency = make_agency(world.partnership, "Wenlli Chamber", "other", signatory=False)
    Signatory.objects.create(agency=agency, tier=2, since=timezone.now() - datetime.timedelta(days=9))
    agency.member = make_member("Bryn Business", agency, Role.REPRESENTATIVE, panel=world.panel)
    return agency


def fresh(extract) -> Extract:
    return (
        Extract.objects.with_key()
        .select_related("panel", "asked_by__agency", "agency", "tested_by__agency")
        .get(pk=extract.pk)
    )


def ask(world, by, case=None, *, profile=Profile.OPERATIONAL, scope=Scope.CASE, **more) -> Extract:
    extract = verbs.ask_extract(
        by=by, panel=world.panel, profile=profile, scope=scope, case=case, purpose="Where repeats happen.", **more
    )
    gather_extract.func(str(extract.pk))
    return fresh(extract)


def settle(extract, by, words=None):
    for text in ExtractText.objects.with_key().filter(extract=extract).select_related("extract__key"):
        text.extract = extract
        verbs.settle_text(by=by, text=text, words=words or text.words, left_out=False, sure=True, seen=text.version)


def passed(world, maker, tester, case) -> Extract:
    extract = ask(world, maker, case)
    settle(extract, maker)
    verbs.confirm_extract(by=maker, extract=extract, seen=extract.version)
    verbs.test_extract(
        by=tester, extract=extract, answers=NO_TO_ALL, words="Searched.", passed=True, seen=extract.version
    )
    print_extract.func(str(extract.paper.pk))
    return fresh(extract)


def handed(world, maker, tester, case, agency) -> ExtractHanding:
    extract = passed(world, maker, tester, case)
    (handing,) = verbs.hand_over(by=maker, extract=extract, agencies=[agency])
    return ExtractHanding.objects.select_related("extract__key", "agency").get(pk=handing.pk)
