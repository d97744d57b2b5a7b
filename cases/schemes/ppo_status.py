"""The statuses of an adopted PPO / IOM case beside its management: cohort, policing, RAG; and a transfer out.

They begin with the adoption, follow custody and release, and end with the management (`cases.schemes.ppo_courses`).
RAG words, meanings and review cycles have no national definition: they are settings of the panel.
"""

from django.utils.translation import gettext_lazy as _

from cases.schemes.items import Item
from cases.schemes.ppo_guards import GROUNDS_ITEM, in_custody, not_on_a_test_alone, targeted, unagreed, unmanaged
from cases.schemes.ppo_then import hand_over
from cases.schemes.tracks import DESK, Move, State, TrackKind

COHORT_REASONS = (
    ("criteria", _("The criteria of the other cohort are met")),
    ("judgement", _("The panel’s judgement")),
    ("correction", _("It was recorded wrongly")),
)
POLICING_REASONS = (
    ("risk_up", _("The risk has risen")),
    ("risk_down", _("The risk has fallen")),
    ("tasking", _("Agreed at police tasking")),
    ("correction", _("It was recorded wrongly")),
)
RAG_REASONS = (
    ("offending", _("Offending")),
    ("conditions", _("Conditions set by law were broken")),
    ("circumstances", _("Circumstances have become worse")),
    ("engaging", _("Works with the plan")),
    ("risk_down", _("The risk has fallen")),
    ("correction", _("It was recorded wrongly")),
)
OVER = State("over", _("Over"), "grey", final=True)


def _move_to(code: str, words, sources: tuple[str, ...], reasons, **more) -> Move:
    return Move(code, words, sources, code, reasons=reasons, **{"note": "must", **more})


def _start(code: str, words, **more) -> Move:
    """The opening, which adoption makes."""
    return Move(f"start_{code}", words, (), code, who=DESK, offered=False, **more)


def _over(*sources: str) -> Move:
    return Move("over", _("Over"), sources, "over", offered=False)


COHORT = TrackKind(
    "cohort",
    _("Cohort"),
    states=(
        State("fixed", _("Fixed"), "purple", meaning=_("Neighbourhood crime, with a high risk of reoffending.")),
        State("flex", _("Flex"), "magenta", meaning=_("Neighbourhood crime below the score, by judgement.")),
        State("free", _("Free"), "turquoise", meaning=_("Offending that this area has chosen.")),
        OVER,
    ),
    moves=(
        _start("fixed", _("Fixed cohort")),
        _start("flex", _("Flex cohort")),
        _start("free", _("Free cohort")),
        _move_to("fixed", _("Move to the fixed cohort"), ("flex", "free"), COHORT_REASONS, who=DESK),
        _move_to("flex", _("Move to the flex cohort"), ("fixed", "free"), COHORT_REASONS, who=DESK),
        _move_to("free", _("Move to the free cohort"), ("fixed", "flex"), COHORT_REASONS, who=DESK),
        _over("fixed", "flex", "free"),
    ),
    again=True,
)

POLICING = TrackKind(
    "policing",
    _("Policing status"),
    states=(
        State("in_custody", _("In custody"), "blue"),
        State("proactive", _("Proactive targeting"), "red", clock=20),
        State("basic", _("Basic monitoring"), "green"),
        OVER,
    ),
    moves=(
        _start("basic", _("Basic monitoring")),
        _start("in_custody", _("In custody")),
        _move_to(
            "proactive",
            _("To proactive targeting"),
            ("basic",),
            POLICING_REASONS,
            items=(GROUNDS_ITEM,),
            stops=targeted,
        ),
        Move(
            "go_on",
            _("Proactive targeting goes on"),
            ("proactive",),
            items=(GROUNDS_ITEM,),
            stops=not_on_a_test_alone,
            note="must",
        ),
        _move_to("basic", _("To basic monitoring"), ("proactive", "in_custody"), POLICING_REASONS, stops=in_custody),
        _move_to("in_custody", _("In custody"), ("proactive", "basic"), (), offered=False),
        _over("in_custody", "proactive", "basic"),
    ),
    again=True,
)

RAG = TrackKind(
    "rag",
    _("RAG status"),
    states=(
        State("red", _("Red"), "red", clock=5, meaning=_("Offends, or keeps to nothing: looked at every week.")),
        State("amber", _("Amber"), "orange", clock=10, meaning=_("Works with the plan in part: every two weeks.")),
        State("green", _("Green"), "green", clock=20, meaning=_("Works with the plan: every month.")),
        State("blue", _("Blue"), "blue", meaning=_("In custody: the release date is what counts.")),
        OVER,
    ),
    moves=(
        _start("red", _("Red"), items=(GROUNDS_ITEM,), stops=not_on_a_test_alone),
        _start("amber", _("Amber"), items=(GROUNDS_ITEM,), stops=not_on_a_test_alone),
        _start("green", _("Green")),
        _start("blue", _("Blue")),
        _move_to("red", _("To red"), ("amber", "green", "blue"), RAG_REASONS, items=(GROUNDS_ITEM,), stops=targeted),
        _move_to("amber", _("To amber"), ("red", "green", "blue"), RAG_REASONS, items=(GROUNDS_ITEM,), stops=targeted),
        _move_to("green", _("To green"), ("red", "amber", "blue"), RAG_REASONS, stops=in_custody),
        Move("review", _("Reviewed: it stays"), ("red", "amber", "green"), note="must"),
        _move_to("blue", _("To blue"), ("red", "amber", "green"), (), offered=False),
        _over("red", "amber", "green", "blue"),
    ),
    again=True,
    settable=True,
)

TRANSFER = TrackKind(
    "transfer",
    _("Transfer"),
    states=(
        State("asked", _("Another area is asked"), "yellow", clock=10, meaning=_("Nothing is sent before it accepts.")),
        State("accepted", _("Accepted"), "green", final=True),
        State("refused", _("Not accepted"), "grey", final=True),
        State("withdrawn", _("Taken back"), "grey", final=True),
    ),
    moves=(
        Move(
            "ask",
            _("Ask another area to take the case over"),
            (),
            "asked",
            who=DESK,
            items=(
                Item("area", _("Area"), required=True),
                Item("contact", _("Contact there"), required=True, hint=_("Name, agency and secure address")),
            ),
            stops=unmanaged,
            hint=_("Say in your question no more than that there is a case. Nothing is sent before the area accepts."),
        ),
        Move(
            "accept",
            _("The other area accepts"),
            ("asked",),
            "accepted",
            who=DESK,
            items=(
                Item("accepted_by", _("Who accepted"), required=True),
                Item("accepted_on", _("Accepted on"), "date", required=True, when="past"),
                Item(
                    "liaison", _("Has the other area’s liaison officer agreed to receive it?"), "yes_no", required=True
                ),
            ),
            stops=unagreed,
            then=hand_over,
            hint=_("The management ends here. What is then sent is decided at the disclosure desk."),
        ),
        Move("refuse", _("The other area does not accept"), ("asked",), "refused", who=DESK, note="must"),
        Move("withdraw", _("Take the question back"), ("asked",), "withdrawn", who=DESK, note="must"),
    ),
    again=True,
)
