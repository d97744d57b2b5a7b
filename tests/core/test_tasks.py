"""What the queue keeps of a failed task."""

import pytest
from django_tasks_db.models import DBTaskResult

from core.tasks import without_values


def quotes_a_row():
    raise ValueError('duplicate key (surname)=(Quillfeather)\n  File "Quillfeather", line 1, in Ada Quillfeather')


def traceback_of(function) -> str:
    from traceback import format_exception

    try:
        function()
    except Exception as error:
        return "".join(format_exception(error))
    raise AssertionError("nothing was raised")


def test_a_traceback_keeps_its_places_and_no_values():
    kept = without_values(traceback_of(quotes_a_row))
    assert "Quillfeather" not in kept
    lines = kept.splitlines()
    assert len(lines) == 2
    assert lines[-1].endswith("in quotes_a_row")


@pytest.mark.django_db
def test_the_queue_stores_no_values():
    result = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="core.tasks.x",
        backend_name="default",
        traceback=traceback_of(quotes_a_row),
        exception_class_path="builtins.ValueError",
        return_value=None,
    )
    result.refresh_from_db()
    assert "Quillfeather" not in result.traceback
    assert "in quotes_a_row" in result.traceback
