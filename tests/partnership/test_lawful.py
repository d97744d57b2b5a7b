"""The lawful bases: which are offered for which facts, and what a chosen chain still lacks, over the whole table."""

import datetime

import pytest

from disclosures.rules import lawful as law
from partnership.lawful import Facts, exemptions, gaps, offered, stops
from partnership.lawful.reference import read
from partnership.models import Agency, LegalBasis
from tests.world import make_legal_bases

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 11, 22)
ROWS = {row.code: row for row in read().rows}
KINDS = list(Agency.Kind.values)
HEALTH_CARE = {"children", "adults", "primary_care", "acute", "mental_health", "substance"}
PUBLIC = {*HEALTH_CARE, "police", "probation", "prison", "housing", "education", "mash", "fire", "council"}
PUBLIC = {*PUBLIC, "youth_justice", "jobcentre"} - {"substance"}
# All codes of table 2.3, as the protocol's lawyers number them.
TABLE = """
P01 P02 P03 P04 P05 P06 P07 P08 P09 P10 P11 P12 P13 P14 P15 P16 P17 P18 P19 P20 P21 P22 P23 P24 P25
A6a A6c A6d A6e A6ea A6f A9a A9b A9c A9f A9g A9h S1-06 S1-07 S1-10 S1-17 S1-18 S1-30 S1-33 S1-36
L35b L35a L35s L36 S8-1 S8-2 S8-3 S8-4 S8-6 C1 C2 C3 C4 C5 H8 E02 E03 E05 E16 E3h E3s E3c E45
X01 X02 X03 X04 X05
""".split()  # noqa: SIM905


@pytest.fixture(autouse=True)
def table():
    make_legal_bases()


def agency(kind: str, legal_class: str = "other_body") -> Agency:
    return Agency(name=f"The {kind}", kind=kind, legal_class=legal_class)


def facts(discloser="police", recipients=("housing",), **more) -> Facts:
    return Facts(agency(discloser), tuple(agency(each) for each in recipients), **{"on": ON, **more})


def codes(*, of=None, **more) -> list[str]:
    return [row.code for row in offered(of or facts(**more))]


def test_the_file_holds_every_row_of_the_table_in_its_order():
    assert list(ROWS) == TABLE


@pytest.mark.parametrize("code", TABLE)
def test_every_row_says_what_it_is_and_where_it_stands(code):
    row = ROWS[code]
    assert row.types and row.label and row.citation and row.regimes
    if row.is_a("PWR", "DUTY", "CL"):
        assert row.health  # each says whether it covers health data


@pytest.mark.parametrize("code", [code for code in TABLE if code[0] not in "EX" and code != "P10"])
def test_every_row_that_is_in_force_is_offered_for_some_facts(code):
    row = ROWS[code]
    discloser = next(kind for kind in KINDS if kind not in row.not_disclosers and kind in (row.disclosers or KINDS))
    recipient = next((kind for kind in row.recipients if kind in KINDS), "housing")
    told = {word: True for word in row.only_when[:1] if not word.startswith("not ")}
    age = row.youngest or row.oldest or 30
    assert code in codes(discloser=discloser, recipients=(recipient,), regime=row.regimes[0], ages=(age,), **told)


def is_allowed(row, kind: str, regime: str, health: bool) -> bool:
    """What the columns of *row* say of a sharing with housing about somebody of thirty."""
    return bool(
        not row.is_a("EX", "STOP")
        and row.in_force
        and regime in row.regimes
        and kind in (row.disclosers or KINDS)
        and kind not in row.not_disclosers
        and (not row.recipients or "housing" in row.recipients)
        and not (health and row.health == "no")
        and (row.youngest or 0) <= 30 <= (row.oldest or 200)
        and (
            not row.only_when
            or (health and {"special", "health"} & set(row.only_when))
            or "not confidential" in row.only_when
        )
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("regime", ["uk_gdpr", "part3"])
@pytest.mark.parametrize("health", [False, True])
def test_what_is_offered_keeps_every_column_of_every_row(kind, regime, health):
    expected = [code for code, row in ROWS.items() if is_allowed(row, kind, regime, health)]
    assert codes(discloser=kind, regime=regime, health=health, ages=(30,)) == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("health", [False, True])
def test_the_serious_violence_power_is_never_for_health_or_social_care(kind, health):
    assert ("P08" in codes(discloser=kind, health=health)) is (kind not in HEALTH_CARE and not health)


@pytest.mark.parametrize("kind", KINDS)
def test_recognised_legitimate_interest_is_never_for_a_public_authority(kind):
    assert ("A6ea" in codes(discloser=kind)) is (kind not in PUBLIC)


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("A6ea", datetime.date(2026, 2, 4), False),
        ("A6ea", datetime.date(2026, 2, 5), True),
        ("P08", datetime.date(2023, 1, 30), False),
        ("P08", datetime.date(2023, 1, 31), True),
        ("P10", datetime.date(2026, 11, 22), False),
    ],
)
def test_a_basis_is_offered_from_its_first_day(code, day, expected):
    assert (code in codes(discloser="voluntary", on=day, ages=(9,))) is expected


