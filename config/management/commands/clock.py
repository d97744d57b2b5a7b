"""Keep the clock: run each registered job at its interval until told to stop."""

import logging
import signal
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from core import clock

logger = logging.getLogger("confer.clock")


class Command(BaseCommand):
    """`clock` runs for ever; `clock --once` runs every job one time, `clock --once NAME` that one."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--once", nargs="*", metavar="NAME", help="run these jobs (or all) one time and end")
        parser.add_argument("--list", action="store_true", help="list the jobs and their intervals, running none")

    def handle(self, *args, once=None, list=False, **options):
        if list:
            for job in clock.jobs():
                self.stdout.write(f"{job.name}: every {job.seconds:g} seconds")
        elif once is not None:
            self._run_now(once)
        else:
            self._keep()

    def _run_now(self, names) -> None:
        known = {job.name: job for job in clock.jobs()}
        for name in names or known:
            if name not in known:
                raise CommandError(f"There is no job called “{name}”; there are: {', '.join(known)}.")
            known[name].run()
            self.stdout.write(f"{name}: done")

    def _keep(self) -> None:
        self.stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        due = {job.name: time.monotonic() for job in clock.jobs()}
        while not self.stopping:
            for job in clock.jobs():
                if not self.stopping and time.monotonic() >= due[job.name]:
                    run(job)
                    due[job.name] = time.monotonic() + job.seconds
            time.sleep(0.2)

    def _stop(self, number, frame) -> None:
        self.stopping = True


def run(job: clock.Job) -> bool:
    """Run *job*; a failure is logged by its name and the clock goes on. Whether it succeeded."""
    close_old_connections()
    try:
        job.run()
    except Exception:
        logger.exception("The job “%s” failed; it is tried again in %g seconds.", job.name, job.seconds)
        return False
    finally:
        close_old_connections()
    return True
