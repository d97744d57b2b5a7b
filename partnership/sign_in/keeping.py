"""What was typed, kept over a time-out without JavaScript.

The posted form travels in the sign-in page itself, signed and bound to its member, and is offered again afterwards:
nothing of it is stored, here or in the browser.
"""

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest

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
    """The posted form of *request*, sealed against change, to carry in the page; secrets are left out."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NEVER and not any(word in name for word in _SECRET_WORDS)
        for value in values
    ]
    return signing.dumps({"p": request.get_full_path(), "m": str(member_id), "f": fields}, salt=_SALT, compress=True)


def kept_for(token: str, member) -> Kept | None:
    """What *token* keeps for *member*; None where it was changed, is too old or is somebody else's."""
    try:
        found = signing.loads(token, salt=_SALT, max_age=_LIFE_SECONDS)
    except signing.BadSignature:
        return None
    if found["m"] != str(member.pk):
        return None
    return Kept(path=found["p"], member_id=found["m"], fields=[(name, value) for name, value in found["f"]])
