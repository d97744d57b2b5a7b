"""The courses of a case, their steps, and the forms that are kept of it."""

from tests.access import tracks
from tests.ledgers import CODE, HISTORY, WITH_CASE, Card

MODELS = {
    "cases.Track": Card(
        "desk; who manages, meets on or acts on the case; one kept apart who is named for it", WITH_CASE, HISTORY, True
    ),
    "cases.Step": Card("with its track", WITH_CASE, "never changed; each is an audit event", True),
    "cases.Sheet": Card("as tracks; one of a track with its track", WITH_CASE, HISTORY, True),
}

RELATIONS = {
    "cases.Involvement": "goes case referral listing track; holds panel agency member",
    "cases.Track": "goes case; holds key subject opened_by ended_by",
    "cases.Step": "goes track; holds key by agency",
    "cases.Sheet": "goes case track; holds key agency written_by",
}

SEALED = {
    "cases.Step": {"panel": "words details"},
    "cases.Sheet": {"panel": "data"},
}

CLEAR = {
    "cases.Track": {CODE: "kind state"},
    "cases.Step": {CODE: "move before after reason"},
    "cases.Sheet": {CODE: "kind counted"},
}


def rows(scene) -> None:
    """A row of each kind."""
    tracks.abouts(scene)
