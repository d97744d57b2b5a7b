"""Addresses that cannot be bent, and letters into whose headers nothing unsafe gets."""

import re
from datetime import datetime
from email import message_from_bytes, policy

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from core.mail import (
    Attachment,
    address_in_domains,
    message_bytes,
    message_id,
    normal_address,
)
from tests.core.letters import LETTER, MESSAGE_ID, RECIPIENT, a_letter

# --- addresses ----------------------------------------------------------------------------------------------------

DOMAINS = ["Good.Example.", "post.good.example", "bücher.example"]


@pytest.mark.parametrize(
    "address",
    [
        "a@good.example",
        "A.B+c_d'e@GOOD.EXAMPLE",
        "a@good.example.",
        "a@post.good.example",
        "a@bücher.example",
        "a@BÜCHER.example",
        "a@xn--bcher-kva.example",
    ],
)
def test_a_plain_mailbox_in_a_registered_domain(address):
    assert address_in_domains(address, DOMAINS) is True


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@good.example",
        "a@",
        "a@evil.example",
        "a@sub.good.example",
        "a@xgood.example",
        "a@good.example.evil.example",
        "a@evil.example@good.example",
        "a@good.example@evil.example",
        '"a@evil.example"@good.example',
        '"a b"@good.example',
        '"a"@good.example',
        "a b@good.example",
        " a@good.example",
        "a@good.example ",
        "a@ good.example",
        "a@good.example\n",
        "a@good.example\r\nBcc: x@evil.example",
        "a\r\nRCPT TO:<x@evil.example>@good.example",
        "a@good.example,x@evil.example",
        "x@evil.example,a@good.example",
        "x@evil.example;a@good.example",
        "a@good.example x@evil.example",
        "<a@good.example>",
        "Desk <a@good.example>",
        "x@evil.example <a@good.example>",
        "a(@evil.example)@good.example",
        "a@good.example(evil)",
        "a@(evil)good.example",
        "@evil.example:a@good.example",
        "x%evil.example@good.example\0",
        "a\0@good.example",
        "a@good.example\0.evil.example",
        "a@good.example..",
        "a@.good.example",
        "a@good..example",
        ".a@good.example",
        "a.@good.example",
        "a..b@good.example",
        "a@good。example",
        "a@ｇood.example",
        "a＠good.example",
        "a@gооd.example",
        "a@good\u200b.example",
        "a@good\u00ad.example",
        "ä@good.example",
        "a@bu\u0308cher.example",
        "a@[192.0.2.1]",
        "a@192.0.2.1",
        "a@-good.example",
        "a@good_.example",
        "a" * 65 + "@good.example",
        "a@" + "b" * 250 + ".good.example",
        None,
        7,
        b"a@good.example",
    ],
)
def test_every_other_address_is_refused(address):
    assert address_in_domains(address, DOMAINS) is False


@pytest.mark.parametrize(
    "domain", ["", ".", "example", "*", "*.example", "evil.example/good.example", None, "192.0.2.1"]
)
def test_a_malformed_registration_admits_nobody(domain):
    assert address_in_domains("a@evil.example", [domain]) is False
    assert address_in_domains("a@192.0.2.1", [domain]) is False


def test_no_registration_admits_nobody():
    assert address_in_domains("a@good.example", []) is False


def test_two_spellings_of_a_name_are_not_taken_for_one_another():
    # The older encoding turns ß into ss: another domain, perhaps another owner.
    assert address_in_domains("a@straße.example", ["strasse.example"]) is False


@given(st.text(max_size=40))
def test_what_is_admitted_goes_to_the_registered_domain_in_one_piece(text):
    for address in (text, f"{text}@good.example", f"a@good.example{text}", f"a@{text}good.example"):
        if address_in_domains(address, ["good.example"]):
            assert re.fullmatch(r"[^@\s<>(),;:\"\\\x00-\x1f]+@good\.example", normal_address(address))


def test_an_address_is_put_on_the_wire_in_ascii():
    assert normal_address("A.b@BÜCHER.Example.") == "A.b@xn--bcher-kva.example"


# --- building -------------------------------------------------------------------------------------------------------


def test_a_letter_has_these_headers_and_no_others():
    letter = a_letter(sender_name="Confer", subject=gettext_lazy("Something is ready"))
    assert [(name, str(value)) for name, value in letter.items()] == [
        ("From", "Confer <confer@panel.example>"),
        ("To", RECIPIENT),
        ("Subject", "Something is ready"),
        ("Date", "Sat, 21 Nov 2026 14:05:00 +0000"),
        ("Message-ID", MESSAGE_ID),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Type", 'text/plain; charset="utf-8"'),
        ("Content-Transfer-Encoding", "quoted-printable"),
        ("MIME-Version", "1.0"),
    ]


def test_the_same_letter_has_the_same_bytes():
    assert message_bytes(a_letter()) == message_bytes(a_letter())


def test_a_letter_is_seven_bit_and_comes_back_unchanged():
    body = "Llŷr’s " + "long " * 500 + "line\n.\n..dots\nFrom here\n"
    content = message_bytes(a_letter(body=body, attachments=[Attachment("plan.pdf", b"\x00\xff\r\n.\r\n")]))
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    letter = message_from_bytes(content, policy=policy.SMTP)
    assert letter.get_body().get_content().replace("\r\n", "\n") == body
    (attachment,) = letter.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content_type()) == ("plan.pdf", "application/pdf")
    assert attachment.get_content() == b"\x00\xff\r\n.\r\n"


def test_the_message_id_belongs_to_the_letter_not_to_the_attempt():
    assert message_id(LETTER, "Panel.Example") == MESSAGE_ID
    with pytest.raises(ValueError, match="not a domain name"):
        message_id(LETTER, "panel.example>\r\nBcc: x")


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "One\r\nBcc: x@evil.example"},
        {"subject": "One\nTwo"},
        {"subject": "\x00"},
        {"subject": "turned \u202eround"},
        {"subject": " "},
        {"subject": "x" * 201},
        {"sender": "confer@panel.example\r\nBcc: x@evil.example"},
        {"sender": ""},
        {"sender_name": "Desk\r\nBcc: x@evil.example"},
        {"recipient": "a@good.example, x@evil.example"},
        {"recipient": '"a@evil.example"@good.example'},
        {"message_id": "<x@y>\r\nBcc: x@evil.example"},
        {"message_id": "x"},
        {"written_at": datetime(2026, 11, 21)},
        {"attachments": [Attachment("a\r\nb.pdf", b"")]},
        {"attachments": [Attachment("../plan.pdf", b"")]},
        {"attachments": [Attachment("Llŷr.pdf", b"")]},
    ],
)
def test_nothing_unsafe_gets_into_a_header(change):
    with pytest.raises(ValueError):
        a_letter(**change)
