"""Who is kept away from the whole of a case: neither told of what is asked about it, nor able to decide on it."""

from django.db.models import Q

from cases.models import Bar


def away_from(case) -> set:
    """The ids of the members and agencies that are kept away from the whole of *case* (an id, or None)."""
    if case is None:
        return set()
    on_case = Q(case=case) | Q(referral__case=case) | Q(listing__case=case)
    barred = Bar.objects.live().filter(on_case).values_list("agency", "member")
    return {each for row in barred for each in row} - {None}
