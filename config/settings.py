"""Every setting of Confer, read from the environment (`config/environment.py` checks it; README lists it)."""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import environment
from core import keyfolder

BASE_DIR = Path(__file__).resolve().parent.parent
_environment = environment.read(os.environ, BASE_DIR)

# --- this installation
DEBUG = False
DEMONSTRATION = _environment.demonstration
SECRET_KEY = _environment.secret_key
CONFER_DATA = _environment.data
CONFER_KEYS = _environment.keys
# Where the hashes of the audit's blocks are published: best a folder of another machine; the key folder without it.
AUDIT_PUBLICATION = os.environ.get("AUDIT_PUBLICATION", "").strip() or CONFER_KEYS / "published"
PUBLIC_URL = _environment.public_url
if DEMONSTRATION:
    keyfolder.create(CONFER_KEYS)

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ALLOWED_HOSTS = _environment.allowed_hosts
CSRF_TRUSTED_ORIGINS = _environment.trusted_origins
TRUSTED_PROXIES = _environment.trusted_proxies

INSTALLED_APPS = [
    "core",
    "partnership",
    "audit",
    "cases",
    "consent",
    "disclosures",
    "meetings",
    "config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "simple_history",
    "django_htmx",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "config.middleware.TrustedProxies",
    "core.middleware.KeyRing",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.PrivateAnswers",
    "audit.middleware.Observed",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "partnership.middleware.SignedIn",
    "partnership.middleware.Awake",
    "partnership.middleware.Refusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.frame",
                "partnership.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "core.templatetags.confer",
                "cases.templatetags.schemes",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FORMS_URLFIELD_ASSUME_HTTPS = True

# --- database and queue
DATABASES = {"default": _environment.database | {"ATOMIC_REQUESTS": False}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
SIMPLE_HISTORY_REVERT_DISABLED = True

# --- people and sign-in
AUTH_USER_MODEL = "partnership.Member"
LOGIN_URL = "partnership:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "partnership:sign_in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "partnership.sign_in.backend.MemberBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "partnership.sign_in.passwords.BreachedStyleValidator"},
]
SESSION_ENGINE = "partnership.sign_in.sessions"
IDLE_MINUTES = _environment.policy["IDLE_MINUTES"]
INVITATION_HOURS = _environment.policy["INVITATION_HOURS"]

# Locked is an account *from* an address, never an address alone: a whole council sits behind one.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = _environment.policy["LOCKOUT_ATTEMPTS"]
AXES_COOLOFF_TIME = timedelta(minutes=_environment.policy["LOCKOUT_MINUTES"])
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "config.middleware.client_address"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # the audit and the sessions tell it
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_FORM_FIELD = "username"

# --- cookies and headers
# A demonstration is plain http on loopback, where a Secure cookie would never come back; real use has https everywhere.
_secure = not DEMONSTRATION
_prefix = "__Host-" if _secure else ""
SESSION_COOKIE_NAME = f"{_prefix}confer_session"
SESSION_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = _environment.policy["SESSION_HOURS"] * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_prefix}confer_csrf"
CSRF_COOKIE_SECURE = _secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "config.views.csrf_refused"
LANGUAGE_COOKIE_NAME = f"{_prefix}confer_language"
LANGUAGE_COOKIE_SECURE = _secure
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _secure
SECURE_HSTS_PRELOAD = _secure
# Believed because `TrustedProxies` removes the header from everyone else's requests.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
FILE_UPLOAD_HANDLERS = ["core.uploads.InMemory"]  # a file from outside never lies on a disk in clear
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # one page of returns on a long list

# --- words, dates, time
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("cy", _("Welsh"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"

# --- static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "build" / "collected"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = CONFER_DATA / "documents"

# --- letters
# `core.mail` is the one way out: by the server of EMAIL_URL, or without it as files in the spool. Django's own is shut.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_FILE_PATH = str(CONFER_DATA / "spool")
EMAIL_HOST = _environment.email.get("EMAIL_HOST", "")
EMAIL_PORT = _environment.email.get("EMAIL_PORT", 0)
EMAIL_HOST_USER = _environment.email.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _environment.email.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _environment.email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _environment.email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _environment.email_from
ADMINS: list[tuple[str, str]] = []

# --- logs: ids, never records
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "config.logs.WithoutValues"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "axes": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
