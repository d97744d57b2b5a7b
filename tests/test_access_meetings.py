"""Who gets what answer at the addresses of meetings: see `tests/test_access.py`."""

import pytest

from tests.answers import methods_not_refused, nouns_of, wrong_answers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("noun", nouns_of("meetings"))
def test_everybody_gets_the_answer_of_the_table(stage, noun):
    assert wrong_answers(stage, noun, "meetings") == []


def test_a_method_that_is_not_in_the_table_is_refused(stage):
    assert methods_not_refused(stage, "meetings") == []
