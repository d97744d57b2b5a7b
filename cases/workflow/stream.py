"""Passing something on from one stream to another: a recorded decision, and only its words arrive."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import gates
from cases.models import Involvement, Step, Track
from cases.models.access import Stage
from cases.rules import stream as rules
from cases.rules import track as track_rules
from cases.schemes.dip_parts import PURPOSES
from cases.workflow.access import involve
from cases.workflow.drafts import drop_draft
from cases.workflow.refusing import recording_refusals
from cases.workflow.track import move
from core.history import noting
from core.recording import record
from core.working_days import working_days_after


@recording_refusals("track")
@transaction.atomic
def pass_on(*, by, track: Track, seen: int, details: dict, words: str, on=None) -> Step:
    """Tell *words*, and nothing else of *track*, in the stream ``details["to"]`` to the agency ``details["agency"]``.

    *details* are the answers to the stream's move “pass_on”: to which stream and agency, on what ground (for
    intelligence a specific concern, never a positive test alone), whether the person was told.  The decision is a step
    of *track*.  The words arrive as a step of the stream of that kind in which the agency is named; where there is
    none, one is opened for it.  Who decides learns nothing of whether there was.  Records stream.passed.
    Refused for others than who decides (`rules.passable`), and on consent that does not cover it.
    Information Sharing for Community Safety (2010) §3.1.1.1.
    """
    found = track_rules.find_track(by).select_for_update(of=("self",)).filter(pk=track.pk).first()
    if found is None or not rules.may_pass_on(by, found):
        raise PermissionDenied
    kind = next((kind for kind in rules.streams_from(found) if kind.code == details.get("to")), None)
    if kind is None:
        raise ValidationError({"to": _("Choose another stream than this one.")})
    agency = rules.receivers(kind, found.case.panel).filter(pk=details.get("agency") or None).first()
    if agency is None:
        raise ValidationError({"agency": _("Choose an agency that can take it up in that stream.")})
    _must_be_agreed(by=by, track=found, kind=kind, agency=agency, details=details)
    step = move(by=by, track=found, move=rules.PASS_ON, seen=seen, details=details, words=words, on=on)
    target = _stream_of(found.case, kind, agency) or _opened(by=by, case=found.case, kind=kind, agency=agency)
    _arrive(by=by, target=target, words=step.words)
    drop_draft(by=by, about=track, part=rules.PASS_ON)
    gates.settle(by=by, cases=[found.case_id])
    record(
        "stream.passed",
        by=by,
        thing=found,
        case_id=found.case_id,
        panel_id=found.case.panel_id,
        reason=details["because"],
        detail={"from": found.kind, "to": kind.code},
    )
    return step


def _must_be_agreed(*, by, track: Track, kind, agency, details: dict) -> None:
    """What is told on consent is covered by it: this agency, this kind of information, for what that stream is for."""
    if details.get("because") != "consent" or not details.get("category"):
        return
    use = {"category": details["category"], "purpose": PURPOSES[kind.code]}
    episode = track.pk if track.kind_of.naming else None
    cover = gates.consent(by=by, case=track.case)(giving=by.agency_id, receiving=agency.pk, track=episode, **use)
    if not cover.holds:
        raise ValidationError({"because": cover.words})


def _stream_of(case, kind, agency) -> Track | None:
    """The running stream of *kind* on *case* in which *agency* is named, the oldest of several."""
    named = Involvement.objects.live().filter(case=case, agency=agency, stage=Stage.MANAGING).values("track")
    running = Track.objects.with_key().filter(case=case, kind=kind.code, pk__in=named.exclude(track=None)).running()
    return running.order_by("opened_at").first()


def _opened(*, by, case, kind, agency) -> Track:
    today, state = timezone.localdate(), kind.state(rules.INFORMED)
    target = Track(
        key=case.key,
        case=case,
        kind=kind.code,
        state=state.code,
        apart=kind.apart,
        closed_to_desk=kind.closed_to_desk,
        since=today,
        due_on=working_days_after(today, state.clock),
        opened_at=timezone.now(),
    )
    noting(target, by=by, reason="informed").save(force_insert=True)
    involve(by=by, panel=case.panel, case=case, track=target, agency=agency, stage=Stage.MANAGING, why="informed")
    return target


def _arrive(*, by, target: Track, words: str) -> None:
    """The words stand in the other stream under the agency that they come from, whose they stay."""
    Step(
        key=target.key,
        track=target,
        move=rules.INFORMED,
        before=target.state,
        after=target.state,
        at=timezone.now(),
        by=by,
        agency_id=by.agency_id,
        effective_on=timezone.localdate(),
        words=words,
        details={},
    ).save(force_insert=True)
