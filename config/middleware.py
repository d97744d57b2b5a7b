"""What every request and answer goes through, beyond Django's own."""

import ipaddress

from django.conf import settings
from django.utils.cache import patch_vary_headers

FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_REAL_IP",
)
BELIEVED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")


def client_address(request) -> str:
    """The address that the request comes from, after `TrustedProxies` has read what proxies say."""
    return request.META.get("REMOTE_ADDR", "")


class TrustedProxies:
    """Believe forwarded addresses and protocol from the proxies in `TRUSTED_PROXIES`, and drop them from anyone else.

    The address is the last one in the chain that is not itself such a proxy: what stands before it may be invented.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        meta = request.META
        trusted = _is_trusted(meta.get("REMOTE_ADDR", ""))
        chain = meta.get("HTTP_X_FORWARDED_FOR", "") if trusted else ""
        for name in FORWARDED:
            if not (trusted and name in BELIEVED):
                meta.pop(name, None)
        for address in reversed([part.strip() for part in chain.split(",") if part.strip()]):
            if _parsed(address) is None:
                break
            meta["REMOTE_ADDR"] = address
            if not _is_trusted(address):
                break
        return self.get_response(request)


class PrivateAnswers:
    """Every page is kept by nobody: no cache, no browser features, and fragments never taken for pages."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        response["Permissions-Policy"] = (
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), clipboard-read=()"
        )
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response


def _parsed(address: str):
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _is_trusted(address: str) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in settings.TRUSTED_PROXIES)
