"""What leaves on paper: exactly the approved words, whose copy it is, by which way; and the record of a decision."""

import email
import io
import subprocess
from email import policy

import page
import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit.models import Event
from disclosures.models import DisclosurePaper, ReleaseLetter
from disclosures.rules import release as rules
from disclosures.workflow import post
from disclosures.workflow.approval import decide
from disclosures.workflow.decision import choose_pieces
from disclosures.workflow.release import report_use
from tests.audit.ledger import recorded_names
from tests.disclosures.asking import PURPOSE, REFUSAL
from tests.disclosures.releasing import KEPT_BACK, SHOWN, Releasing
from tests.meetings.papers import words
from tests.world import make_guest


@pytest.fixture
def scene(world):
    return Releasing(world)


@pytest.fixture
def spool(settings, tmp_path):
    settings.EMAIL_HOST, settings.MAIL_SPOOL = "", tmp_path / "spool"
    return settings.MAIL_SPOOL


def part(scene, **more):
    """A release of one piece, another and half of it kept back."""
    decision = scene.prepare(scene.decision(scene.ask()), outcome="part", **more)
    pieces = [
        {"entry": None, "original": f"{SHOWN} {KEPT_BACK}", "words": SHOWN, "gaps": "Who fetches him."},
        {"entry": None, "original": KEPT_BACK, "words": KEPT_BACK, "withheld": True},
    ]
    choose_pieces(by=scene.health_officer, decision=decision, pieces=pieces)
    decision = scene.again(decision)
    decide(by=scene.health_officer, decision=decision, seen=decision.version)
    return scene.accept(scene.fresh(decision.releases.get()))


def problems(content: bytes) -> list[str]:
    return [failure.rule_id for failure in page.validate_pdf_bytes(content, profile="ua1").failures]


def mailed(scene, spool) -> tuple[ReleaseLetter, str, email.message.EmailMessage]:
    scene.printed(part(scene, method="mail"))
    letter = ReleaseLetter.objects.get()
    post.send_release_letter.call(str(letter.pk))
    (path,) = spool.iterdir()
    content = path.read_bytes()
    letter = post.release_post.joined().get(pk=letter.pk)
    return letter, content.decode(), email.message_from_bytes(content, policy=policy.SMTP)


# the PDF --------------------------------------------------------------------------------------------------------------
def test_the_pdf_says_what_was_approved_and_whose_copy_it_is(scene):
    release = part(scene)
    paper = scene.printed(release)
    assert (paper.state, paper.pages) == ("ready", 1)
    before = timezone.localtime()
    content = post.export_release(by=release.member, release=release)
    assert problems(content) == []
    printed = words(content)
    assert f"{SHOWN} Fact. Confirmed." in printed and "Not known: Who fetches him." in printed
    assert "heart" not in printed
    mark = f"{release.number} – released to Harri Housing, Aberwenlli Homes – {before:%H:%M}"
    assert printed.count(mark) + printed.count(mark.replace(f"{before:%H:%M}", f"{timezone.localtime():%H:%M}")) >= 1
    release = scene.fresh(release)
    assert release.exported_at == release.first_opened_at
    event = Event.objects.get(name="release.exported")
    assert (event.operation, event.things) == ("export", [f"disclosures.disclosurepaper:{paper.pk}"])


def test_a_pdf_of_what_was_recalled_is_not_made(scene):
    from disclosures.workflow import recall

    release = part(scene)
    recall.recall_releases(release.decision, by=scene.health_officer, reason="unlawful")
    with pytest.raises(PermissionDenied):
        scene.printed(release)
    paper = DisclosurePaper.objects.get()
    assert (paper.state, paper.failure) == ("failed", "The document could not be made. Ask for it again.")


# by mail --------------------------------------------------------------------------------------------------------------
def test_mail_leaves_once_the_conditions_are_accepted(scene):
    decision = scene.decided(scene.decision(scene.ask()), method="mail")
    assert ReleaseLetter.objects.count() == 0
    scene.accept(scene.fresh(decision.releases.get()))
    letter = ReleaseLetter.objects.get()
    assert (letter.state, letter.way, letter.address) == ("queued", "pdf", scene.world.housing.email)
    event = Event.objects.get(name="release_letter.queued")
    assert (event.operation, [r["address"] for r in event.recipients]) == ("disclosure", [letter.address])


def test_an_encrypted_pdf_opens_with_the_passphrase_shown_to_its_recipient(scene, spool, tmp_path):
    letter, _raw, message = mailed(scene, spool)
    assert (letter.state, letter.failure) == ("sent", "")
    (attachment,) = message.iter_attachments()
    passphrase = post.show_passphrase(by=letter.member, letter=letter)
    with pikepdf.open(io.BytesIO(attachment.get_content()), password=passphrase) as opened:
        opened.save(tmp_path / "open.pdf", encryption=False)
    printed = words((tmp_path / "open.pdf").read_bytes())
    assert SHOWN in printed and "heart" not in printed and "released to Harri Housing, Aberwenlli Homes" in printed
    said = [str(message["Subject"]), message.get_body().get_content(), attachment.get_filename()]
    assert said[0] == "Confer: information for you"
    assert said[2] == f"confer-{letter.pk.hex[:8]}.pdf"
    assert [word for word in ("Mair", "Huw", "Wenlli Health", passphrase) if any(word in text for text in said)] == []
    assert recorded_names()[-2:] == ["release_letter.sent", "release_letter.passphrase_shown"]


