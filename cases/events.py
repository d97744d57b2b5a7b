"""The audit events of this app, each an operation of s.62 of the Data Protection Act 2018."""

from django.utils.translation import gettext_lazy as _

from core.recording import declare

declare("access.opened", "administration", _("opened sight of a case"))
declare("access.closed", "administration", _("closed sight of a case"))
declare("access.barred", "administration", _("barred somebody from sight"))
declare("access.unbarred", "administration", _("lifted a bar"))

declare("hold.set", "administration", _("held a case back from erasure"))
declare("hold.released", "administration", _("let go of a case held back from erasure"))

declare("case.opened", "collection", _("opened a case"))
declare("case.closed", "alteration", _("closed a case"))
declare("case.reopened", "alteration", _("reopened a case"))
declare("case.consulted", "consultation", _("looked at a case"))
declare("cases.listed", "consultation", _("looked at a list of cases"))
declare("action.agreed", "collection", _("agreed an action"))
declare("action.changed", "alteration", _("changed an action"))
declare("action.reported", "alteration", _("reported on an action"))
declare("action.accepted", "alteration", _("accepted that an action is closed"))
declare("action.sent_back", "alteration", _("sent an action back"))
declare("action.superseded", "alteration", _("superseded an action"))
declare("action.reminded", "alteration", _("reminded an agency of an action"))
declare("actions.listed", "consultation", _("looked at a list of actions"))
declare("search.made", "consultation", _("searched for people"))
declare("entry.written", "collection", _("Entry written"))
declare("entry.changed", "alteration", _("Entry changed"))
declare("entry.withdrawn", "alteration", _("Entry withdrawn"))
declare("search.shown", "consultation", _("looked at what a search found"))

declare("referral.started", "collection", _("started a referral"))
declare("referral.changed", "alteration", _("changed a referral"))
declare("referral.submitted", "collection", _("submitted a referral"))
declare("referral.disclosed", "disclosure", _("showed a referral to agencies told at once"))
declare("referral.withdrawn", "alteration", _("withdrew a referral"))
declare("referral.returned", "alteration", _("returned a referral for more information"))
declare("referral.declined", "alteration", _("declined a referral"))
declare("referral.accepted", "alteration", _("accepted a referral"))
declare("referral.parted", "alteration", _("made a case of its own for a referral"))
declare("contact.recorded", "collection", _("recorded contact with a victim"))
declare("contact.changed", "alteration", _("changed a record of contact with a victim"))
declare("person.added", "collection", _("added a person to the index"))
declare("person.linked", "combination", _("linked two records of one person"))
declare("person.unlinked", "combination", _("undid the link of two records"))
declare("person.told_apart", "combination", _("found two people not to be the same"))
declare("people.compared", "consultation", _("looked at possible matches"))
