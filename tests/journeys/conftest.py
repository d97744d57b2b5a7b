"""A whole Confer for journeys: its own database, web server, worker, clock and mail spool, and browsers to visit it.

The server is the one that `script/serve` starts, as a demonstration, filled with the cast of `tests/world.py`.
"""

import base64
import contextlib
import datetime
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import TOTP
from playwright.sync_api import Error, TimeoutError, sync_playwright

from tests.core import certificates
from tests.valid_html import problems

ROOT = Path(__file__).resolve().parent.parent.parent
# Without the window that nobody looks at, where it is installed.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Axe()
# What the console says of a refusal that is looked for, or of a question of the page that a later one replaced.
EXPECTED = r"status of (4\d\d|503)|^htmx:(sendAbort|afterRequest)"
# What a button or link asks for: a page, a part of it by htmx, or nothing.
SENDS = """button => {
    if (button.tagName === "A") return button.matches("[hx-get], [data-hx-get], [href^='#']") ? "" : "page";
    const form = button.type === "submit" ? button.form : null;
    const part = form => form && (form.hasAttribute("hx-post") || form.hasAttribute("data-hx-post"));
    if (part(button) || part(form)) return "part";
    return form ? "page" : "";
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Stack:
    """A running Confer: `url`, `cast`, `data`, the agency's `certificate` and private key, and `manage`."""

    def __init__(self, folder: Path):
        self.data = folder / "data"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        made = certificates.certificate(
            "marac@aberwenlli-homes.example", begins=begins, ends=begins + datetime.timedelta(days=365)
        )
        self.certificate, self.private_key = certificates.pem(made), certificates.private_pem(certificates.rsa_key())
        self.environment = {
            **{
                name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "CONFER", "SECRET"))
            },
            "CONFER_DATA": str(self.data),
            "PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
            "CONFER_BROWSER_TESTS": "1",
            "WEB_CONCURRENCY": "1",  # of what several processes share, tests/config/test_server.py tells
        }
        self.repeats = bool(os.environ.get("DATABASE_URL"))
        self.processes: list[subprocess.Popen] = []
        self.log = folder / "log.txt"
        self.codes: dict[str, int] = {}  # the step of the last code of each member

    def manage(self, *arguments: str) -> str:
        return self._run("manage.py", *arguments)

    def start(self, *staged: str) -> None:
        if self.repeats:
            self.manage("migrate", "--noinput", "--verbosity", "0")
        told = self._run("-m", "tests.journeys.stage", *staged, typed=self.certificate)
        self.staged = json.loads(told.strip().splitlines()[-1])
        self.cast = self.staged["cast"]
        with self.log.open("w") as log:
            for arguments in (
                ["-m", "gunicorn", "--config", "config/gunicorn.py"],
                ["manage.py", "db_worker", "--queue-name", "*", "--interval", "0.2", "--no-startup-delay"],
            ):
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log
                    )
                )
        _wait_for(self.url + "/", self.log)

    def stop(self) -> None:
        """End the processes at once; that they end in order is proved by `tests/config/test_server.py`."""
        for process in self.processes:
            process.send_signal(signal.SIGQUIT if "gunicorn" in process.args else signal.SIGKILL)
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)

    def letters(self) -> list[Path]:
        """The letters in the spool, the newest last."""
        return sorted((self.data / "spool").glob("*.eml"), key=lambda path: path.stat().st_mtime)

    def code(self, who: str) -> str:
        """A one-time code of *who* that was not given here before: that of now, or of the half minute after it."""
        secret = self.cast[who]["totp_secret"]
        totp = TOTP(base64.b32decode(secret + "=" * (-len(secret) % 8)))
        step = max(int(time.time() // totp.step), self.codes.get(who, 0) + 1)
        while step > time.time() // totp.step + 1:
            time.sleep(1)
        self.codes[who] = step
        totp.time = step * totp.step
        return f"{totp.token():06d}"

    def _run(self, *arguments: str, typed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


class Visitor:
    """One member in a browser of their own.  Every page and state that `look` is asked about is proved accessible."""

    def __init__(self, stack: Stack, browser, who: str, shots: Path | None):
        self.stack, self.who, self.shots = stack, who, shots
        self.context = browser.new_context(
            base_url=stack.url,
            locale="en-GB",
            timezone_id="Europe/London",
            viewport={"width": 1280, "height": 900},
            accept_downloads=True,
        )
        self.context.set_default_timeout(45_000)  # of a machine that does much else besides
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self._hear(said))
        self.shown = None
        self.page.on("response", lambda answer: self._keep(answer))

    def _keep(self, answer) -> None:
        if answer.request.is_navigation_request() and not 300 <= answer.status < 400:
            self.shown = answer

    def _hear(self, said) -> None:
        if said.type == "error" and not re.search(EXPECTED, said.text):
            self.errors.append(f"{said.text} at {said.location.get('url')}:{said.location.get('lineNumber')}")

    def sign_in(self) -> "Visitor":
        """Sign in as everybody does, by password and code."""
        page, mine = self.page, self.stack.cast[self.who]
        page.goto("/sign-in/")
        page.locator("[name=email]").fill(mine["email"])
        page.locator("[name=password]").fill(mine["password"])
        self.press("Continue")
        page.locator("[name=code]").fill(self.stack.code(self.who))
        self.press("Sign in")
        page.wait_for_url(re.compile(r"^(?!.*sign-in).*$"))
        return self

    def resume(self) -> "Visitor":
        """Go on with the session that the stage has opened, as somebody who signed in this morning."""
        self.context.add_cookies([self.stack.cast[self.who]["session"] | {"url": self.stack.url}])
        return self

    def go(self, path: str) -> "Visitor":
        try:
            self.page.goto(path)
        except Error as aborted:
            if not any(said in str(aborted) for said in ("ERR_ABORTED", "interrupted by another navigation")):
                raise
            self.page.goto(path)  # a screen whose meeting ended, or whose words went, loaded itself at the same instant
        return self

    def see(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def press(self, name: str, *, stays: bool = False) -> None:
        """Press a button and wait for the whole answer to what it sends; where there is none, say what the page shows.

        *stays*: what is sent is answered by a download, and the page remains.
        """
        button = self.page.get_by_role("button", name=name).first
        try:
            button.wait_for()
        except TimeoutError as missing:
            shown = self.page.locator("body").inner_text()
            raise AssertionError(f"{self.who} finds no “{name}” at {self.page.url}:\n{shown}") from missing
        self.click(button, stays=stays)

    def click(self, button, *, stays: bool = False) -> None:
        """Click, and wait for the whole answer: a page, a part, or nothing where none is asked for."""
        sends = "" if stays else button.evaluate(SENDS)
        if sends == "part":
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                button.click()
        elif sends == "page":
            self.page.evaluate("() => { window.conferAsked = true }")
            button.click()
            self.page.wait_for_function("() => !window.conferAsked")
        else:
            button.click()
        if not stays:
            self.settle()

    def follow(self, name: str) -> None:
        """Follow a link, or press what looks like a button and is one."""
        link = self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name))
        self.click(link.first)

    def patience(self) -> float:
        """How many milliseconds a change may take to reach this live screen: two seconds, and what the server took.

        Three times its longest answer so far: one on its way, one that tells of the change, one that brings it.
        """
        asked = "performance.getEntriesByType('resource').filter(each => each.name.includes('/live/'))"
        return 2_000 + 3 * self.page.evaluate(f"Math.max(0, ...{asked}.map(each => each.duration))")

    def look(self, name: str) -> None:
        """Prove the page valid and accessible as it stands, and keep a picture where `CONFER_SHOTS` names a folder.

        On PostgreSQL the pages are those that the run on SQLite proved: there only what happens in them is looked at.
        """
        self.settle()
        self._picture(name)
        if not self.stack.repeats:
            self.prove_accessible(name)
            self.prove_valid(name)
        assert list(dict.fromkeys(self.errors)) == []

    def settle(self) -> None:
        """Wait until the page is loaded and no part of it is on its way."""
        self.page.wait_for_load_state("load")
        self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling").first.wait_for(state="detached")

    def prove_accessible(self, name: str) -> None:
        """The page as it stands breaks none of the `RULES`."""
        found = AXE.run(self.page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
        told = [
            f"{self.who} at {name}: {v['id']}: {v['help']} {[n['html'][:200] for n in v['nodes']][:3]}" for v in found
        ]
        assert told == []

    def _picture(self, name: str) -> None:
        if not self.shots:
            return
        for width in (375, 1280):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=str(self.shots / f"{name}-{self.who}-{width}.png"), full_page=True)

    def prove_valid(self, name: str) -> None:
        """The page as the server sent it, also as the answer to a form, is valid HTML."""
        if self.shown and self.shown.headers.get("content-type", "").startswith("text/html"):
            assert [f"{name}: {problem}" for problem in problems(self.shown.text())] == []

    def close(self) -> None:
        self.context.close()


@pytest.fixture(scope="module")
def stack(request, tmp_path_factory):
    """A running Confer; a journey's `STAGE` names what it needs beside the cast (`tests/journeys/stage.py`)."""
    with _database() as url:
        running = Stack(tmp_path_factory.mktemp("confer"))
        if url:
            running.environment["DATABASE_URL"] = url
        else:
            shutil.copytree(_empty_installation(tmp_path_factory), running.data)
        try:
            running.start(*getattr(request.module, "STAGE", ()))
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def visit(request, stack, browser):
    """``visit("coordinator")``: that member, signed in once, in a browser context of their own.

    A journey that sets `SIGNS_IN` has everybody sign in by password and code.
    """
    shots = Path(os.environ["CONFER_SHOTS"]) if os.environ.get("CONFER_SHOTS") else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    visitors: dict[str, Visitor] = {}

    def begin(who: str) -> Visitor:
        if who not in visitors:
            visitor = Visitor(stack, browser, who, shots)
            visitors[who] = visitor.sign_in() if hasattr(request.module, "SIGNS_IN") else visitor.resume()
        return visitors[who]

    yield begin
    for visitor in visitors.values():
        visitor.close()


@pytest.fixture(scope="module")
def story():
    """What one chapter learns and a later one needs."""
    return {}


def _empty_installation(tmp_path_factory) -> Path:
    """The data folder of a Confer in which nothing was entered yet; made once for all journeys and both workers."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "empty.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = Stack(shared / "empty")
        if not (shared / "empty" / "is-made").exists():
            made.manage("migrate", "--noinput", "--verbosity", "0")
            (shared / "empty" / "is-made").touch()
    return made.data


@contextlib.contextmanager
def _database():
    """On PostgreSQL a database of the journey's own, made beside the suite's and dropped after it."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    import psycopg2

    name = f"journey_{uuid.uuid4().hex[:12]}"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    connection.cursor().execute(f'CREATE DATABASE "{name}"')
    try:
        yield re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", url, count=1) if url.count("/") >= 3 else url
    finally:
        connection.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url: str, log: Path) -> None:
    for _attempt in range(150):
        with contextlib.suppress(urllib.error.HTTPError, OSError):
            urllib.request.urlopen(url, timeout=2)
            return
        time.sleep(0.2)
    raise AssertionError(f"Confer did not start:\n{log.read_text()[-3000:]}")
