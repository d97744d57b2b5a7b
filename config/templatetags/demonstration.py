"""Who can sign in to the demonstration, for its sign-in page; nothing in real use."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def demonstration_accounts() -> list:
    """One `Account` for each role, with the code of this moment; none in real use."""
    if not settings.DEMONSTRATION:
        return []
    from config.demonstration.accounts import first_of_each_role

    return first_of_each_role()
