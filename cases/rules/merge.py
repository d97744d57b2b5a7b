"""Whether two records may be of one person, who may say so, who decides, and who relied on it."""

from collections import defaultdict
from itertools import product

from django.db.models import F, Q

from cases.models import Case, DistinctPair, Merge, Party
from partnership.models import Member
from partnership.roles import Permission, roles_with

State = Merge.State


def in_sight(member, *subjects):
    """The people on cases that *member* sees, on panels where the member links people, who are one of *subjects*."""
    panels = member.panels_with(Permission.LINK_PEOPLE)
    seen = Party.objects.visible_to(member).filter(case__panel__in=panels, subject__in=subjects)
    return seen.select_related("case__panel", "referral__panel", "subject__key")


def may_propose(member, one: Party, other: Party) -> bool:
    """Whether *member* may say that two people are one: links people on both panels, and matches across them if two."""
    panels = {one.case.panel_id, other.case.panel_id}
    needed = {Permission.LINK_PEOPLE} | ({Permission.MATCH_ACROSS} if len(panels) > 1 else set())
    return all(member.may(permission, panel) for permission in needed for panel in panels)


def may_decide(member, merge: Merge) -> bool:
    """Whether *member* is a second person for *merge* (fetched by sight), which waits."""
    if merge.state != State.PROPOSED or merge.proposed_by_id == member.pk:
        return False
    panels = Party.objects.filter(merge_parts__merge=merge).values_list("case__panel", flat=True)
    return all(member.may(Permission.APPROVE_MERGE, panel) for panel in set(panels))


def may_withdraw(member, merge: Merge) -> bool:
    return merge.state == State.PROPOSED and merge.proposed_by_id == member.pk


def may_undo(member, merge: Merge) -> bool:
    """Whoever may decide may undo, the proposer too: a wrong picture is not left standing for want of a second."""
    if merge.state != State.APPROVED:
        return False
    panels = Party.objects.filter(merge_parts__merge=merge).values_list("case__panel", flat=True)
    return all(member.may(Permission.APPROVE_MERGE, panel) for panel in set(panels))


def why_not_one(ones: list[Party], others: list[Party]) -> list[str]:
    """What speaks against it, as codes: both named in one referral, or on one case in different parts."""
    pairs = list(product(ones, others))
    reasons = []
    if any(one.referral_id == other.referral_id for one, other in pairs):
        reasons.append("one_referral")
    elif any(one.case_id == other.case_id and one.capacity != other.capacity for one, other in pairs):
        reasons.append("two_parts")
    return reasons


def were_told_apart(ones: list[Party], others: list[Party]) -> bool:
    """Whether somebody found one of *ones* and one of *others* to be two people."""
    subjects = [{party.subject_id for party in side} for side in (ones, others)]
    found = Q(pk__in=[])
    for mine, theirs in (subjects, subjects[::-1]):
        found |= Q(first__in=mine, party__subject__in=theirs)
    return DistinctPair.objects.filter(found).exists()


def second_people(by, parties: list[Party]) -> list[Member]:
    """Members other than *by* who could decide: they see every one of *parties*, with the permission on each panel."""
    panels = {party.case.panel_id for party in parties}
    asked = {party.pk for party in parties}
    able = Member.objects.holding(*roles_with(Permission.APPROVE_MERGE), panel=min(panels, key=str)).exclude(pk=by.pk)
    return [
        member
        for member in able.select_related("agency")
        if all(member.may(Permission.APPROVE_MERGE, panel) for panel in panels)
        and Party.objects.visible_to(member).filter(pk__in=asked).count() == len(asked)
    ]


def readers(sides: dict[bool, set], panels) -> list[Member]:
    """The members who see a case of the record that moves and one of the record that stays (*sides*: case ids by
    whether the person moves), on *panels*.

    Nobody else saw the two as one, or learns from being told that there was another.
    """
    roles = roles_with(Permission.VIEW_CASE)
    able = {member for panel in panels for member in Member.objects.holding(*roles, panel=panel)}
    found = []
    for member in able:
        seen = set(
            Case.objects.visible_to(member).filter(pk__in=sides[True] | sides[False]).values_list("pk", flat=True)
        )
        if seen & sides[True] and seen & sides[False]:
            found.append(member)
    return sorted(found, key=lambda member: member.email)


def by_case(parties: list[Party]) -> dict:
    """*parties* by the id of their case, the latest first."""
    found = defaultdict(list)
    for party in sorted(parties, key=lambda party: party.created_at, reverse=True):
        found[party.case_id].append(party)
    return found


def cases_of(merges: list[Merge], member) -> dict:
    """The cases of the people of each of *merges* (by its id) that *member* sees, by reference; in one query."""
    found = {merge.pk: [] for merge in merges}
    seen = Case.objects.visible_to(member).filter(parties__merge_parts__merge__in=found)
    for case in seen.annotate(of_merge=F("parties__merge_parts__merge")).distinct().order_by("reference"):
        found[case.of_merge].append(case)
    return found
