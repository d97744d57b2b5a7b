"""Letters about meetings: whom, what, when.  Never a name of a subject; a link, opened after signing in."""
