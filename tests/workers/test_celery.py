"""Celery's prefork pool: all counts of its children are delivered, however they end."""

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


def test_a_killed_child_loses_nothing(delivering: Delivering) -> None:
    environment = _environment(delivering)
    with _worker(environment) as worker:
        _work(environment, (*TASKS, "count_and_die"))
        while (
            len(set(_counted(environment))) < 3
        ):  # the two children, and the one that replaces the killed one
            _work(environment, TASKS)
        worker.kill_all()
        deliver(delivering.spool, environment)
        assert held(delivering.port)[KEXP] == len(_counted(environment))


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[Program]:
    """Run a worker with two children."""
    arguments = (
        *("celery", "-A", PROGRAM, "worker", "--pool", "prefork", "--concurrency", "2"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"),
    )
    log = Path(environment[FOLDER]) / "celery.log"
    with started(log, *arguments, environment=environment) as program:
        program.said(r"(\S+) ready\.")
        yield program


def _work(environment: dict[str, str], tasks: tuple[str, ...]) -> None:
    """Send the tasks and wait until all have counted."""
    expected = len(_counted(environment)) + len(tasks)
    run(PROGRAM, *tasks, environment=environment)
    eventually(lambda: len(_counted(environment)) == expected)


def _counted(environment: dict[str, str]) -> list[str]:
    """Return the process ids of the children, one for each count."""
    path = Path(environment[FOLDER]) / COUNTED
    return path.read_text().split() if path.exists() else []


def _environment(delivering: Delivering) -> dict[str, str]:
    """The environment of programs that do not push before they end."""
    return {
        **delivering.environment(),
        FOLDER: str(delivering.state.parent),
        "TYPEDPROM_PUSH_SECONDS": "3600",
        "TYPEDPROM_EXIT_SECONDS": "20",
    }
