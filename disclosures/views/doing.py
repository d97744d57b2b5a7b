"""The third beat of views: do what a button or a form asks, and say what came of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError

from partnership.views.doing import done


def tried(request, success: str, verb, /, **arguments) -> bool:
    """Call *verb* with *arguments*; *success* or its refusal becomes a message.  Whether it was done."""
    try:
        verb(**arguments)
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return False
    messages.success(request, success)
    return True


def done_as_typed(form, verb, **given) -> bool:
    """Call *verb* with *given* and what the bound *form* holds; whether it was done, refusals stand on the form."""
    return form.is_bound and form.is_valid() and done(form, verb, **given, **form.cleaned_data)


def seen_version(request) -> int:
    """The version that the button's page showed; nought, which no record has, where it says nothing readable."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
