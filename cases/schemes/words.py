"""The sentences in which schemes differ, whole, so that each can be put into another language as it stands.

What stands here speaks of “the person”; a scheme names what it says otherwise.
"""
# ruff: noqa: RUF009 (a sentence that is put into words late does not change)

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """One attribute for each sentence; *where* a value takes something in, it is named as in the default."""

    # the referral
    name_missing: Any = _("Enter the person’s given and family name")
    summary_missing: Any = _("Summarise what happened and why you refer")
    principal_stays: Any = _("A referral always has the person that it is about.")

    # the same case again
    heard_before: Any = _("Heard %(heard)s; last referral %(on)s, %(months)s; the same person (%(case)s).")
    not_heard_before: Any = _("Not yet heard; last referral %(on)s, %(months)s; the same person (%(case)s).")
    none_before: Any = _("No earlier case of this person is known to the panel, going by the people linked so far.")
    again_title: Any = _("Has the panel had a case of this person?")
    apart: Any = _(
        "This referral is still part of case %(case)s, although the person it is about is no longer linked to that "
        "of the case. Its reasons and its people are read there by everybody who sees the case."
    )
    goes_along: Any = _("Its people and its reasons go along.")

    # the meeting
    risk_wanted: Any = _("Write the risk under at least one heading.")
    transferred_from: Any = _("Transferred from (area)")
    safe_words: Any = _("Words that are safe for the person to hear")
    safe_words_are: Any = _("Safe for the person to hear")
    safe_words_printed: Any = _("Safe for the person to hear: %(words)s")

    # telling the person
    tell_whom: Any = _("Who tells the person")
    tell_name: Any = _("Name who tells the person")
    tell_change: Any = _("Change who tells the person")
    tell_save: Any = _("Save who tells the person")
    tell_not: Any = _("The person is not told: %(why)s")
    tell_why_not: Any = _("Or why the person is not told")
    tell_missing: Any = _("Name who tells the person, or say why the person is not told.")
    tell_both: Any = _("Name who tells the person, or say why nobody does: not both.")
    tell_by_missing: Any = _("Say by when the person is told.")
    tell_how_missing: Any = _("Say how the person is told.")
    tell_how: Any = _("What, and how")
    tell_owed: Any = _("Tell the person what was agreed")
    tell_done: Any = _("The person has been told")
    tell_noted: Any = _("Noted: the person was told.")


# Where whoever is told is a victim.
OF_A_VICTIM = {
    "safe_words": _("Words that are safe for the victim to hear"),
    "safe_words_are": _("Safe for the victim to hear"),
    "safe_words_printed": _("Safe for the victim to hear: %(words)s"),
    "tell_whom": _("Who tells the victim"),
    "tell_name": _("Name who tells the victim"),
    "tell_change": _("Change who tells the victim"),
    "tell_save": _("Save who tells the victim"),
    "tell_not": _("The victim is not told: %(why)s"),
    "tell_why_not": _("Or why the victim is not told"),
    "tell_missing": _("Name who tells the victim, or say why the victim is not told."),
    "tell_both": _("Name who tells the victim, or say why nobody does: not both."),
    "tell_by_missing": _("Say by when the victim is told."),
    "tell_how_missing": _("Say how the victim is told safely."),
    "tell_how": _("How, safely"),
    "tell_owed": _("Tell the victim what was agreed"),
    "tell_done": _("The victim has been told"),
    "tell_noted": _("Noted: the victim was told."),
}
