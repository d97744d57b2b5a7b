"""What follows from a step of a PPO / IOM case: the courses that go along with it, and the dates."""

import calendar
import datetime

from django.utils.translation import gettext

from cases.models import Track
from cases.schemes import scheme_of
from cases.schemes.settings import number_of
from cases.schemes.tracks import FOLLOWS, Facts
from cases.workflow import track as verbs


def _goes_along(by, track, step, kind: str, code: str, **details) -> None:
    """Let the running course of *kind* make the move *code* with *step*, or begin with “start_” and *code*."""
    words = gettext("With the step “%(step)s”.") % {"step": track.kind_of.move(step.move).words}
    said = {"by": by, "details": details, "reason": FOLLOWS, "words": words}
    running = Track.objects.with_key().select_related("case__panel").filter(case=track.case, kind=kind).running()
    there = running.first()
    if there is None:
        if code != "over":
            verbs.open_track(case=track.case, kind=kind, move=f"start_{code}", on=step.effective_on, **said)
    elif there.state != code:
        on = max(step.effective_on, there.since)
        verbs.move(track=there, move=code, seen=there.version, on=on, **said)


def begin_courses(*, by, track, step) -> None:
    """An adopted case has a cohort, a RAG status and a policing status from the first day."""
    grounds = step.details["grounds"]
    _goes_along(by, track, step, "cohort", step.details["cohort"])
    _goes_along(by, track, step, "rag", step.details["rag"], grounds=grounds)
    _goes_along(by, track, step, "policing", "basic")


def go_into_custody(*, by, track, step) -> None:
    """In custody: blue, and no targeting."""
    _goes_along(by, track, step, "rag", "blue")
    _goes_along(by, track, step, "policing", "in_custody")


def come_out_of_custody(*, by, track, step) -> None:
    """Out of custody: the RAG status that was chosen, and basic monitoring until somebody decides otherwise."""
    if step.before == "custody":
        _goes_along(by, track, step, "rag", step.details["rag"], grounds=["release"])
        _goes_along(by, track, step, "policing", "basic")


def leave_courses(*, by, track, step) -> None:
    """De-selected: out of the cohort, without RAG status, no longer targeted; basic monitoring goes on to the end."""
    _goes_along(by, track, step, "cohort", "over")
    _goes_along(by, track, step, "rag", "over")
    if Track.objects.filter(case=track.case, kind="policing", state="proactive").running().exists():
        _goes_along(by, track, step, "policing", "basic")


def end_courses(*, by, track, step) -> None:
    """With the management everything else ends."""
    for kind in ("cohort", "rag", "policing"):
        _goes_along(by, track, step, kind, "over")


def hand_over(*, by, track, step) -> None:
    """The accepted transfer ends the management here."""
    _goes_along(by, track, step, "management", "transferred")


def kept_until(facts: Facts) -> dict:
    """Until when who was not adopted is kept: the panel's number of months, usually twelve."""
    months = number_of(scheme_of(facts.case.panel), facts.case.panel, "kept_months")
    return {"keep_until": months_after(facts.on, months).isoformat()}


def monitored_until(facts: Facts) -> dict:
    """The day after so many weeks."""
    return {"until": (facts.on + datetime.timedelta(weeks=int(facts.details["weeks"]))).isoformat()}


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
