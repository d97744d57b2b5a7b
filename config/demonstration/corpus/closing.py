"""When each case was open: from its acceptance to its last action, and again on a new incident."""

from . import calendar
from .planned import PlannedSpell


def close_cases(plan):
    """Closes each case with its last action, opens it again on a new referral, and dates its flag."""
    listings = {}
    for listing in plan.listings.values():
        listings.setdefault(listing.referral, []).append(listing)
    for case in plan.cases.values():
        case.flag_until = calendar.a_year_after(plan.referrals[case.referrals[-1]].submitted_at.date())
        for key in case.referrals:
            add_spell(plan, case, plan.referrals[key], listings[key])


def add_spell(plan, case, referral, listings):
    opened_on, closed_on = referral.screened_at.date(), ended_on(plan, listings)
    last = case.spells[-1] if case.spells else None
    if last and (last.closed_on is None or last.closed_on >= opened_on):
        last.closed_on = max(last.closed_on, closed_on) if last.closed_on and closed_on else None
    else:
        case.spells.append(PlannedSpell(opened_on=opened_on, closed_on=closed_on))


def ended_on(plan, listings):
    """The day of the last action, or of the approval where there was none; nothing while anything is open."""
    if not listings[-1].heard or listings[-1].decision == "deferred":
        return None
    actions = [action for listing in listings for action in listing.actions]
    if any(action.closed_on is None for action in actions):
        return None
    closed_on = max([action.closed_on for action in actions] + [plan.meetings[listings[-1].meeting].approved_on])
    return closed_on if closed_on <= plan.today else None
