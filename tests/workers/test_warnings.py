"""Warnings of the runtime are logged in the workers of servers, as those of the program are."""

from __future__ import annotations

from contextlib import AbstractContextManager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.workers.programs import eventually
from tests.workers.serving import Server, gunicorn, uvicorn
from tools.running import HOST

ENVIRONMENT = {"TYPEDPROM_STRICT": "0"}
SAID = ("the program warns", "` is a counter and cannot grow by -1.0; left out")


def server(kind: str, folder: Path) -> AbstractContextManager[Server]:
    if kind == "uvicorn":
        return uvicorn(folder, environment=ENVIRONMENT, application="warning_program:asgi")
    return gunicorn(
        folder,
        *(["--preload"] if kind == "preloaded" else []),
        environment=ENVIRONMENT,
        module="warning_program",
    )


@pytest.mark.parametrize("kind", ["uvicorn", "gunicorn", "preloaded"])
def test_a_warning_is_logged_in_a_worker(kind: str, tmp_path: Path) -> None:
    with server(kind, tmp_path) as running:
        connection = HTTPConnection(HOST, running.port, timeout=30)
        connection.request("GET", "/")
        assert connection.getresponse().status == 204
        connection.close()
        eventually(lambda: all(words in running.program.log.read_text() for words in SAID))
