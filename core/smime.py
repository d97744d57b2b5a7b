"""S/MIME: recipients' certificates, the installation's own signature, and signed and encrypted letters (RFC 8551).

Here belongs what is true of a certificate and how a message is wrapped.  Whose certificate it is and when its expiry is
warned of is the apps' business.
"""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, PublicKeyAlgorithmOID
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.atomic import write_whole
from core.mail import address_in_domains, message_bytes, normal_address

Kind = TypeVar("Kind", bound=x509.ExtensionType)

LEAST_RSA_BITS = 2048
LONGEST_PEM = 65_536
IDENTITY_FILE = "signing-identity.pem"
IDENTITY_RSA_BITS = 3072
IDENTITY_YEARS = 3

# What a damaged or hostile certificate makes the library raise.
UNREADABLE: tuple[type[Exception], ...] = (
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)

# Header fields that stay readable outside the envelope; everything else travels within it.
OUTER_FIELDS = ("From", "To", "Date", "Message-ID", "Auto-Submitted")


class CertificateUnreadable(ValueError):
    """The text is not exactly one certificate; the message is a sentence for the field."""


class SigningIdentityError(Exception):
    """The installation's signing key or certificate cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Certificate:
    """What a certificate says; times in UTC, *fingerprint* SHA-256 in pairs, *pem* as it is to be stored."""

    pem: str
    addresses: tuple[str, ...]
    subject: str
    issuer: str
    key_type: str
    key_bits: int
    not_before: datetime
    not_after: datetime
    fingerprint: str
    is_authority: bool
    is_for_encryption: bool
    is_for_mail: bool


@dataclass(frozen=True, repr=False)
class SigningIdentity:
    """The key and certificate with which this installation signs; no readable form, so that it is never printed."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def read_certificate(pem: str | bytes) -> Certificate:
    """The facts of the one certificate in *pem*.

    Raises `CertificateUnreadable` when there is none, more than one, something else beside it, or a private key.
    """
    found = _load(pem)
    key_type, key_bits = _key_facts(found)
    return Certificate(
        pem=found.public_bytes(serialization.Encoding.PEM).decode("ascii"),
        addresses=_addresses(found),
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        key_type=key_type,
        key_bits=key_bits,
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        fingerprint=found.fingerprint(hashes.SHA256()).hex(":").upper(),
        is_authority=_is_authority(found),
        is_for_encryption=_is_for_encryption(found),
        is_for_mail=_is_for_mail(found),
    )


def certificate_problems(pem: str | bytes, domains: Iterable[str], on: date | datetime) -> list[str]:
    """Every reason why *pem* cannot serve for letters to *domains*, as sentences for the field; empty if it can.

    It must be exactly one certificate, RSA of 2048 bits or more, valid *on* that moment (or, for a date, on any part of
    that day in London), for at least one address in exactly one of *domains* (`core.mail.address_in_domains`: a
    subdomain is another domain), not an authority's, and, where it limits its uses, for encrypting keys and for mail.
    """
    try:
        facts = read_certificate(pem)
    except CertificateUnreadable as error:
        return [str(error)]
    domains = list(domains)
    return [
        *_key_problems(facts),
        *_date_problems(facts, on),
        *_use_problems(facts),
        *_address_problems(facts, domains),
    ]


