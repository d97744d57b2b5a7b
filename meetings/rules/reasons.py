"""Why something was done: a code in clear, and words under a key where the code does not say enough."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 300  # letters


def require_reason(choices, reason: str, words: str, *, fields=("reason", "words"), missing: str) -> tuple[str, str]:
    """*reason* (a value of *choices*, whose member OTHER needs *words*) and *words* without blanks around them.

    Refused at *fields*, with the sentence *missing* where no reason of the list is given.
    """
    if reason not in choices.values:
        raise ValidationError({fields[0]: missing})
    words = words.strip()
    if reason == choices.OTHER and not words:
        raise ValidationError({fields[1]: _("Say in words what the other reason is.")})
    if len(words) > LONGEST:
        raise ValidationError({fields[1]: _("Say it in at most %(count)d letters.") % {"count": LONGEST}})
    return str(reason), words


def may_read_words(member, panel_id) -> bool:
    """Whether *member* reads those words: the panel's desk.  Everybody else, and every letter, has the code alone."""
    return panel_id in member.desk_panels()
