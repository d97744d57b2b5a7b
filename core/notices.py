"""Notices: “something waits for you in Confer”, with a link and no word about any case or person.

`notify` queues in the transaction of the act; the worker hands over.  Letters with content are not notices.
"""

import datetime
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from core import mail
from core.models import Notice

BACK_OFF_MINUTES = (1, 5, 15, 60, 240)
STOPPED_AFTER = datetime.timedelta(minutes=10)


def notify(addresses: Iterable[str], *, subject: str, body: str, path: str, closing: str = "") -> list[Notice]:
    """Queue one notice per distinct address; it leaves after the transaction, if that holds.

    *body* is a sentence or two without anybody's name; *path* is the address within Confer that is linked; *closing*
    stands below the link in place of the usual invitation to sign in and read.
    """
    closing = closing or _("Sign in to Confer to read it. This letter holds no details.")
    text = f"{body}\n\n{settings.PUBLIC_URL}{path}\n\n{closing}"
    notices = [
        Notice(address=address, subject=str(subject), body=text) for address in dict.fromkeys(filter(None, addresses))
    ]
    Notice.objects.bulk_create(notices)
    for notice in notices:
        transaction.on_commit(lambda pk=notice.pk: hand_over.enqueue(str(pk)))
    return notices


@task()
def hand_over(notice_id: str) -> None:
    """Hand one queued notice to the mail server; its state is committed before and after the connection."""
    if not _claim(notice_id):
        return
    notice = Notice.objects.get(pk=notice_id)
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message = mail.build_message(
        sender=sender,
        recipient=notice.address,
        subject=notice.subject,
        body=notice.body,
        message_id=mail.message_id(notice.pk, sender.rpartition("@")[2]),
        written_at=timezone.localtime(),
        sender_name="Confer",
    )
    _settle(notice, mail.send(mail.message_bytes(message), sender, notice.address))


def try_again(*, now=None) -> int:
    """Enqueue the notices whose back-off has run out, and those that no worker has taken; how many.

    One left in “sending” by a worker that stopped is of unknown fate: it may have left, and is not sent again.
    """
    now = now or timezone.now()
    Notice.objects.filter(state=Notice.State.SENDING, sending_at__lt=now - STOPPED_AFTER).update(
        state=Notice.State.UNKNOWN, settled_at=now
    )
    due = Notice.objects.filter(state=Notice.State.QUEUED, next_attempt_at__lte=now)
    stranded = Notice.objects.filter(
        state=Notice.State.QUEUED, next_attempt_at__isnull=True, created_at__lt=now - datetime.timedelta(minutes=5)
    )
    ids = [str(pk) for pk in (due | stranded).values_list("pk", flat=True)[:200]]
    for pk in ids:
        hand_over.enqueue(pk)
    return len(ids)


def _claim(notice_id: str) -> bool:
    """Whether this worker, and no other, sends the notice now."""
    return bool(
        Notice.objects.filter(pk=notice_id, state=Notice.State.QUEUED).update(
            state=Notice.State.SENDING, next_attempt_at=None, sending_at=timezone.now()
        )
    )


def _settle(notice: Notice, outcome: mail.Outcome) -> None:
    notice.attempts += 1
    notice.failure = outcome.reason
    if outcome.kind is mail.Outcomes.ACCEPTED:
        notice.state = Notice.State.SENT
    elif outcome.kind is mail.Outcomes.UNKNOWN:
        notice.state = Notice.State.UNKNOWN
    elif outcome.may_be_retried and notice.attempts <= len(BACK_OFF_MINUTES):
        notice.state = Notice.State.QUEUED
        notice.next_attempt_at = timezone.now() + datetime.timedelta(minutes=BACK_OFF_MINUTES[notice.attempts - 1])
    else:
        notice.state = Notice.State.FAILED
    notice.settled_at = timezone.now()
    notice.save()
