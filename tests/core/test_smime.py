"""Certificates at the field, and letters that a standard client opens."""

import stat
import subprocess
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from core.mail import Attachment, build_message, message_bytes, message_id
from core.smime import (
    CertificateUnreadable,
    SigningIdentityError,
    certificate_problems,
    read_certificate,
    sign_and_encrypt,
    signing_identity,
)
from tests.core.certificates import BEGINS, ENDS, certificate, elliptic_key, pem, private_pem, rsa_key

MAILBOX = "marac@health.example"
DOMAINS = ["health.example"]
TODAY = date(2026, 11, 21)
GOOD = certificate(MAILBOX)


# --- reading --------------------------------------------------------------------------------------------------------


def test_the_facts_of_a_certificate():
    facts = read_certificate(pem(GOOD))
    assert facts.pem == pem(GOOD)
    assert facts.addresses == (MAILBOX,)
    assert facts.subject == facts.issuer == "CN=Example mailbox"
    assert (facts.key_type, facts.key_bits) == ("RSA", 2048)
    assert (facts.not_before, facts.not_after) == (BEGINS, ENDS)
    assert facts.fingerprint == GOOD.fingerprint(hashes.SHA256()).hex(":").upper()
    assert (facts.is_authority, facts.is_for_encryption, facts.is_for_mail) == (False, True, True)


def test_addresses_come_from_both_places_once_each_and_only_if_they_are_mailboxes():
    odd = certificate(
        "A.Desk@Health.Example", "postmaster@[192.0.2.1]", subject_address="b@evil.example@health.example"
    )
    assert read_certificate(pem(odd)).addresses == ("A.Desk@health.example",)
    both = certificate(MAILBOX, subject_address=MAILBOX.upper().replace("MARAC", "marac"))
    assert read_certificate(pem(both)).addresses == (MAILBOX,)


def test_what_stands_around_the_certificate_is_not_kept():
    pasted = f"Bag Attributes\n    friendlyName: desk\n{pem(GOOD)}\nKind regards\n"
    assert read_certificate(pasted).pem == pem(GOOD)


NOT_PEM = "This is not a certificate in PEM form: it begins with “-----BEGIN CERTIFICATE-----”."
UNREADABLE = "This certificate cannot be read: copy it again, whole."
PRIVATE = (
    "This contains a private key, which nobody but its owner should ever have. It has not been kept. "
    "Treat the key as no longer secret, have the certificate replaced, and paste the certificate alone."
)


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        ("", NOT_PEM),
        ("marac@health.example", NOT_PEM),
        ("\x00\ud800 ŵ", NOT_PEM),
        (pem(GOOD)[:400], UNREADABLE),
        (pem(GOOD).replace("A", "!"), UNREADABLE),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", UNREADABLE),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", UNREADABLE),
        (pem(GOOD) + pem(GOOD), "Paste exactly one certificate, without the certificates of its issuers."),
        (private_pem(rsa_key()), PRIVATE),
        (pem(GOOD) + private_pem(rsa_key()), PRIVATE),
        ("-----BEGIN RSA PRIVATE KEY-----\n", PRIVATE),
        ("A" * 65_537, "This is too long to be one certificate."),
    ],
)
def test_anything_but_exactly_one_certificate_is_refused_with_a_sentence(pasted, sentence):
    with pytest.raises(CertificateUnreadable) as refusal:
        read_certificate(pasted)
    assert str(refusal.value) == sentence
    assert certificate_problems(pasted, DOMAINS, TODAY) == [sentence]


# --- judging --------------------------------------------------------------------------------------------------------

ENCIPHERS = {"key_encipherment": True}


