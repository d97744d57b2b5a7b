"""Forwarded addresses and protocol are believed from `TRUSTED_PROXIES` and from nobody else."""

import ipaddress

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import FORWARDED, TrustedProxies, client_address


def seen(settings, trusted, peer, **headers):
    """The request as the middleware hands it on."""
    settings.TRUSTED_PROXIES = [ipaddress.ip_network(network) for network in trusted]
    kept = []
    TrustedProxies(lambda request: kept.append(request) or HttpResponse())(
        RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    )
    return kept[0]


@pytest.mark.parametrize(
    ("trusted", "peer", "chain", "address"),
    [
        ([], "203.0.113.9", "198.51.100.7", "203.0.113.9"),
        (["10.0.0.0/8"], "203.0.113.9", "198.51.100.7", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/8"], "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (["10.0.0.0/8"], "10.0.0.1", "invented, 10.0.0.2", "10.0.0.2"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["::1/128"], "::1", "2001:db8::7", "2001:db8::7"),
        (["10.0.0.0/8"], "", "198.51.100.7", ""),
    ],
)
def test_the_address_is_the_last_that_no_proxy_of_ours_wrote(settings, trusted, peer, chain, address):
    assert client_address(seen(settings, trusted, peer, HTTP_X_FORWARDED_FOR=chain)) == address


@pytest.mark.parametrize(("peer", "secure"), [("10.0.0.1", True), ("203.0.113.9", False)])
def test_https_is_believed_from_the_proxy_alone(settings, peer, secure):
    assert seen(settings, ["10.0.0.1/32"], peer, HTTP_X_FORWARDED_PROTO="https").is_secure() is secure


def test_a_stranger_brings_no_forwarded_header_in(settings):
    request = seen(settings, ["10.0.0.1/32"], "203.0.113.9", **dict.fromkeys(FORWARDED, "invented"))
    assert [name for name in FORWARDED if name in request.META] == []


def test_even_a_proxy_does_not_name_the_host(settings):
    request = seen(settings, ["10.0.0.1/32"], "10.0.0.1", **dict.fromkeys(FORWARDED, "invented"))
    assert [name for name in FORWARDED if name in request.META] == ["HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"]
