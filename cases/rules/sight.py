"""Who sees a referral, and who will once it is sent: worked out from the same rows that open and bar.

Told to the author before sending, and used by the verb that sends.
"""

from dataclasses import dataclass

from django.db.models import Q

from cases.models import Bar
from cases.schemes import scheme_of
from partnership.models import Agency, Member, Signatory
from partnership.roles import DESK_ROLES, Permission, Role, roles_with


@dataclass(frozen=True)
class Watchers:
    """Who sees a referral: by road ("own", "told", "desk"), the agency where it is one, and its members who may."""

    road: str
    agency: Agency | None
    members: list[Member]


def agencies_told_at_once(panel) -> list[Agency]:
    """The agencies that the panel names, and where the scheme has it the IDVA service (the panel's, else all).

    Full signatories only: nobody else is sent anything about people.
    """
    full = Agency.objects.filter(
        partnership=panel.partnership_id,
        pk__in=Signatory.objects.central().values("agency"),
    )
    idva = full.filter(kind=Agency.Kind.IDVA)
    asked = idva.filter(panels=panel)
    named = full.filter(pk__in=panel.told_at_once.values("pk"))
    always = (list(asked) or list(idva)) if scheme_of(panel).has("idva") else []
    found = {agency.pk: agency for agency in [*always, *named]}
    return sorted(found.values(), key=lambda agency: agency.name)


def employers(parties, panel) -> set:
    """Ids of the agencies for which somebody of *parties* works whose part in the scheme makes that a conflict."""
    adults = {part.capacity for part in scheme_of(panel).parts if part.conflict}
    return {party.works_for_id for party in parties if party.capacity in adults and party.works_for_id}


def barred_ids(referral) -> set:
    """Ids of the agencies and members who are barred from *referral* or its case now."""
    about = Q(referral=referral) | (Q(case=referral.case_id) if referral.case_id else Q(pk__in=[]))
    return {
        named
        for pair in Bar.objects.live().filter(about).values_list("agency_id", "member_id")
        for named in pair
        if named
    }


def watchers(referral, *, but=frozenset(), only_author=False) -> list[Watchers]:
    """Everybody who sees *referral* once it is sent, save those in *but* (ids of agencies and members).

    With *only_author*, nobody of the referrer's agency but the one who wrote it.
    """
    panel = referral.panel
    seeing = roles_with(Permission.VIEW_CASE) | roles_with(Permission.REFER)
    members = list(
        Member.objects.holding(*(Role(role) for role in seeing), panel=panel)
        .filter(agency__partnership=panel.partnership_id)
        .select_related("agency")
        .prefetch_related("role_grants")
    )
    open_to = [member for member in members if member.pk not in but and member.agency_id not in but]
    own = [
        m for m in open_to if m.agency_id == referral.agency_id and (not only_author or m.pk == referral.written_by_id)
    ]
    found = [Watchers("own", referral.agency, own)]
    for agency in agencies_told_at_once(panel):
        told = [m for m in open_to if m.agency_id == agency.pk and _holds(m, panel, roles_with(Permission.VIEW_CASE))]
        if told:
            found.append(Watchers("told", agency, told))
    found.append(Watchers("desk", None, [m for m in open_to if _holds(m, panel, DESK_ROLES)]))
    return found


def screeners(panel, *, but=frozenset()) -> list[Member]:
    """The members who could screen a referral to *panel*, save those in *but* and of agencies in it."""
    able = Member.objects.holding(*(Role(role) for role in roles_with(Permission.SCREEN)), panel=panel)
    return [member for member in able if member.pk not in but and member.agency_id not in but]


def _holds(member, panel, roles) -> bool:
    held = {
        Role(grant.role)
        for grant in member.role_grants.all()
        if grant.until is None and grant.panel_id in (None, panel.pk)
    }
    return bool(held & set(roles))