@pytest.mark.parametrize(
    ("found", "problems"),
    [
        (GOOD, []),
        (certificate("x@other.example", MAILBOX), []),
        (certificate(subject_address=MAILBOX), []),
        (certificate("MARAC@HEALTH.EXAMPLE"), []),
        (certificate(MAILBOX, usage=ENCIPHERS), []),
        (certificate(MAILBOX, purposes=[ExtendedKeyUsageOID.EMAIL_PROTECTION]), []),
        (certificate(MAILBOX, purposes=[ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]), []),
        (
            certificate(MAILBOX, key=rsa_key(1024)),
            ["Its RSA key has 1024 bits: at least 2048 are needed."],
        ),
        (
            certificate(MAILBOX, key=elliptic_key()),
            ["Its key is EC: only RSA can be used for encrypted letters."],
        ),
        (
            certificate(MAILBOX, authority=True),
            ["It is the certificate of an authority that issues certificates, not of a mailbox."],
        ),
        (
            certificate(MAILBOX, usage=ENCIPHERS | {"key_cert_sign": True}),
            ["It is the certificate of an authority that issues certificates, not of a mailbox."],
        ),
        (
            certificate(MAILBOX, usage={"digital_signature": True}),
            ["It does not permit encryption (key encipherment): it may be for signatures only."],
        ),
        (
            certificate(MAILBOX, purposes=[ExtendedKeyUsageOID.SERVER_AUTH]),
            ["It does not permit e-mail protection: it is for another purpose."],
        ),
        (certificate(), ["It names no e-mail address."]),
        (
            certificate("marac@team.health.example"),
            ["It is for marac@team.health.example, which is in none of the registered mail domains."],
        ),
        (
            certificate("marac@nothealth.example"),
            ["It is for marac@nothealth.example, which is in none of the registered mail domains."],
        ),
    ],
)
def test_what_a_certificate_must_be(found, problems):
    assert certificate_problems(pem(found), DOMAINS, TODAY) == problems


def test_every_problem_is_told_at_once():
    worst = certificate("x@other.example", key=rsa_key(1024), authority=True, usage={"digital_signature": True})
    assert certificate_problems(pem(worst), DOMAINS, date(2030, 1, 1)) == [
        "Its RSA key has 1024 bits: at least 2048 are needed.",
        "It expired on 1 January 2027.",
        "It is the certificate of an authority that issues certificates, not of a mailbox.",
        "It does not permit encryption (key encipherment): it may be for signatures only.",
        "It is for x@other.example, which is in none of the registered mail domains.",
    ]


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("on", "problems"),
    [
        (BEGINS - SECOND, ["It is not valid before 1 January 2026."]),
        (BEGINS, []),
        (ENDS, []),
        (ENDS + SECOND, ["It expired on 1 January 2027."]),
        (date(2025, 12, 31), ["It is not valid before 1 January 2026."]),
        (date(2026, 1, 1), []),
        (date(2027, 1, 1), []),
        (date(2027, 1, 2), ["It expired on 1 January 2027."]),
    ],
)
def test_a_certificate_is_judged_on_a_moment_or_a_day(on, problems):
    assert certificate_problems(pem(GOOD), DOMAINS, on) == problems


