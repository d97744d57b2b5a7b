"""A start with a missing or foreign key folder refuses with a clear sentence."""

import shutil

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import keyfolder
from core.keycheck import verify_key_folder
from core.models import Key

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    keyfolder.create(tmp_path / "keys")
    settings.CONFER_KEYS = tmp_path / "keys"
    keyfolder.forget()
    yield settings.CONFER_KEYS
    keyfolder.forget()


def replace(file):
    file.write_bytes(bytes(32))
    keyfolder.forget()


def test_the_right_folder_is_accepted_again_and_again(folder):
    Key.objects.mint(Key.Kind.CASE)
    verify_key_folder()
    verify_key_folder()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("epochs/e0001.key", "does not open the records. keys"),
        ("search.key", "its search key is another one"),
        ("audit.key", "its audit key is another one"),
    ],
)
def test_a_foreign_key_is_refused(folder, file, sentence):
    Key.objects.mint(Key.Kind.CASE)
    verify_key_folder()
    replace(folder / file)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        verify_key_folder()


@pytest.mark.parametrize("file", ["epochs/current", "epochs/e0001.key", "search.key", "audit.key"])
def test_a_missing_file_is_named(folder, file):
    (folder / file).unlink()
    keyfolder.forget()
    with pytest.raises(ImproperlyConfigured, match="restore the key folder from its escrow copy"):
        verify_key_folder()


def test_half_a_key_is_no_key(folder):
    (folder / "search.key").write_bytes(b"short")
    keyfolder.forget()
    with pytest.raises(ImproperlyConfigured, match="not a key of 32 bytes"):
        verify_key_folder()


def test_making_a_folder_twice_keeps_its_keys(tmp_path):
    keyfolder.create(tmp_path / "keys")
    before = {path: path.read_bytes() for path in (tmp_path / "keys").rglob("*.key")}
    keyfolder.create(tmp_path / "keys")
    assert {path: path.read_bytes() for path in (tmp_path / "keys").rglob("*.key")} == before
    shutil.rmtree(tmp_path / "keys")
