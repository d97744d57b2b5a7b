"""Reading the minutes of an item in place of an approver who is kept away from it; what nobody reads is held back."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from core.history import noting
from core.recording import record
from meetings.models import Minutes, MinutesItem
from meetings.rules import minutes as rules


@transaction.atomic
def pass_item(*, by, minutes_item: MinutesItem) -> MinutesItem:
    """*by* has read the minutes of one item, in place of an approver who is kept away from it; recorded by name.

    Writing in it afterwards takes that back.
    """
    Minutes.objects.select_for_update(of=("self",)).get(pk=minutes_item.minutes_id)
    seen = MinutesItem.objects.visible_to(by).select_related("key", "minutes__meeting").filter(pk=minutes_item.pk)
    row = seen.first()
    if row is None or not rules.may_pass(by, row):
        raise PermissionDenied
    if row.passed_at is None:
        row.passed_at, row.passed_by = timezone.now(), by
        noting(row, by=by, reason="passed").save_over(row.version)
        record("minutes.passed", by=by, thing=row, case_id=row.case_id, panel_id=row.minutes.meeting.panel_id)
    return row


def unread_items(approver, minutes: Minutes) -> tuple[list[MinutesItem], list[str]]:
    """What *approver* is kept away from and nobody passed; and what is said where somebody could still pass it."""
    kept_away = rules.unread_by(approver, minutes).filter(passed_at__isnull=True)
    rows = list(kept_away.select_related("key", "minutes__meeting__panel"))
    waiting = sum(bool(rules.readers_of(row)) for row in rows)
    return rows, [_unread(waiting)] if waiting else []


def hold_back(rows: list[MinutesItem], *, by) -> None:
    """Let nobody be shown *rows*, which nobody of the desk could read, when their minutes are approved."""
    for row in rows:
        row.held_back = True
        noting(row, by=by, reason="held_back").save_over(row.version)


def _unread(count: int) -> str:
    return ngettext(
        "You are kept away from %(count)s item. Somebody of the desk who is not must read and pass its minutes.",
        "You are kept away from %(count)s items. Somebody of the desk who is not must read and pass their minutes.",
        count,
    ) % {"count": count}
