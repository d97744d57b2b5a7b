"""What no browser sends: each is answered with a refusal, never with a fault, and nothing is logged as one."""

import logging

import pytest
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from config.readable import only_readable
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.on_both]

FORM = "application/x-www-form-urlencoded"
ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def signed_in(world):
    """The coordinator at a browser that reports a fault as a visitor sees it."""
    return sign_in(Client(raise_request_exception=False), world.coordinator)


@pytest.fixture
def stranger(db):
    return Client(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _no_fault_is_logged(caplog):
    with caplog.at_level(logging.ERROR):
        yield
    assert [(found.name, found.getMessage()[:200]) for found in caplog.records if found.levelno >= logging.ERROR] == []


ADDRESSES = [
    ("/cases/%00/", 404),
    (f"/cases/{ID}%00/", 404),
    ("/cases/" + "a" * 20_000 + "/", 404),
    ("/cases/" + "9" * 5_000 + "/", 404),
    (f"/cases/{ID.upper()}/", 404),
    (f"/cases/{{{ID}}}/", 404),
    ("/%ff%fe/", 404),
    ("/%ed%a0%80/", 404),
    ("/%f0%9f%92%a9/", 404),
    ("/..%2f..%2fetc/passwd", 404),
    ("/static/..%2f..%2fconfig/settings.py", 404),
    ("/static/%00", 404),
    ("/.//elsewhere.example/", 404),
    ("/cases/?at=%00", 200),
    ("/cases/?at=" + "a" * 20_000, 200),
    ("/cases/?at=%ff%fe", 200),
    ("/cases/?at=W10:1:x", 200),
    ("/cases/?" + "&".join(f"f{number}=1" for number in range(100_000)), 400),
    ("/?%00=%00", 200),
    ("/?" + "%" * 1_000, 200),
    (f"/invitation/{'a' * 5_000}/", 404),
    ("/invitation/%00/", 404),
    ("/meetings/%00/", 404),
    ("/sessions/%00/end/", 404),
]


@pytest.mark.parametrize(("address", "status"), ADDRESSES, ids=lambda value: str(value)[:40])
def test_an_address_that_no_page_has(signed_in, address, status):
    assert signed_in.get(address).status_code == status


BODIES = {
    "a hundred thousand fields": (FORM, "&".join(f"f{number}=1" for number in range(100_000)), 400),
    "three megabytes": (FORM, "email=" + "a" * 3_000_000, 400),
    "three megabytes in parts": (
        MULTIPART_CONTENT,
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="email"\r\n\r\n{"a" * 3_000_000}\r\n--{BOUNDARY}--\r\n',
        400,
    ),
    "a hundred thousand parts": (
        MULTIPART_CONTENT,
        "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f{number}"\r\n\r\n1\r\n' for number in range(6_000)
        )
        + f"--{BOUNDARY}--\r\n",
        400,
    ),
    "parts without a boundary": ("multipart/form-data", "nonsense", 400),
    "a boundary that is none": ("multipart/form-data; boundary=\x7f", "nonsense", 400),
    "parts cut short": (MULTIPART_CONTENT, f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="email"', 422),
    "a part that is base64 and is not": (
        MULTIPART_CONTENT,
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="email"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"=====\r\n--{BOUNDARY}--\r\n",
        422,
    ),
    "invalid UTF-8": (FORM, b"email=\xff\xfe&password=\xed\xa0\x80", 422),
    "invalid UTF-8 by percent": (FORM, "email=%ff%fe&password=%ed%a0%80", 422),
    "invalid UTF-8 in parts": (
        MULTIPART_CONTENT,
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="email"\r\n\r\n'.encode()
        + b"\xff\xfe"
        + f"\r\n--{BOUNDARY}--\r\n".encode(),
        422,
    ),
    "NUL": (FORM, "email=a%00@x.example&password=%00", 422),
    "another encoding": (f"{FORM}; charset=utf-16", "email=a", 400),
    "JSON": ("application/json", '{"email": "a"}', 422),
    "nested JSON": ("application/json", "[" * 100_000, 422),
    "a type that is none": ("\x00", "email=a", 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_no_form_sends(stranger, name):
    content_type, body, status = BODIES[name]
    body = body.encode() if isinstance(body, str) else body
    answer = stranger.generic("POST", "/sign-in/", body, content_type=content_type)
    assert answer.status_code == status


UNREADABLE = [
    "base64",
    "zlib",
    "rot13",
    "idna",
    "unicode_escape",
    "utf-16",
    "utf-7",
    "latin-1",
    "nonsense",
    "",
    "\x00",
    "a" * 5_000,
]
TYPES = [FORM, MULTIPART_CONTENT, "text/plain"]


@pytest.mark.parametrize(
    ("content_type", "readable"),
    [(f"{kind}; charset={encoding}", False) for kind in TYPES for encoding in UNREADABLE]
    + [
        (f"{FORM}; charset*=nonsense''utf-8", False),
        (f"{FORM}; charset*=utf-8''utf-8", True),
        ("", True),
        (";;;", True),
    ]
    + [(kind, True) for kind in TYPES]
    + [
        (f"{kind}; charset={encoding}", True) for kind in TYPES for encoding in ("UTF-8", "utf8", "us-ascii", '"utf-8"')
    ],
)
def test_what_says_that_it_is_not_in_utf_8_never_reaches_a_page(content_type, readable):
    reached, said = [], []
    gate = only_readable(lambda environ, start_response: reached.append(environ) or [])
    gate({"CONTENT_TYPE": content_type}, lambda status, headers: said.append(status))
    assert (len(reached), said) == ((1, []) if readable else (0, ["400 Bad Request"]))


def test_the_server_serves_behind_that_gate(db):
    from config.wsgi import application

    said = []
    environ = RequestFactory().get("/sign-in/?next=%2F").environ | {"CONTENT_TYPE": "text/plain; charset=base64"}
    body = application(environ, lambda status, headers: said.append(status))
    assert (said, b"".join(body).decode()) == (
        ["400 Bad Request"],
        "Confer could not read this: what your browser sent says that it is not written in UTF-8.\n",
    )


HEADERS = {
    "a length that is none": {"CONTENT_LENGTH": "many"},
    "a page that is no address": {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://["},
    "a page in another alphabet": {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://℀.example/\xff"},
    "an encoded page": {
        "HTTP_HX_REQUEST": "true",
        "HTTP_HX_CURRENT_URL": "http%3A//%5B",
        "HTTP_HX_CURRENT_URL_URI_AUTOENCODED": "true",
    },
    "languages": {"HTTP_ACCEPT_LANGUAGE": "a" * 8_000 + ",;q=x,*;q=9,\x00"},
    "types": {"HTTP_ACCEPT": ";;;,,,q=\x00"},
    "since when": {"HTTP_IF_MODIFIED_SINCE": "9" * 5_000, "HTTP_IF_NONE_MATCH": '"' * 500},
    "a range": {"HTTP_RANGE": "bytes=" + "0-," * 2_000},
    "forwarded": {"HTTP_X_FORWARDED_FOR": "::::, %, 999.1.1.1", "HTTP_X_FORWARDED_PROTO": "\x00"},
    "a browser": {"HTTP_USER_AGENT": "\x00\xff" * 4_000},
}


@pytest.mark.parametrize("path", ["/", "/sign-in/?next=%2F", "/cases/?at=x", "/static/confer.css"])
@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_no_browser_sends(stranger, signed_in, name, path):
    for client in (stranger, signed_in):
        assert client.get(path, **HEADERS[name]).status_code in (200, 302, 400, 404)


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "", "[", "a" * 5_000, "confer.example:port", "confer.example\x00", "@"]
)
def test_a_host_that_is_not_ours(stranger, host):
    assert stranger.get("/sign-in/", HTTP_HOST=host).status_code == 400


COOKIES = [
    "confer_session=\x00",
    "confer_session=" + "a" * 8_000,
    "confer_session=\xff\xfe",
    "confer_session",
    "confer_session=; confer_session=x; =; ;;",
    "confer_csrf=\x00",
    "confer_csrf=" + "a" * 8_000,
    "confer_language=\x00" + "a" * 600,
    "; ".join(f"c{number}=1" for number in range(2_000)),
    '"\\"=\\"; $Version=1',
]


@pytest.mark.parametrize("path", ["/", "/sign-in/"])
@pytest.mark.parametrize("cookie", COOKIES, ids=range(len(COOKIES)))
def test_a_broken_cookie_is_nobodys(db, cookie, path):
    answer = Client(raise_request_exception=False).get(path, HTTP_COOKIE=cookie)
    assert answer.status_code == (200 if path == "/sign-in/" else 302)
    checked = Client(raise_request_exception=False, enforce_csrf_checks=True)
    assert checked.post("/sign-in/", {"email": "a@x.example"}, HTTP_COOKIE=cookie).status_code == 403


METHODS = ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 2_000]


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/sign-in/", "/account/", "/cases/", "/search/", "/audit/", "/cases/new/"]
)
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method[:8])
def test_a_method_that_no_page_has(stranger, method, path):
    assert stranger.generic(method, path).status_code in (302, 404, 405)
