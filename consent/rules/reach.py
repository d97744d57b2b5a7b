"""Whom an entry that rests on consent may reach, and from which instant no more.

Of whom and in which episode consent is asked stands in `Asked`; the answer comes from `consent.rules.covers`.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.schemes import schemes
from consent.models import Consent, ConsentForm
from consent.rules.covers import Gap, covering, gap
from consent.rules.ends import lapses_at

PURPOSE = "panel"  # what an entry is said for: the meetings of this panel


def categories(panel) -> list[tuple[str, str]]:
    """The kinds of information that the newest form of *panel*'s scheme tells apart; none where nobody is asked."""
    form = _form_of(panel)
    return [(question.code, question.label) for question in form.questions("category")] if form else []


def gated(panel, agency) -> frozenset[str]:
    """The categories that rest on consent when *agency* says them on *panel*, by the type of the agency."""
    form = _form_of(panel)
    questions = form.questions("category") if form else []
    return frozenset(question.code for question in questions if agency.kind in question.gated)


def _form_of(panel) -> ConsentForm | None:
    scheme = schemes().get(panel.scheme)
    return ConsentForm.objects.for_panel(panel).first() if scheme and scheme.has("consent") else None


@dataclass(frozen=True)
class Asked:
    """What is known of one case when its entries are asked about: joined once, whatever the number of entries.

    *people* are the subjects (ids) whose part is the principal's: of them is spoken where an entry is about the case
    as a whole.  *episodes* are the running tracks (ids, by subject or None) of the kinds of which one form holds for
    one; *parties* maps a party to its subject.
    """

    consents: list[Consent]
    people: list
    episodes: list[tuple[Any, Any]]
    parties: dict

    def closed_from(self, entry, agency_id, at: datetime.datetime) -> datetime.datetime | None:
        """The instant from which *entry* must not reach the agency: *at* where it must not now, None where never."""
        closing = [
            closes_at(self._of(subject), self._use(entry, agency_id, track), at)
            for subject, track in self._asked(entry)
        ]
        if not closing:
            return at
        return min((each for each in closing if each), default=None)

    def gap(self, entry, agency_id, at: datetime.datetime) -> Gap | None:
        """What exactly is missing before *entry* reaches the agency at *at*; None where nothing is."""
        for subject, track in self._asked(entry):
            missing = gap(self._of(subject), **self._use(entry, agency_id, track), at=at)
            if missing:
                return missing
        return None if self._asked(entry) else Gap("none", _("No consent is recorded."))

    def _asked(self, entry) -> list[tuple[Any, Any]]:
        """Of whom (subject ids) and in which episode consent is needed: each running one, or outside of episodes."""
        subjects = [self.parties.get(entry.party_id)] if entry.party_id else self.people
        found = []
        for subject in filter(None, subjects):
            tracks = [track for track, of in self.episodes if of in (None, subject)]
            found += [(subject, track) for track in tracks or [None]]
        return found

    def _of(self, subject) -> list[Consent]:
        return [consent for consent in self.consents if consent.subject_id == subject]

    def _use(self, entry, agency_id, track) -> dict:
        return {
            "giving": entry.agency_id,
            "receiving": agency_id,
            "category": entry.category,
            "purpose": PURPOSE,
            "track": track,
        }


def closes_at(consents: Iterable[Consent], use: dict, at: datetime.datetime) -> datetime.datetime | None:
    """From when *use* (the arguments of `covering`) is not covered: *at* where it is not now, None where always.

    One consent may take over from another that ends.
    """
    held = list(consents)
    while consent := covering(held, **use, at=at):
        until = _ends_at(consent, use)
        if until is None:
            return None
        at = until
    return at


def _ends_at(consent: Consent, use: dict) -> datetime.datetime:
    """When *consent* ends for *use*, as it is known now: it lapses, or an agency, category or purpose was taken out."""
    wanted = {
        ("gives", use["giving"]),
        ("receives", use["receiving"]),
        ("category", use["category"]),
        ("purpose", use["purpose"]),
    }
    rows = [(row.side, row.agency_id, row.until) for row in consent.agencies.all()]
    rows += [(row.kind, row.code, row.until) for row in consent.answers.all()]
    return min([lapses_at(consent), *(until for kind, what, until in rows if until and (kind, what) in wanted)])
