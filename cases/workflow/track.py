"""What can happen to a track: opened, moved, ended.  Each is one step, which nobody changes afterwards."""

import datetime
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import gates
from cases.models import Case, Step, Track
from cases.models.access import Stage
from cases.rules import track as rules
from cases.schemes import scheme_of
from cases.schemes.tracks import FOLLOWS, Move
from cases.workflow.access import involve
from cases.workflow.drafts import drop_draft
from cases.workflow.refusing import recording_refusals
from core.history import noting
from core.recording import record
from core.records import StaleVersion
from core.working_days import working_days_after
from partnership.models import Agency, Signatory

END = "end"  # the step of a track that ends outside its scheme's moves
WHY_ENDED = (
    ("error", gettext_lazy("It was opened in error")),
    ("closing", gettext_lazy("The case is to be closed")),
)


@recording_refusals("case")
@transaction.atomic
def open_track(
    *,
    by,
    case: Case,
    kind: str,
    move: str,
    details: dict | None = None,
    reason: str = "",
    words: str = "",
    on: datetime.date | None = None,
    subject=None,
) -> Track:
    """Begin a track of *kind* on *case* by its opening *move*, holding from *on* (today).

    *details* are plain answers to the move's items by code, *reason* one of its codes; *subject* is whom it is about,
    where the kind says so.  The first step is written; the opener's agency manages a track that is apart.
    Records track.opened.  Refused where one is running already, by the scheme's guard, and on a closed case.
    """
    case = Case.objects.with_key().select_related("panel").select_for_update(of=("self",)).get(pk=case.pk)
    kind_of = scheme_of(case.panel).track_kind(kind)
    opening = kind_of.move(move) if kind_of else None
    if opening is None or opening.sources:
        raise ValidationError(_("This panel does not open a course in that way."))
    part = rules.Part.in_case(by, case)
    mine = {track.kind for track in rules.find_track(by).filter(case=case, is_managing=True)}
    if not rules.may_open(by, case, kind_of, opening, part, mine):
        raise PermissionDenied
    if case.state != Case.State.OPEN:
        raise ValidationError(_("The case is closed: open it again first."))
    if not rules.has_room(kind_of, rules.known_tracks(by, case)):
        raise ValidationError(_("“%(kind)s” has been opened already.") % {"kind": kind_of.name})
    _must_be_of(case, kind_of, subject)
    track = Track(
        key=case.key,
        case=case,
        subject=subject,
        kind=kind,
        state="",
        apart=kind_of.apart,
        closed_to_desk=kind_of.closed_to_desk,
        opened_at=timezone.now(),
        opened_by=by,
    )
    said = _said(opening, track, by=by, details=details or {}, reason=reason, words=words, on=on)
    noting(track, by=by, reason=opening.code).save(force_insert=True)
    if kind_of.apart and (kind_of.closed_to_desk or not part.desk):
        involve(by=by, panel=case.panel, case=case, track=track, agency=by.agency, stage=Stage.MANAGING, why="opened")
    step = _step(by=by, track=track, before="", move=opening, said=said)
    drop_draft(by=by, about=case, part=f"open:{kind}:{move}"[:60])
    _tell("track.opened", by, track, step)
    return track


@recording_refusals("track")
@transaction.atomic
def move(
    *,
    by,
    track: Track,
    move: str,
    seen: int,
    details: dict | None = None,
    reason: str = "",
    words: str = "",
    on: datetime.date | None = None,
) -> Step:
    """Make *move* (a code of the track's kind) over version *seen* of *track*, holding from *on* (today).

    *details*, *reason* and *words* as the move asks.  The state, the day since which it holds and the due date follow;
    a final state ends the track.  Where the move names a manager, that agency manages the case (or the apart track).
    Records track.moved; removes the mover's draft.  Refused from another state, by the scheme's guard, and where
    somebody else moved meanwhile (`StaleVersion`).
    """
    track = _held(by, track)
    chosen = track.kind_of.move(move)
    if chosen is None:
        raise ValidationError(_("This panel has no such step."))
    if not rules.may_move(by, track, chosen):
        raise PermissionDenied
    if seen != track.version:
        raise StaleVersion(track)
    if track.state not in chosen.sources:
        raise ValidationError(
            _("“%(move)s” cannot follow “%(state)s”.") % {"move": chosen.words, "state": track.state_of.words}
        )
    before, was_running = track.state, track.is_running
    until = _agreed_until(chosen, track, by=by, details=details or {})
    said = _said(chosen, track, by=by, details=details or {}, reason=reason, words=words, on=on)
    _must_have_room(track, was_running)
    noting(track, by=by, reason=chosen.code).save_over(seen)
    step = _step(by=by, track=track, before=before, move=chosen, said=said, until=until)
    drop_draft(by=by, about=track, part=f"move:{move}")
    _tell("track.moved", by, track, step)
    return step


@transaction.atomic
def end_track(*, by, track: Track, reason: str, words: str, seen: int) -> Step:
    """End *track* where it stands, outside the scheme's moves: opened in error, or the case is to be closed.

    *reason* is a code of `WHY_ENDED`, *words* say more.  Records track.ended.
    """
    track = _held(by, track)
    if not rules.may_end(by, track):
        raise PermissionDenied
    if reason not in dict(WHY_ENDED):
        raise ValidationError({"reason": _("Select the reason")})
    if not words.strip():
        raise ValidationError({"words": _("Say why, in words")})
    track.ended_at, track.ended_by, track.due_on = timezone.now(), by, None
    noting(track, by=by, reason=END).save_over(seen)
    said = {"effective_on": timezone.localdate(), "reason": reason, "words": words.strip(), "details": {}}
    step = _written(by=by, track=track, before=track.state, code=END, said=said)
    drop_draft(by=by, about=track, part=END)
    _tell("track.ended", by, track, step)
    return step


