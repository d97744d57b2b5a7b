"""What is known of a person's consent when a decision is taken; whoever records consent registers here at start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

NOT_RECORDED = "not_recorded"


@dataclass(frozen=True)
class ConsentState:
    """The state of consent for one request: a code that the decision keeps, and words for who decides."""

    code: str
    words: Any


Provider = Callable[[Any], ConsentState | None]

_provider: Provider | None = None


def register(provider: Provider | None) -> None:
    """Let *provider* say the state of consent for a `Disclosure` (None: it knows nothing of these people)."""
    global _provider
    _provider = provider


def state_of(disclosure) -> ConsentState:
    """The state of consent of those whom *disclosure* is about, at this instant."""
    known = _provider(disclosure) if _provider else None
    return known or ConsentState(NOT_RECORDED, _("Not recorded in Confer"))
