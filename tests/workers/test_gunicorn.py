"""gunicorn: its workers are one target, and no counts are lost when a worker ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.delivery.conftest import delivering
from tests.delivery.gateway import KEXP, Delivering, held
from tests.workers.programs import deliver
from tests.workers.serving import gunicorn, spool_server
from tests.workers.traffic import Traffic, answer, exposed, exposed_by_workers, watched

__all__ = ["delivering"]

WORKERS = 3

imported = pytest.mark.parametrize("options", [("--preload",), ()], ids=["in_master", "in_worker"])


@imported
def test_every_worker_exposes_what_all_counted(tmp_path: Path, options: tuple[str, ...]) -> None:
    spool = tmp_path / "spool"
    with gunicorn(tmp_path, *options, environment={"TYPEDPROM_SPOOL_DIR": str(spool)}) as server:
        counted = Traffic(server.port)
        with counted.flowing():
            counted.spread(WORKERS)
        assert counted.unanswered == 0
        found = exposed_by_workers(server.port, WORKERS)
        assert set(found.values()) == {counted.acknowledged}
        with spool_server(tmp_path, spool) as spool_target:
            assert exposed(spool_target.port) == counted.acknowledged


@imported
def test_every_view_of_prometheus_client_is_right_in_any_worker(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    environment = {"TYPEDPROM_SPOOL_DIR": str(tmp_path / "spool")}
    with gunicorn(tmp_path, *options, environment=environment, module="views_program") as server:
        counted = Traffic(server.port)
        for _ in range(40):
            counted.ask()
        assert counted.acknowledged == 40
        for path in ("/theirs", "/latest", "/ours"):
            assert set(exposed_by_workers(server.port, WORKERS, path).values()) == {40}
        log = server.program.log.read_text()
        assert "Traceback" not in log


@imported
def test_a_killed_worker_loses_nothing(tmp_path: Path, options: tuple[str, ...]) -> None:
    spool = tmp_path / "spool"
    with gunicorn(tmp_path, *options, environment={"TYPEDPROM_SPOOL_DIR": str(spool)}) as server:
        counted = Traffic(server.port)
        counted.ask()  # so that the spool exists
        with spool_server(tmp_path, spool) as spool_target:
            ports = (server.port, spool_target.port)
            with watched(ports) as seen, counted.flowing():
                counted.spread(WORKERS)
                os.kill(min(counted.workers), signal.SIGKILL)
                counted.spread(WORKERS + 1)
                os.kill(max(counted.workers), signal.SIGKILL)
                counted.spread(WORKERS + 2)
            assert seen == sorted(seen)
            assert [counted.explains(exposed(port)) for port in ports] == [True, True]


def test_workers_that_are_recycled_lose_nothing(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    options = ("--preload", "--max-requests", "10", "--max-requests-jitter", "5")
    with gunicorn(tmp_path, *options, environment={"TYPEDPROM_SPOOL_DIR": str(spool)}) as server:
        counted = Traffic(server.port)
        with watched([server.port]) as seen, counted.flowing():
            counted.spread(3 * WORKERS)
    assert seen == sorted(seen)
    with spool_server(tmp_path, spool) as spool_target:
        assert counted.explains(exposed(spool_target.port))


@imported
def test_a_graceful_shutdown_delivers(delivering: Delivering, options: tuple[str, ...]) -> None:
    environment = _only_at_exit(delivering)
    with gunicorn(delivering.state.parent, *options, environment=environment) as server:
        counted = Traffic(server.port)
        with counted.flowing():
            counted.spread(WORKERS)
            server.program.stop()
        assert counted.explains(held(delivering.port)[KEXP])


def test_data_of_killed_workers_is_delivered_later(delivering: Delivering) -> None:
    environment = _only_at_exit(delivering)
    with gunicorn(delivering.state.parent, environment=environment) as server:
        counted = Traffic(server.port)
        with counted.flowing():
            counted.spread(WORKERS)
            server.program.kill_all()
        deliver(delivering.spool, environment)
        assert counted.explains(held(delivering.port)[KEXP])


def test_a_multiprocess_folder_of_prometheus_client_is_reported(tmp_path: Path) -> None:
    spool, theirs = tmp_path / "spool", tmp_path / "theirs"
    theirs.mkdir()
    environment = {"TYPEDPROM_SPOOL_DIR": str(spool), "PROMETHEUS_MULTIPROC_DIR": str(theirs)}
    with gunicorn(
        tmp_path, "--preload", environment=environment, module="two_libraries_program"
    ) as server:
        counted = Traffic(server.port)
        with counted.flowing():
            counted.spread(WORKERS)
        assert exposed(server.port) == counted.acknowledged
        assert f"theirs_total {float(counted.acknowledged)}" in answer(server.port, "/theirs")[1]
    said = [line for line in server.program.log.read_text().splitlines() if "MULTIPROC" in line]
    assert len(said) == 1
    assert said[0].startswith("PROMETHEUS_MULTIPROC_DIR merges what prometheus_client recorded")


def _only_at_exit(delivering: Delivering) -> dict[str, str]:
    """The environment of programs that do not push before they end."""
    return {
        **delivering.environment(),
        "TYPEDPROM_PUSH_SECONDS": "3600",
        "TYPEDPROM_EXIT_SECONDS": "20",
    }
