"""Pools of processes: counts of the workers are delivered when the parent ends."""

from __future__ import annotations

import pytest

from tests.delivery.conftest import delivering
from tests.delivery.gateway import KEXP, Delivering, held
from tests.workers.programs import deliver, run

__all__ = ["delivering"]

TIMES = 20


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("kind", ["executor", pytest.param("pool", marks=pytest.mark.slow)])
def test_the_parent_delivers_what_its_workers_counted(
    delivering: Delivering, kind: str, method: str
) -> None:
    environment = {**delivering.environment(), "TYPEDPROM_EXIT_SECONDS": "20"}
    for runs in (1, 2):
        run("tests.workers.pool_program", kind, method, str(TIMES), environment=environment)
        assert held(delivering.port)[KEXP] == TIMES * runs
    deliver(delivering.spool, environment)
    assert held(delivering.port)[KEXP] == TIMES * 2
