"""What the history of a case tells of its meetings: places on agendas, decisions, who tells the person, answers."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import timeline
from core.templatetags.confer import when
from meetings.models import AgendaItem, ItemOutcome, Meeting, ResearchRequest, Return
from meetings.rules.reasons import may_read_words
from partnership.models import Agency, Member

OF_ITEMS = frozenset({"meeting", "presenter", "removed_reason"})
OF_OUTCOMES = frozenset(
    {
        *("decision", "reason", "deferred_to", "transferred_to"),
        *("teller", "tell_agency", "tell_by", "tell_how", "told_at", "not_to_tell_reason"),
    }
)
OF_RETURNS = frozenset({"request", "state", "researcher", "involved_worker", "lawful_basis", "released_at"})


def days_of(meetings: set) -> dict:
    """The days of *meetings* (ids), in words."""
    found = Meeting.objects.filter(pk__in=meetings).values_list("pk", "starts_at")
    return {pk: when(timezone.localtime(starts_at).date()) for pk, starts_at in found}


def members_of(members: set) -> dict:
    """The names of *members* (ids)."""
    return dict(Member.objects.filter(pk__in=members).values_list("pk", "name"))


def agencies_of(agencies: set) -> dict:
    """The names of *agencies* (ids)."""
    return dict(Agency.objects.filter(pk__in=agencies).values_list("pk", "name"))


def agencies_asked(requests: set) -> dict:
    """The names of the agencies that *requests* (ids) ask."""
    return dict(ResearchRequest.objects.filter(pk__in=requests).values_list("pk", "agency__name"))


def told_of_items(member, case) -> frozenset[str]:
    """The columns of an agenda item: the words why it came off are the desk's."""
    return OF_ITEMS | {"removed_words"} if may_read_words(member, case.panel_id) else OF_ITEMS


def register() -> None:
    """Put them into the history, each as far as a member sees the row itself."""
    timeline.register(
        _("Place on an agenda"),
        lambda member, case: AgendaItem.objects.visible_to(member).filter(listing__case=case),
        shown=told_of_items,
        begins={"meeting", "presenter"},
        names={"meeting": days_of, "presenter": members_of},
    )
    timeline.register(
        _("Decision of the meeting"),
        lambda member, case: ItemOutcome.objects.visible_to(member).filter(item__listing__case=case),
        shown=lambda member, case: OF_OUTCOMES,
        begins={"decision", "deferred_to", "transferred_to"},
        names={"deferred_to": days_of, "teller": members_of, "tell_agency": agencies_of},
    )
    timeline.register(
        _("Answer to research"),
        lambda member, case: Return.objects.visible_to(member).filter(listing__case=case),
        shown=lambda member, case: OF_RETURNS,
        begins={"request"},
        names={"request": agencies_asked},
    )
