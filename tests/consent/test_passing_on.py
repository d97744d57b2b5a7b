"""Consent is taken back before somebody who did not ask for it: it ends at once, and they learn nothing."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from consent.models import Consent, Withdrawal
from consent.workflow.ending import pass_on_withdrawal
from core.models import Notice
from tests.consent.asking import make_consent, make_form

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def case(world, asking):
    make_form()
    case = world.make_case(asked=[world.health_agency, world.housing_agency])
    world.list_case(world.make_meeting(), case, asked=[world.housing_agency])
    return case


def victim(case):
    return case.parties.get(capacity="victim")


def pass_on(world, case, **more):
    given = {"by": world.housing, "case": case, "party": victim(case), "how": "in_person", "words": "No more."}
    pass_on_withdrawal(**{**given, **more})


def test_every_consent_of_the_person_on_the_case_ends(world, case):
    held = make_consent(world, case)
    asked = make_consent(world, case, state="requested")
    said = timezone.now() - HOUR
    pass_on(world, case, from_at=said)
    assert Consent.objects.get(pk=held.pk).withdrawn_at == said
    assert Consent.objects.get(pk=asked.pk).state == "requested"
    taken = Withdrawal.objects.visible_to(world.health).get()
    assert (taken.whole, taken.recorded_by, taken.words) == (True, world.housing, "No more.")
    assert held.history.first().history_change_reason == "withdrawn"
    names = list(Event.objects.filter(member_id=world.housing.pk).order_by("id").values_list("name", flat=True))
    assert names == ["consent.withdrawn", "consent.passed_on"]
    assert [(notice.address, notice.subject) for notice in Notice.objects.all()] == [
        ("hana.health@wenlli-health.example", "A record of your agency has changed")
    ]


def test_who_passes_it_on_gets_the_same_answer_whether_there_was_one(world, case, as_member):
    client = as_member(world.housing)
    now = timezone.localtime() - HOUR
    typed = {"party": victim(case).pk, "how": "phone", "words": "", "from_time": f"{now:%H:%M}"}
    typed |= {"from_on_day": now.day, "from_on_month": now.month, "from_on_year": now.year}
    answer = lambda: client.post(reverse("consent:pass_on", args=[case.pk]), typed, follow=True)  # noqa: E731
    without = answer()
    make_consent(world, case)
    with_one = answer()
    assert Consent.objects.get().state == "withdrawn"
    said = [[str(message) for message in each.context["messages"]] for each in (without, with_one)]
    assert said == 2 * [["It is passed on: whoever holds a consent of this person is told."]]
    assert (with_one.redirect_chain, with_one.status_code) == (without.redirect_chain, without.status_code)
    assert not Withdrawal.objects.visible_to(world.housing).exists()


def test_another_persons_and_another_cases_consents_stand(world, case):
    other = world.make_case(asked=[world.health_agency])
    make_consent(world, other)
    mine = make_consent(world, case)
    Consent.objects.filter(pk=mine.pk).update(subject=case.parties.get(capacity="perpetrator").subject)
    pass_on(world, case)
    assert set(Consent.objects.values_list("state", flat=True)) == {"given_full"}


def test_not_ahead_and_not_by_who_keeps_no_consents(world, case):
    with pytest.raises(ValidationError):
        pass_on(world, case, from_at=timezone.now() + HOUR)
    with pytest.raises(PermissionDenied):
        pass_on(world, case, by=world.chair)
