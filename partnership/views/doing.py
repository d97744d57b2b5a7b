"""The third beat of a view: do it, and let a refusal stand on the form."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.records import StaleVersion


def typed(request):
    """What was typed, for a form; None while the page is only opened."""
    return request.POST if request.method == "POST" else None


def shown(request, name: str, context: dict):
    """The page *name* with the form of *context*: 422 where the form was refused, for browser and script alike."""
    form = context["form"]
    return render(request, name, context, status=422 if form.is_bound and form.errors else 200)


def done(form, verb, *args, **kwargs) -> bool:
    """Call *verb*; whether it was done.  A refusal becomes an error of *form*, at its field where it has one."""
    try:
        verb(*args, **kwargs)
    except ValidationError as error:
        if isinstance(error, StaleVersion) and hasattr(form, "offer_merge"):
            form.offer_merge()
        place(form, error)
        return False
    return True


def pressed(request, success, verb, /, *args, **kwargs) -> bool:
    """Call *verb* for a form that is a single button; *success* or the refusal becomes a message; whether done."""
    try:
        verb(*args, **kwargs)
    except StaleVersion:
        messages.error(request, _("Somebody else changed this while you were looking. Look at it again."))
        return False
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return False
    messages.success(request, success)
    return True


def whole_number(text, otherwise: int = 0) -> int:
    """*text*, as a form sent it, as a number of at most six digits, or *otherwise* (no record has version nought)."""
    text = str(text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else otherwise


def place(form, error: ValidationError) -> None:
    """Put a refusal at the fields of *form* that it names, or above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
