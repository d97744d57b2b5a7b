"""The management of a PPO / IOM case: nominated, checked, decided on, managed through custody and reset, de-selected.

National IOM Operational Guidance (2025): selection, custody, reset, de-selection, transfer.
"""

from django.utils.translation import gettext_lazy as _

from cases.schemes.items import Item
from cases.schemes.ppo_guards import (
    GROUNDS_ITEM,
    UNDER_MANAGEMENT,
    away_unaccepted,
    came_from_custody,
    nominated_on_a_test_alone,
    not_on_a_test_alone,
    uncoloured,
    without_plan,
    without_profile,
)
from cases.schemes.ppo_then import (
    begin_courses,
    come_out_of_custody,
    end_courses,
    go_into_custody,
    kept_until,
    leave_courses,
    monitored_until,
)
from cases.schemes.tracks import DESK, Move, State, TrackKind

COHORTS = (("fixed", _("Fixed")), ("flex", _("Flex")), ("free", _("Free")))
COLOURS = (("red", _("Red")), ("amber", _("Amber")), ("green", _("Green")))
CUSTODY = (
    ("sentenced", _("Sentenced to custody")),
    ("remanded", _("Remanded in custody")),
    ("recalled", _("Recalled to prison")),
    ("listed", _("On a list of releases")),
    ("changed", _("The prison has changed the date")),
)
NOT_ADOPTED = (
    ("criteria", _("The criteria are not met")),
    ("elsewhere", _("Better managed by another arrangement")),
    ("single_agency", _("One agency can manage it alone")),
    ("insufficient", _("There is not enough to go on")),
    ("not_here", _("The person does not live in the area")),
    ("error", _("It was not this person")),
)
DESELECTED = (
    ("reduced_risk", _("The risk has fallen")),
    ("order_ended", _("The statutory order has ended")),
    ("long_custody", _("A long time in custody")),
    ("moved", _("Moved to another area that has accepted the case")),
    ("deceased", _("The person has died")),
    ("higher", _("Managed at a higher level (MAPPA 2 or 3)")),
    ("error", _("It was an error")),
)
RELEASE_ITEMS = (
    Item("release_on", _("Release date"), "date", required=True),
    Item("prison", _("Where"), hint=_("The prison or young offender institution")),
    Item("release_address", _("Where the person will live after release"), "long"),
)
ADOPTION = (
    Item("cohort", _("Cohort"), "choice", COHORTS, required=True),
    Item(
        "standing",
        _("On which footing"),
        "choice",
        (("statutory", _("Statutory: on licence, an order or bail")), ("voluntary", _("Voluntary"))),
        required=True,
    ),
    Item("lead", _("Lead agency"), "agency", required=True),
    Item("lead_officer", _("Lead officer"), required=True),
    GROUNDS_ITEM,
    Item("rag", _("First RAG status"), "choice", COLOURS, required=True),
)
RAG_AFTER = Item(
    "rag", _("RAG status after custody"), "choice", COLOURS, hint=_("Chosen by a person, where custody ends.")
)

