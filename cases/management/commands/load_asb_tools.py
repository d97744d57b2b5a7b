"""Bring the table of tools against anti-social behaviour to what a file says: Confer’s, or your own."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from cases.rules.tool_file import FILE, read
from cases.workflow.tool import latest_edition, load_tools


class Command(BaseCommand):
    """Idempotent; ends what the file no longer holds, deletes nothing."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=FILE, help="the reference file (TOML)")
        parser.add_argument("--check", action="store_true", help="say what would change, change nothing")
        parser.add_argument(
            "--at-start", action="store_true", help="do nothing where the table is of this edition or later"
        )

    def handle(self, *args, file, check, at_start, **options):
        try:
            found, held = read(file), latest_edition()
            if at_start and held and held >= found.edition:
                return
            changes = load_tools(found, check=check)
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        for word, codes in (("added", changes.added), ("changed", changes.changed), ("ended", changes.ended)):
            if codes:
                self.stdout.write(f"{word}: {', '.join(codes)}")
        if not changes:
            self.stdout.write(f"Nothing to change: {len(found.rows)} tools.")
