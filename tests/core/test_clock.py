"""The clock: its registry, and that one failing job stops neither itself nor the others."""

import io
import logging

import pytest
from django.core.management import CommandError, call_command

from config.management.commands.clock import run
from core import clock


@pytest.fixture
def registry(monkeypatch):
    """A clock with no jobs but the test's."""
    monkeypatch.setattr(clock, "_jobs", {})
    return clock


def test_jobs_are_registered_once_by_name(registry):
    registry.register("b", 30, lambda: None)
    registry.register("a", 60, lambda: None)
    registry.register("b", 10, lambda: None)
    assert [(job.name, job.seconds) for job in registry.jobs()] == [("a", 60), ("b", 10)]


def test_a_job_runs_every_so_many_seconds(registry):
    with pytest.raises(ValueError, match="more than none"):
        registry.register("never", 0, lambda: None)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_is_logged_by_name_and_tried_again(registry, caplog):
    def fails():
        raise LookupError("Quillfeather")

    registry.register("fails", 5, fails)
    with caplog.at_level(logging.ERROR):
        assert run(registry.jobs()[0]) is False
    assert [record.getMessage() for record in caplog.records] == [
        "The job “fails” failed; it is tried again in 5 seconds."
    ]


@pytest.mark.django_db(transaction=True)
def test_jobs_can_be_run_once_by_hand(registry):
    ran = []
    registry.register("a", 60, lambda: ran.append("a"))
    registry.register("b", 60, lambda: ran.append("b"))
    out = io.StringIO()
    call_command("clock", once=["b"], stdout=out)
    call_command("clock", once=[], stdout=out)
    assert ran == ["b", "a", "b"]
    assert out.getvalue() == "b: done\na: done\nb: done\n"


def test_a_job_that_is_not_there_is_named(registry):
    registry.register("a", 60, lambda: None)
    with pytest.raises(CommandError, match=r"There is no job called “z”; there are: a\."):
        call_command("clock", once=["z"])


def test_jobs_can_be_listed(registry):
    registry.register("close audit block", 30, lambda: None)
    out = io.StringIO()
    call_command("clock", list=True, stdout=out)
    assert out.getvalue() == "close audit block: every 30 seconds\n"
