"""Who is kept from an entry that rests on consent: the table of states, what is written ahead, and what it costs."""

import datetime

import pytest
from django.utils import timezone

from cases.models import Bar, Entry
from cases.models.access import Allowance
from cases.workflow.access import allow
from consent.models import Consent
from consent.workflow.ending import withdraw
from consent.workflow.settle import settle
from tests.audit.ledger import recorded
from tests.consent.asking import make_consent, make_episode, make_form
from tests.consent.test_covers import TABLE

NOW = timezone.now
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def item(world, asking):
    make_form()
    case = world.make_case(asked=[world.health_agency, world.housing_agency, world.police_agency])
    item = world.list_case(world.make_meeting(), case)
    world.sign(item.meeting, world.housing, world.police, world.children)
    return item


def rest(world, item, **more) -> Entry:
    """An entry of health that rests on consent, about the victim, unless told otherwise."""
    given = {"category": "treatment", "on_consent": True, "party": item.listing.case.parties.get(capacity="victim")}
    return world.make_entry(item.listing, world.health_agency, world.health, **{**given, **more})


def see(world, entry) -> str:
    """Who sees *entry* of the cast: h(ealth), o (housing), p(olice), c(hildren), d(esk)."""
    cast = {"h": world.health, "o": world.housing, "p": world.police, "c": world.children, "d": world.coordinator}
    return "".join(name for name, who in cast.items() if Entry.objects.visible_to(who).filter(pk=entry.pk).exists())


def settled(world, item, at=None):
    settle(by=world.health, cases=[item.listing.case], at=at)


STATES = [row for row in TABLE if not row[2].keys() & {"at", "purpose"}]  # an entry is for the panel, and now


