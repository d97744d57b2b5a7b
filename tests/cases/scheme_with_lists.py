"""A scheme whose panel takes lists: the trial scheme, with a course on which a release is a move."""

from dataclasses import replace

from cases.schemes import Section, schemes
from cases.schemes.items import Item
from cases.schemes.supplies import Change, Supplies
from cases.schemes.tracks import DESK, SEEING, Move, State, TrackKind
from tests.cases.schemes_for_tests import SCHEME

RELEASE = (Item("release_on", "Release date", "date", required=True), Item("release_address", "Address", "long"))
COURSE = TrackKind(
    "course",
    "Course",
    states=(State("managed", "Managed"), State("custody", "In custody"), State("over", "Over")),
    moves=(
        Move("adopt", "Adopt", (), "managed", who=SEEING),
        Move("custody", "To custody", ("managed",), "custody", who=DESK, items=RELEASE, due="release_on"),
        Move("new_date", "New date", ("custody",), who=DESK, items=RELEASE, due="release_on"),
        Move("finish", "Finish", ("managed",), "over"),
    ),
)
DETAILS = Section("about", "About", "details", items=(Item("offence", "Offence", "long"),))
FOUND = {"release_on": "release_on", "release_address": "address"}
RELEASED = Change(track="course", moves=("new_date", "custody"), items=FOUND)
LISTED = replace(
    SCHEME,
    code="listed",
    name="Listed",
    sections=(DETAILS,),
    tracks=(COURSE,),
    supplies=Supplies(
        kinds=("prison", "yoi", "ppo"),
        nomination={"offence": "offence"},
        changes={
            "prison": RELEASED,
            "yoi": RELEASED,
            "ppo": Change(sheet="profile", items={"about": "occupation"}),
        },
    ),
)
schemes()[LISTED.code] = LISTED


def takes_lists(panel):
    """Let *panel* run it."""
    panel.scheme = LISTED.code
    panel.save()
    return panel