def test_a_day_is_a_day_in_london():
    ends_in_summer = certificate(MAILBOX, ends=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    assert certificate_problems(pem(ends_in_summer), DOMAINS, date(2026, 7, 2)) == []


def test_a_moment_without_zone_is_no_moment():
    with pytest.raises(TypeError):
        certificate_problems(pem(GOOD), DOMAINS, datetime(2026, 7, 1))


# --- the installation's own identity --------------------------------------------------------------------------------


def test_the_identity_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    first = signing_identity(tmp_path, "confer@panel.example")
    again = signing_identity(tmp_path, "confer@panel.example")
    path = tmp_path / "signing-identity.pem"
    assert again.certificate == first.certificate
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_the_identity_made_is_for_signing_for_three_years_and_for_the_sending_address(tmp_path):
    facts = read_certificate(pem(signing_identity(tmp_path, "confer@panel.example").certificate))
    assert (facts.key_type, facts.key_bits) == ("RSA", 3072)
    assert facts.addresses == ("confer@panel.example",)
    assert facts.not_after - facts.not_before == timedelta(days=3 * 365 + 1)
    assert (facts.is_authority, facts.is_for_encryption, facts.is_for_mail) == (False, False, True)


def test_without_an_address_the_identity_is_for_the_configured_one(tmp_path, settings):
    settings.DEFAULT_FROM_EMAIL = "Confer <desk@panel.example>"
    assert read_certificate(pem(signing_identity(tmp_path).certificate)).addresses == ("desk@panel.example",)


def put_identity(folder: Path, text: str) -> None:
    (folder / "signing-identity.pem").write_text(text)


def test_an_organisations_own_identity_is_used(tmp_path):
    now = datetime.now(UTC)
    own = certificate("desk@panel.example", begins=now - timedelta(days=1), ends=now + timedelta(days=1))
    put_identity(tmp_path, private_pem(rsa_key()) + pem(own))
    assert signing_identity(tmp_path).certificate == own


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be read"),
        (private_pem(rsa_key()), "cannot be read"),
        (pem(GOOD), "cannot be read"),
        (private_pem(elliptic_key()) + pem(certificate(MAILBOX, key=elliptic_key())), "does not belong to its key"),
        (private_pem(rsa_key(1024)) + pem(GOOD), "does not belong to its key"),
        (private_pem(rsa_key()) + pem(certificate(MAILBOX, ends=BEGINS + SECOND)), "is not valid today"),
    ],
)
def test_an_identity_that_cannot_be_used_says_why(tmp_path, text, sentence):
    put_identity(tmp_path, text)
    with pytest.raises(SigningIdentityError, match=sentence):
        signing_identity(tmp_path)


def test_a_secret_is_never_printed(tmp_path):
    assert "key" not in repr(signing_identity(tmp_path, "confer@panel.example")).lower()


# --- the letter -----------------------------------------------------------------------------------------------------

PDF = b"%PDF-1.7\r\n\x00\xff binary\n.\r\n.\r\n"
LETTER = UUID("11112222333344445555666677778888")


def a_letter():
    return build_message(
        sender="confer@panel.example",
        sender_name="Confer",
        recipient=MAILBOX,
        subject="Action plan, meeting of 21 November 2026",
        body="Llŷr’s plan.\n\n.\nFrom the panel\n" + "word " * 400,
        message_id=message_id(LETTER, "panel.example"),
        written_at=datetime(2026, 11, 21, 14, 5, tzinfo=UTC),
        attachments=[Attachment("action-plan.pdf", PDF)],
    )


@pytest.fixture
def identity(tmp_path):
    return signing_identity(tmp_path / "keys", "confer@panel.example")


@pytest.fixture
def wrapped(identity):
    return sign_and_encrypt(a_letter(), pem(GOOD), identity.key, identity.certificate)


