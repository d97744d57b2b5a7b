"""Lends the request to the door, and records misses where no roll-back can take the record along."""

from django.db import transaction

from audit import request as asked
from audit.finding import Missed, record_missed


class Observed:
    """Stands outside of whatever opens a transaction for the view.

    A miss is written in a transaction of its own, after the view's has ended and before the answer leaves.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with asked.observing(request):
            response = self.get_response(request)
            if missed := request.__dict__.pop("audit_missed", None):
                with transaction.atomic():
                    record_missed(request, missed)
        return response

    def process_exception(self, request, exception):
        """Remember a miss; the answer stays the same 404."""
        if isinstance(exception, Missed):
            request.audit_missed = exception
