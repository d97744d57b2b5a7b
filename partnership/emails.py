"""Letters about sign-in and settings.  They name their recipient and nobody else."""

import uuid
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import mail, notices

SIGN_IN_CHANGES = {
    "password": gettext_lazy("The password of your Confer account was changed."),
    "authenticator": gettext_lazy("The authenticator of your Confer account was replaced by another."),
    "recovery codes": gettext_lazy("New recovery codes were made for your Confer account; the earlier ones are void."),
    "everything": gettext_lazy("Your Confer account was given a password, an authenticator and recovery codes."),
}


def send_invitation(invitation, token: str) -> bool:
    """The link to enrol with, to the invited member; whether the letter was taken."""
    until = date_format(timezone.localtime(invitation.expires_at), "j F Y, H:i")
    body = _(
        "Hello %(name)s,\n\n"
        "you have been invited to Confer, where your partnership holds its case meetings.\n\n"
        "Open this link to choose a password and set up your one-time codes. "
        "You need an authenticator app on a telephone or computer.\n\n"
        "%(link)s\n\n"
        "The link works once, and until %(until)s. If it has run out, ask your administrator for another.\n\n"
        "If you did not expect this letter, do nothing and tell your administrator.\n"
    ) % {"name": invitation.member.name, "link": invitation_link(token), "until": until}
    return _send(invitation.member.email, _("Your invitation to Confer"), body)


def tell_of_sign_in_change(member, what: str) -> None:
    """That something *member* signs in with was changed (a key of `SIGN_IN_CHANGES`), to themselves alone.

    Says no address, browser or time: whoever reads the mailbox learns nothing from it.
    """
    body = _(
        "%(what)s\n\nIf this was you, there is nothing to do.\n\n"
        "If this was not you, tell your administrator at once and ask for your sign-in to be reset. "
        "If you can still sign in, see where you are signed in and end every session:"
    ) % {"what": SIGN_IN_CHANGES[what]}
    notices.notify(
        [member.email],
        subject=_("Your sign-in to Confer was changed"),
        body=body,
        path=reverse("partnership:sessions"),
        closing=_("Confer never asks for a password or a code by letter."),
    )


def send_signing_warning(member, *, certificate) -> bool:
    """That the installation's own signing certificate runs out, to an administrator; whether it was taken."""
    body = _(
        "Hello %(name)s,\n\n"
        "the certificate with which Confer signs its encrypted letters runs out on %(day)s. "
        "After that day no encrypted letter leaves.\n\n"
        "Have whoever runs the installation replace it in the key folder; the deployment guide says how:\n\n%(link)s\n"
    ) % {
        "name": member.name,
        "day": date_format(timezone.localtime(certificate.not_after), "j F Y"),
        "link": settings.PUBLIC_URL + reverse("partnership:partnership"),
    }
    return _send(member.email, _("Confer’s signing certificate needs attention"), body)


def send_certificate_warning(member, *, ending: int) -> bool:
    """That *ending* agencies' certificates run out or have run out, to an administrator; whether it was taken."""
    body = _(
        "Hello %(name)s,\n\n"
        "the certificate with which letters are encrypted runs out soon, or has run out, for agencies of your "
        "partnership: %(count)s. Once it has run out, nothing is encrypted with it any more.\n\n"
        "Sign in to see which, and ask each for a new one:\n\n%(link)s\n"
    ) % {"name": member.name, "count": ending, "link": settings.PUBLIC_URL + reverse("partnership:agencies")}
    return _send(member.email, _("Certificates in Confer need attention"), body)


def invitation_link(token: str) -> str:
    """The address that an invitation's letter gives."""
    return settings.PUBLIC_URL + reverse("partnership:invitation", args=[token])


def _send(recipient: str, subject: str, body: str) -> bool:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message = mail.build_message(
        sender=sender,
        recipient=recipient,
        subject=subject,
        body=body,
        message_id=mail.message_id(uuid.uuid4(), sender.rpartition("@")[2]),
        written_at=timezone.localtime(),
        sender_name="Confer",
    )
    return mail.send(mail.message_bytes(message), sender, recipient).kind is mail.Outcomes.ACCEPTED
