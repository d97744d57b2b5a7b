"""The audit's own events, the events of every page, and the reasons of consultations.

Each app declares its events in its own `events.py`, with the same three words: name, operation, title.
"""

from django.utils.translation import gettext_lazy as _

from core.recording import Operation, declare, declare_reason

declare("record.consulted", Operation.CONSULTATION, _("Record opened"))
declare("list.consulted", Operation.CONSULTATION, _("List opened"))
declare("access.refused", Operation.REFUSAL, _("Access refused"))
declare("access.missed", Operation.REFUSAL, _("Asked for something that is not there"))
declare("audit.consulted", Operation.AUDIT_READING, _("Audit read"))
declare("audit.event_consulted", Operation.AUDIT_READING, _("Event of the audit opened"))
declare("audit.exported", Operation.EXPORT, _("Audit exported"))
declare("audit.verified", Operation.ADMINISTRATION, _("Audit verified"))

declare_reason("agenda_item", _("It is on the agenda of a meeting"))
declare_reason("research", _("Research for a meeting"))
declare_reason("own_action", _("Working on one’s own agency’s action"))
declare_reason("own_referral", _("Following one’s own agency’s referral"))
declare_reason("referral", _("Referral, screening or first contact"))
declare_reason("matching", _("Checking whether two people are the same person"))
declare_reason("minutes", _("Minutes and action plan"))
declare_reason("sending", _("Sending what was decided"))
declare_reason("supervision", _("Supervision or running of the panel"))
declare_reason("duty", _("A duty to act today, such as an immediate risk"))
declare_reason("search", _("Search"))
declare_reason("rights_request", _("A subject’s request, or a complaint"))

declare_reason("not_visible", _("Not among what the member may see"))
