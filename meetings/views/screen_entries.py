"""What the agencies know of an item, on the screen of the sitting: agency by agency, and who has not answered."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cases import gates
from cases.models import Bar, Entry, VictimContact
from cases.rules.entry import closed_to, left_out
from cases.workflow.drafts import typed_before
from meetings.forms.live import SayForm
from meetings.models import Agreement, Return
from meetings.rules.research import is_late


@dataclass
class Group:
    """What one agency says: information and proposals."""

    agency: object
    entries: list = field(default_factory=list)
    proposals: list = field(default_factory=list)


def entries_of(member, meeting, listing, actions) -> dict:
    groups = _groups(member, meeting, listing, actions)
    return {
        "groups": groups,
        "contacts": _contacts(member, listing),
        "answers": _answers(member, meeting, listing, groups),
    }


def saying_of(member, meeting, drafts, forms) -> dict:
    """What an agency adds: apart from what is known, which may have to go from the screen while somebody types here."""
    return {
        "say_form": forms.get("say") or _say_form(member, meeting, drafts.get("say")),
        "say_drafted": "say" in drafts,
    }


def _say_form(member, meeting, draft) -> SayForm:
    """The form to say something, with what was typed and not shared, and the kind of information chosen last."""
    typed, kinds = typed_before(draft) if draft else {}, gates.categories(meeting.panel)
    initial = {name: typed.get(name) for name in ("text", "kind", "nature", "reach") if typed.get(name)}
    if kinds:
        initial["category"] = typed.get("category") if "category" in typed else _last_category(member, meeting)
    return SayForm(initial=initial, categories=kinds)


def _last_category(member, meeting) -> str:
    """What kind of information *member* last said something of in *meeting*; a choice that is kept by nothing else."""
    said = Entry.objects.visible_to(member).filter(listing__item__meeting=meeting, written_by=member)
    return said.order_by("-written_at").values_list("category", flat=True).first() or ""


def _contacts(member, listing) -> list[VictimContact]:
    return list(
        VictimContact.objects.visible_to(member)
        .filter(referral=listing.referral_id)
        .select_related("key", "agency", "recorded_by")
        .order_by("-happened_at")
    )


def _groups(member, meeting, listing, actions) -> list[Group]:
    """What each agency says, by its name; each entry knows whether it may become an action as it stands."""
    entries = list(
        Entry.objects.visible_to(member)
        .filter(listing=listing)
        .select_related("key", "agency", "written_by", "party__key")
        .order_by("agency__name", "written_at", "pk")
    )
    kept, unread = left_out(entries), _unread_by(member, meeting, entries)
    used = {action.proposal_id for action in actions}
    groups: dict = {}
    for entry in entries:
        # Whom a person did not name sits in the same room: what is read aloud, they hear.
        entry.is_kept_from_some = bool(kept.get(entry.pk)) or entry.on_consent
        entry.unread_by = unread.get(entry.pk, [])
        entry.is_used = entry.pk in used
        entry.is_late = is_late(entry.written_at, meeting, asked_at=listing.created_at)
        entry.may_become_action = (
            entry.reach == Entry.Reach.MINUTE
            and not entry.is_kept_from_some  # an action is read by others than those whom the person named
            and not entry.is_used
        )
        group = groups.setdefault(entry.agency_id, Group(entry.agency))
        (group.proposals if entry.kind == Entry.Kind.PROPOSAL else group.entries).append(entry)
    return list(groups.values())


def _unread_by(member, meeting, entries) -> dict:
    """Who signed for *meeting* and does not read what the own agency says on consent: entry id → names of agencies.

    Two queries where the agency says anything on consent, and none elsewhere.
    """
    own = [entry for entry in entries if entry.on_consent and entry.agency_id == member.agency_id]
    if not own:
        return {}
    signed = Agreement.objects.filter(meeting=meeting).order_by("agency__name")
    names = dict(signed.values_list("agency", "agency__short_name"))
    closed = closed_to(own)
    return {entry.pk: [name for pk, name in names.items() if pk in closed[entry.pk]] for entry in own}


def _answers(member, meeting, listing, groups) -> dict:
    """The agencies that know nothing, and those that have not answered, by name; not those that stay away.

    Who said so late is marked: the chair may have read the agenda before.
    """
    away = Bar.objects.live().on(listing).filter(agency__isnull=False)
    returns = (
        Return.objects.visible_to(member)
        .filter(listing=listing)
        .exclude(request__agency__in=away.values("agency"))
        .select_related("request__agency")
        .order_by("request__agency__name")
    )
    spoken = {group.agency.pk for group in groups}
    found: dict = {"nothing": [], "outstanding": []}
    for answer in returns:
        if answer.request.agency_id not in spoken:
            late = is_late(answer.answered_at, meeting, asked_at=answer.created_at)
            name = answer.request.agency.short_name
            found.setdefault(answer.state, []).append(_("%(agency)s (late)") % {"agency": name} if late else name)
    return found
