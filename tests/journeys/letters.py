"""The letters of a meeting: chosen and sent on their page, found in the spool, and opened as their recipient would."""

import email
import email.policy
import re
import subprocess
import time
from pathlib import Path


def choose_way(page, agency: str, way: str) -> None:
    """Tick one agency's letter and choose its way."""
    row = page.locator("tr", has_text=agency)
    row.locator("[name=to]").check()
    row.locator("select").select_option(value=way)


def wait_for_letters(coordinator, meeting: str, number: int) -> None:
    """Wait until *number* letters of the meeting at the address *meeting* are sent."""
    for _attempt in range(60):
        coordinator.go(meeting + "letters/")
        if coordinator.page.locator("main").get_by_text("Sent", exact=True).count() >= number:
            return
        time.sleep(1)
    raise AssertionError(coordinator.page.locator("main").inner_text())


def letter_to(stack, address: str) -> Path:
    """The newest letter in the spool to *address* that carries a document."""
    for path in reversed(stack.letters()):
        message = read(path.read_bytes())
        if address in str(message["To"]) and message.get_content_type() != "text/plain":
            return path
    raise AssertionError(f"no letter to {address}")


def read(content: bytes):
    """The message whose bytes these are."""
    return email.message_from_bytes(content, policy=email.policy.default)


def document_of(message) -> bytes:
    """The document that *message* carries."""
    parts = (part for part in message.walk() if part.get_content_type() == "application/pdf")
    return next(parts).get_payload(decode=True)


def page_of(message) -> str:
    """The path of the page in Confer that *message* leads to."""
    return re.search(r"https?://[^/]+(/\S+)", message.get_body(("plain",)).get_content())[1]


def words_of(document: bytes) -> str:
    """What is printed in the PDF *document*."""
    return subprocess.run(["pdftotext", "-", "-"], input=document, capture_output=True, check=True).stdout.decode()


def opened_with_openssl(stack, letter: Path, folder: Path):
    """The message inside an S/MIME *letter*, decrypted with the agency's key and its signature verified."""
    (folder / "key.pem").write_text(stack.private_key)
    (folder / "certificate.pem").write_text(stack.certificate)
    keys = ["-inkey", folder / "key.pem", "-recip", folder / "certificate.pem"]
    (folder / "signed.eml").write_bytes(_openssl("-decrypt", "-in", letter, *keys))
    return read(_openssl("-verify", "-noverify", "-in", folder / "signed.eml"))


def opens_with(sealed: Path, passphrase: str) -> bool:
    """Whether *passphrase* opens the encrypted document at *sealed*."""
    done = _qpdf(sealed, passphrase, "--check")
    assert done.returncode in (0, 2), done.stderr
    return done.returncode == 0


def encryption_of(sealed: Path, passphrase: str) -> str:
    """What qpdf says of the encryption of the document at *sealed*."""
    return _qpdf(sealed, passphrase, "--show-encryption").stdout


def _qpdf(sealed: Path, passphrase: str, *asked: str):
    return subprocess.run(["qpdf", f"--password={passphrase}", *asked, sealed], capture_output=True, text=True)


def _openssl(*arguments) -> bytes:
    return subprocess.run(["openssl", "cms", *arguments], capture_output=True, check=True).stdout
