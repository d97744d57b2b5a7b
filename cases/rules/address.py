"""Where a person of a case lives, where they lived until when, and what may stand on a letter."""

import datetime

from cases.models import Party
from cases.rules.person import may_write_to


def former_addresses(party: Party) -> list[dict]:
    """The addresses that have ended, the latest first: `address`, `postcode`, and `until` as a date."""
    kept = sorted(party.former_addresses or (), key=lambda one: one["until"], reverse=True)
    return [one | {"until": datetime.date.fromisoformat(one["until"])} for one in kept]


def ended_on(party: Party) -> datetime.date | None:
    """The day on which the address that *party* has now was known to end: a later referral may bring an old one."""
    return next((one["until"] for one in former_addresses(party) if is_same(one["address"], party.address)), None)


def address_for_letters(party: Party) -> list[str]:
    """The lines of the address of *party* for a letter; none where it is confidential or has ended, or they died.

    A letter to where somebody lived before is read by whoever lives there now.
    """
    if not party.address or party.address_confidential or ended_on(party) or not may_write_to(party):
        return []
    return list(filter(None, [*party.address.splitlines(), party.postcode]))


def is_same(one: str, other: str) -> bool:
    """Whether two addresses say the same, whatever their lines, commas and capitals."""
    return _plain(one) == _plain(other) != ""


def _plain(address: str) -> str:
    return "".join(letter for letter in address.casefold() if letter.isalnum())
