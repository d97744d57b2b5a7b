"""References: one after the other, for many at once, each year and panel by itself."""

import datetime
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases.workflow.reference import next_reference
from partnership.models import Panel
from tests.world import World

NEW_YEARS_EVE = datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC)


def test_each_year_kind_and_panel_counts_by_itself(world):
    other = Panel.objects.create(partnership=world.partnership, name="Another", reference_prefix="XY")
    draws = [
        (world.panel, "case", NEW_YEARS_EVE),
        (world.panel, "case", NEW_YEARS_EVE),
        (world.panel, "referral", NEW_YEARS_EVE),
        (other, "case", NEW_YEARS_EVE),
        (world.panel, "case", NEW_YEARS_EVE + datetime.timedelta(hours=1)),
    ]
    assert [next_reference(panel, kind, at=at) for panel, kind, at in draws] == [
        "AB-2026-0001", "AB-2026-0002", "R-AB-2026-0001", "XY-2026-0001", "AB-2027-0001",
    ]  # fmt: skip


def test_the_year_is_that_of_the_wall_clock(world):
    summer = timezone.make_aware(datetime.datetime(2026, 7, 1, 0, 30))
    assert next_reference(world.panel, "case", at=summer) == "AB-2026-0001"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_draw_each_number_once_and_a_roll_back_leaves_no_gap(transactional_db):
    panel = World().panel
    drawn, failures = [], []

    def draw(number):
        try:
            with transaction.atomic():
                reference = next_reference(panel, "case")
                if number % 3 == 0:
                    transaction.set_rollback(True)
                else:
                    drawn.append(reference)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=draw, args=(number,)) for number in range(9)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    year = timezone.localdate().year
    assert sorted(drawn) == [f"AB-{year}-{number:04}" for number in range(1, 7)]
