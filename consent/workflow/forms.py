"""Publishing consent forms from their reviewable file."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.models import ConsentForm
from core.history import noting
from core.loading import Changes, record_loading
from core.recording import SystemActor
from core.reference import Edition

LOADER = SystemActor("consent forms")


@transaction.atomic
def load_consent_forms(edition: Edition, *, by=LOADER, check: bool = False) -> Changes:
    """Publish the forms of *edition* that are new, and retire what it replaces or no longer holds.

    Refused for a form that was published with other words: somebody may have signed it.  With *check* only says what
    would change.  Records consent_forms.loaded where anything changed.
    """
    here = {_key(form): form for form in ConsentForm.objects.select_for_update()}
    changed = [str(form) for form in edition.rows if _key(form) in here and here[_key(form)].digest != form.digest]
    if changed:
        words = _("%(form)s was published with other words. Give the new words the next number.")
        raise ValidationError([words % {"form": name} for name in changed])
    changes = Changes("published", "retired")
    for form in edition.rows:
        if _key(form) not in here:
            changes["published"].append(str(form))
            if not check:
                form.published_by = None if isinstance(by, SystemActor) else by
                noting(form, by=by, reason="form.published").save(force_insert=True)
    standing = _newest(edition.rows)
    for key, form in here.items():
        if form.retired_at is None and key not in standing:
            changes["retired"].append(str(form))
            if not check:
                form.retired_at = timezone.now()
                noting(form, by=by, reason="form.retired").save(force_update=True)
    if changes and not check:
        record_loading("consent_forms.loaded", edition, changes, by=by)
    return changes


def _key(form: ConsentForm) -> tuple:
    return form.scheme, form.number, form.language


def _newest(forms) -> set[tuple]:
    """The keys of the forms that may be given out: the highest number of each scheme and language."""
    newest: dict[tuple, int] = {}
    for form in forms:
        place = (form.scheme, form.language)
        newest[place] = max(newest.get(place, 0), form.number)
    return {(scheme, number, language) for (scheme, language), number in newest.items()}
