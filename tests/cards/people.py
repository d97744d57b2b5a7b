"""One person and two records, people of two panels, what becomes known of people, members close to a case."""

from tests.ledgers import CODE, HISTORY, WITH_CASE, WORKER, Card

WITH_PERSON = "with either record: goes with the last case of the person"
DESK = "the desks of every panel concerned, who see every person named in it"

MODELS = {
    "cases.Merge": Card(DESK, WITH_PERSON, HISTORY, of_cases=True),
    "cases.MergePart": Card("nobody: read with the merge", WITH_PERSON, "deciding and undoing are audit events"),
    "cases.MergeTold": Card("who was told", WITH_PERSON, "combining and undoing are audit events", of_cases=True),
    "cases.PossibleSame": Card(
        "who matches across both panels and sees both cases", WITH_CASE, "finding is an audit event", of_cases=True
    ),
    "cases.CounterAllegation": Card("desk; signed in the meeting", WITH_CASE, HISTORY, of_cases=True),
    "cases.AggressorAssessment": Card("desk; signed in the meeting", WITH_CASE, HISTORY, of_cases=True),
    "cases.Majority": Card("desk", WITH_CASE, HISTORY, of_cases=True),
    "cases.Conflict": Card("desk, never one’s own", WITH_CASE, HISTORY, of_cases=True),
}

RELATIONS = {
    "cases.Merge": "goes kept gone; holds key proposed_by decided_by undone_by",
    "cases.MergePart": "goes merge party; holds linked_by",
    "cases.MergeTold": "goes merge member",
    "cases.PossibleSame": "goes first second; holds settled_by",
    "cases.CounterAllegation": "goes case harmed against; holds key agency recorded_by withdrawn_by",
    "cases.AggressorAssessment": "goes case party; holds key agency recorded_by",
    "cases.Majority": "goes case party subject; holds key settled_by",
    "cases.Conflict": "goes case; holds key member agency senior bar agency_bar declared_by lifted_by",
}

SEALED = {
    "cases.Merge": {"panel": "words decision_words undo_words"},
    "cases.CounterAllegation": {"contact": "source", "panel": "words"},
    "cases.AggressorAssessment": {"panel": "words"},
    "cases.Majority": {"panel": "words"},
    "cases.Conflict": {"member": "relation", "panel": "words"},
}

CLEAR = {
    "cases.MergePart": {CODE: "followed"},
    "cases.AggressorAssessment": {WORKER: "assessor"},
    "cases.Majority": {CODE: "done"},
}

PAST_HISTORY = {
    "cases/workflow/merge.py PossibleSame.objects.filter.update": "it has no history: the merge is an audit event",
}


def rows(scene) -> None:
    """A row of each kind: those of the pages, and an assessment."""
    import datetime

    from cases.workflow.allegation import assess_aggressor
    from tests.access.people import abouts

    w = scene.world
    abouts(scene)
    assess_aggressor(
        by=w.coordinator,
        case=scene.case,
        party=None,
        agency=w.police_agency,
        assessor="DC Ifans",
        assessed_on=datetime.date(2026, 3, 4),
        words="Both accounts agree on little.",
    )
