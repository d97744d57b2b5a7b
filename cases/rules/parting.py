"""Whether a referral that joined a case by a link since undone may have a case of its own."""

from django.db.models import Q
from django.utils import timezone

from cases.models import Action, Entry, Listing, Party, Referral
from cases.schemes import scheme_of


def is_apart(referral) -> bool:
    """Whether accepted *referral* stands on a case of other referrals, of which it is no longer the same pair.

    The case is the same while one person in each part that the scheme matches (a MARAC: victim and alleged
    perpetrator; elsewhere the principal) is linked to the one of another referral.
    """
    if referral.state != Referral.State.ACCEPTED or referral.case.key_id == referral.key_id:
        return False
    own, others, matched = set(), set(), scheme_of(referral.panel).matched
    people = Party.objects.filter(case=referral.case_id, capacity__in=matched)
    for referral_id, capacity, subject_id in people.values_list("referral", "capacity", "subject"):
        (own if referral_id == referral.pk else others).add((capacity, subject_id))
    return {capacity for capacity, _subject in own & others} != set(matched)


def why_not_parted(referral) -> list[str]:
    """Everything that keeps *referral* on its case, as codes: the same pair, listed with it, people spoken of there."""
    if not is_apart(referral):
        return ["same"]
    decided = referral.decided_at
    listed = Listing.objects.filter(case=referral.case_id).filter(
        Q(referral=referral)
        | Q(created_at__gte=decided)
        | Q(heard_on__gte=timezone.localdate(decided))
        | Q(ended_on__isnull=True)
    )
    about = {"party__referral": referral}
    reasons = ["listed"] if listed.exists() else []
    if Entry.objects.filter(**about).exists() or Action.objects.filter(**about).exists():
        reasons.append("spoken_of")
    return reasons
