"""What stands between a migrated database and the first page: proofs, and in a demonstration its people."""

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Run every check, the database's included; in a demonstration load it once and move its meetings to today."""

    help = __doc__

    def handle(self, *args, **options):
        call_command("check", databases=["default"])
        if settings.DEMONSTRATION and "demo" in get_commands():
            call_command("demo", at_start=True)
