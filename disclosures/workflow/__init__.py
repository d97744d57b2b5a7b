"""What can happen to requests, decisions and releases.  One file per noun."""