def test_a_basis_that_is_brought_into_force_is_offered_without_new_code():
    LegalBasis.objects.filter(code="P10").update(in_force=True, valid_from=ON)
    assert "P10" in codes(ages=(17,))
    assert "P10" not in codes(ages=(18,))
    assert "P10" not in codes(ages=(17,), on=ON - datetime.timedelta(days=1))


def test_a_basis_is_offered_on_its_last_day_and_not_after():
    LegalBasis.objects.filter(code="P01").update(valid_until=ON)
    assert "P01" in codes()
    assert "P01" not in codes(on=ON + datetime.timedelta(days=1))


@pytest.mark.parametrize(
    ("ages", "child", "adult"), [((17,), True, False), ((18,), False, True), ((None,), True, True)]
)
def test_age_opens_the_duties_about_children_and_about_adults(ages, child, adult):
    found = codes(ages=ages, recipients=("children",))
    assert ("P11" in found, "P12" in found) == (child, adult)


def test_prescribed_data_is_depersonalised_only():
    assert "P02" in codes(depersonalised=True)
    assert "P02" not in codes()


def test_a_power_to_relevant_authorities_knows_their_legal_class():
    other = Facts(agency("police"), (agency("other"),), ON)
    relevant = Facts(agency("police"), (agency("other", "relevant_authority"),), ON)
    assert "P01" not in codes(of=other)
    assert "P01" in codes(of=relevant)


GENERAL = ("P01", "A6e", "H8")
LAW = ("P01", "L35b", "H8")
CHAIN = [
    # chosen, facts, the whole answer
    ("an ordinary decision", GENERAL, {}, []),
    (
        "nothing chosen",
        (),
        {"special": True, "offence": True, "confidential": True, "discloser": "housing", "recipients": ("police",)},
        [
            "Choose the power or duty to share.",
            "Choose the Article 6 basis.",
            "Special category information: choose an Article 9 condition.",
            "Information about offences: choose a condition of Schedule 1 for Article 10.",
            "Confidential information: choose the ground on which confidence gives way.",
            "Answer why this is lawful, necessary, the least intrusive way and fair (Article 8).",
        ],
    ),
    ("law enforcement", LAW, {"regime": "part3"}, []),
    (
        "law enforcement, sensitive",
        LAW,
        {"regime": "part3", "special": True},
        ["Sensitive information: choose a condition of Schedule 8."],
    ),
    ("law enforcement, sensitive, met", (*LAW, "L35s", "S8-4"), {"regime": "part3", "special": True}, []),
    (
        "an Article 6 basis under Part 3",
        ("P01", "A6e", "H8"),
        {"regime": "part3"},
        [
            "A6e, Public task: is of the other regime.",
            "Choose the basis under Part 3 of the Data Protection Act 2018.",
        ],
    ),
    (
        "substantial public interest without its Schedule 1",
        (*GENERAL, "A9g"),
        {"special": True},
        ["A9g, Substantial public interest, also needs a condition of Schedule 1 Part 2."],
    ),
    ("substantial public interest, met", (*GENERAL, "A9g", "S1-18"), {"special": True}, []),
    ("offence data of the police", GENERAL, {"offence": True}, []),
    (
        "offence data of housing, met",
        (*GENERAL, "S1-10"),
        {"offence": True, "discloser": "housing", "recipients": ("police",)},
        [],
    ),
    (
        "health through a gated power without its gate",
        (*GENERAL, "A9h"),
        {"health": True, "discloser": "acute"},
        ["P01 covers health or care data only with consent (C1), public interest (C2) or law (C3)."],
    ),
    ("health, met", (*GENERAL, "A9h", "C2"), {"health": True, "confidential": True, "discloser": "acute"}, []),
    (
        "health under serious violence",
        ("P08", "A6e", "A9h", "C2", "H8"),
        {"health": True, "confidential": True, "discloser": "acute"},
        [
            "P08, Serious violence: is not open to The acute; never covers health or care data.",
            "Choose the power or duty to share.",
            "A6e, Public task, also needs a power or a duty.",
        ],
    ),
    (
        "health by a power that does not cover it",
        ("P24", "A6e", "A9a", "C2", "H8"),
        {"health": True, "confidential": True},
        ["No power or duty that you chose covers health or care data."],
    ),
    (
        "one recipient whom no power reaches",
        GENERAL,
        {"recipients": ("housing", "other")},
        ["No power or duty that you chose reaches The other."],
    ),
    (
        "a stop",
        (*GENERAL, "X04"),
        {},
        [
            "Protected persons (X04, Serious Organised Crime and Police Act 2005 s.86) may not be disclosed: "
            "take it out first."
        ],
    ),
    (
        "legal obligation on a power alone",
        ("P01", "A6c", "H8"),
        {},
        ["A6c, Legal obligation, also needs a duty."],
    ),
    (
        "a victim's counselling notes asked by the police",
        GENERAL,
        {"discloser": "idva", "recipients": ("police",), "victim_material": True},
        ["Material about a victim that the police ask for needs a victim information request (P19)."],
    ),
    ("called not confidential though it is", (*GENERAL, "C5"), {"confidential": True}, [
        "C5, Not confidential, already lawfully known, or depersonalised: is not for this kind of information.",
        "Confidential information: choose the ground on which confidence gives way.",
    ]),
    (
        "no policy document, where conditions need one",
        (*GENERAL, "A9g", "S1-06", "S1-18"),
        {"special": True, "policy": False},
        ["S1-06, S1-18: an appropriate policy document is needed, and the protocol in force names none."],
    ),
    (
        "no policy document, preventing unlawful acts, told to a competent authority",
        (*GENERAL, "A9g", "S1-10"),
        {"discloser": "housing", "recipients": ("police",), "special": True, "policy": False},
        [],
    ),
    (
        "no policy document, preventing unlawful acts, told to another too",
        (*GENERAL, "A9g", "S1-10"),
        {"discloser": "housing", "recipients": ("police", "council"), "special": True, "policy": False},
        ["S1-10: an appropriate policy document is needed, and the protocol in force names none."],
    ),
    ("no such code", (*GENERAL, "P99"), {}, ["“P99” is not in the table of lawful bases."]),
    ("nothing personal", (), {"personal": False, "depersonalised": True}, []),
]  # fmt: skip


