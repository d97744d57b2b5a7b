"""Whether something may happen to a consent, how long it holds, and what it covers."""
