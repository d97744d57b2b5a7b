"""The application server as it really runs: loopback, believing no header, with static files that may be kept."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import keyfolder

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """The variables of a real installation whose database is migrated."""
    folder = tmp_path_factory.mktemp("installation")
    keyfolder.create(folder / "keys")
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "k8Zp2vQ9xW4mN7rT1yU6iO3aS5dF0gH8jK2lZ4xC6vB9nM1qW3eR",
        "CONFER_KEYS": str(folder / "keys"),
        "CONFER_DATA": str(folder / "data"),
        "ALLOWED_HOSTS": "confer.example",
        "WEB_CONCURRENCY": "1",
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    return environment


@pytest.fixture(params=["", "127.0.0.1"], ids=["no proxy", "a proxy on this machine"])
def server(request, installation):
    """The port of a running server, and the proxies that it trusts."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"],
        cwd=ROOT,
        env=installation | {"TRUSTED_PROXIES": request.param, "PORT": str(port)},
    )
    try:
        _wait_for(port, process)
        yield port, request.param
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def _wait_for(port: int, process) -> None:
    for _attempt in range(600):
        assert process.poll() is None, "the server ended by itself"
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not listen")


def ask(port: int, path: str, **headers) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "confer.example"} | headers)
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def test_the_server_believes_only_its_proxy_and_lets_static_files_be_kept(server):
    port, proxy = server
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on", "X-Forwarded-Protocol": "ssl"}
    assert ask(port, "/nothing-here").status == 301
    believed = ask(port, "/nothing-here", **forwarded)
    assert believed.status == (404 if proxy else 301)
    assert believed.getheader("Cache-Control") == ("no-store" if proxy else None)
    assert ask(port, "/healthz").status == 200
    style = ask(port, "/static/confer.css", **forwarded)
    assert style.status == (200 if proxy else 301)
    assert style.getheader("Content-Type") == ('text/css; charset="utf-8"' if proxy else "text/html; charset=utf-8")
