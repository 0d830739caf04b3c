"""Celery's prefork pool: everything that its children count arrives, whatever becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.delivery.conftest import delivering
from tests.delivery.gateway import KEXP, Delivering, held
from tests.workers.celery_names import COUNTED, FOLDER
from tests.workers.programs import Program, deliver, eventually, run, started

__all__ = ["delivering"]

PROGRAM = "tests.workers.celery_program"
TASKS = ("count",) * 20


@pytest.mark.slow
def test_a_warm_shutdown_delivers_what_all_children_counted(delivering: Delivering) -> None:
    environment = _environment(delivering)
    with _worker(environment) as worker:
        _work(environment, TASKS)
        assert len(set(_counted(environment))) == 2
        assert worker.stop() == 0
        assert held(delivering.port)[KEXP] == len(TASKS)


def test_a_child_that_is_killed_takes_nothing_with_it(delivering: Delivering) -> None:
    environment = _environment(delivering)
    with _worker(environment) as worker:
        _work(environment, (*TASKS, "count_and_die"))
        while len(set(_counted(environment))) < 3:  # the two, and who comes instead of the dead
            _work(environment, TASKS)
        worker.kill_all()
        deliver(delivering.spool, environment)
        assert held(delivering.port)[KEXP] == len(_counted(environment))


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[Program]:
    """A worker with two children."""
    arguments = (
        *("celery", "-A", PROGRAM, "worker", "--pool", "prefork", "--concurrency", "2"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"),
    )
    log = Path(environment[FOLDER]) / "celery.log"
    with started(log, *arguments, environment=environment) as program:
        program.said(r"(\S+) ready\.")
        yield program


def _work(environment: dict[str, str], tasks: tuple[str, ...]) -> None:
    """Send the tasks, and wait until all have counted."""
    expected = len(_counted(environment)) + len(tasks)
    run(PROGRAM, *tasks, environment=environment)
    eventually(lambda: len(_counted(environment)) == expected)


def _counted(environment: dict[str, str]) -> list[str]:
    """The children that counted, one for each time."""
    path = Path(environment[FOLDER]) / COUNTED
    return path.read_text().split() if path.exists() else []


def _environment(delivering: Delivering) -> dict[str, str]:
    """The environment of programs that have no time to push before they end."""
    return {
        **delivering.environment(),
        FOLDER: str(delivering.state.parent),
        "TYPEDPROM_PUSH_SECONDS": "3600",
        "TYPEDPROM_EXIT_SECONDS": "20",
    }
