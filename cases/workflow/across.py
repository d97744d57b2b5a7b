"""People of two panels who may be one person: the worker finds them, who matches on both panels is shown them.

The page of a referral asks its own panel alone (`matching`), so that it costs and says the same whether or not
another panel knows somebody.
"""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from cases.models import Party, PossibleSame, SearchKey
from cases.rules import matching as rules
from cases.rules.merge import were_told_apart
from cases.workflow.matching import MOST_KEYS, MOST_OPENED, asked_forms, identity_of, tell_apart
from core import search
from core.recording import SystemActor, record
from partnership.roles import Permission

LOOKED_BACK = datetime.timedelta(hours=26)
MOST = 100
CLOCK = SystemActor("people of two panels")


@dataclass(frozen=True)
class Compared:
    """One pair as its reader sees it: *pair* the row, *first* and *second* the people, *agreement* what agrees."""

    pair: Any
    first: Party
    second: Party
    agreement: rules.Agreement


def look_across(*, now=None) -> int:
    """For every person put on a case or changed since the day before: who on another panel's case may be the same.

    Of each partnership by itself.  What was found before, told apart, or is one record already is not found again.
    Recorded as a combination, once for each pair.  Returns how many pairs are new.
    """
    since = (now or timezone.now()) - LOOKED_BACK
    changed = Party.history.filter(history_date__gte=since).values("id")
    parties = Party.objects.with_key().current().spoken_of().filter(pk__in=changed, case__isnull=False)
    return sum(_look(party) for party in parties.select_related("case__panel"))


def compared(*, by) -> list[Compared]:
    """The unsettled pairs in the sight of *by*, the likeliest first, as both records stand now."""
    pairs = list(PossibleSame.objects.visible_to(by).unsettled().order_by("-found_at")[:MOST])
    ids = {pk for pair in pairs for pk in (pair.first_id, pair.second_id)}
    people = {
        party.pk: party for party in Party.objects.visible_to(by).select_related("case__panel").filter(pk__in=ids)
    }
    rows = [_compared(pair, people[pair.first_id], people[pair.second_id]) for pair in pairs]
    return sorted(rows, key=lambda row: (-row.agreement.weight, str(row.pair.pk)))


@transaction.atomic
def settle_as_two(*, by, pair: PossibleSame) -> None:
    """Note that the two of *pair* are not one person, so that nobody is asked again."""
    if not PossibleSame.objects.visible_to(by).filter(pk=pair.pk).exists():
        raise PermissionDenied
    first, second = (_full(pk) for pk in (pair.first_id, pair.second_id))
    if first.subject_id != second.subject_id:
        tell_apart(by=by, party=first, subject=second.subject)
    pair.settled_at, pair.settled_by = timezone.now(), by
    pair.save(update_fields=["settled_at", "settled_by"])


def panels_nobody_spans(partnership) -> list[tuple]:
    """Pairs of the partnership's panels that have no member in common who matches across: their matches wait unseen.

    Says how the partnership is staffed, and nothing of any case.
    """
    from partnership.models import Member
    from partnership.roles import roles_with

    panels = list(partnership.panels.order_by("name"))
    held = {
        panel.pk: set(Member.objects.holding(*roles_with(Permission.MATCH_ACROSS), panel=panel).values_list("pk"))
        for panel in panels
    }
    pairs = [(one, other) for n, one in enumerate(panels) for other in panels[n + 1 :]]
    return [(one, other) for one, other in pairs if not held[one.pk] & held[other.pk]]


def _look(party: Party) -> int:
    person = identity_of(party)
    digests = [search.digest(form) for form in asked_forms(person)]
    elsewhere = Party.objects.filter(case__panel__partnership=party.case.panel.partnership_id)
    elsewhere = elsewhere.exclude(case__panel=party.case.panel_id).exclude(subject=party.subject_id)
    hits = SearchKey.objects.filter(digest__in=digests, subject__in=elsewhere.values("subject"))
    likely = Counter(dict(hits.values_list("subject").annotate(n=Count("kind")).order_by()[:MOST_KEYS]))
    ids = [pk for pk, _n in likely.most_common(MOST_OPENED)]
    others = elsewhere.with_key().current().spoken_of().filter(subject__in=ids).select_related("case__panel")
    return sum(_keep(party, other) for other in others if rules.compare(person, identity_of(other)).is_possible)


def _keep(party: Party, other: Party) -> bool:
    first, second = sorted((party, other), key=lambda each: each.pk)
    if were_told_apart([first], [second]):
        return False
    pair, is_new = PossibleSame.objects.get_or_create(first=first, second=second, defaults={"found_at": timezone.now()})
    if is_new:
        record("person.seen_across", by=CLOCK, thing=pair, things=[first, second])
    return is_new


def _compared(pair, first: Party, second: Party) -> Compared:
    return Compared(pair, first, second, rules.compare(identity_of(first), identity_of(second)))


def _full(pk) -> Party:
    return Party.objects.with_key().select_related("referral", "subject__key").get(pk=pk)
