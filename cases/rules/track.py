"""Which moves a member may make on a track, what stops them, and who may write a sheet."""

import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Sheet, Step, Track
from cases.models.access import Stage, barred, opened
from cases.models.case import Case
from cases.models.track import MANAGING as MANAGING_STAGES
from cases.schemes import scheme_of
from cases.schemes.items import missing
from cases.schemes.tracks import DESK, FOLLOWS, SEEING, Facts, Move, Recorded, SheetKind, TrackKind
from partnership.roles import Permission

SOON = datetime.timedelta(days=7)


def moves_for(member, track) -> list[Move]:
    """The moves that *member* may make from where *track* stands; *track* is found `with_part(member)`."""
    moves = track.kind_of.moves_from(track.state)
    return [move for move in moves if move.offered and may_move(member, track, move)]


def may_move(member, track, move: Move) -> bool:
    """Whether *member* may make *move* on *track* (found `with_part`), whatever state it is in."""
    return _may(member, track.case.panel_id, move, is_managing=track.is_managing, is_desk=track.is_desk)


def openings_for(member, case, part: "Part") -> list[tuple[TrackKind, Move]]:
    """The kinds of track that *member* may open on *case* now, each with the move that opens it."""
    if case.state != Case.State.OPEN:
        return []
    there = known_tracks(member, case)
    mine = {track.kind for track in find_track(member).filter(case=case, is_managing=True)}
    return [
        (kind, move)
        for kind in scheme_of(case.panel).tracks
        for move in kind.openings
        if move.offered and has_room(kind, there) and may_open(member, case, kind, move, part, mine)
    ]


def known_tracks(member, case) -> list:
    """The tracks of *case* as `has_room` takes them; of those kept apart only what *member* sees, so that nobody
    learns from what is offered that there is one."""
    seen = Track.objects.visible_to(member).filter(case=case).values("pk")
    return list(case.tracks.filter(Q(apart=False) | Q(pk__in=seen)).values_list("kind", "ended_at"))


def may_open(member, case, kind: TrackKind, move: Move, part: "Part", mine=frozenset()) -> bool:
    """Whether *member*, with *part* in *case* and managing earlier tracks of the kinds *mine*, opens one of *kind*."""
    is_managing = part.managing or kind.code in mine
    return _may(member, case.panel_id, move, is_managing=is_managing, is_desk=part.desk)


def has_room(kind: TrackKind, there: list) -> bool:
    """Whether one more track of *kind* may begin beside those *there*: pairs of kind and when it ended."""
    ended = [ended_at for code, ended_at in there if code == kind.code]
    return kind.beside or not ended or kind.again and None not in ended


def may_end(member, track) -> bool:
    """Whether *member* may end *track* outside its moves (opened in error, the case closes): the desk."""
    return track.is_running and track.is_desk and member.may(Permission.KEEP_CASE, track.case.panel_id)


def may_write_sheet(member, case, kind: SheetKind, part: "Part") -> bool:
    """Whether *member*, having *part* in *case* (or in the sheet's track), writes sheets of *kind*."""
    return case.state == Case.State.OPEN and _may(
        member, case.panel_id, kind, is_managing=part.managing, is_desk=part.desk
    )


def may_plan(member, case) -> bool:
    """Whether *member* writes the plan about the person of *case*: at its desk, or of an agency that manages it."""
    if case.state != Case.State.OPEN or not scheme_of(case.panel).pathways:
        return False
    return member.may(Permission.MANAGE_CASE, case.panel_id) and Part.in_case(member, case).managing


def _may(member, panel_id, asked, *, is_managing: bool, is_desk: bool) -> bool:
    kinds = getattr(asked, "kinds", ())
    if not member.may(asked.permission, panel_id) or kinds and member.agency.kind not in kinds:
        return False
    return is_desk if asked.who == DESK else is_managing or asked.who == SEEING


def what_is_asked(move: Move, *, details: dict, reason: str, words: str) -> dict[str, str]:
    """What a mover left out of *move*, as sentences by field: required items, the reason, the words."""
    wrong = {item.code: _("Answer “%(label)s”") % {"label": item.label} for item in missing(move.items, details)}
    if move.reasons and reason != FOLLOWS and reason not in dict(move.reasons):
        wrong["reason"] = _("Select the reason")
    if move.note == "must" and not words.strip():
        wrong["words"] = _("Say why, in words")
    return wrong