def openssl(folder: Path, *arguments: str) -> bytes:
    done = subprocess.run(["openssl", "cms", *arguments], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def decrypted(folder: Path, wrapped: bytes) -> bytes:
    (folder / "letter.eml").write_bytes(wrapped)
    (folder / "recipient.pem").write_text(pem(GOOD))
    (folder / "recipient.key").write_text(private_pem(rsa_key()))
    return openssl(folder, "-decrypt", "-in", "letter.eml", "-recip", "recipient.pem", "-inkey", "recipient.key")


def test_outside_stands_only_what_the_way_needs(wrapped):
    outer = message_from_bytes(wrapped, policy=policy.SMTP)
    assert [(name, str(value)) for name, value in outer.items() if not name.startswith("Content-")] == [
        ("From", "Confer <confer@panel.example>"),
        ("To", MAILBOX),
        ("Date", "Sat, 21 Nov 2026 14:05:00 +0000"),
        ("Message-ID", "<11112222333344445555666677778888@panel.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("Subject", "Encrypted message"),
        ("MIME-Version", "1.0"),
    ]
    assert outer.get_content_type() == "application/pkcs7-mime"
    assert dict(outer["Content-Type"].params) == {"smime-type": "enveloped-data", "name": "smime.p7m"}
    assert outer["Content-Transfer-Encoding"] == "base64"
    assert (outer.get_content_disposition(), outer.get_filename()) == ("attachment", "smime.p7m")


def test_another_neutral_subject_can_be_given(identity):
    wrapped = sign_and_encrypt(a_letter(), pem(GOOD), identity.key, identity.certificate, subject="Confer: a letter")
    assert message_from_bytes(wrapped, policy=policy.SMTP)["Subject"] == "Confer: a letter"


def test_the_letter_is_enveloped_with_aes_256(tmp_path, wrapped):
    (tmp_path / "letter.eml").write_bytes(wrapped)
    printed = openssl(tmp_path, "-cmsout", "-print", "-noout", "-in", "letter.eml").decode()
    algorithms = [line.split()[1] for line in printed.splitlines() if "algorithm:" in line]
    assert algorithms == ["rsaEncryption", "aes-256-cbc"]


def test_a_standard_client_decrypts_verifies_and_finds_the_letter_unchanged(tmp_path, wrapped, identity):
    signed = decrypted(tmp_path, wrapped)
    (tmp_path / "signed.eml").write_bytes(signed)
    (tmp_path / "signer.pem").write_text(pem(identity.certificate))
    content = openssl(tmp_path, "-verify", "-in", "signed.eml", "-CAfile", "signer.pem")
    assert content == message_bytes(a_letter_like(content))
    letter = message_from_bytes(content, policy=policy.SMTP)
    assert letter["Subject"] == "Action plan, meeting of 21 November 2026"
    assert letter.get_body().get_content().startswith("Llŷr’s plan.")
    (attachment,) = letter.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("action-plan.pdf", PDF)


def a_letter_like(content: bytes):
    """The same letter, with the boundary that the standard library drew for *content*."""
    letter = a_letter()
    letter.set_boundary(message_from_bytes(content, policy=policy.SMTP).get_boundary())
    return letter


def test_bytes_are_wrapped_as_they_are(tmp_path, identity):
    content = message_bytes(a_letter())
    signed = decrypted(tmp_path, sign_and_encrypt(content, pem(GOOD), identity.key, identity.certificate))
    assert content in signed


def test_an_altered_letter_does_not_verify(tmp_path, wrapped, identity):
    signed = decrypted(tmp_path, wrapped).replace(b"Action plan", b"Action plot", 1)
    (tmp_path / "signed.eml").write_bytes(signed)
    (tmp_path / "signer.pem").write_text(pem(identity.certificate))
    with pytest.raises(AssertionError, match=r"digest failure|verification failure"):
        openssl(tmp_path, "-verify", "-in", "signed.eml", "-CAfile", "signer.pem")


def test_another_key_does_not_open_the_letter(tmp_path, wrapped):
    stranger = certificate(MAILBOX, key=rsa_key(3072), subject_address=MAILBOX)
    (tmp_path / "letter.eml").write_bytes(wrapped)
    (tmp_path / "stranger.pem").write_text(pem(stranger))
    (tmp_path / "stranger.key").write_text(private_pem(rsa_key(3072)))
    arguments = ("-decrypt", "-in", "letter.eml", "-recip", "stranger.pem", "-inkey", "stranger.key")
    with pytest.raises(AssertionError, match="Error decrypting CMS using private key"):
        openssl(tmp_path, *arguments)


def test_nothing_of_the_letter_is_readable_outside(wrapped):
    # A blank keeps base64, where any short word turns up by chance, from ever matching.
    readable = [words for words in (b"Action plan", b"%PDF-", b"panel: ") if words in wrapped]
    assert readable == []


def test_a_damaged_certificate_stops_the_letter(identity):
    with pytest.raises(CertificateUnreadable):
        sign_and_encrypt(a_letter(), "nothing", identity.key, identity.certificate)


def test_der_is_not_taken_for_pem():
    with pytest.raises(CertificateUnreadable):
        read_certificate(GOOD.public_bytes(serialization.Encoding.DER))
    assert isinstance(GOOD, x509.Certificate)
