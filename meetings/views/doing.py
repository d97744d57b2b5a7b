"""The third beat of views whose form is a single button: do it, and say what came of it on the next page."""

from django.contrib import messages
from django.core.exceptions import ValidationError

from core.records import StaleVersion


def tried(request, success: str, verb, **arguments) -> bool:
    """Call *verb* with *arguments*; *success* or its refusal becomes a message.  Whether it was done."""
    try:
        verb(**arguments)
    except StaleVersion:
        from django.utils.translation import gettext as _

        messages.error(request, _("Somebody else changed this while you were looking. Look at it again."))
        return False
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return False
    messages.success(request, success)
    return True


def whole_number(text, otherwise: int = 0) -> int:
    """*text* as a number of at most six digits, or *otherwise*."""
    text = str(text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else otherwise
