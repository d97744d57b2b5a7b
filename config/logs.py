"""How a log line is written: ids and places, never a value of a record."""

import logging
import traceback


class WithoutValues(logging.Formatter):
    """One line of time, level, logger and message; a traceback names files and functions, not what the error said.

    An exception's text often quotes the row that caused it (a unique constraint, a failed conversion).
    """

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = None

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei) -> str:
        kind, _error, trace = ei
        lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([*lines, f"  {kind.__module__}.{kind.__qualname__}" if kind else ""])

    def formatStack(self, stack_info: str) -> str:
        return ""
