"""Files in the data folder: what is written opens again, with its key and under its id only."""

import hashlib
import stat
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from core.stored import (
    LARGEST_CONTENT,
    StoredFileDamaged,
    StoredFileExists,
    StoredFileMissing,
    StoredFiles,
    stored_files,
)

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
ONE = UUID("0123456789abcdef0123456789abcdef")
TWO = UUID("fedcba9876543210fedcba9876543210")
CONTENT = b"Margaret Ashdown-Pryce lives at 14 Larkspur Row"


@pytest.fixture
def files(tmp_path: Path) -> StoredFiles:
    return StoredFiles(tmp_path / "documents")


def only_file(files: StoredFiles) -> Path:
    (path,) = (path for path in files.root.rglob("*") if path.is_file())
    return path


def test_what_is_written_is_read_back_and_its_digest_is_of_the_content(files):
    assert files.write(KEY, ONE, CONTENT) == hashlib.sha256(CONTENT).hexdigest()
    assert files.read(KEY, ONE) == CONTENT


@given(content=st.binary(max_size=300))
def test_any_content_comes_back_unchanged(tmp_path_factory, content):
    files = StoredFiles(tmp_path_factory.mktemp("documents"))
    files.write(KEY, ONE, content)
    assert files.read(KEY, ONE) == content


def test_the_file_lies_two_levels_down_under_its_id_readable_by_its_owner_only(files):
    files.write(KEY, ONE, CONTENT)
    path = only_file(files)
    assert path.relative_to(files.root) == Path("01/23/0123456789abcdef0123456789abcdef")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in path.parents[:2]] == [0o700, 0o700]


def test_nothing_of_the_content_is_on_the_disk(files):
    files.write(KEY, ONE, CONTENT)
    stored = only_file(files).read_bytes()
    assert [word for word in CONTENT.split() if len(word) > 3 and word in stored] == []
    assert len(stored) == 4 + 1 + 12 + len(CONTENT) + 16


def test_the_same_content_twice_is_sealed_differently(files, tmp_path):
    others = StoredFiles(tmp_path / "others")
    files.write(KEY, ONE, CONTENT)
    others.write(KEY, ONE, CONTENT)
    assert only_file(files).read_bytes() != only_file(others).read_bytes()


def test_a_file_never_written_is_missing(files):
    with pytest.raises(StoredFileMissing, match=f"^File {ONE} is not in the data folder.$"):
        files.read(KEY, ONE)


def test_another_key_opens_nothing(files):
    files.write(KEY, ONE, CONTENT)
    with pytest.raises(StoredFileDamaged, match=f"^File {ONE} is damaged or belongs to another key.$"):
        files.read(OTHER_KEY, ONE)


def test_a_file_put_under_another_id_does_not_open(files):
    files.write(KEY, ONE, CONTENT)
    target = files.root / "fe" / "dc" / TWO.hex
    target.parent.mkdir(parents=True)
    only_file(files).rename(target)
    with pytest.raises(StoredFileDamaged):
        files.read(KEY, TWO)


@pytest.mark.parametrize("position", [0, 4, 5, 16, 17, 40, -1])
def test_one_altered_byte_anywhere_is_found(files, position):
    files.write(KEY, ONE, CONTENT)
    path = only_file(files)
    stored = bytearray(path.read_bytes())
    stored[position] ^= 1
    path.write_bytes(stored)
    with pytest.raises(StoredFileDamaged):
        files.read(KEY, ONE)


@pytest.mark.parametrize("length", [0, 4, 5, 16, 17, 32, 33, 60])
def test_a_file_cut_short_is_found(files, length):
    files.write(KEY, ONE, CONTENT)
    path = only_file(files)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(StoredFileDamaged):
        files.read(KEY, ONE)


def test_writing_the_same_again_is_harmless(files):
    first = files.write(KEY, ONE, CONTENT)
    before = only_file(files).read_bytes()
    assert files.write(KEY, ONE, CONTENT) == first
    assert only_file(files).read_bytes() == before


@pytest.mark.parametrize(("key", "content"), [(KEY, b"another"), (OTHER_KEY, CONTENT)])
def test_a_kept_file_is_never_replaced(files, key, content):
    files.write(KEY, ONE, CONTENT)
    with pytest.raises(StoredFileExists):
        files.write(key, ONE, content)
    assert files.read(KEY, ONE) == CONTENT


def test_erasing_says_whether_there_was_a_file(files):
    files.write(KEY, ONE, CONTENT)
    assert files.erase(ONE) is True
    assert files.erase(ONE) is False
    assert [path for path in files.root.rglob("*") if path.is_file()] == []


def test_a_failed_write_leaves_nothing_behind(files, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr("core.atomic.os.fsync", full)
    with pytest.raises(OSError, match=r"^no space left$"):
        files.write(KEY, ONE, CONTENT)
    assert [path for path in files.root.rglob("*") if path.is_file()] == []


def test_a_file_beyond_the_limit_is_refused(files):
    with pytest.raises(ValueError, match="is larger than 52428800 bytes"):
        files.write(KEY, ONE, bytes(LARGEST_CONTENT + 1))


def test_a_short_key_is_refused(files):
    with pytest.raises(ValueError, match="at least 32 bytes"):
        files.write(KEY[:31], ONE, CONTENT)


@pytest.mark.parametrize("name", ["../../etc/passwd", ONE.hex, None])
def test_only_an_id_names_a_file(files, name):
    with pytest.raises(TypeError):
        files.read(KEY, name)


def test_the_installations_documents_lie_in_the_data_folder():
    assert stored_files().root == Path(settings.CONFER_DATA) / "documents"