def _held(by, track: Track) -> Track:
    """*track* as it is now, held until the end; refused for those who do not see it."""
    held = rules.find_track(by).select_for_update(of=("self",)).filter(pk=track.pk).first()
    if held is None:
        raise PermissionDenied
    return held


def _said(move: Move, track: Track, *, by, details: dict, reason: str, words: str, on) -> dict[str, Any]:
    """Check what is said of *move* and let *track* follow it; what its step will hold."""
    on = on or timezone.localdate()
    details = {item.code: details[item.code] for item in move.items if details.get(item.code) not in (None, "", [])}
    wrong = rules.what_is_asked(move, details=details, reason=reason, words=words)
    if on > timezone.localdate():
        wrong["effective_on"] = _("A step holds from today or from an earlier day.")
    elif track.since and on < track.since:
        since = date_format(track.since, "j F Y")
        wrong["effective_on"] = _("The step before holds from %(since)s: this one cannot be earlier.") % {
            "since": since
        }
    if wrong:
        raise ValidationError(wrong)
    there = track if track.state else None
    if refusals := rules.stops(move, case=track.case, track=there, details=details, reason=reason, on=on):
        raise ValidationError(refusals)
    details |= rules.adds(move, case=track.case, track=there, details=details, reason=reason, on=on)
    _follow(track, move, details, on, by)
    return {
        "effective_on": on,
        "reason": reason if move.reasons or reason == FOLLOWS else "",
        "words": words.strip() if move.note else "",
        "details": details,
    }


def _agreed_until(move: Move, track: Track, *, by, details: dict) -> datetime.datetime | None:
    """Until when the agency that *move* names may see *track* by consent; None where it does not rest on consent.

    Refused, with what is missing, where nobody agreed to it, or not to all of it.
    """
    agency = details.get(move.manager)
    if not move.consent or not agency:
        return None
    cover = gates.consent(by=by, case=track.case)
    use = {"giving": by.agency_id, "receiving": uuid.UUID(str(agency)), "purpose": move.consent.purpose}
    found = [cover(**use, category=code, track=track.pk) for code in move.consent.categories]
    if missing := dict.fromkeys(each.words for each in found if not each.holds):
        raise ValidationError({move.manager: list(missing)})
    return min(each.until for each in found)


def _follow(track: Track, move: Move, details: dict, on: datetime.date, by) -> None:
    if move.to and move.to != track.state or not track.since:
        track.state, track.since = move.to, on
    if move.steady:
        return
    state = track.state_of
    track.due_on = working_days_after(on, state.clock) if state.clock is not None else None
    if move.due and details.get(move.due):
        track.due_on = datetime.date.fromisoformat(details[move.due])
    track.ended_at, track.ended_by = (timezone.now(), by) if state.final else (None, None)


def _must_have_room(track: Track, was_running: bool) -> None:
    """A track that goes on again must not run beside another of a kind that runs alone."""
    if was_running or not track.is_running or track.kind_of.beside or track.apart:
        return
    if track.case.tracks.filter(kind=track.kind).running().exclude(pk=track.pk).exists():
        raise ValidationError(_("Another one has been opened since: “%(kind)s”.") % {"kind": track.kind_of.name})


def _must_be_of(case: Case, kind_of, subject) -> None:
    if not kind_of.about:
        return
    people = case.parties.filter(capacity__in=kind_of.about, superseded_at__isnull=True)
    if subject is None or not people.filter(subject=subject).exists():
        raise ValidationError({"subject": _("Select whom it is about")})


def _step(*, by, track: Track, before: str, move: Move, said: dict, until=None) -> Step:
    step = _written(by=by, track=track, before=before, code=move.code, said=said)
    if move.manager and said["details"].get(move.manager):
        agency = _manager(track.case, said["details"][move.manager])
        apart = {"track": track} if track.apart or track.kind_of.own else {}
        involve(
            by=by,
            panel=track.case.panel,
            case=track.case,
            agency=agency,
            stage=Stage.MANAGING,
            why="named",
            until=until,
            **apart,
        )
    if move.then:
        move.then(by=by, track=track, step=step)
    return step


def _manager(case: Case, agency_id) -> Agency:
    """The agency of *agency_id* that is to manage *case*, where personal information may reach it now."""
    reached = Signatory.objects.reaching(case.pk).values("agency")
    found = Agency.objects.filter(pk=agency_id, partnership_id=case.panel.partnership_id, pk__in=reached).first()
    if found is None:
        raise ValidationError(_("Name an agency that may receive personal information under the protocol."))
    return found


def _written(*, by, track: Track, before: str, code: str, said: dict) -> Step:
    step = Step(
        key=track.key,
        track=track,
        move=code,
        before=before,
        after=track.state,
        at=timezone.now(),
        by=by if by.pk else None,
        agency_id=by.agency_id,
        **said,
    )
    step.save(force_insert=True)
    return step


def _tell(event: str, by, track: Track, step: Step) -> None:
    """Record the step; where consent holds for an episode it is asked again: this may have begun or ended one."""
    if scheme_of(track.case.panel).has("consent"):
        gates.settle(by=by, cases=[track.case_id])
    record(
        event,
        by=by,
        thing=track,
        case_id=track.case_id,
        panel_id=track.case.panel_id,
        reason=step.reason,
        detail={"kind": track.kind, "move": step.move, "before": step.before, "after": step.after},
    )
