"""Files kept encrypted in the data folder, each under the key of what it belongs to.

Here belongs writing, opening and erasing the bytes.  Which row owns a file, whose key seals it and who may see it is
decided by the callers; nothing here reads the database.

A file is ``magic (4) · version (1) · nonce (12) · ciphertext and tag``, AES-256-GCM; header and file id are bound in as
associated data, so that neither a renamed nor a swapped file opens.
"""

import hashlib
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from core.atomic import sync_folder, write_whole

MAGIC = b"CFSF"
VERSION = b"\x01"
NONCE_BYTES = 12
TAG_BYTES = 16
LARGEST_CONTENT = 50 * 1024 * 1024


class StoredFileError(Exception):
    """A kept file cannot be given; the message names the file's id, nothing of its content."""


class StoredFileMissing(StoredFileError):
    """There is no file with this id: never written, or erased."""


class StoredFileDamaged(StoredFileError):
    """The file does not open: altered, cut short, moved from another id, or sealed with another key."""


class StoredFileExists(StoredFileError):
    """Another content is already kept under this id; a kept file is never replaced."""


class StoredFiles:
    """The encrypted files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def write(self, key_material: bytes, file_id: UUID, content: bytes) -> str:
        """Keep *content* under *file_id*, sealed with *key_material* (32 bytes or more); its SHA-256 in hexadecimal.

        Call it before the row that names the file is committed: a crash between the two leaves a file that no row
        names, never a row without its file.  Writing the same content again is harmless, so a task may be repeated.
        Raises `StoredFileExists` for another content, `ValueError` beyond 50 MB, `OSError` if the disk refuses.
        """
        if len(content) > LARGEST_CONTENT:
            raise ValueError(f"File {file_id} is larger than {LARGEST_CONTENT} bytes.")
        path = self._path(file_id)
        if path.exists():
            self._require_same(key_material, file_id, content)
        else:
            header = MAGIC + VERSION + secrets.token_bytes(NONCE_BYTES)
            sealed = _cipher(key_material).encrypt(header[-NONCE_BYTES:], content, header + file_id.bytes)
            write_whole(path, header + sealed)
        return hashlib.sha256(content).hexdigest()

    def read(self, key_material: bytes, file_id: UUID) -> bytes:
        """The content kept under *file_id*.  Raises `StoredFileMissing` or `StoredFileDamaged`."""
        try:
            stored = self._path(file_id).read_bytes()
        except FileNotFoundError:
            raise StoredFileMissing(f"File {file_id} is not in the data folder.") from None
        length = len(MAGIC) + len(VERSION) + NONCE_BYTES
        header, sealed = stored[:length], stored[length:]
        if not header.startswith(MAGIC + VERSION) or len(sealed) < TAG_BYTES:
            raise StoredFileDamaged(f"File {file_id} is damaged or of an unknown version.")
        try:
            return _cipher(key_material).decrypt(header[-NONCE_BYTES:], sealed, header + file_id.bytes)
        except InvalidTag:
            raise StoredFileDamaged(f"File {file_id} is damaged or belongs to another key.") from None

    def erase(self, file_id: UUID) -> bool:
        """Remove the file; whether there was one.

        The bytes may linger on the disk and in backups: what makes them unreadable is destroying the key.
        """
        path = self._path(file_id)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        sync_folder(path.parent)
        return True

    def _path(self, file_id: UUID) -> Path:
        if not isinstance(file_id, UUID):
            raise TypeError("A stored file is named by a UUID.")
        return self.root / file_id.hex[:2] / file_id.hex[2:4] / file_id.hex

    def _require_same(self, key_material: bytes, file_id: UUID, content: bytes) -> None:
        try:
            same = self.read(key_material, file_id) == content
        except StoredFileDamaged:
            same = False
        if not same:
            raise StoredFileExists(f"File {file_id} is already kept with another content.")


def stored_files() -> StoredFiles:
    """The documents of this installation: `documents` in the data folder."""
    return StoredFiles(Path(settings.CONFER_DATA) / "documents")


def _cipher(key_material: bytes) -> AESGCM:
    if len(key_material) < 32:
        raise ValueError("The key of a stored file has at least 32 bytes.")
    # A key of its own: the same material also seals fields, and one key should serve one purpose.
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"stored file 1").derive(key_material))
