"""Notices: one per address, no details, each fate of the mail server, and what a stopped worker leaves."""

import datetime

import pytest
from django.utils import timezone

from core import mail, notices
from core.models import Notice

pytestmark = pytest.mark.django_db
S = Notice.State
ACCEPTED = mail.Outcome(mail.Outcomes.ACCEPTED)
LATER = mail.Outcome(mail.Outcomes.REFUSED_BEFORE_ACCEPTANCE, permanent=False, reason="later")
NEVER = mail.Outcome(mail.Outcomes.REFUSED_BEFORE_ACCEPTANCE, permanent=True, reason="never")
UNKNOWN = mail.Outcome(mail.Outcomes.UNKNOWN, reason="lost")


def queued(address="rep@agency.example"):
    return notices.notify([address], subject="Confer: something waits", body="An action is due.", path="/actions/")[0]


def test_one_notice_for_each_address_and_none_for_none():
    notices.notify(["a@x.example", "", "a@x.example", "b@x.example"], subject="s", body="b", path="/")
    assert sorted(Notice.objects.values_list("address", flat=True)) == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize(
    ("outcome", "state"), [(ACCEPTED, S.SENT), (LATER, S.QUEUED), (NEVER, S.FAILED), (UNKNOWN, S.UNKNOWN)]
)
def test_each_fate_is_kept_as_it_is_known(monkeypatch, outcome, state):
    monkeypatch.setattr(mail, "send", lambda *sent: outcome)
    notice = queued()
    notices.hand_over.call(str(notice.pk))
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.next_attempt_at is not None) == (state, 1, state == S.QUEUED)


def test_a_second_worker_sends_nothing(monkeypatch):
    sent = []
    monkeypatch.setattr(mail, "send", lambda *message: sent.append(message) or ACCEPTED)
    notice = queued()
    for _worker in range(2):
        notices.hand_over.call(str(notice.pk))
    assert len(sent) == 1


def test_what_a_stopped_worker_left_is_unknown_and_not_sent_again(monkeypatch):
    notice = queued()
    assert notices._claim(str(notice.pk))
    now = timezone.now()
    assert notices.try_again(now=now) == 0
    notice.refresh_from_db()
    assert notice.state == S.SENDING
    assert notices.try_again(now=now + datetime.timedelta(minutes=11)) == 0
    notice.refresh_from_db()
    assert notice.state == S.UNKNOWN
