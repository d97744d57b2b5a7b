"""By when a request from outside must be answered: one clock per kind, its stops, its extension.

Days are days in Europe/London.  Bank holidays are those of England and Wales: the Acts leave out those of Scotland
and Northern Ireland too, so a day shown here is never later than the law's.
"""

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.working_days import working_day_from, working_days_after
from disclosures.models import OutsidePause, OutsideRequest

Kind, Why, Extension = OutsideRequest.Kind, OutsidePause.Why, OutsideRequest.Extension
RESTART, STOP = "restart", "stop"
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """*working_days* or *months* to answer; neither where nothing but the asker, or no Act, says when.

    *stops* says what asking for proof of identity or for clarification does: the time begins anew on the day it comes,
    or stands still in between; a question that is not in it does not touch the clock.  *extension* holds the reasons
    for which more time may be taken, with the time in all, in the same unit.  *acknowledge_days*: by when receipt is
    acknowledged; then no day is set, only “without undue delay”.
    """

    law: object
    working_days: int = 0
    months: int = 0
    stops: tuple = ()
    extension: tuple = ()
    acknowledge_days: int = 0
    review_working_days: int = 0


_RIGHTS = {
    "law": _("One month (UK GDPR Article 12A), two more where complex or several"),
    "months": 1,
    "extension": ((Extension.COMPLEX, 3),),
}
_ACCESS_STOPS = ((Why.IDENTITY, RESTART), (Why.CLARIFICATION, STOP))
_OTHER_STOPS = ((Why.IDENTITY, RESTART),)

CLOCKS = {
    Kind.FOI: Clock(
        law=_("20 working days after the day of receipt (FOIA 2000 s.10)"),
        working_days=20,
        stops=((Why.CLARIFICATION, RESTART),),
        extension=((Extension.PUBLIC_INTEREST, 40),),
        review_working_days=20,
    ),
    Kind.EIR: Clock(
        law=_("20 working days after the day of receipt (EIR 2004 regulation 5), 40 where complex and voluminous"),
        working_days=20,
        stops=((Why.CLARIFICATION, RESTART),),
        extension=((Extension.VOLUME, 40),),
        review_working_days=40,
    ),
    Kind.SUBJECT_ACCESS: Clock(**_RIGHTS, stops=_ACCESS_STOPS),
    Kind.SUBJECT_ACCESS_3: Clock(
        **(_RIGHTS | {"law": _("One month (DPA 2018 s.54), two more where complex or several")}), stops=_ACCESS_STOPS
    ),
    Kind.RECTIFICATION: Clock(**_RIGHTS, stops=_OTHER_STOPS),
    Kind.ERASURE: Clock(**_RIGHTS, stops=_OTHER_STOPS),
    Kind.OBJECTION: Clock(**_RIGHTS, stops=_OTHER_STOPS),
    Kind.COMPLAINT: Clock(
        law=_("Acknowledged within 30 days, answered without undue delay (DPA 2018 s.164A)"), acknowledge_days=30
    ),
    Kind.COURT: Clock(law=_("By the day that the order or the asker sets")),
    Kind.VICTIM: Clock(law=_("By the day that the asker sets (PCSC Act 2022 Part 2 Chapter 3A)")),
}


def clock_of(request: OutsideRequest) -> Clock:
    return CLOCKS[Kind(request.kind)]


def effect(kind: str, why: str) -> str:
    """What asking *why* does to the clock of *kind*: "restart", "stop", or nothing."""
    return dict(CLOCKS[Kind(kind)].stops).get(Why(why), "")


def due_on(request: OutsideRequest, pauses: Iterable[OutsidePause]) -> datetime.date | None:
    """The day by which *request* must be answered (a complaint: acknowledged); None where no day is set or it stands.

    Months end on the same day of the month, or the last one there is; a day on which nobody works gives way to the
    next working day.
    """
    clock, pauses = clock_of(request), list(pauses)
    if any(pause.until_on is None for pause in pauses):
        return None
    if clock.acknowledge_days:
        end = request.received_on + clock.acknowledge_days * DAY
        return None if request.acknowledged_on else working_day_from(end)
    begins = _begins(request, pauses)
    if clock.working_days:
        return working_days_after(begins, _length(clock, request, clock.working_days))
    if clock.months:
        end = _months_after(begins, _length(clock, request, clock.months)) + _stood(request, pauses, begins)
        return working_day_from(end)
    return request.asked_by_on


def review_due_on(request: OutsideRequest, asked_on: datetime.date) -> datetime.date | None:
    """By when an internal review asked for on *asked_on* is answered (Code of Practice s.45; EIR regulation 11)."""
    days = clock_of(request).review_working_days
    return working_days_after(asked_on, days) if days else None


def may_extend_until(request: OutsideRequest, pauses) -> datetime.date | None:
    """The last day on which more time may be taken: the day on which it is due without; None where it never may."""
    clock = clock_of(request)
    return due_on(request, pauses) if clock.extension and not request.extension else None


def is_late(request: OutsideRequest, at=None) -> bool:
    """Whether the whole of the due day has passed at the instant *at* (default now), in Europe/London."""
    over = (OutsideRequest.State.CLOSED, OutsideRequest.State.CLARIFY)
    return bool(request.due_on) and request.state not in over and request.due_on < timezone.localdate(at)


def _length(clock: Clock, request, usual: int) -> int:
    return dict(clock.extension).get(request.extension, usual) if request.extension else usual


def _begins(request, pauses) -> datetime.date:
    came = [pause.until_on for pause in pauses if effect(request.kind, pause.why) == RESTART]
    return max([request.received_on, *came])


def _stood(request, pauses, begins) -> datetime.timedelta:
    """How long the clock stood still after the time began: the day of the answer is ours again."""
    stops = [pause for pause in pauses if effect(request.kind, pause.why) == STOP]
    return sum((max(pause.until_on - max(pause.since_on, begins), 0 * DAY) for pause in stops), 0 * DAY)


def _months_after(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
