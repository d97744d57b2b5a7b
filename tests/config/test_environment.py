"""What the environment may say, and the sentence that refuses the rest."""

import ipaddress
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment

SECRET = "k8Zp2vQ9xW4mN7rT1yU6iO3aS5dF0gH8jK2lZ4xC6vB9nM1qW3eR"


@pytest.fixture
def real(tmp_path):
    """A real installation's variables; the folders lie apart."""
    (tmp_path / "keys").mkdir()
    return {
        "SECRET_KEY": SECRET,
        "CONFER_KEYS": str(tmp_path / "keys"),
        "CONFER_DATA": str(tmp_path / "data"),
        "ALLOWED_HOSTS": "confer.example, www.confer.example",
    }


def refused(variables, root) -> str:
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.read(variables, root)
    return str(caught.value)


def test_without_any_variable_it_is_a_demonstration_on_loopback(tmp_path):
    read = environment.read({}, tmp_path)
    assert read.demonstration is True
    assert read.allowed_hosts == ["127.0.0.1", "localhost", "[::1]"]
    assert read.data == tmp_path / "var" / "data"
    assert read.keys == tmp_path / "var" / "data-keys"
    assert read.public_url == "http://127.0.0.1:8000"


def test_a_demonstration_makes_its_secret_once_and_keeps_it_to_itself(tmp_path):
    first = environment.read({}, tmp_path)
    second = environment.read({}, tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 50
    assert stat.S_IMODE((first.keys / "demonstration.secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(first.keys.stat().st_mode) == 0o700
    assert stat.S_IMODE(first.data.stat().st_mode) == 0o700


def test_a_demonstrations_secret_lies_outside_its_data(tmp_path):
    read = environment.read({}, tmp_path)
    assert list(read.data.rglob("*")) == []


def test_with_both_secrets_it_is_real(real, tmp_path):
    read = environment.read(real, tmp_path)
    assert read.demonstration is False
    assert read.secret_key == SECRET
    assert read.allowed_hosts == ["confer.example", "www.confer.example"]
    assert read.public_url == "https://confer.example"


def test_a_blank_variable_counts_as_none(tmp_path):
    assert environment.read({"SECRET_KEY": " ", "CONFER_KEYS": ""}, tmp_path).demonstration is True


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"CONFER_KEYS": None},
            "SECRET_KEY is given but CONFER_KEYS (the key folder) is missing: "
            "give both for real use, or neither for a demonstration.",
        ),
        (
            {"SECRET_KEY": None},
            "CONFER_KEYS is given but SECRET_KEY is missing: give both for real use, or neither for a demonstration.",
        ),
        (
            {"SECRET_KEY": "secret"},
            "SECRET_KEY is too weak: give at least 50 random characters that no one else knows.",
        ),
        (
            {"SECRET_KEY": "ab" * 30},
            "SECRET_KEY is too weak: give at least 50 random characters that no one else knows.",
        ),
        (
            {"ALLOWED_HOSTS": None},
            "ALLOWED_HOSTS is missing: give the host names under which Confer is reached, separated by commas.",
        ),
        ({"PORT": "http"}, "PORT is not a port number between 1 and 65535."),
        ({"PORT": "70000"}, "PORT is not a port number between 1 and 65535."),
        ({"PORT": "９０００"}, "PORT is not a port number between 1 and 65535."),
        ({"PORT": "9" * 5000}, "PORT is not a port number between 1 and 65535."),
        ({"WEB_CONCURRENCY": "many"}, "WEB_CONCURRENCY is not a whole number between 1 and 64."),
        ({"IDLE_MINUTES": "never"}, "IDLE_MINUTES is not a whole number between 5 and 60."),
        ({"IDLE_MINUTES": "0"}, "IDLE_MINUTES is not a whole number between 5 and 60."),
        ({"IDLE_MINUTES": "-20"}, "IDLE_MINUTES is not a whole number between 5 and 60."),
        ({"IDLE_MINUTES": "20.5"}, "IDLE_MINUTES is not a whole number between 5 and 60."),
        ({"IDLE_MINUTES": "61"}, "IDLE_MINUTES is not a whole number between 5 and 60."),
        ({"IDLE_MINUTES": "２０"}, "IDLE_MINUTES is not a whole number between 5 and 60."),
        ({"SESSION_HOURS": "48"}, "SESSION_HOURS is not a whole number between 1 and 24."),
        ({"LOCKOUT_ATTEMPTS": "1000"}, "LOCKOUT_ATTEMPTS is not a whole number between 3 and 20."),
        ({"LOCKOUT_MINUTES": "1"}, "LOCKOUT_MINUTES is not a whole number between 5 and 1440."),
        ({"INVITATION_HOURS": "a week"}, "INVITATION_HOURS is not a whole number between 1 and 336."),
        (
            {"TRUSTED_PROXIES": "proxy.example"},
            "TRUSTED_PROXIES is malformed: give addresses or networks such as 10.0.0.5,10.1.0.0/24.",
        ),
        (
            {"CSRF_TRUSTED_ORIGINS": "confer.example"},
            "CSRF_TRUSTED_ORIGINS is malformed: each address begins with https://.",
        ),
        (
            {"DATABASE_URL": "mysql://confer:hidden@db.example/confer"},
            "DATABASE_URL is malformed: it must read postgres://user:password@host:port/name.",
        ),
        (
            {"DATABASE_URL": "postgres://confer:hidden@db.example:port/confer"},
            "DATABASE_URL is malformed: it must read postgres://user:password@host:port/name.",
        ),
        (
            {"DATABASE_OWNER_URL": "postgres://owner:hidden@db.example/confer"},
            "DATABASE_OWNER_URL is given but DATABASE_URL is missing.",
        ),
        (
            {"EMAIL_URL": "smtp://mail.example", "EMAIL_FROM": "confer@confer.example"},
            "EMAIL_URL is malformed: it must read smtp+tls://user:password@host:587 or smtp+ssl://user:password@host:465.",
        ),
        (
            {"EMAIL_URL": "smtp+tls://u:hidden@mail.example:587"},
            "EMAIL_FROM is missing: give the address from which Confer's letters come.",
        ),
        (
            {"EMAIL_URL": "smtp+tls://u:hidden@mail.example:587", "EMAIL_FROM": "Confer"},
            "EMAIL_FROM is not an e-mail address.",
        ),
        (
            {"PUBLIC_URL": "http://confer.example"},
            "PUBLIC_URL is malformed: give the address at which members reach Confer, beginning with https://.",
        ),
    ],
)
def test_what_is_missing_or_malformed_is_refused_in_one_sentence(real, tmp_path, change, sentence):
    variables = {name: value for name, value in (real | change).items() if value is not None}
    assert refused(variables, tmp_path) == sentence


