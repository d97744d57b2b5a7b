"""What an administrator sets of a scheme for one panel."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cases.rules.settings import is_settable
from cases.schemes import schemes
from core.history import noting
from core.recording import record
from partnership.models import Panel
from partnership.roles import Permission


@transaction.atomic
def save_scheme_settings(*, by, panel: Panel, settings: dict, seen: int) -> None:
    """Let the scheme of *panel* go by *settings* (`cases.schemes.settings`), over version *seen* of the panel.

    Steps that were taken keep their dates: the next one reckons anew.  Records panel.scheme_set.
    """
    if not by.may(Permission.KEEP_SETTINGS) or not is_settable(schemes()[panel.scheme]):
        raise PermissionDenied
    panel.scheme_settings = settings
    noting(panel, by=by, reason="panel.scheme_set").save_over(seen)
    record("panel.scheme_set", by=by, thing=panel, panel_id=panel.pk)
