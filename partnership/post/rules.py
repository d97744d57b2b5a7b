"""In which way a letter may go to an agency, and what may be done about one that did not arrive."""

from django.utils.translation import gettext as _

from core.mail import address_in_domains
from partnership.post.letter import PostedLetter

S = PostedLetter.State
WAYS = {
    S.QUEUED: frozenset({S.SENDING, S.FAILED, S.WITHDRAWN}),
    S.SENDING: frozenset({S.SENT, S.FAILED, S.UNKNOWN, S.QUEUED}),
    S.UNKNOWN: frozenset({S.SENT, S.WITHDRAWN, S.FAILED}),
    S.FAILED: frozenset({S.WITHDRAWN}),
    S.SENT: frozenset(),
    S.WITHDRAWN: frozenset(),
}
BACK_OFF_MINUTES = (1, 5, 15, 60, 240)


def is_way(before: str, after: str) -> bool:
    """Whether a letter may go from *before* to *after*."""
    return after in WAYS[before]


def best_way(agency, at=None) -> str:
    """S/MIME where the agency has a certificate that is valid now, else an encrypted PDF."""
    return PostedLetter.Way.SMIME if agency.usable_certificate(at) else PostedLetter.Way.PDF


def way_today(agency, way: str) -> str:
    """*way*, or an encrypted PDF where it was S/MIME and the certificate is no longer valid."""
    return way if way != PostedLetter.Way.SMIME or agency.usable_certificate() else PostedLetter.Way.PDF


def problems(agency, address: str, way: str, *, may_receive: bool | None = None) -> list[str]:
    """Everything that keeps a letter to *address* from leaving, as sentences; asked before sending and again at it.

    *may_receive* says whether *agency* may get personal information now, where the asker knows better than by asking
    whether it is a tier-1 signatory: a guest may, in its one case (guidance 2.2.4).
    """
    found = []
    if not address:
        found.append(_("%(agency)s has no address for letters.") % {"agency": agency.name})
    elif not address_in_domains(address, agency.secure_domains):
        found.append(
            _("%(address)s is not in a secure mail domain that %(agency)s has registered. Nothing is sent to it.")
            % {"address": address, "agency": agency.name}
        )
    if not (agency.is_central() if may_receive is None else may_receive):
        found.append(
            _("%(agency)s is not a tier 1 signatory of the information sharing protocol now.") % {"agency": agency.name}
        )
    if way not in PostedLetter.Way.values:
        found.append(_("Select how the letter to %(agency)s is sent.") % {"agency": agency.name})
    if way == PostedLetter.Way.SMIME and not agency.usable_certificate():
        found.append(_("%(agency)s has no certificate that is valid now.") % {"agency": agency.name})
    return found


def may_resend(letter) -> bool:
    """Whether a new letter may be made in place of *letter*: it failed, or nobody knows, or it was withdrawn."""
    return letter.state in {S.FAILED, S.UNKNOWN, S.WITHDRAWN} and letter.replacement is None


def may_withdraw(letter) -> bool:
    """Whether *letter* has not left and can be taken back."""
    return letter.state == S.QUEUED


def may_show_passphrase(letter) -> bool:
    """Whether there is something in the recipient's hands that its passphrase opens."""
    return letter.way == PostedLetter.Way.PDF and letter.has_left
