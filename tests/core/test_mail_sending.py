"""Letters that cannot be split, what is known after each way of failing, and the spool where there is no server."""

import hashlib
import stat
from pathlib import Path

import pytest

from core.mail import (
    Attachment,
    Outcomes,
    mail_configuration_problems,
    message_bytes,
    send,
)
from tests.core.letters import (
    ACCEPTED,
    CONTENT,
    MESSAGE_ID,
    RECIPIENT,
    SENDER,
    a_letter,
    refused,
    unknown,
)
from tests.core.mailserver import PASSWORD, USER, Server


@pytest.fixture
def make_server(tmp_path, settings, monkeypatch):
    running = []

    def make(**options):
        server = Server(tmp_path, **options)
        server.controller.start()
        running.append(server)
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, PASSWORD
        implicit = options.get("implicit_tls", False)
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = not implicit, implicit
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        return server

    yield make
    for server in running:
        server.controller.stop()


@pytest.fixture
def server(make_server):
    return make_server()


@pytest.mark.parametrize("implicit_tls", [False, True])
def test_an_accepted_letter_arrives_unchanged_in_its_envelope(make_server, implicit_tls):
    server = make_server(implicit_tls=implicit_tls)
    assert send(CONTENT, SENDER, "marac@GOOD.example.") == ACCEPTED
    assert server.letters == [(SENDER, [RECIPIENT], CONTENT)]
    assert server.commands == ["AUTH", "MAIL", "RCPT", "DATA", "message"]


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("MAIL", "451 4.3.0 later", refused("The mail server refused the sender (451 4.3.0).")),
        ("MAIL", "550 no", refused("The mail server refused the sender (550).", permanent=True)),
        ("RCPT", "450 4.2.1 <marac@good.example> busy", refused("The mail server refused the recipient (450 4.2.1).")),
        ("RCPT", "421 closing", refused("The mail server refused the recipient (421).")),
        (
            "RCPT",
            "550 5.1.1 <marac@good.example> unknown",
            refused("The mail server refused the recipient (550 5.1.1).", permanent=True),
        ),
        ("DATA", "451 later", refused("The mail server refused the message (451).")),
        ("DATA", "554 no valid recipients", refused("The mail server refused the message (554).", permanent=True)),
        ("DATA", "250 what", refused("The mail server refused the message (250).")),
        ("message", "451 4.7.1 greylisted", refused("The mail server refused the message (451 4.7.1).")),
        ("message", "550 spam", refused("The mail server refused the message (550).", permanent=True)),
        ("message", "354 more", unknown("The mail server's answer to the message could not be understood.")),
        ("message", "???", unknown("The mail server's answer to the message could not be understood.")),
    ],
)
def test_what_each_answer_means(server, command, answer, outcome):
    server.answers[command] = answer
    assert send(CONTENT, SENDER, RECIPIENT) == outcome
    assert server.letters == []


@pytest.mark.parametrize(
    ("point", "outcome"),
    [
        ("MAIL", refused("The mail server could not be reached.")),
        ("RCPT", refused("The mail server could not be reached.")),
        ("message", unknown("The connection was lost after the whole message had been handed over.")),
    ],
)
def test_what_is_known_when_the_line_breaks(server, point, outcome):
    server.breaks_at = point
    assert send(CONTENT, SENDER, RECIPIENT) == outcome


def test_a_line_that_breaks_while_the_message_is_handed_over_leaves_it_unknown(server):
    server.breaks_at = "DATA"
    outcome = send(message_bytes(a_letter(attachments=[Attachment("big.pdf", bytes(8_000_000))])), SENDER, RECIPIENT)
    assert outcome == unknown("The connection was lost while the message was being handed over.")
    assert server.letters == []


def test_a_server_that_takes_the_message_and_dies_has_it_and_is_not_asked_again(server):
    server.breaks_at = "message"
    outcome = send(CONTENT, SENDER, RECIPIENT)
    assert (outcome.kind, outcome.may_be_retried) == (Outcomes.UNKNOWN, False)
    assert server.letters == [(SENDER, [RECIPIENT], CONTENT)]


def test_a_server_that_falls_silent_leaves_it_unknown(server):
    server.silent = True
    assert send(CONTENT, SENDER, RECIPIENT) == unknown(
        "The connection was lost after the whole message had been handed over."
    )


@pytest.mark.parametrize(
    ("outcome", "retried"),
    [(ACCEPTED, False), (refused("x"), True), (refused("x", permanent=True), False), (unknown("x"), False)],
)
def test_only_a_refusal_that_may_pass_is_retried(outcome, retried):
    assert outcome.may_be_retried is retried


def test_a_server_that_is_not_there_may_be_tried_again(server):
    server.controller.stop()
    server.controller.stop = lambda: None
    assert send(CONTENT, SENDER, RECIPIENT) == refused("The mail server could not be reached.")


def test_a_wrong_password_may_be_mended_and_tried_again(server, settings):
    settings.EMAIL_HOST_PASSWORD = "wrong"
    assert send(CONTENT, SENDER, RECIPIENT) == refused("The mail server refused the installation's sign-in (535).")
    assert server.letters == []


