"""Mail without a mail server: each letter becomes one `.eml` file in a folder that only this installation reads."""

import os
import uuid
from email.policy import SMTP
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmailBackend(BaseEmailBackend):
    """Writes to the folder `EMAIL_FILE_PATH`; a file appears whole or not at all, and its name tells the time only."""

    def send_messages(self, email_messages) -> int:
        """Spool *email_messages*; the number written."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            _write(folder, message.message().as_bytes(policy=SMTP))
        return len(email_messages)


def _write(folder: Path, content: bytes) -> None:
    name = f"{timezone.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}"
    unfinished = folder / f".{name}.part"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / f"{name}.eml")
