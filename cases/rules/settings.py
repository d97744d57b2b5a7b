"""Which settings of a panel mean something to its scheme; the others are not asked."""

from django.utils.translation import gettext_lazy

from cases.schemes import Scheme, schemes
from partnership.kinds import PanelKind

OF_FEATURE = {
    "checklist": ("instrument", "instrument_items"),
    "minimum_age": ("minimum_age",),
    "repeats": ("repeat_definition",),
}
OF_ROUTE = {
    "visible_high_risk": ("threshold",),
    "potential_escalation": ("escalation_count", "escalation_months", "escalation_police_only"),
}
WINDOW = frozenset({"repeats", "flags"})  # what reckons with the months of the repeat window


def settings_without(scheme: Scheme) -> frozenset[str]:
    """The columns of `Panel` that a panel of *scheme* has no use for."""
    without = [name for feature, names in OF_FEATURE.items() if not scheme.has(feature) for name in names]
    claimed = {route.field for route in scheme.routes}
    without += [name for field, names in OF_ROUTE.items() if field not in claimed for name in names]
    without += [] if WINDOW & scheme.features else ["repeat_months"]
    without += [] if any(section.when == "manager_sign_off" for section in scheme.sections) else ["manager_sign_off"]
    return frozenset(without)


def _hints(scheme: Scheme) -> dict:
    return {} if scheme.has("idva") else {"told_at_once": gettext_lazy("They see a referral when it is sent.")}


def kinds_of_panels() -> list[PanelKind]:
    """The kinds that an administrator may make a panel of, by name, and what each leaves out."""
    found = [
        PanelKind(s.code, s.name, settings_without(s), _hints(s), "cases:scheme_settings" if is_settable(s) else "")
        for s in schemes().values()
        if s.offered
    ]
    return sorted(found, key=lambda kind: str(kind.name))


def is_settable(scheme: Scheme) -> bool:
    """Whether a panel of *scheme* sets something of the scheme's own: numbers, or the states of a track."""
    return bool(scheme.numbers or any(kind.settable for kind in scheme.tracks))
