"""The entry point of the application server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from audit.checks import refuse_unguarded  # noqa: E402  (after the apps are loaded)
from config.readable import only_readable  # noqa: E402
from core.keycheck import verify_key_folder  # noqa: E402

refuse_unguarded()
verify_key_folder()

application = only_readable(application)
