"""What the frame of every page needs of people: who is signed in as what, and how long the session may rest."""

from partnership import idle


def frame(request) -> dict:
    """`member_roles` for the header and `idle_seconds` for the session's clock; nothing for nobody."""
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated or getattr(request, "session_is_locked", False):
        return {}
    return {"member_roles": ", ".join(member.role_names()), "idle_seconds": idle.default_minutes() * 60}
