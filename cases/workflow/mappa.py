"""Saying whether a case is linked to MAPPA."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, MappaPointer
from cases.rules import mappa as rules
from core.history import noting
from core.recording import record
from core.records import StaleVersion


@transaction.atomic
def set_mappa(
    *,
    by,
    case: Case,
    seen: int,
    linked: str,
    level: str = "",
    lead=None,
    contact: str = "",
    named: Iterable = (),
) -> MappaPointer:
    """Say whether *case* is linked to MAPPA (`MappaPointer.Linked`), over version *seen* (0: nothing was said yet).

    *level*, *lead* (an agency), *contact* (one line) and *named* (agencies with a duty to co-operate that
    read it, too) are kept only of a case that is linked.  Records mappa.set, which says the same of every answer.
    Refused for others than the responsible authority on the case.  Criminal Justice Act 2003 ss.325–327B.
    """
    held = rules.find_mappa_case(by).select_for_update(of=("self",)).filter(pk=case.pk).first()
    if held is None or not rules.may_set(by, held):
        raise PermissionDenied
    pointer = MappaPointer.objects.with_key().filter(case=held).first()
    if (pointer.version if pointer else 0) != seen:
        raise StaleVersion(pointer)
    is_linked = linked == MappaPointer.Linked.YES
    named = list(named) if is_linked else []
    _check(held, linked, level, lead, contact, named)
    pointer = pointer or MappaPointer(key=held.key, case=held)
    pointer.linked, pointer.set_at, pointer.set_by = linked, timezone.now(), by
    said = (level, lead, contact.strip()) if is_linked else ("", None, "")
    pointer.level, pointer.lead, pointer.contact = said
    noting(pointer, by=by, reason="mappa.set")
    pointer.save_over(seen) if seen else pointer.save(force_insert=True)
    pointer.named.set(named)
    record("mappa.set", by=by, thing=pointer, case_id=held.pk, panel_id=held.panel_id)
    return pointer


def _check(case, linked: str, level: str, lead, contact: str, named: list) -> None:
    wrong = {}
    if linked not in MappaPointer.Linked.values:
        wrong["linked"] = _("Say whether the case is linked to MAPPA")
    if linked == MappaPointer.Linked.YES:
        if not level:
            wrong["level"] = _("Select the level")
        if lead is None:
            wrong["lead"] = _("Select the lead agency")
        if not contact.strip():
            wrong["contact"] = _("Say whom to ask there")
    if len(contact) > 200 or "\n" in contact.strip():
        wrong["contact"] = _("One line: a name, a telephone number, an e-mail address. No minutes.")
    may_be_named = set(rules.to_name(case)) if named else set()
    if set(named) - may_be_named:
        wrong["named"] = _("Name agencies on this case that have a duty to co-operate.")
    if wrong:
        raise ValidationError(wrong)
