"""What the audit keeps of the streams that are kept apart: that something was passed on, never what."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare

declare("stream.passed", "disclosure", _("passed something on to a stream that is kept apart"))
