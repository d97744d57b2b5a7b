"""Two writers of one record: neither loses a word without being told."""

import pytest

from core.records import StaleVersion
from partnership.models import Partnership


def test_the_second_of_two_writers_is_refused(world):
    first, second = (Partnership.objects.get() for _writer in range(2))
    first.place = "Aberwenlli"
    first.save_over(1)
    second.place = "Aberelsewhere"
    with pytest.raises(StaleVersion):
        second.save_over(1)
    assert (Partnership.objects.get().place, Partnership.objects.get().version) == ("Aberwenlli", 2)


def test_the_refused_save_leaves_no_history(world):
    first, second = (Partnership.objects.get() for _writer in range(2))
    first.save_over(1)
    with pytest.raises(StaleVersion):
        second.save_over(1)
    assert first.history.count() == 2


def test_a_save_over_what_was_seen_goes_on(world):
    partnership = Partnership.objects.get()
    partnership.save_over(1)
    partnership.save_over(2)
    assert Partnership.objects.get().version == 3
