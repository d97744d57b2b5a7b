"""Sealed columns: what opens, what raises, what a stolen row tells."""

import datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from cases.models import Party, Referral, Subject
from core import keyfolder
from core.models import Key
from core.sealing import Sealed, SealingError, Unjoined, key_ring, sealed_fields


@pytest.fixture
def subject(world):
    subject = Subject(
        key=Key.objects.mint(Key.Kind.SUBJECT),
        partnership=world.partnership,
        given_name="Siân",
        family_name="O’Neill",
        aliases=["Shan"],
        birth_date=datetime.date(1991, 2, 28),
    )
    subject.save()
    return subject


def stored(subject, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM cases_subject")
        return bytes(cursor.fetchone()[0])


def test_opens_through_the_joined_key(subject):
    found = Subject.objects.with_key().get()
    assert (found.given_name, found.family_name, found.aliases, found.birth_date) == (
        "Siân",
        "O’Neill",
        ["Shan"],
        datetime.date(1991, 2, 28),
    )


def test_the_row_tells_nothing(subject):
    assert all(
        plain.encode() not in stored(subject, column)
        for column, plain in {"given_name": "Siân", "family_name": "Neill", "birth_date": "1991"}.items()
    )


def test_an_unjoined_key_raises_and_never_asks(subject, django_assert_num_queries):
    found = Subject.objects.get()
    with django_assert_num_queries(0), pytest.raises(Unjoined):
        found.given_name


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Subject.objects.filter(given_name="Siân"),
        lambda: Subject.objects.filter(given_name__contains="S"),
        lambda: Subject.objects.order_by("family_name"),
        lambda: list(Subject.objects.values("given_name")),
        lambda: list(Subject.objects.values_list("birth_date", flat=True)),
        lambda: list(Subject.objects.values()),
    ],
)
def test_roads_that_would_compare_or_pour_out_are_refused(subject, wrong):
    with pytest.raises(SealingError):
        wrong()


def test_nothing_is_stored_for_nothing(world):
    Subject(key=Key.objects.mint(Key.Kind.SUBJECT), partnership=world.partnership).save()
    assert stored(None, "given_name") == b""
    assert Subject.objects.with_key().get().given_name == ""


def test_a_value_moved_to_another_row_does_not_open(subject, world):
    other = Subject(key=subject.key, partnership=world.partnership, given_name="Mair")
    other.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT given_name FROM cases_subject WHERE id = %s",
            [Subject._meta.pk.get_db_prep_value(subject.pk, connection)],
        )
        taken = bytes(cursor.fetchone()[0])
        cursor.execute(
            "UPDATE cases_subject SET given_name = %s WHERE id = %s",
            [connection.Database.Binary(taken), Subject._meta.pk.get_db_prep_value(other.pk, connection)],
        )
    with pytest.raises(SealingError):
        Subject.objects.with_key().get(pk=other.pk).given_name


def test_a_value_moved_to_another_field_does_not_open(subject):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_subject SET given_name = family_name")
    with pytest.raises(SealingError):
        Subject.objects.with_key().get().given_name


def test_history_is_sealed_and_opens_with_the_same_key(subject):
    subject.given_name = "Siân Mair"
    subject.save()
    rows = subject.history.select_related("key").order_by("history_id")
    assert [row.given_name for row in rows] == ["Siân", "Siân Mair"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT given_name FROM cases_historicalsubject")
        assert all("Siân".encode() not in bytes(row[0]) for row in cursor.fetchall())


def test_deleting_the_record_deletes_its_history(subject):
    subject.delete()
    assert Subject.history.count() == 0


def test_a_destroyed_key_shows_as_destroyed(subject, world):
    key = subject.key
    key.wrapped, key.destroyed_at = None, datetime.datetime.now(datetime.UTC)
    key.save()
    found = Subject.objects.with_key().get()
    assert (str(found.given_name), found.aliases, found.birth_date) == ("destroyed", [], None)


def test_a_key_is_opened_once_a_request(subject, world, monkeypatch):
    from core import sealing

    opened = []
    monkeypatch.setattr(sealing, "unwrap", lambda *a, **k: opened.append(k["key_id"]) or b"0" * 32)
    with key_ring():
        for _time in range(3):
            sealing.cipher_of(Key.objects.get(pk=subject.key_id))
    assert opened == [subject.key_id]


def test_the_wrong_key_folder_is_named(subject, tmp_path, settings):
    keyfolder.create(tmp_path / "other")
    settings.CONFER_KEYS = tmp_path / "other"
    keyfolder.forget()
    with pytest.raises(ImproperlyConfigured, match="does not belong to this database"):
        Subject.objects.with_key().get().given_name
    keyfolder.forget()


def test_a_sealed_value_says_nothing():
    assert repr(Sealed(b"abc")) == "<sealed>"
    with pytest.raises(SealingError):
        str(Sealed(b"abc"))


def test_every_sealed_model_finds_its_fields():
    assert {field.name for field in sealed_fields(Subject)} == {"given_name", "family_name", "aliases", "birth_date"}
    assert "summary" in {field.name for field in sealed_fields(Referral)}
    assert "afraid_of" in {field.name for field in sealed_fields(Party)}
