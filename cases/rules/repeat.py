"""Whether a referral is a repeat, explained: which hearing, how long since the last referral, within which window.

A person confirms.  The clock is the date of the last referral, not of the meeting (marac.md §1.4).
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case
from cases.schemes import Scheme, scheme_of


@dataclass(frozen=True)
class Precedent:
    """What is known of the same pair: their case, its last referral and hearing, and the panel's window in months."""

    case: Case
    referred_on: datetime.date
    heard_on: datetime.date | None
    months: int
    window: int
    definition: str
    scheme: Scheme

    @property
    def is_within(self) -> bool:
        """Whether the last referral lies within the panel's window."""
        return self.months < self.window

    @property
    def words(self) -> str:
        """“Heard 12 March 2026, referral 7 months ago, same pair.”, in the scheme's words."""
        months = ngettext("%(n)s month ago", "%(n)s months ago", self.months) % {"n": self.months}
        if self.months == 0:
            months = _("less than a month ago")
        shown = {"case": self.case.reference, "months": months, "on": _day(self.referred_on)}
        if self.heard_on:
            return str(self.scheme.words.heard_before) % {**shown, "heard": _day(self.heard_on)}
        return str(self.scheme.words.not_heard_before) % shown

    @property
    def window_words(self) -> str:
        """What the panel's window makes of it; nothing where the scheme knows no repeats."""
        if not self.scheme.has("repeats"):
            return ""
        shown = {"window": self.window, "definition": self.definition}
        if self.is_within:
            return (
                _("Within the panel’s window of %(window)s months. It is a repeat if there was: %(definition)s.")
                % shown
            )
        return _("Outside the panel’s window of %(window)s months: not a repeat, but the same case.") % shown


def precedent(case: Case, referral, *, last_referral, heard_on) -> Precedent:
    """The precedent that *case* is for *referral*; *last_referral* is the case's latest earlier one."""
    panel = referral.panel
    referred_on = timezone.localtime(last_referral.submitted_at or last_referral.created_at).date()
    now = timezone.localtime(referral.submitted_at or timezone.now()).date()
    return Precedent(
        case=case,
        referred_on=referred_on,
        heard_on=heard_on,
        months=months_between(referred_on, now),
        window=panel.repeat_months,
        definition=str(panel.get_repeat_definition_display()),
        scheme=scheme_of(panel),
    )


def months_between(start: datetime.date, end: datetime.date) -> int:
    """Whole months from *start* to *end*, never less than none."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return max(months, 0)


def _day(date: datetime.date) -> str:
    return date_format(date, "j F Y")
