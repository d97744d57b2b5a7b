"""The words of letters that carry documents: a neutral subject, and nothing of what is inside."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.models import Letter


def words_of(letter) -> tuple[str, str]:
    """Subject and body of *letter*, without a name, a date of a meeting or a reference."""
    link = settings.PUBLIC_URL + reverse("meetings:agency_letter", args=[letter.pk])
    body = {
        Letter.Way.SMIME: _(
            "A document from your partnership’s panel is attached. This message is encrypted to your agency."
        ),
        Letter.Way.PDF: _(
            "A document from your partnership’s panel is attached as an encrypted PDF. "
            "Sign in to Confer for its passphrase; nobody will send it to you or ask you for it."
        ),
        Letter.Way.NOTICE: _("A document from your partnership’s panel is ready for your agency in Confer."),
    }[letter.way]
    note = _("Handle it as the information sharing protocol says, and destroy it after use.")
    return _("Confer: a document for your agency"), f"{body}\n\n{link}\n\n{note}\n"
