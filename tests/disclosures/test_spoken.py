"""What is spoken at an item is a decision of each originator; however many speak and hear, the same queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from disclosures.models import Decision, DecisionRecipient, Disclosure
from disclosures.workflow.spoken import record_spoken
from meetings.workflow.live import close_item, leave_item, start_item
from meetings.workflow.presence import record_heard
from tests.meetings.sitting import fresh, opened, write_whole
from tests.world import make_agency, make_member

QUERIES = 15
HEARD_QUERIES = 21


@pytest.fixture
def item(world):
    case = world.make_case(asked=[world.health_agency, world.police_agency])
    meeting = world.make_meeting(state="in_session")
    return world.list_case(meeting, case, asked=[world.health_agency, world.police_agency])


def hearer(member):
    return {"member": member, "agency": member.agency, "observer": ""}


def spoken(world, item, members, **more):
    recipients = [hearer(member) for member in members]
    return record_spoken(by=world.chair, listing=item.listing, recipients=recipients, **more)


def test_one_decision_per_originator_with_those_who_heard_it(world, item):
    w = world
    w.make_entry(item.listing, w.health_agency, w.health)
    w.make_entry(item.listing, w.police_agency, w.police, text="Bail until Friday.")
    w.make_entry(item.listing, w.police_agency, w.chair, text="Bail was breached.")
    recipients = [hearer(m) for m in (w.health, w.police, w.housing)] + [
        {"member": None, "agency": None, "observer": "Olwen Observer, Ofcom"}
    ]
    disclosure = record_spoken(by=w.chair, listing=item.listing, recipients=recipients)
    assert (disclosure.way, disclosure.state, disclosure.agency_id) == ("meeting", "closed", None)
    assert disclosure.history.first().history_change_reason == "spoken"
    decisions = Decision.objects.select_related("originator").order_by("originator__name")
    assert [(d.originator.name, d.decided_by, d.way, d.state, d.outcome, d.method) for d in decisions] == [
        ("Wenlli Health", w.health, "meeting", "decided", "share", "meeting"),
        ("Wenlli Police", w.chair, "meeting", "decided", "share", "meeting"),
    ]
    heard = {}
    for row in DecisionRecipient.objects.select_related("decision__originator", "member"):
        heard.setdefault(row.decision.originator.name, []).append(row.member.name if row.member else row.observer)
    assert {name: sorted(names) for name, names in heard.items()} == {
        "Wenlli Health": ["Harri Housing", "Olwen Observer, Ofcom", "Priya Police"],
        "Wenlli Police": ["Hana Health", "Harri Housing", "Olwen Observer, Ofcom"],
    }
    event = Event.objects.get(name="decision.spoken")
    assert (event.thing_id, len(event.recipients), event.detail["originators"]) == (disclosure.pk, 4, 2)


def test_nothing_said_is_nothing_recorded(world, item):
    withdrawn = world.make_entry(item.listing, world.health_agency, world.health)
    withdrawn.withdrawn_at = withdrawn.written_at
    withdrawn.save()
    assert spoken(world, item, [world.housing]) is None
    assert Disclosure.objects.count() == 0


def test_who_is_kept_from_all_an_agency_said_did_not_receive_it(world, item):
    w = world
    first = w.make_entry(item.listing, w.health_agency, w.health)
    w.bar(reason="excluded", entry=first, agency=w.housing_agency)
    spoken(w, item, [w.housing, w.police])
    assert [r.member for r in DecisionRecipient.objects.select_related("member")] == [w.police]
    w.make_entry(item.listing, w.health_agency, w.health, text="For all.")
    disclosure = spoken(w, item, [w.housing, w.police])
    assert DecisionRecipient.objects.filter(decision__disclosure=disclosure).count() == 2


@pytest.mark.parametrize("many", [1, 3])
def test_the_same_queries_for_one_and_for_three(world, item, many):
    w = world
    hearers = []
    for number in range(many):
        agency = make_agency(w.partnership, f"Speaking {number}", "voluntary")
        member = make_member(f"Sian Speaker {number}", agency, "representative", panel=w.panel)
        for line in range(many):
            w.make_entry(item.listing, agency, member, text=f"Line {line}.")
        listener = make_agency(w.partnership, f"Listening {number}", "voluntary")
        hearers.append(make_member(f"Lena Listener {number}", listener, "representative", panel=w.panel))
    listing = type(item.listing).objects.with_key().select_related("case__panel", "case__key").get(pk=item.listing_id)
    spoken(w, item, hearers)  # the panel’s counter of the year is there
    recipients = [hearer(member) for member in hearers]
    with CaptureQueriesContext(connection) as seen:
        record_spoken(by=w.chair, listing=listing, recipients=recipients)
    assert len(seen) == QUERIES
    assert Decision.objects.count() == 2 * many
    assert DecisionRecipient.objects.count() == 2 * many * many


def test_the_meeting_records_it_as_each_hearing_ends(world):
    w = world
    meeting, item = opened(w, w.police, w.housing)
    w.make_entry(item.listing, w.health_agency, w.health)
    leave_item(by=w.chair, item=fresh(item))
    first = Decision.objects.get()
    heard = DecisionRecipient.objects.filter(decision=first).values_list("member__name", flat=True)
    assert set(heard) == {"Dafydd Chair", "Cerys Coordinator", "Priya Police", "Harri Housing"}
    start_item(by=w.chair, item=fresh(item))
    write_whole(w, fresh(item))
    close_item(by=w.chair, item=fresh(item))
    assert [d.way for d in Disclosure.objects.all()] == ["meeting", "meeting"]
    assert meeting.items.get().state == "heard"


@pytest.mark.parametrize("cases", [1, 3])
def test_closing_an_item_takes_the_same_queries_for_one_speaker_and_three(world, cases):
    w = world
    speakers = [(w.health_agency, w.health), (w.police_agency, w.police), (w.housing_agency, w.housing)][:cases]
    _meeting, item = opened(w, *[member for _agency, member in speakers])
    for agency, member in speakers:
        w.make_entry(item.listing, agency, member)
    w.chair.grants  # read by the gate before any verb
    with CaptureQueriesContext(connection) as seen:
        record_heard(by=w.chair, item=fresh(item))
    assert Decision.objects.count() == cases
    assert len(seen) == HEARD_QUERIES
