"""Verify the whole audit; exit code 1 and the first falsified event or block where something is wrong."""

import sys

from django.core.management.base import BaseCommand

from audit.verification import verify_and_record


class Command(BaseCommand):
    help = "Verify every event and block of the audit, and that every published block is still there."
    requires_system_checks = ()

    def handle(self, *args, **options):
        found = verify_and_record()
        if found.bad:
            self.stderr.write(found.sentence())
            sys.exit(1)
        self.stdout.write(found.sentence())
