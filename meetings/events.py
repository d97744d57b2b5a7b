"""The audit events of this app, each an operation of s.62 of the Data Protection Act 2018."""

from django.utils.translation import gettext_lazy as _

from core.recording import declare, declare_reason

# calendar
declare("series.made", "administration", _("Series of meetings made"))
declare("meeting.planned", "administration", _("Meeting planned"))
declare("meeting.changed", "alteration", _("Meeting changed"))
declare("meeting.moved", "alteration", _("Meeting moved"))
declare("meeting.cancelled", "alteration", _("Meeting cancelled"))
declare("meeting.notified", "disclosure", _("Members told about a meeting"))
# agenda
declare("agenda.opened", "alteration", _("Agenda opened"))
declare("agenda.listed", "alteration", _("Case listed"))
declare("agenda.removed", "alteration", _("Case taken off the agenda"))
declare("agenda.ordered", "alteration", _("Agenda put in order"))
declare("agenda.item_changed", "alteration", _("Agenda item changed"))
declare("agenda.presenter_chosen", "alteration", _("Presenter chosen"))
declare("agenda.presenter_confirmed", "alteration", _("Presenter confirmed"))
declare("agenda.agency_released", "alteration", _("Agency no longer asked"))
declare("agenda.frozen", "disclosure", _("Agenda frozen and issued"))
declare("agenda.amended", "disclosure", _("Amended agenda issued"))
# research
declare("research.sent", "disclosure", _("Research requests sent"))
declare("research.chased", "disclosure", _("Research requests chased"))
declare("research.nothing_known", "collection", _("Nothing known, for one or several cases"))
declare("research.checked", "collection", _("Details of one person checked"))
declare("research.answered", "collection", _("Research request answered for one case"))
declare("research.changed", "alteration", _("Return changed"))
declare("research.reopened", "alteration", _("Return opened again"))


# the statement, the room, interests
declare("statement.written", "administration", _("put a version of the confidentiality statement in force"))
declare("statement.signed", "administration", _("signed the confidentiality statement"))
declare("attendance.arrived", "administration", _("noted an arrival"))
declare("attendance.left", "administration", _("noted a departure"))
declare("attendance.observer_entered", "administration", _("entered an observer"))
declare("attendance.observer_signed", "administration", _("noted an observer’s signature"))
declare("attendance.apologies_entered", "administration", _("entered apologies"))
declare("interest.asked", "administration", _("asked about an interest"))
declare("interest.declared", "administration", _("declared an interest"))
declare("interest.denied", "administration", _("answered that there is no interest"))
declare("interest.lifted", "administration", _("lifted a recusal"))

# the sitting
declare("meeting.opened", "administration", _("opened a meeting"))
declare("meeting.ended", "administration", _("ended a meeting"))
declare("item.opened", "disclosure", _("opened an item to those present"))
declare("item.joined", "disclosure", _("opened an item to somebody who joined it"))
declare("item.closed", "alteration", _("closed an item"))
declare("item.followed", "consultation", _("followed an item in the meeting"))
declare("note.recorded", "collection", _("recorded a part of an item"))
declare("item.decided", "collection", _("recorded a decision"))
declare("item.telling_recorded", "collection", _("recorded who tells the victim"))
declare("victim.told", "alteration", _("noted that the victim was told"))
declare("tellings.listed", "consultation", _("looked at whom to tell"))
declare("actions.issued", "disclosure", _("issued the actions of a meeting"))

# the minutes
declare("minutes.drafted", "collection", _("drafted minutes"))
declare("minutes.edited", "alteration", _("edited a part of the minutes"))
declare("minutes.sent_for_check", "disclosure", _("gave agencies their words to check"))
declare("minutes.correction_proposed", "alteration", _("proposed a correction"))
declare("minutes.correction_decided", "alteration", _("decided on a correction"))
declare("minutes.passed", "alteration", _("passed the minutes of an item"))
declare("minutes.approved", "disclosure", _("approved minutes"))
declare("minutes.reopened", "alteration", _("began a corrected version of approved minutes"))

# documents and letters
declare("document.asked", "alteration", _("Document asked for"))
declare("document.made", "collection", _("Document made"))
declare("document.failed", "administration", _("Document could not be made"))
declare("document.exported", "export", _("Document downloaded"))
declare("letters.listed", "consultation", _("Letters looked at"))
declare("letter.queued", "disclosure", _("Letter queued"))
declare("letter.sent", "disclosure", _("Letter sent"))
declare("letter.deferred", "disclosure", _("Letter refused for now, to be tried again"))
declare("letter.failed", "disclosure", _("Letter failed"))
declare("letter.unknown", "disclosure", _("Letter of unknown fate"))
declare("letter.decided", "alteration", _("Letter decided on by a person"))
declare("letter.passphrase_shown", "disclosure", _("Passphrase of an encrypted document shown"))
declare("meeting.distributed", "alteration", _("Approved minutes distributed"))
declare_reason("documents", _("Documents of a meeting"))
