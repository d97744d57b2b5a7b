"""The second pair of eyes on “more detrimental to the child”: without it such a decision is not taken."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from core.history import noting
from core.recording import record
from disclosures.emails import tell_of_disagreement
from disclosures.models import Decision


@transaction.atomic
def answer_detriment(*, by, decision: Decision, seen: int, agrees: bool) -> Decision:
    """*by*, whom *decision* names as reviewer, agrees (or not) that sharing would be more detrimental to the child.

    Not agreed, nobody is named any more and the liaison officers are told.  What they write afterwards under the
    decision is to be agreed anew.  The safeguarding guidance’s exception; field 36 of the decision record.
    """
    if not Decision.objects.to_agree(by).filter(pk=decision.pk).exists():
        raise PermissionDenied
    if agrees:
        decision.review, decision.reviewed_at, decision.reviewed_by = Decision.Review.AGREED, timezone.now(), by
    else:
        decision.review, decision.reviewed_at, decision.reviewed_by, decision.reviewer = "", None, None, None
    noting(decision, by=by, reason="agreed" if agrees else "not_agreed").save_over(seen)
    record(
        "decision.detriment_answered",
        by=by,
        thing=decision,
        case_id=decision.disclosure.case_id,
        panel_id=decision.disclosure.panel_id,
        detail={"agrees": agrees},
    )
    if not agrees:
        tell_of_disagreement(decision)
    return decision
