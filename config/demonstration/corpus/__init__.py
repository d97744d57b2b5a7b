"""Invented casework of a whole town, made from a seed: no database, no network, no clock.

`plan(seed, today=…)` gives everything; the records are in `planned`, the words in `phrases/`.
"""

from .history import plan
from .planned import Plan

__all__ = ["Plan", "plan"]
