"""uWSGI, which forks in C: what is recorded before and after a fork counts once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.delivery.conftest import delivering
from tests.delivery.gateway import KEXP, Delivering, held
from tests.workers.programs import started
from tests.workers.serving import Server, spool_server
from tests.workers.traffic import Traffic, exposed
from tools.running import HOST

__all__ = ["delivering"]

WORKERS = 3


@contextmanager
def uwsgi(
    folder: Path, *options: str, environment: Mapping[str, str], module: str = "uwsgi_program"
) -> Iterator[Server]:
    """Run uWSGI with a master and three workers."""
    arguments = (
        *("tests.workers.uwsgi_server", "--module", f"tests.workers.{module}", "--master"),
        *("--http-socket", f"{HOST}:0", "--processes", str(WORKERS), "--die-on-term"),
    )
    log = folder / "uwsgi.log"
    with started(log, *arguments, *options, environment=environment) as program:
        yield Server(program, int(program.said(rf"bound to TCP address {HOST}:(\d+)")))


@pytest.mark.parametrize(
    ("options", "imports"),
    [
        ((), 1),
        (("--enable-threads",), 1),
        pytest.param(
            ("--enable-threads", "--py-call-osafterfork"),
            1,
            marks=pytest.mark.skipif(sys.version_info >= (3, 13), reason="uWSGI itself crashes"),
        ),
        (("--enable-threads", "--lazy-apps"), WORKERS),
    ],
    ids=["plain", "with_threads", "with_hooks_of_python", "imported_in_workers"],
)
def test_all_is_delivered_when_it_stops(
    delivering: Delivering, options: tuple[str, ...], imports: int
) -> None:
    environment = _only_at_exit(delivering)
    with uwsgi(delivering.state.parent, *options, environment=environment) as server:
        counted = Traffic(server.port)
        with counted.flowing():
            counted.spread(WORKERS)
        server.program.stop()
        assert counted.unanswered == 0
        assert held(delivering.port)[KEXP] == counted.acknowledged + imports
    assert "Traceback" not in server.program.log.read_text()


@pytest.mark.parametrize("order", ["first", "last"])
def test_functions_of_the_program_run_after_a_fork(delivering: Delivering, order: str) -> None:
    environment = {**_only_at_exit(delivering), "DECORATORS": order}
    folder, module = delivering.state.parent, "uwsgi_decorated_program"
    with uwsgi(folder, environment=environment, module=module) as server:
        counted = Traffic(server.port)
        with counted.flowing():
            counted.spread(WORKERS)
        server.program.stop()
        assert counted.unanswered == 0
        assert held(delivering.port)[KEXP] == counted.acknowledged + 1 + WORKERS


def test_workers_that_are_recycled_lose_nothing(tmp_path: Path) -> None:
    """Nor do they hang: no thread of ours runs in the master when it forks."""
    spool = tmp_path / "spool"
    options = ("--enable-threads", "--max-requests", "10", "--min-worker-lifetime", "0")
    environment = {"TYPEDPROM_SPOOL_DIR": str(spool), "TYPEDPROM_PUSH_SECONDS": "0.1"}
    with uwsgi(tmp_path, *options, environment=environment) as server:
        counted = Traffic(server.port)
        with counted.flowing():
            counted.spread(2 * WORKERS)
        assert counted.unanswered == 0
    with spool_server(tmp_path, spool) as spool_target:
        assert exposed(spool_target.port) == counted.acknowledged + 1


def _only_at_exit(delivering: Delivering) -> dict[str, str]:
    """The environment of programs that do not push before they end."""
    return {
        **delivering.environment(),
        "TYPEDPROM_PUSH_SECONDS": "3600",
        "TYPEDPROM_EXIT_SECONDS": "20",
    }
