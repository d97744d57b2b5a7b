"""The second look at a confidential address that is to leave: by name, before it goes."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import record
from disclosures.models import Decision
from disclosures.rules import address as rules
from disclosures.rules.decision import may_prepare
from disclosures.workflow.decision import parts_of


@transaction.atomic
def look_at_address(*, by, decision: Decision, seen: int) -> Decision:
    """*by*, a liaison officer of the originator, has read the version *seen* and says that the address may go.

    Whoever looked does not decide (`approval.require_approvable`, and a constraint).  It holds until pieces or
    recipients are chosen anew.  Recorded as decision.address_seen.  Refused where nothing confidential leaves.
    """
    if not may_prepare(by, decision):
        raise PermissionDenied
    if not rules.is_in_decision(decision, parts_of(decision)["items"]):
        raise ValidationError(_("Nothing that leaves holds a confidential address any more."))
    decision.address_at, decision.address_by = timezone.now(), by
    noting(decision, by=by, reason="address_seen").save_over(seen)
    about = {"case_id": decision.disclosure.case_id, "panel_id": decision.disclosure.panel_id}
    record("decision.address_seen", by=by, thing=decision, **about)
    return decision
