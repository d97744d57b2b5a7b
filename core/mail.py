"""Letters on the wire: addresses, messages, and handing one message to a mail server or to the spool.

Here belongs transport.  To whom a letter goes, what it says and what its state becomes is decided by the apps; nothing
here knows why a letter is sent.
"""

import hashlib
import re
import smtplib
import ssl
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.atomic import write_whole

# The dot-atom of RFC 5322: no quoted local parts, which exist to smuggle an "@", a space or a line break.
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>", re.ASCII)
ENHANCED_CODE = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")
LONGEST_LINE = 998
LONGEST_SUBJECT = 200


class Outcomes(StrEnum):
    """What is known of a message after an attempt to hand it over."""

    ACCEPTED = "accepted"
    REFUSED_BEFORE_ACCEPTANCE = "refused_before_acceptance"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.  *reason* is a sentence for the screen: codes and our own words, never the server's text,
    which commonly repeats the recipient's address."""

    kind: Outcomes
    permanent: bool = False
    reason: str = ""

    @property
    def may_be_retried(self) -> bool:
        """Whether trying again by itself is safe (nothing was accepted) and of any use."""
        return self.kind is Outcomes.REFUSED_BEFORE_ACCEPTANCE and not self.permanent


@dataclass(frozen=True)
class Attachment:
    """A file in a letter; *filename* is plain ASCII and names nobody."""

    filename: str
    content: bytes
    media_type: str = "application/pdf"


def normal_address(address: object) -> str | None:
    """*address* as it is put on the wire (domain in lower-case ASCII, no final dot), or `None` if it is not one plain
    mailbox: quoted local parts, display names, comments, address literals, routes and several addresses are not."""
    if not isinstance(address, str) or len(address) > 254:
        return None
    local, separator, domain = address.partition("@")
    ascii_domain = normal_domain(domain)
    if not separator or ascii_domain is None or len(local) > 64 or not LOCAL_PART.fullmatch(local):
        return None
    return f"{local}@{ascii_domain}"


def normal_domain(domain: object) -> str | None:
    """*domain* in lower-case ASCII without final dot, or `None` if it is not a name of two labels or more."""
    if not isinstance(domain, str):
        return None
    name = domain.lower().removesuffix(".")
    if unicodedata.normalize("NFKC", name) != name:
        return None  # full-width letters and dots look like others, and become them on the way
    if not name.isascii():
        try:
            encoded = name.encode("idna").decode("ascii")
            if encoded.encode("ascii").decode("idna") != name:
                return None  # two spellings for one name
        except UnicodeError:
            return None
        name = encoded
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or labels[-1].isdigit() or not all(LABEL.fullmatch(part) for part in labels):
        return None
    return name


def address_in_domains(address: object, domains: Iterable[str]) -> bool:
    """Whether *address* is one plain mailbox in exactly one of *domains*.

    Case, a final dot and the spelling of an international name do not matter.  A subdomain is another domain: it is
    often somebody else's, and is registered by itself.
    """
    normal = normal_address(address)
    return normal is not None and normal.partition("@")[2] in {normal_domain(domain) for domain in domains}


def message_id(token: UUID, domain: str) -> str:
    """The Message-ID of the letter *token*: the same for every attempt, telling nothing but the sending domain."""
    name = normal_domain(domain)
    if name is None:
        raise ValueError("The sending domain is not a domain name.")
    return f"<{token.hex}@{name}>"


def build_message(
    *,
    sender: str,
    recipient: str,
    subject: str | Promise,
    body: str | Promise,
    message_id: str,
    written_at: datetime,
    sender_name: str = "",
    attachments: Sequence[Attachment] = (),
) -> EmailMessage:
    """One letter to one recipient, in plain text, marked as generated (RFC 3834) so that no absence note answers it.

    *written_at* has its zone.  Raises `ValueError` for an address, subject, Message-ID or file name that cannot safely
    stand in a header.  That no person is named in subject, body or file name is the caller's duty.
    """
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError("The Message-ID is malformed.")
    if written_at.tzinfo is None:
        raise ValueError("The time of writing has no zone.")
    message = EmailMessage(policy=SMTP)
    message["From"] = _mailbox(sender, sender_name)
    message["To"] = _mailbox(recipient)
    message["Subject"] = _header_text(str(subject))
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(body), cte="quoted-printable")
    for attachment in attachments:
        _attach(message, attachment)
    return message


