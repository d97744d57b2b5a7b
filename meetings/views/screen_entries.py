"""What the agencies know of an item, on the screen of the sitting: agency by agency, and who has not answered."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cases.models import Bar, Entry, VictimContact
from cases.rules.entry import left_out
from cases.workflow.drafts import typed_before
from meetings.forms.live import SayForm
from meetings.models import Return
from meetings.rules.research import is_late


@dataclass
class Group:
    """What one agency says: information and proposals."""

    agency: object
    entries: list = field(default_factory=list)
    proposals: list = field(default_factory=list)


def entries_of(member, meeting, listing, actions, drafts, forms) -> dict:
    groups = _groups(member, meeting, listing, actions)
    return {
        "groups": groups,
        "contacts": _contacts(member, listing),
        "answers": _answers(member, meeting, listing, groups),
        "say_form": forms.get("say") or _say_form(drafts.get("say")),
        "say_drafted": "say" in drafts,
    }


def _say_form(draft) -> SayForm:
    """The form to say something, with what was typed and not shared."""
    if draft is None:
        return SayForm()
    typed = typed_before(draft)
    return SayForm(initial={name: typed.get(name) for name in ("text", "kind", "nature", "reach") if typed.get(name)})


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
    kept = left_out(entries)
    used = {action.proposal_id for action in actions}
    groups: dict = {}
    for entry in entries:
        entry.is_kept_from_some = bool(kept.get(entry.pk))
        entry.is_used = entry.pk in used
        entry.is_late = is_late(entry.written_at, meeting, asked_at=listing.created_at)
        entry.may_become_action = (
            entry.reach == Entry.Reach.MINUTE
            and not entry.is_kept_from_some
            and not entry.on_consent  # an action is read by others than those whom the person named
            and not entry.is_used
        )
        group = groups.setdefault(entry.agency_id, Group(entry.agency))
        (group.proposals if entry.kind == Entry.Kind.PROPOSAL else group.entries).append(entry)
    return list(groups.values())


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
