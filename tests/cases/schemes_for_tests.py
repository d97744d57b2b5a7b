"""A small scheme with every kind of track and sheet, so that the machinery is tried without a real panel's rules.

Registered on import, and offered to no panel; a test lets the panel run it with `runs`.
"""

from cases.models import Party, Sheet, Track
from cases.models.access import Stage
from cases.schemes import Part, Scheme, schemes
from cases.schemes.items import Item
from cases.schemes.tracks import DESK, SEEING, Facts, Move, SheetKind, State, TrackKind
from cases.workflow.sheet import write_sheet
from cases.workflow.track import open_track
from partnership.roles import Permission

LEAD = Item("lead", "Lead agency", "agency", required=True)
RELEASE = Item("release_on", "Release date", "date", required=True)
COLOURS = (("red", "Red"), ("green", "Green"))


def without_a_plan(facts: Facts) -> list[str]:
    return [] if facts.sheets_of("plan") else ["Write a plan first."]


def on_a_test_alone(facts: Facts) -> list[str]:
    return ["A positive test alone does not do."] if facts.reason == "test" and len(facts.steps) < 3 else []


COURSE = TrackKind(
    "course",
    "Course",
    states=(
        State("nominated", "Nominated", "grey", clock=10),
        State("managed", "Managed", "green", clock=20, meaning="Seen every month."),
        State("custody", "In custody", "blue"),
        State("closed", "Closed", "grey", final=True),
    ),
    moves=(
        Move("nominate", "Nominate", (), "nominated", who=SEEING),
        Move("adopt", "Adopt", ("nominated",), "managed", who=DESK, items=(LEAD,), manager="lead"),
        Move("review", "Review", ("managed",), stops=on_a_test_alone, reasons=(("due", "Due"), ("test", "A test"))),
        Move("custody", "To custody", ("managed",), "custody", items=(RELEASE,), due="release_on", note=""),
        Move("release", "Released", ("custody",), "managed"),
        Move("close", "Close", ("managed", "custody"), "closed", note="must", stops=without_a_plan),
        Move("correct", "Take back", ("closed",), "managed", permission=Permission.KEEP_CASE, corrects=True),
    ),
)
EPISODE = TrackKind(
    "episode",
    "Episode",
    states=(State("open", "Open"), State("over", "Over", final=True)),
    moves=(Move("begin", "Begin an episode", (), "open"), Move("finish", "Finish", ("open",), "over")),
    again=True,
    apart=True,
)
STREAM = TrackKind(
    "stream",
    "Stream",
    states=(State("open", "Open"),),
    moves=(Move("start", "Start a stream", (), "open"),),
    apart=True,
    closed_to_desk=True,
)
CONTACT = TrackKind(
    "contact",
    "Contact plan",
    states=(State("planned", "Planned"), State("done", "Done", final=True)),
    moves=(Move("plan", "Plan contact", (), "planned"), Move("finish", "Finish", ("planned",), "done")),
    beside=True,
    about=(Party.Capacity.VICTIM,),
)
PROFILE = SheetKind("profile", "Profile", (Item("about", "About", "long"), Item("colour", "Colour", "choice", COLOURS)))
PLAN = SheetKind(
    "plan",
    "Plan",
    (
        Item("goal", "Goal", required=True),
        Item("colour", "Colour", "choice", COLOURS, counted=True),
        Item("by", "By", "date"),
        Item("owner", "Owner", "agency"),
    ),
    many=True,
    due="by",
    title=lambda data: data.get("goal", ""),
)
NOTES = SheetKind("notes", "Notes", (Item("note", "Note", "long", required=True),), track="episode")

SCHEME = Scheme(
    "trial",
    "Trial scheme",
    sections=(),
    bases=(),
    parts=(Part(Party.Capacity.VICTIM, "Victim", "Victims"),),
    notes=(),
    tracks=(COURSE, EPISODE, STREAM, CONTACT),
    sheets=(PROFILE, PLAN, NOTES),
    offered=False,
)
schemes()[SCHEME.code] = SCHEME


def runs(panel) -> None:
    """Let *panel* run the scheme above."""
    panel.scheme = SCHEME.code
    panel.save()


def managed_case(world, *agencies):
    """A case of the trial scheme that *agencies* manage."""
    runs(world.panel)
    case = world.make_case()
    for agency in agencies:
        world.involve(case, agency, stage=Stage.MANAGING)
    return case


def begun(by, case, kind: str = "course", move: str = "nominate", **more) -> Track:
    """A track opened by *by*, as it stands."""
    return Track.objects.with_key().get(pk=open_track(by=by, case=case, kind=kind, move=move, **more).pk)


def filled(by, case, kind: str = "plan", data: dict | None = None, **more) -> Sheet:
    """A sheet filled in by *by*, as it stands."""
    data = {"goal": "Find a flat"} if data is None else data
    return Sheet.objects.with_key().get(pk=write_sheet(by=by, case=case, kind=kind, data=data, **more).pk)
