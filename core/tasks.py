"""What the queue keeps of a task that failed: where in the code it failed, and never what the error said.

An exception's text often quotes the row that caused it, and the queue's table outlives the row.
"""

import re

PLACE = re.compile(r'^  File ".*", line \d+, in [\w<>.]+$')


def without_values(traceback: str) -> str:
    """*traceback* with only its places: files, lines and functions."""
    return "\n".join(line for line in traceback.splitlines() if PLACE.match(line))


def keep_no_values(sender, instance, **kwargs) -> None:
    """Before a task's result is stored (`pre_save` of the queue's own model, which offers no other way in)."""
    if instance.traceback:
        instance.traceback = without_values(instance.traceback)
