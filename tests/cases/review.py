"""A case review for tests: the applicant's case, complaints, and a course that stands in a given state."""

import datetime

from django.utils import timezone

from cases.models import Party, Sheet, Track
from cases.workflow.sheet import write_sheet
from cases.workflow.track import move, open_track

APPLIED = datetime.date(2026, 8, 31)
LETTER = {
    "findings": "The noise was heard by two officers.",
    "ahead": "The landlord will write to you by the end of the month.",
    "route": "You may ask the police and crime commissioner to look at it.",
}
WEIGHED = {"persistence": "Every night.", "harm": "He does not sleep.", "adequacy": "Two letters in a year."}


def review_case(world):
    """A case of an ASB case review: Mair O'Gwynedd applies, Huw Prydderch is complained of."""
    world.panel.scheme = "asb_review"
    world.panel.save()
    case = world.make_case()
    for before, after in (("victim", "complainant"), ("perpetrator", "associate")):
        Party.objects.filter(case=case, capacity=before).update(capacity=after)
    return case


def complaint(world, case, made: datetime.date, *, happened: datetime.date | None = None, agency=None) -> Sheet:
    """A complaint listed by the coordinator, made to housing on the day it happened unless told otherwise."""
    data = {
        "happened_on": (happened or made).isoformat(),
        "complained_on": made.isoformat(),
        "agency": str((agency or world.housing_agency).pk),
        "what": "Shouting on the landing.",
    }
    return write_sheet(by=world.coordinator, case=case, kind="complaint", data=data)


def letter(world, case, **more) -> Sheet:
    return write_sheet(by=world.coordinator, case=case, kind="letter", data={**LETTER, **more})


def applied(world, case, state: str = "applied") -> Track:
    """The review, registered on `APPLIED`, standing in *state* as if it had come there."""
    track = open_track(by=world.coordinator, case=case, kind="review", move="apply", on=APPLIED)
    Track.objects.filter(pk=track.pk).update(state=state)
    return fresh(track)


def recommend(world, case, agency=None) -> Track:
    """A recommendation to *agency* (housing)."""
    details = {"agency": str((agency or world.housing_agency).pk), "what": "Move the bins."}
    return fresh(open_track(by=world.coordinator, case=case, kind="recommendation", move="recommend", details=details))


def step(by, track: Track, code: str, **more):
    """*by* makes the move *code* on *track* as it stands now."""
    return move(by=by, track=track, move=code, seen=fresh(track).version, **more)


def fresh(track) -> Track:
    return Track.objects.with_key().select_related("case__panel").get(pk=track.pk)


def ahead(days: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=days)).isoformat()
