"""An answer that came late is marked: on the coordinator's board and on the chair's item."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from meetings.models import Meeting, ResearchRequest, Return
from meetings.rules.research import is_late
from meetings.views.research_rows import board_for
from meetings.workflow.live import open_meeting, start_item
from tests.meetings.sitting import fresh, sign
from tests.signing_in import sign_in

NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("answered", "asked", "frozen", "opened", "late"),
    [
        (None, -9, None, None, False),
        (-1, -9, None, None, False),
        (0, -9, None, None, False),
        (1, -9, None, None, True),
        (-1, -9, -2, None, True),
        (-3, -9, -2, None, False),
        (3, 2, None, None, False),
        (3, -9, 2, 4, True),
        (5, -9, 2, 4, False),
    ],
)
def test_late_is_after_the_due_moment_or_the_freeze_and_before_the_sitting(answered, asked, frozen, opened, late):
    at = lambda hours: None if hours is None else NOW + hours * HOUR  # noqa: E731
    meeting = Meeting(research_due_at=NOW, frozen_at=at(frozen), opened_at=at(opened))
    assert is_late(at(answered), meeting, asked_at=at(asked)) is late


@pytest.fixture
def late(world):
    """A meeting of today: health answered and housing knew nothing in time, the IDVA and probation came late."""
    meeting = world.make_meeting(state="agenda_frozen", starts_at=timezone.now(), frozen_at=timezone.now() - 20 * HOUR)
    agencies = {
        "health": (world.health_agency, "answered", -60),
        "housing": (world.housing_agency, "nothing", -60),
        "idva": (world.idva_agency, "answered", -30),
        "probation": (world.probation_agency, "nothing", -10),
    }
    item = world.list_case(meeting, world.make_case(), asked=[agency for agency, _state, _at in agencies.values()])
    listing = item.listing
    listing.created_at = NOW - 99 * HOUR
    listing.save()
    ResearchRequest.objects.update(created_at=NOW - 99 * HOUR)
    for agency, state, hours in agencies.values():
        Return.objects.filter(request__agency=agency).update(
            state=state, answered_at=NOW + hours * HOUR, created_at=NOW - 99 * HOUR
        )
    for agency, by, hours in ((world.health_agency, world.health, -60), (world.idva_agency, world.idva, -30)):
        world.make_entry(listing, agency, by, text=f"Known to {agency.name}.")
        item.listing.entries.filter(agency=agency).update(written_at=NOW + hours * HOUR)
    return meeting, item


def test_the_board_counts_and_marks_what_came_late(world, late):
    meeting, _item = late
    board = board_for(world.coordinator, meeting)
    marks = {row.request.agency.name: (row.late, [(c.state, c.is_late) for c in row.cells]) for row in board.rows}
    assert marks == {
        "Wenlli Health": (0, [("answered", False)]),
        "Aberwenlli Homes": (0, [("nothing", False)]),
        "Haven Advocates": (1, [("answered", True)]),
        "Wenlli Probation": (1, [("nothing", True)]),
    }
    page = sign_in(Client(), world.coordinator).get(f"/meetings/{meeting.pk}/research/board/").content.decode()
    assert page.count(">Late<") == 2 and "1 with information, 0 nothing known, 0 outstanding, 1 late" in " ".join(
        page.split()
    )


def test_the_chairs_item_marks_what_came_late_and_not_what_is_said_in_the_room(world, late):
    meeting, item = late
    sign(meeting, world.chair)
    open_meeting(by=world.chair, meeting=fresh(meeting))
    start_item(by=world.chair, item=fresh(item))
    world.make_entry(item.listing, world.police_agency, world.police, text="Said just now.")
    page = sign_in(Client(), world.chair).get(f"/meetings/{meeting.pk}/live/{item.pk}/").content.decode()
    entries = page[page.index('id="entries"') :]
    by_entry = {
        text: "Came late" in entries[entries.index(text) :].split("</div>")[0]
        for text in ("Known to Wenlli Health.", "Known to Haven Advocates.", "Said just now.")
    }
    assert by_entry == {
        "Known to Wenlli Health.": False,
        "Known to Haven Advocates.": True,
        "Said just now.": False,
    }
    assert "Aberwenlli Homes, Wenlli Probation (late)." in " ".join(entries.split())
