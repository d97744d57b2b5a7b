"""A letter on its way: what a standard client opens, and what its state becomes however the way ends."""

import datetime
import email
import io
import subprocess
import uuid
from email import policy

import pikepdf
import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core import mail
from core.smime import signing_identity
from meetings.models import Letter
from meetings.workflow import dispatch
from meetings.workflow.dispatch import post_round
from meetings.workflow.letters import send_letters
from partnership.post import office
from tests.audit.ledger import recorded
from tests.core.certificates import certificate, pem, private_pem, rsa_key
from tests.core.mailserver import PASSWORD, USER, Server
from tests.meetings.papers import approve, fresh, held, make, post, words

ADDRESS = "marac@aberwenlli-homes.example"
NOW = timezone.now()
CERTIFICATE = pem(certificate(ADDRESS, begins=NOW - datetime.timedelta(days=1), ends=NOW + datetime.timedelta(days=90)))
NAMES = ["Gwynedd0", "Prydderch0", "AB-2026-", "the locks"]


@pytest.fixture
def meeting(world):
    return held(world)[0]


@pytest.fixture
def spool(settings, tmp_path):
    settings.EMAIL_HOST, settings.MAIL_SPOOL = "", tmp_path / "spool"
    return settings.MAIL_SPOOL


@pytest.fixture
def server(tmp_path, settings, monkeypatch):
    server = Server(tmp_path)
    server.controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, PASSWORD
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = True, False
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    yield server
    server.controller.stop()


def certify(agency):
    agency.certificate, agency.certificate_expires_at = CERTIFICATE, NOW + datetime.timedelta(days=90)
    agency.save()


def queued(world, meeting, way="notice", *, kind="plan", made=True) -> Letter:
    """One letter to housing, its document made."""
    name = f"{world.housing_agency.pk}:{ADDRESS}"
    (letter,) = send_letters(by=world.coordinator, meeting=meeting, kind=kind, chosen={name: way}, batch=uuid.uuid4())
    if made:
        make(letter.document)
    return fresh(letter)


def spooled(spool):
    (path,) = spool.iterdir()
    return path, path.read_bytes()


