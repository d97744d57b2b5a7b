"""What can happen to cases, referrals, entries and actions.  One file per noun."""
