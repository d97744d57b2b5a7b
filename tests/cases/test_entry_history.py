"""What an entry said while it was kept from a reader stays kept, also when its author lets them read it now."""

import pytest

from cases import timeline
from cases.models import Case, Entry
from cases.workflow.entry import change_entry, write_entry


@pytest.fixture
def listing(world):
    meeting = world.make_meeting()
    return world.list_case(meeting, world.make_case(), asked=[world.health_agency, world.housing_agency]).listing


def wrote(world, listing, text, left_out=()):
    return write_entry(
        by=world.health, listing=listing, text=text, kind="information", nature="fact", left_out=list(left_out)
    )


def told(member, case) -> str:
    """All that the history page tells *member* of the entries of *case*."""
    page = timeline.page_of(member, Case.objects.visible_to(member).with_road(member).get(pk=case.pk))
    return " ".join(f"{c.what} {c.fields}" for c in page.changes if c.what.startswith("Entry"))


def changed(world, entry, text, **more):
    found = Entry.objects.visible_to(world.health).select_related("key", "listing__case", "agency").get(pk=entry.pk)
    return change_entry(by=world.health, entry=found, seen=found.version, text=text, **more)


def test_the_desk_reads_no_word_from_before_a_lifted_exclusion(world, listing):
    entry = wrote(world, listing, "His sister works at the council.", left_out=[world.council])
    changed(world, entry, "Her brother works at the council.")
    changed(world, entry, "Seen in March.", left_out=[])
    changed(world, entry, "Seen in May.")
    changed(world, entry, "Seen in June.")
    case = listing.case
    assert "works at the council" in told(world.chair, case)
    assert "works at the council" not in told(world.coordinator, case)
    assert "Seen in May." in told(world.coordinator, case)
    assert "Seen in March." not in told(world.coordinator, case)


def test_an_entry_that_nobody_was_kept_from_tells_all_its_history(world, listing):
    entry = wrote(world, listing, "Seen in March.")
    changed(world, entry, "Seen in May.")
    assert "Seen in March." in told(world.coordinator, listing.case)


def test_a_standing_exclusion_hides_entry_and_history(world, listing):
    entry = wrote(world, listing, "Seen in March.")
    changed(world, entry, "His sister works at the council.", left_out=[world.council])
    assert told(world.coordinator, listing.case) == ""
