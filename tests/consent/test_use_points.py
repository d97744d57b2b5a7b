"""Consent × the points at which information moves: saved, item begun, on the screen, in the minutes."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Entry
from cases.workflow.entry import change_entry, write_entry
from cases.workflow.entry import take_over_entry as take_over
from consent.models import Consent
from consent.workflow.ending import withdraw
from meetings.models import Meeting
from meetings.rules.agenda import findings
from meetings.workflow.agenda_issue import freeze_agenda
from meetings.workflow.live import leave_item, open_meeting, start_item
from tests.consent.asking import make_consent, make_form, ready_agenda
from tests.consent.test_settle import see
from tests.meetings.sitting import fresh, opened, sign, today
from tests.signing_in import sign_in

POINTS = ["entry saved", "item begun", "consent changed"]  # the freeze: test_frozen.py
CONSENTS = [
    ("given", {}, "hop"),
    ("in part, and this is in it", {"no": ["housing"], "state": "given_part"}, "hop"),
    ("in part, and this is not", {"no": ["treatment"], "state": "given_part"}, "h"),
    ("for other agencies", {"receives": []}, "h"),
    ("for this panel not", {"no": ["panel"]}, "h"),
    ("refused", {"state": "refused"}, "h"),
    ("being asked", {"state": "requested"}, "h"),
    ("ended yesterday", {"days_ago": 366}, "h"),
]


@pytest.fixture
def form(asking, db):
    return make_form()


def sitting(world):
    """A frozen meeting that signed people sit in, its one item waiting."""
    meeting, item = opened(world, world.health, world.housing, world.police)
    leave_item(by=world.chair, item=item)
    return meeting, fresh(item)


def write(world, item, **more) -> Entry:
    party = item.listing.case.parties.get(capacity="victim")
    given = {"text": "She takes her medicine.", "category": "treatment", "party": party, "reach": "minute"}
    return write_entry(by=world.health, listing=item.listing, **{**given, **more})


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("given", "seen"), [row[1:] for row in CONSENTS], ids=[row[0] for row in CONSENTS])
def test_consent_is_asked_at_each_point(world, form, point, given, seen):
    _meeting, item = sitting(world)
    case = item.listing.case
    if point == "entry saved":
        make_consent(world, case, **given)
        entry = write(world, item)
    else:
        entry = write(world, item)
        assert see(world, entry) == "h"
        consent = make_consent(world, case, **given)
    if point == "item begun":
        start_item(by=world.chair, item=item)
    if point == "consent changed":
        from consent.workflow.settle import settle_of

        settle_of(consent, by=world.health)
    assert see(world, entry) == seen


def test_what_a_treatment_agency_says_of_such_a_kind_rests_on_consent_by_default(world, form):
    _meeting, item = sitting(world)
    assert write(world, item).on_consent is True
    assert write(world, item, category="housing").on_consent is False
    assert write(world, item, category="").on_consent is False


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"on_consent": False}, "ground"),
        ({"ground": "law"}, "ground_words"),
        ({"on_consent": False, "ground": "because", "ground_words": "So."}, "ground"),
        ({"category": "invented"}, "category"),
    ],
)
def test_consent_is_not_set_aside_without_a_ground(world, form, typed, field):
    from django.core.exceptions import ValidationError

    _meeting, item = sitting(world)
    with pytest.raises(ValidationError) as refusal:
        write(world, item, **typed)
    assert list(refusal.value.message_dict) == [field]


def test_with_a_ground_it_reaches_everybody_and_taking_the_ground_back_shuts_it(world, form):
    _meeting, item = sitting(world)
    entry = write(world, item, ground="law", ground_words="Order of the family court, 3 November 2026.")
    assert (entry.on_consent, see(world, entry)) == (False, "hopd")
    change_entry(by=world.health, entry=entry, seen=entry.version, on_consent=True)
    assert (entry.ground, entry.ground_words, see(world, entry)) == ("", "", "h")


def test_what_rested_on_consent_in_one_case_does_not_carry_over_to_another(world, form):
    """Edge case 41."""
    _meeting, item = sitting(world)
    make_consent(world, item.listing.case)
    entry = write(world, item)
    assert see(world, entry) == "hop"
    other = world.list_case(world.make_meeting(), world.make_case(), asked=[world.health_agency, world.police_agency])
    taken = take_over(by=world.health, entry=entry, listing=other.listing, why="The same people live there now.")
    assert (taken.category, taken.on_consent, see(world, taken)) == ("treatment", True, "h")


# the agenda
def missing(meeting) -> list[str]:
    return [finding.text for finding in findings(meeting) if finding.code == "no_consent"]


def test_the_agenda_says_that_consent_is_missing_and_not_why_or_whose(world, form):
    meeting = today(world, state="agenda_open")
    item = fresh(meeting.items.get())
    make_consent(world, item.listing.case, state="refused")
    entry = world.make_entry(item.listing, world.health_agency, world.health, on_consent=True, category="treatment")
    sentence = f"{item.listing.case.reference}: consent is missing for something that was to be shared."
    assert missing(meeting) == [sentence]
    make_consent(world, item.listing.case, days_ago=1)
    from consent.workflow.settle import settle

    settle(by=world.coordinator, cases=[item.listing.case])
    assert missing(meeting) == []
    assert see(world, entry) == "h"  # nobody signed yet; housing and the police may once they do


# withdrawn between agenda and meeting
def poll(client, meeting, item, mark=""):
    address = reverse("meetings:live_now", args=[meeting.pk])
    return client.get(address, {"item": item.pk}, headers={"If-None-Match": mark} if mark else {})


def entries(client, meeting) -> str:
    answer = client.get(reverse("meetings:live", args=[meeting.pk]))
    return answer.content.decode().split('<section id="entries"')[1].split("</section>")[0]


def test_withdrawn_information_is_gone_at_the_next_poll_and_the_chair_sees_that_alone(world, form):
    """Edge case 11."""
    meeting, item = opened(world, world.health, world.housing, world.police)
    consent = make_consent(world, item.listing.case, receives=[world.housing_agency])
    entry = write(world, item)
    housing, chair = sign_in(Client(), world.housing), sign_in(Client(), world.chair)
    marks = [poll(client, meeting, item)["ETag"] for client in (housing, chair)]
    assert entry.text in entries(housing, meeting)
    assert [poll(c, meeting, item, m).status_code for c, m in zip((housing, chair), marks, strict=True)] == [204, 204]
    withdraw(by=world.health, consent=consent, how="phone", words="No more.", seen=consent.version)
    answers = [poll(client, meeting, item, mark) for client, mark in zip((housing, chair), marks, strict=True)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert entry.text not in entries(housing, meeting)
    assert "Information withdrawn" not in entries(housing, meeting)
    assert "Information withdrawn" in entries(chair, meeting)


def test_withdrawn_after_the_freeze_and_before_the_meeting_it_is_in_no_sitting(world, form):
    """Edge case 11: the agenda was frozen with it, and nobody hears it."""
    meeting, case, entry = ready_agenda(world)
    consent = make_consent(world, case, receives=[world.housing_agency])
    freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version)
    Meeting.objects.update(starts_at=timezone.now())
    sign(fresh(meeting), world.chair, world.coordinator, world.health, world.housing)
    assert see(world, entry) == "ho"
    withdraw(by=world.health, consent=consent, how="phone", words="No more.", seen=consent.version)
    assert see(world, entry) == "h"
    open_meeting(by=world.chair, meeting=fresh(meeting))
    start_item(by=world.chair, item=fresh(meeting.items.get()))
    shown = [entries(sign_in(Client(), who), meeting) for who in (world.health, world.housing, world.chair)]
    assert [entry.text in page for page in shown] == [True, False, False]
    assert ["Information withdrawn" in page for page in shown] == [False, False, True]


def test_a_refusal_shows_nothing(world, form):
    meeting, item = opened(world, world.health, world.housing)
    chair = sign_in(Client(), world.chair)
    plain = entries(chair, meeting)
    make_consent(world, item.listing.case, state="refused")
    write(world, item)
    assert "Information withdrawn" not in entries(chair, meeting)
    assert "She takes her medicine" not in entries(chair, meeting)
    assert plain.count("<h3") == entries(chair, meeting).count("<h3")


def test_a_withdrawn_consent_takes_the_passage_out_of_minutes_that_are_not_issued(world, form):
    from meetings.models import MinutesItem
    from meetings.rules.minutes import parts_for
    from meetings.workflow.live import close_item, end_meeting
    from meetings.workflow.minutes import draft_minutes
    from tests.meetings.sitting import write_whole

    meeting, item = opened(world, world.health, world.police)
    consent = make_consent(world, item.listing.case, receives=[world.police_agency, world.council])
    write(world, item)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    draft_minutes(by=world.coordinator, meeting=fresh(meeting))

    def read() -> list[str]:
        rows = list(MinutesItem.objects.visible_to(world.coordinator).select_related("minutes__meeting"))
        return [part["text"] for parts in parts_for(rows, world.coordinator).values() for part in parts]

    said = "Mair O’Gwynedd: She takes her medicine."
    assert said in read()
    withdraw(by=world.health, consent=consent, how="phone", words="", seen=Consent.objects.get().version)
    assert said not in read()
    draft_minutes(by=world.coordinator, meeting=fresh(meeting))
    assert said not in read()
