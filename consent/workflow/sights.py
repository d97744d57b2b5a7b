"""Whom a stream of a case is open to on consent: they lose it when nobody agrees to it any more, and the day is known.

An agency is named by a step of the stream (`cases.workflow.track`), while consent covers it.  Here the end is written
anew whenever what a person decided changes; an agency that has lost a stream is named again, or not.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable

from django.db import transaction

from cases.models import Involvement, Track
from cases.models.access import Stage
from cases.workflow.access import end_involvement, limit_involvement
from consent.rules.telling import Asking

OPENING = ("opened", "informed")  # why an agency keeps the stream: those who give


@transaction.atomic(savepoint=False)
def settle_sights(*, by, cases, at: datetime.datetime, asked_of: Callable) -> None:
    """Let nobody see a stream of *cases* (or their ids) whom no consent covers at *at*.

    Where it is covered, sight ends with the consent.  *asked_of* gives what is known of cases, by their ids.  One query
    where nobody was named.
    """
    live = Involvement.objects.live(at).filter(case__in=cases, track__isnull=False, stage=Stage.MANAGING)
    of_track = defaultdict(list)
    for involvement in live.order_by("since", "pk"):
        of_track[involvement.track_id].append(involvement)
    named = {track for track, found in of_track.items() if any(each.why == "named" for each in found)}
    tracks = Track.objects.with_key().filter(pk__in=named).select_related("case__panel") if named else []
    resting = [track for track in tracks if track.kind_of.naming]
    if resting:
        asked = asked_of([track.case_id for track in resting])
        for track in resting:
            _settle(track, of_track[track.pk], asked[track.case_id], by=by, at=at)


def _settle(track: Track, involved: list[Involvement], asked, *, by, at) -> None:
    asking, rests = Asking(asked, asked, at), track.kind_of.naming.consent
    giving = [each.agency_id for each in involved if each.why in OPENING]
    for involvement in involved:
        if involvement.why != "named" or involvement.agency_id in giving:
            continue
        until = _agreed_until(asking, rests, giving, involvement.agency_id, track)
        if until is None:
            end_involvement(by=by, involvement=involvement, why="settled")
        elif until != involvement.until:
            limit_involvement(by=by, involvement=involvement, until=until, why="settled")


def _agreed_until(asking: Asking, rests, giving: list, receiving, track: Track) -> datetime.datetime | None:
    """Until when one of *giving* may tell *receiving* all that the stream shows; the longest of several."""
    found = []
    for agency in giving:
        use = {"giving": agency, "receiving": receiving, "purpose": rests.purpose, "track": track.pk}
        covers = [asking(**use, category=code) for code in rests.categories]
        if all(cover.holds for cover in covers):
            found.append(min(cover.until for cover in covers))
    return max(found, default=None)
