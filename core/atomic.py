"""A file that appears whole or not at all, readable by this installation only.

Here belongs writing one small file safely.  Where files lie and what is in them is their owner's business.
"""

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Make *path* hold exactly *content*, mode 0600, in place of what was there; folders are made as needed, mode 0700.

    A reader sees the old file or the new one, never a part, and the new one survives a power cut once this returns.
    Raises `OSError`; then the old file, if any, is untouched and no scrap is left behind.
    """
    _make_folder(path.parent)
    unfinished = path.parent / f".{path.name}.{secrets.token_hex(6)}.part"
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* as durable as the files: without it a power cut can undo a rename or an erasure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    # `mkdir(parents=True)` would give the mode to the last folder only.
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
