"""The machinery of signing in: sessions, lock-out, idle time, passwords, and posted text kept over a time-out."""
