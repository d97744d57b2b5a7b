"""Certificates made for tests: mailboxes, a mail server, odd ones."""

from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

BEGINS = datetime(2026, 1, 1, 12, tzinfo=UTC)
ENDS = datetime(2027, 1, 1, 12, tzinfo=UTC)


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def elliptic_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def certificate(
    *addresses: str,
    key: Any = None,
    begins: datetime = BEGINS,
    ends: datetime = ENDS,
    authority: bool = False,
    usage: dict[str, bool] | None = None,
    purposes: list[x509.ObjectIdentifier] | None = None,
    subject_address: str = "",
) -> x509.Certificate:
    """A self-signed certificate for *addresses*; *usage* overrides single key usages, `None` leaves them out."""
    key = key or rsa_key()
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, "Example mailbox")]
    if subject_address:
        parts.append(x509.NameAttribute(NameOID.EMAIL_ADDRESS, subject_address))
    builder = _builder(key, x509.Name(parts), begins, ends)
    if addresses:
        names = [x509.RFC822Name(address) for address in addresses]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    if usage is not None:
        builder = builder.add_extension(x509.KeyUsage(**NO_USAGE | usage), critical=True)
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return builder.sign(key, hashes.SHA256())


def server_certificate(address: str = "127.0.0.1") -> x509.Certificate:
    """A certificate for a mail server at *address*, valid now."""
    now = datetime.now(UTC)
    builder = _builder(
        rsa_key(),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
        now - timedelta(days=1),
        now + timedelta(days=1),
    )
    names = [x509.IPAddress(ip_address(address))]
    identifier = x509.SubjectKeyIdentifier.from_public_key(rsa_key().public_key())
    return (
        builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**NO_USAGE | {"key_cert_sign": True, "digital_signature": True}), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .sign(rsa_key(), hashes.SHA256())
    )


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def private_pem(key: Any) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


NO_USAGE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
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


def _builder(key: Any, name: x509.Name, begins: datetime, ends: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1000)
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
