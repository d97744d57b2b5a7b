"""Sealed fields: what identifies or describes a person is encrypted in the row.

A sealed field opens on first reading through the row's `key` relation, which the queryset joins; where the
join is missing it raises and never asks the database.  The ciphertext binds key, model, field and row, so it
cannot be moved, and a history row opens with the same key.  Nothing here knows what a person is.
"""

import datetime
import json
import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import keyfolder

FORMAT = b"\x01"
NONCE_BYTES = 12
DESTROYED = _("destroyed")


class SealingError(Exception):
    """A sealed value was used in a way that the sealing forbids (no join, filter, order, wrong row)."""


class Unjoined(SealingError):
    """The row's key was not joined by the query that fetched it."""


# Keys ----------------------------------------------------------------------------------------------

_opened: ContextVar[dict[UUID, AESGCM] | None] = ContextVar("opened_keys", default=None)


@contextmanager
def key_ring():
    """Keep opened keys for the length of one request or one task, and no longer."""
    token = _opened.set({})
    try:
        yield
    finally:
        _opened.reset(token)


def wrap(material: bytes, *, key_id: UUID, epoch: str) -> bytes:
    """*material* (32 bytes) encrypted under the key of *epoch*, bound to *key_id*."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(keyfolder.epoch_key(epoch)).encrypt(nonce, material, _wrap_binding(key_id, epoch))


def unwrap(wrapped: bytes, *, key_id: UUID, epoch: str) -> bytes:
    """The 32 bytes of a wrapped key; `ImproperlyConfigured` where the epoch's key is not the one that wrapped it."""
    try:
        return AESGCM(keyfolder.epoch_key(epoch)).decrypt(
            bytes(wrapped[:NONCE_BYTES]), bytes(wrapped[NONCE_BYTES:]), _wrap_binding(key_id, epoch)
        )
    except InvalidTag as error:
        raise ImproperlyConfigured(
            f"The key folder (CONFER_KEYS) does not belong to this database: its key of epoch {epoch} does not "
            "open the records' keys. Point CONFER_KEYS to the folder that was made with this database."
        ) from error


def _wrap_binding(key_id: UUID, epoch: str) -> bytes:
    return b"key|" + key_id.bytes + b"|" + epoch.encode()


def _cipher(key) -> AESGCM:
    ring = _opened.get()
    if ring is not None and key.pk in ring:
        return ring[key.pk]
    cipher = AESGCM(unwrap(key.wrapped, key_id=key.pk, epoch=key.epoch))
    if ring is not None:
        ring[key.pk] = cipher
    else:
        key.__dict__["_cipher"] = cipher
    return cipher


def cipher_of(key) -> AESGCM:
    """The opened cipher of a `core.models.Key` row; `SealingError` where the key was destroyed."""
    if key.is_destroyed:
        raise SealingError("This key was destroyed.")
    return key.__dict__.get("_cipher") or _cipher(key)


# Values --------------------------------------------------------------------------------------------


class Sealed:
    """A ciphertext as it came from the database.  It says nothing, not even by mistake in a log."""

    __slots__ = ("data",)

    def __init__(self, data: bytes):
        self.data = bytes(data)

    def __repr__(self) -> str:
        return "<sealed>"

    def __str__(self) -> str:
        raise SealingError("A sealed value is read through its record, not from values().")


def seal(cipher: AESGCM, key_id: UUID, plain: bytes, binding: bytes) -> bytes:
    """version, key id, nonce and AES-256-GCM ciphertext of *plain*, bound to *binding*."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return FORMAT + key_id.bytes + nonce + cipher.encrypt(nonce, plain, key_id.bytes + binding)


def unseal(cipher: AESGCM, key_id: UUID, sealed: bytes, binding: bytes) -> bytes:
    """The plain bytes; `SealingError` where the value belongs to another key, model, field or row, or was changed."""
    if sealed[:1] != FORMAT or sealed[1:17] != key_id.bytes:
        raise SealingError("This value was not sealed with this record's key.")
    try:
        return cipher.decrypt(sealed[17 : 17 + NONCE_BYTES], sealed[17 + NONCE_BYTES :], key_id.bytes + binding)
    except InvalidTag as error:
        raise SealingError("This sealed value was changed, or belongs to another record.") from error


def key_of(instance: models.Model):
    """The joined key of *instance*; `Unjoined` where the query did not join it."""
    cached = instance._state.fields_cache.get("key")
    if cached is None:
        cached = _standing_keys().get(instance.key_id)
    if cached is None:
        raise Unjoined(
            f"{type(instance).__name__}: the key was not joined. Fetch the row through its queryset's "
            "visible_to() or with_key()."
        )
    return cached


_standing: ContextVar[dict | None] = ContextVar("standing_keys", default=None)


def _standing_keys() -> dict:
    return _standing.get() or {}


@contextmanager
def using_keys(*keys):
    """Let rows that hold only a key's id (history rows being written, bulk rows) be sealed with *keys*."""
    held = dict(_standing_keys())
    held.update({key.pk: key for key in keys})
    token = _standing.set(held)
    try:
        yield
    finally:
        _standing.reset(token)


