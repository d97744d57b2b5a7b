"""Who gets what answer at which address: one table of role × URL × status, in `tests/access/`, a module a noun.

Closed world: a URL that is not in the table fails, and so does one that answers to a method for which it has no line;
so does a line for a URL that is gone, and a view that is not stamped with its permission.  The statuses say what
`partnership/roles.py` and the visibility of the rows promise: 404 to a stranger, 403 to those who see but may not do,
and to a role without the permission at all.

The lines of cases and meetings are asked in files of their own, so that two workers share them.
"""

import pytest

from partnership.roles import ROLES, Permission
from tests.answers import (
    CAST,
    LINES,
    NO_CASE,
    ROLE_OF,
    methods_not_refused,
    nouns_of,
    others,
    parts,
    urls,
    wrong_answers,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("noun", nouns_of(*others()))
def test_everybody_gets_the_answer_of_the_table(stage, noun):
    assert wrong_answers(stage, noun, *others()) == []


def test_a_method_that_is_not_in_the_table_is_refused(stage):
    assert methods_not_refused(stage, *others()) == []


def test_every_url_is_in_the_table():
    covered = {parts(line)[1] for line in LINES}
    assert sorted({name for name, _view in urls()} - covered) == []


def test_the_table_has_no_url_that_is_gone():
    known = {name for name, _view in urls()}
    assert [line for line in LINES if parts(line)[1] not in known] == []


def test_every_line_answers_for_the_whole_cast_once():
    heads = [parts(line)[:3] for line in LINES]
    assert [line for line in LINES if len(parts(line)[3]) != len(CAST)] == []
    assert sorted({head for head in heads if heads.count(head) > 1}) == []


def test_every_view_is_stamped_with_its_permission():
    assert [name for name, view in urls() if not getattr(view, "permission", None)] == []


def test_the_table_agrees_with_the_matrix_of_roles():
    """Who lacks the permission that a view names is refused there, whatever it is about; nobody is led to sign in."""
    views, wrong = dict(urls()), []
    for method, name, about, answers in map(parts, LINES):
        needed = views[name].permission
        given = dict(zip(CAST, answers, strict=True))
        if needed in set(Permission) and given["anonymous"] != "?":
            wrong.append(f"{method} {name} ({about}): anonymous")
        if needed in set(Permission) - {Permission.OWN_ACCOUNT}:
            wrong += [
                f"{method} {name} ({about}): {column}"
                for column, role in ROLE_OF.items()
                if needed not in ROLES[role].permissions and given[column] != "x"
            ]
    assert wrong == []


def test_the_table_lets_a_barred_member_near_nothing_of_the_cases():
    """Every line about one of the cases says 404 to the barred member, or 403 where the role has no business at all."""
    barred = lambda line: parts(line)[3][CAST.index("barred")]  # noqa: E731
    let_in = [line for line in LINES if parts(line)[2] not in NO_CASE.split() and barred(line) not in ".x"]
    assert let_in == []