def test_policy_is_what_the_environment_says_and_ours_where_it_says_nothing(real, tmp_path):
    ours = {
        "IDLE_MINUTES": 20,
        "SESSION_HOURS": 12,
        "LOCKOUT_ATTEMPTS": 5,
        "LOCKOUT_MINUTES": 60,
        "INVITATION_HOURS": 72,
    }
    assert environment.read(real, tmp_path).policy == ours
    assert environment.read(real | {"IDLE_MINUTES": " 10 ", "SESSION_HOURS": "8"}, tmp_path).policy == ours | {
        "IDLE_MINUTES": 10,
        "SESSION_HOURS": 8,
    }


def test_keys_inside_the_data_are_refused(real, tmp_path):
    (tmp_path / "data" / "keys").mkdir(parents=True)
    assert refused(real | {"CONFER_KEYS": str(tmp_path / "data" / "keys")}, tmp_path) == (
        "CONFER_KEYS lies inside CONFER_DATA: the keys must be kept apart from what they open, "
        "or every copy of the data would carry them."
    )


def test_keys_inside_the_data_by_a_link_are_refused(real, tmp_path):
    (tmp_path / "data" / "keys").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "data" / "keys")
    assert refused(real | {"CONFER_KEYS": str(tmp_path / "link")}, tmp_path).startswith("CONFER_KEYS lies inside")