def message_bytes(message: EmailMessage) -> bytes:
    """*message* as it goes over the wire: CRLF, seven bits, no line beyond 998 bytes."""
    content = message.as_bytes(policy=SMTP)
    _require_transportable(content)
    return content


def send(message: bytes, sender: str, recipient: str) -> Outcome:
    """Hand *message* (CRLF, seven bits) to the configured server, or to the spool when none is configured.

    Never raises for what a server or a network does.  `unknown` is everything from the server's readiness for the
    message to its final answer: it may have been taken, and must not be sent again by itself.  Raises `ValueError`
    for a message that was not made by `build_message` or `core.smime`.
    """
    _require_transportable(message)
    wire_sender, wire_recipient = normal_address(sender), normal_address(recipient)
    if wire_sender is None:
        return _refused(_("The installation's own sending address is not an e-mail address."))
    if wire_recipient is None:
        return _refused(_("The recipient's address is not an e-mail address."), permanent=True)
    if _host():
        return _send_by_smtp(message, wire_sender, wire_recipient)
    return _spool(message)


def mail_configuration_problems() -> list[str]:
    """What keeps letters from leaving, as sentences; empty when they can."""
    if not _host():
        return [] if _spool_folder() else [_("No mail server and no spool folder is configured.")]
    if settings.EMAIL_USE_TLS == settings.EMAIL_USE_SSL:
        return [_("The connection to the mail server must be encrypted: by STARTTLS or by TLS, one of the two.")]
    return []


def _host() -> str:
    return settings.EMAIL_HOST or ""


def _spool_folder() -> Path | None:
    folder = getattr(settings, "MAIL_SPOOL", None) or settings.EMAIL_FILE_PATH
    return Path(folder) if folder else None


def _send_by_smtp(message: bytes, sender: str, recipient: str) -> Outcome:
    problems = mail_configuration_problems()
    if problems:
        return _refused(problems[0])
    connection: smtplib.SMTP | None = None
    try:
        connection = _connect(sender.partition("@")[2])
        refusal = _open_envelope(connection, sender, recipient)
    except smtplib.SMTPAuthenticationError as error:
        refusal = _refused(
            _("The mail server refused the installation's sign-in (%(code)s).") % {"code": error.smtp_code}
        )
    except UnicodeError:
        refusal = _refused(
            _("The installation's sign-in for the mail server, or its name, has letters it cannot have.")
        )
    except ssl.SSLError:
        refusal = _refused(_("The mail server could not prove who it is, or offered no safe encryption."))
    except smtplib.SMTPNotSupportedError:
        refusal = _refused(_("The mail server offers no encryption or no sign-in."))
    except smtplib.SMTPResponseException as error:
        refusal = _refused(_("The mail server is not available (%(code)s).") % {"code": error.smtp_code})
    except (OSError, smtplib.SMTPException):
        refusal = _refused(_("The mail server could not be reached."))
    if connection is None or refusal is not None:
        _hang_up(connection)
        return refusal or _refused(_("The mail server could not be reached."))
    outcome = _transmit(connection, message)
    if outcome.kind is Outcomes.UNKNOWN:
        connection.close()
    else:
        _hang_up(connection)
    return outcome


