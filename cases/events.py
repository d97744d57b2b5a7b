"""The audit events of this app, each an operation of s.62 of the Data Protection Act 2018."""

from django.utils.translation import gettext_lazy as _

from core.recording import declare

declare("access.opened", "administration", _("opened sight of a case"))
declare("access.closed", "administration", _("closed sight of a case"))
declare("access.barred", "administration", _("barred somebody from sight"))
declare("access.unbarred", "administration", _("lifted a bar"))
