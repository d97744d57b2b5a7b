"""To whom a letter may go, in which way, and what may be done about one that did not arrive."""

from django.utils.translation import gettext as _

from core.mail import address_in_domains
from meetings.models import Letter

S = Letter.State
WAYS = {
    S.QUEUED: frozenset({S.SENDING, S.FAILED, S.WITHDRAWN}),
    S.SENDING: frozenset({S.SENT, S.FAILED, S.UNKNOWN, S.QUEUED}),
    S.UNKNOWN: frozenset({S.SENT, S.WITHDRAWN, S.FAILED}),
    S.FAILED: frozenset({S.WITHDRAWN}),
    S.SENT: frozenset(),
    S.WITHDRAWN: frozenset(),
}


def is_way(before: str, after: str) -> bool:
    """Whether a letter may go from *before* to *after*."""
    return after in WAYS[before]


def best_way(agency, at=None) -> str:
    """S/MIME where the agency has a certificate that is valid now, else an encrypted PDF."""
    return Letter.Way.SMIME if agency.usable_certificate(at) else Letter.Way.PDF


def problems(agency, address: str, way: str) -> list[str]:
    """Everything that keeps a letter to *address* from leaving, as sentences; asked before sending and again at it."""
    found = []
    if not address:
        found.append(_("%(agency)s has no address for letters.") % {"agency": agency.name})
    elif not address_in_domains(address, agency.secure_domains):
        found.append(
            _("%(address)s is not in a secure mail domain that %(agency)s has registered. Nothing is sent to it.")
            % {"address": address, "agency": agency.name}
        )
    if not agency.is_signatory():
        found.append(
            _("%(agency)s is not a signatory of the information sharing protocol now.") % {"agency": agency.name}
        )
    if way == Letter.Way.SMIME and not agency.usable_certificate():
        found.append(_("%(agency)s has no certificate that is valid now.") % {"agency": agency.name})
    return found


def may_resend(letter) -> bool:
    """Whether a new letter may be made in place of *letter*: it failed, or nobody knows, or it was withdrawn."""
    return letter.state in {S.FAILED, S.UNKNOWN, S.WITHDRAWN}
