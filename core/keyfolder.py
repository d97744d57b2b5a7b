"""The key folder: secrets that live outside the database and outside every backup of it.

Layout (`docs/deploy.md` says how to keep it)::

    CONFER_KEYS/
        epochs/<epoch>.key      32 random bytes; wraps the row keys of that epoch
        epochs/current          the name of the epoch that new keys are wrapped under
        search.key              32 bytes; keyed hashes of names and dates
        audit.key               32 bytes; the MAC of each audit event
        destroyed.list          ids of destroyed row keys, replayed after a restore
        signing-identity.pem    signs encrypted letters: one RSA key and its certificate; made self-signed at the first
                                letter, replaced by the organisation with its own

Nothing here touches the database: `core.sealing.verify_key_folder` compares the two.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
FIRST_EPOCH = "e0001"


def folder() -> Path:
    """The key folder of this installation."""
    return Path(settings.CONFER_KEYS)


def create(where: Path) -> None:
    """Make a key folder with a first epoch, a search key and an audit key; keep what is already there."""
    (where / "epochs").mkdir(mode=0o700, parents=True, exist_ok=True)
    where.chmod(0o700)
    if not (where / "epochs" / "current").exists():
        _write(where / "epochs" / f"{FIRST_EPOCH}.key", secrets.token_bytes(KEY_BYTES))
        _write(where / "epochs" / "current", FIRST_EPOCH.encode())
    for name in ("search.key", "audit.key"):
        if not (where / name).exists():
            _write(where / name, secrets.token_bytes(KEY_BYTES))
    (where / "destroyed.list").touch(mode=0o600)


def current_epoch() -> str:
    """The name of the epoch under which new keys are wrapped."""
    return _current_epoch(folder())


def epoch_key(epoch: str) -> bytes:
    """The 32 bytes that wrap the keys of *epoch*; `ImproperlyConfigured` where the file is missing or not a key."""
    if not epoch.isalnum():
        raise ImproperlyConfigured(f"“{epoch}” is not the name of a key epoch.")
    return _read(str(settings.CONFER_KEYS), f"epochs/{epoch}.key")


def search_key() -> bytes:
    """The key of the search index's hashes."""
    return _read(str(settings.CONFER_KEYS), "search.key")


def audit_key() -> bytes:
    """The key of the audit events' MACs."""
    return _read(str(settings.CONFER_KEYS), "audit.key")


def forget() -> None:
    """Read the folder anew at the next use (after a turn of epochs, and in tests)."""
    _read.cache_clear()
    _current_epoch.cache_clear()


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=16)
def _read(where: str, name: str) -> bytes:
    path = Path(where, name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The key file {path.name} cannot be read in the key folder (CONFER_KEYS). "
            "Confer cannot open its records without it: restore the key folder from its escrow copy."
        ) from error
    if len(content) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"The key file {path.name} in the key folder (CONFER_KEYS) is not a key of {KEY_BYTES} bytes: "
            "restore the key folder from its escrow copy."
        )
    return content


@lru_cache(maxsize=4)
def _current_epoch(where: Path) -> str:
    try:
        return (where / "epochs" / "current").read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            "The key folder (CONFER_KEYS) has no current epoch. "
            "Confer cannot open its records without it: restore the key folder from its escrow copy."
        ) from error
