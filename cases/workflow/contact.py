"""Contact with the victim before the meeting: recorded, corrected."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Referral, VictimContact
from cases.rules import contact as rules
from cases.workflow.merging import Clash, merge, same
from core.history import noting
from core.recording import record


@transaction.atomic
def record_contact(*, by, referral: Referral, typed: dict) -> VictimContact:
    """One attempt to reach the victim.

    *typed*: made (bool), happened_at (aware), way, wishes, not_made_reason.  Recorded as a collection.
    """
    if not rules.may_record_contact(by, referral):
        raise PermissionDenied
    _check(typed)
    contact = VictimContact(
        key=referral.key, referral=referral, agency=by.agency, recorded_by=by, recorded_at=timezone.now(), **typed
    )
    noting(contact, by=by, reason="recorded").save(force_insert=True)
    record(
        "contact.recorded",
        by=by,
        thing=contact,
        case_id=referral.case_id,
        panel_id=referral.panel_id,
        detail={"made": contact.made},
    )
    return contact


@transaction.atomic
def change_contact(*, by, contact: VictimContact, typed: dict, seen: int) -> VictimContact:
    """Correct a record of contact of one's own agency; `Clash` where a colleague changed the same meanwhile."""
    if not rules.may_change_contact(by, contact):
        raise PermissionDenied
    _check(typed)
    referral = contact.referral
    contact = VictimContact.objects.with_key().select_for_update(of=("self",)).get(pk=contact.pk)
    merged = merge(contact, seen, typed)
    if merged.clashes:
        raise Clash(contact, merged)
    changed = [name for name, value in merged.values.items() if not same(getattr(contact, name), value)]
    if not changed:
        return contact
    for name in changed:
        setattr(contact, name, merged.values[name])
    noting(contact, by=by, reason="corrected").save_over(contact.version)
    record("contact.changed", by=by, thing=contact, case_id=referral.case_id, panel_id=referral.panel_id)
    return contact


def _check(typed: dict) -> None:
    errors = {}
    if typed["happened_at"] > timezone.now():
        errors["day"] = _("The contact must be in the past.")
    if typed["made"] and not typed["way"]:
        errors["way"] = _("Say by which safe way contact was made.")
    if typed["made"] and not typed["wishes"]:
        errors["wishes"] = _("Say what the victim wants, or that they did not say.")
    if not typed["made"] and not typed["not_made_reason"]:
        errors["not_made_reason"] = _("Say why contact was not made.")
    if errors:
        raise ValidationError(errors)
