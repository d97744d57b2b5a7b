"""Who deals with a meeting’s letters and what one may hold; what is so for all letters: `partnership.post.rules`."""

from django.utils.translation import gettext as _

from cases.models import Case
from meetings.models import Document
from partnership.audience import AgencyItself
from partnership.roles import Permission

KINDS = {
    "plan": Document.Kind.AGENCY_PLAN,
    "minutes": Document.Kind.AGENCY_MINUTES,
    "agenda": Document.Kind.AGENCY_AGENDA,
}


def may_decide(member, letter) -> bool:
    """Whether *member* withdraws, settles and sends again letters of this panel."""
    return member.may(Permission.SEND, letter.meeting.panel_id)


def closed_content(letter) -> list[str]:
    """The sentence that keeps *letter* from leaving where its document holds what its reader may no longer see.

    Asked at the instant of sending: a bar may have been set, or an involvement ended, since the document was made.
    """
    reader = AgencyItself(letter.agency, letter.meeting.panel_id)
    readers = [reader, letter.member] if letter.member else [reader]
    found = Document.objects.filter(pk=letter.document_id)
    held = letter.document.cases.order_by()
    clear = all(found.without_bars_against(each).exists() for each in readers)
    seen = not held.exclude(pk__in=Case.objects.visible_to(reader).order_by().values("pk")).exists()
    if clear and seen:
        return []
    return [
        _("The document holds something that %(agency)s or this recipient may no longer see. Nothing was sent.")
        % {"agency": letter.agency.name}
    ]


def sendings() -> list[tuple[str, str]]:
    """What can be sent, by the name that addresses use, with its words."""
    return [("agenda", _("Send agendas")), ("plan", _("Send action plans")), ("minutes", _("Send minutes"))]
