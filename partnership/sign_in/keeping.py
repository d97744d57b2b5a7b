"""What was typed, kept over a time-out without JavaScript.

The posted form travels in the sign-in page itself, encrypted and bound to its member, and is offered again
afterwards: nothing of it is stored, and whoever sits down at the computer next reads nothing in the page.
"""

import json
import zlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_SALT = "partnership.kept"
_LIFE_SECONDS = 12 * 60 * 60
_NEVER = ("csrfmiddlewaretoken", "kept")
_SECRET_WORDS = ("password", "code")


@dataclass(frozen=True)
class Kept:
    """A form that was posted too late: where to, whose, and the fields as typed."""

    path: str
    member_id: str
    fields: list[tuple[str, str]]


def keep(request: HttpRequest, member_id) -> str:
    """The posted form of *request*, to carry in the page, where nobody reads or changes it; secrets are left out."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NEVER and not any(word in name for word in _SECRET_WORDS)
        for value in values
    ]
    said = {"p": request.get_full_path(), "m": str(member_id), "f": fields}
    return _cipher().encrypt(zlib.compress(json.dumps(said).encode())).decode()


def kept_for(token: str, member) -> Kept | None:
    """What *token* keeps for *member*; None where it was changed, is too old or is somebody else's."""
    try:
        found = json.loads(zlib.decompress(_cipher().decrypt(token.encode(), ttl=_LIFE_SECONDS)))
    except InvalidToken:
        return None
    if found["m"] != str(member.pk):
        return None
    return Kept(path=found["p"], member_id=found["m"], fields=[(name, value) for name, value in found["f"]])


def _cipher() -> Fernet:
    return Fernet(urlsafe_b64encode(salted_hmac(_SALT, "cipher", algorithm="sha256").digest()))
