"""What the environment says, read and checked once at start.

Here belongs turning variables into values and refusing what is missing or malformed, in one sentence that names the
variable and never its content.  What the values mean to Django is in `config/settings.py`.
"""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECRET_KEY_LENGTH = 50

# Policy in whole numbers: without it, at least, at most.  The bounds keep a slip of the finger from opening a door.
POLICY = {
    "IDLE_MINUTES": (20, 5, 60),
    "SESSION_HOURS": (12, 1, 24),
    "LOCKOUT_ATTEMPTS": (5, 3, 20),
    "LOCKOUT_MINUTES": (60, 5, 1440),
    "INVITATION_HOURS": (72, 1, 336),
}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, repr=False)
class Environment:
    """The checked values; has no readable form, so that no secret is printed by accident."""

    demonstration: bool
    secret_key: str
    data: Path
    keys: Path
    port: int
    allowed_hosts: list[str]
    trusted_origins: list[str]
    trusted_proxies: list[Network]
    database: dict[str, Any]
    email: dict[str, Any]
    email_from: str
    public_url: str
    policy: dict[str, int]


def read(variables: Mapping[str, str], root: Path) -> Environment:
    """The settings of this installation from *variables*; folders not named lie under *root*.

    Raises `ImproperlyConfigured` with one sentence.  In a demonstration the secrets are made at the first start.
    """
    given = {name: value.strip() for name, value in variables.items() if value.strip()}
    demonstration = _is_demonstration(given)
    data = Path(given.get("CONFER_DATA") or root / "var" / "data").expanduser().resolve()
    keys = _key_folder(given, data, demonstration)
    port = _port(given)
    policy = {name: _whole_number(given, name, *bounds) for name, bounds in POLICY.items()}
    _whole_number(given, "WEB_CONCURRENCY", 2, 1, 64)  # `config/gunicorn.py` reads it
    hosts = _list(given, "ALLOWED_HOSTS")
    if not demonstration and not hosts:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is missing: give the host names under which Confer is reached, separated by commas."
        )
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Environment(
        demonstration=demonstration,
        secret_key=_demonstration_secret(keys) if demonstration else _secret_key(given),
        data=data,
        keys=keys,
        port=port,
        allowed_hosts=hosts or LOOPBACK_HOSTS,
        trusted_origins=_origins(given),
        trusted_proxies=_networks(given),
        database=_database(given, data),
        email=_email(given),
        email_from=_email_from(given),
        public_url=_public_url(given, hosts, port, demonstration),
        policy=policy,
    )


def _is_demonstration(given: Mapping[str, str]) -> bool:
    secret, keys = "SECRET_KEY" in given, "CONFER_KEYS" in given
    if secret and not keys:
        raise ImproperlyConfigured(
            "SECRET_KEY is given but CONFER_KEYS (the key folder) is missing: "
            "give both for real use, or neither for a demonstration."
        )
    if keys and not secret:
        raise ImproperlyConfigured(
            "CONFER_KEYS is given but SECRET_KEY is missing: give both for real use, or neither for a demonstration."
        )
    return not secret


def _secret_key(given: Mapping[str, str]) -> str:
    secret = given["SECRET_KEY"]
    if len(secret) < SECRET_KEY_LENGTH or len(set(secret)) < 5:
        raise ImproperlyConfigured(
            f"SECRET_KEY is too weak: give at least {SECRET_KEY_LENGTH} random characters that no one else knows."
        )
    return secret


def _key_folder(given: Mapping[str, str], data: Path, demonstration: bool) -> Path:
    keys = Path(given.get("CONFER_KEYS") or data.with_name(f"{data.name}-keys")).expanduser().resolve()
    if keys == data or data in keys.parents:
        raise ImproperlyConfigured(
            "CONFER_KEYS lies inside CONFER_DATA: the keys must be kept apart from what they open, "
            "or every copy of the data would carry them."
        )
    if keys in data.parents:
        raise ImproperlyConfigured(
            "CONFER_DATA lies inside CONFER_KEYS: the data must be kept apart from the keys that open it."
        )
    if not demonstration and not keys.is_dir():
        raise ImproperlyConfigured(
            "CONFER_KEYS names no folder: make one with script/keys, "
            "or restore it from its escrow copy if Confer was in use before."
        )
    return keys