def test_a_server_that_cannot_prove_who_it_is_learns_nothing(server, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    assert send(CONTENT, SENDER, RECIPIENT) == refused(
        "The mail server could not prove who it is, or offered no safe encryption."
    )
    assert server.commands == []


def test_a_certificate_for_another_name_proves_nothing(make_server):
    server = make_server(address="192.0.2.1")
    assert send(CONTENT, SENDER, RECIPIENT) == refused(
        "The mail server could not prove who it is, or offered no safe encryption."
    )
    assert server.commands == []


def test_a_server_without_encryption_learns_nothing(make_server):
    server = make_server(offers_tls=False)
    assert send(CONTENT, SENDER, RECIPIENT) == refused("The mail server offers no encryption or no sign-in.")
    assert server.commands == []


@pytest.mark.parametrize("both", [True, False])
def test_a_connection_that_is_not_set_up_to_be_encrypted_is_not_made(server, settings, both):
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = both
    sentence = "The connection to the mail server must be encrypted: by STARTTLS or by TLS, one of the two."
    assert mail_configuration_problems() == [sentence]
    assert send(CONTENT, SENDER, RECIPIENT) == refused(sentence)
    assert server.commands == []


@pytest.mark.parametrize("recipient", ["a@evil.example@good.example", "a@good.example\r\nDATA", '"a"@good.example', ""])
def test_a_malformed_recipient_is_refused_for_good_without_a_connection(server, recipient):
    assert send(CONTENT, SENDER, recipient) == refused(
        "The recipient's address is not an e-mail address.", permanent=True
    )
    assert server.commands == []


@pytest.mark.parametrize(
    "content",
    [
        CONTENT.replace(b"\r\n", b"\n"),
        CONTENT + b"\n.\nMAIL FROM:<x@evil.example>\r\n",
        CONTENT + b"\r.\rMAIL FROM:<x@evil.example>\r\n",
        CONTENT + "ŵ\r\n".encode(),
        CONTENT + b"x" * 999 + b"\r\n",
    ],
)
def test_a_message_that_could_be_split_is_not_sent(server, content):
    with pytest.raises(ValueError):
        send(content, SENDER, RECIPIENT)
    assert server.commands == []


def test_dots_cannot_end_a_message_early(server):
    content = CONTENT + b".\r\n..\r\n.\r\n"
    assert send(content, SENDER, RECIPIENT) == ACCEPTED
    assert server.letters == [(SENDER, [RECIPIENT], content)]


# --- the spool ------------------------------------------------------------------------------------------------------


@pytest.fixture
def spool(tmp_path, settings):
    settings.EMAIL_HOST, settings.MAIL_SPOOL = "", tmp_path / "data" / "spool"
    return settings.MAIL_SPOOL


SPOOLED = f"{hashlib.sha256(MESSAGE_ID.encode()).hexdigest()}.eml"


def test_without_a_server_a_letter_lands_in_the_spool(spool):
    assert mail_configuration_problems() == []
    assert send(CONTENT, SENDER, RECIPIENT) == ACCEPTED
    assert [path.name for path in spool.iterdir()] == [SPOOLED]
    assert (spool / SPOOLED).read_bytes() == CONTENT
    assert stat.S_IMODE((spool / SPOOLED).stat().st_mode) == 0o600


def test_a_server_on_the_same_machine_is_one_that_was_chosen(server, settings, tmp_path):
    settings.EMAIL_HOST, settings.MAIL_SPOOL = "localhost", tmp_path / "spool"
    assert send(CONTENT, SENDER, RECIPIENT) == ACCEPTED
    assert server.letters == [(SENDER, [RECIPIENT], CONTENT)]
    assert not settings.MAIL_SPOOL.exists()


def test_a_server_that_was_chosen_is_used_although_there_is_a_spool(server, settings, tmp_path):
    settings.MAIL_SPOOL = tmp_path / "spool"
    assert send(CONTENT, SENDER, RECIPIENT) == ACCEPTED
    assert server.letters == [(SENDER, [RECIPIENT], CONTENT)]
    assert not settings.MAIL_SPOOL.exists()


def test_the_same_letter_again_is_the_same_file(spool):
    send(CONTENT, SENDER, RECIPIENT)
    assert send(CONTENT, SENDER, RECIPIENT) == ACCEPTED
    assert [path.name for path in spool.iterdir()] == [SPOOLED]


def test_a_message_without_identity_is_not_spooled(spool):
    with pytest.raises(ValueError, match="Message-ID"):
        send(b"Subject: x\r\n\r\nMessage-ID: <x@y>\r\n", SENDER, RECIPIENT)


def test_a_spool_that_cannot_be_written_may_be_tried_again(spool):
    spool.parent.mkdir()
    spool.write_text("a file stands where the folder should be")
    assert send(CONTENT, SENDER, RECIPIENT) == refused("The spool folder could not be written.")


def test_the_spool_may_be_the_one_of_djangos_own_letters(settings, tmp_path):
    settings.EMAIL_HOST, settings.MAIL_SPOOL, settings.EMAIL_FILE_PATH = "", None, str(tmp_path)
    assert send(CONTENT, SENDER, RECIPIENT) == ACCEPTED
    assert [path.name for path in Path(tmp_path).iterdir()] == [SPOOLED]


def test_with_neither_server_nor_spool_nothing_leaves(settings):
    settings.EMAIL_HOST, settings.MAIL_SPOOL, settings.EMAIL_FILE_PATH = "", None, None
    assert send(CONTENT, SENDER, RECIPIENT) == refused("No mail server and no spool folder is configured.")
