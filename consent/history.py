"""What happened to a consent, as its page tells it: the reason codes of its history in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from consent.models import Consent

WORDS = {
    "requested": _("Began to ask"),
    "not_sought": _("Recorded that the person is not asked"),
    "prepared": _("Wrote on it"),
    "signed": _("Took a signature"),
    "given_full": _("Recorded the consent"),
    "given_part": _("Recorded the consent, in part"),
    "refused": _("Recorded a refusal"),
    "cannot_consent": _("Recorded that the person cannot decide"),
    "withdrawn": _("Recorded that all of it was taken back"),
    "withdrawn_in_part": _("Recorded that a part of it was taken back"),
    "renewed": _("Replaced by the record that renews it"),
    "superseded": _("Set aside"),
    "copy_given": _("Recorded the copy for the person"),
}


@dataclass(frozen=True)
class Change:
    """One thing that happened: when, by whom, what, in words."""

    at: datetime
    by: str
    words: str


def changes_of(consent: Consent) -> list[Change]:
    """What happened to *consent* (found through `visible_to`), the newest first; one line for writes in a row.

    One query.
    """
    rows = consent.history.select_related("history_user").order_by("history_date", "history_id")
    found: list[Change] = []
    for row in rows:
        by = row.history_user.name if row.history_user else row.history_actor
        code = row.history_change_reason or ""
        change = Change(row.history_date, by, str(WORDS.get(code, code)))
        if code == "prepared" and found and (found[-1].words, found[-1].by) == (change.words, by):
            found[-1] = change
        else:
            found.append(change)
    return found[::-1]
