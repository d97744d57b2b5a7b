"""By the clock, daily: write to administrators about certificates that run out."""

from django.core.management.base import BaseCommand

from partnership.models import Agency
from partnership.workflow.organisation import warn_of_certificates


class Command(BaseCommand):
    help = "Write to administrators about certificates that expire within 30 days. Without --do it only counts."

    def add_arguments(self, parser):
        parser.add_argument("--do", action="store_true", help="send the letters")

    def handle(self, *args, do, **options):
        due = (
            Agency.objects.filter(certificate_warned_at__isnull=True).with_ending_certificates().exclude(certificate="")
        )
        self.stdout.write(f"{due.count()} certificates to warn of.")
        if do:
            self.stdout.write(f"{warn_of_certificates()} letters sent.")
