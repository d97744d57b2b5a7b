"""Names and birth dates as they are written otherwise: by sex, by sound, with day and month exchanged."""

from .names import SOUNDS


def gendered(family, culture, gender):
    """A family name in the form that the language gives it for a man or for a woman."""
    for forms in culture.families:
        if "|" in forms and family in forms.split("|"):
            return forms.split("|")[gender == "male"]
    return family


def swapped(born_on):
    """The birth date with day and month exchanged; callers ask only where `can_swap`."""
    return born_on.replace(month=born_on.day, day=born_on.month)


def can_swap(born_on):
    return born_on.day <= 12 and born_on.day != born_on.month


def respelt(given, family):
    """The name in another spelling of the same sound, or None."""
    for one, other in SOUNDS:
        if given in (one, other):
            return (other if given == one else one), family
        if family in (one, other):
            return given, (other if family == one else one)
    return None