@pytest.mark.parametrize(
    ("state", "received"), [("queued", False), ("failed", False), ("sent", True), ("unknown", True)]
)
def test_who_was_sent_it_says_what_came_of_it_without_opening_it_in_confer(scene, state, received):
    release = part(scene, method="mail")
    if state != "queued":
        post.release_post.settle(post.release_post.joined().get(), state, "")
    assert rules.may_report(release.member, release) is rules.may_ask_longer(release.member, release) is received
    given = {"by": release.member, "release": release, "seen": release.version, "used": "yes", "words": ""}
    if not received:
        with pytest.raises(PermissionDenied):
            report_use(**given)
        return
    report_use(**given)
    assert scene.fresh(release).destroy_on == timezone.localdate()


def test_an_smime_letter_is_encrypted_to_the_recipients_agency(scene, spool, tmp_path):
    from tests.core.certificates import private_pem, rsa_key
    from tests.meetings.test_letters_sending import CERTIFICATE, certify

    certify(scene.world.housing_agency)
    letter, raw, _message = mailed(scene, spool)
    assert (letter.way, letter.state) == ("smime", "sent")
    (tmp_path / "letter.eml").write_text(raw)
    (tmp_path / "recipient.pem").write_text(CERTIFICATE)
    (tmp_path / "recipient.key").write_text(private_pem(rsa_key()))
    command = ["openssl", "cms", "-decrypt", "-in", "letter.eml", "-recip", "recipient.pem", "-inkey", "recipient.key"]
    opened = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert b"application/pdf" in opened.stdout


def test_a_letter_of_what_was_recalled_does_not_leave(scene, spool):
    from disclosures.workflow import recall

    release = part(scene, method="mail")
    scene.printed(release)
    recall.recall_releases(release.decision, by=scene.health_officer, reason="unlawful")
    letter = ReleaseLetter.objects.get()
    post.send_release_letter.call(str(letter.pk))
    letter.refresh_from_db()
    assert (letter.state, letter.failure, spool.exists()) == ("failed", "It was recalled.", False)


def test_a_letter_to_who_was_barred_since_does_not_leave(scene, spool):
    release = part(scene, method="mail")
    scene.printed(release)
    scene.world.bar(case=scene.case, member=release.member)
    letter = ReleaseLetter.objects.get()
    post.send_release_letter.call(str(letter.pk))
    letter.refresh_from_db()
    assert (letter.state, spool.exists()) == ("failed", False)
    assert letter.failure == "What it carries may not be opened by its recipient now. Nothing was sent."


@pytest.mark.parametrize(("case", "state"), [("this", "sent"), ("another", "failed")])
def test_a_letter_leaves_for_a_guest_in_its_one_case_alone(scene, spool, case, state):
    """An out-of-area guest stands by the case (guidance 2.2.4): asked when it is queued, and once more at the post."""
    decision = scene.decided(scene.decision(scene.ask()), method="mail")
    make_guest(scene.world.housing_agency, scene.case)
    scene.printed(scene.accept(scene.fresh(decision.releases.get())))
    if case == "another":
        scene.world.housing_agency.signatures.update(only_case=scene.world.make_case().pk)
    letter = ReleaseLetter.objects.get()
    post.send_release_letter.call(str(letter.pk))
    letter.refresh_from_db()
    assert (letter.state, spool.exists()) == (state, state == "sent")


def test_a_letter_that_failed_is_sent_again_as_a_new_one(scene, spool, settings):
    release = part(scene, method="mail")
    letter = post.release_post.joined().get()
    post.release_post.settle(letter, "failed", "No such mailbox.")
    with pytest.raises(PermissionDenied):
        post.post_again(by=scene.police_officer, letter=letter, seen=letter.version)
    again = post.post_again(by=release.member, letter=letter, seen=letter.version)
    assert (again.replaces, again.state, again.message_id != letter.message_id) == (letter, "queued", True)
    assert post.post_again(by=release.member, letter=letter, seen=letter.version) == again


# the record -----------------------------------------------------------------------------------------------------------
def record_of(scene, decision):
    paper = post.ask_record(by=scene.health_officer, decision=decision)
    post.make_paper.call(str(paper.pk))
    paper = DisclosurePaper.objects.visible_to(scene.health_officer).select_related("decision__disclosure")
    return paper.get(kind="record")


def test_the_record_of_a_decision_is_one_accessible_page_without_what_was_released(scene):
    release = part(scene)
    paper = record_of(scene, scene.again(release.decision))
    assert (paper.state, paper.pages) == ("ready", 1)
    content = post.export_record(by=scene.health_officer, paper=paper)
    assert problems(content) == []
    printed = words(content)
    told = [PURPOSE, "Shared in part", "P01", "Dr Gwenda Guardian", release.number, "Lleucu Liaison, Wenlli Health"]
    assert [text for text in told if text not in printed] == []
    assert [text for text in (SHOWN, KEPT_BACK) if text in printed] == []
    assert "Printed for Lleucu Liaison at " in printed


def test_a_refusal_has_a_record_too(scene):
    decision = scene.decided(scene.decision(scene.ask()), **REFUSAL)
    printed = words(post.export_record(by=scene.health_officer, paper=record_of(scene, decision)))
    assert "Nothing was released by this decision." in printed
    assert "The housing plan does not depend on it." in printed


def test_nobody_else_has_the_record(scene):
    decision = scene.decided(scene.decision(scene.ask()), **REFUSAL)
    paper = record_of(scene, decision)
    for other in (scene.police_officer, scene.world.housing, scene.world.coordinator, scene.world.auditor):
        with pytest.raises(PermissionDenied):
            post.ask_record(by=other, decision=decision)
        with pytest.raises(PermissionDenied):
            post.export_record(by=other, paper=paper)


def test_what_waits_has_no_record(scene):
    with pytest.raises(ValidationError):
        post.ask_record(by=scene.health_officer, decision=scene.decision(scene.ask()))
