"""To whom a letter may go, in which way, and what may be done about one that did not arrive."""

from django.utils.translation import gettext as _

from cases.models import Case
from core.mail import address_in_domains
from meetings.models import Document, Letter
from meetings.rules.statement import is_central_signatory
from partnership.audience import AgencyItself
from partnership.roles import Permission

S = Letter.State
WAYS = {
    S.QUEUED: frozenset({S.SENDING, S.FAILED, S.WITHDRAWN}),
    S.SENDING: frozenset({S.SENT, S.FAILED, S.UNKNOWN, S.QUEUED}),
    S.UNKNOWN: frozenset({S.SENT, S.WITHDRAWN, S.FAILED}),
    S.FAILED: frozenset({S.WITHDRAWN}),
    S.SENT: frozenset(),
    S.WITHDRAWN: frozenset(),
}
KINDS = {
    "plan": Document.Kind.AGENCY_PLAN,
    "minutes": Document.Kind.AGENCY_MINUTES,
    "agenda": Document.Kind.AGENCY_AGENDA,
}
BACK_OFF_MINUTES = (1, 5, 15, 60, 240)


def is_way(before: str, after: str) -> bool:
    """Whether a letter may go from *before* to *after*."""
    return after in WAYS[before]


def may_decide(member, letter) -> bool:
    """Whether *member* withdraws, settles and sends again letters of this panel."""
    return member.may(Permission.SEND, letter.meeting.panel_id)


def best_way(agency, at=None) -> str:
    """S/MIME where the agency has a certificate that is valid now, else an encrypted PDF."""
    return Letter.Way.SMIME if agency.usable_certificate(at) else Letter.Way.PDF


def problems(agency, address: str, way: str, *, is_central: bool | None = None) -> list[str]:
    """Everything that keeps a letter to *address* from leaving, as sentences; asked before sending and again at it.

    *is_central* spares the question whether *agency* is a tier-1 signatory, where the asker knows.
    """
    found = []
    if not address:
        found.append(_("%(agency)s has no address for letters.") % {"agency": agency.name})
    elif not address_in_domains(address, agency.secure_domains):
        found.append(
            _("%(address)s is not in a secure mail domain that %(agency)s has registered. Nothing is sent to it.")
            % {"address": address, "agency": agency.name}
        )
    if not (is_central_signatory(agency) if is_central is None else is_central):
        found.append(
            _("%(agency)s is not a tier 1 signatory of the information sharing protocol now.") % {"agency": agency.name}
        )
    if way not in Letter.Way.values:
        found.append(_("Select how the letter to %(agency)s is sent.") % {"agency": agency.name})
    if way == Letter.Way.SMIME and not agency.usable_certificate():
        found.append(_("%(agency)s has no certificate that is valid now.") % {"agency": agency.name})
    return found


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


def may_resend(letter) -> bool:
    """Whether a new letter may be made in place of *letter*: it failed, or nobody knows, or it was withdrawn."""
    return letter.state in {S.FAILED, S.UNKNOWN, S.WITHDRAWN} and letter.replacement is None


def may_withdraw(letter) -> bool:
    """Whether *letter* has not left and can be taken back."""
    return letter.state == S.QUEUED


def may_show_passphrase(letter) -> bool:
    """Whether there is something in the recipient's hands that its passphrase opens."""
    return letter.way == Letter.Way.PDF and letter.has_left


def sendings() -> list[tuple[str, str]]:
    """What can be sent, by the name that addresses use, with its words."""
    return [("agenda", _("Send agendas")), ("plan", _("Send action plans")), ("minutes", _("Send minutes"))]
