"""Records in a child process and checks that parent and child count separately.

Run by `test_processes.py`, with the method that starts the child.
"""

import os
import sys
import threading
from collections.abc import Callable
from multiprocessing.context import ForkContext, SpawnContext

from prometheus_client import REGISTRY

from tests.runtime import sample

THREADS = 4
NEW = {"source_id": "new", "error_type": "dns"}


def in_a_child(before: float) -> None:
    """Count in this process, from threads and into new series, and check the values."""

    def work() -> None:
        for _ in range(100):
            sample.HEARTBEAT.inc()
            sample.JOBS_RUNS.inc(source_id="new", error_type="dns")

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect("sample_heartbeat_total", {}, before + 100 * THREADS)
    expect("sample_jobs_runs_total", NEW, 100.0 * THREADS)


def expect(name: str, labels: dict[str, str], value: float | None) -> None:
    """Raise unless the series has this value."""
    found = REGISTRY.get_sample_value(name, labels)
    if found != value:
        raise AssertionError(f"{name} is {found}, not {value}")


def by_fork() -> int:
    """Fork while other threads record."""
    pid = os.fork()
    if not pid:
        in_a_child(sample.HEARTBEAT.series()[0][1].snapshot())
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def by(context: ForkContext | SpawnContext, before: float) -> Callable[[], int]:
    """Start the child with multiprocessing; `before` is the count at its start."""

    def start() -> int:
        child = context.Process(target=in_a_child, args=(before,))
        child.start()
        child.join()
        return child.exitcode or 0

    return start


WAYS: dict[str, Callable[[], int]] = {
    "spawn": by(SpawnContext(), before=0.0),
    "fork": by(ForkContext(), before=3.0),
    "os.fork": by_fork,
}


def main(way: str) -> None:
    """Count, start a child that counts, and check that this process is not changed."""
    sample.HEARTBEAT.inc(3)
    stop = threading.Event()  # set to end the other threads
    busy = [threading.Thread(target=record_until, args=(stop,)) for _ in range(2)]
    if way == "os.fork":
        for thread in busy:
            thread.start()
    try:
        code = WAYS[way]()
    finally:
        stop.set()
    if way == "os.fork":
        for thread in busy:
            thread.join()
    else:
        expect("sample_heartbeat_total", {}, 3.0)
    expect("sample_jobs_runs_total", NEW, None)
    print("exit", code)


def record_until(stop: threading.Event) -> None:
    """Record, also into new series, until `stop` is set."""
    while not stop.is_set():
        sample.HEARTBEAT.inc()
        sample.JOBS_DURATION.observe(1, source_id="parent")


if __name__ == "__main__":
    main(sys.argv[1])
