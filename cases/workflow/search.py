"""Looking for people and cases among those that the member may see.

Recorded are who, when, which kinds of key and which ids were shown, also none; never the words.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import Count

from cases.models import Case, Found, Referral, SearchKey, Subject
from core import search
from core.recording import record

AT_MOST = 50
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
    found that *by* could not open.
    """
    digests = _digests(given_name, family_name, birth_date)
    people = _people(by, digests) if digests else []
    cases = _by_reference(Case, by, reference)
    referrals = _by_reference(Referral, by, reference)
    found = Found.objects.create(member=by, people=people, cases=cases, referrals=referrals)
    shown = [("cases.subject", pk) for pk, _kinds in people]
    shown += [("cases.case", pk) for pk in cases] + [("cases.referral", pk) for pk in referrals]
    kinds = sorted(set(digests.values())) + (["reference"] if reference else [])
    record("search.made", by=by, reason="search", things=shown, detail={"kinds": kinds, "found": len(shown)})
    return found


def _digests(given_name: str, family_name: str, birth_date) -> dict[bytes, str]:
    forms = search.name_forms(given_name, family_name) | search.date_forms(birth_date)
    if birth_date:
        forms |= {("born", near.isoformat()) for near in search.near_dates(birth_date)}
    return search.digests(forms)


def _people(by, digests: dict[bytes, str]) -> list[list]:
    """Subjects ranked by the kinds of key that agree, the best first."""
    visible = Subject.objects.visible_to(by).order_by().values("pk")
    matching = (
        SearchKey.objects.filter(digest__in=list(digests), subject__in=visible)
        .values("subject", "kind")
        .annotate(times=Count("kind"))
        .order_by()[: COMMON * 4]
    )
    kinds = defaultdict(set)
    for row in matching:
        kinds[row["subject"]].add(row["kind"])
    ranked = sorted(kinds.items(), key=lambda item: (-sum(WEIGHTS.get(kind, 1) for kind in item[1]), str(item[0])))
    return [[str(pk), sorted(found)] for pk, found in ranked[:AT_MOST]]


def _by_reference(model, by, reference: str) -> list[str]:
    reference = reference.strip()
    if not reference:
        return []
    visible = model.objects.visible_to(by).filter(reference__iexact=reference)
    return [str(pk) for pk in visible.values_list("pk", flat=True)[:AT_MOST]]