MANAGEMENT = TrackKind(
    "management",
    _("Management"),
    states=(
        State("nominated", _("Nominated"), "grey", clock=10),
        State("checks", _("Checks"), "yellow", clock=10),
        State("panel", _("With the panel"), "purple", clock=20),
        State("not_adopted", _("Not adopted"), "grey", final=True),
        State("adopted", _("Adopted"), "turquoise", clock=10, meaning=_("The offender plan is to be written.")),
        State("managed", _("Managed"), "green"),
        State("custody", _("In custody"), "blue", meaning=_("The date is that of the release.")),
        State("reset", _("Reset"), "teal", meaning=_("Supervision by probation rests; the panel looks on.")),
        State("deselection_review", _("De-selection review"), "orange", clock=20),
        State("deselected", _("De-selected"), "grey", clock=10),
        State("monitoring", _("Monitoring"), "pink"),
        State("closed", _("Closed"), "grey", final=True),
        State("transferred", _("Transferred"), "grey", final=True),
    ),
    moves=(
        Move("nominate", _("Begin with the nomination"), (), "nominated", who=DESK, stops=nominated_on_a_test_alone),
        Move("check", _("Begin the checks"), ("nominated",), "checks"),
        Move("to_panel", _("Put before the panel"), ("checks",), "panel", stops=without_profile),
        Move(
            "decline",
            _("Not adopted"),
            ("nominated", "checks", "panel"),
            "not_adopted",
            who=DESK,
            items=(Item("keep_until", _("Kept until"), "date", asked=False),),
            adds=kept_until,
            due="keep_until",
            reasons=NOT_ADOPTED,
            note="must",
        ),
        Move(
            "adopt",
            _("Adopt"),
            ("panel",),
            "adopted",
            who=DESK,
            items=ADOPTION,
            manager="lead",
            stops=not_on_a_test_alone,
            then=begin_courses,
            hint=_("A score advises. The panel decides, and says what the decision rests on."),
        ),
        Move("manage", _("The plan is agreed"), ("adopted",), "managed", stops=without_plan),
        Move(
            "lead",
            _("Change the lead"),
            UNDER_MANAGEMENT,
            who=DESK,
            items=(ADOPTION[2], ADOPTION[3]),
            manager="lead",
        ),
        Move(
            "custody",
            _("Into custody"),
            ("adopted", "managed", "reset", "deselection_review"),
            "custody",
            items=RELEASE_ITEMS,
            reasons=CUSTODY,
            due="release_on",
            then=go_into_custody,
        ),
        Move(
            "new_date",
            _("Change the release date"),
            ("custody",),
            items=RELEASE_ITEMS,
            reasons=CUSTODY,
            due="release_on",
        ),
        Move(
            "release",
            _("Released"),
            ("custody",),
            "managed",
            items=(RAG_AFTER, Item("conditions", _("Licence conditions"), "long")),
            stops=uncoloured,
            then=come_out_of_custody,
        ),
        Move(
            "reset",
            _("Reset"),
            ("managed", "custody"),
            "reset",
            items=(Item("until", _("The sentence ends on"), "date", required=True, when="future"), RAG_AFTER),
            due="until",
            stops=uncoloured,
            then=come_out_of_custody,
        ),
        Move("resume", _("Supervision goes on again"), ("reset",), "managed", note="must"),
        Move(
            "review_deselection",
            _("Begin a de-selection review"),
            ("managed", "custody", "reset"),
            "deselection_review",
        ),
        Move("keep", _("Stay in the cohort"), ("deselection_review",), "managed", note="must", stops=came_from_custody),
        Move(
            "deselect",
            _("De-select"),
            ("deselection_review",),
            "deselected",
            who=DESK,
            reasons=DESELECTED,
            note="must",
            stops=away_unaccepted,
            then=leave_courses,
        ),
        Move(
            "monitor",
            _("Monitor for some weeks"),
            ("deselected",),
            "monitoring",
            items=(
                Item("weeks", _("How many weeks"), "number", required=True, least=1, most=52),
                Item("until", _("Monitored until"), "date", asked=False),
            ),
            adds=monitored_until,
            due="until",
        ),
        Move(
            "readopt",
            _("Adopt again: the risk has risen"),
            ("deselected", "monitoring"),
            "adopted",
            who=DESK,
            items=ADOPTION,
            manager="lead",
            note="must",
            stops=not_on_a_test_alone,
            then=begin_courses,
        ),
        Move(
            "close",
            _("Close the management"),
            ("deselected", "monitoring"),
            "closed",
            who=DESK,
            note="must",
            then=end_courses,
        ),
        Move("transferred", _("Handed over"), UNDER_MANAGEMENT, "transferred", offered=False, then=end_courses),
        Move(
            "reconsider",
            _("It was recorded in error"),
            ("not_adopted",),
            "panel",
            who=DESK,
            note="must",
            corrects=True,
        ),
    ),
    again=True,
)
