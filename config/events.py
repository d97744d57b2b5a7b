"""What the demonstration does by itself; the rest of its audit is what its members would have left."""

from django.utils.translation import gettext_lazy as _

from core.recording import Operation, declare

declare("demonstration.loaded", Operation.ADMINISTRATION, _("Demonstration loaded"))
declare("demonstration.moved", Operation.ALTERATION, _("Meeting of the demonstration moved, so that one is today"))