_as_stored: ContextVar[bool] = ContextVar("as_stored", default=False)


@contextmanager
def as_stored():
    """Let a row's unread sealed values be copied as they are (into its history, which is bound alike) without a key."""
    token = _as_stored.set(True)
    try:
        yield
    finally:
        _as_stored.reset(token)


def _binding(instance: models.Model, field_name: str) -> bytes:
    model = getattr(instance, "instance_type", type(instance))
    return f"{model._meta.label_lower}|{field_name}|".encode() + instance.id.bytes


class _Opener:
    """Descriptor: the plain value, opened once per instance."""

    def __init__(self, field: "SealedField"):
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        try:
            value = instance.__dict__[self.field.attname]
        except KeyError:
            raise SealingError(f"{self.field.name} was deferred; sealed fields are fetched with their row.") from None
        if not isinstance(value, Sealed) or _as_stored.get():
            return value
        key = key_of(instance)
        if key.is_destroyed:
            return self.field.destroyed_value()
        opened = self.field.to_plain(
            unseal(cipher_of(key), key.pk, value.data, _binding(instance, self.field.name)) if value.data else b""
        )
        instance.__dict__[self.field.attname] = opened
        return opened

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):
    """Text that is encrypted in the row under the row's `key`.

    Empty text is stored as nothing.  Filtering, ordering and `values()` are refused.  The model has a foreign
    key named `key` to `core.Key`, and a UUID `id` that is made in Python.
    """

    description = _("Sealed text")
    empty_values = [None, ""]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("blank", True)
        if not kwargs.get("null"):
            kwargs.setdefault("default", self.empty)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        return name, path, args, kwargs

    @staticmethod
    def empty():
        """The value of a field into which nothing was written."""
        return ""

    def get_internal_type(self):
        return "BinaryField"

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, _Opener(self))

    def check(self, **kwargs):
        errors = super().check(**kwargs)
        if not any(f.name == "key" for f in self.model._meta.get_fields()):
            errors.append(checks.Error(f"{self.model.__name__}.{self.name} is sealed, but the model has no key."))
        return errors

    # plain <-> bytes; subclasses change these four
    def to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def to_plain(self, data: bytes) -> Any:
        return data.decode()

    def destroyed_value(self) -> Any:
        return DESTROYED

    def to_python(self, value: Any) -> Any:
        return value

    # database
    def from_db_value(self, value, expression, connection):
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance, add):
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            return value
        if value is None and self.null:
            return None
        if value in (None, "", [], {}):
            return Sealed(b"")
        if isinstance(value, Promise):
            raise SealingError("A destroyed record is not saved again.")
        key = key_of(model_instance)
        return Sealed(
            seal(cipher_of(key), key.pk, self.to_bytes(value), _binding(model_instance, self.name)),
        )

    def get_db_prep_save(self, value, connection):
        return self.get_db_prep_value(value, connection)

    def get_prep_value(self, value):
        return value

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise SealingError("A sealed field is not compared or filtered.")
        return connection.Database.Binary(value.data)

    def get_lookup(self, lookup_name):
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise SealingError(f"{self.name} is sealed: it cannot be filtered by {lookup_name}.")

    def get_transform(self, lookup_name):
        raise SealingError(f"{self.name} is sealed: it cannot be transformed.")

    def value_to_string(self, obj):
        raise SealingError("A sealed value is not serialised.")

    def formfield(self, **kwargs):
        from django import forms

        return forms.CharField(required=not self.blank, label=self.verbose_name, help_text=self.help_text, **kwargs)


class SealedDateField(SealedField):
    """A date, sealed."""

    description = _("Sealed date")

    def __init__(self, *args, **kwargs):
        kwargs["null"] = True
        super().__init__(*args, **kwargs)

    def to_bytes(self, value):
        return value.isoformat().encode()

    def to_plain(self, data):
        return datetime.date.fromisoformat(data.decode()) if data else None

    def destroyed_value(self):
        return None


class SealedJSONField(SealedField):
    """A list or mapping of plain values, sealed.  *default* is `list` (unless given as `dict`)."""

    description = _("Sealed structure")

    def __init__(self, *args, shape=list, **kwargs):
        self.shape = shape
        kwargs.setdefault("default", shape)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.shape is not list:
            kwargs["shape"] = self.shape
        return name, path, args, kwargs

    def to_bytes(self, value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()

    def to_plain(self, data):
        return json.loads(data) if data else self.shape()

    def destroyed_value(self):
        return self.shape()


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    """The sealed fields of *model*, in order."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
