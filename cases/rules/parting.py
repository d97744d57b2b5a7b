"""Whether a referral that joined a case by a link since undone may have a case of its own."""

from django.db.models import Q
from django.utils import timezone

from cases.models import Action, Entry, Listing, Party, Referral

CAPACITY = Party.Capacity


def is_apart(referral) -> bool:
    """Whether accepted *referral* stands on a case of other referrals, of which it is no longer the same pair.

    The pair is the same while one victim and one alleged perpetrator are linked to those of another referral.
    """
    if referral.state != Referral.State.ACCEPTED or referral.case.key_id == referral.key_id:
        return False
    own, others = set(), set()
    adults = Party.objects.filter(case=referral.case_id, capacity__in=[CAPACITY.VICTIM, CAPACITY.PERPETRATOR])
    for referral_id, capacity, subject_id in adults.values_list("referral", "capacity", "subject"):
        (own if referral_id == referral.pk else others).add((capacity, subject_id))
    return {capacity for capacity, _subject in own & others} != {CAPACITY.VICTIM, CAPACITY.PERPETRATOR}


def why_not_parted(referral) -> list[str]:
    """Everything that keeps *referral* on its case, as codes: the same pair, listed with it, people spoken of there."""
    if not is_apart(referral):
        return ["same"]
    decided = referral.decided_at
    listed = Listing.objects.filter(case=referral.case_id).filter(
        Q(referral=referral)
        | Q(created_at__gte=decided)
        | Q(heard_on__gte=timezone.localdate(decided))
        | Q(heard_on__isnull=True, item__removed_at__isnull=True)
    )
    about = {"party__referral": referral}
    reasons = ["listed"] if listed.exists() else []
    if Entry.objects.filter(**about).exists() or Action.objects.filter(**about).exists():
        reasons.append("spoken_of")
    return reasons
