"""What every request goes through that knows no domain word."""

from core.sealing import key_ring


class KeyRing:
    """Keep opened keys for the length of one request, and forget them with its answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with key_ring():
            return self.get_response(request)