def test_data_inside_the_keys_are_refused(real, tmp_path):
    assert refused(real | {"CONFER_DATA": str(tmp_path / "keys" / "data")}, tmp_path) == (
        "CONFER_DATA lies inside CONFER_KEYS: the data must be kept apart from the keys that open it."
    )


def test_a_key_folder_that_is_not_there_is_refused(real, tmp_path):
    assert refused(real | {"CONFER_KEYS": str(tmp_path / "elsewhere")}, tmp_path) == (
        "CONFER_KEYS names no folder: make one with script/keys, "
        "or restore it from its escrow copy if Confer was in use before."
    )


def test_sqlite_waits_for_its_turn_and_survives_a_power_cut(real, tmp_path):
    database = environment.read(real, tmp_path).database
    assert database["NAME"] == tmp_path / "data" / "confer.sqlite3"
    assert database["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }


def test_postgresql_keeps_its_connections_and_proves_them(real, tmp_path):
    database = environment.read(
        real | {"DATABASE_URL": "postgres://app:s%40fe@db.example:5433/confer"}, tmp_path
    ).database
    wanted = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "CONN_MAX_AGE", "CONN_HEALTH_CHECKS")
    assert {name: database[name] for name in wanted} == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "confer",
        "USER": "app",
        "PASSWORD": "s@fe",
        "HOST": "db.example",
        "PORT": 5433,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


@pytest.mark.parametrize(("role", "user"), [("", "app"), ("owner", "owner")])
def test_migrations_run_as_the_owner_of_the_tables(real, tmp_path, role, user):
    variables = real | {
        "DATABASE_URL": "postgres://app:a@db.example/confer",
        "DATABASE_OWNER_URL": "postgres://owner:b@db.example/confer",
        "CONFER_DATABASE_ROLE": role,
    }
    assert environment.read(variables, tmp_path).database["USER"] == user


def test_the_owner_is_the_same_where_none_is_named(real, tmp_path):
    variables = real | {"DATABASE_URL": "postgres://app:a@db.example/confer", "CONFER_DATABASE_ROLE": "owner"}
    assert environment.read(variables, tmp_path).database["USER"] == "app"


@pytest.mark.parametrize(
    ("url", "encrypted_by", "port"),
    [
        ("smtp+tls://confer:hid%2Fden@mail.example:2587", "EMAIL_USE_TLS", 2587),
        ("smtp+tls://confer:hid%2Fden@mail.example", "EMAIL_USE_TLS", 587),
        ("smtp+ssl://confer:hid%2Fden@mail.example", "EMAIL_USE_SSL", 465),
    ],
)
def test_mail_is_always_encrypted_on_its_way(real, tmp_path, url, encrypted_by, port):
    email = environment.read(real | {"EMAIL_URL": url, "EMAIL_FROM": "confer@confer.example"}, tmp_path).email
    assert email == {
        "EMAIL_HOST": "mail.example",
        "EMAIL_HOST_USER": "confer",
        "EMAIL_HOST_PASSWORD": "hid/den",
        "EMAIL_PORT": port,
        encrypted_by: True,
    }


def test_proxies_are_addresses_and_networks(real, tmp_path):
    read = environment.read(real | {"TRUSTED_PROXIES": "10.0.0.5, 10.1.0.0/24,::1"}, tmp_path)
    assert read.trusted_proxies == [ipaddress.ip_network(text) for text in ("10.0.0.5/32", "10.1.0.0/24", "::1/128")]


def test_no_secret_is_in_what_is_printed_of_the_environment(real, tmp_path):
    read = environment.read(real | {"DATABASE_URL": "postgres://app:hidden@db.example/confer"}, tmp_path)
    assert "hidden" not in repr(read)
    assert SECRET not in repr(read)
