"""The demonstration: loaded once, kept in the present at each start, and how to get into it."""

import json
import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from cases.models import Case
from config.demonstration.accounts import accounts
from config.demonstration.corpus import plan
from config.demonstration.loading import load
from config.demonstration.moving import move_to_today
from meetings.models import Meeting
from partnership.models import Member, Partnership

BAR = 40


class Command(BaseCommand):
    """`demo` loads an invented partnership with its panels; `demo --accounts` lists who can sign in."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--small", action="store_true", help="a MARAC of eight members and ten cases alone")
        parser.add_argument("--accounts", action="store_true", help="print the members as JSON and change nothing")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes another town")
        parser.add_argument("--reset", action="store_true", help="say how to begin anew")
        parser.add_argument(
            "--at-start", action="store_true", help="load where nothing is there, else move the meetings"
        )

    def handle(self, *args, small=False, seed=1, reset=False, at_start=False, **options):
        if not settings.DEMONSTRATION:
            raise CommandError(
                "This installation is real (SECRET_KEY and CONFER_KEYS are set): it takes no demonstration data."
            )
        if options["accounts"]:
            self._print_accounts()
        elif reset:
            self._say_how_to_reset()
        elif not self._is_loaded():
            self._load(small or (at_start and os.environ.get("CONFER_DEMO") == "small"), seed, quiet=at_start)
        elif at_start:
            self._move()
        else:
            self.stdout.write("The demonstration is loaded already: nothing was changed. See “demo --reset”.")

    def _is_loaded(self) -> bool:
        try:
            return Partnership.objects.exists()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("The database has no tables yet: run “manage.py migrate” first.") from error

    def _print_accounts(self) -> None:
        if not self._is_loaded():
            raise CommandError("The demonstration is not loaded yet: run “manage.py demo” first.")
        self.stdout.write(json.dumps([account.shown() for account in accounts()], indent=2, ensure_ascii=False))

    def _load(self, small: bool, seed: int, quiet: bool) -> None:
        now = timezone.now()
        bar = Bar(sys.stderr if sys.stderr.isatty() else None)
        made = plan(seed, today=timezone.localdate(now), small=small)
        load(made, now=now, told=bar.show)
        bar.end()
        self.stdout.write(
            f"Demonstration loaded: {Case.objects.count()} cases, {Meeting.objects.count()} meetings, "
            f"{Member.objects.count()} members. “manage.py demo --accounts” says how to sign in."
        )

    def _move(self) -> None:
        moved = move_to_today()
        if moved:
            self.stdout.write(f"Meetings of the demonstration moved, so that two are today: {moved}.")

    def _say_how_to_reset(self) -> None:
        # The audit refuses deletion by design, so that a demonstration is never emptied, only thrown away whole.
        engine = settings.DATABASES["default"]["ENGINE"]
        place = f"the folder {settings.CONFER_DATA}" if engine.endswith("sqlite3") else "the database"
        self.stdout.write(
            f"The audit is never deleted, so a demonstration is begun anew by throwing it away whole: "
            f"stop Confer, delete {place} and the key folder {settings.CONFER_KEYS}, and start again."
        )


class Bar:
    """A progress bar on a terminal; silent elsewhere."""

    def __init__(self, out):
        self.out, self.shown = out, -1

    def show(self, share: float) -> None:
        """Draw *share* (0 to 1), where it has grown by a hundredth."""
        percent = int(100 * max(0.0, min(1.0, share)))
        if self.out is None or percent == self.shown:
            return
        self.shown = percent
        full = BAR * percent // 100
        self.out.write(f"\rLoading the demonstration [{'#' * full}{'.' * (BAR - full)}] {percent:3} %")
        self.out.flush()

    def end(self) -> None:
        if self.out is not None:
            self.out.write("\n")
