"""Tools against anti-social behaviour: which the law allows on a day, at an age, to an agency, and why not others."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from audit.models import Event
from cases.models import Sheet, Tool
from cases.rules.tool import Situation, offers, unmet
from cases.rules.tool_file import FILE
from cases.workflow.sheet import save_sheet, write_sheet
from partnership.models import Agency
from tests.cases.asb import ASSESSED, TODAY, asb_case, assessed, decided, decision, load_tools

DAY = datetime.timedelta(days=1)
AT_HOME = "Nobody is kept out of their home without violence, a threat of it, or a significant risk of harm."
UNASSESSED = "First write the risk assessment of the person against whom it is applied for."


@pytest.fixture
def edition(tmp_path):
    """A function that writes the file of Confer with some words exchanged."""

    def written(*words):
        text = FILE.read_text()
        for old, new in words:
            assert text.count(old) >= 1
            text = text.replace(old, new)
        path = tmp_path / "tools.toml"
        path.write_text(text)
        return path

    return written


def why(code: str, **more) -> list[str]:
    """Why tool *code* is not offered: to the police in England on `TODAY`, about somebody of 30, or as told."""
    kind = more.pop("kind", "police")
    known = {"on": TODAY, "nation": "england", "age": 30, "tried": frozenset(), "assessed": True, **more}
    agency = Agency(name="Wenlli Agency", kind=kind, legal_class="other_body")
    return next(list(offer.why_not) for offer in offers(Situation(agency=agency, **known)) if offer.tool.code == code)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "known", "expected"),
    [
        ("warning", {"age": None, "kind": "fire"}, []),
        ("abc", {"age": 10}, []),
        ("abc", {"age": 9}, ["Only from the age of 10; the person is 9."]),
        ("abc", {"age": None}, ["It depends on the person’s age, which is not known."]),
        ("abc", {"kind": "fire"}, ["Not for Wenlli Agency to use."]),
        ("parenting", {"age": 17, "kind": "children"}, []),
        ("parenting", {"age": 18, "kind": "children"}, ["Only up to the age of 17; the person is 18."]),
        ("cpn", {"age": 16, "tried": frozenset({"cpw"})}, []),
        ("cpn", {"age": 15, "tried": frozenset({"cpw"})}, ["Only from the age of 16; the person is 15."]),
        ("cpn", {}, ["First comes: Community protection warning."]),
        ("cpn", {"on": datetime.date(2014, 10, 20), "tried": frozenset({"cpw"})}, []),
        (
            "cpn",
            {"on": datetime.date(2014, 10, 19), "tried": frozenset({"cpw"})},
            ["Law in England only from 20 October 2014."],
        ),
        ("injunction", {}, []),
        ("injunction", {"assessed": False}, [UNASSESSED]),
        ("respect", {"age": 18}, ["Enacted, but no day is known from which it may be used."]),
        ("possession", {"kind": "housing", "nation": "wales", "on": datetime.date(2022, 11, 30)}, []),
        ("possession", {"kind": "housing", "nation": "wales"}, ["No longer law in Wales since 30 November 2022."]),
        ("possession", {"kind": "housing"}, []),
        (
            "cpn",
            {"age": 12, "kind": "education"},
            [
                "Only from the age of 16; the person is 12.",
                "Not for Wenlli Agency to use.",
                "First comes: Community protection warning.",
            ],
        ),
    ],
)
def test_a_tool_is_offered_by_day_age_agency_nation_and_what_came_before(code, known, expected):
    load_tools()
    assert why(code, **known) == expected


@pytest.mark.django_db
def test_at_18_the_tools_change(edition):
    begins = ("in_force = false\n", "england_from = 2026-06-29\nwales_from = 2026-06-29\n")
    call_command("load_asb_tools", edition(begins))
    offered = {age: [code for code in ("youth_injunction", "respect") if not why(code, age=age)] for age in (17, 18)}
    assert offered == {17: ["youth_injunction"], 18: ["respect"]}
    assert why("respect", on=datetime.date(2026, 6, 28)) == ["Law in England only from 29 June 2026."]


@pytest.mark.parametrize(
    ("needs", "age", "answers", "expected"),
    [
        ([], 15, {}, []),
        (["court"], 30, {}, []),
        (["conviction"], 30, {"convicted": "yes"}, []),
        (
            ["conviction"],
            30,
            {"convicted": "no"},
            ["Only on conviction: say that there is one, or choose another tool."],
        ),
        (["admission"], 30, {}, ["Only where the person admits it: say so, or choose another tool."]),
        (["youth"], 18, {}, []),
        (["youth"], 17, {}, ["The person is under 18: write what the youth justice service says."]),
        (["youth"], 17, {"youth_views": "It would undo the plan."}, []),
        (["exclusion"], 30, {"excludes": "no"}, []),
        (["exclusion"], 30, {"excludes": "yes", "harm": "threat"}, []),
        (["exclusion"], 30, {"excludes": "yes", "harm": "none"}, [AT_HOME]),
        ([], 30, {"excludes": "yes", "harm": "violence"}, ["This tool cannot keep anybody out of their home."]),
    ],
)
def test_what_a_tool_asks_for_is_answered(needs, age, answers, expected):
    assert unmet(Tool(needs=needs), answers, age) == expected


@pytest.mark.django_db
def test_a_decision_keeps_the_tool_as_it_was_that_day(world):
    load_tools()
    sheet = decided(world, asb_case(world), "cpw", expires_on="2026-12-24")
    said = {
        "name": "Community protection warning",
        "law": "Anti-social Behaviour, Crime and Policing Act 2014, s. 43(5)",
    }
    assert sheet.data == {**decision(world, "cpw"), **said, "formal": "no", "expires_on": "2026-12-24"}
    assert (sheet.title, sheet.due_on) == ("Community protection warning", datetime.date(2026, 12, 24))
    assert sheet.counted == {"tool": "cpw", "formal": "no", "decided_on": "2026-11-02", "nation": "england"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("born", "before", "code", "more", "expected"),
    [
        (datetime.date(2010, 11, 2), (), "cpw", {}, None),
        (datetime.date(2010, 11, 3), (), "cpw", {}, ["Only from the age of 16; the person is 15."]),
        (None, (), "cpw", {}, ["It depends on the person’s age, which is not known."]),
        (datetime.date(1990, 3, 7), (), "cpn", {}, ["First comes: Community protection warning."]),
        (datetime.date(1990, 3, 7), ("cpw",), "cpn", {}, None),
        (datetime.date(1990, 3, 7), (), "injunction", {}, [UNASSESSED]),
        (datetime.date(1990, 3, 7), ("assessment",), "injunction", {"excludes": "yes", "harm": "violence"}, None),
        (datetime.date(1990, 3, 7), ("assessment",), "injunction", {"excludes": "yes"}, [AT_HOME]),
        (datetime.date(1990, 3, 7), (), "horsewhip", {}, ["This tool is not in the table."]),
    ],
)
def test_a_decision_is_refused_where_the_law_does_not_allow_the_tool(world, born, before, code, more, expected):
    load_tools()
    case = asb_case(world, born=born)
    for earlier in before:
        assessed(world, case) if earlier == "assessment" else decided(world, case, earlier)
    there = Sheet.objects.count()
    try:
        decided(world, case, code, **more)
    except ValidationError as refusal:
        assert (refusal.messages, Sheet.objects.count()) == (expected, there)
    else:
        assert (expected, Sheet.objects.count()) == (None, there + 1)


@pytest.mark.django_db
def test_an_outcome_is_added_after_the_law_has_changed_and_the_tool_stays(world):
    load_tools()
    case = asb_case(world)
    sheet = decided(world, case, "cpw")
    Tool.objects.filter(code="cpw").update(england_until=TODAY - DAY, name="Another name")
    sheet = Sheet.objects.with_key().select_related("case__panel").get(pk=sheet.pk)
    save_sheet(by=world.coordinator, sheet=sheet, data={"grounds": "They lasted a week.", "outcome": "made"}, seen=1)
    sheet = Sheet.objects.with_key().get(pk=sheet.pk)
    assert {code: sheet.data[code] for code in ("tool", "name", "grounds", "outcome", "decided_on")} == {
        "tool": "cpw",
        "name": "Community protection warning",
        "grounds": "They lasted a week.",
        "outcome": "made",
        "decided_on": "2026-11-02",
    }
    with pytest.raises(ValidationError):
        decided(world, case, "cpw")


@pytest.mark.django_db
def test_an_assessment_answers_each_of_its_questions(world):
    with pytest.raises(ValidationError) as refusal:
        write_sheet(
            by=world.coordinator, case=asb_case(world), kind="assessment", data={**ASSESSED, "alternatives": ""}
        )
    assert list(refusal.value.message_dict) == ["alternatives"]


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_a_newer_file_ends_what_it_leaves_out(capsys, edition):
    call_command("load_asb_tools")
    count = Tool.objects.count()
    detail = Event.objects.get(name="tools.loaded").detail
    assert (detail["added"], detail["changed"], detail["ended"]) == (count, 0, 0)
    capsys.readouterr()
    call_command("load_asb_tools")
    assert capsys.readouterr().out == f"Nothing to change: {count} tools.\n"
    newer = [("edition = 2026-11-01", "edition = 2027-01-01"), ('code = "mediation"', 'code = "mediate"')]
    call_command("load_asb_tools", edition(*newer), check=True)
    assert capsys.readouterr().out == "added: mediate\nended: mediation\n"
    call_command("load_asb_tools", edition(*newer))
    ended = Tool.objects.get(code="mediation")
    assert None not in (ended.england_until, ended.wales_until)
    assert ended.history.first().history_change_reason == "tool.ended"
    with pytest.raises(CommandError, match=r"The table holds the edition of 2027-01-01; this file is older\."):
        call_command("load_asb_tools")
    call_command("load_asb_tools", at_start=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('code = "abc"', 'code = "cpw"', "cpw is there twice."),
        ("edition = 2026-11-01", 'edition = "soon"', "The file says no edition (a date)."),
        ('after = ["cpw"]', 'after = ["cpx"]', "cpn: “cpx” is not known under “after”"),
        ('needs = ["admission"]', 'needs = ["luck"]', "remedy: “luck” is not known under “needs”"),
        ("oldest = 17\nconfirmed", 'oldest = "17"\nconfirmed', "parenting: “oldest” is of the wrong kind"),
        ('users = ["police"]', 'user = ["police"]', "remedy: “user” is no word of this file"),
        ("[groups]", "[groups", "The file cannot be read: "),
    ],
)
def test_a_file_with_a_mistake_says_where_and_loads_nothing(edition, old, new, sentence):
    with pytest.raises(CommandError) as refusal:
        call_command("load_asb_tools", edition((old, new)))
    assert str(refusal.value).startswith(sentence)
    assert Tool.objects.count() == 0
