"""What a decision says of later and of others: its day to be looked at again, the child by birth date, the Guardian."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from core import clock
from core.models import Notice
from disclosures.models import DisclosurePerson
from disclosures.rules.decision import is_about_child
from disclosures.workflow.looking import remind_of_reviews
from tests.audit.ledger import recorded
from tests.disclosures.asking import Asking
from tests.world import make_post

DAY = datetime.timedelta(days=1)


@pytest.fixture
def asking(world):
    return Asking(world)


def at(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))


def test_the_officers_are_reminded_once_on_the_day_of_any_decision(asking):
    assert {job.name: job.seconds for job in clock.jobs()}["remind of decisions to look at again"] == 3600
    day = timezone.localdate() + 10 * DAY
    decision = asking.decided(asking.decision(asking.ask()), review_on=day)
    asking.decided(asking.decision(asking.ask()))
    Notice.objects.all().delete()
    assert [remind_of_reviews(at(day + days * DAY)) for days in (-1, 0, 0, 1)] == [0, 1, 0, 0]
    kept = asking.again(decision)
    assert (kept.review_told_at, kept.history.first().history_change_reason) == (at(day), "reminded")
    assert [event.thing_id for event in recorded("decision.review_due")] == [decision.pk]
    told = Notice.objects.order_by("address").values_list("address", "subject")
    subject = "A decision of your agency is to be looked at again today"
    assert list(told) == sorted((who.email, subject) for who in (asking.health_officer, asking.health_deputy))


def test_what_does_not_stand_is_not_looked_at(asking):
    asking.prepare(asking.decision(asking.ask()), review_on=timezone.localdate())
    assert remind_of_reviews() == 0


@pytest.mark.parametrize(
    ("ticked", "years", "days", "child"),
    [(False, 40, 0, False), (True, 40, 0, True), (False, 18, 0, False), (False, 18, 1, True), (False, 3, 0, True)],
)
def test_more_detrimental_is_offered_where_a_child_is_concerned(asking, as_member, ticked, years, days, child):
    today = timezone.localdate()
    born = (today.replace(day=1) if (today.month, today.day) == (2, 29) else today).replace(year=today.year - years)
    decision = asking.prepare(asking.decision(asking.ask(child_safeguarding=ticked)))
    for person in DisclosurePerson.objects.with_key().filter(disclosure=decision.disclosure_id):
        person.birth_date = born + days * DAY
        person.save()
    people = DisclosurePerson.objects.with_key().filter(disclosure=decision.disclosure_id)
    assert is_about_child(decision, people) is child
    url = reverse("disclosures:decision_question", args=[decision.pk, "record"])
    page = as_member(asking.health_officer).get(url).content.decode()
    outcomes = re.findall(r'name="outcome"[^>]*value="(\w+)"', page)
    assert ("detrimental" in outcomes, 'name="reviewer"' in page, "refuse" in outcomes) == (child, child, True)


def test_the_guardian_of_the_register_stands_there_to_be_changed(asking, as_member):
    decision = asking.decision(asking.ask())
    make_post(asking.world.health_agency, asking.world.health, "caldicott")
    client = as_member(asking.health_officer)
    client.post(reverse("disclosures:begin_decision", args=[decision.pk]))
    url = reverse("disclosures:decision_question", args=[decision.pk, "caldicott"])
    named = lambda: re.search(r'<input[^>]*name="caldicott_name"[^>]*>', client.get(url).content.decode())[0]  # noqa: E731
    assert 'value="Hana Health"' in named()
    typed = {"caldicott_name": "Dr Gwenda Guardian", "version": asking.again(decision).version}
    assert client.post(url, typed).status_code == 302
    assert 'value="Dr Gwenda Guardian"' in named()


def test_an_extract_of_a_case_begins_on_its_page(asking, as_member):
    url = reverse("disclosures:case_requests", args=[asking.case.pk])
    link = reverse("disclosures:new_case_extract", args=[asking.case.pk])
    officer = asking.world.liaison_officer
    assert (link in as_member(officer).get(url).content.decode()) is True
    assert (link in as_member(asking.world.housing).get(url).content.decode()) is False
