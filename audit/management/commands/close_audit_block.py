"""Close a block over the events that are in none, now and not at the clock's next turn."""

from django.core.management.base import BaseCommand

from audit.blocks import close_block


class Command(BaseCommand):
    help = "Close and publish one block of the audit."

    def handle(self, *args, **options):
        block = close_block()
        self.stdout.write(f"Block {block.number}: {block.count} events." if block else "No event waits for a block.")
