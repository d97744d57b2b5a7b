"""Who gets what answer at which address: the lines of `tests/access/`, and how one of them is asked.

Each request is undone after it is answered, so that every line finds the same scene.  A POST sends an empty form, or
the little that it needs to get past its first question (`sent`).
"""

import logging
import os
from contextlib import contextmanager
from http.cookies import SimpleCookie

from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from partnership.models import MemberSession
from partnership.roles import Role
from tests.access import nouns
from tests.scene import Scene
from tests.signing_in import sign_in

# One letter per answer, in the order of the columns:
#   o 200   > 302 further   ? 302 to sign-in   x 403   . 404   m 405   ! 422   # 409   - 204
ANSWERS = {"o": 200, ">": 302, "?": 302, "x": 403, ".": 404, "m": 405, "!": 422, "#": 409, "-": 204}
COLUMNS = {
    "desk": ["coordinator", "chair"],
    "agencies": ["housing", "housing_deputy", "health", "idva"],
    "narrow": ["liaison_officer", "referrer", "auditor", "administrator"],
    "barred": ["barred"],
    "nobody": ["anonymous"],
}
CAST = [name for group in COLUMNS.values() for name in group]
ROLE_OF = dict.fromkeys(("housing", "health", "idva", "barred"), Role.REPRESENTATIVE) | {
    "coordinator": Role.COORDINATOR,
    "chair": Role.CHAIR,
    "housing_deputy": Role.DEPUTY,
    "liaison_officer": Role.LIAISON_OFFICER,
    "referrer": Role.REFERRER,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}
# What the lines are about that is no case’s own: settings, people, calendars, lists.
NO_CASE = """
- panel of_panel member newcomer grant agency signature sign_in no_token event
protocol schedule post attendee joining consent exit consent_form
listed planned session room line checked approved plans
"""
EMPTY = {"csrfmiddlewaretoken": "as every form has"}
# The apps whose lines have a file of their own, so that several workers share the table; of the others see `others`.
WITH_A_FILE = ("cases", "meetings")


def lines_of(noun) -> list[str]:
    """The lines of one module of `tests/access/`."""
    return [line for line in noun.TABLE.strip().splitlines() if line and not line.startswith("#")]


LINES_OF = {noun.__name__.rpartition(".")[2]: lines_of(noun) for noun in nouns()}
LINES = [line for lines in LINES_OF.values() for line in lines]


def parts(line: str) -> tuple[str, str, str, str]:
    """Method, URL name, what it is about, and the answers in the order of the cast."""
    method, name, about, *answers = line.split()
    return method, name, about, "".join(answers)


def app_of(line: str) -> str:
    """The app whose page *line* is about; empty for the frame."""
    app, colon, _name = parts(line)[1].partition(":")
    return app if colon else ""


def nouns_of(*apps: str) -> list[str]:
    """The nouns that have a line about *apps*."""
    return [noun for noun, lines in LINES_OF.items() if set(map(app_of, lines)) & set(apps)]


def others() -> list[str]:
    """The apps that have no file of their own."""
    return sorted(set(map(app_of, LINES)) - set(WITH_A_FILE))


def urls(resolver=None, namespace=""):
    """Every named URL of ours with its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from urls(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", pattern.callback


@contextmanager
def staged():
    """The scene, with one signed-in client per column."""
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals are what is asked for
    scene = Scene()
    scene.clients = {name: Client() for name in CAST}
    for name in CAST[:-1]:
        sign_in(scene.clients[name], scene.barred if name == "barred" else getattr(scene.world, name))
    scene.cookies = {name: client.cookies.output(header="") for name, client in scene.clients.items()}
    scene.housing_session = MemberSession.objects.of(scene.world.housing).get().pk
    scene.abouts, scene.sent = {}, {}
    for noun in nouns():
        scene.abouts |= noun.abouts(scene)
        scene.sent |= noun.sent(scene)
    try:
        yield scene
    finally:
        logging.getLogger("django.request").setLevel(logging.NOTSET)


def answer(scene: Scene, column: str, method: str, url: str) -> str:
    """The letter for what *column* is answered; what the request changed is undone."""
    data = EMPTY | scene.sent.get(resolve(url).view_name, {}) if method == "POST" else {}
    client = scene.clients[column]
    client.cookies = SimpleCookie(scene.cookies[column])
    with transaction.atomic():
        response = getattr(client, method.lower())(url, data)
        transaction.set_rollback(True)
    if response.status_code == 302 and response.url.startswith(reverse("partnership:sign_in")):
        return "?"
    return next((letter for letter, status in ANSWERS.items() if status == response.status_code), "*")


def wrong_answers(scene: Scene, noun: str, *apps: str) -> list[str]:
    """What the lines of *noun* about *apps* promise and is not answered."""
    wrong = []
    for line in LINES_OF[noun]:
        method, name, about, expected = parts(line)
        if app_of(line) in apps:
            url = reverse(name, kwargs=scene.abouts[about])
            promises = asked(dict(zip(CAST, expected, strict=True)))
            given = {column: answer(scene, column, method, url) for column in promises}
            wrong += [
                f"{method} {name} ({about}): {column} gets {given[column]}, not {promised}"
                for column, promised in promises.items()
                if given[column] != promised
            ]
    return wrong


def asked(promises: dict[str, str]) -> dict[str, str]:
    """Of *promises* those that are asked for: all of them, and on PostgreSQL one of each answer."""
    if connection.vendor != "postgresql" or "CONFER_EVERY_CASE" in os.environ:
        return promises
    one_of_each = {promised: column for column, promised in promises.items()}
    return {column: promised for promised, column in one_of_each.items()}


def methods_not_refused(scene: Scene, *apps: str) -> list[str]:
    """The methods without a line that *apps* answer: 405 is due, or 403 where the gate stands before it."""
    covered = {parts(line)[:2] for line in LINES}
    about = {parts(line)[1]: parts(line)[2] for line in LINES if app_of(line) in apps}
    wrong = []
    for name in about:
        for method in {"GET", "POST"} - {method for method, of in covered if of == name}:
            url = reverse(name, kwargs=scene.abouts[about[name]])
            columns = ["coordinator", "auditor", "administrator"]
            given = "".join(answer(scene, column, method, url) for column in columns)
            wrong += [f"{method} {name}: {given}"] if set(given) - set("mx") or "m" not in given else []
    return wrong
