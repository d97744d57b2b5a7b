"""The steps of a case's tracks as lines of its history: each is a row of its own and never changes."""

from collections.abc import Iterable

from cases.models import Step
from cases.timeline import ROWS_PER_MODEL, Change
from cases.views.track_reading import told


def steps_of(member, case) -> Iterable[Change]:
    """Each step that *member* may see: which course, which move, from which state to which, and the reason's words.

    What was written with it stands on the tab of the tracks.
    """
    found = Step.objects.visible_to(member).filter(track__case=case).select_related("track", "by")
    for step in found.order_by("-at", "-pk")[:ROWS_PER_MODEL]:
        step.track.case = case
        kind = step.track.kind_of
        line = told(kind, step, {})
        moved = [(str(kind.name), line.before, str(line.after.words))] if line.before != str(line.after.words) else []
        yield Change(
            when=step.at,
            by=step.by.name if step.by else "",
            what=f"{kind.name}: {line.title}",
            reason=str(line.reason),
            fields=[change for change in moved if change[1]],
        )
