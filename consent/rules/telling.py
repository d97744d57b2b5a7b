"""Whether people agreed that one agency tells another of them, and until when: asked for whatever is no entry.

An agency that is named to a stream kept apart, a case that is put before a group, an answer in a form.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.gates import Cover
from consent.rules.covers import gap
from consent.rules.reach import PURPOSE, Asked, closes_at
from consent.rules.sight import NOTHING_KNOWN


@dataclass(frozen=True)
class Asking:
    """What is known of one case at *at*; *recorded* is the part of *asked* that who asks may be told of."""

    asked: Asked
    recorded: Asked
    at: datetime.datetime

    def __call__(self, *, giving, receiving, category: str | None = None, purpose: str = PURPOSE, track=None) -> Cover:
        """As `cases.gates.consent` says; everybody whom the case is about must have agreed."""
        use = {"giving": giving, "receiving": receiving, "category": category, "purpose": purpose}
        ends = []
        for subject, episode in self._asked_of(track):
            held = [each for each in self.asked.consents if each.subject_id == subject]
            until = closes_at(held, {**use, "track": episode}, self.at)
            if until is None or until <= self.at:
                return Cover(words=self._why_not(subject, {**use, "track": episode}))
            ends.append(until)
        return Cover(until=min(ends)) if ends else Cover(words=str(_("No consent is recorded.")))

    def _asked_of(self, track) -> list[tuple[Any, Any]]:
        if track is not None:
            return [(subject, track) for subject in self.asked.people]
        return [
            (subject, episode)
            for subject in self.asked.people
            for episode in [pk for pk, of in self.asked.episodes if of in (None, subject)] or [None]
        ]

    def _why_not(self, subject, use: dict) -> str:
        if not self.recorded.consents:
            return str(_("Your agency has recorded no consent that covers this."))
        held = [each for each in self.recorded.consents if each.subject_id == subject]
        return str(gap(held, **use, at=self.at) or NOTHING_KNOWN)
