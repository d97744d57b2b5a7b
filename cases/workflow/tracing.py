"""Who in a whole partnership may be one person: for the system's own duties (holds, rights), never for a member.

What is found here is handed on only through rows that have a sight of their own.
"""

from cases.models import Case, Party, Referral, SearchKey, Subject
from cases.rules.matching import compare, identity
from core import search

AT_MOST = 400


def trace_people(*, partnership, given_name: str, family_name: str, birth_date=None, aliases=()) -> list[Subject]:
    """The people of *partnership* with whom at least two of given name, family name and birth date agree.

    *aliases* are other names of the person who is looked for.  Takes two queries.
    """
    asked = identity(given_name, family_name, aliases, [birth_date])
    forms = set().union(*(search.asked_pairs(given, family, asked.dates) for given, family in asked.names))
    hits = SearchKey.objects.filter(digest__in=list(search.digests(forms)), subject__partnership=partnership)
    found = Subject.objects.with_key().filter(pk__in=hits.values("subject")).order_by("pk")[:AT_MOST]
    return [subject for subject in found if compare(asked, _known(subject)).is_possible]


def trace_referrals(*, partnership, given_name: str, family_name: str, birth_date=None, aliases=()) -> list[Referral]:
    """The referrals of *partnership* that made no case, one of whose people may be the person, as in `trace_people`.

    Their people are in no search keys, so each is compared: drafts, and what was returned, declined or withdrawn.
    """
    asked = identity(given_name, family_name, aliases, [birth_date])
    waiting = Referral.objects.with_key().filter(case__isnull=True, panel__partnership=partnership)
    parties = Party.objects.with_key().filter(referral__in=waiting.order_by().values("pk"))
    found = {party.referral_id for party in parties if compare(asked, _known(party)).is_possible}
    return list(waiting.filter(pk__in=found).order_by("pk"))


def cases_of(people) -> list[Case]:
    """The cases to which one of *people* is party, whoever may see them."""
    return list(
        Case.objects.with_key().filter(parties__subject__in=[p.pk for p in people]).distinct().order_by("reference")
    )


def _known(subject: Subject | Party):
    if subject.key.is_destroyed:
        return identity("", "")
    return identity(subject.given_name, subject.family_name, subject.aliases, [subject.birth_date])