class Part:
    """Which part a member has in a case as a whole, or in one track of it: at its desk, managing, or only seeing."""

    def __init__(self, *, sees: bool, managing: bool, desk: bool):
        self.sees, self.managing, self.desk = sees, managing, desk

    @classmethod
    def in_case(cls, member, case) -> "Part":
        """The part in *case*, tracks that are apart left out; one query."""
        found = (
            Case.objects.filter(pk=case.pk)
            .filter(~barred(member, case="pk"))
            .annotate(
                managing=opened(member, case="pk", stages=MANAGING_STAGES),
                desk=opened(member, case="pk", stages=[Stage.DESK]),
            )
            .values_list("managing", "desk")
            .first()
        )
        return cls(sees=found is not None, managing=bool(found and found[0]), desk=bool(found and found[1]))

    @classmethod
    def in_track(cls, track) -> "Part":
        """The part in *track*, found `with_part`."""
        return cls(sees=True, managing=track.is_managing, desk=track.is_desk)


def stops(move: Move, *, case, track=None, details: dict, reason: str = "", on: datetime.date) -> list[str]:
    """Every sentence that refuses *move*, from the scheme's own guard; the facts are whole, whoever moves."""
    if move.stops is None:
        return []
    facts = _facts(case, track, details=details, reason=reason, on=on)
    return list(map(_sentence, move.stops(facts)))


def sheet_stops(kind: SheetKind, *, case, track=None, data: dict, before: dict) -> list[str]:
    """Every sentence that refuses *data* in a sheet of *kind* that said *before* until now; as for a move."""
    if kind.stops is None:
        return []
    facts = _facts(case, track, details=data, before=before, reason="", on=timezone.localdate())
    return list(map(_sentence, kind.stops(facts)))


def adds(move: Move, *, case, track=None, details: dict, reason: str, on: datetime.date) -> dict:
    """What follows from the answers to *move*, beside them."""
    return move.adds(_facts(case, track, details=details, reason=reason, on=on)) if move.adds else {}


def _sentence(said) -> str:
    return said if isinstance(said, Recorded) else str(said)


def _facts(case, track, **said) -> Facts:
    steps = list(Step.objects.with_key().filter(track=track).in_order()) if track else []
    sheets = Sheet.objects.with_key().filter(case=case).in_order()
    own = [sheet for sheet in sheets if sheet.track_id is None or track is not None and sheet.track_id == track.pk]
    return Facts(track=track, case=case, steps=steps, sheets=own, **said)


def urgency(track, today: datetime.date | None = None) -> str:
    """ "overdue", "soon" (due within seven days), "later", "none" (no date) or "ended"."""
    today = today or timezone.localdate()
    if not track.is_running:
        return "ended"
    if track.due_on is None:
        return "none"
    return "overdue" if track.due_on < today else "soon" if track.due_on <= today + SOON else "later"


def draftable_track(member, track_id) -> Track | None:
    """The track about which *member* may keep a draft: one on which there is a move or a sheet of theirs to write."""
    found = find_track(member).filter(pk=track_id).first()
    if found is None:
        return None
    sheets = [kind for kind in scheme_of(found.case.panel).sheets if kind.track == found.kind]
    part = Part.in_track(found)
    writes = any(may_write_sheet(member, found.case, kind, part) for kind in sheets)
    return found if moves_for(member, found) or writes else None


def draftable_sheet(member, sheet_id) -> Sheet | None:
    """The sheet about which *member* may keep a draft: one that the member may write."""
    found = Sheet.objects.visible_to(member).select_related("key", "case__panel").filter(pk=sheet_id).first()
    if found is None:
        return None
    return found if may_write_sheet(member, found.case, found.kind_of, part_for(member, found)) else None


def draftable_case(member, case_id) -> Case | None:
    """The case about which *member* may keep the draft of a new track or sheet."""
    found = Case.objects.visible_to(member).select_related("panel").filter(pk=case_id).first()
    if found is None:
        return None
    part = Part.in_case(member, found)
    writes = any(may_write_sheet(member, found, kind, part) for kind in scheme_of(found.panel).sheets if not kind.track)
    return found if writes or openings_for(member, found, part) else None


def has_tracks(member) -> bool:
    """Whether *member* may manage cases on a panel whose scheme has tracks; asks nothing of the database."""
    panels = [grant.panel for grant in member.grants if grant.panel and member.may(Permission.MANAGE_CASE, grant.panel)]
    return any(scheme_of(panel).tracks for panel in panels)


def find_track(member):
    """The tracks that *member* sees, with all that the rules here ask of one."""
    return (
        Track.objects.visible_to(member)
        .with_part(member)
        .select_related("key", "case__panel", "case__key", "subject__key")
    )


def part_for(member, sheet) -> Part:
    """The part of *member* in what *sheet* belongs to: its track, else its case."""
    if sheet.track_id is None:
        return Part.in_case(member, sheet.case)
    track = find_track(member).filter(pk=sheet.track_id).first()
    return Part.in_track(track) if track else Part(sees=False, managing=False, desk=False)
