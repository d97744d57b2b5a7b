"""What the audit keeps of the pointer to MAPPA: that something was said, never what."""

from django.utils.translation import gettext_lazy as _

from audit.events import declare

declare("mappa.set", "alteration", _("said whether a case is linked to MAPPA"))
