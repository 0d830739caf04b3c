"""Counts only in the workers of a pool: `pool_program KIND METHOD TIMES`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS

WORKERS = 2


def count(_: int) -> None:
    """Count once."""
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")


def by_executor(method: str, times: int) -> None:
    """Use concurrent.futures, which lets its workers exit."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context(method)) as executor:
        list(executor.map(count, range(times)))


def by_pool(method: str, times: int) -> None:
    """Use multiprocessing, which ends its workers by SIGTERM; each runs three tasks."""
    with get_context(method).Pool(WORKERS, maxtasksperchild=3) as pool:
        pool.map(count, range(times), chunksize=1)


KINDS: dict[str, Callable[[str, int], None]] = {"executor": by_executor, "pool": by_pool}


if __name__ == "__main__":
    KINDS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
