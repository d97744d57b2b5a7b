"""Looking for people and cases among those that the member may see.

Recorded are who, when, which kinds of key and which ids were shown, also none; never the words.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import Count

from cases.models import Case, Found, Party, Referral, SearchKey, Subject
from cases.workflow.matching import kept_forms_of
from core import search
from core.recording import record

AT_MOST = 50
OPENED = 200  # people whose records are opened to see what says so: those on whom most keys agree
COMMON = 2000
WEIGHTS = {
    "name": 6,
    "alias": 5,
    "born": 5,
    "sound": 3,
    "swapped": 3,
    "family": 2,
    "near": 2,
    "famsound": 1,
    "given": 1,
}


@transaction.atomic
def search_people(*, by, reference="", given_name="", family_name="", birth_date=None) -> Found:
    """Keep the ids that answer the question, best first, and record that it was asked.

    People are found by exact, alias, phonetic and date forms; cases and referrals by their reference.  Nothing is
    found that *by* could not open, and nobody by a name or date that only a case closed to *by* knows.
    """
    forms = _forms(given_name, family_name, birth_date)
    people = _people(by, forms) if forms else []
    cases = _by_reference(Case, by, reference)
    referrals = _by_reference(Referral, by, reference)
    found = Found.objects.create(member=by, people=people, cases=cases, referrals=referrals)
    shown = [("cases.subject", pk) for pk, _kinds, _parties in people]
    shown += [("cases.case", pk) for pk in cases] + [("cases.referral", pk) for pk in referrals]
    kinds = sorted({kind for kind, _words in forms}) + (["reference"] if reference else [])
    record("search.made", by=by, reason="search", things=shown, detail={"kinds": kinds, "found": len(shown)})
    return found


def _forms(given_name: str, family_name: str, birth_date) -> set[search.Form]:
    forms = search.name_forms(given_name, family_name) | search.date_forms(birth_date)
    if birth_date:
        forms |= {("born", near.isoformat()) for near in search.near_dates(birth_date)}
    return forms


def _people(by, forms: set[search.Form]) -> list[list]:
    """Subjects ranked by the kinds of form that agree, the best first, each with the parties that say so.

    The index knows what any case says of a person; what counts is what the parties say that *by* sees.
    """
    kinds, saying = defaultdict(set), defaultdict(list)
    parties = Party.objects.visible_to(by).filter(subject__in=_indexed(by, forms), case__isnull=False)
    for party in parties.order_by("pk"):
        agreed = {kind for kind, _words in forms & kept_forms_of(party)}
        if agreed:
            kinds[party.subject_id] |= agreed
            saying[party.subject_id].append(str(party.pk))
    ranked = sorted(kinds, key=lambda pk: (-_weight(kinds[pk]), str(pk)))
    return [[str(pk), sorted(kinds[pk]), saying[pk]] for pk in ranked[:AT_MOST]]


def _indexed(by, forms: set[search.Form]) -> list:
    """The subjects on cases that *by* sees whom the index gives for any of *forms*, the likeliest first."""
    visible = Subject.objects.visible_to(by).order_by().values("pk")
    matching = (
        SearchKey.objects.filter(digest__in=list(search.digests(forms)), subject__in=visible)
        .values("subject", "kind")
        .annotate(times=Count("kind"))
        .order_by()[: COMMON * 4]
    )
    kinds = defaultdict(set)
    for row in matching:
        kinds[row["subject"]].add(row["kind"])
    return sorted(kinds, key=lambda pk: (-_weight(kinds[pk]), str(pk)))[:OPENED]


def _weight(kinds) -> int:
    return sum(WEIGHTS.get(kind, 1) for kind in kinds)


def _by_reference(model, by, reference: str) -> list[str]:
    reference = reference.strip()
    if not reference:
        return []
    visible = model.objects.visible_to(by).filter(reference__iexact=reference)
    return [str(pk) for pk in visible.values_list("pk", flat=True)[:AT_MOST]]
