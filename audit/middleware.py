"""Lends the request to the door, and records what must survive a roll-back."""

from django.db import transaction

from audit import door
from audit import request as asked
from audit.finding import Missed, record_missed


class Observed:
    """Stands outside of whatever opens a transaction for the view.

    What the view noted to be written apart is written in a transaction of its own, before the answer leaves.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with asked.observing(request):
            response = self.get_response(request)
            _write_apart(request)
        return response

    def process_exception(self, request, exception):
        """Remember a miss; the answer stays the same 404."""
        if isinstance(exception, Missed):
            request.audit_missed = exception


def _write_apart(request) -> None:
    noted = request.__dict__.pop("audit_apart", [])
    missed = request.__dict__.pop("audit_missed", None)
    if not noted and missed is None:
        return
    with transaction.atomic():
        for event, said in noted:
            door.write(event, **said)
        if missed is not None:
            record_missed(request, missed)
