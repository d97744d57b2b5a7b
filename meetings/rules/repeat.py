"""When the people of a repeat were here before: as the coordinator confirmed it, not as the referrer claims."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Listing, Referral
from core.templatetags.confer import when


@dataclass(frozen=True)
class Last:
    """The last hearing and the last referral before the one that is asked about, as far as the case has any."""

    heard_on: datetime.date | None = None
    referred_on: datetime.date | None = None


def last_before(listings) -> dict:
    """What came before the referral of each of *listings* (`referral` joined), by the listing's id: a `Last`.

    The facts that `accept_referral` found and a person confirmed, for whatever happened to the case afterwards.  Two
    queries, whatever their number.
    """
    cases = {listing.case_id for listing in listings}
    heard = Listing.objects.filter(case__in=cases, heard_on__isnull=False)
    heard = list(heard.values_list("case", "referral", "heard_on"))
    referred = Referral.objects.filter(case__in=cases, state=Referral.State.ACCEPTED, submitted_at__isnull=False)
    referred = list(referred.values_list("case", "pk", "submitted_at"))
    return {
        listing.pk: last_of(
            listing.referral,
            [(referral, on) for case, referral, on in heard if case == listing.case_id],
            [(referral, at) for case, referral, at in referred if case == listing.case_id],
        )
        for listing in listings
    }


def last_of(referral, heard, referred) -> Last:
    """The `Last` before *referral* of *heard* (ids of referrals and days) and *referred* (ids and instants)."""
    if referral is None or referral.decided_at is None or referral.submitted_at is None:
        return Last()
    until = timezone.localdate(referral.decided_at)
    days = [on for pk, on in heard if pk != referral.pk and on <= until]
    instants = [at for pk, at in referred if pk != referral.pk and at < referral.submitted_at]
    return Last(max(days, default=None), timezone.localdate(max(instants)) if instants else None)


def last_words(referral, last: Last) -> str:
    """“last heard on 12 March 2026”; where no case of ours is the precedent, what the referrer says, as theirs."""
    if last.heard_on:
        return _("last heard on %(day)s") % {"day": when(last.heard_on)}
    if last.referred_on:
        return _("last referred on %(day)s, not heard") % {"day": when(last.referred_on)}
    if referral.claimed_repeat_on:
        return _("last listed on %(day)s, as the referrer says") % {"day": when(referral.claimed_repeat_on)}
    return ""


def repeat_words(referral, last: Last) -> str:
    """“Repeat, last heard on 12 March 2026.” or “New.”, as a person confirmed it; nothing where nobody was asked."""
    if referral is None or not referral.repeat:
        return ""
    if referral.repeat == Referral.RepeatAnswer.NEW:
        return _("New.")
    words = last_words(referral, last)
    return _("Repeat, %(last)s.") % {"last": words} if words else _("Repeat.")
