"""What every answer carries, whoever asked and whatever came of it."""

import pytest
from django.test import Client
from django.urls import reverse

PRIVATE = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), clipboard-read=()"
    ),
}
CONTENT_SECURITY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/healthz", "/nothing-here", "/"])
def test_every_answer_is_private_and_strict(client, address):
    answer = client.get(address)
    assert {name: answer.get(name) for name in PRIVATE} == PRIVATE
    assert {part.strip() for part in answer["Content-Security-Policy"].split(";")} == CONTENT_SECURITY


@pytest.mark.parametrize("address", ["/healthz", "/nothing-here"])
def test_a_fragment_is_never_taken_for_a_page(client, address):
    varies = {part.strip() for part in client.get(address)["Vary"].split(",")}
    assert {"HX-Request", "Cookie"} <= varies


def test_health_tells_nothing_but_that_it_is_well(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_takes_no_posts(client):
    assert client.post("/healthz").status_code == 405


def test_nobody_reaches_the_home_page_without_signing_in(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].partition("?")[0] == reverse("partnership:sign_in")


def test_in_real_use_plain_http_is_sent_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client(HTTP_HOST="confer.example").get("/nothing-here")
    assert (answer.status_code, answer["Location"]) == (301, "https://confer.example/nothing-here")


def test_in_real_use_the_monitor_may_ask_over_plain_http(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200


def test_in_real_use_browsers_are_told_to_stay_on_https(settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    answer = Client(HTTP_HOST="confer.example").get("/healthz", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_another_host_name_is_refused():
    assert Client(HTTP_HOST="elsewhere.example").get("/healthz").status_code == 400
