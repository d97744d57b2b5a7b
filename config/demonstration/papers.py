"""The papers of the MARAC's last meeting: asked for once its minutes were approved, made by the worker at the start."""

import uuid
from datetime import timedelta

from meetings.models import Document, Meeting, Minutes
from meetings.workflow.documents import ask_document
from meetings.workflow.letters import propose_letters, send_letters

from .then import as_of

SOON = timedelta(hours=2)


def send_papers(coordinator, panel) -> None:
    """The desk's minutes and action plan of the latest meeting, and each agency's plan in a letter of its own.

    Those of the meetings before went the way of their time: a start makes as few as stand for the rest.
    """
    approved = Minutes.objects.filter(state=Minutes.State.APPROVED, meeting__panel=panel).order_by("approved_at")
    minutes = approved.last()
    if minutes is None:
        return
    meeting = Meeting.objects.select_related("panel__partnership", "key").get(pk=minutes.meeting_id)
    with as_of(minutes.approved_at + SOON):
        for kind in (Document.Kind.MINUTES, Document.Kind.PLAN):
            ask_document(by=coordinator, meeting=meeting, kind=kind)
        letters = propose_letters(meeting, "plan", by=coordinator)
        chosen = {letter.name: letter.way for letter in letters if letter.is_suggested}
        if chosen:
            send_letters(by=coordinator, meeting=meeting, kind="plan", chosen=chosen, batch=uuid.uuid4())
