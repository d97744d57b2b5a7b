"""By the clock: on the day on which a decision is to be looked at again, its originator's liaison officers are told."""

from django.db import transaction
from django.utils import timezone

from core.history import noting
from core.recording import SystemActor, record
from disclosures.emails import tell_of_review_day
from disclosures.models import Decision

CLOCK = SystemActor("clock")
AT_ONCE = 100


def remind_of_reviews(now=None) -> int:
    """Tell them, once, of each decision that stands and names today or an earlier day to be looked at again; how many.

    Not of one that goes without consent: `override.remind_of_overrides` speaks of that.  Field 51 of the record.
    """
    now = now or timezone.now()
    due = Decision.objects.decided().filter(review_on__lte=timezone.localdate(now), review_told_at__isnull=True)
    due = due.filter(consent_overrides__isnull=True).order_by("review_on", "pk")
    return sum(_remind(pk, now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _remind(pk, now) -> bool:
    waiting = Decision.objects.with_key().select_for_update(of=("self",)).filter(pk=pk, review_told_at__isnull=True)
    decision = waiting.select_related("originator", "disclosure").first()
    if decision is None:  # another worker, a moment ago
        return False
    decision.review_told_at = now
    noting(decision, by=CLOCK, reason="reminded").save_over(decision.version)
    disclosure = decision.disclosure
    about = {"case_id": disclosure.case_id, "panel_id": disclosure.panel_id}
    record("decision.review_due", by=CLOCK, thing=decision, detail={"number": disclosure.number}, **about)
    tell_of_review_day(decision.originator, case=disclosure.case_id)
    return True
