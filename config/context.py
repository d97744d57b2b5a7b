"""What the frame of every page needs: navigation, who is signed in as what, whether this is a demonstration."""

from django.conf import settings
from django.utils.translation import gettext as _

from core import navigation


def frame(request) -> dict:
    """The context of `templates/base.html`: `demonstration`, `navigation`, `member_roles`, `member_panel`."""
    return {
        "demonstration": settings.DEMONSTRATION,
        "navigation": navigation.items(request),
        "member_roles": ", ".join(_roles(request)),
        "member_panel": _panels_said(_panels(request)),
    }


def _grants(request) -> list:
    member = getattr(request, "user", None)
    return member.grants if member is not None and member.is_authenticated else []


def _roles(request) -> list[str]:
    return request.user.role_names() if _grants(request) else []


def _panels(request) -> list[str]:
    return sorted({str(grant.panel) for grant in _grants(request) if grant.panel_id})


def _panels_said(names: list[str]) -> str:
    """One or two by name; how many they are where more would fill the head of every page."""
    return ", ".join(names) if len(names) < 3 else _("%(count)d panels") % {"count": len(names)}
