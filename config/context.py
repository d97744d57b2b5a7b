"""What the frame of every page needs: product name, demonstration banner, navigation."""

from django.conf import settings


def frame(request) -> dict:
    """The context of `templates/base.html`: `demonstration`, `navigation` (label, url, current)."""
    return {"demonstration": settings.DEMONSTRATION, "navigation": _navigation(request)}


def _navigation(request) -> list[dict]:
    from core import navigation

    return navigation.items(request)
