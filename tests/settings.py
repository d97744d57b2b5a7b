"""The settings under which the suite runs: real ones, in folders made for this run, with a hasher that is quick.

`DATABASE_URL` chooses the database as in real use; nothing else of the caller's environment counts.
"""

import os
import tempfile
from pathlib import Path

from config.environment import POLICY
from core import keyfolder

_folder = Path(tempfile.mkdtemp(prefix="confer-test-"))
keyfolder.create(_folder / "keys")
_others = ("TRUSTED_PROXIES", "EMAIL_URL", "EMAIL_FROM", "PUBLIC_URL", "CSRF_TRUSTED_ORIGINS", "PORT")
for _name in (*_others, "WEB_CONCURRENCY", *POLICY):
    os.environ.pop(_name, None)
os.environ |= {
    "SECRET_KEY": "only-for-tests-" + "abcdefghijklmnopqrstuvwxyz" * 2,
    "CONFER_DATA": str(_folder / "data"),
    "CONFER_KEYS": str(_folder / "keys"),
    "ALLOWED_HOSTS": "confer.example,localhost,127.0.0.1",
}

from config.settings import *  # noqa: E402, F403

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in real use: threads of one process cannot wait for one another over a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Browsers and clients of the suite speak plain http; tests/config proves the real values apart.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "confer_session", "confer_csrf", "confer_language"
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir()
