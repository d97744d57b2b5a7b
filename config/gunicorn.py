"""The application server: loopback only, TLS in front of it (`docs/deploy.md`)."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '').strip() or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY", "").strip() or 2)
wsgi_app = "config.wsgi:application"
proc_name = "confer"
timeout = 60
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None  # noqa: S108
# What proxies say is read in one place, config.middleware.TrustedProxies; gunicorn believes nobody.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
control_socket_disable = True
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "config.logs.WithoutValues"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
