"""What every verb on a consent shares: fetching it whole, refusing, and saving over the version that was seen."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from consent.models import Consent
from consent.rules import moves
from core.history import noting
from core.recording import record


def whole(consent: Consent) -> Consent:
    """*consent* as it is now, with everything that the rules read."""
    return Consent.objects.with_key().with_whole().get(pk=consent.pk)


def check(verb: str, by, consent: Consent) -> None:
    """Let *verb* go on; `PermissionDenied` for who does not keep *consent*, a sentence where it cannot be."""
    if not moves.may_keep(by, consent):
        raise PermissionDenied
    if not moves.is_open_to(verb, consent):
        raise ValidationError(_("That cannot be done to this record any more: it has changed meanwhile."))


def keep(consent: Consent, *, by, reason: str, event: str, seen: int) -> Consent:
    """Save over version *seen* (`StaleVersion` where somebody else came between) and record *event*, outcome unsaid."""
    noting(consent, by=by, reason=reason).save_over(seen)
    record(event, by=by, thing=consent, case_id=consent.case_id, panel_id=consent.panel_id)
    return consent
