"""What holds of one person of a case: of age, deceased, their other names, and who may say so."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from partnership.roles import Permission

OF_AGE = 18
DONE = {
    "consent": _("Consent was asked again, of the person alone"),
    "tools": _("Tools and orders for children were changed for those for adults"),
    "transfer": _("Transfer from youth justice to probation was considered"),
    "child_information": _("What was recorded of the child was reviewed: what is still needed, what is not"),
}
PROTECTED = {"gender", "protection"}
WHY_NAMED = {
    "earlier": _("Earlier name"),
    "deed_poll": _("Changed by deed poll or marriage"),
    "alias": _("Uses this name as well"),
    "gender": _("Before a change of gender (never shown)"),
    "protection": _("Before a change of name for protection (never shown)"),
}


def may_keep_person(member, party: Party) -> bool:
    """Whether *member* records what becomes known of *party*: at the desk, on a case."""
    return party.case_id is not None and member.may(Permission.KEEP_CASE, party.case.panel_id)


def may_write_to(party: Party) -> bool:
    """Whether a letter to *party* may leave by itself, or in a bulk: never once they are known to have died.

    Whoever of the case stands for the same person says so.  Confidence outlives them: National Data Guardian 2020.
    """
    if party.deceased:
        return False
    return not (
        party.subject_id and Party.objects.filter(case=party.case_id, subject=party.subject_id, deceased=True).exists()
    )


def eighteenth_birthday(born: datetime.date) -> datetime.date:
    """The day on which somebody is 18; for the 29th of February the 1st of March.  Family Law Reform Act 1969 s.9."""
    try:
        return born.replace(year=born.year + OF_AGE)
    except ValueError:
        return datetime.date(born.year + OF_AGE, 3, 1)


def came_of_age(born: datetime.date | None, *, since: datetime.date, today: datetime.date) -> bool:
    """Whether somebody *born* then was a child on the day *since* and is none *today*."""
    return born is not None and since < eighteenth_birthday(born) <= today


def shown_names(party: Party, today: datetime.date | None = None) -> list[dict]:
    """The other names of *party* that may be read: with their words and days; protected ones never."""
    today = today or timezone.localdate()
    shown = [name for name in party.names or () if name["shown"] and name["why"] not in PROTECTED]
    return [
        name | {"words": WHY_NAMED[name["why"]], "is_past": bool(name["until"]) and name["until"] < str(today)}
        for name in shown
    ]
