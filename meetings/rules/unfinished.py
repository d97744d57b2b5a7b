"""What earlier meetings agreed and nobody has finished: every meeting opens with it (marac.md §1.2, step 12)."""

from cases.models import Action


def unfinished(reader, meeting):
    """The actions of earlier meetings of the panel that are not finished, as far as *reader* sees them, by due date."""
    actions = Action.objects.visible_to(reader).unfinished().filter(case__panel_id=meeting.panel_id)
    actions = actions.filter(agreed_at__lt=meeting.starts_at).exclude(listing__item__meeting=meeting)
    return actions.select_related("case__panel", "agency", "member").order_by("due_on", "case__reference", "number")
