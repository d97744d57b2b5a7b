"""Which passwords are refused, as a table."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from partnership.models import Member


def codes_of(password, member=None) -> set[str]:
    try:
        validate_password(password, member)
    except ValidationError as error:
        return {found.code for found in error.error_list}
    return set()


STYLE = "password_breached_style"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Password123456", STYLE),
        ("P@ssw0rd!2026", STYLE),
        ("Winter2026!!!!", STYLE),
        ("!!November1984", STYLE),
        ("Liverpool1992!", STYLE),
        ("ManchesterUnited99", STYLE),
        ("Welcome2Confer!", STYLE),
        ("qwertyuiop1234", STYLE),
        ("123456789012345", STYLE),
        ("aaaaaaaaaaaaaaa", STYLE),
        ("abababababababab", STYLE),
        ("zxcvbnmasdfghjkl", STYLE),
        ("1q2w3e", "password_too_short"),
        ("83927461028374", "password_entirely_numeric"),
        ("trustno1trustno1", STYLE),
    ],
)
def test_refused(password, code):
    assert code in codes_of(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple 7",
        "Four-unrelated-teapots",
        "gwyrdd awyr llechen",
        "tK9#vQ2!mZx7pLw",
        "the lighthouse keeps no calendar",
    ],
)
def test_taken(password):
    assert codes_of(password) == set()


def test_like_ones_own_name():
    member = Member(email="mair.gwynedd@wenlli-police.example", name="Mair Gwynedd")
    assert "password_too_similar" in codes_of("mair.gwynedd", member)


def test_quick_enough_for_hostile_length():
    assert codes_of("a1!" * 85) != set()
