"""A start, as its own process: it refuses with one line, or it stands as it should."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.management.commands import prepare
from core import keyfolder

ROOT = Path(__file__).resolve().parents[2]
SECRET = "k8Zp2vQ9xW4mN7rT1yU6iO3aS5dF0gH8jK2lZ4xC6vB9nM1qW3eR"
SHOW = """
import json, django
django.setup()
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}))
"""


def start(*arguments, **variables) -> subprocess.CompletedProcess:
    """Run Python with only *variables* in its environment."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"} | variables
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def settings(names, **variables) -> dict:
    ended = start("-c", SHOW % (names,), **variables)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture
def real(tmp_path):
    """The variables of a real installation whose key folder is in order."""
    keyfolder.create(tmp_path / "keys")
    return {
        "SECRET_KEY": SECRET,
        "CONFER_KEYS": str(tmp_path / "keys"),
        "CONFER_DATA": str(tmp_path / "data"),
        "ALLOWED_HOSTS": "confer.example",
    }


def test_a_refused_start_says_one_sentence_and_no_secret(tmp_path):
    ended = start("manage.py", "check", SECRET_KEY=SECRET, CONFER_DATA=str(tmp_path / "data"))
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        "Confer does not start: SECRET_KEY is given but CONFER_KEYS (the key folder) is missing: "
        "give both for real use, or neither for a demonstration.\n"
    )


def test_a_refused_start_leaves_nothing_behind(tmp_path):
    start("manage.py", "check", SECRET_KEY=SECRET, CONFER_DATA=str(tmp_path / "data"))
    assert list(tmp_path.iterdir()) == []


COOKIES = [
    "DEBUG",
    "DEMONSTRATION",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SECURE",
]


def test_a_demonstration_works_over_plain_http(tmp_path):
    assert settings(COOKIES, CONFER_DATA=str(tmp_path / "data")) == {
        "DEBUG": False,
        "DEMONSTRATION": True,
        "SECURE_SSL_REDIRECT": False,
        "SECURE_HSTS_SECONDS": 0,
        "SESSION_COOKIE_NAME": "confer_session",
        "SESSION_COOKIE_SECURE": False,
        "CSRF_COOKIE_NAME": "confer_csrf",
        "CSRF_COOKIE_SECURE": False,
    }


def test_real_use_has_https_everywhere(real):
    assert settings(COOKIES, **real) == {
        "DEBUG": False,
        "DEMONSTRATION": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SESSION_COOKIE_NAME": "__Host-confer_session",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-confer_csrf",
        "CSRF_COOKIE_SECURE": True,
    }


def test_policy_of_the_environment_reaches_what_keeps_it(real):
    wanted = ["IDLE_MINUTES", "SESSION_COOKIE_AGE", "AXES_FAILURE_LIMIT", "INVITATION_HOURS"]
    given = {"IDLE_MINUTES": "15", "SESSION_HOURS": "8", "LOCKOUT_ATTEMPTS": "3", "INVITATION_HOURS": "24"}
    assert settings(wanted, **real, **given) == {
        "IDLE_MINUTES": 15,
        "SESSION_COOKIE_AGE": 28800,
        "AXES_FAILURE_LIMIT": 3,
        "INVITATION_HOURS": 24,
    }


@pytest.mark.parametrize("migrates", [False, True])
def test_what_is_prepared_before_the_first_page(monkeypatch, migrates):
    """Migrating in the same process spares a start of Python; checks come once the tables are there."""
    done = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: done.append(name))
    monkeypatch.setattr(prepare, "verify_key_folder", lambda: done.append("the key folder"))
    prepare.Command().handle(migrate=migrates)
    loads = ["load_legal_bases", "load_consent_forms", "load_asb_tools"]
    assert done == ["migrate"] * migrates + ["check", "the key folder", *loads]


def test_debug_cannot_be_switched_on(real):
    assert settings(["DEBUG"], **real, DEBUG="1", DJANGO_DEBUG="1") == {"DEBUG": False}


def test_the_deployment_check_finds_nothing_in_real_use(real):
    ended = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **real)
    assert ended.returncode == 0, ended.stderr


def test_what_sets_documents_is_not_loaded_at_start(tmp_path):
    """It takes half a second of each process’s start; a document is set by the worker, or stamped, later."""
    asked = "import django, sys; django.setup(); print('weasyprint' in sys.modules, 'core.pdf' in sys.modules)"
    done = start("-c", asked, CONFER_DATA=str(tmp_path))
    assert (done.stdout, done.stderr) == ("False True\n", "")