def openssl(folder, *arguments) -> bytes:
    done = subprocess.run(["openssl", "cms", *arguments], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


# what arrives -------------------------------------------------------------------------------------------------------
def test_an_smime_letter_is_opened_and_verified_by_openssl(world, meeting, spool, tmp_path, settings):
    certify(world.housing_agency)
    letter = post(queued(world, meeting, "smime"))
    assert (letter.state, letter.failure, letter.attempts) == ("sent", "", 1)
    path, content = spooled(spool)
    (tmp_path / "recipient.pem").write_text(CERTIFICATE)
    (tmp_path / "recipient.key").write_text(private_pem(rsa_key()))
    signed = openssl(tmp_path, "-decrypt", "-in", str(path), "-recip", "recipient.pem", "-inkey", "recipient.key")
    (tmp_path / "signed.eml").write_bytes(signed)
    (tmp_path / "signer.pem").write_text(pem(signing_identity(settings.CONFER_KEYS).certificate))
    inner = openssl(tmp_path, "-verify", "-in", "signed.eml", "-CAfile", "signer.pem")
    opened = email.message_from_bytes(inner, policy=policy.SMTP)
    (attachment,) = opened.iter_attachments()
    printed = words(attachment.get_content())
    assert "Change the locks, 0." in printed
    assert "Printed for Aberwenlli Homes at " in printed
    assert attachment.get_filename() == f"confer-{letter.pk.hex[:8]}.pdf"
    outer = email.message_from_bytes(content, policy=policy.SMTP)
    assert (outer["Message-ID"], outer["To"]) == (letter.message_id, ADDRESS)
    assert [name for name in NAMES if name in content.decode() or name in str(opened.get_body())] == []


def test_an_encrypted_pdf_opens_with_the_passphrase_shown_in_confer(world, meeting, spool, tmp_path):
    letter = post(queued(world, meeting, "pdf"))
    content = spooled(spool)[1]
    message = email.message_from_bytes(content, policy=policy.SMTP)
    (attachment,) = message.iter_attachments()
    (tmp_path / "letter.pdf").write_bytes(attachment.get_content())
    done = subprocess.run(
        ["qpdf", f"--password={letter.passphrase}", "--decrypt", "letter.pdf", "open.pdf"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Change the locks, 0." in words((tmp_path / "open.pdf").read_bytes())
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(attachment.get_content()), password="XXXX")
    body = message.get_body().get_content()
    assert letter.passphrase not in content.decode() and letter.passphrase not in body
    assert f"/meetings/agency-letters/{letter.pk}/" in body
    assert [name for name in NAMES if name in str(message["Subject"]) + body] == []


def test_a_notice_carries_nothing_but_a_link(world, meeting, spool, settings):
    letter = post(queued(world, meeting, "notice"))
    message = email.message_from_bytes(spooled(spool)[1], policy=policy.SMTP)
    assert list(message.iter_attachments()) == []
    assert [line for line in message.get_content().splitlines() if "/meetings/" in line] == [
        f"{settings.PUBLIC_URL}/meetings/agency-letters/{letter.pk}/"
    ]


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_the_document_and_sends_the_letter(world, meeting, spool, caplog):
    caplog.set_level("DEBUG")
    letter = queued(world, meeting, "pdf", made=False)
    assert DBTaskResult.objects.count() == 1
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    assert (fresh(letter).state, fresh(letter.document).state) == ("sent", "ready")
    assert {result.status for result in DBTaskResult.objects.all()} == {"SUCCESSFUL"}
    assert len(list(spool.iterdir())) == 1
    said = str(list(DBTaskResult.objects.values())) + str(list(spool.iterdir()))
    said += "\n".join(line.getMessage() for line in caplog.records if line.name != "django.db.backends")
    assert [name for name in NAMES if name in said] == []


# how it ends --------------------------------------------------------------------------------------------------------
def test_taken_by_the_server(world, meeting, server):
    letter = post(queued(world, meeting))
    assert letter.state == "sent"
    assert len(server.letters) == 1
    assert [row.history_change_reason for row in letter.history.order_by("history_id")] == ["queued", "sending", "sent"]
    (event,) = recorded("letter.sent")
    assert event.recipients == [
        {"kind": "agency", "id": str(letter.agency_id), "name": "Aberwenlli Homes", "address": ADDRESS}
    ]
    post(letter)
    assert len(server.letters) == 1


def test_refused_for_now_is_tried_later_and_later_and_then_failed(world, meeting, server):
    server.answers["RCPT"] = "450 4.2.0 Greylisted"
    letter = queued(world, meeting)
    waits = []
    for attempt in range(1, 6):
        letter = post(letter)
        assert (letter.state, letter.attempts) == ("queued", attempt)
        waits.append(round((letter.next_attempt_at - letter.sending_at).total_seconds() / 60))
        assert post(letter).attempts == attempt  # another task for it changes nothing before its time
        Letter.objects.filter(pk=letter.pk).update(next_attempt_at=timezone.now())
    assert waits == [1, 5, 15, 60, 240]
    letter = post(letter)
    assert (letter.state, letter.attempts) == ("failed", 6)
    assert letter.failure == "The mail server refused the recipient (450 4.2.0)."
    assert server.letters == []
    assert len(recorded("letter.deferred")) == 5


def test_refused_for_good_fails_at_once(world, meeting, server):
    server.answers["RCPT"] = "550 5.1.1 No such mailbox"
    letter = post(queued(world, meeting))
    assert (letter.state, letter.attempts, letter.next_attempt_at) == ("failed", 1, None)
    assert post_round(now=timezone.now() + datetime.timedelta(days=1)) == {"unknown": 0, "tried_again": 0}


@pytest.mark.parametrize("breaks_at", ["DATA", "message"])
def test_a_line_that_breaks_after_data_leaves_it_unknown(world, meeting, server, breaks_at):
    server.breaks_at = breaks_at
    letter = post(queued(world, meeting))
    assert (letter.state, letter.attempts) == ("unknown", 1)
    assert post_round(now=timezone.now() + datetime.timedelta(days=1)) == {"unknown": 0, "tried_again": 0}
    assert post(letter).attempts == 1


def test_a_letter_found_in_sending_is_unknown_and_never_sent_by_itself(world, meeting, server, monkeypatch):
    class Crash(BaseException):
        pass

    def crash(*_anything):
        raise Crash

    letter = queued(world, meeting)
    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", crash)
        with pytest.raises(Crash):
            dispatch.send_letter.call(str(letter.pk))
    assert fresh(letter).state == "sending"
    assert post_round() == {"unknown": 0, "tried_again": 0}
    later = timezone.now() + datetime.timedelta(minutes=11)
    assert post_round(now=later) == {"unknown": 1, "tried_again": 0}
    letter = post(letter)
    assert (letter.state, letter.failure) == ("unknown", "The connection was lost before the mail server answered.")
    assert post_round(now=later + datetime.timedelta(days=1)) == {"unknown": 0, "tried_again": 0}
    assert server.commands == []


@pytest.mark.parametrize(
    ("answer", "state"), [("", "sent"), ("550 5.1.1 No such mailbox", "failed"), ("450 4.2.0 Later", "failed")]
)
def test_a_slow_worker_says_what_it_knows_after_all(world, meeting, server, monkeypatch, answer, state):
    real = mail.send

    def slow(*arguments):
        post_round(now=timezone.now() + datetime.timedelta(minutes=11))
        assert fresh(letter).state == "unknown"
        return real(*arguments)

    server.answers |= {"RCPT": answer} if answer else {}
    letter = queued(world, meeting)
    monkeypatch.setattr(mail, "send", slow)
    assert post(letter).state == state


def test_two_workers_send_once(world, meeting, server, monkeypatch):
    letter, real = queued(world, meeting), office.noting

    def after_the_other(record, **given):
        monkeypatch.setattr(office, "noting", real)
        post(letter)  # both have read it as queued; the other worker is quicker
        return real(record, **given)

    monkeypatch.setattr(office, "noting", after_the_other)
    dispatch.send_letter.call(str(letter.pk))
    assert len(server.letters) == 1
    assert (fresh(letter).state, fresh(letter).attempts) == ("sent", 1)


def test_the_round_gives_a_waiting_letter_to_the_workers_once(world, meeting, server):
    letter = queued(world, meeting)
    DBTaskResult.objects.all().delete()  # as after a queue that was lost
    assert post_round() == {"unknown": 0, "tried_again": 0}
    later = timezone.now() + datetime.timedelta(minutes=11)
    assert post_round(now=later) == {"unknown": 0, "tried_again": 1}
    assert post_round() == {"unknown": 0, "tried_again": 0}
    assert [result.args_kwargs["args"] for result in DBTaskResult.objects.all()] == [[str(letter.pk)]]


def test_the_round_tries_again_when_the_wait_is_over(world, meeting, server):
    server.answers["MAIL"] = "421 4.3.2 Shutting down"
    letter = post(queued(world, meeting))
    assert post_round(now=letter.next_attempt_at - datetime.timedelta(seconds=1))["tried_again"] == 0
    assert post_round(now=letter.next_attempt_at)["tried_again"] == 1
    assert post_round(now=letter.next_attempt_at)["tried_again"] == 0


# what changed between queueing and sending ---------------------------------------------------------------------------
def refused(letter, server, sentence):
    letter = post(letter)
    assert (letter.state, letter.failure) == ("failed", sentence)
    assert server.commands == []
    assert [event.detail["way"] for event in recorded("letter.failed")] == [letter.way]


def test_a_domain_that_is_no_longer_registered(world, meeting, server):
    letter = queued(world, meeting)
    world.housing_agency.secure_domains = ["homes.example"]
    world.housing_agency.save()
    refused(
        letter,
        server,
        f"{ADDRESS} is not in a secure mail domain that Aberwenlli Homes has registered. Nothing is sent to it.",
    )


@pytest.mark.parametrize("how", ["left", "second tier"])
def test_an_agency_that_left_the_protocol(world, meeting, server, how):
    letter = queued(world, meeting)
    signature = world.housing_agency.signatures.get()
    if how == "left":
        signature.until = timezone.now()
    else:
        signature.tier = 2
    signature.save()
    refused(letter, server, "Aberwenlli Homes is not a tier 1 signatory of the information sharing protocol now.")


def test_a_certificate_that_expired(world, meeting, server):
    certify(world.housing_agency)
    letter = queued(world, meeting, "smime")
    world.housing_agency.certificate_expires_at = timezone.now()
    world.housing_agency.save()
    refused(letter, server, "Aberwenlli Homes has no certificate that is valid now.")


CLOSED = "The document holds something that Aberwenlli Homes or this recipient may no longer see. Nothing was sent."


@pytest.mark.parametrize("what", ["case", "listing", "entry", "involvement"])
def test_a_bar_set_after_the_document_was_made(world, server, what):
    meeting, items = held(world)
    approve(world, meeting, items)
    letter = queued(world, meeting, "pdf", kind="minutes")
    listing = items[0].listing
    if what == "involvement":
        listing.case.involvements.filter(agency=world.housing_agency).update(until=timezone.now())
    else:
        thing = {"case": listing.case, "listing": listing, "entry": listing.entries.get()}[what]
        world.bar(**{what: thing}, agency=world.housing_agency)
    refused(letter, server, CLOSED)


def test_a_bar_against_the_person_whose_mailbox_it_is(world, meeting, server):
    world.housing_agency.plan_address = ""
    world.housing_agency.save()
    name = f"{world.housing_agency.pk}:{world.housing.email}"
    (letter,) = send_letters(
        by=world.coordinator, meeting=meeting, kind="plan", chosen={name: "pdf"}, batch=uuid.uuid4()
    )
    make(letter.document)
    world.bar(case=meeting.items.get().listing.case, member=world.housing)
    refused(letter, server, CLOSED)


def test_a_file_that_was_changed_is_not_sent(world, meeting, server):
    from core.stored import StoredFileDamaged, stored_files

    letter = queued(world, meeting, "pdf")
    path = stored_files()._path(letter.document_id)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(StoredFileDamaged):
        dispatch.send_letter.call(str(letter.pk))
    assert (fresh(letter).state, fresh(letter).failure) == ("failed", "The letter could not be written.")
    assert server.commands == []


def test_sent_minutes_make_the_meeting_distributed(world, spool):
    meeting, items = held(world)
    approve(world, meeting, items)
    post(queued(world, meeting, kind="minutes"))
    meeting.refresh_from_db()
    assert meeting.state == "distributed"
    assert len(recorded("meeting.distributed")) == 1
