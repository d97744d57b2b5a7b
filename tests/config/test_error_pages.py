"""What a person reads when something goes wrong: plain words, valid pages, no detail for a stranger."""

import logging

import pytest
from django.test import Client
from django.urls import path

from config import urls, views
from tests.valid_html import assert_valid


class Row(Exception):
    """An error that quotes what caused it."""


def breaks(request):
    raise Row("duplicate key (name)=(Zephyrine Quillfeather)")


breaks.login_required = False
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
urlpatterns = [*urls.urlpatterns, path("breaks", breaks)]

pytestmark = pytest.mark.django_db


def test_a_page_that_is_not_there(client):
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert "There is nothing at this address, or nothing that you are involved in." in answer.content.decode()
    assert_valid(answer.content)


@pytest.mark.parametrize(
    ("view", "status", "title"),
    [
        (views.bad_request, 400, "Confer could not read this – Confer"),
        (views.refused, 403, "You cannot do this – Confer"),
        (views.csrf_refused, 403, "This page is out of date – Confer"),
        (views.not_found, 404, "Page not found – Confer"),
    ],
)
def test_each_refusal_is_a_valid_page_of_its_own(rf, view, status, title):
    request = rf.get("/somewhere")
    answer = view(request)
    assert answer.status_code == status
    assert f"<title>{title}</title>" in answer.content.decode()
    assert_valid(answer.content)


def test_a_form_without_its_token_is_told_what_to_do():
    answer = Client(enforce_csrf_checks=True).post("/healthz")
    assert answer.status_code == 403
    assert "Nothing was saved." in answer.content.decode()


@pytest.mark.urls("tests.config.test_error_pages")
def test_a_fault_says_nothing_of_what_was_in_the_row(caplog):
    with caplog.at_level(logging.ERROR):
        answer = Client(raise_request_exception=False).get("/breaks")
    assert answer.status_code == 500
    assert_valid(answer.content)
    assert "Quillfeather" not in answer.content.decode()


@pytest.mark.urls("tests.config.test_error_pages")
def test_a_fault_is_logged_by_place_and_kind(caplog):
    from config.logs import WithoutValues

    with caplog.at_level(logging.ERROR):
        Client(raise_request_exception=False).get("/breaks?surname=Quillfeather")
    lines = [WithoutValues().format(record) for record in caplog.records if record.name == "django.request"]
    assert len(lines) == 1
    assert "ERROR django.request: Internal Server Error: /breaks\n" in lines[0]
    assert "test_error_pages.py" in lines[0]
    assert lines[0].endswith("test_error_pages.Row")
    assert "Quillfeather" not in lines[0]
