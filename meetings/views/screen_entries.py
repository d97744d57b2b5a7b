"""What the agencies know of an item, on the screen of the sitting: agency by agency, and who has not answered."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from cases import gates
from cases.models import Bar, Entry, VictimContact
from cases.workflow.drafts import typed_before
from meetings.forms.live import SayForm
from meetings.models import Return
from meetings.rules.research import is_late
from meetings.views.answers import Told, told_by
from meetings.views.kept import mark_kept


@dataclass
class Group:
    """What one agency says: of each person, information and proposals."""

    agency: object
    told: Told | None = None
    entries: list = field(default_factory=list)
    proposals: list = field(default_factory=list)


def entries_of(member, meeting, listing, actions) -> dict:
    groups = _groups(member, meeting, listing, actions)
    returns = _returns(member, listing)
    _add_told(member, groups, returns)
    return {
        "groups": sorted(groups.values(), key=lambda group: group.agency.name),
        "contacts": _contacts(member, listing),
        "answers": _answers(meeting, groups, returns),
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
    names = ("text", "kind", "nature", "grade", "source", "reach", "origin")
    initial = {name: typed.get(name) for name in names if typed.get(name)}
    if typed:
        initial["known_on"] = SayForm.base_fields["known_on"].widget.value_from_datadict(typed, {}, "known_on")
    if kinds:
        initial["category"] = typed.get("category") if "category" in typed else _last_category(member, meeting)
    return SayForm(initial=initial, member=member, categories=kinds)


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


def _groups(member, meeting, listing, actions) -> dict:
    """What each agency says, by its id; each entry knows whether it may become an action as it stands."""
    entries = list(
        Entry.objects.visible_to(member)
        .filter(listing=listing)
        .select_related("key", "agency", "origin", "written_by", "party__key")
        .order_by("agency__name", "written_at", "pk")
    )
    mark_kept(member, meeting, listing, entries)
    used = {action.proposal_id for action in actions}
    groups: dict = {}
    for entry in entries:
        entry.is_used = entry.pk in used
        entry.is_late = is_late(entry.written_at, meeting, asked_at=listing.created_at)
        entry.may_become_action = (
            entry.reach == Entry.Reach.MINUTE
            and not entry.is_kept_from_some  # an action is read by others than those whom the person named
            and not entry.is_used
        )
        group = groups.setdefault(entry.agency_id, Group(entry.agency))
        (group.proposals if entry.kind == Entry.Kind.PROPOSAL else group.entries).append(entry)
    return groups


def _returns(member, listing) -> list[Return]:
    """The answers of all agencies for *listing*; each knows whether its agency stays away from the item."""
    away = Bar.objects.live().on(listing).filter(agency=OuterRef("request__agency"))
    return list(
        Return.objects.visible_to(member)
        .filter(listing=listing)
        .annotate(is_away=Exists(away))
        .select_related("key", "request__agency", "request__meeting__panel")
        .order_by("request__agency__name")
    )


def _add_told(member, groups: dict, returns: list[Return]) -> None:
    """Give each agency that answered with information what its answer says beside its entries."""
    for told in told_by(member, [answer for answer in returns if answer.state == Return.State.ANSWERED]):
        groups.setdefault(told.agency.pk, Group(told.agency)).told = told


def _answers(meeting, groups: dict, returns: list[Return]) -> dict:
    """The agencies that know nothing, and those that have not answered, by name; not those that stay away.

    Who said so late is marked: the chair may have read the agenda before.
    """
    found: dict = {"nothing": [], "outstanding": []}
    for answer in returns:
        if answer.request.agency_id not in groups and not answer.is_away:
            late = is_late(answer.answered_at, meeting, asked_at=answer.created_at)
            name = answer.request.agency.short_name
            found.setdefault(answer.state, []).append(_("%(agency)s (late)") % {"agency": name} if late else name)
    return found
