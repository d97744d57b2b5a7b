"""The cohort of a panel about offenders and the releases to come, as one member sees them.  Queries do not grow."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from cases.models import Party, Step, Track
from cases.rules import track as rules
from cases.schemes import scheme_of
from partnership.models import Panel
from partnership.roles import Permission

MANAGEMENT, CUSTODY = "management", "custody"
STATUSES = ("rag", "cohort", "policing")
WEEKS = 12


@dataclass
class Member:
    """One case of the cohort: its management, the statuses beside it by kind, the person, who leads."""

    track: Any
    name: str
    statuses: dict = field(default_factory=dict)
    lead_officer: str = ""

    @property
    def review(self):
        """The status whose review comes next, or None."""
        due = [one for one in (self.track, *self.statuses.values()) if one.due_on]
        return min(due, key=lambda one: one.due_on, default=None)

    @property
    def urgency(self) -> str:
        """How pressing that is, as `cases.rules.track.urgency`."""
        return rules.urgency(self.review) if self.review else "none"


@dataclass
class Release:
    """One release to come: the track in custody (due on the day), the person, from where and to which address."""

    track: Any
    name: str
    prison: str = ""
    address: str = ""

    @property
    def on(self) -> datetime.date:
        """The day."""
        return self.track.due_on


def cohort_panels(member) -> list[Panel]:
    """The panels with a cohort on which *member* sees cases; asks nothing of the database."""
    panels = {grant.panel for grant in member.grants if grant.panel}
    return [panel for panel in panels if _has_cohort(panel) and member.may(Permission.VIEW_CASE, panel.pk)]


def _has_cohort(panel) -> bool:
    return scheme_of(panel).track_kind("cohort") is not None


def managements(member):
    """The running management of each case of a cohort that *member* sees."""
    panels = [panel.pk for panel in cohort_panels(member)]
    return rules.find_track(member).filter(kind=MANAGEMENT, case__panel__in=panels).running()


def cohort(member, tracks: list[Track]) -> list[Member]:
    """*tracks* (managements) with all that the list shows; four queries, however many."""
    cases = [track.case_id for track in tracks]
    beside = defaultdict(dict)
    found = Track.objects.visible_to(member).filter(case__in=cases, kind__in=STATUSES).running()
    panels = {track.case_id: track.case for track in tracks}
    for status in found:
        status.case = panels[status.case_id]
        beside[status.case_id][status.kind] = status
    names, steps = _names(member, tracks), _steps(member, tracks)
    return [
        Member(
            track=track,
            name=names.get(track.case_id, ""),
            statuses=beside[track.case_id],
            lead_officer=_last(steps[track.pk], "lead_officer"),
        )
        for track in tracks
    ]


def releases(member, *, until: datetime.date) -> list[Release]:
    """Everybody in custody whom *member* sees and who is released by *until*, the earliest first; overdue ones too."""
    found = managements(member).filter(state=CUSTODY, due_on__lte=until).order_by("due_on", "pk")
    tracks = list(found)
    names, steps = _names(member, tracks), _steps(member, tracks)
    return [
        Release(
            track=track,
            name=names.get(track.case_id, ""),
            prison=_last(steps[track.pk], "prison"),
            address=_last(steps[track.pk], "release_address"),
        )
        for track in tracks
    ]


def by_month(found: list[Release]) -> list[tuple[datetime.date, list[Release]]]:
    """The releases by month: the first of the month, and who is released in it."""
    months = defaultdict(list)
    for release in found:
        months[release.on.replace(day=1)].append(release)
    return sorted(months.items())


def last_day(today: datetime.date) -> datetime.date:
    """The last day of the calendar: twelve weeks ahead."""
    return today + datetime.timedelta(weeks=WEEKS)


def _names(member, tracks) -> dict:
    principals = {track.case_id: scheme_of(track.case.panel).principal for track in tracks}
    parties = Party.objects.visible_to(member).filter(case__in=principals, capacity__in=set(principals.values()))
    return {party.case_id: party.name for party in parties.current().in_order()}


def _steps(member, tracks) -> dict:
    steps = defaultdict(list)
    for step in Step.objects.visible_to(member).filter(track__in=[track.pk for track in tracks]).in_order():
        steps[step.track_id].append(step)
    return steps


def _last(steps, code: str) -> str:
    """The last answer to the item *code* that any of *steps* gives."""
    return next((step.details[code] for step in reversed(steps) if step.details.get(code)), "")
