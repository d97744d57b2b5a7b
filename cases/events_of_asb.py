"""The audit events of tools against anti-social behaviour, of reporters named, and of case reviews."""

from django.utils.translation import gettext_lazy as _

from core.recording import declare

declare("tools.loaded", "administration", _("loaded the table of tools against anti-social behaviour"))
declare("reporter.named", "disclosure", _("told a panel who reported something"))
declare("reporter.withheld", "alteration", _("withheld from a panel again who reported something"))
declare("record.exported", "disclosure", _("took out the record of a case"))
declare("review_letter.exported", "disclosure", _("took out the letter to who asked for a case review"))
declare("reviews.counted", "consultation", _("looked at the yearly counts of case reviews"))
declare("reviews.exported", "disclosure", _("took out the yearly counts of case reviews"))
