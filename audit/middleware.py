"""Lends the request to the door, and records what must survive a roll-back."""

from django.db import transaction

from audit import door, request as asked
from audit.finding import Missed, record_missed


class Observed:
    """Stands outside of whatever opens a transaction for the view.

    Misses and other refusals that the view noted are written in a transaction of their own, before the answer leaves.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with asked.observing(request):
            response = self.get_response(request)
            with transaction.atomic():
                for event, said in request.__dict__.pop("audit_apart", ()):
                    door.write(event, **said)
                if missed := request.__dict__.pop("audit_missed", None):
                    record_missed(request, missed)
            return response

    def process_exception(self, request, exception):
        """Remember a miss; the answer stays the same 404."""
        if isinstance(exception, Missed):
            request.audit_missed = exception
