"""Depersonalised extracts: their makers and testers, and the agencies that were given one."""

from disclosures.models import Extract, ExtractHanding, ExtractText
from disclosures.workflow import extract as verbs
from disclosures.workflow.extract_paper import print_extract
from disclosures.workflow.gathering import gather_extract

TABLE = """
#     extracts                             about             desk agencies narrow barred nobody
GET   disclosures:extracts                 -                 oo oooo oxxx o ?
GET   disclosures:new_extract              -                 ox xxxx oxxx x ?
POST  disclosures:new_extract              -                 !x xxxx !xxx x ?
GET   disclosures:new_case_extract         case              ox xxxx oxxx x ?
POST  disclosures:new_case_extract         case              !x xxxx !xxx x ?
GET   disclosures:extract                  extract           ox xxxx oxxx x ?
POST  disclosures:settle_text              extract_text      xx xxxx !xxx x ?
POST  disclosures:confirm_extract          extract           xx xxxx >xxx x ?
POST  disclosures:test_extract             extract_checking  !x xxxx xxxx x ?
POST  disclosures:hand_extract             extract_passed    !x xxxx !xxx x ?
POST  disclosures:recall_extract           extract_passed    !x xxxx !xxx x ?
GET   disclosures:extract_csv              extract_passed    ox xxxx oxxx x ?
GET   disclosures:extract_pdf              extract_passed    ox xxxx oxxx x ?
GET   disclosures:handing                  handing           .. oo.. oxxx . ?
POST  disclosures:undertake                handing           .. >>.. >xxx . ?
GET   disclosures:handing_csv              handing           .. oo.. oxxx . ?
GET   disclosures:handing_pdf              handing           .. oo.. oxxx . ?
POST  disclosures:report_reidentification  handing           .. !!.. !xxx . ?
POST  disclosures:see_recall               handing           .. xx.. xxxx . ?
"""


def abouts(s) -> dict[str, dict]:
    """One to be read over, one to be tested, one that was handed to the housing agency."""
    w = s.world
    maker, tester = w.liaison_officer, w.coordinator
    reading = _ask(s, maker)
    checking = _confirmed(s, maker)
    passed = _confirmed(s, maker)
    verbs.test_extract(
        by=tester,
        extract=passed,
        answers=dict.fromkeys(verbs.rules.QUESTIONS, "no"),
        words="Searched.",
        passed=True,
        seen=passed.version,
    )
    print_extract.func(str(passed.paper.pk))
    (given,) = verbs.hand_over(by=maker, extract=passed, agencies=[w.housing_agency])
    verbs.undertake(by=w.housing, handing=ExtractHanding.objects.select_related("extract__key").get(pk=given.pk))
    return {
        "extract": {"pk": reading.pk},
        "extract_text": {"pk": reading.texts.first().pk},
        "extract_checking": {"pk": checking.pk},
        "extract_passed": {"pk": passed.pk},
        "handing": {"pk": given.pk},
    }


def sent(s) -> dict[str, dict]:
    return {}


def _ask(s, maker) -> Extract:
    w = s.world
    extract = verbs.ask_extract(
        by=maker, panel=w.panel, profile="operational", scope="case", case=s.case, purpose="Where repeats happen."
    )
    gather_extract.func(str(extract.pk))
    return Extract.objects.with_key().select_related("panel", "asked_by__agency", "agency").get(pk=extract.pk)


def _confirmed(s, maker) -> Extract:
    extract = _ask(s, maker)
    for text in ExtractText.objects.with_key().filter(extract=extract):
        text.extract = extract
        verbs.settle_text(by=maker, text=text, words="She called.", left_out=False, sure=True, seen=text.version)
    verbs.confirm_extract(by=maker, extract=extract, seen=extract.version)
    return extract
