"""Publish the consent forms of a reference file: the one that comes with Confer, or your own."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from consent.editions import FILE, read
from consent.workflow.forms import latest_edition, load_consent_forms


class Command(BaseCommand):
    """Idempotent; retires what the file replaces, deletes and changes nothing."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=FILE, help="the file of forms (TOML)")
        parser.add_argument("--check", action="store_true", help="say what would change, change nothing")
        parser.add_argument(
            "--at-start", action="store_true", help="do nothing where forms of this edition or later are there"
        )

    def handle(self, *args, file, check, at_start, **options):
        try:
            edition = read(file)
            held = latest_edition()
            if at_start and held and held >= edition.edition:
                return
            changes = load_consent_forms(edition, check=check)
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        for word, names in (("published", changes.published), ("retired", changes.retired)):
            if names:
                self.stdout.write(f"{word}: {', '.join(names)}")
        if not changes:
            self.stdout.write(f"Nothing to change: {len(edition.forms)} consent forms.")