@pytest.mark.parametrize(("chosen", "said", "expected"), [row[1:] for row in CHAIN], ids=[row[0] for row in CHAIN])
def test_the_chain_rule_names_every_gap_at_once(chosen, said, expected):
    assert gaps(chosen, facts(**said), art8=False) == expected


def test_a_basis_that_ended_makes_the_decision_incomplete():
    LegalBasis.objects.filter(code="P01").update(valid_until=ON - datetime.timedelta(days=1))
    assert gaps(GENERAL, facts(), art8=True) == [
        "P01, Crime and disorder purposes: is not in force on the day of the decision.",
        "Choose the power or duty to share.",
        "A6e, Public task, also needs a power or a duty.",
    ]


@pytest.mark.parametrize("code", [code for code in TABLE if code != "P10"])
def test_every_power_and_duty_can_head_an_approvable_chain(code):
    """Over the table: whatever is offered as a power is enough of one for its own recipients."""
    row = ROWS[code]
    if not row.is_a("PWR", "DUTY"):
        assert gaps([code], facts(), art8=True) != []
        return
    discloser = next(kind for kind in KINDS if kind not in row.not_disclosers and kind in (row.disclosers or KINDS))
    recipient = next((kind for kind in row.recipients if kind in KINDS), "housing")
    told = dict.fromkeys(row.only_when, True)
    said = facts(discloser=discloser, recipients=(recipient,), ages=(row.youngest or row.oldest or 30,), **told)
    chosen = [code, "A6e"] + (["P19"] if "victim_material" in told else [])
    assert gaps(chosen, said, art8=True) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sensitive", [False, True])
def test_every_kind_of_agency_can_complete_a_chain_under_the_law_it_discloses_by(kind, sensitive):
    """What an ordinary decision rests on is enough, also of sensitive, confidential information about an offence."""
    regime = law.regime_of(agency(kind))
    told = dict.fromkeys(("special", "offence", "confidential"), sensitive)
    said = facts(discloser=kind, regime=regime, **told)
    chosen = law.usual_bases(said, offered(said))
    assert gaps(chosen, said, art8=True) == []
    assert {"part3": "L35b", "uk_gdpr": "A6e"}[regime] in chosen


def test_stops_and_exemptions_are_no_bases():
    assert [row.code for row in stops(ON)] == ["X01", "X02", "X03", "X04", "X05"]
    assert [row.code for row in exemptions("part3", ON)] == ["E45"]
    assert [row.code for row in exemptions("uk_gdpr", ON)] == ["E02", "E03", "E05", "E16", "E3h", "E3s", "E3c"]


def test_offering_and_checking_cost_one_query_each(django_assert_num_queries):
    said = facts(health=True, special=True)
    with django_assert_num_queries(1):
        offered(said)
    with django_assert_num_queries(1):
        gaps(GENERAL, said, art8=True)
