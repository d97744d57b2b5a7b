"""Refusals that are themselves recorded: a guard's `Recorded` sentence, after the verb is rolled back."""

from functools import wraps

from django.core.exceptions import ValidationError

from cases.models import Case
from cases.schemes.tracks import Recorded
from core.recording import record


def recording_refusals(about: str):
    """Let a verb, where it refuses with a `Recorded` sentence, leave that on record about its argument *about*.

    Records step.refused with the sentence's code as its reason, and raises on.  Put above ``@transaction.atomic``.
    """

    def around(verb):
        @wraps(verb)
        def recorded(*, by, **given):
            try:
                return verb(by=by, **given)
            except ValidationError as refusal:
                for code in _codes(refusal):
                    _tell(by, given[about], code)
                raise

        return recorded

    return around


def _codes(refusal: ValidationError) -> list[str]:
    found = [error.message for error in getattr(refusal, "error_list", ())]
    return list(dict.fromkeys(message.code for message in found if isinstance(message, Recorded)))


def _tell(by, thing, code: str) -> None:
    case = thing if isinstance(thing, Case) else thing.case
    panel_id = case.panel_id if case else thing.panel_id
    record("step.refused", by=by, thing=thing, case_id=case.pk if case else None, panel_id=panel_id, reason=code)
