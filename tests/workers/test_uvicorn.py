"""uvicorn: its workers are one target, and data of ended workers is delivered."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.delivery.conftest import delivering
from tests.delivery.gateway import KEXP, Delivering, held
from tests.workers.programs import deliver
from tests.workers.serving import spool_server, uvicorn
from tests.workers.traffic import Traffic, exposed, exposed_by_workers, watched

__all__ = ["delivering"]

WORKERS = 2


def test_workers_are_one_target_and_lose_nothing(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    with uvicorn(tmp_path, environment={"TYPEDPROM_SPOOL_DIR": str(spool)}) as server:
        counted = Traffic(server.port)
        counted.ask()  # so that the spool exists
        with spool_server(tmp_path, spool) as spool_target:
            ports = (server.port, spool_target.port)
            with watched(ports) as seen, counted.flowing():
                counted.spread(WORKERS)
                os.kill(min(counted.workers), signal.SIGKILL)
                counted.spread(WORKERS + 1)
            assert seen == sorted(seen)
            found = {*exposed_by_workers(server.port, WORKERS).values(), exposed(spool_target.port)}
            found.update(exposed_by_workers(server.port, WORKERS, "/theirs").values())
            assert len(found) == 1
            assert counted.explains(found.pop())


def test_data_of_ended_workers_is_delivered(delivering: Delivering) -> None:
    environment = {**delivering.environment(), "TYPEDPROM_PUSH_SECONDS": "3600"}
    with uvicorn(delivering.state.parent, environment=environment) as server:
        counted = Traffic(server.port)
        with counted.flowing():
            counted.spread(WORKERS)
        server.program.stop()
        assert counted.unanswered == 0
        deliver(delivering.spool, environment)
        assert held(delivering.port)[KEXP] == counted.acknowledged
