"""What the clock does for releases: reminders before and after, destruction on the day, recall from who has left."""

import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from cases.rules.hold import held
from core.history import noting
from core.recording import SystemActor
from disclosures.emails_of_releases import remind_of_destruction, remind_of_notice, tell_of_overdue
from disclosures.models import NoticeReceipt, Release
from disclosures.models.codes import DestroyEvent
from disclosures.workflow.ending import destroy_kept, destroy_words, lapse
from disclosures.workflow.recall import recall_some
from disclosures.workflow.release import joined, record_release
from partnership.models import Signatory

CLOCK = SystemActor("release clock")
AT_ONCE = 200
BEFORE_DAYS, AFTER_DAYS = (7, 1), (1, 7, 14)
ESCALATE_AFTER_DAYS = 7
LAPSE_AFTER_DAYS = 28  # docs/decisions/0063-what-nobody-takes-up-ends.md
State = Release.State


def release_round(*, now=None) -> dict[str, int]:
    """Everything below, in an order in which what one leaves is the next one's; how many of each."""
    now = now or timezone.now()
    return {
        "recalled": recall_leavers(now=now),
        "due": set_event_days(now=now),
        "destroyed": destroy_due(now=now),
        "let_go": destroy_unheld(now=now),
        "lapsed": lapse_unread(now=now),
        "reminded": remind(now=now),
        "escalated": escalate(now=now),
    }


def recall_leavers(*, now=None) -> int:
    """Recall every release whose recipient left Confer or their agency, or whose agency left the first tier."""
    now = now or timezone.now()
    case = OuterRef("decision__disclosure__case")
    fit = Exists(Signatory.objects.reaching(case, now).filter(agency=OuterRef("agency")))
    left = Q(member__left_at__isnull=False) | ~Q(member__agency=F("agency")) | ~Q(fit)
    found = joined().filter(left, state__in=[State.WAITING, State.OPEN, State.GIVEN]).order_by("decision_id", "pk")
    by_decision: dict = {}
    for release in found[:AT_ONCE]:
        by_decision.setdefault(release.decision_id, []).append(release)
    for releases in by_decision.values():
        recall_some(releases, releases[0].decision, by=CLOCK, reason="left")
    return sum(len(releases) for releases in by_decision.values())


def set_event_days(*, now=None) -> int:
    """A release that is to be destroyed once its case is closed is due on the day on which that happened."""
    on = timezone.localdate(now)
    closed = joined().filter(
        Q(destroy_on__isnull=True) | Q(destroy_on__gt=on, extended_at__isnull=True),
        state__in=[State.WAITING, State.OPEN, State.GIVEN],
        decision__destroy_event=DestroyEvent.CASE_CLOSED,
        decision__disclosure__case__closed_at__isnull=False,
    )
    return sum(_set_day(release, on) for release in closed[:AT_ONCE])


def destroy_due(*, now=None) -> int:
    """Destroy the words of every release whose day has passed, or close it while its case is held.

    Its recipient still owes the confirmation.  And of every one that was recalled before anybody had it: nobody opens
    it any more, and nobody confirms.
    """
    unread = Q(state=State.RECALLED) & ~Q(pk__in=Release.objects.received().order_by().values("pk"))
    due = joined().filter(Q(destroy_on__lt=timezone.localdate(now)) | unread).exclude(state__in=Release.ENDED)
    found = list(due.order_by("destroy_on", "pk")[:AT_ONCE])
    for release in found:
        destroy_words(release, by=CLOCK, reason="day_passed")
    return len(found)


def destroy_unheld(*, now=None) -> int:
    """Destroy the words of every release that had ended while its case was held, and is held no more."""
    kept = joined().filter(~held("decision__disclosure__case", at=now), state=State.KEPT)
    return sum(destroy_kept(release, by=CLOCK) for release in kept.order_by("destroy_on", "pk")[:AT_ONCE])


def lapse_unread(*, now=None) -> int:
    """Close every release that waits for its recipient since four weeks, or four weeks after it was prolonged."""
    limit = (now or timezone.now()) - datetime.timedelta(days=LAPSE_AFTER_DAYS)
    waiting = joined().filter(Q(extended_at__isnull=True) | Q(extended_at__lte=limit), state=State.WAITING)
    found = list(waiting.filter(released_at__lte=limit).order_by("released_at", "pk")[:AT_ONCE])
    return sum(lapse(release, by=CLOCK) for release in found)


def remind(*, now=None) -> int:
    """Write to recipients some days before and after the day, and about notices that they have not acknowledged."""
    on = timezone.localdate(now)
    days = [on + datetime.timedelta(days=days) for days in BEFORE_DAYS]
    days += [on - datetime.timedelta(days=days) for days in AFTER_DAYS]
    owed = Release.objects.unconfirmed().filter(destroy_on__in=days, member__left_at__isnull=True)
    found = list(joined().filter(pk__in=owed.values("pk")).exclude(reminded_on=on)[:AT_ONCE])
    for release in found:
        _remind(release, on)
    return len(found) + _remind_of_notices(on)


def escalate(*, now=None) -> int:
    """Tell, once, the liaison officers of both sides of what is a week overdue."""
    on = timezone.localdate(now)
    limit = on - datetime.timedelta(days=ESCALATE_AFTER_DAYS)
    late = Release.objects.unconfirmed().filter(destroy_on__lte=limit, escalated_at__isnull=True)
    found = list(joined().filter(pk__in=late.values("pk"))[:AT_ONCE])
    for release in found:
        _escalate(release, now or timezone.now())
    return len(found)


@transaction.atomic
def _set_day(release: Release, on: datetime.date) -> int:
    release.destroy_on = on
    noting(release, by=CLOCK, reason="case_closed").save_over(release.version)
    record_release("release.due", release, by=CLOCK, detail={"on": str(on), "why": "case_closed"})
    return 1


@transaction.atomic
def _remind(release: Release, on: datetime.date) -> None:
    release.reminded_on = on
    noting(release, by=CLOCK, reason="reminded").save_over(release.version)
    remind_of_destruction(release, overdue=release.destroy_on < on)


def _remind_of_notices(on: datetime.date) -> int:
    days = [on - datetime.timedelta(days=days) for days in AFTER_DAYS]
    waiting = NoticeReceipt.objects.waiting().filter(
        notice__made_at__date__in=days, release__member__left_at__isnull=True
    )
    found = list(waiting.exclude(reminded_on=on).select_related("release__member", "release__agency")[:AT_ONCE])
    for receipt in found:
        receipt.reminded_on = on
        noting(receipt, by=CLOCK, reason="reminded").save_over(receipt.version)
        remind_of_notice(receipt)
    return len(found)


@transaction.atomic
def _escalate(release: Release, now) -> None:
    release.escalated_at = now
    noting(release, by=CLOCK, reason="overdue").save_over(release.version)
    record_release("release.overdue", release, by=CLOCK, detail={"since": str(release.destroy_on)})
    tell_of_overdue(release)