def signing_identity(folder: Path, address: str = "") -> SigningIdentity:
    """The identity in *folder* (`signing-identity.pem`: an RSA key and its certificate), made once if there is none.

    The one it makes is self-signed, RSA 3072, for three years and for *address* (the installation's sending address
    where none is given); an organisation puts its own in its place.  Raises `SigningIdentityError` when the file
    cannot be used or the certificate is not valid now.
    """
    path = Path(folder) / IDENTITY_FILE
    if not path.exists():
        _make_identity(path, normal_address(address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    identity = _read_identity(path)
    if not identity.certificate.not_valid_before_utc <= timezone.now() <= identity.certificate.not_valid_after_utc:
        raise SigningIdentityError(
            _("The installation's signing certificate is not valid today: replace %(file)s in the key folder.")
            % {"file": IDENTITY_FILE}
        )
    return identity


def sign_and_encrypt(
    message: EmailMessage | bytes,
    certificate_pem: str | bytes,
    signer_key: rsa.RSAPrivateKey,
    signer_cert: x509.Certificate,
    *,
    subject: str = "",
) -> bytes:
    """*message* signed, then encrypted to the RSA certificate with AES-256, ready for `core.mail.send`.

    Outside stand sender, recipient, date, Message-ID and a neutral subject (*subject*, or a fixed one); the message's
    own header, with its own subject, and its content travel inside the signature.  Raises `CertificateUnreadable`.
    """
    recipient = _load(certificate_pem)
    content = message if isinstance(message, bytes) else message_bytes(message)
    enveloped = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(_signed(content, signer_key, signer_cert))
        .add_recipient(recipient)
        # The library's default is AES-128.
        .set_content_encryption_algorithm(algorithms.AES256)
        .encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    own_header = message_from_bytes(content, policy=SMTP)
    outer = EmailMessage(policy=SMTP)
    for field in OUTER_FIELDS:
        if field in own_header:
            outer[field] = own_header[field]
    outer["Subject"] = subject or _("Encrypted message")
    outer.set_content(
        enveloped, maintype="application", subtype="pkcs7-mime", disposition="attachment", filename="smime.p7m"
    )
    outer.set_param("smime-type", "enveloped-data")
    outer.set_param("name", "smime.p7m")
    return message_bytes(outer)


def _signed(content: bytes, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    """*content*, a whole MIME entity, as clear-signed `multipart/signed`.

    Put together by hand: a generator that folds one line of the signed part anew would break the signature.
    """
    signature = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    )
    boundary = f"signed-{secrets.token_hex(16)}"
    opening = (
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n'
        f' micalg="sha-256"; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\n"
    )
    closing = (
        f"\r\n--{boundary}\r\n"
        'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        'Content-Disposition: attachment; filename="smime.p7s"\r\n\r\n'
        f"{_base64_lines(signature)}"
        f"--{boundary}--\r\n"
    )
    return opening.encode("ascii") + content + closing.encode("ascii")


def _base64_lines(content: bytes) -> str:
    return base64.encodebytes(content).decode("ascii").replace("\n", "\r\n")


def _load(pem: str | bytes) -> x509.Certificate:
    text = pem.encode("utf-8", "replace") if isinstance(pem, str) else pem
    if len(text) > LONGEST_PEM:
        raise CertificateUnreadable(_("This is too long to be one certificate."))
    if b"PRIVATE KEY" in text:
        raise CertificateUnreadable(
            _(
                "This contains a private key, which nobody but its owner should ever have. It has not been kept. "
                "Treat the key as no longer secret, have the certificate replaced, and paste the certificate alone."
            )
        )
    beginnings = text.count(b"-----BEGIN ")
    if beginnings == 0:
        raise CertificateUnreadable(
            _("This is not a certificate in PEM form: it begins with “-----BEGIN CERTIFICATE-----”.")
        )
    if beginnings > 1:
        raise CertificateUnreadable(_("Paste exactly one certificate, without the certificates of its issuers."))
    try:
        certificate = x509.load_pem_x509_certificate(text)
        certificate.extensions, certificate.subject, certificate.issuer  # noqa: B018 (parsed at the first look)
    except UNREADABLE as error:
        raise CertificateUnreadable(_("This certificate cannot be read: copy it again, whole.")) from error
    return certificate


def _key_facts(certificate: x509.Certificate) -> tuple[str, int]:
    try:
        key = certificate.public_key()
    except UNREADABLE:
        return _("unknown"), 0
    # An RSA key that its certificate keeps for PSS signatures cannot receive a letter.
    if isinstance(key, rsa.RSAPublicKey):
        plain = certificate.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5
        return ("RSA" if plain else "RSA-PSS"), key.key_size
    return type(key).__name__.removesuffix("PublicKey").lstrip("_"), getattr(key, "key_size", 0)


def _addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    names = _extension(certificate, x509.SubjectAlternativeName)
    given = list(names.get_values_for_type(x509.RFC822Name)) if names else []
    given += [str(part.value) for part in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)]
    return tuple(dict.fromkeys(filter(None, map(normal_address, given))))


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints, usage = _extension(certificate, x509.BasicConstraints), _extension(certificate, x509.KeyUsage)
    return bool((constraints and constraints.ca) or (usage and usage.key_cert_sign))


def _is_for_encryption(certificate: x509.Certificate) -> bool:
    usage = _extension(certificate, x509.KeyUsage)
    return usage is None or usage.key_encipherment


def _is_for_mail(certificate: x509.Certificate) -> bool:
    usage = _extension(certificate, x509.ExtendedKeyUsage)
    return usage is None or bool(
        {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(usage)
    )


def _extension(certificate: x509.Certificate, kind: type[Kind]) -> Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _key_problems(facts: Certificate) -> list[str]:
    if facts.key_type != "RSA":
        return [_("Its key is %(kind)s: only RSA can be used for encrypted letters.") % {"kind": facts.key_type}]
    if facts.key_bits < LEAST_RSA_BITS:
        return [
            _("Its RSA key has %(bits)s bits: at least %(least)s are needed.")
            % {"bits": facts.key_bits, "least": LEAST_RSA_BITS}
        ]
    return []


def _date_problems(facts: Certificate, on: date | datetime) -> list[str]:
    first, last = timezone.localtime(facts.not_before), timezone.localtime(facts.not_after)
    if isinstance(on, datetime):
        if timezone.is_naive(on):
            raise TypeError("The moment at which a certificate is judged has a zone.")
        early, late = on < first, on > last
    else:
        early, late = on < first.date(), on > last.date()
    if early:
        return [_("It is not valid before %(day)s.") % {"day": date_format(first, "j F Y")}]
    if late:
        return [_("It expired on %(day)s.") % {"day": date_format(last, "j F Y")}]
    return []


def _use_problems(facts: Certificate) -> list[str]:
    problems = []
    if facts.is_authority:
        problems.append(_("It is the certificate of an authority that issues certificates, not of a mailbox."))
    if not facts.is_for_encryption:
        problems.append(_("It does not permit encryption (key encipherment): it may be for signatures only."))
    if not facts.is_for_mail:
        problems.append(_("It does not permit e-mail protection: it is for another purpose."))
    return problems


def _address_problems(facts: Certificate, domains: list[str]) -> list[str]:
    if not facts.addresses:
        return [_("It names no e-mail address.")]
    if not any(address_in_domains(address, domains) for address in facts.addresses):
        return [
            _("It is for %(addresses)s, which is in none of the registered mail domains.")
            % {"addresses": ", ".join(facts.addresses)}
        ]
    return []


def _make_identity(path: Path, address: str | None) -> None:
    if address is None:
        raise SigningIdentityError(_("A signing certificate cannot be made: the sending address is malformed."))
    key = rsa.generate_private_key(public_exponent=65537, key_size=IDENTITY_RSA_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    begins = timezone.now().astimezone(UTC).replace(microsecond=0) - timedelta(minutes=5)
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365 * IDENTITY_YEARS + 1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    # One file for both: two processes that make it at once leave a matching pair, whichever comes last.
    write_whole(
        path,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM),
    )


def _read_identity(path: Path) -> SigningIdentity:
    try:
        text = path.read_bytes()
        key = serialization.load_pem_private_key(text, password=None)
        certificate = x509.load_pem_x509_certificate(text)
    except (OSError, TypeError, *UNREADABLE) as error:
        raise SigningIdentityError(
            _(
                "The installation's signing identity cannot be read: %(file)s in the key folder holds one RSA key, "
                "without passphrase, and its certificate."
            )
            % {"file": IDENTITY_FILE}
        ) from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise SigningIdentityError(
            _("The installation's signing certificate does not belong to its key: replace %(file)s in the key folder.")
            % {"file": IDENTITY_FILE}
        )
    return SigningIdentity(key, certificate)
