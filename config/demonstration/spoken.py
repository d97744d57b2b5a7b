"""What was spoken at the MARAC's last meetings, in the register of disclosures: by the verbs, at their instants.

Of meetings whose returns went with their retention there is no record: what was said there is not kept.
"""

from disclosures.workflow.minutes import fall_due_with_minutes
from meetings.models import AgendaItem, Minutes
from meetings.workflow.presence import record_heard

from .then import as_of


def record_spoken(chair, panel) -> None:
    """Each originator's decision on every item of *panel* whose words are still kept, and when they are destroyed."""
    heard = AgendaItem.objects.filter(meeting__panel=panel, state=AgendaItem.State.HEARD)
    kept = heard.filter(listing__entries__isnull=False).distinct().order_by("ended_at", "pk")
    items = list(kept.select_related("listing__key", "listing__case__panel", "meeting__panel"))
    for item in items:
        with as_of(item.ended_at):
            record_heard(by=chair, item=item)
    approved = Minutes.objects.filter(state=Minutes.State.APPROVED, meeting__in={item.meeting_id for item in items})
    for minutes in approved.select_related("meeting").order_by("approved_at"):
        listings = [item.listing_id for item in items if item.meeting_id == minutes.meeting_id]
        until = minutes.meeting.ended_at
        with as_of(minutes.approved_at):
            fall_due_with_minutes(by=chair, panel_id=panel.pk, listings=listings, until=until)