def _demonstration_secret(keys: Path) -> str:
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = keys / "demonstration.secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(SECRET_KEY_LENGTH))
    return path.read_text()


def _port(given: Mapping[str, str]) -> int:
    text = given.get("PORT", "8000")
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536):
        raise ImproperlyConfigured("PORT is not a port number between 1 and 65535.")
    return int(text)


def _whole_number(given: Mapping[str, str], name: str, otherwise: int, least: int, most: int) -> int:
    text = given.get(name, str(otherwise))
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and least <= int(text) <= most):
        raise ImproperlyConfigured(f"{name} is not a whole number between {least} and {most}.")
    return int(text)


def _list(given: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in given.get(name, "").split(",") if part.strip()]


def _origins(given: Mapping[str, str]) -> list[str]:
    origins = _list(given, "CSRF_TRUSTED_ORIGINS")
    if not all(origin.startswith(("https://", "http://")) for origin in origins):
        raise ImproperlyConfigured("CSRF_TRUSTED_ORIGINS is malformed: each address begins with https://.")
    return origins


def _networks(given: Mapping[str, str]) -> list[Network]:
    try:
        return [ipaddress.ip_network(part) for part in _list(given, "TRUSTED_PROXIES")]
    except ValueError:
        raise ImproperlyConfigured(
            "TRUSTED_PROXIES is malformed: give addresses or networks such as 10.0.0.5,10.1.0.0/24."
        ) from None


def _database(given: Mapping[str, str], data: Path) -> dict[str, Any]:
    name = "DATABASE_URL"
    if given.get("CONFER_DATABASE_ROLE") == "owner" and "DATABASE_OWNER_URL" in given:
        name = "DATABASE_OWNER_URL"
    if "DATABASE_OWNER_URL" in given and "DATABASE_URL" not in given:
        raise ImproperlyConfigured("DATABASE_OWNER_URL is given but DATABASE_URL is missing.")
    if name not in given:
        return _sqlite(data / "confer.sqlite3")
    try:
        database = dict(environ.Env.db_url_config(given[name]))
    except Exception:
        database = {}
    if database.get("ENGINE") != "django.db.backends.postgresql" or not database.get("NAME"):
        raise ImproperlyConfigured(f"{name} is malformed: it must read postgres://user:password@host:port/name.")
    return database | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            # Without IMMEDIATE two writers that began by reading fail at once instead of waiting for one another.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: an audit row must survive a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


def _email(given: Mapping[str, str]) -> dict[str, Any]:
    if "EMAIL_URL" not in given:
        return {}
    url = given["EMAIL_URL"]
    try:
        email = dict(environ.Env.email_url_config(url)) if url.startswith(("smtp+tls://", "smtp+ssl://")) else {}
    except Exception:
        email = {}
    if not email.get("EMAIL_HOST"):
        raise ImproperlyConfigured(
            "EMAIL_URL is malformed: it must read smtp+tls://user:password@host:587 or smtp+ssl://user:password@host:465."
        )
    port = email.get("EMAIL_PORT") or (587 if email.get("EMAIL_USE_TLS") else 465)
    wanted = ("EMAIL_HOST", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    return {name: email[name] or "" for name in wanted if name in email} | {"EMAIL_PORT": port}


def _email_from(given: Mapping[str, str]) -> str:
    if "EMAIL_URL" in given and "EMAIL_FROM" not in given:
        raise ImproperlyConfigured("EMAIL_FROM is missing: give the address from which Confer's letters come.")
    address = given.get("EMAIL_FROM", "confer@confer.example")
    if "@" not in address or any(letter in address for letter in "\r\n"):
        raise ImproperlyConfigured("EMAIL_FROM is not an e-mail address.")
    return address


def _public_url(given: Mapping[str, str], hosts: list[str], port: int, demonstration: bool) -> str:
    if demonstration:
        return f"http://127.0.0.1:{port}"
    url = given.get("PUBLIC_URL", f"https://{hosts[0].lstrip('.')}").rstrip("/")
    if not url.startswith("https://") or "*" in url:
        raise ImproperlyConfigured(
            "PUBLIC_URL is malformed: give the address at which members reach Confer, beginning with https://."
        )
    return url