@pytest.mark.parametrize(("consent", "asked", "missing"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_whom_an_entry_reaches_in_each_state_of_consent(world, item, consent, asked, missing):
    given = {name: NOW() + value if isinstance(value, datetime.timedelta) else value for name, value in consent.items()}
    make_consent(world, item.listing.case, **given)
    entry = rest(world, item, **asked)
    settled(world, item)
    assert see(world, entry) == ("h" if missing else "hop")


def test_what_was_never_settled_reaches_nobody(world, item):
    make_consent(world, item.listing.case)
    assert see(world, rest(world, item)) == "h"


def test_what_does_not_rest_on_consent_is_left_alone(world, item):
    entry = rest(world, item, on_consent=False)
    settled(world, item)
    assert see(world, entry) == "hopcd"
    assert not Bar.objects.exists()


def test_an_agency_that_is_newer_than_the_answer_is_not_reached(world, item):
    consent = make_consent(world, item.listing.case, receives=[world.housing_agency])
    entry = rest(world, item)
    settled(world, item)
    Bar.objects.filter(agency=world.children_agency).delete()  # as of an agency that came later
    world.children_agency.created_at = NOW()
    world.children_agency.save()
    assert see(world, entry) == "ho"
    consent.agencies.create(agency=world.children_agency, side="receives")
    settled(world, item)
    assert see(world, entry) == "hoc"


def test_the_end_is_written_ahead_and_needs_no_job(world, item):
    consent = make_consent(world, item.listing.case)
    entry = rest(world, item)
    settled(world, item)
    bar = Bar.objects.get(entry=entry, agency=world.housing_agency)
    ends = datetime.datetime.combine(consent.ends_on + DAY, datetime.time(), tzinfo=timezone.get_default_timezone())
    assert (bar.since, bar.until, bar.reason) == (ends, None, "lapsed")
    assert [Bar.objects.live(at).filter(pk=bar.pk).exists() for at in (ends - HOUR, ends)] == [False, True]


def test_one_consent_takes_over_from_another(world, item):
    first = make_consent(world, item.listing.case, days_ago=300)
    second = make_consent(world, item.listing.case, days_ago=2)
    entry = rest(world, item)
    settled(world, item)
    bar = Bar.objects.get(entry=entry, agency=world.housing_agency)
    assert timezone.localdate(bar.since) == second.ends_on + DAY > first.ends_on


def test_settling_twice_changes_nothing(world, item):
    make_consent(world, item.listing.case)
    rest(world, item)
    settled(world, item)
    before = list(Bar.objects.order_by("pk").values_list("pk", "since", "until"))
    settled(world, item)
    assert list(Bar.objects.order_by("pk").values_list("pk", "since", "until")) == before
    assert len(recorded("access.settled")) == 1


def test_withdrawal_shuts_what_was_open_and_says_so_by_its_reason(world, item):
    consent = make_consent(world, item.listing.case)
    entry = rest(world, item)
    settled(world, item)
    assert see(world, entry) == "hop"
    withdraw(by=world.health, consent=consent, how="phone", words="No more.", seen=consent.version)
    assert see(world, entry) == "h"
    live = Bar.objects.live().filter(entry=entry)
    assert set(live.filter(reason="lapsed").values_list("agency", flat=True)) == {
        world.housing_agency.pk,
        world.police_agency.pk,
    }
    assert live.filter(reason="consent").exclude(agency__in=[world.housing_agency, world.police_agency]).count() == 4
    row = live.get(agency=world.housing_agency)
    assert (row.history.first().history_change_reason, row.history.first().history_user) == ("consent", world.health)
    event = recorded("access.settled")[-1]
    assert (event.reason, event.detail, event.recipients) == ("consent", {}, [])


def test_withdrawal_in_part_shuts_that_part_alone(world, item):
    consent = make_consent(world, item.listing.case)
    treatment, attendance = rest(world, item), rest(world, item, category="attendance")
    settled(world, item)
    what = {"category": ["attendance"]}
    withdraw(by=world.health, consent=consent, how="phone", words="", seen=consent.version, what=what)
    consent = Consent.objects.on_case(item.listing.case).get()
    assert (see(world, treatment), see(world, attendance)) == ("hop", "h")
    what = {"receives": [str(world.police_agency.pk)]}
    withdraw(by=world.health, consent=consent, how="phone", words="", seen=consent.version, what=what)
    assert (see(world, treatment), see(world, attendance)) == ("ho", "h")


def test_about_the_case_as_a_whole_the_principal_is_asked(world, item):
    make_consent(world, item.listing.case)
    whole = rest(world, item, party=None)
    other = rest(world, item, party=item.listing.case.parties.get(capacity="perpetrator"))
    settled(world, item)
    assert (see(world, whole), see(world, other)) == ("hop", "h")


def test_consent_for_another_episode_covers_nothing_of_this_one(world, item):
    """Edge case 12."""
    form = make_form(number=2, episodes=["episode"])
    first = make_episode(item.listing.case)
    make_consent(world, item.listing.case, form=form, track=first)
    entry = rest(world, item)
    settled(world, item)
    assert see(world, entry) == "hop"
    first.ended_at = NOW()
    first.save()
    make_episode(item.listing.case)
    settled(world, item)
    assert see(world, entry) == "h"


def test_an_allowance_opens_one_entry_to_one_agency_until_its_end(world, item):
    first, second = rest(world, item), rest(world, item)
    settled(world, item)
    until = NOW() + 2 * DAY
    allowance = allow(by=world.liaison_officer, entry=first, agency=world.police_agency, why="override", until=until)
    assert allowance.history.first().history_change_reason == "override"
    assert [event.reason for event in recorded("access.allowed")] == ["override"]
    settled(world, item)
    assert (see(world, first), see(world, second)) == ("hp", "h")
    assert Bar.objects.live(until + HOUR).filter(entry=first, agency=world.police_agency).exists()
    Allowance.objects.update(until=NOW())
    settled(world, item)
    assert see(world, first) == "h"


def test_any_number_is_settled_with_the_same_queries(world, item, django_assert_num_queries):
    make_consent(world, item.listing.case)
    assert world.health.grants  # the gate has read the roles
    for number in (1, 3):
        while Entry.objects.count() < number:
            rest(world, item)
        with django_assert_num_queries(17):
            settle(by=world.health, cases=[item.listing.case_id])
