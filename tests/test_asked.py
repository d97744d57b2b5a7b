"""PostgreSQL is asked everything that SQLite was asked, in fewer tests."""

import pytest
from django.db import DatabaseError, DataError, connection, transaction

from partnership.models import Member
from tests.asked import Asked, enough, known, question


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM b WHERE c IN (%s, %s)", "SELECT a FROM b WHERE c IN (%s, %s, %s)"),
        ("INSERT INTO a (b, c) VALUES (%s, %s)", "INSERT INTO a (b, c) VALUES (%s, %s), (%s, %s)"),
        ("SAVEPOINT a", "RELEASE SAVEPOINT b"),
    ],
)
def test_how_many_values_there_are_makes_no_other_question(one, other):
    assert question(one) == question(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM b WHERE c = %s", "SELECT a FROM b WHERE d = %s"),
        ("SELECT a FROM b ORDER BY a", "SELECT a FROM b"),
        ("(SELECT a FROM b) UNION (SELECT a FROM c)", "SELECT a FROM b"),
        ("WITH a AS (SELECT 1) SELECT b FROM a", ""),
    ],
)
def test_another_statement_is_another_question(one, other):
    assert question(one) != question(other)


def test_enough_are_those_that_ask_everything_in_little_time():
    notes = {
        "all, slowly": (9.0, ["a", "b", "c", "d"]),
        "two": (0.1, ["a", "b"]),
        "two more": (0.1, ["b", "c"]),
        "alone": (3.0, ["d"]),
        "nothing": (0.1, []),
        "the same": (0.2, ["a", "b"]),
    }
    assert enough(notes, set()) == {"two", "two more", "alone"}
    assert enough(notes, {"d"}) == {"two", "two more"}
    assert enough(notes, {"a", "b", "c", "d"}) == set()


@pytest.mark.django_db
def test_what_is_noted_tells_what_was_refused(tmp_path):
    asked, twice = Asked(), "INSERT INTO partnership_member (id) VALUES (%s)"
    with asked.noting("one"), connection.cursor() as cursor:
        list(Member.objects.values_list("email"))
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(twice, ["0" * 32])
    asked.keep(tmp_path)
    (seconds, questions) = known(tmp_path)["one"]
    assert seconds > 0
    assert len(questions) == 2
    assert question(twice) + "!" in questions


@pytest.mark.django_db
def test_a_text_too_long_for_its_column_is_refused_on_both(world):
    world.police.name = "x" * 1_000
    with pytest.raises(DataError), transaction.atomic():
        world.police.save()
