"""The digest of a document's facts: the same for the same, another for another, none for what has no one form."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pdf import content_digest


class Colour(Enum):
    RED = "red"


NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_digest_is_sha_256_of_canonical_json():
    # printf '{"a":["ŵ",1,true,null],"b":{"on":"2026-11-21"}}' | sha256sum
    assert content_digest({"b": date(2026, 11, 21), "a": ["ŵ", 1, True, None]}) == (
        "39512e3e8dc18c9c2445f13fc46f5adab28b8d4420e18eda6941cdb08d19ab24"
    )


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1, 2], (1, 2)),
        ({3, 1, 2}, frozenset([2, 3, 1])),
        (NOON, NOON.astimezone(timezone(timedelta(hours=5)))),
        (Colour.RED, "red"),
    ],
)
def test_equal_facts_have_equal_digests(one, same):
    assert content_digest(one) == content_digest(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], [2, 1]),
        ([1, 2], {1, 2}),
        ("1", 1),
        (True, 1),
        (None, "null"),
        ("", None),
        ([], {}),
        (Decimal("1.0"), Decimal("1.00")),
        (date(2026, 11, 21), "2026-11-21"),
        (uuid.UUID(int=1), str(uuid.UUID(int=1))),
        (["ab", "c"], ["a", "bc"]),
    ],
)
def test_different_facts_have_different_digests(one, other):
    assert content_digest(one) != content_digest(other)


@pytest.mark.parametrize("facts", [1.5, {1: "a"}, datetime(2026, 11, 21), object(), [float("nan")], b"bytes"])
def test_what_has_no_one_form_has_no_digest(facts):
    with pytest.raises(TypeError):
        content_digest(facts)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda kids: st.lists(kids) | st.dictionaries(st.text(), kids),
    )
)
def test_a_digest_is_stable_and_hexadecimal(facts):
    assert re.fullmatch("[0-9a-f]{64}", content_digest(facts))
    assert content_digest(facts) == content_digest(facts)
