"""Telling a panel who reported something, and withholding it again: decisions of the desk."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Naming, Party
from cases.rules import reporters as rules
from core.history import noting
from core.recording import record


@transaction.atomic
def name_reporter(*, by, party: Party, says: str, words: str) -> Naming:
    """From now on who sees the people of the case sees who the reporter *party* is.

    *says* (`Naming.Says`) is what the reporter says of it, *words* why the panel needs to know; against the reporter's
    wish or unasked, they say what outweighs it.  Papers never name a reporter.  Records reporter.named.  Refused for
    others than the desk, and where the panel is told already.  Source: schemes-and-law.md §6, 32.
    """
    if not rules.may_name(by, party):
        raise PermissionDenied
    wrong = {}
    if says not in Naming.Says.values:
        wrong["says"] = _("Say what the reporter says of it")
    if not words.strip():
        wrong["words"] = _("Say why the panel needs to know who it is")
    if wrong:
        raise ValidationError(wrong)
    naming = Naming(
        key=party.case.key,
        case=party.case,
        party=party,
        says=says,
        words=words.strip(),
        named_at=timezone.now(),
        named_by=by,
    )
    try:
        with transaction.atomic():
            noting(naming, by=by, reason=says).save(force_insert=True)
    except IntegrityError:
        raise ValidationError(_("The panel is told already who this is.")) from None
    _tell("reporter.named", by, naming)
    return naming


@transaction.atomic
def withhold_reporter(*, by, naming: Naming, seen: int) -> Naming:
    """The panel reads “Reporter” again.  What somebody has seen is not taken back.  Records reporter.withheld."""
    if not rules.may_name(by, naming.party):
        raise PermissionDenied
    if naming.ended_at:
        raise ValidationError(_("This is withheld again already."))
    naming.ended_at, naming.ended_by = timezone.now(), by
    noting(naming, by=by, reason="withheld").save_over(seen)
    _tell("reporter.withheld", by, naming)
    return naming


def _tell(event: str, by, naming: Naming) -> None:
    record(
        event,
        by=by,
        thing=naming,
        case_id=naming.case_id,
        panel_id=naming.case.panel_id,
        reason=naming.says,
        things=[naming.party],
    )
