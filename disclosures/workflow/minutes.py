"""What is to be destroyed once a meeting's minutes are approved falls due; the meetings say when that is."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from core.recording import record
from core.sealing import as_stored
from disclosures.emails_of_releases import tell_of_minutes
from disclosures.models import Decision, DecisionRecipient, Release
from disclosures.models.codes import DestroyEvent

State = Release.State
HELD = (State.WAITING, State.OPEN, State.GIVEN)


@transaction.atomic
def fall_due_with_minutes(*, by, panel_id, listings, until: datetime.datetime, on: datetime.date | None = None) -> int:
    """Let what was to be destroyed with the minutes of *listings* (ids) be due on *on* (default today); how many rows.

    That is what was spoken at those items, and what was released on request about their cases until *until*, when the
    meeting ended; a later release waits for the next meeting.  What was extended, or is due already, stays.  Each
    member who heard is told.  The number of queries does not grow with items, agencies, hearers or releases.
    Guidance §2.4.2.5; field 48 of the decision record.
    """
    on = on or timezone.localdate()
    listings = list(listings)
    spoken = _spoken(listings, on)
    released = _released(listings, until, on)
    _set_day(Decision, spoken, on, by=by)
    _set_day(Release, released, on, by=by)
    if spoken or released:
        things = [row.pk for row in (*spoken, *released)]
        record(
            "decision.minutes_due",
            by=by,
            panel_id=panel_id,
            things=things,
            detail={"on": str(on), "spoken": len(spoken), "released": len(released)},
        )
        tell_of_minutes(_holders(spoken, released))
    return len(spoken) + len(released)


def _spoken(listings, on) -> list[Decision]:
    found = Decision.objects.filter(
        Q(destroy_on__isnull=True) | Q(destroy_on__gt=on),
        way=Decision.Way.MEETING,
        destroy_event=DestroyEvent.MINUTES,
        disclosure__listing__in=listings,
    )
    return list(found.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _released(listings, until, on) -> list[Release]:
    here = Q(decision__disclosure__listing__in=listings)
    before = Q(decision__disclosure__case__listings__in=listings, released_at__lte=until)
    found = Release.objects.filter(
        Q(destroy_on__isnull=True) | Q(destroy_on__gt=on, extended_at__isnull=True),
        state__in=HELD,
        decision__destroy_event=DestroyEvent.MINUTES,
        pk__in=Release.objects.filter(here | before).order_by().values("pk"),
    )
    return list(found.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _set_day(model, rows, on: datetime.date, *, by) -> None:
    """All of *rows* at once, each with its row of history."""
    for row in rows:
        row.destroy_on, row.version = on, row.version + 1
        row._change_reason = "minutes_approved"
    if rows:
        with as_stored():
            bulk_update_with_history(rows, model, ["destroy_on", "version"], default_user=by)


def _holders(spoken, released) -> list[str]:
    """The addresses of the members who heard or received, without those who left."""
    heard = DecisionRecipient.objects.filter(decision__in=[d.pk for d in spoken], member__left_at__isnull=True)
    got = Release.objects.received().filter(pk__in=[r.pk for r in released], member__left_at__isnull=True)
    emails = [*heard.values_list("member__email", flat=True), *got.values_list("member__email", flat=True)]
    return sorted({email for email in emails if email})
