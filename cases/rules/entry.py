"""Who may write an entry, and who can see it: told to its author before and after saving."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from cases.models import Bar, Entry, Involvement, Listing
from cases.models.access import Stage, opened
from cases.rules.merits import is_asked
from partnership.models import Agency, Member, Signatory
from partnership.roles import DESK_ROLES, Permission

WRITING = (Stage.RESEARCH, Stage.MEETING)


def may_write(member, listing: Listing) -> bool:
    """Whether *member* writes for *listing* what the own agency knows: asked about it, or signed for its meeting."""
    panels = member.panels_with(Permission.RESEARCH)
    if not panels:
        return False
    seen = Listing.objects.visible_to(member).filter(pk=listing.pk, case__panel__in=panels)
    return seen.filter(opened(member, case="case", listing="pk", stages=WRITING)).exists()


def may_change(member, entry: Entry) -> bool:
    """Whether *member* changes or withdraws *entry*: the own agency's, while it may still write for the listing."""
    return entry.agency_id == member.agency_id and entry.withdrawn_at is None and may_write(member, entry.listing)


def others_of(member, listing: Listing):
    """What the agency of *member* said in other cases that *member* sees, and may say again for *listing*."""
    return Entry.objects.visible_to(member).filter(agency_id=member.agency_id).exclude(case=listing.case_id)


def may_take_over(member, entry: Entry, listing: Listing) -> bool:
    """Whether *member* may say for *listing* what the own agency said in another case."""
    return may_write(member, listing) and others_of(member, listing).filter(pk=entry.pk).exists()


def draftable_listing(member, listing_id) -> Listing | None:
    """The listing for which *member* may keep the draft of a new entry."""
    found = Listing.objects.visible_to(member).filter(pk=listing_id).first()
    return found if found and may_write(member, found) else None


def draftable_entry(member, entry_id) -> Entry | None:
    """The entry about which *member* may keep a draft: one that the member may change."""
    found = Entry.objects.visible_to(member).select_related("key", "listing").filter(pk=entry_id).first()
    return found if found and may_change(member, found) else None


@dataclass
class Audience:
    """Who is involved in one listing: the desk's members, and agencies asked or signed, without those kept from it.

    *restricted*: nobody else who signs for the meeting is let in (`meetings.rules.statement.agencies_let_in`).
    """

    desk: list[Member] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    restricted: bool = False

    def others(self, own) -> list[Agency]:
        """The agencies, save the author's *own*, that an entry may be kept from: involved ones and the desk's own."""
        found = {agency.pk: agency for agency in [*self.agencies, *(member.agency for member in self.desk)]}
        found.pop(own.pk, None)
        return sorted(found.values(), key=lambda agency: agency.name)

    def sentence(self, own, left_out=frozenset(), *, on_consent=False) -> str:
        """Who sees an entry of agency *own* that is kept from the agencies whose ids are in *left_out*.

        What rests on consent (*on_consent*) is not for whoever else may sign.
        """
        desk = [f"{m.name} ({m.agency.short_name})" for m in self.desk if m.agency_id not in left_out]
        met = [a.name for a in self.agencies if a.pk != own.pk and a.pk not in left_out]
        parts = [_("%(agency)s (your agency)") % {"agency": own.name}]
        parts += [_("the panel’s desk: %(names)s") % {"names": ", ".join(desk)}] if desk else []
        parts += [_("once signed for the meeting: %(names)s") % {"names": ", ".join(met)}] if met else []
        parts += [] if self.restricted or on_consent else [_("any other agency that signs for the meeting")]
        return "; ".join(parts)


def audiences(panel, listings) -> dict:
    """The audience of each of *listings* (rows of *panel*) by its id; reads three times whatever their number."""
    roles = [str(role) for role in DESK_ROLES]
    desk = Member.objects.active().filter(role_grants__in=_live_grants(panel.pk, roles)).select_related("agency")
    desk = list(desk.distinct().order_by("name"))
    cases = {listing.case_id: listing.pk for listing in listings}
    kept_away = defaultdict(set)
    bars = Bar.objects.live().filter(case__in=cases) | Bar.objects.live().filter(listing__in=[x.pk for x in listings])
    for listing_id, case_id, agency_id, member_id in bars.values_list("listing", "case", "agency", "member"):
        kept_away[listing_id or cases[case_id]].add(agency_id or member_id)
    involved = defaultdict(dict)
    stands = Signatory.objects.live().filter(agency=OuterRef("agency"), tier=Signatory.Tier.CENTRAL)
    fit = Exists(stands.filter(Q(guest=False) | Q(only_case=OuterRef("case"))))
    live = Involvement.objects.live().filter(fit, listing__in=[x.pk for x in listings], stage__in=WRITING)
    closed = {x.pk: x.type == Listing.Type.RESTRICTED or is_asked(panel) for x in listings}
    # Where those alone are let in who were asked, whoever else is in the room is of the desk.
    live = live.exclude(stage=Stage.MEETING, listing__in=[pk for pk, is_closed in closed.items() if is_closed])
    for involvement in live.select_related("agency"):
        involved[involvement.listing_id][involvement.agency_id] = involvement.agency
    return {
        listing.pk: Audience(
            desk=[m for m in desk if not {m.pk, m.agency_id} & kept_away[listing.pk]],
            agencies=sorted(
                (a for a in involved[listing.pk].values() if a.pk not in kept_away[listing.pk]), key=lambda a: a.name
            ),
            restricted=closed[listing.pk],
        )
        for listing in listings
    }


def left_out(entries) -> dict:
    """From which agencies each of *entries* is kept by its author: entry id → set of agency ids.  One query."""
    found = defaultdict(set)
    bars = Bar.objects.live().filter(entry__in=[entry.pk for entry in entries], reason=Bar.Reason.EXCLUDED)
    for entry_id, agency_id in bars.filter(agency__isnull=False).values_list("entry", "agency"):
        found[entry_id].add(agency_id)
    return found


def closed_to(entries) -> dict:
    """From which agencies each of *entries* is kept, by its author or for want of consent: entry id → set of ids.

    For the agency that said it: why is not told.  One query.
    """
    found = defaultdict(set)
    bars = Bar.objects.live().filter(entry__in=[entry.pk for entry in entries], agency__isnull=False)
    for entry_id, agency_id in bars.values_list("entry", "agency"):
        found[entry_id].add(agency_id)
    return found


def _live_grants(panel_id, roles):
    from partnership.models import RoleGrant

    return RoleGrant.objects.live().filter(panel_id=panel_id, role__in=roles)