def _connect(own_name: str) -> smtplib.SMTP:
    """A connection that is encrypted, with a verified certificate, and signed in."""
    context = ssl.create_default_context()
    timeout = settings.EMAIL_TIMEOUT or 30
    connection: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        connection = smtplib.SMTP_SSL(_host(), settings.EMAIL_PORT, own_name, timeout=timeout, context=context)
    else:
        connection = smtplib.SMTP(_host(), settings.EMAIL_PORT, own_name, timeout=timeout)
    try:
        if settings.EMAIL_USE_TLS:
            connection.starttls(context=context)
        connection.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            connection.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_envelope(connection: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
    """Sender, recipient, and the word that the message comes next; the refusal, if any."""
    for verb, answer in (("sender", connection.mail(sender)), ("recipient", connection.rcpt(recipient))):
        if answer[0] not in (250, 251):
            return _refusal_by_code(verb, *answer)
    code, text = connection.docmd("DATA")
    return None if code == 354 else _refusal_by_code("message", code, text)


def _transmit(connection: smtplib.SMTP, message: bytes) -> Outcome:
    # From here on a lost connection is `unknown`, even while the message is on its way: servers have been seen to keep
    # what they had when the line broke, and a second copy cannot be called back.
    stuffed = re.sub(rb"(^|\r\n)\.", rb"\1..", message)
    handed_over = False
    try:
        connection.send(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")
        handed_over = True
        connection.send(b".\r\n")
        code, text = connection.getreply()
    except (OSError, smtplib.SMTPException):
        if handed_over:
            return _unknown(_("The connection was lost after the whole message had been handed over."))
        return _unknown(_("The connection was lost while the message was being handed over."))
    if 200 <= code < 300:
        return Outcome(Outcomes.ACCEPTED)
    if 400 <= code < 600:
        return _refusal_by_code("message", code, text)
    return _unknown(_("The mail server's answer to the message could not be understood."))


def _hang_up(connection: smtplib.SMTP | None) -> None:
    if connection is not None:
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()


def _spool(message: bytes) -> Outcome:
    folder = _spool_folder()
    if folder is None:
        return _refused(mail_configuration_problems()[0])
    identity = _identity(message)
    try:
        write_whole(folder / f"{hashlib.sha256(identity).hexdigest()}.eml", message)
    except OSError:
        return _refused(_("The spool folder could not be written."))
    return Outcome(Outcomes.ACCEPTED)


def _identity(message: bytes) -> bytes:
    head = message.partition(b"\r\n\r\n")[0]
    found = re.search(rb"(?im)^Message-ID:\s*(<[^<>\r\n]+>)", head)
    if not found:
        raise ValueError("A letter has a Message-ID.")
    return found[1]


def _refused(reason: str, *, permanent: bool = False) -> Outcome:
    return Outcome(Outcomes.REFUSED_BEFORE_ACCEPTANCE, permanent, reason)


def _unknown(reason: str) -> Outcome:
    return Outcome(Outcomes.UNKNOWN, reason=reason)


def _refusal_by_code(what: str, code: int, text: bytes) -> Outcome:
    enhanced = ENHANCED_CODE.match(text)
    said = f"{code} {enhanced[0].decode('ascii')}" if enhanced else f"{code}"
    sentences = {
        "sender": _("The mail server refused the sender (%(code)s)."),
        "recipient": _("The mail server refused the recipient (%(code)s)."),
        "message": _("The mail server refused the message (%(code)s)."),
    }
    return _refused(sentences[what] % {"code": said}, permanent=500 <= code < 600)


def _mailbox(address: str, name: str = "") -> Address:
    normal = normal_address(address)
    if normal is None:
        raise ValueError("Not an e-mail address.")
    return Address(display_name=_header_text(name) if name else "", addr_spec=normal)


def _header_text(text: str) -> str:
    if (
        not text.strip()
        or len(text) > LONGEST_SUBJECT
        or any(unicodedata.category(letter)[0] == "C" for letter in text)
    ):
        raise ValueError("A header is one line of visible text.")
    return text


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", attachment.filename, re.ASCII):
        raise ValueError("The name of an attached file is plain ASCII.")
    kind, _separator, subtype = attachment.media_type.partition("/")
    message.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=attachment.filename)


def _require_transportable(message: bytes) -> None:
    lines = message.split(b"\r\n")
    if any(b"\r" in line or b"\n" in line for line in lines):
        # A lone CR or LF is a line end to some servers only, which is how a second message is smuggled in.
        raise ValueError("The lines of a message end in CRLF.")
    if not message.isascii() or any(len(line) > LONGEST_LINE for line in lines):
        raise ValueError("A message has seven-bit lines of at most 998 bytes.")
