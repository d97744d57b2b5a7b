"""The audit events of lists that are brought in."""

from django.utils.translation import gettext_lazy as _

from core.recording import declare, declare_reason

declare("supply.brought_in", "collection", _("brought in a list"))
declare("supply.described", "administration", _("described a list that was brought in"))
declare("supply.compared", "combination", _("compared a list with the people of the panel"))
declare("supply.decided", "alteration", _("decided on rows of a list"))
declare("supply.imported", "collection", _("imported a list"))
declare("supply.stopped", "administration", _("an import was stopped, and wrote nothing"))
declare("supply.failed", "administration", _("a list could not be worked on"))
declare("supply.given_up", "erasure", _("gave up a list, and its rows were destroyed"))
declare("supply.lapsed", "erasure", _("a list lapsed, and its rows were destroyed"))
declare("supply.refused_taken", "export", _("took a file of the rows that cannot be imported"))
declare("supplies.listed", "consultation", _("looked at the lists brought in"))
declare_reason("supply", _("Bringing in a list"))
