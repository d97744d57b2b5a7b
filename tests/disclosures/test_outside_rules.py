"""What may happen to a request from outside in which state, and what a victim information request must show first."""

import pytest

from disclosures.models import Answer, OutsideRequest, VictimTests
from disclosures.rules import exemptions
from disclosures.rules import outside as rules

S = OutsideRequest.State
TABLE = {
    #                 received clarify search consult draft check sent review closed
    "pause": "yes no yes yes yes no no no no",
    "resume": "no yes no no no no no no no",
    "search": "yes no no no no no no no no",
    "consult": "no no yes no no no no no no",
    "ask_agency": "no no no yes yes no no yes no",
    "search_again": "no no no yes yes no no yes no",
    "draft": "no no no yes yes no no no no",
    "offer": "no no no no yes no no no no",
    "send_back": "no no no no no yes no no no",
    "pass": "no no no no no yes no no no",
    "send": "no no no no no yes no no no",
    "ask_review": "no no no no no no yes no no",
    "answer_anew": "no no no no no no no yes no",
    "extend": "yes no yes yes yes yes no no no",
    "acknowledge": "yes yes yes yes yes yes no no no",
    "change": "yes yes yes yes yes no no yes no",
    "name": "yes yes yes yes yes yes yes yes no",
    "note_ico": "yes yes yes yes yes yes yes yes no",
    "close": "yes yes yes yes yes yes yes yes no",
}
LEADS = {
    "pause": "clarify",
    "search": "search",
    "consult": "consult",
    "draft": "draft",
    "offer": "check",
    "send_back": "draft",
    "send": "sent",
    "ask_review": "review",
    "answer_anew": "draft",
    "close": "closed",
}


@pytest.mark.parametrize("act", TABLE)
def test_from_which_states_an_act_is_done(act):
    assert [rules.leads(OutsideRequest(state=state), act) for state in S] == [
        word == "yes" for word in TABLE[act].split()
    ]


def test_the_table_knows_every_act_and_where_it_leads():
    assert set(TABLE) == set(rules.ACTS)
    assert {act: state for act, (_from, state) in rules.ACTS.items() if state} == LEADS


def test_every_state_can_be_left_but_the_last():
    stuck = [state for state in S if not any(state in states for states, _to in rules.ACTS.values())]
    assert stuck == [S.CLOSED]


@pytest.mark.parametrize("kind", list(OutsideRequest.Kind))
def test_every_kind_may_be_neither_confirmed_nor_denied(kind):
    assert Answer.Kind.NEITHER in rules.answers_offered(OutsideRequest(kind=kind))


# edge case 42
def shown(**more):
    met = {"relevant": True, "necessary": True, "proportionate": True, "reasons": "One evening.", "counselling": False}
    given = {"notice": "given", "notice_on": "2026-11-20", "probative": "", "notice_words": ""}
    return VictimTests(**(met | given | more))


@pytest.mark.parametrize(
    ("tests", "wanting"),
    [
        (None, 1),
        (shown(), 0),
        (shown(relevant=False), 1),
        (shown(necessary=False), 1),
        (shown(proportionate=False, reasons=" "), 2),
        (shown(counselling=True), 1),  # presumed not to be needed
        (shown(counselling=True, probative="He speaks of that evening."), 0),
        (shown(notice_on=None), 1),
        (shown(notice="unsafe", notice_on=None), 1),
        (shown(notice="unsafe", notice_on=None, notice_words="He reads her post."), 0),
    ],
)
def test_what_a_victim_information_request_must_show_before_anything_is_searched(tests, wanting):
    assert len(rules.gaps_before_search(OutsideRequest(kind="victim"), tests)) == wanting


@pytest.mark.parametrize(
    ("kind", "check", "wanting"),
    [("sar", "", 1), ("sar", "seen", 0), ("erasure", "", 1), ("foi", "", 0), ("complaint", "", 0), ("court", "", 0)],
)
def test_who_asks_for_a_right_shows_who_they_are(kind, check, wanting):
    request = OutsideRequest(kind=kind, identity_check=check)
    assert len(rules.gaps_before_search(request)) == wanting


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Nothing was found.", []),
        ("As the marac said.", ["MARAC"]),
        ("At the Case Conference in May.", ["case conference"]),
        ("An IDVA rang; MAPPA too.", ["MAPPA", "IDVA"]),
        ("Dashed hopes, and a grimace.", []),  # whole words alone
    ],
)
def test_words_that_tell_under_which_arrangement_something_is_held(words, told):
    assert rules.telling_words(words) == told


@pytest.mark.django_db
def test_grounds_belong_to_their_kind_of_request():
    from tests.world import make_legal_bases

    make_legal_bases()
    codes = {kind: {code for code, _label in exemptions.offered(kind)} for kind in OutsideRequest.Kind}
    assert {"E02", "E03", "E05", "E16"} <= codes["sar"]
    assert codes["sar_part3"] == {"E45"}
    assert {"s30", "s31", "s38", "s40", "s41"} <= codes["foi"]
    assert not codes["foi"] & (codes["sar"] | codes["eir"])
    assert exemptions.unknown("sar", ["E16", "s40", "E45"]) == ["s40", "E45"]
