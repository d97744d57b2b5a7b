"""At start: does this key folder belong to this database?  A start that cannot open its records refuses."""

import hashlib
import hmac

from django.core.exceptions import ImproperlyConfigured

from core import keyfolder, sealing
from core.models import FolderMark, Key


def verify_key_folder() -> None:
    """Return where every key file fits this database; `ImproperlyConfigured` with a clear sentence where one does not.

    The first call on an empty database remembers a mark of the search key and the audit key.
    """
    keyfolder.epoch_key(keyfolder.current_epoch())
    for epoch in Key.objects.filter(wrapped__isnull=False).order_by("epoch").values_list("epoch", flat=True).distinct():
        key = Key.objects.filter(epoch=epoch, wrapped__isnull=False).first()
        if key:
            sealing.unwrap(key.wrapped, key_id=key.pk, epoch=epoch)
    _compare("search", keyfolder.search_key())
    _compare("audit", keyfolder.audit_key())


def _compare(name: str, key: bytes) -> None:
    mark = hmac.new(key, f"confer|{name}".encode(), hashlib.sha256).digest()
    kept, _made = FolderMark.objects.get_or_create(name=name, defaults={"mark": mark})
    if not hmac.compare_digest(bytes(kept.mark), mark):
        raise ImproperlyConfigured(
            f"The key folder (CONFER_KEYS) does not belong to this database: its {name} key is another one. "
            "Point CONFER_KEYS to the folder that was made with this database."
        )
