"""New or repeat, and since when: what the coordinator confirmed, on the agenda, its document and in the minutes."""

import datetime

import pytest
from django.utils import timezone

from cases.models import Listing, Party, Referral
from core.models import Key
from meetings.documents import facts_of
from meetings.models import Document
from meetings.rules.repeat import Last, last_of, last_words, repeat_words
from meetings.rules.window import months_before
from meetings.views.agenda_rows import agenda_for
from meetings.workflow.drafting import header, parts_of
from tests.meetings.sitting import fresh

DAY = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)


def on(month, day=1):
    return datetime.date(2026, month, day)


def referral(**more):
    given = {"pk": "this", "submitted_at": DAY, "decided_at": DAY + datetime.timedelta(days=2), "repeat": "repeat"}
    return Referral(**{**given, **more})


@pytest.mark.parametrize(
    ("heard", "referred", "expected"),
    [
        ([], [], Last()),
        ([("a", on(3)), ("a", on(5))], [("a", on(2))], Last(on(5), on(2))),
        ([("a", on(6, 3)), ("b", on(6, 4))], [], Last(on(6, 3), None)),  # heard between referral and decision
        ([("this", on(5))], [("this", on(6))], Last()),  # its own hearing is no precedent
        ([], [("a", on(2)), ("b", on(7))], Last(None, on(2))),
    ],
)
def test_what_came_before_a_referral(heard, referred, expected):
    instants = [(pk, datetime.datetime.combine(day, datetime.time(12), tzinfo=datetime.UTC)) for pk, day in referred]
    found = referral()
    assert last_of(found, [(found.pk if pk == "this" else pk, day) for pk, day in heard], instants) == expected


@pytest.mark.parametrize(
    ("answer", "last", "claimed", "words"),
    [
        ("repeat", Last(on(5), on(2)), on(1), "Repeat, last heard on 1 May 2026."),
        ("repeat", Last(None, on(2)), on(1), "Repeat, last referred on 1 February 2026, not heard."),
        ("repeat", Last(), on(1), "Repeat, last listed on 1 January 2026, as the referrer says."),
        ("repeat", Last(), None, "Repeat."),
        ("new", Last(on(5), on(2)), on(1), "New."),
        ("", Last(on(5), on(2)), on(1), ""),
    ],
)
def test_the_words_for_it(answer, last, claimed, words):
    assert repeat_words(referral(repeat=answer, claimed_repeat_on=claimed), last) == words


def test_a_referral_that_nobody_decided_has_no_precedent():
    assert last_of(referral(decided_at=None), [("a", on(3))], []) == Last()
    assert last_words(referral(), Last()) == ""


def test_agenda_document_and_minutes_say_the_confirmed_date(world):
    case = world.make_case()
    earlier = case.referrals.with_key().get()
    now = timezone.now()
    Referral.objects.filter(pk=earlier.pk).update(
        submitted_at=now - datetime.timedelta(days=90), decided_at=now - datetime.timedelta(days=89)
    )
    heard = datetime.date(2026, 3, 12)
    Listing(key=Key.objects.mint(Key.Kind.LISTING), case=case, referral=earlier, heard_on=heard, ended_on=heard).save(
        force_insert=True
    )
    again = world.make_referral()
    again.case, again.state, again.repeat, again.submitted_at = case, "accepted", "repeat", now
    again.decided_at, again.decided_by, again.claimed_repeat_on = now, world.coordinator, on(1)
    again.save()
    Party.objects.filter(referral=again).update(case=case)
    meeting = world.make_meeting()
    item = world.list_case(meeting, case)
    assert item.listing.referral_id == again.pk
    assert agenda_for(world.coordinator, meeting, is_desk=True).rows[0].last_words == "last heard on 12 March 2026"
    document = Document(meeting=meeting, kind="agenda")
    assert facts_of(document, world.coordinator)["items"][0]["repeat"] == "Yes, last heard on 12 March 2026"
    first = parts_of(fresh(item))[0]["text"].splitlines()[0]
    assert first == f"{case.reference}. Full. Repeat, last heard on 12 March 2026."


@pytest.mark.parametrize("months", [6, 12])
def test_the_panels_window_ends_alike_on_the_agenda_in_its_document_and_in_the_minutes(world, months):
    world.panel.repeat_months = months
    world.panel.save()
    world.make_meeting(starts_at=datetime.datetime(2027, 5, 1, 9, tzinfo=datetime.UTC))
    meeting = world.make_meeting(starts_at=datetime.datetime(2027, 6, 15, 9, tzinfo=datetime.UTC))
    cases = {}
    for day in ((2026, 6, 14), (2026, 12, 14), (2026, 12, 16), (2026, 5, 1)):
        cases[day] = world.make_case()
        at = datetime.datetime(*day, 12, tzinfo=datetime.UTC)
        Referral.objects.filter(case=cases[day]).update(submitted_at=at)
    ending = cases[2026, 12, 14] if months == 6 else cases[2026, 6, 14]
    assert agenda_for(world.coordinator, meeting, is_desk=True).at_end_of_window == [ending]
    facts = facts_of(Document(meeting=meeting, kind="agenda"), world.coordinator)
    assert (facts["ending"], facts["window"]) == ([ending.reference], months)
    drafted = header(meeting)
    assert ([row["reference"] for row in drafted["lapsing"]], drafted["window"]) == ([ending.reference], months)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2027-06-15", 12, "2026-06-15"), ("2027-03-31", 1, "2027-02-28"), ("2028-02-29", 12, "2027-02-28")],
)
def test_months_before(day, months, expected):
    assert months_before(datetime.date.fromisoformat(day), months).isoformat() == expected
