"""State × verb: what can happen to a consent, as a table; and that the verbs refuse what the table does not allow."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from consent.rules.moves import MOVES, is_open_to, may, moves_for
from consent.workflow import asking, deciding, ending
from consent.workflow.printing import ask_record
from tests.consent.asking import make_consent, make_form, sign

VERBS = ["request", "prepare", "sign", "give", "refuse", "cannot", "withdraw", "renew", "supersede", "copy", "print"]
# x: it may happen; the columns are VERBS
TABLE = """
not_sought        x . . . . . . . x . .
requested         . x x x x x . . x . .
given_full        . . . . . . x x x x x
given_part        . . . . . . x x x x x
review_due        . . . . . . x x x x x
expired           . . . . . . . x x x x
refused           . . . . . . . x x x x
cannot_consent    . . . . . . . x x x x
cannot_parental   . . . . . . x x x x x
cannot_interests  . . . . . . x x x x x
withdrawn         . . . . . . . x x x x
superseded        . . . . . . . . . . x
"""
ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}


def consent_in(world, case, state):
    ground = {"cannot_parental": "parental", "cannot_interests": "best_interests"}.get(state, "")
    stored = {"review_due": "given_full", "expired": "given_part"}.get(state, "cannot_consent" if ground else state)
    days = {"review_due": 350, "expired": 367}.get(state, 10)
    ended = {"withdrawn": "withdrawn_at", "superseded": "superseded_at"}
    more = {ended[state]: timezone.now()} if state in ended else {}
    return make_consent(world, case, state=stored, days_ago=days, ground=ground, **more)


@pytest.fixture
def case(world):
    make_form()
    return world.make_case(asked=[world.health_agency, world.housing_agency])


def test_the_table_has_every_verb():
    assert list(MOVES) == VERBS


@pytest.mark.parametrize("state", ROWS)
def test_what_may_happen_in_each_state(world, case, state):
    consent = consent_in(world, case, state)
    assert [verb for verb in VERBS if is_open_to(verb, consent)] == [
        verb for verb, letter in zip(VERBS, ROWS[state], strict=True) if letter == "x"
    ]
    assert moves_for(world.health, consent) == {verb for verb in VERBS if is_open_to(verb, consent)}
    assert moves_for(world.housing, consent) == set()
    assert may("renew", world.chair, consent) is False


def attempts(world, consent) -> dict:
    by = {"by": world.health, "consent": consent}
    seen = {**by, "seen": consent.version}
    return {
        "request": lambda: asking.ask_after_all(**seen),
        "prepare": lambda: asking.prepare(typed={"able": "yes"}, **seen),
        "sign": lambda: sign(world, consent, "worker"),
        "give": lambda: deciding.record_given(**seen),
        "refuse": lambda: deciding.record_refused(words="", **seen),
        "cannot": lambda: deciding.record_cannot(cannot_reason="capacity", ground="", words="So.", **seen),
        "withdraw": lambda: ending.withdraw(how="phone", words="", **seen),
        "renew": lambda: ending.renew(**seen),
        "supersede": lambda: ending.supersede(words="So.", **seen),
        "copy": lambda: ending.record_copy_given(on=timezone.localdate(), how="paper", **seen),
        "print": lambda: ask_record(**by),
    }


@pytest.mark.parametrize("state", ROWS)
def test_the_verbs_refuse_what_the_table_does_not_allow(world, case, state):
    consent = consent_in(world, case, state)
    before = consent.history.count()
    closed = [verb for verb, letter in zip(VERBS, ROWS[state], strict=True) if letter == "."]
    for verb in closed:
        with pytest.raises(ValidationError) as refusal:
            attempts(world, consent)[verb]()
        assert refusal.value.messages in (
            ["That cannot be done to this record any more: it has changed meanwhile."],
            ["Nothing is recorded yet that could be printed."],
        )
    assert consent.history.count() == before
