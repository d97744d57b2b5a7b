"""What templates ask about the scheme of a panel."""

from django import template

from cases.schemes import Scheme, scheme_of

register = template.Library()


@register.filter(name="scheme")
def scheme_filter(panel) -> Scheme:
    """The scheme that *panel* runs: ``{% with scheme=case.panel|scheme %}``."""
    return scheme_of(panel)


@register.filter
def whose_risk(action, panel):
    """Whose risk *action* addresses, as the scheme of *panel* says it: ``{{ action|whose_risk:case.panel }}``."""
    return scheme_of(panel).risk_words(action.risk)


@register.filter
def has(scheme: Scheme, feature: str) -> bool:
    """Whether *scheme* has *feature*: ``{% if scheme|has:"telling" %}``."""
    return scheme.has(feature)
