"""A person of a case moved: the old address ends on a day, and what is known of the new one takes its place."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Party
from cases.rules.address import is_same
from cases.workflow.person import must_keep_person, save_person


@transaction.atomic
def record_move(
    *,
    by,
    party: Party,
    seen: int,
    until_on: datetime.date,
    address: str = "",
    postcode: str = "",
    confidential: bool = False,
) -> Party:
    """*party* lived at their address until *until_on*, and lives at *address* now (empty: not known).

    The old address is marked with its last day and stands on no letter any more; one that was *confidential* is not
    kept at all.  Whoever moves back has it again.  Where they stayed meanwhile is emptied.  Recorded without address.
    """
    must_keep_person(by, party)
    _check(party, until_on, address)
    former = [one for one in party.former_addresses or () if not is_same(one["address"], address)]
    if not party.address_confidential:
        former.append({"address": party.address, "postcode": party.postcode, "until": until_on.isoformat()})
    party.former_addresses = former
    party.address, party.postcode, party.current_address = address.strip(), postcode if address.strip() else "", ""
    party.address_confidential = confidential
    return save_person(by, party, seen, reason="moved", event="person.moved", detail={"known": bool(party.address)})


def _check(party: Party, until_on: datetime.date, address: str) -> None:
    if not party.address:
        raise ValidationError(_("No address is kept that could end."))
    if until_on > timezone.localdate():
        raise ValidationError({"until_on": _("The day must not be in the future.")})
    if is_same(party.address, address):
        raise ValidationError({"address": _("That is the address they have left.")})
