"""The third beat of views whose form holds what a verb asks, beside what the page knows."""

from partnership.views.doing import done


def done_as_typed(form, verb, **given) -> bool:
    """Call *verb* with *given* and what the bound *form* holds; whether it was done, refusals stand on the form."""
    return form.is_bound and form.is_valid() and done(form, verb, **given, **form.cleaned_data)
