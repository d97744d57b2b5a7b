"""What of people and sign-in the audit keeps."""

from django.utils.translation import gettext_lazy as _

from core.recording import Operation, declare

declare("member.invited", Operation.ADMINISTRATION, _("Member invited"))
declare("member.enrolled", Operation.SIGN_IN, _("Member enrolled"))
declare("member.signed_in", Operation.SIGN_IN, _("Signed in"))
declare("member.sign_in_failed", Operation.SIGN_IN, _("Sign-in failed"))
declare("member.locked_out", Operation.SIGN_IN, _("Account locked from one address"))
declare("member.unlocked", Operation.ADMINISTRATION, _("Account unlocked"))
declare("member.signed_out", Operation.SIGN_IN, _("Signed out"))
declare("member.sessions_ended", Operation.SIGN_IN, _("Sessions ended"))
declare("member.sign_in_reset", Operation.ADMINISTRATION, _("Member’s sign-in reset"))
declare("member.left", Operation.ADMINISTRATION, _("Member left"))
declare("member.changed", Operation.ADMINISTRATION, _("Member changed"))
declare("role.granted", Operation.ADMINISTRATION, _("Role granted"))
declare("role.ended", Operation.ADMINISTRATION, _("Role ended"))
declare("password.changed", Operation.SIGN_IN, _("Password changed"))
declare("authenticator.enrolled", Operation.SIGN_IN, _("Authenticator enrolled"))
declare("recovery_codes.made", Operation.SIGN_IN, _("Recovery codes made"))
declare("recovery_code.used", Operation.SIGN_IN, _("Recovery code used"))
declare("invitation.used", Operation.SIGN_IN, _("Invitation used"))
declare("agency.added", Operation.ADMINISTRATION, _("Agency added"))
declare("agency.changed", Operation.ADMINISTRATION, _("Agency changed"))
declare("signatory.changed", Operation.ADMINISTRATION, _("Signatory changed"))
declare("panel.added", Operation.ADMINISTRATION, _("Panel added"))
declare("panel.changed", Operation.ADMINISTRATION, _("Panel’s settings changed"))
declare("partnership.changed", Operation.ADMINISTRATION, _("Partnership changed"))
declare("certificate.warned", Operation.ADMINISTRATION, _("Warned of a certificate’s expiry"))
declare("legal_bases.loaded", Operation.ADMINISTRATION, _("Lawful bases loaded"))
