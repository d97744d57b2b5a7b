"""What a reader is shown of tracks and sheets: steps in words, the picture of a course, versions of a form."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.forms.items import agency_names, shown
from cases.models import Party, Sheet, Step
from cases.rules import track as rules
from cases.schemes import scheme_of
from cases.schemes.tracks import FOLLOWS
from cases.workflow.track import END, WHY_ENDED

FILLS = {
    "grey": "#929191",
    "green": "#11875a",
    "teal": "#158187",
    "turquoise": "#5694ca",
    "blue": "#1d70b8",
    "purple": "#54319f",
    "magenta": "#ca357c",
    "pink": "#e59abe",
    "red": "#ca3535",
    "orange": "#f47738",
    "yellow": "#ffdd00",
}
OPEN_STEPS = 3
LATE = {"overdue": "red", "soon": "yellow"}


@dataclass
class Told:
    """One step as a reader is told of it."""

    step: Step
    title: str
    before: str
    after: Any
    reason: str
    details: list[tuple[str, str]]


@dataclass
class Stretch:
    """A stretch of time in one state, for the picture: percent of the whole, and the words beside it."""

    state: Any
    begins: datetime.date
    ends: datetime.date | None
    at: float
    wide: float

    @property
    def fill(self) -> str:
        """The colour of its bar."""
        return FILLS.get(self.state.colour, FILLS["blue"])


@dataclass
class Shown:
    """A track with all that its card draws."""

    track: Any
    name: str
    urgency: str
    moves: list
    may_end: bool
    steps: list[Told]
    stretches: list[Stretch]
    forms: list = field(default_factory=list)
    may_pass_on: bool = False
    consent: Any = None
    is_folded: bool = False

    @property
    def anchor(self) -> str:
        """Where a link on the page leads: the card, or what it is folded into."""
        return f"ended-{self.track.pk}" if self.is_folded else f"track-{self.track.pk}"

    @property
    def latest(self) -> list[Told]:
        """The steps that stand open."""
        return self.steps[:OPEN_STEPS]

    @property
    def earlier(self) -> list[Told]:
        """The steps before those."""
        return self.steps[OPEN_STEPS:]

    @property
    def colour(self) -> str:
        """The colour of the tag of what is due; none where nothing presses."""
        return LATE.get(self.urgency, "")


@dataclass
class FormOf:
    """A kind of sheet with those there are, and whether the reader may fill in (another) one."""

    kind: Any
    sheets: list[Sheet]
    may_add: bool


def tracks_shown(member, case) -> list[Shown]:
    """The tracks of *case* that *member* sees, running ones first, in the scheme's order; queries do not grow.

    Those that have ended are folded; where none runs any more, save the latest of the scheme's first kind.
    """
    tracks = list(rules.find_track(member).filter(case=case))
    steps = defaultdict(list)
    found = Step.objects.visible_to(member).filter(track__case=case).select_related("key", "by", "agency").in_order()
    for step in found:
        steps[step.track_id].append(step)
    names = _names_of_agencies(tracks, steps)
    people = _names_of_people(member, case)
    order = {kind.code: place for place, kind in enumerate(scheme_of(case.panel).tracks)}
    tracks.sort(key=lambda track: (not track.is_running, order.get(track.kind, 99), track.opened_at))
    found = [_shown(member, case, track, steps[track.pk], names, people) for track in tracks]
    stays = None if not tracks or tracks[0].is_running else [t for t in tracks if t.kind == tracks[0].kind][-1]
    for one in found:
        one.is_folded = not one.track.is_running and one.track is not stays
    return found


def forms_shown(member, case, part, tracks: list[Shown]) -> list[FormOf]:
    """The forms of *case* as a whole; those of tracks are put with their track."""
    sheets = defaultdict(list)
    found = Sheet.objects.visible_to(member).filter(case=case).select_related("key", "agency", "written_by")
    for sheet in found.in_order():
        sheet.case = case
        sheets[sheet.track_id, sheet.kind].append(sheet)
    kinds = scheme_of(case.panel).sheets
    for there in tracks:
        own = [kind for kind in kinds if kind.track == there.track.kind]
        mine = rules.Part.in_track(there.track)
        there.forms = [_form_of(member, case, kind, sheets[there.track.pk, kind.code], mine) for kind in own]
    return [_form_of(member, case, kind, sheets[None, kind.code], part) for kind in kinds if not kind.track]


def _form_of(member, case, kind, sheets, part) -> FormOf:
    may = (kind.many or not sheets) and rules.may_write_sheet(member, case, kind, part)
    return FormOf(kind, sheets, may)


def _shown(member, case, track, steps, names, people) -> Shown:
    name = str(track.kind_of.name)
    if track.subject_id:
        name = _("%(kind)s: %(person)s") % {"kind": name, "person": people.get(track.subject_id, _("not shown"))}
    is_open = case.state == case.State.OPEN or track.closed_to_desk
    return Shown(
        track=track,
        name=name,
        urgency=rules.urgency(track),
        moves=rules.moves_for(member, track) if is_open else [],
        may_end=rules.may_end(member, track),
        steps=[told(track.kind_of, step, names) for step in reversed(steps)],
        stretches=picture(track, steps),
    )


def told(kind, step: Step, names: dict) -> Told:
    """*step* of a track of *kind* in words; *names* are of the agencies it may name."""
    move = kind.move(step.move)
    reasons = dict(WHY_ENDED) if step.move == END else dict(move.reasons) if move else {}
    reasons[FOLLOWS] = _("It follows from another step")
    return Told(
        step=step,
        title=str(move.words if move else _("Ended") if step.move == END else step.move),
        before=str(kind.state(step.before).words) if step.before else "",
        after=kind.state(step.after),
        reason=str(reasons.get(step.reason, step.reason)),
        details=shown(move.items if move else (), step.details, agencies=names),
    )


def picture(track, steps: list[Step], today: datetime.date | None = None) -> list[Stretch]:
    """The stretches of *track* from its first step until it ended, or until today."""
    today = today or timezone.localdate()
    begun = [step for step in steps if step.before != step.after]
    if not begun:
        return []
    over = timezone.localtime(track.ended_at).date() if track.ended_at else today
    days = [step.effective_on for step in begun] + [max(over, begun[-1].effective_on)]
    whole = max((days[-1] - days[0]).days, 1)
    return [
        Stretch(
            state=track.kind_of.state(step.after),
            begins=begins,
            ends=ends if index < len(begun) - 1 or track.ended_at else None,
            at=round(1000 * (begins - days[0]).days / whole),
            wide=max(round(1000 * (ends - begins).days / whole), 4),
        )
        for index, (step, (begins, ends)) in enumerate(zip(begun, pairwise(days), strict=True))
    ]


def versions(sheet: Sheet, *, without=frozenset()) -> list[dict]:
    """The versions of *sheet*, latest first: who saved when, and which answers changed from what to what.

    Nothing is said of the items *without* (codes), which do not reach the reader.
    """
    history = sheet.history.model.objects.filter(id=sheet.pk).select_related("key", "history_user")
    rows = list(history.order_by("-version", "-history_id")[:50])
    items = [item for item in sheet.kind_of.items if item.code not in without]
    ids = [row.data.get(item.code) for row in rows for item in items if item.kind == "agency"]
    names = agency_names(filter(None, ids))
    found = []
    for index, row in enumerate(rows):
        now = dict(shown(items, row.data, agencies=names))
        earlier = rows[index + 1].data if index + 1 < len(rows) else {}
        before = dict(shown(items, earlier, agencies=names))
        labels = [str(item.label) for item in items if now.get(str(item.label)) != before.get(str(item.label))]
        changes = [(label, before.get(label, ""), now.get(label, "")) for label in labels]
        found.append({"row": row, "by": row.history_user, "changes": changes if index + 1 < len(rows) else []})
    return found


def _names_of_agencies(tracks, steps) -> dict[str, str]:
    ids = set()
    for track in tracks:
        for step in steps[track.pk]:
            move = track.kind_of.move(step.move)
            wanted = [item.code for item in move.items if item.kind == "agency"] if move else []
            ids |= {step.details[code] for code in wanted if step.details.get(code)}
    return agency_names(ids)


def _names_of_people(member, case) -> dict:
    if not any(kind.about for kind in scheme_of(case.panel).tracks):
        return {}
    parties = Party.objects.visible_to(member).filter(case=case).current()
    return {party.subject_id: party.name for party in parties}


def people_for(member, case, kind) -> list[tuple[str, str]]:
    """Whom a new track of *kind* may be about: the subject's id and name, of the people that *member* sees."""
    if not kind.about:
        return []
    parties = Party.objects.visible_to(member).filter(case=case, capacity__in=kind.about).current().in_order()
    return [(str(party.subject_id), party.name) for party in parties if party.subject_id]
