"""What stands between a migrated database and the first page: proofs, the lawful bases, the consent forms,
and in a demonstration its people."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from core.keycheck import verify_key_folder


class Command(BaseCommand):
    """Run every check, the database's included; load newer lawful bases and consent forms; in a demonstration load it
    once and move its meetings to today."""

    help = __doc__
    requires_system_checks: list = []  # all of them run below, once the database has its tables

    def add_arguments(self, parser):
        parser.add_argument("--migrate", action="store_true", help="migrate first, in the same process")

    def handle(self, *args, migrate=False, **options):
        if migrate:
            call_command("migrate", interactive=False, verbosity=0)
        call_command("check", databases=["default"])
        try:
            verify_key_folder()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        call_command("load_legal_bases", at_start=True)
        call_command("load_consent_forms", at_start=True)
        call_command("load_asb_tools", at_start=True)
        if settings.DEMONSTRATION and "demo" in get_commands():
            call_command("demo", at_start=True)
