"""Closing a case and opening it again on its page: who is offered it, what keeps it open, what is recorded."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from cases.workflow.case import close_case
from core.records import StaleVersion
from tests.audit.ledger import recorded

TO_CLOSE, TO_REOPEN = "Close the case", "Open again: closed in error"


@pytest.fixture
def case(world):
    return world.make_case(asked=[world.housing_agency])


def url(name, case):
    return reverse(f"cases:{name}", args=[case.pk])


def whole(case) -> Case:
    return Case.objects.with_key().select_related("panel").get(pk=case.pk)


def offered(answer) -> list[str]:
    return [words for words in (TO_CLOSE, TO_REOPEN) if words in answer.content.decode()]


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize(("who", "keeps"), [("coordinator", True), ("chair", False), ("housing", False)])
def test_who_keeps_the_case_is_led_to_closing_it_or_opening_it_again(world, as_member, case, who, keeps, is_closed):
    world.make_action(case, world.housing_agency)
    if is_closed:
        Case.objects.filter(pk=case.pk).update(state="closed", closed_at=timezone.now())
    wanted = [[TO_CLOSE], [TO_REOPEN]][is_closed] if keeps else []
    for tab in ("case", "case_history"):
        assert offered(as_member(getattr(world, who)).get(url(tab, case))) == wanted


def test_the_desk_closes_a_case_and_goes_on_reading_it(world, as_member, case):
    client = as_member(world.coordinator)
    answer = client.post(url("close_case", case), follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "The case is closed. A new incident opens it again."
    ]
    assert offered(answer) == [TO_REOPEN]
    assert (whole(case).closed_by, whole(case).history.latest().history_change_reason) == (world.coordinator, "closed")
    assert recorded("case.closed")[-1].reason == "closed"
    assert recorded("record.consulted")[-1].reason == "referral"
    client.post(url("reopen_case", case))
    assert (whole(case).state, whole(case).history.latest().history_change_reason) == ("open", "closed_in_error")
    assert recorded("case.reopened")[-1].reason == "closed_in_error"


def test_what_keeps_it_open_is_said_with_where_it_stands(world, as_member, case):
    world.list_case(world.make_meeting(), case)
    world.make_action(case, world.housing_agency)
    client = as_member(world.coordinator)
    asked, refused = client.get(url("close_case", case)), client.post(url("close_case", case))
    assert (asked.status_code, refused.status_code) == (200, 422)
    assert asked.context["problems"] == refused.context["problems"]
    assert refused.context["problems"] == [
        ("The case is listed for a meeting that has not heard it.", reverse("meetings:case_meetings", args=[case.pk])),
        ("Actions are still open.", url("case_actions", case)),
    ]
    assert '<button class="govuk-button govuk-button--warning"' not in asked.content.decode()
    assert whole(case).state == "open"


def test_closing_twice_leaves_it_as_it_was_closed_first(world, as_member, case):
    close_case(by=world.coordinator, case=whole(case))
    first = whole(case).closed_at
    answer = as_member(world.coordinator).get(url("close_case", case)).content.decode()
    assert ("The case was closed on" in answer, '<form method="post" novalidate>' in answer) == (True, False)
    assert as_member(world.coordinator).post(url("close_case", case)).status_code == 302
    assert (whole(case).closed_at, len(recorded("case.closed"))) == (first, 1)


@pytest.mark.parametrize(("name", "before"), [("close_case", "open"), ("reopen_case", "closed")])
def test_who_is_overtaken_is_told_so(world, as_member, case, monkeypatch, name, before):
    if before == "closed":
        close_case(by=world.coordinator, case=whole(case))

    def overtaken(record, seen):
        raise StaleVersion(record)

    monkeypatch.setattr(Case, "save_over", overtaken)
    answer = as_member(world.coordinator).post(url(name, case), follow=True)
    assert str(StaleVersion(case).messages[0]) in answer.content.decode()
    assert whole(case).state == before
