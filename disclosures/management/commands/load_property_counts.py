"""Load how many properties share each postcode: a file of comma-separated values with postcode, properties, counted_on.

A postcode of which nothing is loaded counts as unknown, and an extract then names a wider area.
"""

import csv
import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from disclosures.models import PropertyCount
from disclosures.rules.coarsening import tidy

COLUMNS = {"postcode", "properties", "counted_on"}
AT_ONCE = 1000


class Command(BaseCommand):
    help = "Loads property counts by postcode (CSV: postcode, properties, counted_on as 2026-04-01)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="say what would be loaded, and change nothing")

    def handle(self, *, file: Path, check: bool, **options):
        rows = list(self._rows(file))
        if not check:
            with transaction.atomic():
                PropertyCount.objects.bulk_create(
                    rows,
                    batch_size=AT_ONCE,
                    update_conflicts=True,
                    unique_fields=["postcode"],
                    update_fields=["properties", "counted_on"],
                )
        self.stdout.write(f"{len(rows)} postcodes {'would be ' if check else ''}loaded.")

    def _rows(self, file: Path):
        try:
            with file.open(newline="", encoding="utf-8-sig") as opened:
                reader = csv.DictReader(opened)
                if not set(reader.fieldnames or []) >= COLUMNS:
                    raise CommandError("The first line must name the columns postcode, properties and counted_on.")
                seen = set()
                for number, row in enumerate(reader, 2):
                    found = self._row(number, row)
                    if found.postcode in seen:
                        raise CommandError(f"Line {number}: the postcode stands in the file twice.")
                    seen.add(found.postcode)
                    yield found
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from None

    def _row(self, number: int, row: dict) -> PropertyCount:
        postcode = tidy(row["postcode"] or "")
        try:
            properties = int(row["properties"])
            counted_on = datetime.date.fromisoformat((row["counted_on"] or "").strip())
        except (TypeError, ValueError):
            raise CommandError(
                f"Line {number}: properties must be a number, counted_on a date like 2026-04-01."
            ) from None
        if not postcode or properties < 0:
            raise CommandError(f"Line {number}: not a postcode, or fewer properties than none.")
        return PropertyCount(postcode=postcode, properties=properties, counted_on=counted_on)
