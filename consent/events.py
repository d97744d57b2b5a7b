"""What the audit keeps of consents: that somebody wrote, never what a person decided.

A refusal is itself confidential, and who reads the audit finds events by the case: one name stands for every outcome.
"""

from django.utils.translation import gettext_lazy as _

from core.recording import declare, declare_reason

declare("consent.begun", "collection", _("began a record of consent"))
declare("consent.prepared", "alteration", _("wrote on a record of consent"))
declare("consent.signed", "collection", _("took a signature under a consent form"))
declare("consent.decided", "collection", _("recorded what a person decided about sharing"))
declare("consent.withdrawn", "alteration", _("recorded a change of what a person decided about sharing"))
declare("consent.passed_on", "administration", _("passed on what a person said about sharing"))
declare("consent.superseded", "alteration", _("replaced a record of consent"))
declare("consent.copy_given", "administration", _("recorded that a copy of a consent form was offered"))
declare("consents.listed", "consultation", _("looked at a list of consents"))
declare("consent_forms.loaded", "administration", _("loaded consent forms"))
declare("consent_paper.asked", "administration", _("asked for printed consent forms"))
declare("consent_paper.made", "administration", _("made printed consent forms"))
declare("consent_paper.failed", "administration", _("could not make printed consent forms"))
declare("consent_paper.exported", "export", _("took printed consent forms out of Confer"))
declare_reason("consent", _("Keeping a person’s consent"))
